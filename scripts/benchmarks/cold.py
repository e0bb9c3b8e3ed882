"""A fresh process: from after the imports to the first search's result."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np
from racing import ours, peers
from racing.equality import metres_off
from racing.streets import drawn_nodes, hangzhou
from racing.task import Contender, Task

from benchmarks import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from racing.task import Arrays

IMPORTS = {
    "circle15": ("pyproj", "circle15.access.nearest", "circle15.model.network"),
    "scipy": ("scipy.sparse.csgraph",),
    "networkx": ("networkx",),
}


def work(quick: bool) -> dict[str, Any]:
    """Streets and one service's sites."""
    streets = hangzhou(quick)
    return {**streets, "sites": drawn_nodes(streets, nearest.SITES, seed=9)[None, :]}


def imported(package: str) -> Callable[[Arrays], None]:
    """What a contender imports; numpy is there already."""

    def prepare(_: Arrays) -> None:
        for module in IMPORTS[package]:
            importlib.import_module(module)

    return prepare


def first_result(
    network_of: Callable[[Arrays], Any], search: Callable[[Any, Arrays], Arrays]
) -> Callable[[None, Arrays], Arrays]:
    """Prepare the network, and search once."""
    return lambda _, asked: search(network_of(asked), asked)


def at_every_node(streets: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """Metres from every node to the nearest site."""
    places, (sites,) = ours.at_nodes(streets, np.arange(streets.node_count)), asked["sites"]
    return {"metres": ours.nearest_m(streets, places, [ours.at_nodes(streets, sites)])}


TASK = Task(
    title="Cold start",
    about="""
A new process for each turn. "Preparing" is the seconds of imports alone (numpy is there already), "work" goes from
arrays of the streets to the metres of the first search. Streets: {what}; {nodes:,} nodes, {streets:,} streets.
""",
    work=work,
    contenders=(
        Contender(
            "circle15",
            "circle15",
            imported("circle15"),
            first_result(ours.network, at_every_node),
            goals=(("run_s", 0.3),),
        ),
        Contender("scipy", "scipy", imported("scipy"), first_result(peers.scipy_matrix, nearest.scipy)),
        Contender("networkx", "networkx", imported("networkx"), first_result(peers.networkx_graph, nearest.networkx)),
    ),
    difference=metres_off,
    fresh=True,
)
