"""Most people within reach (MCLP) with fifty sites, against spopt with HiGHS, building the model included."""

from __future__ import annotations

from typing import Any

from racing.task import Task

from benchmarks.siting import ABOUT, CANDIDATES, CELLS, apart, contenders, tell, work_of

SITES = 50


def work(quick: bool) -> dict[str, Any]:
    """The instance, or a small one."""
    return work_of(3_000, 200, 20) if quick else work_of(CELLS, CANDIDATES, SITES)


TASK = Task(
    title="Fifty sites that reach most people",
    about=ABOUT,
    work=work,
    contenders=contenders(4.0),
    difference=apart,
    tell=tell,
    longest_s=1800.0,
)
