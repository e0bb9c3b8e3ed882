"""Streets from OSMnx's GraphML and from networkx graphs, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pyproj
import shapely

from circle15.errors import DataError
from circle15.inputs.files.layers import require_known_datum
from circle15.inputs.files.present import require_file
from circle15.inputs.streets.assembly import assemble_edges
from circle15.inputs.streets.found import Account
from circle15.inputs.streets.graph_uses import both_uses, edge_use, turned_use, values_of
from circle15.inputs.streets.speeds import drive_speeds
from circle15.inputs.streets.traits import Traits, traits_of
from circle15.inputs.streets.uses import MARKS, mask_of, wanted_permits
from circle15.inputs.streets.walking import is_crossing_place
from circle15.inputs.streets.ways import Ways, WaysFound, starts, touching
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import networkx as nx
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode
    from circle15.inputs.streets.uses import Use
    from circle15.inputs.streets.ways import Box
    from circle15.model.network import StreetNetwork

    Boxes = Mapping[Mode, Box | None]

# A length this much beyond the straight line tells of bends that were not drawn; less is another figure of the earth.
BENDS = 1.01
# What lets a vehicle on an edge whose class alone would not.
PERMISSION = {"cycle": "bicycle", "drive": "motor_vehicle"}
# Vertices between an edge's ends belong to it alone: their ids start beyond those of the nodes.
BETWEEN = 2**62


@dataclass(frozen=True, eq=False)
class EdgesFound:
    """The edges of a graph that may be used, one way each, and float64 (ways,) lengths to believe, NaN for none."""

    found: WaysFound
    given_m: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Edge:
    """One edge as the graph tells it, from the smaller node id to the larger."""

    begin: int
    end: int
    way_id: int
    use: Use
    xy: NDArray[np.float64]
    given: float
    name: str

    @property
    def key(self) -> tuple[object, ...]:
        """Both directions of one street have the same."""
        return self.begin, self.end, self.way_id, self.xy.tobytes()


def read_graphml(path: Path) -> nx.MultiDiGraph:
    """Read a GraphML file as OSMnx saves it.

    Raises
    ------
    DataError
        No such file, or no GraphML.
    """
    # Imported here, for its slow start.
    import networkx as nx

    require_file(path)
    try:
        return nx.read_graphml(path)
    except (ET.ParseError, nx.NetworkXError, ValueError, KeyError) as fault:
        raise DataError("network.damaged_graph", file=path.name) from fault


def from_networkx(graph: nx.Graph, crs: pyproj.CRS, mode: Mode = "walk") -> StreetNetwork:
    """Turn a graph as OSMnx makes it into the streets of one mode.

    Parameters
    ----------
    graph
        ``graph.graph["crs"]``; nodes with ``x`` and ``y``; edges with ``geometry`` (drawn straight where missing),
        ``length`` in metres, ``osmid`` and ``highway`` and other tags. Edges that the mode may not use are left out,
        and both directions of one street become one edge. Edges without ``highway`` are roads. In a directed graph
        vehicles go the way of its edges, see ``edge_use``; one that OSMnx made for walkers holds both directions of
        every street, and so no one-way streets.
    crs
        The metric system of the result.
    mode
        Who travels.

    Returns
    -------
    StreetNetwork
        Lengths are those of the drawn lines in ``crs``; ``length`` is believed only where an edge without geometry
        is more than 1 % longer than the straight line between its nodes.

    Raises
    ------
    DataError
        No ``crs``, an old datum, nodes without coordinates, or nothing to travel on.
    """
    edges = graph_edges(graph, crs, {mode: None}, "graph")
    return assemble_edges(edges.found.ways, edges.given_m, crs, mode)


def graph_edges(graph: nx.Graph, crs: pyproj.CRS, degrees: Boxes, file: str) -> EdgesFound:
    """The edges of a graph that some modes may use, as ``from_networkx`` takes them.

    ``degrees`` are the modes asked for, each with the box that edges must touch for it.
    """
    source = _source_crs(graph, file)
    node_id = _node_ids(graph)
    places = _places(graph, file)
    account = Account()
    unique: dict[tuple[object, ...], _Edge] = {}
    walked = 0
    for u, v, data in graph.edges(data=True):
        use = _wanted(edge_use(data, directed=graph.is_directed()), degrees)
        account.count(use, use.permits, degrees)
        if not use.permits & ~MARKS:
            continue
        _require_length(data, file, u, v)
        try:
            edge = _edge(node_id[u], node_id[v], places[u], places[v], data, use)
        except (ValueError, TypeError, shapely.errors.ShapelyError) as fault:
            raise DataError("network.graph_bad_edge", file=file, begin=u, end=v) from fault
        twin = unique.get(edge.key)
        unique[edge.key] = edge if twin is None else replace(twin, use=both_uses(twin.use, edge.use))
        walked += bool(use.permits & mask_of("walk"))
    if not unique:
        raise DataError("network.no_highways", file=file)
    edges = list(unique.values())
    once = sum(bool(edge.use.permits & mask_of("walk")) for edge in edges)
    if "walk" in degrees:
        account.left_out["walk"]["other_direction"] = walked - once
    found = _placed(edges, source, crs, degrees, account)
    crossings = frozenset(node_id[node] for node, data in graph.nodes(data=True) if is_crossing_place(_plain(data)))
    return replace(found, found=replace(found.found, crossing_places=crossings))


def _plain(data: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in data.items() if isinstance(value, str)}


def _wanted(use: Use, modes: Boxes) -> Use:
    return replace(use, permits=wanted_permits(use, modes, private=False) | use.permits & MARKS)


def _source_crs(graph: nx.Graph, file: str) -> pyproj.CRS:
    try:
        crs = pyproj.CRS.from_user_input(graph.graph["crs"])
    except (KeyError, pyproj.exceptions.CRSError) as fault:
        raise DataError("network.graph_no_crs", file=file) from fault
    require_known_datum(crs, file)
    return crs


def _node_ids(graph: nx.Graph) -> dict[Any, int]:
    """The nodes' own ids where all are whole numbers, else their place in the order of their names."""
    try:
        ids = {node: int(node) for node in graph.nodes}
    except (TypeError, ValueError):
        return {node: row for row, node in enumerate(sorted(graph.nodes, key=str))}
    return ids if len(set(ids.values())) == len(ids) else {n: row for row, n in enumerate(sorted(graph.nodes, key=str))}


def _places(graph: nx.Graph, file: str) -> dict[Any, tuple[float, float]]:
    try:
        return {node: (float(data["x"]), float(data["y"])) for node, data in graph.nodes(data=True)}
    except (KeyError, ValueError, TypeError) as fault:
        raise DataError("network.graph_no_places", file=file) from fault


def _edge(
    u: int, v: int, u_xy: tuple[float, float], v_xy: tuple[float, float], data: dict[str, Any], use: Use
) -> _Edge:
    xy = _line(data.get("geometry"), u_xy, v_xy)
    given = np.nan if data.get("length") is None or data.get("geometry") is not None else float(data["length"])
    if (u, xy.tolist()) > (v, xy[::-1].tolist()):
        u, v, xy, use = v, u, np.ascontiguousarray(xy[::-1]), turned_use(use)
    called = ";".join(values_of(data["name"])) if data.get("name") else ""
    return _Edge(u, v, min(_whole_numbers(data.get("osmid")), default=0), use, xy, given, called)


def _require_length(data: dict[str, Any], file: str, begin: object, end: object) -> None:
    """Even where the drawn line decides: a graph whose lengths are none has been damaged."""
    if data.get("length") is None:
        return
    try:
        metres = float(data["length"])
    except (ValueError, TypeError) as fault:
        raise DataError("network.graph_bad_edge", file=file, begin=begin, end=end) from fault
    if not (np.isfinite(metres) and metres >= 0):
        raise DataError("network.graph_bad_length", file=file, begin=begin, end=end, metres=metres)


def _line(geometry: object, u_xy: tuple[float, float], v_xy: tuple[float, float]) -> NDArray[np.float64]:
    """The line from u to v: an undirected graph does not say at which end its geometry starts."""
    if geometry is None:
        return np.array([u_xy, v_xy], dtype=np.float64)
    line = shapely.from_wkt(geometry) if isinstance(geometry, str) else geometry
    xy: NDArray[np.float64] = shapely.get_coordinates(line)
    if len(xy) < 2:
        raise ValueError("no line")
    there = np.hypot(*(xy[0] - u_xy)) + np.hypot(*(xy[-1] - v_xy))
    back = np.hypot(*(xy[0] - v_xy)) + np.hypot(*(xy[-1] - u_xy))
    xy = xy[::-1].copy() if back < there else xy.copy()
    xy[0], xy[-1] = u_xy, v_xy
    return xy


def _whole_numbers(value: object) -> list[int]:
    return [int(text) for text in values_of(value) if text.lstrip("-").isdigit()]


def _placed(edges: list[_Edge], source: pyproj.CRS, crs: pyproj.CRS, degrees: Boxes, account: Account) -> EdgesFound:
    ways = _as_ways(edges)
    given = np.array([edge.given for edge in edges], dtype=np.float64)
    lonlat = _transformed(ways.vertex_xy, source, pyproj.CRS("EPSG:4326"))
    permits = ways.traits.permits.copy()
    for mode, box in degrees.items():
        far = ~touching(ways.start, lonlat, box)
        account.left_out[mode]["outside"] = int((far & (permits & mask_of(mode) != 0)).sum())
        permits[far] &= ~np.uint16(mask_of(mode))
    near = permits != 0
    kept = replace(ways, own_traits=traits_of(permits, ways.traits.drive_kmh)).take(near)
    kept = replace(kept, vertex_xy=_transformed(kept.vertex_xy, source, crs))
    for edge, is_near in zip(edges, near.tolist(), strict=True):
        if is_near and edge.way_id:  # where edges have no id of their own, 0 stands for all of them
            account.keep(edge.way_id, edge.use, edge.use.permits)
    (west, south), (east, north) = lonlat.min(axis=0).tolist(), lonlat.max(axis=0).tolist()
    walked = sum(bool(edge.use.permits & mask_of("walk")) for edge in edges)
    read = walked + account.left_out["walk"].total() - account.left_out["walk"]["outside"]
    names = {edge.way_id: edge.name for edge in edges if edge.name and edge.way_id}
    found = WaysFound(
        kept,
        read,
        account.reasons(),
        (west, south, east, north),
        span_ids=frozenset(account.spans),
        crossing_ids=frozenset(account.crossings),
        names=names,
        odd=account.odd,
    )
    return EdgesFound(found, _believed(kept, given[near]))


def _as_ways(edges: list[_Edge]) -> Ways:
    counts = np.array([len(edge.xy) for edge in edges], dtype=np.int64)
    start = starts(counts)
    vertex_id = BETWEEN + np.arange(start[-1], dtype=np.int64)
    vertex_id[start[:-1]] = [edge.begin for edge in edges]
    vertex_id[start[1:] - 1] = [edge.end for edge in edges]
    return Ways(
        np.array([edge.way_id for edge in edges], dtype=np.int64),
        np.array([edge.use.kind for edge in edges], dtype=np.int16),
        start,
        vertex_id,
        np.concatenate([edge.xy for edge in edges]),
        Traits(
            np.array([edge.use.permits & ~MARKS for edge in edges], dtype=np.uint16),
            np.array([edge.use.drive_kmh for edge in edges], dtype=np.float64),
        ),
    )


def _transformed(xy: NDArray[np.float64], source: pyproj.CRS, target: pyproj.CRS) -> NDArray[np.float64]:
    """The same places in another system; untouched, to the last bit, where it is the same system."""
    if source.equals(target, ignore_axis_order=True):
        return xy
    return np.column_stack(transformer(source, target).transform(*xy.T))


def _believed(ways: Ways, given: NDArray[np.float64]) -> NDArray[np.float64]:
    straight = np.hypot(*(ways.vertex_xy[ways.start[1:] - 1] - ways.vertex_xy[ways.start[:-1]]).T)
    believed: NDArray[np.float64] = np.where(given > straight * BENDS, given, np.nan)
    return believed


def to_networkx(network: StreetNetwork) -> nx.MultiGraph:
    """The network as OSMnx would hold it, in the network's own metric system.

    An undirected multigraph where both directions of all streets are alike, else a directed one with an edge for each
    direction in which a street may be used. Nodes are named by their source's id and carry ``x``, ``y``; edges carry
    ``osmid``, ``highway`` (their kind), ``length`` and ``walk_m`` (metres of level travel of the network's mode) in
    metres, ``geometry``, and for vehicles ``oneway``, their permission and, driving, ``maxspeed`` (the speed that
    they are driven at). ``osmnx.save_graphml`` can save it.
    """
    # Imported here, for its slow start.
    import networkx as nx

    directed = network.backward_m is not None
    graph = (nx.MultiDiGraph if directed else nx.MultiGraph)(crs=network.crs.to_string())
    node_id = network.node_osm_id.tolist()
    for node, (x, y) in zip(node_id, network.node_xy.tolist(), strict=True):
        graph.add_node(node, x=x, y=y)
    forward_m, backward_m = network.directions_m
    for edge, line in enumerate(_drawn(network)):
        ends = node_id[network.from_node[edge]], node_id[network.to_node[edge]]
        there, back = float(forward_m[edge]), float(backward_m[edge])
        said = _said(network, edge, one_way=not (math.isfinite(there) and math.isfinite(back)))
        if math.isfinite(there):
            graph.add_edge(*ends, **said, walk_m=there, geometry=line)
        if directed and math.isfinite(back):
            graph.add_edge(*ends[::-1], **said, walk_m=back, geometry=line.reverse())
    return graph


def _said(network: StreetNetwork, edge: int, *, one_way: bool) -> dict[str, Any]:
    """An edge's attributes but for its metres of travel and its line."""
    length_m = float(network.length_m[edge])
    said: dict[str, Any] = {
        "osmid": int(network.way_id[edge]),
        "highway": network.kinds[network.kind[edge]],
        "length": length_m,
    }
    if network.mode == "walk":
        return said | ({"oneway:foot": "yes"} if one_way else {})
    said |= {"oneway": one_way, PERMISSION[network.mode]: "yes"}
    if network.mode == "drive":
        fastest_m = min(float(metres[edge]) for metres in network.directions_m)
        said["maxspeed"] = str(drive_speeds().reference_kmh * length_m / fastest_m)
    return said


def _drawn(network: StreetNetwork) -> Iterator[shapely.LineString]:
    line = np.repeat(np.arange(network.edge_count), np.diff(network.line_start))
    return iter(shapely.linestrings(network.line_xy, indices=line))
