"""Time the search against others on the same work, in one run, and write docs/benchmarks.md.

    python scripts/bench.py             a network of more than 45,000 junctions
    python scripts/bench.py --quick     a small network, fewer rounds, nothing written

All contenders take turns in every round, so that a busy machine is busy for all; medians are compared. Results must
be equal before any time is shown. The streets are OpenStreetMap lines of Hangzhou where the field data is present
(CIRCLE15_FIELD_DATA), otherwise a lattice that this script makes.

A contender is one function that prepares (network -> prepared) and one that runs (prepared, work -> results); a task
is work, contenders and a test of equality. Add either to ``TASKS``.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

import circle15  # noqa: E402 - found by the line above
from circle15.model.network import StreetNetwork  # noqa: E402
from circle15.model.projection import metric_crs  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

PAGE = REPOSITORY / "docs" / "benchmarks.md"
FIELD_DATA = Path(os.environ.get("CIRCLE15_FIELD_DATA", REPOSITORY.parent / "shared" / "data"))
HANGZHOU = (120.17, 30.25)
FAR_M = 1e6  # beyond every way on these networks; some peers want a number
SERVICES, SITES = 6, 60
SHORT_TURN_S = 0.5


@dataclass
class Contender:
    """One way to do a task, and the seconds it took."""

    name: str
    package: str
    prepare: Callable[[StreetNetwork], Any]
    run: Callable[[Any, list[NDArray[np.int32]]], list[NDArray[np.float64]]]
    tolerance_m: float
    prepare_s: list[float] = field(default_factory=list)
    run_s: list[float] = field(default_factory=list)
    furthest_off_m: float = 0.0
    failed: str = ""

    @property
    def median_prepare_s(self) -> float:
        """Median seconds of preparation."""
        return statistics.median(self.prepare_s)

    @property
    def median_run_s(self) -> float:
        """Median seconds of the work itself."""
        return statistics.median(self.run_s)


# ---- the streets ----------------------------------------------------------------------------------------------------


def streets(quick: bool) -> tuple[StreetNetwork, str]:
    """The network to search, and what it is."""
    lines = FIELD_DATA / "hangzhou" / "roads.gpkg"
    if not quick and lines.is_file() and importlib.util.find_spec("circle15.inputs.streets.read"):
        from circle15.inputs.streets.read import read_streets

        network, _ = read_streets(lines, layer=None, crs=metric_crs(*HANGZHOU), bounds=None)
        return network, "OpenStreetMap lines of Hangzhou, about 2019"
    return lattice(60 if quick else 230), "a jittered lattice, 15 % of its streets missing"


def lattice(side: int, gap_m: float = 100.0) -> StreetNetwork:
    """A jittered lattice of ``side`` x ``side`` junctions, its nodes numbered without any order in the plane."""
    rng = np.random.default_rng(20)
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    shuffled = rng.permutation(side * side)
    xy = np.stack([column.ravel(), row.ravel()], axis=1) * gap_m + rng.uniform(-35, 35, (side * side, 2))
    number = np.argsort(shuffled).reshape(side, side)
    xy = xy[shuffled]
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    up = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    ends = np.vstack([across, up]).astype(np.int32)
    ends = ends[rng.random(len(ends)) > 0.15]
    length_m = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    return StreetNetwork(
        crs=metric_crs(*HANGZHOU),
        node_xy=xy,
        node_osm_id=np.arange(len(xy), dtype=np.int64),
        from_node=ends[:, 0].copy(),
        to_node=ends[:, 1].copy(),
        length_m=length_m,
        forward_m=length_m.copy(),
        kind=np.zeros(len(ends), dtype=np.int16),
        kinds=("footway",),
        way_id=np.arange(len(ends), dtype=np.int64),
        line_start=np.arange(len(ends) + 1, dtype=np.int64) * 2,
        line_xy=xy[ends].reshape(-1, 2),
    )


def sites_of_services(network: StreetNetwork) -> list[NDArray[np.int32]]:
    """The nodes at which each service has its sites."""
    rng = np.random.default_rng(6)
    return [rng.choice(network.node_count, SITES, replace=False).astype(np.int32) for _ in range(SERVICES)]


# ---- the nearest site of six services, at every node ----------------------------------------------------------------


def circle15_prepare(network: StreetNetwork) -> Any:  # noqa: ANN401 - whatever the contender keeps
    """The network's adjacency, made anew."""
    from dataclasses import replace

    from circle15.access.layout import streets_of

    return streets_of(replace(network))


def circle15_nearest(prepared: Any, work: list[NDArray[np.int32]]) -> list[NDArray[np.float64]]:  # noqa: ANN401
    """One search per service; it also tells which site is the nearest."""
    from circle15.access.compiled import read_only
    from circle15.access.layout import Seeds
    from circle15.access.search import reach_nodes

    found = []
    for sites in work:
        order = np.arange(len(sites), dtype=np.int32)
        seeds = Seeds(read_only(sites), read_only(np.zeros(len(sites))), read_only(order), read_only(order))
        found.append(reach_nodes(prepared, seeds).metres)
    return found


def scipy_prepare(network: StreetNetwork) -> Any:  # noqa: ANN401
    """A sparse matrix of both directions, the shorter of parallel streets."""
    from scipy.sparse import csr_matrix

    tail, head, metres = shortest_arcs(network)
    return csr_matrix((metres, (tail, head)), shape=(network.node_count, network.node_count))


def shortest_arcs(network: StreetNetwork) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Both directions of every street, the shorter of parallel ones, without loops."""
    ends = np.concatenate([network.from_node, network.to_node]), np.concatenate([network.to_node, network.from_node])
    metres = np.concatenate([network.forward_m, network.forward_m])
    order = np.lexsort((metres, ends[1], ends[0]))
    tail, head, metres = ends[0][order], ends[1][order], metres[order]
    first = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)] & (tail != head)
    return tail[first], head[first], metres[first]


def scipy_nearest(prepared: Any, work: list[NDArray[np.int32]]) -> list[NDArray[np.float64]]:  # noqa: ANN401
    """``scipy.sparse.csgraph.dijkstra`` from all sites of a service at once; metres only."""
    from scipy.sparse.csgraph import dijkstra

    return [dijkstra(prepared, indices=sites, min_only=True) for sites in work]


def networkx_prepare(network: StreetNetwork) -> Any:  # noqa: ANN401
    """An undirected graph with the shorter of parallel streets."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(network.node_count))
    arcs = (column.tolist() for column in shortest_arcs(network))
    graph.add_weighted_edges_from(zip(*arcs, strict=True), weight="metres")
    return graph


def networkx_nearest(prepared: Any, work: list[NDArray[np.int32]]) -> list[NDArray[np.float64]]:  # noqa: ANN401
    """``multi_source_dijkstra_path_length`` for each service."""
    import networkx as nx

    found = []
    for sites in work:
        lengths = nx.multi_source_dijkstra_path_length(prepared, sites.tolist(), weight="metres")
        metres = np.full(len(prepared), np.inf)
        metres[list(lengths)] = list(lengths.values())
        found.append(metres)
    return found


def pandana_prepare(network: StreetNetwork) -> Any:  # noqa: ANN401
    """A pandana network, which prepares a contraction hierarchy."""
    import pandana
    import pandas as pd

    nodes = pd.DataFrame(network.node_xy, columns=["x", "y"])
    tail, head = pd.Series(network.from_node, dtype="int64"), pd.Series(network.to_node, dtype="int64")
    weights = pd.DataFrame({"metres": network.forward_m})
    return pandana.Network(nodes["x"], nodes["y"], tail, head, weights, twoway=True), nodes


def pandana_nearest(prepared: Any, work: list[NDArray[np.int32]]) -> list[NDArray[np.float64]]:  # noqa: ANN401
    """``set_pois`` and ``nearest_pois`` for each service."""
    network, nodes = prepared
    found = []
    for service, sites in enumerate(work):
        at = nodes.iloc[sites]
        network.set_pois(str(service), FAR_M, 1, at["x"], at["y"])
        metres = network.nearest_pois(FAR_M, str(service), num_pois=1)[1].to_numpy(dtype=float)
        found.append(np.where(metres >= FAR_M, np.inf, metres))
    return found


@dataclass
class Task:
    """Some work, and who does it; the first contender is the one the others are compared with."""

    name: str
    work: Callable[[StreetNetwork], list[NDArray[np.int32]]]
    contenders: list[Contender]


TASKS = [
    Task(
        "nearest site of six services, at every node",
        sites_of_services,
        [
            Contender("circle15", "circle15", circle15_prepare, circle15_nearest, 0.0),
            Contender("scipy `dijkstra(min_only=True)`", "scipy", scipy_prepare, scipy_nearest, 1e-6),
            Contender("networkx `multi_source_dijkstra`", "networkx", networkx_prepare, networkx_nearest, 1e-6),
            # Tells metres to the millimetre at best, and adds up rounded streets.
            Contender("pandana `nearest_pois`", "pandana", pandana_prepare, pandana_nearest, 1.0),
        ],
    )
]


# ---- the race -------------------------------------------------------------------------------------------------------


def race(task: Task, network: StreetNetwork, rounds: int) -> None:
    """Let all contenders take turns, ``rounds`` times each."""
    work = task.work(network)
    truth: list[NDArray[np.float64]] = []
    for turn in range(rounds + 1):
        for contender in task.contenders:
            if contender.failed:
                continue
            try:
                results = timed_turn(contender, network, work)
            except Exception as fault:  # noqa: BLE001 - a peer that cannot run here is told, and the race goes on
                contender.failed = f"{type(fault).__name__}: {fault}"
                continue
            truth = truth or results
            require_equal(contender, results, truth)
            if turn == 0:  # the first turn warms up: imports, caches
                contender.prepare_s.clear()
                contender.run_s.clear()
        print(f"  round {turn} of {rounds}", flush=True)


def timed_turn(
    contender: Contender, network: StreetNetwork, work: list[NDArray[np.int32]]
) -> list[NDArray[np.float64]]:
    """Prepare, run, and note the seconds; quick work is repeated, and the turn's time is the median."""
    began = time.perf_counter()
    prepared = contender.prepare(network)
    contender.prepare_s.append(time.perf_counter() - began)
    run_s: list[float] = []
    while sum(run_s) < SHORT_TURN_S:
        began = time.perf_counter()
        results = contender.run(prepared, work)
        run_s.append(time.perf_counter() - began)
    contender.run_s.append(statistics.median(run_s))
    return results


def require_equal(contender: Contender, results: list[NDArray[np.float64]], truth: list[NDArray[np.float64]]) -> None:
    """Stop the race where a contender's results differ."""
    for ours, theirs in zip(truth, results, strict=True):
        both = np.isfinite(ours) & np.isfinite(theirs)
        off_m = float(np.abs(ours[both] - theirs[both]).max(initial=0.0))
        contender.furthest_off_m = max(contender.furthest_off_m, off_m)
        if off_m > contender.tolerance_m or (np.isfinite(ours) != np.isfinite(theirs)).any():
            raise SystemExit(f"{contender.name}: results differ, by up to {off_m} m where both have a way")


def table(task: Task) -> str:
    """The seconds and ratios as markdown."""
    ours = task.contenders[0]
    lines = [
        f"| {task.name} | preparing, s | searching, s | searching, ratio | with preparing, ratio | furthest off, m |",
        "|---|---|---|---|---|---|",
    ]
    for contender in task.contenders:
        if contender.failed:
            lines.append(
                f"| {contender.name} {version_of(contender.package)} | could not run: {contender.failed} | | | | |"
            )
            continue
        alone = contender.median_run_s / ours.median_run_s
        both = (contender.median_prepare_s + contender.median_run_s) / (ours.median_prepare_s + ours.median_run_s)
        lines.append(
            f"| {contender.name} {version_of(contender.package)} | {contender.median_prepare_s:.3f} "
            f"| {contender.median_run_s:.4f} | {alone:.2f} | {both:.2f} | {contender.furthest_off_m:.0e} |"
        )
    return "\n".join(lines)


def page(tables: list[str], network: StreetNetwork, what: str, rounds: int) -> str:
    """The page as markdown."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba"))
    return f"""# Benchmarks

Written by `python scripts/bench.py`: all contenders in one process, taking turns in each of {rounds} rounds after one
that warms up, quick work repeated for half a second in each turn; medians of seconds;
results of every round compared before any time is shown.

Streets: {what}; {network.node_count:,} nodes, {network.edge_count:,} streets. Each of {SERVICES} services has {SITES}
sites, at nodes; metres to the nearest at every node. circle15 also tells which site it is. "Preparing" is what each
contender makes of the arrays of the network before its first search. Ratios are to
circle15's seconds: 20 means that circle15 is 20 times as fast.

{chr(10).join(tables)}

Machine: {machine()}. Python {platform.python_version()}, {packages}.

To repeat: `pip install scipy networkx pandana`, set `CIRCLE15_FIELD_DATA` to a folder that holds
`hangzhou/roads.gpkg` (OpenStreetMap lines in the Geofabrik schema), and run `python scripts/bench.py`. Without that
file a lattice made by the script is searched.
"""


def version_of(package: str) -> str:
    """The version of an installed package; this one may run from its folder."""
    return circle15.__version__ if package == "circle15" else version(package)


def machine() -> str:
    """The processor, its cores and the system."""
    cpu = Path("/proc/cpuinfo")
    models = [line for line in cpu.read_text().splitlines() if "model name" in line] if cpu.is_file() else []
    name = models[0].split(":")[1].strip() if models else platform.processor()
    return f"{name}, {os.cpu_count()} cores, {platform.system()}"


def main() -> None:
    """Run all tasks, print the tables, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small network, fewer rounds, nothing written")
    parser.add_argument("--rounds", type=int, help="how many rounds are timed")
    options = parser.parse_args()
    rounds = options.rounds or (2 if options.quick else 7)
    network, what = streets(options.quick)
    print(f"{what}: {network.node_count:,} nodes, {network.edge_count:,} streets")
    for task in TASKS:
        race(task, network, rounds)
        print(table(task))
    if not options.quick:
        PAGE.write_text(page([table(task) for task in TASKS], network, what, rounds), encoding="utf-8", newline="\n")
        print(f"written to {PAGE.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main()
