"""All pairs on streets of two million vertices."""

from __future__ import annotations

from functools import partial
from typing import Any

from racing.equality import pairs_off
from racing.streets import along_curve, vertices_as_nodes, winding_lattice
from racing.task import Contender, Task

from benchmarks.pairs import LIMIT_M, asked_of, circle15, circle15_prepare, contenders, part, part_of_answer, tell

SIDE = 674
GOALS = {"circle15": (("peak_mb", 1024.0),), "networkx": (("times_run", 100.0),)}


def work(quick: bool) -> dict[str, Any]:
    """Large streets with a node at every vertex, and the nodes of the sites and of the cells to reach."""
    streets = along_curve(winding_lattice(30 if quick else SIDE))
    return asked_of(vertices_as_nodes(streets), 200 if quick else 20_000, seed=8)


# Tables of all nodes cost scipy long for each site here.
CONTENDERS = contenders({"networkx": 50, "scipy": 1000}, {"circle15": 2.0, "networkx": 7.0, "scipy": 2.0}, GOALS)

TASK = Task(
    title="All pairs on streets of two million vertices",
    about="""
Streets: {what}, the means of Hangzhou's lines; put along a Morton curve as circle15's readers do, for all alike. Every
vertex of every line is a node: {nodes:,} nodes, {streets:,} streets. {site_count:,} sites stand at nodes; cells of
100 m stand at nodes as above: {cell_count:,} different ones. Wanted are all pairs of a site and a cell no more than
{limit_m:,.0f} m apart. circle15 searches the {junctions:,} ends of lines, the others every node. pandana, which
prepares for long here, takes no part.
""",
    work=work,
    contenders=(
        CONTENDERS["circle15"],
        Contender("circle15, 2 threads", "circle15", circle15_prepare, partial(circle15, threads=2), tolerance=0.0),
        *(CONTENDERS[package] for package in ("networkx", "scipy")),
    ),
    difference=pairs_off(LIMIT_M),
    tell=tell,
    part=part,
    part_of_answer=part_of_answer,
)
