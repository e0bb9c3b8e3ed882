"""Ways to a network: cut at junctions, number, orient and order, so that the order of the input leaves no trace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from circle15.inputs.streets.speeds import every_kind, metres_per_metre, walked_kind
from circle15.inputs.streets.uses import BITS, MODES, PRIVATE, mask_of, may_use_each
from circle15.inputs.streets.walking import kinds
from circle15.inputs.streets.ways import Ways, starts
from circle15.model.network import StreetNetwork

if TYPE_CHECKING:
    from collections.abc import Collection

    import pyproj
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode


@dataclass(frozen=True, eq=False)
class Pieces:
    """Stretches of ways between two nodes, as positions among the ways' vertices.

    ``first`` and ``last`` are where a stretch begins and ends, ``way`` of which way it is; all int64, (pieces,).
    A stretch may run against its way.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    way: NDArray[np.int64]

    @property
    def step(self) -> NDArray[np.int64]:
        """1 where a stretch runs the way's own way, -1 where it runs against it."""
        step: NDArray[np.int64] = np.sign(self.last - self.first)
        return step

    def turned(self, which: NDArray[np.bool_]) -> Pieces:
        """The same, running the other way where ``which``."""
        return Pieces(np.where(which, self.last, self.first), np.where(which, self.first, self.last), self.way)

    def ordered(self, order: NDArray[np.int64]) -> Pieces:
        """The same in another order."""
        return Pieces(self.first[order], self.last[order], self.way[order])


def assemble(ways: Ways, crs: pyproj.CRS, cut_at: Collection[int] = (), mode: Mode = "walk") -> StreetNetwork:
    """Join the ways that a mode may use at the vertices they share, and cut them there.

    A vertex is a node where a way ends, where two ways meet, or where one way meets itself; all other vertices stay
    as bends of an edge's line. A vertex that repeats the one before it is dropped, and neighbouring vertices at the
    very same place become one, so that no edge has length 0. Nodes are numbered along a Z-order curve, so that nodes
    near each other on the ground are near each other in memory; edges run from the smaller number to the larger and
    are ordered by their nodes, then by way. The order of ``ways`` leaves no trace.

    Parameters
    ----------
    ways
        The ways of all modes.
    crs
        The metric system of their coordinates.
    cut_at
        Ids of further vertices that are to be nodes.
    mode
        Who travels.

    Raises
    ------
    DataError
        Nothing is left to travel on.
    """
    ways = without_repeats(permitted(ways, mode))
    _, same = np.unique(ways.vertex_id, return_inverse=True)
    is_node = _is_end(ways) | (np.bincount(same)[same] > 1) if len(ways) else np.zeros(0, dtype=np.bool_)
    if len(cut_at):
        is_node |= np.isin(ways.vertex_id, np.array(sorted(cut_at), dtype=np.int64))
    return _network(ways, is_node, crs, _Given(mode))


def assemble_edges(
    ways: Ways,
    given_m: NDArray[np.float64],
    crs: pyproj.CRS,
    mode: Mode = "walk",
    travel_m: NDArray[np.float64] | None = None,
) -> StreetNetwork:
    """Join ways that are edges already: at their ends only.

    Parameters
    ----------
    ways
        One per edge; those that the mode may not use are left out.
    given_m
        float64, (ways,): the length to believe instead of the drawn line's; NaN to measure the line.
    crs
        The metric system of their coordinates.
    mode
        Who travels.
    travel_m
        float64, (ways, 2): metres of level travel along the way and against it, to believe instead of what the
        traits say; NaN where they are asked.

    Raises
    ------
    DataError
        Nothing is left to travel on.
    """
    may = _may_use(ways, mode)
    ways, given_m = ways.take(may), given_m[may]
    ways = replace(ways, vertex_id=_united(ways))
    has_length = _line_lengths(ways.start, ways.vertex_xy) > 0
    edges = without_repeats(ways.take(has_length))
    own_m = None if travel_m is None else travel_m[may][has_length]
    return _network(edges, _is_end(edges), crs, _Given(mode, given_m[has_length], own_m))


@dataclass(frozen=True, eq=False)
class _Given:
    """Who travels, and lengths and metres of level travel to believe, NaN for none."""

    mode: Mode
    length_m: NDArray[np.float64] | None = None
    travel_m: NDArray[np.float64] | None = None


def permitted(ways: Ways, mode: Mode) -> Ways:
    """The ways that a mode may use."""
    may = _may_use(ways, mode)
    return ways if may.all() else ways.take(may)


def _may_use(ways: Ways, mode: Mode) -> NDArray[np.bool_]:
    may: NDArray[np.bool_] = ways.traits.permits & mask_of(mode) != 0
    return may


def _is_end(ways: Ways) -> NDArray[np.bool_]:
    """Whether a vertex is the first or the last of its way."""
    ends = np.zeros(len(ways.vertex_id), dtype=np.bool_)
    ends[ways.start[:-1]] = True
    ends[ways.start[1:] - 1] = True
    return ends


def without_repeats(ways: Ways) -> Ways:
    """Unite neighbouring vertices at the same place, drop repeated ones, and ways of which one vertex is left."""
    vertex_id = _united(ways)
    way = ways.way_of_vertex
    repeats = np.zeros(len(way), dtype=np.bool_)
    repeats[1:] = (way[1:] == way[:-1]) & (vertex_id[1:] == vertex_id[:-1])
    counts = np.bincount(way[~repeats], minlength=len(ways)).astype(np.int64)
    fine = counts >= 2
    keep = ~repeats & fine[way]
    own_traits = None if ways.own_traits is None else ways.own_traits.take(fine)
    start = starts(counts[fine])
    return Ways(ways.way_id[fine], ways.kind[fine], start, vertex_id[keep], ways.vertex_xy[keep], own_traits)


def _united(ways: Ways) -> NDArray[np.int64]:
    """Ids of the vertices, those of neighbours at the same place made one: the smallest of them."""
    way, xy, vertex_id = ways.way_of_vertex, ways.vertex_xy, ways.vertex_id
    coincide = (way[1:] == way[:-1]) & (vertex_id[1:] != vertex_id[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)
    at = np.flatnonzero(coincide)
    if not len(at):
        return vertex_id
    ids, number = np.unique(np.concatenate([vertex_id[at], vertex_id[at + 1]]), return_inverse=True)
    links = (np.ones(len(at), dtype=np.int8), (number[: len(at)], number[len(at) :]))
    count, group = connected_components(coo_matrix(links, shape=(len(ids), len(ids))), directed=False)
    smallest = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(smallest, group, ids)
    place = np.minimum(np.searchsorted(ids, vertex_id), len(ids) - 1)
    united: NDArray[np.int64] = np.where(ids[place] == vertex_id, smallest[group][place], vertex_id)
    return united


def _network(ways: Ways, is_node: NDArray[np.bool_], crs: pyproj.CRS, given: _Given) -> StreetNetwork:
    pieces = _cut(ways, is_node)
    node_of_vertex, node_vertex = _numbered_nodes(ways, is_node)
    pieces = _ordered(_oriented(pieces, node_of_vertex, ways), node_of_vertex, ways)
    line_start, line_vertex = _lines(pieces)
    line_xy = ways.vertex_xy[line_vertex]
    length_m = _line_lengths(line_start, line_xy)
    if given.length_m is not None:
        length_m = np.where(np.isnan(given.length_m[pieces.way]), length_m, given.length_m[pieces.way])
    forward_m, backward_m = _directions_m(length_m, ways, pieces, given)
    kind = ways.kind[pieces.way]
    private = ways.traits.permits[pieces.way] & (PRIVATE << (BITS * MODES.index(given.mode))) != 0
    return StreetNetwork(
        crs=crs,
        node_xy=ways.vertex_xy[node_vertex],
        node_osm_id=ways.vertex_id[node_vertex],
        from_node=node_of_vertex[pieces.first],
        to_node=node_of_vertex[pieces.last],
        length_m=length_m,
        forward_m=forward_m,
        kind=walked_kind(kind) if given.mode == "walk" else kind,
        kinds=kinds() if given.mode == "walk" else every_kind(),
        way_id=ways.way_id[pieces.way],
        line_start=line_start,
        line_xy=line_xy,
        restricted=private if private.any() else None,
        backward_m=None if np.array_equal(forward_m, backward_m) else backward_m,
        mode=given.mode,
    )


def _directions_m(
    length_m: NDArray[np.float64], ways: Ways, pieces: Pieces, given: _Given
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres of level travel on each piece, the way it runs and against that; (pieces,) each."""
    kind = walked_kind(ways.kind) if given.mode == "walk" else ways.kind
    per_metre = metres_per_metre(given.mode, kind, ways.traits.drive_kmh)
    along, against = may_use_each(ways.traits.permits, given.mode)
    level_m = length_m * per_metre[pieces.way]
    both_m = [np.where(may[pieces.way], level_m, np.inf) for may in (along, against)]
    if given.travel_m is not None:
        own_m = given.travel_m[pieces.way]
        both_m = [np.where(np.isnan(own), metres, own) for own, metres in zip(own_m.T, both_m, strict=True)]
    turned = pieces.step < 0
    return np.where(turned, both_m[1], both_m[0]), np.where(turned, both_m[0], both_m[1])


def _cut(ways: Ways, is_node: NDArray[np.bool_]) -> Pieces:
    """The stretches from each node to the next on the same way."""
    at = np.flatnonzero(is_node)
    way = ways.way_of_vertex[at]
    goes_on = way[1:] == way[:-1]
    return Pieces(at[:-1][goes_on], at[1:][goes_on], way[:-1][goes_on])


def _numbered_nodes(ways: Ways, is_node: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Number of the node at each vertex, (vertices,), -1 between nodes; and one vertex of each node, (nodes,)."""
    at = np.flatnonzero(is_node)
    _, one, node = np.unique(ways.vertex_id[at], return_index=True, return_inverse=True)
    vertex = at[one]
    order = _along_z_curve(ways.vertex_xy[vertex])
    number = np.empty(len(order), dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    node_of_vertex = np.full(len(is_node), -1, dtype=np.int32)
    node_of_vertex[at] = number[node]
    return node_of_vertex, vertex[order]


def _along_z_curve(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """The order of points along a Z-order (Morton) curve over squares of 1 m; ties keep their order.

    Examples
    --------
    >>> _along_z_curve(np.array([[3.0, 3.0], [0.0, 0.0], [0.0, 3.0], [3.0, 0.0]])).tolist()
    [1, 3, 2, 0]
    """
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    square = (np.floor(xy) - np.floor(xy.min(axis=0))).astype(np.uint64)
    curve = _spread(square[:, 0]) | (_spread(square[:, 1]) << np.uint64(1))
    order: NDArray[np.int64] = np.argsort(curve, kind="stable")
    return order


def _spread(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers below 2^32 with a zero bit put before each of their bits."""
    spread = number & np.uint64(0xFFFFFFFF)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        spread = (spread | (spread << np.uint64(shift))) & np.uint64(mask)
    return spread


def _oriented(pieces: Pieces, node: NDArray[np.int32], ways: Ways) -> Pieces:
    """Every stretch from its smaller node to its larger; a loop begins at the side of the smaller x, then y."""
    begin, end = node[pieces.first], node[pieces.last]
    (x_begin, y_begin), (x_end, y_end) = (ways.vertex_xy[at].T for at in _next_to_ends(pieces))
    loop_turns = (x_begin > x_end) | ((x_begin == x_end) & (y_begin > y_end))
    return pieces.turned((begin > end) | ((begin == end) & loop_turns))


def _next_to_ends(pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the second vertex and the last but one."""
    return pieces.first + pieces.step, pieces.last - pieces.step


def _ordered(pieces: Pieces, node: NDArray[np.int32], ways: Ways) -> Pieces:
    """By from_node, to_node, way; then, for a way that links two nodes twice, by where it goes first."""
    second = ways.vertex_xy[_next_to_ends(pieces)[0]]
    way_id, kind = ways.way_id[pieces.way], ways.kind[pieces.way]
    ends = (node[pieces.last], node[pieces.first])
    keys = (*_traits_keys(pieces, ways), kind, second[:, 1], second[:, 0], way_id, *ends)
    return pieces.ordered(np.lexsort(keys).astype(np.int64))


def _traits_keys(pieces: Pieces, ways: Ways) -> tuple[NDArray[Any], ...]:
    """What orders two pieces on the very same line, of one way."""
    if ways.own_traits is None:
        return ()
    return pieces.step, ways.traits.drive_kmh[pieces.way], ways.traits.permits[pieces.way]


def _lines(pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each edge's line starts, (edges + 1,), and the vertex at each of its points."""
    counts = np.abs(pieces.last - pieces.first) + 1
    line_start = starts(counts)
    along = np.arange(line_start[-1]) - np.repeat(line_start[:-1], counts)
    return line_start, np.repeat(pieces.first, counts) + along * np.repeat(pieces.step, counts)


def _line_lengths(line_start: NDArray[np.int64], line_xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Length of each line, summed segment by segment from its start."""
    counts = np.diff(line_start)
    line = np.repeat(np.arange(len(counts)), counts)
    segment = np.hypot(*np.diff(line_xy, axis=0).T)
    inside = line[1:] == line[:-1]
    return np.bincount(line[1:][inside], weights=segment[inside], minlength=len(counts)).astype(np.float64)
