"""Walks through closed gates and gated compounds against networkx on random lattice towns."""

from __future__ import annotations

from closed_gates import Checked, check_gates, towns_with_gates
from hypothesis import HealthCheck, given, settings

TITLE = "Closed gates"
FULL = 1_000


def run(count: int) -> tuple[int, list[Checked]]:
    """Draw ``count`` towns, the same ones every time: how many were undecided, and what the others held."""
    undecided, found = 0, []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(towns_with_gates())
    def every_town(made) -> None:  # noqa: ANN001
        nonlocal undecided
        checked = check_gates(*made)
        if checked is None:
            undecided += 1
        else:
            found.append(checked)

    every_town()
    return undecided, found


def section(count: int) -> str:
    """Compare, and tell what was compared."""
    undecided, found = run(count)
    return f"""Random towns with private streets and closed gates; each cell's way to its nearest facility against an
oracle that finds the parts of the town with networkx and walks them state by state: out of a compound, in public,
into a compound.

| | |
|---|---:|
| towns compared | {len(found):,} |
| towns left out: two parts equally long, or a point equally near to two streets | {undecided:,} |
| closed gates on streets | {sum(one.gates for one in found):,} |
| streets found to be inside compounds | {sum(one.inside for one in found):,} |
| gates shut between public streets | {sum(one.shut for one in found):,} |
| largest deviation, metres | {max(one.deviation_m for one in found):.1e} |
"""
