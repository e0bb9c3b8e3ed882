"""Areas of sites at limits, as arrays and as the peers make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from racing.peers import METRES
from racing.task import Unequal

if TYPE_CHECKING:
    from collections.abc import Iterable

    import shapely

    from racing.task import Arrays


def packed(rows: Iterable[tuple[int, float, shapely.Geometry]]) -> Arrays:
    """Areas of (facility, limit, area) as arrays: their bytes in one, and where each ends."""
    import shapely

    facility, limit_m, areas = zip(*rows, strict=True)
    wkb = list(shapely.to_wkb(np.array(areas)))
    return {
        "facility": np.array(facility, dtype=np.int32),
        "limit_m": np.array(limit_m),
        "wkb": np.frombuffer(b"".join(wkb), dtype=np.uint8),
        "end": np.cumsum([len(one) for one in wkb]),
    }


def unpacked(answer: Arrays) -> np.ndarray:
    """The areas of an answer in order of facility and limit."""
    import shapely

    whole = answer["wkb"].tobytes()
    starts = [0, *answer["end"][:-1].tolist()]
    areas = shapely.from_wkb([whole[start:end] for start, end in zip(starts, answer["end"].tolist(), strict=True)])
    return areas[np.lexsort((answer["limit_m"], answer["facility"]))]


def part_of_answer(answer: Arrays, share: int) -> Arrays:
    """The areas of every ``share``-th facility, numbered anew."""
    kept = np.flatnonzero(answer["facility"] % share == 0)
    areas, order = unpacked(answer), np.lexsort((answer["limit_m"], answer["facility"]))
    place = np.argsort(order)  # of each row among the ordered areas
    rows = zip(answer["facility"][kept] // share, answer["limit_m"][kept], areas[place[kept]], strict=True)
    return packed(rows)


def overlap_off(ours: Arrays, theirs: Arrays, tolerance: float) -> float:
    """1 less the mean overlap (intersection over union) of the same areas; all must be valid."""
    import shapely

    one, other = unpacked(ours), unpacked(theirs)
    if len(one) != len(other):
        raise Unequal(f"{len(other)} areas for {len(one)}")
    if not (shapely.is_valid(one).all() and shapely.is_valid(other).all()):
        raise Unequal("not all areas are valid")
    common = shapely.area(shapely.intersection(one, other))
    off = float(1.0 - np.mean(common / (shapely.area(one) + shapely.area(other) - common)))
    if not off <= tolerance:
        raise Unequal(f"mean overlap {1 - off:.3f}")
    return off


def tell(answer: Arrays) -> str:
    """How many areas, how large."""
    import shapely

    areas = unpacked(answer)
    return f"{len(areas):,} areas, {shapely.area(areas).sum() / 1e6:,.0f} km²"


def graph_of_lines(work: Arrays) -> Any:  # noqa: ANN401
    """The streets as OSMnx keeps them: a directed graph in metres, the line of each street with it."""
    import networkx as nx
    import shapely

    graph = nx.MultiDiGraph(crs=f"EPSG:{work['epsg']}")
    graph.add_nodes_from((node, {"x": x, "y": y}) for node, (x, y) in enumerate(work["xy"].tolist()))
    line_of = np.repeat(np.arange(len(work["from_node"])), np.diff(work["line_start"]))
    lines = shapely.linestrings(work["line_xy"], indices=line_of)
    rows = zip(work["from_node"].tolist(), work["to_node"].tolist(), work["metres"].tolist(), lines, strict=True)
    for tail, head, metres, line in rows:
        graph.add_edge(tail, head, geometry=line, length=metres, **{METRES: metres})
        graph.add_edge(head, tail, geometry=line.reverse(), length=metres, **{METRES: metres})
    return graph


def cut_and_buffered(graph: Any, site: int, limit_m: float, width_m: float) -> shapely.Geometry:  # noqa: ANN401
    """Streets in reach, cut where the metres run out, buffered and united."""
    import networkx as nx
    import shapely
    from shapely.ops import substring

    left_m = nx.single_source_dijkstra_path_length(graph, site, cutoff=limit_m, weight=METRES)
    pieces = [shapely.Point(graph.nodes[site]["x"], graph.nodes[site]["y"])]
    for node, metres in left_m.items():
        for _, _, street in graph.out_edges(node, data=True):
            share = min(1.0, (limit_m - metres) / street[METRES]) if street[METRES] else 1.0
            line = street["geometry"]
            pieces.append(line if share == 1.0 else substring(line, 0.0, share, normalized=True))
    return shapely.union_all(shapely.buffer(np.array(pieces), width_m))
