"""Lines of sight across an area: told from its rims where that is beyond doubt, from the whole polygon elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.inputs.streets.areas import Area

    Rows = NDArray[np.int64]
    Are = NDArray[np.bool_]

# Sine of an angle, and metres beside a line; far above what rounding does to them, far below any real corner's.
BEYOND_DOUBT = 1e-7
BEYOND_DOUBT_M = 1e-6
# Lines times segments of rims that are looked at together.
MOST_TOGETHER = 200_000


def lines_of_sight(area: Area, vertex_id: NDArray[np.int64], xy: NDArray[np.float64]) -> tuple[Rows, Rows]:
    """All pairs of points on the rims of a valid area whose straight line stays in it, the rims included.

    Parameters
    ----------
    area
        The area.
    vertex_id, xy
        Ids of the points (n,), each once, all of them vertices of its rims, and metres (n, 2).

    Returns
    -------
    int64, (lines,) each
        Rows of the points at both ends.
    """
    a, b = np.triu_indices(len(xy), k=1)
    corners = _Corners.of(area, vertex_id, xy)
    may = ~(corners.leads_out(a, b) | corners.leads_out(b, a))
    a, b = a[may], b[may]
    crossed, apart = _against_rims(area, vertex_id, xy, a, b)
    inside = apart & corners.leads_in(a, b) & corners.leads_in(b, a)
    doubt = np.flatnonzero(~(inside | crossed))
    if len(doubt):
        polygon = area.polygon
        shapely.prepare(polygon)
        lines = shapely.linestrings(np.stack([xy[a[doubt]], xy[b[doubt]]], axis=1))
        inside[doubt] = shapely.covers(polygon, lines)
    return a[inside], b[inside]


class _Corners(NamedTuple):
    """Directions from each point to the rim's vertices before and after it, the polygon on the left; or NaN.

    At a vertex of several rims nothing is said.
    """

    xy: NDArray[np.float64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]

    @classmethod
    def of(cls, area: Area, vertex_id: NDArray[np.int64], xy: NDArray[np.float64]) -> _Corners:
        """The corners of an area at these points."""
        to_before, to_after = [], []
        for ring in area.rings:
            back, on = -ring.from_before, ring.to_after
            on_left = ring.is_anticlockwise == (ring is area.outer)
            to_before.append(back if on_left else on)
            to_after.append(on if on_left else back)
        ids = np.concatenate([ring.vertex_id for ring in area.rings])
        every, one, count = np.unique(ids, return_index=True, return_counts=True)
        at = np.searchsorted(every, vertex_id)
        once = np.where(count[at] == 1, 1.0, np.nan)[:, None]
        row = one[at]
        return cls(xy, _unit(np.concatenate(to_before)[row]) * once, _unit(np.concatenate(to_after)[row]) * once)

    def leads_out(self, begin: Rows, end: Rows) -> Are:
        """Which lines leave the polygon where they begin, beyond doubt: they need no look at the rest of it."""
        line, before, after = self._line(begin, end), self.before[begin], self.after[begin]
        turn = _cross(after, before)
        beyond_either = (_cross(after, line) < -BEYOND_DOUBT) | (_cross(line, before) < -BEYOND_DOUBT)
        between_outside = (_cross(before, line) > BEYOND_DOUBT) & (_cross(line, after) > BEYOND_DOUBT)
        result: Are = np.where(turn > BEYOND_DOUBT, beyond_either, between_outside & (turn < -BEYOND_DOUBT))
        return result

    def leads_in(self, begin: Rows, end: Rows) -> Are:
        """Which lines begin inside the polygon, along neither of the two segments of their corner, beyond doubt."""
        line, before, after = self._line(begin, end), self.before[begin], self.after[begin]
        turn, straight_on = _cross(after, before), (before * after).sum(axis=1) < 0
        from_after, from_before = _cross(after, line), _cross(line, before)
        between = (from_after > BEYOND_DOUBT) & (from_before > BEYOND_DOUBT)
        beside = (np.abs(from_after) > BEYOND_DOUBT) & (np.abs(from_before) > BEYOND_DOUBT)
        not_outside = (from_after > BEYOND_DOUBT) | (from_before > BEYOND_DOUBT)
        convex = (turn > BEYOND_DOUBT) | ((np.abs(turn) <= BEYOND_DOUBT) & straight_on)
        result: Are = np.where(convex, between, beside & not_outside & (turn < -BEYOND_DOUBT))
        return result

    def _line(self, begin: Rows, end: Rows) -> NDArray[np.float64]:
        return _unit(self.xy[end] - self.xy[begin])


def _against_rims(
    area: Area, vertex_id: NDArray[np.int64], xy: NDArray[np.float64], a: Rows, b: Rows
) -> tuple[Are, Are]:
    """Which lines cross a segment of a rim, and which meet none but those that end where they end, beyond doubt."""
    begin_id = np.concatenate([ring.vertex_id for ring in area.rings])
    end_id = np.concatenate([part for ring in area.rings for part in (ring.vertex_id[1:], ring.vertex_id[:1])])
    # From near by, so that rounding is far below what is beyond doubt.
    begin = np.concatenate([ring.xy for ring in area.rings]) - area.outer.xy[0]
    end = np.concatenate([part for ring in area.rings for part in (ring.xy[1:], ring.xy[:1])]) - area.outer.xy[0]
    near = xy - area.outer.xy[0]
    of_segments = _sides(begin, end, near).T
    own_of = (vertex_id[:, None] == begin_id) | (vertex_id[:, None] == end_id)
    crossed, apart = np.zeros(len(a), dtype=np.bool_), np.zeros(len(a), dtype=np.bool_)
    step = max(MOST_TOGETHER // len(begin), 1)
    for first in range(0, len(a), step):
        one, other = a[first : first + step], b[first : first + step]
        of_line = _sides(near[one], near[other], begin) * _sides(near[one], near[other], end)
        of_segment = of_segments[one] * of_segments[other]
        own = own_of[one] | own_of[other]
        crossed[first : first + step] = ((of_line < 0) & (of_segment < 0) & ~own).any(axis=1)
        apart[first : first + step] = ((of_line > 0) | (of_segment > 0) | own).all(axis=1)
    return crossed, apart


def _sides(one: NDArray[np.float64], other: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.int8]:
    """On which side of each line from one point to another each place is beyond doubt: 1 left, -1 right, 0 neither."""
    along = other - one
    across = np.column_stack([-along[:, 1], along[:, 0]])
    left = across @ places.T - (across * one).sum(axis=1)[:, None]
    least = BEYOND_DOUBT_M * np.hypot(*along.T)[:, None]
    sides: NDArray[np.int8] = (left > least).astype(np.int8) - (left < -least).astype(np.int8)
    return sides


def _unit(way: NDArray[np.float64]) -> NDArray[np.float64]:
    """Directions of length 1; NaN where there is none."""
    length = np.hypot(*way.T)[:, None]
    unit: NDArray[np.float64] = np.divide(way, length, out=np.full_like(way, np.nan), where=length > 0)
    return unit


def _cross(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sine of the angle from one direction to another, anticlockwise."""
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
