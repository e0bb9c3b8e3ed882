"""All pairs of a site and a place within 15 minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from racing import ours, peers
from racing.equality import pairs_off
from racing.streets import drawn_nodes, hangzhou
from racing.task import Contender, Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from racing.task import Arrays

LIMIT_M = 15 * 60 * 1.2
TABLE_NUMBERS = 2**24  # numbers of a table of sites by nodes that is held at a time


def work(quick: bool) -> dict[str, Any]:
    """Streets, and the nodes of the sites; every node is a place to reach."""
    streets = hangzhou(quick)
    return {**streets, "sites": drawn_nodes(streets, 200 if quick else 20_000, seed=7), "limit_m": LIMIT_M}


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


def columns(found: Iterable[tuple[int, Any, Any]]) -> Arrays:
    """Pairs from (site, nodes, metres) of each site."""
    rows = [(site, np.asarray(nodes, dtype=np.int32), np.asarray(metres)) for site, nodes, metres in found]
    counts = [len(nodes) for _, nodes, _ in rows]
    return {
        "facility": np.repeat(np.array([site for site, _, _ in rows], dtype=np.int32), counts),
        "origin": np.concatenate([nodes for _, nodes, _ in rows]),
        "metres": np.concatenate([metres for _, _, metres in rows]).astype(np.float64),
    }


def circle15_prepare(asked: Arrays) -> Any:  # noqa: ANN401
    """The network, and every node as a place."""
    streets = ours.network(asked)
    return streets, ours.at_nodes(streets, np.arange(streets.node_count))


def circle15(prepared: Any, asked: Arrays, threads: int = 1) -> Arrays:  # noqa: ANN401
    """``pairs_within``."""
    return ours.pairs(*prepared, asked["sites"], LIMIT_M, threads)


def networkx(graph: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """A search from each site, cut off at the limit."""
    import networkx as nx

    def search(site: int) -> dict[int, float]:
        found: dict[int, float] = nx.single_source_dijkstra_path_length(graph, site, LIMIT_M, weight=peers.METRES)
        return found

    searched = ((number, search(site)) for number, site in enumerate(asked["sites"].tolist()))
    return columns((number, list(found), list(found.values())) for number, found in searched)


def scipy(matrix: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """Tables of some sites by all nodes, with ``limit``."""
    from scipy.sparse.csgraph import dijkstra

    return columns(_rows(matrix.shape[0], asked, lambda sites: dijkstra(matrix, indices=sites, limit=LIMIT_M)))


def igraph(graph: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """Tables of some sites by all nodes; it knows no limit."""

    def search(sites: Any) -> Any:  # noqa: ANN401
        return np.array(graph.distances(source=sites.tolist(), weights=peers.METRES))

    return columns(_rows(graph.vcount(), asked, search))


def _rows(nodes: int, asked: Arrays, search: Any) -> Iterable[tuple[int, Any, Any]]:  # noqa: ANN401
    step = max(1, TABLE_NUMBERS // nodes)
    for first in range(0, len(asked["sites"]), step):
        for number, metres in enumerate(search(asked["sites"][first : first + step]), first):
            near = np.flatnonzero(metres <= LIMIT_M)
            yield number, near, metres[near]


def pandana(network: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """``nodes_in_range``, on all cores."""
    found = network.nodes_in_range(asked["sites"].tolist(), LIMIT_M)
    number = np.empty(len(network.node_ids), dtype=np.int32)
    number[asked["sites"]] = np.arange(len(asked["sites"]))
    return {
        "facility": number[found["source"].to_numpy()],
        "origin": found["destination"].to_numpy().astype(np.int32),
        "metres": found[peers.METRES].to_numpy(dtype=np.float64),
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
        ("networkx `single_source_dijkstra`", "networkx", peers.networkx_graph, networkx),
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


TASK = Task(
    title="All pairs of 20,000 sites and places within 15 minutes",
    about="""
Streets: {what}; {nodes:,} nodes, {streets:,} streets. Every node is a place; wanted are all pairs of a site and a place
no more than {limit_m:,.0f} m apart, with their metres.
""",
    work=work,
    contenders=tuple(contenders({"networkx": 20, "scipy": 50, "igraph": 200}, {"pandana": 4.0}, GOALS).values()),
    difference=pairs_off(LIMIT_M),
    tell=tell,
    part=part,
    part_of_answer=part_of_answer,
)
