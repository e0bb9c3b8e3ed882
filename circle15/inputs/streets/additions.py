"""Paths, bridges and gates added to the streets: where they meet, and how far their ends were moved to do so."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.inputs.streets.editing import AT_END_M, Edits, Line, drawn, stretch
from circle15.inputs.streets.walking import kind_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

# Ends of a path this near to a street are led to it.
SNAP_M = 20.0
# A gate leads to streets this near.
GATE_REACH_M = 50.0
# An end that lies this near to a street was drawn on it.
ON_STREET_M = 0.5


@dataclass(frozen=True, eq=False)
class Added:
    """A path as it is walked: its line with its ends on the streets, metres they were moved, ends that meet nothing."""

    line: shapely.LineString
    moved_m: float
    loose_ends: int


@dataclass(frozen=True, eq=False)
class Wanted:
    """A path to add: its line as drawn, its kind, and whether it meets streets at its ends only."""

    line: shapely.LineString
    kind: str
    ends_only: bool
    way_id: int


@dataclass(eq=False)
class _Path:
    """A path in the making: its vertices, and the ids of places along it."""

    wanted: Wanted
    xy: NDArray[np.float64]
    places: list[tuple[float, int]] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    moved_m: float = 0.0
    shift_m: float = 0.0


def gate_line(network: StreetNetwork, point: shapely.Point) -> shapely.LineString | None:
    """The link through a gate: from the nearest street over the gate to the nearest street on its other side.

    The other side is away from the nearest street; a gate drawn on a street leads to the nearest street that does
    not touch that one. None where there is no street within ``GATE_REACH_M`` on both sides.

    Examples
    --------
    See ``tests/test_patch.py``.
    """
    lines = drawn(network)
    near = np.sort(shapely.STRtree(lines).query(point, predicate="dwithin", distance=GATE_REACH_M))
    if not len(near):
        return None
    feet = [lines[edge].interpolate(lines[edge].project(point)) for edge in near]
    order = np.lexsort((near, [point.distance(foot) for foot in feet]))
    first = order[0]
    here = np.array(point.coords[0])
    towards = np.array(feet[first].coords[0]) - here
    on_street = np.hypot(*towards) <= ON_STREET_M
    ends = {int(network.from_node[near[first]]), int(network.to_node[near[first]])}
    for other in order[1:]:
        apart = not ends & {int(network.from_node[near[other]]), int(network.to_node[near[other]])}
        across = float(np.dot(np.array(feet[other].coords[0]) - here, towards)) < 0
        if apart if on_street else across:
            middle = [] if on_street else [point]
            return shapely.LineString([feet[first], *middle, feet[other]])
    return None


def add_paths(edits: Edits, wanted: Sequence[Wanted]) -> list[Added]:
    """Put paths into ``edits``; the order of ``wanted`` leaves no trace but in way ids.

    An end within ``SNAP_M`` of a street, else of another path, is led straight to the nearest place on it. A path
    that crosses a street or another path meets it there; one with ``ends_only`` does not, nor do others meet it.
    """
    streets = drawn(edits.network)
    tree = shapely.STRtree(streets)
    order = sorted(
        range(len(wanted)), key=lambda i: (shapely.to_wkb(wanted[i].line), wanted[i].kind, wanted[i].ends_only)
    )
    paths = [_Path(wanted[i], shapely.get_coordinates(wanted[i].line)) for i in order]
    for path in paths:
        for end in (0, -1):
            _snap(edits, path, end, streets, tree)
    _meet_each_other(edits, paths)
    for path in paths:
        if not path.wanted.ends_only:
            _cross_streets(edits, path, streets, tree)
    made: dict[int, Added] = dict(zip(order, (_laid(edits, path) for path in paths), strict=True))
    return [made[i] for i in range(len(wanted))]


def _snap(edits: Edits, path: _Path, end: int, streets: NDArray[np.object_], tree: shapely.STRtree) -> None:
    """Lead one end to the nearest street within reach."""
    point = shapely.Point(shapely.get_coordinates(path.wanted.line)[end])
    near = tree.query_nearest(point, max_distance=SNAP_M, all_matches=True)
    if not len(near):
        return
    edge = int(near.min())
    along_m = streets[edge].project(point)
    path.ends[end] = edits.place_on(edge, along_m)
    _lead(path, end, edits.place_xy[path.ends[end]])


def _lead(path: _Path, end: int, to: NDArray[np.float64]) -> None:
    """Let a path begin or end at another place."""
    metres = float(np.hypot(*(path.xy[end] - to)))
    path.moved_m = max(path.moved_m, metres)
    if metres <= AT_END_M:
        path.xy[end] = to
    elif end == 0:
        path.xy = np.vstack([to, path.xy])
    else:
        path.xy = np.vstack([path.xy, to])


def _meet_each_other(edits: Edits, paths: list[_Path]) -> None:
    """Join paths where they cross, and ends that no street was near to with the nearest other path."""
    lines = [shapely.LineString(path.xy) for path in paths]
    for (a, one), (b, other) in itertools.combinations(enumerate(paths), 2):
        if not (one.wanted.ends_only or other.wanted.ends_only):
            for point in _crossings(lines[a], lines[b]):
                place = edits.new_place(point)
                one.places.append((lines[a].project(point), place))
                other.places.append((lines[b].project(point), place))
    for a, path in enumerate(paths):
        for end in (0, -1):
            if end not in path.ends:
                _join_next_path(edits, paths, lines, a, end)


def _join_next_path(edits: Edits, paths: list[_Path], lines: list[shapely.LineString], own: int, end: int) -> None:
    path, point = paths[own], shapely.Point(lines[own].coords[end])
    reach = [(lines[b].distance(point), b) for b in range(len(lines)) if b != own]
    distance_m, nearest = min(reach, default=(np.inf, -1))
    if distance_m > SNAP_M:
        return
    place = _place_on_path(edits, paths[nearest], lines[nearest], lines[nearest].project(point))
    if place is None:
        return
    path.ends[end] = place
    if end == 0 and distance_m > AT_END_M:
        path.places = [(along_m + distance_m, other) for along_m, other in path.places]
        path.shift_m = distance_m  # places that others still find are counted from the line as it was
    _lead(path, end, edits.place_xy[place])


def _place_on_path(edits: Edits, path: _Path, line: shapely.LineString, along_m: float) -> int | None:
    """The id of a place on a path; None between the ends of one that others meet at its ends only."""
    at_end = 0 if along_m <= AT_END_M else -1 if along_m >= line.length - AT_END_M else None
    if at_end is None and path.wanted.ends_only:
        return None
    if at_end is not None and at_end in path.ends:
        return path.ends[at_end]
    place = edits.new_place(line.interpolate(along_m))
    if at_end is None:
        path.places.append((along_m + path.shift_m, place))
    else:
        path.ends[at_end] = place
    return place


def _cross_streets(edits: Edits, path: _Path, streets: NDArray[np.object_], tree: shapely.STRtree) -> None:
    line = shapely.LineString(path.xy)
    for edge in np.sort(tree.query(line, predicate="intersects")).tolist():
        for point in _crossings(line, streets[edge]):
            along_m = line.project(point)
            if AT_END_M < along_m < line.length - AT_END_M:
                path.places.append((along_m, edits.place_on(edge, streets[edge].project(point))))


def _crossings(one: shapely.LineString, other: shapely.LineString) -> list[shapely.Point]:
    """The points that two lines share; both ends of a stretch that they share."""
    points: list[shapely.Point] = []
    shared = shapely.get_parts(shapely.intersection(one, other))
    for part in shared[~shapely.is_empty(shared)]:
        ends = [part] if part.geom_type == "Point" else [shapely.Point(part.coords[i]) for i in (0, -1)]
        points += ends
    unique = {point.coords[0]: point for point in points}
    return [unique[xy] for xy in sorted(unique)]


def _laid(edits: Edits, path: _Path) -> Added:
    """Cut a path at its places, and add the pieces."""
    loose = sum(end not in path.ends for end in (0, -1))
    line = shapely.LineString(path.xy)
    ends = [path.ends[end] if end in path.ends else edits.new_place(shapely.Point(line.coords[end])) for end in (0, -1)]
    at_place: defaultdict[float, list[int]] = defaultdict(list)
    for along_m, place in sorted(path.places):
        at_place[along_m].append(place)
    stops = [(0.0, ends[0]), *((at, place) for at, places in sorted(at_place.items()) for place in places)]
    stops.append((line.length, ends[1]))
    for (a_m, begin), (b_m, end) in itertools.pairwise(stops):
        xy = stretch(path.xy, a_m, b_m)
        xy[0], xy[-1] = edits.place_xy[begin], edits.place_xy[end]
        edits.lines.append(Line(xy, begin, end, kind_number(path.wanted.kind), path.wanted.way_id))
    return Added(line, path.moved_m, loose if not path.places else 0)
