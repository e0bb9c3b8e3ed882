"""The parts of each edge from where a facility is within a limit.

All kernels that need the parts stand in this file: compiled code is renewed when its own file has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import (
    FILL_INT,
    FILL_METRES,
    INT,
    METRES,
    READ_INT,
    READ_METRES,
    compiled,
    inlined,
    named,
)
from circle15.access.isochrones.arrays import EDGE_REACH, FILL_TABLE, LINES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.isochrones.arrays import EdgeReach, Lines


class Parts(NamedTuple):
    """Parts of edges, edge by edge as asked, from tail to head, none touching the next.

    Attributes
    ----------
    edge
        int32, (parts,).
    start, end
        float64, (parts,): where on the edge's line each begins and ends (0 to 1).
    """

    edge: NDArray[np.int32]
    start: NDArray[np.float64]
    end: NDArray[np.float64]


PARTS = named(Parts, FILL_INT, FILL_METRES, FILL_METRES)


@inlined
def _share_of(spare_m: float, edge_m: float) -> float:
    """How much of an edge some metres lead along: all of one without length, nothing of one that is closed."""
    share = 0.0
    if spare_m >= edge_m:
        share = 1.0
    elif spare_m > 0.0:
        share = spare_m / edge_m
    return share


@inlined
def _parts_from_ends(
    tails_m: NDArray[np.float64],
    heads_m: NDArray[np.float64],
    forward_m: NDArray[np.float64],
    backward_m: NDArray[np.float64],
    edge: int,
    limit_m: float,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
) -> int:
    """The same as ``_parts_of`` for an edge without doors, as most are."""
    tail_m, head_m = tails_m[edge], heads_m[edge]
    from_tail = _share_of(limit_m - tail_m, backward_m[edge]) if tail_m <= limit_m else 0.0
    from_head = 1.0 - _share_of(limit_m - head_m, forward_m[edge]) if head_m <= limit_m else 1.0
    by_tail, by_head = from_tail > 0.0, from_head < 1.0
    count = 0
    if by_tail:
        start[0], end[0] = 0.0, from_tail
        count = 1
    if by_head and by_tail and from_head <= from_tail:
        end[0] = 1.0
    elif by_head:
        start[count], end[count] = from_head, 1.0
        count += 1
    return count


@compiled(INT, EDGE_REACH, INT, INT, METRES, FILL_METRES, FILL_METRES)
def _parts_of(
    reach: EdgeReach,
    owner: int,
    edge: int,
    limit_m: float,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
) -> int:
    """Fill the parts of one edge, united and in order; give how many there are."""
    forward_m, backward_m = reach.forward_m[edge], reach.backward_m[edge]
    count = 0
    if reach.tail_m[edge] <= limit_m:
        start[count], end[count] = 0.0, _share_of(limit_m - reach.tail_m[edge], backward_m)
        count += 1
    if reach.head_m[edge] <= limit_m:
        start[count], end[count] = 1.0 - _share_of(limit_m - reach.head_m[edge], forward_m), 1.0
        count += 1
    for door in range(reach.door_first[edge], reach.door_first[edge + 1]):
        spare_m = limit_m - reach.door_leg_m[door]
        if reach.door_owner[door] == owner and spare_m >= 0.0:
            share = reach.door_share[door]
            start[count] = max(share - _share_of(spare_m, forward_m), 0.0)
            end[count] = min(share + _share_of(spare_m, backward_m), 1.0)
            count += 1
    for at in range(1, count):
        first, last = start[at], end[at]
        to = at
        while to > 0 and start[to - 1] > first:
            start[to], end[to] = start[to - 1], end[to - 1]
            to -= 1
        start[to], end[to] = first, last
    kept = 0
    for at in range(count):
        if kept > 0 and start[at] <= end[kept - 1]:
            end[kept - 1] = max(end[kept - 1], end[at])
        elif end[at] > start[at]:
            start[kept], end[kept] = start[at], end[at]
            kept += 1
    return kept


@compiled(PARTS, EDGE_REACH, INT, READ_INT, METRES)
def parts_within(reach: EdgeReach, owner: int, edges: NDArray[np.int32], limit_m: float) -> Parts:
    """The parts of ``edges`` from where the facility is within ``limit_m``."""
    most, room = 2, 0
    for edge in edges:
        doors = reach.door_first[edge + 1] - reach.door_first[edge]
        most, room = max(most, 2 + doors), room + 2 + doors
    start, end = np.empty(most), np.empty(most)
    parts = Parts(np.empty(room, dtype=np.int32), np.empty(room), np.empty(room))
    count = 0
    for edge in edges:
        for at in range(_parts_of(reach, owner, edge, limit_m, start, end)):
            parts.edge[count], parts.start[count], parts.end[count] = edge, start[at], end[at]
            count += 1
    return Parts(parts.edge[:count].copy(), parts.start[:count].copy(), parts.end[:count].copy())


@compiled(INT, LINES, READ_INT, READ_METRES, READ_METRES, FILL_TABLE, FILL_INT)
def cut_lines(
    lines: Lines,
    edge: NDArray[np.int32],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    xy: NDArray[np.float64],
    vertices: NDArray[np.int32],
) -> int:
    """Fill the vertices of parts of edges, part by part, and how many each has; give how many there are.

    ``xy`` has room for all vertices of the parts' edges and two more of each.
    """
    ends, first, row = lines.ends, lines.first, lines.row
    count = 0
    for part in range(len(edge)):
        before = count
        for at in range(first[edge[part]], first[edge[part] + 1]):
            segment = row[at]
            share, from_share = lines.share[segment], lines.start_share[segment]
            low, high = max(start[part] - from_share, 0.0), min(end[part] - from_share, share)
            if high <= low:
                continue
            dx, dy = ends[segment, 2] - ends[segment, 0], ends[segment, 3] - ends[segment, 1]
            if count == before:
                xy[count, 0] = ends[segment, 0] + low / share * dx
                xy[count, 1] = ends[segment, 1] + low / share * dy
                count += 1
            whole = high == share
            xy[count, 0] = ends[segment, 2] if whole else ends[segment, 0] + high / share * dx
            xy[count, 1] = ends[segment, 3] if whole else ends[segment, 1] + high / share * dy
            count += 1
        vertices[part] = count - before
    return count


@compiled(INT, EDGE_REACH, READ_INT)
def _most_parts(reach: EdgeReach, edges: NDArray[np.int32]) -> int:
    """How many parts an edge can have at most."""
    most = 2
    for edge in edges:
        most = max(most, 2 + reach.door_first[edge + 1] - reach.door_first[edge])
    return most


@compiled(INT, LINES, EDGE_REACH, INT, READ_INT, METRES, FILL_METRES)
def box_of_parts(
    lines: Lines, reach: EdgeReach, owner: int, edges: NDArray[np.int32], limit_m: float, box: NDArray[np.float64]
) -> int:
    """Widen a box (west, south, east, north) to hold all segments that have a part within a limit."""
    most = _most_parts(reach, edges)
    start, end = np.empty(most), np.empty(most)
    ends, first, row = lines.ends, lines.first, lines.row
    start_share, piece_share, door_first = lines.start_share, lines.share, reach.door_first
    tail_m, head_m, forward_m, backward_m = reach.tail_m, reach.head_m, reach.forward_m, reach.backward_m
    for edge in edges:
        if door_first[edge] == door_first[edge + 1]:
            count = _parts_from_ends(tail_m, head_m, forward_m, backward_m, edge, limit_m, start, end)
        else:
            count = _parts_of(reach, owner, edge, limit_m, start, end)
        for part in range(count):
            for at in range(first[edge], first[edge + 1]):
                segment = row[at]
                from_share = start_share[segment]
                if from_share <= end[part] and from_share + piece_share[segment] >= start[part]:
                    box[0] = min(box[0], ends[segment, 0], ends[segment, 2])
                    box[1] = min(box[1], ends[segment, 1], ends[segment, 3])
                    box[2] = max(box[2], ends[segment, 0], ends[segment, 2])
                    box[3] = max(box[3], ends[segment, 1], ends[segment, 3])
    return len(edges)


@inlined
def _lower(distance2: NDArray[np.float64], px: float, py: float, dx: float, dy: float, spacing_m: float) -> None:
    """Lower the squared distances of one row of points, the first of them at (px, py) from the segment's start."""
    length2 = dx * dx + dy * dy
    by_length2 = 1.0 / length2 if length2 > 0.0 else 0.0
    for c in range(len(distance2)):
        x = px + c * spacing_m
        along = min(max((x * dx + py * dy) * by_length2, 0.0), 1.0)
        east, north = x - along * dx, py - along * dy
        d2 = east * east + north * north
        known = distance2[c]
        distance2[c] = d2 if d2 < known else known


@compiled(INT, LINES, EDGE_REACH, INT, READ_INT, READ_METRES, METRES, METRES, METRES, READ_INT, FILL_METRES)
def near_parts(
    lines: Lines,
    reach: EdgeReach,
    owner: int,
    edges: NDArray[np.int32],
    frame: NDArray[np.float64],
    known_limit_m: float,
    limit_m: float,
    width_m: float,
    window: NDArray[np.int32],
    distance2: NDArray[np.float64],
) -> int:
    """Lower the squared distance of each point of a window to that to the parts within a limit.

    It is exact to ``width_m`` and one spacing more. Edges that were whole within ``known_limit_m`` are in it already.
    ``frame`` is x and y of point (0, 0) and the spacing; ``window`` is first column, first row, columns and rows.
    """
    most = _most_parts(reach, edges)
    start, end = np.empty(most), np.empty(most)
    ends, first, row = lines.ends, lines.first, lines.row
    start_share, piece_share, door_first = lines.start_share, lines.share, reach.door_first
    tail_m, head_m, forward_m, backward_m = reach.tail_m, reach.head_m, reach.forward_m, reach.backward_m
    spacing_m = frame[2]
    x0, y0 = frame[0] + window[0] * spacing_m, frame[1] + window[1] * spacing_m
    columns, rows = window[2], window[3]
    around_m = width_m + spacing_m
    for edge in edges:
        without_doors = door_first[edge] == door_first[edge + 1]
        if without_doors:
            count = _parts_from_ends(tail_m, head_m, forward_m, backward_m, edge, known_limit_m, start, end)
        else:
            count = _parts_of(reach, owner, edge, known_limit_m, start, end)
        if count == 1 and start[0] == 0.0 and end[0] == 1.0:
            continue
        if without_doors:
            count = _parts_from_ends(tail_m, head_m, forward_m, backward_m, edge, limit_m, start, end)
        else:
            count = _parts_of(reach, owner, edge, limit_m, start, end)
        for part in range(count):
            for at in range(first[edge], first[edge + 1]):
                segment = row[at]
                share = piece_share[segment]
                low = max(start[part] - start_share[segment], 0.0)
                high = min(end[part] - start_share[segment], share)
                if high < low or share <= 0.0:
                    continue
                dx, dy = ends[segment, 2] - ends[segment, 0], ends[segment, 3] - ends[segment, 1]
                ax, ay = ends[segment, 0] + low / share * dx - x0, ends[segment, 1] + low / share * dy - y0
                dx, dy = (high - low) / share * dx, (high - low) / share * dy
                west, east = min(ax, ax + dx) - around_m, max(ax, ax + dx) + around_m
                south, north = min(ay, ay + dy) - around_m, max(ay, ay + dy) + around_m
                c, end_column = max(int(west / spacing_m), 0), min(int(east / spacing_m) + 1, columns)
                for r in range(max(int(south / spacing_m), 0), min(int(north / spacing_m) + 1, rows)):
                    one_row = distance2[r * columns + c : r * columns + end_column]
                    _lower(one_row, c * spacing_m - ax, r * spacing_m - ay, dx, dy, spacing_m)
    return len(edges)
