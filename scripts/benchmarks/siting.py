"""Most people within reach (MCLP) with ten sites, against spopt with HiGHS, building the model included."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from racing.demand import LIMIT_M, WINDING, demand
from racing.task import Contender, Task, Unequal

if TYPE_CHECKING:
    from racing.task import Arrays

CELLS, CANDIDATES, SITES = 50_000, 2_000, 10
GAP, PROVEN = 0.002, 1e-9
# spopt takes HiGHS with its own gap, a ten-thousandth.
THEIRS = 2e-4
ABOUT = """
{cells:,} cells with {persons:,.0f} people, most of them around {towns} towns of very different size, {candidates:,}
candidates, {pairs:,} pairs within {limit_m:,.0f} m; at most {sites} sites that reach most people. Both are given the
pairs (circle15) or the dense table of metres that it asks for (spopt, made before its seconds begin), and build their
own models from them. circle15 is asked twice: for a choice proven to be no more than 0.2 % from the best, and for the
best with proof; its answers are the same on every machine.
"""


def work_of(cells: int, candidates: int, sites: int) -> dict[str, Any]:
    """Demand, candidates, their pairs, and facts for the page."""
    made = demand(cells, candidates)
    facts = {"cells": cells, "candidates": candidates, "sites": sites, "towns": 60, "limit_m": LIMIT_M}
    return made | facts | {"pairs": len(made["cell"]), "persons": float(made["people"].sum())}


def work(quick: bool) -> dict[str, Any]:
    """The instance, or a small one."""
    return work_of(3_000, 200, 5) if quick else work_of(CELLS, CANDIDATES, SITES)


def nothing(_: Arrays) -> None:
    """Nothing is prepared: building the model is part of the work."""


def circle15(_: None, asked: Arrays, gap: float) -> Arrays:
    """``most_covered`` on the rows of the pairs."""
    from circle15.siting import Effort
    from circle15.siting.most_covered import most_covered
    from circle15.siting.rows import cover_rows
    from circle15.siting.rules import only_so_many

    count = int(asked["candidates"])
    pairs = (np.asarray(asked[name], dtype=np.int64) for name in ("cell", "candidate"))
    rows = cover_rows(np.asarray(asked["people"], dtype=np.float64), *pairs, count)
    found = most_covered(rows, only_so_many(int(asked["sites"]), count), Effort(gap=gap, ties=0))
    if found is None or found.gap > max(gap, PROVEN):
        raise RuntimeError("not proven to the gap that was asked for")
    return {"people": np.array([found.value]), "bound": np.array([found.bound])}


def dense(asked: Arrays) -> Any:  # noqa: ANN401
    """The table of metres of every cell by every candidate, in a straight line times the winding."""
    from scipy.spatial.distance import cdist

    return cdist(np.asarray(asked["xy"]), np.asarray(asked["sites_xy"])) * WINDING


def spopt(metres: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """``MCLP.from_cost_matrix`` and its solution."""
    import pulp
    from spopt.locate import MCLP

    model = MCLP.from_cost_matrix(
        metres, np.asarray(asked["people"]), service_radius=LIMIT_M, p_facilities=int(asked["sites"])
    )
    found = model.solve(pulp.HiGHS(msg=False))
    reached = [cell for cell, sites in enumerate(found.cli2fac) if sites]
    people = np.asarray(asked["people"])[reached].sum()
    return {"people": np.array([people], dtype=np.float64), "bound": np.array([people], dtype=np.float64)}


def apart(ours: Arrays, theirs: Arrays, tolerance: float) -> float:
    """How far their people are from ours, as a part of ours, and no choice is above anybody's bound."""
    off = abs(float(theirs["people"][0]) - float(ours["people"][0])) / float(ours["people"][0])
    if off > tolerance or float(theirs["people"][0]) > float(ours["bound"][0]) * (1 + 1e-9):
        raise Unequal(f"{float(theirs['people'][0]):,.0f} people instead of {float(ours['people'][0]):,.0f}")
    return off


def tell(answer: Arrays) -> str:
    """People reached, and how near that is proven to be to the best."""
    people, bound = float(answer["people"][0]), float(answer["bound"][0])
    return f"{people:,.0f} people, gap {(bound - people) / bound:.3%}"


def contenders(needs_gb: float) -> tuple[Contender, ...]:
    """Ours to a gap, ours with proof, and spopt."""
    return (
        Contender("circle15, gap at most 0.2 %", "circle15", nothing, partial(circle15, gap=GAP)),
        Contender("circle15, proven best", "circle15", nothing, partial(circle15, gap=0.0), tolerance=GAP),
        Contender(
            "spopt `MCLP` with HiGHS",
            "spopt",
            dense,
            spopt,
            tolerance=GAP + THEIRS,
            goals=(("times_run", 150.0), ("times_memory", 5.0)),
            needs_gb=needs_gb,
        ),
    )


TASK = Task(
    title="Ten sites that reach most people",
    about=ABOUT,
    work=work,
    contenders=contenders(4.0),
    difference=apart,
    tell=tell,
    longest_s=1800.0,
)
