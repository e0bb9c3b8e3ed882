"""Most people within reach in a province's worth of cells and candidates."""

from __future__ import annotations

from functools import partial
from typing import Any

from racing.task import Contender, Task

from benchmarks.siting import apart, circle15, nothing, tell, work_of

GAP = 0.01


def work(quick: bool) -> dict[str, Any]:
    """The instance, or a small one."""
    return work_of(5_000, 300, 20) if quick else work_of(100_000, 5_000, 50)


TASK = Task(
    title="Fifty sites among five thousand candidates",
    about="""
{cells:,} cells with {persons:,.0f} people, {candidates:,} candidates, {pairs:,} pairs within {limit_m:,.0f} m; at most
{sites} sites that reach most people, with a gap of at most 1 %. Nobody else is tried on it: the dense table alone that
others ask for would be 4 GB.
""",
    work=work,
    contenders=(
        Contender(
            "circle15, gap at most 1 %",
            "circle15",
            nothing,
            partial(circle15, gap=GAP),
            goals=(("run_s", 120.0), ("peak_mb", 3000.0)),
        ),
    ),
    difference=apart,
    tell=tell,
)
