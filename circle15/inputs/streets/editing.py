"""A network with streets cut, left out and added; all that is not touched keeps its numbers to the last bit."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.inputs.streets.assembly import assemble_edges
from circle15.inputs.streets.traits import Traits
from circle15.inputs.streets.ways import Ways, join_ways, starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

# A cut this near to an end of a street is made at its end.
AT_END_M = 0.01
# Ids of places that no source has: above all others, so that a place which is there already keeps its own.
FIRST_NEW = 2**61
BENDS_FROM = 2**62


@dataclass(frozen=True, eq=False)
class Line:
    """A street to add: float64 (vertices, 2) metres, the ids of the places at both ends, its kind, its way's id."""

    xy: NDArray[np.float64]
    begin: int
    end: int
    kind: int
    way_id: int


@dataclass(eq=False)
class Edits:
    """What is to be done to a network: collected here, done at once by ``edited``.

    ``cuts`` holds, by edge, where along its line (metres) a street is cut, and the id of the place that is made
    there; ``gaps`` holds, by edge, the stretches that are left out; one of 0 m only parts the street.
    """

    network: StreetNetwork
    cuts: defaultdict[int, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    gaps: defaultdict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    lines: list[Line] = field(default_factory=list)
    place_xy: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    used_ids: int = 0

    def new_id(self) -> int:
        """The id of a place that was not there before."""
        self.used_ids += 1
        return max(FIRST_NEW, int(self.network.node_osm_id.max())) + self.used_ids

    def new_place(self, point: shapely.Point) -> int:
        """The id of a new place at a point."""
        place = self.new_id()
        self.place_xy[place] = np.array(point.coords[0])
        return place

    def place_on(self, edge: int, along_m: float) -> int:
        """The id of the place ``along_m`` along a street, which is cut there unless it ends there."""
        network = self.network
        length_m = drawn_m(network, edge)
        for at_end, nodes in (
            (along_m <= AT_END_M, network.from_node),
            (along_m >= length_m - AT_END_M, network.to_node),
        ):
            if at_end:
                node = nodes[edge]
                self.place_xy[int(network.node_osm_id[node])] = network.node_xy[node]
                return int(network.node_osm_id[node])
        for at_m, place in self.cuts[edge]:
            if abs(at_m - along_m) <= AT_END_M:
                return place
        line = network.line_xy[network.line_start[edge] : network.line_start[edge + 1]]
        place = self.new_place(shapely.Point(stretch(line, along_m, along_m)[0]))
        self.cuts[edge].append((along_m, place))
        return place


def drawn_m(network: StreetNetwork, edge: int) -> float:
    """Length of an edge's drawn line in metres."""
    line = network.line_xy[network.line_start[edge] : network.line_start[edge + 1]]
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def drawn(network: StreetNetwork) -> NDArray[np.object_]:
    """The lines of all edges."""
    edge = np.repeat(np.arange(network.edge_count), np.diff(network.line_start))
    lines: NDArray[np.object_] = shapely.linestrings(network.line_xy, indices=edge)
    return lines


@dataclass(frozen=True, eq=False)
class _Piece:
    xy: NDArray[np.float64]
    begin: int
    end: int
    edge: int
    share: float


def edited(edits: Edits) -> StreetNetwork:
    """The network after all edits.

    Raises
    ------
    DataError
        Nothing is left to walk on.
    """
    network = edits.network
    touched = sorted({*(e for e, cuts in edits.cuts.items() if cuts), *(e for e, gaps in edits.gaps.items() if gaps)})
    if not touched and not edits.lines:
        return network
    pieces = [piece for edge in touched for piece in _pieces(edits, edge)]
    whole = np.ones(network.edge_count, dtype=np.bool_)
    whole[touched] = False
    kept = np.flatnonzero(whole)
    source = np.concatenate([kept, [piece.edge for piece in pieces]]).astype(np.int64)
    share = np.concatenate([np.ones(len(kept)), [piece.share for piece in pieces]])
    lines = [(piece.xy, piece.begin, piece.end) for piece in pieces]
    lines += [(line.xy, line.begin, line.end) for line in edits.lines]
    kinds = np.concatenate([network.kind[source], [line.kind for line in edits.lines]]).astype(np.int16)
    ways = join_ways([_edges_as_ways(network, kept), _lines_as_ways(lines, len(network.line_xy))])
    # Whoever travels here may use what is added in both directions; what was there keeps its own.
    traits = Traits.open_to(network.mode, len(ways))
    ways = replace(ways, way_id=np.arange(len(ways), dtype=np.int64), kind=kinds, own_traits=traits)
    given_m = np.concatenate([network.length_m[source] * share, np.full(len(edits.lines), np.nan)])
    own_m = np.column_stack(network.directions_m)[source] * share[:, np.newaxis]
    travel_m = np.concatenate([own_m, np.full((len(edits.lines), 2), np.nan)])
    result = assemble_edges(ways, given_m, network.crs, network.mode, travel_m)
    return _with_sources(result, edits, source)


def _with_sources(result: StreetNetwork, edits: Edits, source: NDArray[np.int64]) -> StreetNetwork:
    """Give the pieces what their streets had: their way, its name, whether they are inside a compound."""
    network, row, added = edits.network, result.way_id, len(edits.lines)
    way_id = np.concatenate([network.way_id[source], [line.way_id for line in edits.lines]]).astype(np.int64)[row]
    restricted = None
    if network.restricted is not None:
        restricted = np.concatenate([network.restricted[source], np.zeros(added, dtype=np.bool_)])[row]
    return replace(result, way_id=way_id, restricted=restricted, way_names=network.way_names)


def _pieces(edits: Edits, edge: int) -> list[_Piece]:
    """What is left of one edge: the stretches between its cuts that are not in a gap."""
    network = edits.network
    line = network.line_xy[network.line_start[edge] : network.line_start[edge + 1]]
    length_m = drawn_m(network, edge)
    ends = network.node_osm_id[[network.from_node[edge], network.to_node[edge]]].tolist()
    stops = [(0.0, ends[0]), *sorted(edits.cuts[edge]), (length_m, ends[1])]
    pieces = []
    for (a_m, begin), (b_m, end) in itertools.pairwise(stops):
        for low_m, high_m in _outside(a_m, b_m, edits.gaps[edge]):
            first = begin if low_m == a_m and not _gap_at(a_m, edits.gaps[edge]) else edits.new_id()
            last = end if high_m == b_m and not _gap_at(b_m, edits.gaps[edge]) else edits.new_id()
            share = (high_m - low_m) / length_m
            pieces.append(_Piece(stretch(line, low_m, high_m), first, last, edge, share))
    return pieces


def _gap_at(at_m: float, gaps: list[tuple[float, float]]) -> bool:
    return any(low <= at_m <= high for low, high in gaps)


def _outside(a_m: float, b_m: float, gaps: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """What is left of a stretch without its gaps.

    Examples
    --------
    >>> _outside(0.0, 10.0, [(2.0, 4.0), (3.0, 5.0), (7.0, 7.0)])
    [(0.0, 2.0), (5.0, 7.0), (7.0, 10.0)]
    """
    left, at_m = [], a_m
    for low_m, high_m in sorted(gaps):
        if high_m < a_m or low_m > b_m:
            continue
        if low_m > at_m:
            left.append((at_m, low_m))
        at_m = max(at_m, high_m)
    return [*left, (at_m, b_m)] if at_m < b_m else left


def stretch(line: NDArray[np.float64], low_m: float, high_m: float) -> NDArray[np.float64]:
    """Part of a line, from ``low_m`` to ``high_m`` along it."""
    at_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    ends = [np.array([np.interp(m, at_m, line[:, axis]) for axis in (0, 1)]) for m in (low_m, high_m)]
    if low_m <= 0.0:
        ends[0] = line[0]
    if high_m >= at_m[-1]:
        ends[1] = line[-1]
    between = (at_m > low_m) & (at_m < high_m)
    return np.vstack([ends[0], line[between], ends[1]])


def _edges_as_ways(network: StreetNetwork, edges: NDArray[np.int64]) -> Ways:
    counts = np.diff(network.line_start)
    vertex_id = BENDS_FROM + np.arange(len(network.line_xy), dtype=np.int64)
    vertex_id[network.line_start[:-1]] = network.node_osm_id[network.from_node]
    vertex_id[network.line_start[1:] - 1] = network.node_osm_id[network.to_node]
    every = Ways(network.way_id, network.kind, network.line_start, vertex_id, network.line_xy)
    keep = np.zeros(len(counts), dtype=np.bool_)
    keep[edges] = True
    return every.take(keep)


def _lines_as_ways(lines: list[tuple[NDArray[np.float64], int, int]], bends_used: int) -> Ways:
    counts = np.array([len(xy) for xy, _, _ in lines], dtype=np.int64)
    start = starts(counts)
    vertex_id = BENDS_FROM + bends_used + np.arange(start[-1], dtype=np.int64)
    vertex_id[start[:-1]] = [begin for _, begin, _ in lines]
    vertex_id[start[1:] - 1] = [end for _, _, end in lines]
    xy = np.vstack([xy for xy, _, _ in lines]) if lines else np.zeros((0, 2))
    nothing = np.zeros(len(lines), dtype=np.int64)
    return Ways(nothing, nothing.astype(np.int16), start, vertex_id, xy)
