"""All pairs on a lattice where two million streets' ends are all places to reach: the hardest case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from racing import ours
from racing.equality import pairs_off
from racing.streets import along_curve, drawn_nodes, lattice
from racing.task import Task

from benchmarks.pairs import LIMIT_M, contenders, part, part_of_answer, tell

if TYPE_CHECKING:
    from racing.task import Arrays

SIDE = 1415
GOALS = {"circle15": (("peak_mb", 1024.0),)}


def work(quick: bool) -> dict[str, Any]:
    """A large lattice, its nodes in the order in which circle15's readers put them; every node is a place to reach."""
    streets = along_curve(lattice(40 if quick else SIDE))
    sites = drawn_nodes(streets, 200 if quick else 20_000, seed=8)
    return {**streets, "sites": sites, "cells": np.arange(streets["nodes"], dtype=np.int32), "limit_m": LIMIT_M}


def circle15_prepare(asked: Arrays) -> Any:  # noqa: ANN401
    """The network, and its nodes as places."""
    streets = ours.network(asked)
    return streets, ours.at_nodes(streets, asked["cells"]), ours.at_nodes(streets, asked["sites"])


# Tables of all nodes cost scipy and igraph long for each site here.
CONTENDERS = contenders({"networkx": 50, "scipy": 1000}, {"circle15": 2.0, "networkx": 7.0, "scipy": 2.0}, GOALS)

TASK = Task(
    title="All pairs on a lattice of two million junctions",
    about="""
Streets: {what}; {nodes:,} nodes, {streets:,} streets, put along a Morton curve as circle15's readers do, for all alike.
All pairs of 20,000 sites and nodes no more than {limit_m:,.0f} m apart: the hardest case for circle15, for every node
is a junction, where it has no vertices between to save, and a place to reach.
""",
    work=work,
    contenders=(
        replace(CONTENDERS["circle15"], prepare=circle15_prepare),
        *(CONTENDERS[package] for package in ("networkx", "scipy")),
    ),
    difference=pairs_off(LIMIT_M),
    tell=tell,
    part=part,
    part_of_answer=part_of_answer,
)
