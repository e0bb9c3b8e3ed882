"""Squares and other areas to walk on: lines straight across, between the places where streets enter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from circle15.inputs.streets.sight import lines_of_sight
from circle15.inputs.streets.walking import AREA, kind_number
from circle15.inputs.streets.ways import Ways, join_ways, starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Lines of sight grow with the square of the points: 20,000 for one area at most.
MOST_POINTS = 200
FEWEST_ENTRANCES = 2


@dataclass(frozen=True, eq=False)
class Ring:
    """The rim of an area or of a hole in it, without its closing vertex: ids (n,), and metres (n, 2)."""

    vertex_id: NDArray[np.int64]
    xy: NDArray[np.float64]

    @cached_property
    def is_anticlockwise(self) -> bool:
        """Which way around it runs."""
        return bool(shapely.LinearRing(self.xy).is_ccw)

    @cached_property
    def from_before(self) -> NDArray[np.float64]:
        """Metres east and north (n, 2) to each vertex from the one before it."""
        metres: NDArray[np.float64] = self.xy - np.concatenate([self.xy[-1:], self.xy[:-1]])
        return metres

    @property
    def to_after(self) -> NDArray[np.float64]:
        """The same from each vertex to the one after it."""
        return np.concatenate([self.from_before[1:], self.from_before[:1]])


@dataclass(frozen=True, eq=False)
class Area:
    """One polygon to walk on: the id of its way (of its relation, negative), its rim, the rims of its holes."""

    way_id: int
    outer: Ring
    holes: tuple[Ring, ...] = ()

    @property
    def rings(self) -> tuple[Ring, ...]:
        """The rim, then the holes' rims."""
        return (self.outer, *self.holes)

    @cached_property
    def polygon(self) -> shapely.Polygon:
        """The polygon in metres."""
        return shapely.Polygon(self.outer.xy, [hole.xy for hole in self.holes])


@dataclass(frozen=True, eq=False)
class Crossings:
    """Lines across areas, and how many areas have such lines, need none, or have too many points for all of them."""

    ways: Ways
    crossed: int
    limited: int


def cross_areas(areas: Sequence[Area], ways: Ways) -> Crossings:
    """Straight lines across areas, joining the places where streets enter.

    A street enters where one of its segments leaves the rim. Between two such places the shortest way inside the
    polygon is found over lines of sight, which bend at inward corners and at corners of holes only; the lines that
    some shortest way uses become ways of kind ``area``, between vertices that exist already. An area with more than
    ``MOST_POINTS`` entrances and corners is crossed only between entrances in sight of each other; one with more
    entrances than that is walked along its rim alone.

    Parameters
    ----------
    areas
        The areas; their outer rims are among ``ways`` already. The rim of a hole is walked where a street enters
        at it; else it would be an island of its own.
    ways
        All walkable ways.
    """
    if not areas:
        return Crossings(join_ways([]), 0, 0)
    streets = _Neighbours.of(ways)
    lines: list[Ways] = []
    rims: list[Ways] = []
    limited = 0
    for area in sorted(_worth_a_look(areas, streets), key=lambda area: (area.way_id, int(area.outer.vertex_id.min()))):
        points = _points(area, streets)
        limited += points.limited
        lines.append(_shortest_lines(area, points))
        rims.extend(_line(area.way_id, hole) for hole in area.holes if streets.leaves(np.unique(hole.vertex_id)).any())
    return Crossings(join_ways([*lines, *rims]), sum(len(part) > 0 for part in lines), limited)


def _worth_a_look(areas: Sequence[Area], streets: _Neighbours) -> list[Area]:
    """The areas that streets enter at two places at least, told of all at once, and those with holes or many vertices.

    Most squares of a city are entered at one place or none.
    """
    rims = [np.concatenate([ring.vertex_id for ring in area.rings]) for area in areas]
    every, at = np.unique(np.concatenate(rims), return_inverse=True)
    count = len(every)
    of_area = np.unique(np.repeat(np.arange(len(rims)), [len(rim) for rim in rims]) * count + at)
    vertex = of_area % count
    first, last = np.searchsorted(streets.vertex_id, every), np.searchsorted(streets.vertex_id, every, side="right")
    many = (last - first)[vertex]
    begins = starts(many)
    to = streets.beside[np.repeat(first[vertex] - begins[:-1], many) + np.arange(begins[-1])]
    at = np.minimum(np.searchsorted(every, to), count - 1)
    key = np.repeat(of_area - vertex, many)[:, None] + at
    on_rim = (every[at] == to) & (of_area[np.minimum(np.searchsorted(of_area, key), len(of_area) - 1)] == key)
    leaves = ((to >= 0) & ~on_rim).any(axis=1)
    entrances = np.unique(np.repeat(of_area, many)[leaves])
    entered = np.bincount(entrances // count, minlength=len(areas))
    return [
        area
        for area, entrances, rim in zip(areas, entered.tolist(), rims, strict=True)
        if entrances >= FEWEST_ENTRANCES or area.holes or len(rim) > MOST_POINTS
    ]


def _line(way_id: int, ring: Ring) -> Ways:
    """A rim as a way: once around and back to where it began."""
    around = np.append(np.arange(len(ring.vertex_id)), 0)
    return Ways(
        np.array([way_id], dtype=np.int64),
        np.array([kind_number(AREA)], dtype=np.int16),
        starts(np.array([len(around)], dtype=np.int64)),
        ring.vertex_id[around],
        ring.xy[around],
    )


@dataclass(frozen=True, eq=False)
class _Neighbours:
    """For each vertex in the order of ids: the vertices before and after it on its way, -1 for none."""

    vertex_id: NDArray[np.int64]
    beside: NDArray[np.int64]

    @classmethod
    def of(cls, ways: Ways) -> _Neighbours:
        before, after = np.roll(ways.vertex_id, 1), np.roll(ways.vertex_id, -1)
        before[ways.start[:-1]] = -1
        after[ways.start[1:] - 1] = -1
        order = np.argsort(ways.vertex_id, kind="stable")
        return cls(ways.vertex_id[order], np.column_stack([before, after])[order])

    def leaves(self, rim: NDArray[np.int64]) -> NDArray[np.bool_]:
        """From which vertices of a rim a way goes to a vertex that is not on the rim.

        Parameters
        ----------
        rim
            Ids in order, each once.
        """
        first, last = np.searchsorted(self.vertex_id, rim), np.searchsorted(self.vertex_id, rim, side="right")
        begins = starts(last - first)
        at = np.repeat(first - begins[:-1], last - first) + np.arange(begins[-1])
        beside = self.beside[at]
        on_rim = rim[np.minimum(np.searchsorted(rim, beside), len(rim) - 1)] == beside
        off_rim = ((beside >= 0) & ~on_rim).any(axis=1)
        found = np.zeros(len(rim), dtype=np.bool_)
        found[np.repeat(np.arange(len(rim)), last - first)[off_rim]] = True
        return found


@dataclass(frozen=True, eq=False)
class _Points:
    """Entrances, then corners to bend at: ids (n,), metres (n, 2)."""

    vertex_id: NDArray[np.int64]
    xy: NDArray[np.float64]
    entrances: int
    limited: bool


def _points(area: Area, streets: _Neighbours) -> _Points:
    ids = np.concatenate([ring.vertex_id for ring in area.rings])
    xy = np.concatenate([ring.xy for ring in area.rings])
    ids, one = np.unique(ids, return_index=True)
    xy = xy[one]
    enters = streets.leaves(ids)
    if enters.sum() < FEWEST_ENTRANCES and len(ids) <= MOST_POINTS:  # nothing to cross, and nothing too large to tell
        return _Points(ids[enters], xy[enters], int(enters.sum()), limited=False)
    bends = np.isin(ids, np.concatenate([_corners(ring, hole=ring is not area.outer) for ring in area.rings])) & ~enters
    limited = int(enters.sum() + bends.sum()) > MOST_POINTS
    if limited:
        bends[:] = False
        enters &= enters.sum() <= MOST_POINTS
    at = np.concatenate([np.flatnonzero(enters), np.flatnonzero(bends)])
    return _Points(ids[at], xy[at], int(enters.sum()), limited)


def _corners(ring: Ring, *, hole: bool) -> NDArray[np.int64]:
    """Ids of the vertices where a taut string inside the polygon could bend around this rim."""
    before, after = ring.from_before, ring.to_after
    turn = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    return ring.vertex_id[turn > 0 if ring.is_anticlockwise == hole else turn < 0]


def _shortest_lines(area: Area, points: _Points) -> Ways:
    """The lines of sight that some shortest way between two entrances uses."""
    if points.entrances < FEWEST_ENTRANCES:
        return join_ways([])
    if not area.polygon.is_valid:
        return join_ways([])
    a, b = lines_of_sight(area, points.vertex_id, points.xy)
    used = _used(a, b, points)
    used &= ~_on_rim(area, points.vertex_id[a], points.vertex_id[b])
    a, b = a[used], b[used]
    at = np.column_stack([a, b]).ravel()
    return Ways(
        np.full(len(a), area.way_id, dtype=np.int64),
        np.full(len(a), kind_number(AREA), dtype=np.int16),
        starts(np.full(len(a), 2, dtype=np.int64)),
        points.vertex_id[at],
        points.xy[at],
    )


def _used(a: NDArray[np.int64], b: NDArray[np.int64], points: _Points) -> NDArray[np.bool_]:
    """Which of the lines a-b lie on a shortest way between two entrances."""
    count = len(points.xy)
    metres = np.hypot(*(points.xy[a] - points.xy[b]).T)
    # Lines are in the order of their ends, as a sparse matrix keeps them.
    sight = csr_matrix((metres, b, np.searchsorted(a, np.arange(count + 1))), shape=(count, count))
    sources = np.arange(points.entrances)
    _, before = dijkstra(sight, directed=False, indices=sources, return_predecessors=True)
    used = np.zeros((count, count), dtype=np.bool_)
    source, reached = np.nonzero(before[:, : points.entrances] >= 0)
    while len(reached):
        previous = before[source, reached]
        used[previous, reached] = True
        on = previous != source
        source, reached = source[on], previous[on]
    result: NDArray[np.bool_] = used[a, b] | used[b, a]
    return result


def _on_rim(area: Area, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which lines a-b are segments of the outer rim, walked already."""
    outer = area.outer.vertex_id
    rim = {(min(pair), max(pair)) for pair in zip(outer.tolist(), np.roll(outer, -1).tolist(), strict=True)}
    pairs = zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True)
    return np.fromiter((pair in rim for pair in pairs), dtype=np.bool_, count=len(a))
