"""The nearest segment of every point of a tile: few streets are near a tile, and each point looks at these alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import FILL_INT, INT, METRES, READ_INT, READ_METRES, READ_TABLE, compiled, inlined
from circle15.access.isochrones.arrays import TILE
from circle15.access.segments import FANOUT

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Rounding never hides a segment at an equal distance.
SLACK = 1.0 + 1e-9
# A tile is looked at in blocks of so many rows and columns.
BLOCK = 4
POINTS = BLOCK * BLOCK


@inlined
def _box_distance2(boxes: NDArray[np.float64], box: int, x: float, y: float) -> float:
    """Square of the distance from (x, y) to a box, 0 inside."""
    dx = max(boxes[box, 0] - x, x - boxes[box, 2], 0.0)
    dy = max(boxes[box, 1] - y, y - boxes[box, 3], 0.0)
    distance2: float = dx * dx + dy * dy
    return distance2


@inlined
def _distance2(ends: NDArray[np.float64], segment: int, x: float, y: float) -> float:
    """Square of the distance from (x, y) to a segment; at its end exactly that to the vertex, so that ties are ties."""
    dx, dy = ends[segment, 2] - ends[segment, 0], ends[segment, 3] - ends[segment, 1]
    px, py = x - ends[segment, 0], y - ends[segment, 1]
    length2 = dx * dx + dy * dy
    share = 0.0 if length2 == 0.0 else min(max((px * dx + py * dy) / length2, 0.0), 1.0)
    if share == 1.0:
        px, py, share = x - ends[segment, 2], y - ends[segment, 3], 0.0
    distance2: float = (px - share * dx) ** 2 + (py - share * dy) ** 2
    return distance2


@compiled(INT, READ_TABLE, READ_TABLE, READ_INT, METRES, METRES, METRES, FILL_INT)
def _near(
    ends: NDArray[np.float64],
    boxes: NDArray[np.float64],
    level_start: NDArray[np.int32],
    x: float,
    y: float,
    furthest2: float,
    near: NDArray[np.int32],
) -> int:
    """List the segments no further from (x, y) than the root of ``furthest2``; give how many."""
    levels = len(level_start) - 1
    box = np.empty(FANOUT * levels + 1, dtype=np.int64)
    level = np.empty(FANOUT * levels + 1, dtype=np.int64)
    box[0], level[0] = 0, levels - 1
    height, count = 1, 0
    while height > 0:
        height -= 1
        below, first = level[height] - 1, box[height] * FANOUT
        if below >= 0:
            offset = level_start[below]
            for child in range(first, min(first + FANOUT, level_start[below + 1] - offset)):
                if _box_distance2(boxes, offset + child, x, y) <= furthest2:
                    box[height], level[height] = child, below
                    height += 1
            continue
        for segment in range(first, min(first + FANOUT, len(ends))):
            if _distance2(ends, segment, x, y) <= furthest2:
                near[count] = segment
                count += 1
    return count


@inlined
def _narrowed(
    ends: NDArray[np.float64],
    near: NDArray[np.int32],
    count: int,
    x: float,
    y: float,
    around_m: float,
    distance2: NDArray[np.float64],
    nearer: NDArray[np.int32],
) -> int:
    """List those that may be nearest to a place no more than ``around_m`` from (x, y), in order; give how many."""
    least2 = np.inf
    for at in range(count):
        distance2[at] = _distance2(ends, near[at], x, y)
        least2 = min(least2, distance2[at])
    most2 = ((np.sqrt(least2) + 2 * around_m) * SLACK) ** 2
    kept = 0
    for at in range(count):
        nearer[kept] = near[at]
        kept += int(distance2[at] <= most2)
    return kept


@inlined
def _nearest_of_block(
    ends: NDArray[np.float64],
    edge: NDArray[np.int32],
    near: NDArray[np.int32],
    count: int,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    least2: NDArray[np.float64],
    nearest: NDArray[np.int32],
    of_edge: NDArray[np.int32],
) -> None:
    """Fill the nearest segment of each point of a block, one segment after the other, all points at once."""
    least2[:] = np.inf
    nearest[:] = near[0]
    of_edge[:] = edge[near[0]]
    for at in range(count):
        segment = near[at]
        own = edge[segment]
        x0, y0, x1, y1 = ends[segment, 0], ends[segment, 1], ends[segment, 2], ends[segment, 3]
        dx, dy = x1 - x0, y1 - y0
        length2 = dx * dx + dy * dy
        whole2 = length2 if length2 > 0.0 else 1.0
        for point in range(POINTS):
            px, py = x[point] - x0, y[point] - y0
            share = min(max((px * dx + py * dy) / whole2, 0.0), 1.0)
            qx, qy = x[point] - x1, y[point] - y1
            beside2 = (px - share * dx) ** 2 + (py - share * dy) ** 2
            d2 = qx * qx + qy * qy if share == 1.0 else beside2
            better = (d2 < least2[point]) | ((d2 == least2[point]) & (own < of_edge[point]))
            least2[point] = d2 if better else least2[point]
            nearest[point] = segment if better else nearest[point]
            of_edge[point] = own if better else of_edge[point]


@compiled(INT, READ_TABLE, READ_INT, READ_TABLE, READ_INT, READ_INT, READ_METRES, INT, READ_METRES, FILL_INT)
def join_tiles(
    ends: NDArray[np.float64],
    edge: NDArray[np.int32],
    boxes: NDArray[np.float64],
    level_start: NDArray[np.int32],
    tiles: NDArray[np.int32],
    centre_leg_m: NDArray[np.float64],
    columns: int,
    frame: NDArray[np.float64],
    segment: NDArray[np.int32],
) -> int:
    """Fill the nearest segment of each point of ``tiles``, of equally near ones that of the smaller edge.

    ``centre_leg_m`` is the distance of each tile's middle to its nearest segment: what is nearest to any of its points
    is no further from the middle than that and twice the way to a corner; of these, fewer are near a block of
    4 x 4 points. ``frame`` is x and y of the first point and the spacing.
    """
    near, nearer = np.empty(len(ends), dtype=np.int32), np.empty(len(ends), dtype=np.int32)
    distance2 = np.empty(len(ends))
    px, py, least2 = np.empty(POINTS), np.empty(POINTS), np.empty(POINTS)
    nearest, of_edge = np.empty(POINTS, dtype=np.int32), np.empty(POINTS, dtype=np.int32)
    x0, y0, spacing_m = frame[0], frame[1], frame[2]
    half, half_block = (TILE - 1) / 2, (BLOCK - 1) / 2
    corner_m, block_corner_m = half * spacing_m * np.sqrt(2.0), half_block * spacing_m * np.sqrt(2.0)
    for slot in range(len(tiles)):
        column, row = (tiles[slot] % columns) * TILE, (tiles[slot] // columns) * TILE
        x, y = x0 + (column + half) * spacing_m, y0 + (row + half) * spacing_m
        count = _near(ends, boxes, level_start, x, y, ((centre_leg_m[slot] + 2 * corner_m) * SLACK) ** 2, near)
        for block in range((TILE // BLOCK) ** 2):
            c, r = block % (TILE // BLOCK) * BLOCK, block // (TILE // BLOCK) * BLOCK
            x, y = x0 + (column + c + half_block) * spacing_m, y0 + (row + r + half_block) * spacing_m
            few = _narrowed(ends, near, count, x, y, block_corner_m, distance2, nearer)
            for point in range(POINTS):
                px[point] = x0 + (column + c + point % BLOCK) * spacing_m
                py[point] = y0 + (row + r + point // BLOCK) * spacing_m
            _nearest_of_block(ends, edge, nearer, few, px, py, least2, nearest, of_edge)
            for point in range(POINTS):
                segment[(slot * TILE + r + point // BLOCK) * TILE + c + point % BLOCK] = nearest[point]
    return len(tiles)
