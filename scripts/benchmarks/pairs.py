"""All pairs of a site and a cell within 15 minutes, in a city in full detail."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from racing import ours, peers
from racing.equality import pairs_off
from racing.streets import cells_at_vertices, drawn_nodes, hangzhou, vertices_as_nodes
from racing.task import Contender, Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from racing.task import Arrays

LIMIT_M = 15 * 60 * 1.2
TABLE_NUMBERS = 2**24  # numbers of a table of sites by nodes that is held at a time


def work(quick: bool) -> dict[str, Any]:
    """Streets with a node at every vertex, and the nodes of the sites and of the cells to reach."""
    return asked_of(vertices_as_nodes(hangzhou(quick)), 200 if quick else 20_000, seed=7)


def asked_of(streets: dict[str, Any], sites: int, seed: int) -> dict[str, Any]:
    """The work on these streets."""
    cells = cells_at_vertices(streets)
    drawn = {"sites": drawn_nodes(streets, sites, seed), "cells": cells}
    return {**streets, **drawn, "site_count": len(drawn["sites"]), "cell_count": len(cells), "limit_m": LIMIT_M}


def part(whole: Arrays, share: int) -> dict[str, Any]:
    """Every ``share``-th site."""
    return {**whole, "sites": whole["sites"][::share]}


def part_of_answer(answer: Arrays, share: int) -> dict[str, Any]:
    """The pairs of every ``share``-th site, numbered anew."""
    kept = answer["facility"] % share == 0
    chosen = {name: column[kept] for name, column in answer.items()}
    return {**chosen, "facility": chosen["facility"] // share}


def tell(answer: Arrays) -> str:
    """How many pairs."""
    return f"{len(answer['metres']):,} pairs"


def cell_numbers(asked: Arrays) -> NDArray[np.int32]:
    """The number of the cell that each node stands for, -1 for none."""
    number = np.full(len(asked["xy"]), -1, dtype=np.int32)
    number[asked["cells"]] = np.arange(len(asked["cells"]))
    return number


def columns(found: Iterable[tuple[int, Any, Any]]) -> Arrays:
    """Pairs from (site, cells, metres) of each site."""
    rows = list(found)
    counts = [len(cells) for _, cells, _ in rows]
    return {
        "facility": np.repeat(np.array([site for site, _, _ in rows], dtype=np.int32), counts),
        "origin": np.concatenate([cells for _, cells, _ in rows]).astype(np.int32),
        "metres": np.concatenate([metres for _, _, metres in rows]).astype(np.float64),
    }


def circle15_prepare(asked: Arrays) -> Any:  # noqa: ANN401
    """The streets, and the vertices of sites and of cells as places on them."""
    from circle15.access.vertices import vertex_joins

    streets = ours.network(asked, of="lines_")
    vertices = vertex_joins(streets)
    return streets, *(vertices.take(asked["vertex"][asked[nodes]]) for nodes in ("cells", "sites"))


def circle15(prepared: Any, asked: Arrays, threads: int = 1) -> Arrays:  # noqa: ANN401, ARG001
    """``pairs_within``."""
    return ours.pairs(*prepared, LIMIT_M, threads)


def networkx_prepare(asked: Arrays) -> Any:  # noqa: ANN401
    """The graph, and the cells' numbers."""
    return peers.networkx_graph(asked), cell_numbers(asked)


def networkx(prepared: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """A search from each site, cut off at the limit."""
    import networkx as nx

    graph, cell = prepared

    def search(number: int, site: int) -> tuple[int, Any, Any]:
        found = nx.single_source_dijkstra_path_length(graph, site, LIMIT_M, weight=peers.METRES)
        cells = cell[np.fromiter(found, dtype=np.int64, count=len(found))]
        return number, cells[cells >= 0], np.fromiter(found.values(), dtype=np.float64, count=len(found))[cells >= 0]

    return columns(search(number, site) for number, site in enumerate(asked["sites"].tolist()))


def scipy(matrix: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """Tables of some sites by all nodes, with ``limit``."""
    from scipy.sparse.csgraph import dijkstra

    return columns(_rows(matrix.shape[0], asked, lambda sites: dijkstra(matrix, indices=sites, limit=LIMIT_M)))


def igraph(graph: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """Tables of some sites by the cells; it knows no limit."""
    cells = asked["cells"].tolist()

    def search(sites: Any) -> Any:  # noqa: ANN401
        return np.array(graph.distances(source=sites.tolist(), target=cells, weights=peers.METRES))

    return columns(_rows(graph.vcount(), asked, search))


def _rows(nodes: int, asked: Arrays, search: Any) -> Iterable[tuple[int, Any, Any]]:  # noqa: ANN401
    """Rows of metres to all nodes or to the cells, cut off."""
    step, cells = max(1, TABLE_NUMBERS // nodes), np.asarray(asked["cells"])
    for first in range(0, len(asked["sites"]), step):
        for number, metres in enumerate(search(asked["sites"][first : first + step]), first):
            to_cells = metres[cells] if len(metres) == nodes else metres
            near = np.flatnonzero(to_cells <= LIMIT_M)
            yield number, near, to_cells[near]


def pandana(network: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """``nodes_in_range``, on all cores; of its table the rows of cells are kept."""
    found = network.nodes_in_range(asked["sites"].tolist(), LIMIT_M)
    cell = cell_numbers(asked)[found["destination"].to_numpy()]
    site = np.empty(len(network.node_ids), dtype=np.int32)
    site[asked["sites"]] = np.arange(len(asked["sites"]))
    return {
        "facility": site[found["source"].to_numpy()[cell >= 0]],
        "origin": cell[cell >= 0],
        "metres": found[peers.METRES].to_numpy(dtype=np.float64)[cell >= 0],
    }


Goals = dict[str, tuple[tuple[str, float], ...]]
GOALS: Goals = {
    "pandana": (("times_run", 60), ("times_memory", 8)),
    "networkx": (("times_run", 100),),
    "scipy": (("times_run", 300),),
}


def contenders(shares: dict[str, int], needs_gb: dict[str, float], goals: Goals) -> dict[str, Contender]:
    """Who can do it, by package; ``shares`` of the sites."""
    known = (
        ("circle15 `pairs_within`", "circle15", circle15_prepare, circle15),
        ("pandana `nodes_in_range`", "pandana", peers.pandana_network, pandana),
        ("networkx `single_source_dijkstra`", "networkx", networkx_prepare, networkx),
        ("scipy `dijkstra(limit=...)`", "scipy", peers.scipy_matrix, scipy),
        ("igraph `distances`", "igraph", peers.igraph_graph, igraph),
    )
    return {
        package: Contender(
            *(name, package, prepare, run),
            share=shares.get(package, 1),
            tolerance=0.5 if package == "pandana" else 1e-6,
            goals=goals.get(package, ()),
            needs_gb=needs_gb.get(package, 1.0),
            in_quick=package not in ("pandana", "igraph"),
        )
        for name, package, prepare, run in known
    }


PEERS = contenders({"networkx": 20, "scipy": 50, "igraph": 200}, {"pandana": 4.0}, GOALS)
OURS = PEERS.pop("circle15")

TASK = Task(
    title="All pairs of 20,000 sites and cells within 15 minutes",
    about="""
{what}, every vertex of every line a node: {nodes:,} nodes, {streets:,} streets. {site_count:,} sites stand at nodes; a
cell of 100 m with a node within 100 m of its centre stands at the nearest one: {cell_count:,} different nodes. Wanted
are all pairs of a site and a cell no more than {limit_m:,.0f} m apart, with their metres. circle15 searches the
{junctions:,} ends of lines and tells what lies between from both ends; the others search every node and keep the cells.
""",
    work=work,
    contenders=(
        OURS,
        Contender("circle15, 2 threads", "circle15", circle15_prepare, partial(circle15, threads=2), tolerance=0.0),
        *PEERS.values(),
    ),
    difference=pairs_off(LIMIT_M),
    tell=tell,
    part=part,
    part_of_answer=part_of_answer,
)
