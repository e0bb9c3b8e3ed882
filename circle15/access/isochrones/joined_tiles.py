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
    is no further from the middle than that and twice the way to a corner. ``frame`` is x and y of the first point
    and the spacing.
    """
    near = np.empty(len(ends), dtype=np.int32)
    x0, y0, spacing_m = frame[0], frame[1], frame[2]
    half = (TILE - 1) / 2
    corner_m = half * spacing_m * np.sqrt(2.0)
    for slot in range(len(tiles)):
        column, row = (tiles[slot] % columns) * TILE, (tiles[slot] // columns) * TILE
        x, y = x0 + (column + half) * spacing_m, y0 + (row + half) * spacing_m
        count = _near(ends, boxes, level_start, x, y, ((centre_leg_m[slot] + 2 * corner_m) * SLACK) ** 2, near)
        for inner in range(TILE * TILE):
            px, py = x0 + (column + inner % TILE) * spacing_m, y0 + (row + inner // TILE) * spacing_m
            best, best_d2 = near[0], _distance2(ends, near[0], px, py)
            for at in near[1:count]:
                d2 = _distance2(ends, at, px, py)
                if d2 < best_d2 or (d2 == best_d2 and edge[at] < edge[best]):
                    best, best_d2 = at, d2
            segment[slot * TILE * TILE + inner] = best
    return len(tiles)
