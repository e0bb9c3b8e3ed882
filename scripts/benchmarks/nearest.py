"""The nearest site of six services, at every node of a city in full detail."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from racing import ours, peers
from racing.equality import metres_off
from racing.streets import drawn_nodes, hangzhou, vertices_as_nodes
from racing.task import Contender, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from racing.task import Arrays

SITES = 60


def work(services: int, quick: bool) -> dict[str, Any]:
    """Streets, and the nodes of each service's sites: a row each."""
    streets = vertices_as_nodes(hangzhou(quick))
    sites = np.stack([drawn_nodes(streets, SITES, seed) for seed in range(services)])
    return {**streets, "sites": sites, "services": services, "each": SITES}


def part(whole: Arrays, share: int) -> dict[str, Any]:
    """Every ``share``-th service."""
    return {**whole, "sites": whole["sites"][::share]}


def part_of_answer(answer: Arrays, share: int) -> dict[str, Any]:
    """Metres of every ``share``-th service."""
    return {"metres": answer["metres"][::share]}


def table(rows: list[NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """A row of metres for each service."""
    return {"metres": np.stack(rows)}


def circle15_prepare(asked: Arrays) -> Any:  # noqa: ANN401
    """The streets, and the vertices of their lines as places."""
    from circle15.access.vertices import vertex_joins

    streets = ours.network(asked, of="lines_")
    return streets, vertex_joins(streets).take(asked["vertex"])


def circle15(prepared: Any, asked: Arrays, threads: int = 1) -> Arrays:  # noqa: ANN401
    """``nearest_of_services``; it also tells which site is the nearest."""
    streets, vertices = prepared
    return {"metres": ours.nearest_m(streets, vertices, [vertices.take(sites) for sites in asked["sites"]], threads)}


def scipy(matrix: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """From all sites of a service at once."""
    from scipy.sparse.csgraph import dijkstra

    return table([dijkstra(matrix, indices=sites, min_only=True) for sites in asked["sites"]])


def networkx(graph: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """From all sites of a service at once."""
    import networkx as nx

    rows = []
    for sites in asked["sites"]:
        found = nx.multi_source_dijkstra_path_length(graph, sites.tolist(), weight=peers.METRES)
        metres = np.full(len(graph), np.inf)
        metres[list(found)] = list(found.values())
        rows.append(metres)
    return table(rows)


def igraph(graph: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """From a further node that is joined to all sites of a service by streets of 0 m."""
    rows, nodes, streets = [], graph.vcount(), graph.ecount()
    for sites in asked["sites"]:
        graph.add_vertex()
        graph.add_edges([(nodes, site) for site in sites.tolist()], {peers.METRES: [0.0] * len(sites)})
        rows.append(np.array(graph.distances(source=nodes, weights=peers.METRES)[0][:nodes]))
        graph.delete_edges(range(streets, graph.ecount()))
        graph.delete_vertices(nodes)
    return table(rows)


def pandana(network: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """``set_pois`` and ``nearest_pois`` for each service."""
    rows = []
    for sites in asked["sites"]:
        at = network.nodes_df.iloc[sites]
        network.set_pois("site", peers.FAR_M, 1, at["x"], at["y"])
        metres = network.nearest_pois(peers.FAR_M, "site", num_pois=1)[1].to_numpy(dtype=float)
        rows.append(np.where(metres >= peers.FAR_M, np.inf, metres))
    return table(rows)


# pandana keeps whole millimetres of each street, and adds them up.
CONTENDERS = (
    Contender("circle15 `nearest_of_services`", "circle15", circle15_prepare, circle15),
    Contender("circle15, 2 threads", "circle15", circle15_prepare, partial(circle15, threads=2), tolerance=0.0),
    Contender("scipy `dijkstra(min_only=True)`", "scipy", peers.scipy_matrix, scipy, goals=(("times_run", 3),)),
    Contender("igraph `distances`", "igraph", peers.igraph_graph, igraph, in_quick=False),
    Contender(
        "networkx `multi_source_dijkstra`", "networkx", peers.networkx_graph, networkx, goals=(("times_run", 60),)
    ),
    Contender(
        "pandana `nearest_pois`",
        "pandana",
        peers.pandana_network,
        pandana,
        tolerance=5.0,
        goals=(("times_all", 150),),
        in_quick=False,
    ),
)

TASK = Task(
    title="Nearest site of six services, at every node",
    about="""
{what}, every vertex of every line a node: {nodes:,} nodes, {streets:,} streets. Each of {services} services has {each}
sites at nodes; metres to the nearest of each at every node. circle15 searches the {junctions:,} ends of lines and tells
what lies between from both ends; it also tells which site is the nearest, scipy and igraph tell metres only.
""",
    work=partial(work, 6),
    contenders=CONTENDERS,
    difference=metres_off,
)
