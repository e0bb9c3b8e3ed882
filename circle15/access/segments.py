"""The nearest street segment of a point: a tree of boxes over all segments of all edges.

Segments are laid along a Morton curve; each box covers four things of the level below. A query walks down only
into boxes that are no further than the best segment found so far, so it is exact at any distance from a street,
in the densest old town as on an empty hillside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import (
    FILL_INT,
    FILL_METRES,
    INT,
    READ_INT,
    READ_METRES,
    READ_ROWS,
    READ_TABLE,
    compiled,
    inlined,
)
from circle15.access.curve import morton_order
from circle15.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

FANOUT = 4
# A box may be called nearer than it is by this share, so that rounding never hides a segment at an equal distance.
SLACK = 1.0 - 1e-12


@dataclass(frozen=True, eq=False)
class SegmentTree:
    """The segments of a network's lines that points may join, and boxes around them.

    Attributes
    ----------
    ends
        float64, (segments, 4): x and y of the start and of the end of each segment, along the Morton curve.
    edge
        int32, (segments,): the edge it is part of.
    along_m
        float64, (segments,): metres of line from the start of the edge to the start of the segment.
    line_m
        float64, (edges,): metres of line of each edge.
    boxes
        float64, (boxes, 4): west, south, east, north; the finest level first.
    level_start
        int32, (levels + 1,): where each level's boxes begin.
    """

    ends: NDArray[np.float64]
    edge: NDArray[np.int32]
    along_m: NDArray[np.float64]
    line_m: NDArray[np.float64]
    boxes: NDArray[np.float64]
    level_start: NDArray[np.int32]


def segment_tree(network: StreetNetwork, joinable: NDArray[np.bool_] | None = None) -> SegmentTree:
    """Lay the segments of ``network`` along the curve and box them in.

    Parameters
    ----------
    network
        The streets.
    joinable
        bool, (edges,): the edges whose segments are taken; None for all.

    Raises
    ------
    DataError
        No edge is joinable.
    """
    ends, edge, along_m, line_m = street_segments(network)
    if joinable is not None:
        taken = joinable[edge]
        ends, edge, along_m = ends[taken], edge[taken], along_m[taken]
    if len(edge) == 0:
        raise DataError("access.nowhere_to_join", edges=network.edge_count)
    order = morton_order((ends[:, :2] + ends[:, 2:]) / 2)
    boxes, level_start = _boxes(ends[order])
    return SegmentTree(ends[order], edge[order], along_m[order], line_m, boxes, level_start)


def street_segments(
    network: StreetNetwork,
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """``ends``, ``edge``, ``along_m`` and ``line_m`` as in ``SegmentTree``, edge by edge."""
    first, edge = _segment_vertices(network.line_start)
    last = np.minimum(first + 1, network.line_start[edge + 1] - 1)  # a line of one vertex is a point
    ends = np.hstack([network.line_xy[first], network.line_xy[last]])
    piece_m = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    along_m, line_m = _along_lines(piece_m, edge, network.edge_count)
    return ends, edge.astype(np.int32), along_m, line_m


def vertex_shares(network: StreetNetwork) -> NDArray[np.float64]:
    """float64, (vertices,): where on its edge's line each vertex is, 0 at the first and 1 at the last."""
    first, edge = _segment_vertices(network.line_start)
    last = np.minimum(first + 1, network.line_start[edge + 1] - 1)
    piece_m = np.hypot(*(network.line_xy[last] - network.line_xy[first]).T)
    along_m, line_m = _along_lines(piece_m, edge, network.edge_count)
    shares = np.ones(len(network.line_xy))
    shares[first] = along_m / np.where(line_m > 0, line_m, 1.0)[edge]
    return shares


def _segment_vertices(line_start: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The row of the first vertex of every segment, and its edge."""
    pieces = np.maximum(np.diff(line_start) - 1, 1)
    edge = np.repeat(np.arange(len(pieces)), pieces)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return line_start[edge] + nth, edge


def _along_lines(
    piece_m: NDArray[np.float64], edge: NDArray[np.int64], edges: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres of line before each segment, and of each whole line.

    Summed edge by edge: one running sum over a province would leave its rounding in every street.
    """
    along_m = np.zeros(len(piece_m))
    line_m = np.zeros(edges)
    _sum_along(piece_m, edge.astype(np.int32), along_m, line_m)
    return along_m, line_m


@compiled(INT, FILL_METRES, FILL_INT, FILL_METRES, FILL_METRES)
def _sum_along(
    piece_m: NDArray[np.float64],
    edge: NDArray[np.int32],
    along_m: NDArray[np.float64],
    line_m: NDArray[np.float64],
) -> int:
    for at in range(len(piece_m)):
        along_m[at] = line_m[edge[at]]
        line_m[edge[at]] += piece_m[at]
    return len(piece_m)


def _boxes(ends: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    west_south = np.minimum(ends[:, :2], ends[:, 2:])
    east_north = np.maximum(ends[:, :2], ends[:, 2:])
    levels: list[NDArray[np.float64]] = []
    while not levels or len(levels[-1]) > 1:
        heads = np.arange(0, len(west_south), FANOUT)
        west_south = np.minimum.reduceat(west_south, heads)
        east_north = np.maximum.reduceat(east_north, heads)
        levels.append(np.hstack([west_south, east_north]))
    level_start = np.cumsum([0, *(len(level) for level in levels)]).astype(np.int32)
    return np.vstack(levels), level_start


@inlined
def _box_distance2(boxes: NDArray[np.float64], box: int, x: float, y: float) -> float:
    """Square of the distance from (x, y) to a box, 0 inside."""
    dx = max(boxes[box, 0] - x, x - boxes[box, 2], 0.0)
    dy = max(boxes[box, 1] - y, y - boxes[box, 3], 0.0)
    distance2: float = dx * dx + dy * dy
    return distance2


@inlined
def _foot_share(ends: NDArray[np.float64], segment: int, x: float, y: float) -> float:
    """Where on a segment the foot of (x, y) is: 0 at its start, 1 at its end."""
    dx = ends[segment, 2] - ends[segment, 0]
    dy = ends[segment, 3] - ends[segment, 1]
    length2 = dx * dx + dy * dy
    if length2 == 0.0:
        return 0.0
    share = ((x - ends[segment, 0]) * dx + (y - ends[segment, 1]) * dy) / length2
    within: float = min(max(share, 0.0), 1.0)
    return within


@inlined
def _foot_distance2(ends: NDArray[np.float64], segment: int, share: float, x: float, y: float) -> float:
    """Square of the distance from (x, y) to the point at ``share`` of a segment.

    Exactly the distance to the end vertex at either end, so that streets that meet there tie exactly.
    """
    if share == 1.0:
        dx = x - ends[segment, 2]
        dy = y - ends[segment, 3]
    else:
        dx = (x - ends[segment, 0]) - share * (ends[segment, 2] - ends[segment, 0])
        dy = (y - ends[segment, 1]) - share * (ends[segment, 3] - ends[segment, 1])
    distance2: float = dx * dx + dy * dy
    return distance2


@compiled(
    INT,
    READ_TABLE,
    READ_INT,
    READ_METRES,
    READ_TABLE,
    READ_INT,
    READ_TABLE,
    READ_ROWS,
    FILL_INT,
    FILL_METRES,
    FILL_METRES,
)
def nearest_segments(
    ends: NDArray[np.float64],
    edge: NDArray[np.int32],
    along_m: NDArray[np.float64],
    boxes: NDArray[np.float64],
    level_start: NDArray[np.int32],
    xy: NDArray[np.float64],
    order: NDArray[np.int64],
    found: NDArray[np.int32],
    share: NDArray[np.float64],
    leg_m: NDArray[np.float64],
) -> int:
    """Fill, for each point, its nearest segment, where on it the foot lies (0 to 1) and how far it is.

    Of segments at the same distance the one of the smaller edge is taken, then the one earlier on its line. The
    points are searched in ``order``, best along a curve: each search starts from what the last one found.
    """
    levels = len(level_start) - 1
    stack_box = np.empty(FANOUT * levels + 1, dtype=np.int64)
    stack_level = np.empty(FANOUT * levels + 1, dtype=np.int64)
    stack_d2 = np.empty(FANOUT * levels + 1, dtype=np.float64)
    best = 0
    for point in order:
        x, y = xy[point, 0], xy[point, 1]
        best_share = _foot_share(ends, best, x, y)
        best_d2 = _foot_distance2(ends, best, best_share, x, y)
        stack_box[0], stack_level[0], stack_d2[0] = 0, levels - 1, 0.0
        height = 1
        while height > 0:
            height -= 1
            if stack_d2[height] > best_d2:
                continue
            level = stack_level[height]
            first = stack_box[height] * FANOUT
            if level > 0:
                offset = level_start[level - 1]
                for child in range(first, min(first + FANOUT, level_start[level] - offset)):
                    d2 = _box_distance2(boxes, offset + child, x, y) * SLACK
                    if d2 <= best_d2:
                        stack_box[height], stack_level[height], stack_d2[height] = child, level - 1, d2
                        height += 1
                continue
            for segment in range(first, min(first + FANOUT, len(ends))):
                at = _foot_share(ends, segment, x, y)
                d2 = _foot_distance2(ends, segment, at, x, y)
                earlier = edge[segment] < edge[best] or (
                    edge[segment] == edge[best] and along_m[segment] < along_m[best]
                )
                if d2 < best_d2 or (d2 == best_d2 and earlier):
                    best, best_share, best_d2 = segment, at, d2
        found[point], share[point], leg_m[point] = best, best_share, np.sqrt(best_d2)
    return len(xy)
