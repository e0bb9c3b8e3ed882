"""The same pairs on a network of two million nodes."""

from __future__ import annotations

from typing import Any

from racing.equality import pairs_off
from racing.streets import drawn_nodes, lattice
from racing.task import Task

from benchmarks.pairs import LIMIT_M, contenders, part, part_of_answer, tell

SIDE = 1415
GOALS = {"circle15": (("peak_mb", 1024.0),), "networkx": (("times_run", 100.0),)}


def work(quick: bool) -> dict[str, Any]:
    """A large lattice, its nodes in no order: the memory is asked here and there."""
    streets = lattice(40 if quick else SIDE)
    return {**streets, "sites": drawn_nodes(streets, 200 if quick else 20_000, seed=8), "limit_m": LIMIT_M}


# Tables of all nodes cost scipy and igraph long for each site here.
CONTENDERS = contenders({"networkx": 50, "scipy": 1000}, {"circle15": 2.0, "networkx": 7.0, "scipy": 2.0}, GOALS)

TASK = Task(
    title="The same pairs on a network of two million nodes",
    about="""
Streets: {what}; {nodes:,} nodes, {streets:,} streets, the nodes in no order. All pairs of 20,000 sites and nodes no
more than {limit_m:,.0f} m apart. pandana, which prepares for long here, takes no part.
""",
    work=work,
    contenders=tuple(CONTENDERS[package] for package in ("circle15", "networkx", "scipy")),
    difference=pairs_off(LIMIT_M),
    tell=tell,
    part=part,
    part_of_answer=part_of_answer,
)
