"""Outlines of a field of metres: exact where a line of the grid crosses them, straight in between.

At every point of the grid the street it joins is known, so the field is known exactly there, and along each line of
the grid it is known from the streets at both ends: where these differ, the place where the nearer street changes
is found by halving the line, with the jump of metres that lies there. Between crossings outlines are straight, at most
across one square. A crossing at a larger limit never lies further in, so that the areas of rising limits nest exactly.

All kernels of the outlines stand in this file: compiled code is renewed when its own file has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
)
from circle15.access.isochrones.arrays import EDGE_REACH, LINES, NONE, OUTLINES, TILE, TILES, Outlines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.isochrones.arrays import EdgeReach, Lines, Tiles

HALVINGS = 10
# Metres of travel change by no more than so much per metre where the street and its way stay the same.
STEEPEST = 2.0
# A crossing keeps this share of a step away from the points at both ends, so that no two vertices are ever one.
NEAREST_CROSSING = 1e-3
# A bit for each point of a tile's row and for the one after.
ALL_WITHIN = 2 ** (TILE + 1) - 1
WORD = 8


def _ways_through_squares() -> NDArray[np.int64]:
    """Which sides of a square outlines lead from and to, two ways each, what is within on their left.

    Rows are the sum of the corners within (1 south-west, 2 south-east, 4 north-east, 8 north-west), and 16 more where
    two opposite corners are one area. Sides are 0 south, 1 east, 2 north, 3 west. A single way stands twice.
    """
    one = {
        1: "03",
        2: "10",
        3: "13",
        4: "21",
        6: "20",
        7: "23",
        8: "32",
        9: "02",
        11: "12",
        12: "31",
        13: "01",
        14: "30",
    }
    two = {5: one[1] + one[4], 10: one[2] + one[8], 21: one[13] + one[7], 26: one[14] + one[11]}
    ways = {code: way + way for code, way in one.items()} | two
    return np.array([[int(side) for side in ways.get(code, "0000")] for code in range(32)])


WAYS = _ways_through_squares()


@inlined
def _foot(ends: NDArray[np.float64], segment: int, x: float, y: float) -> tuple[float, float]:
    """Where on a segment the foot of (x, y) is (0 to 1), and the square of the distance to it."""
    dx, dy = ends[segment, 2] - ends[segment, 0], ends[segment, 3] - ends[segment, 1]
    px, py = x - ends[segment, 0], y - ends[segment, 1]
    length2 = dx * dx + dy * dy
    share = 0.0 if length2 == 0.0 else min(max((px * dx + py * dy) / length2, 0.0), 1.0)
    return share, (px - share * dx) ** 2 + (py - share * dy) ** 2


@inlined
def _by_ends_m(tail_m: float, head_m: float, forward_m: float, backward_m: float, share: float) -> float:
    """Metres from a place on an edge to the facility by one end of it or by the other."""
    # A share of nothing is nothing, on a street that is closed in that direction too.
    back_m = share * backward_m if share > 0.0 else 0.0
    ahead_m = (1.0 - share) * forward_m if share < 1.0 else 0.0
    best_m: float = min(tail_m + back_m, head_m + ahead_m)
    return best_m


@inlined
def _by_door_m(ahead: float, leg_m: float, forward_m: float, backward_m: float) -> float:
    """Metres along an edge to a door that stands ``ahead`` (-1 to 1) on it, and its leg."""
    along_m = 0.0
    if ahead > 0.0:
        along_m = ahead * forward_m
    elif ahead < 0.0:
        along_m = -ahead * backward_m
    return leg_m + along_m


@inlined
def _way_m(reach: EdgeReach, owner: int, edge: int, share: float) -> float:
    """Metres from a place on an edge to the facility: by one end, by the other, or along the edge to a door."""
    forward_m, backward_m = reach.forward_m[edge], reach.backward_m[edge]
    best_m = _by_ends_m(reach.tail_m[edge], reach.head_m[edge], forward_m, backward_m, share)
    for door in range(reach.door_first[edge], reach.door_first[edge + 1]):
        if reach.door_owner[door] == owner:
            ahead = reach.door_share[door] - share
            best_m = min(best_m, _by_door_m(ahead, reach.door_leg_m[door], forward_m, backward_m))
    return best_m


@inlined
def _metres_at(
    lines: Lines,
    reach: EdgeReach,
    owner: int,
    segment: int,
    x: float,
    y: float,
    max_leg_m: float,
    leg_factor: float,
) -> float:
    """The field at a place that joins a segment."""
    edge = lines.edge[segment]
    share, leg2 = _foot(lines.ends, segment, x, y)
    leg_m = np.sqrt(leg2)
    way_m = np.inf
    if leg_m <= max_leg_m:
        way_m = _way_m(reach, owner, edge, lines.start_share[segment] + share * lines.share[segment])
    metres: float = way_m + leg_factor * leg_m
    return metres


@inlined
def _segment_at(slots: NDArray[np.int32], segments: NDArray[np.int32], columns: int, column: int, row: int) -> int:
    """The nearest segment of a point of the grid; -1 where it is not kept."""
    slot = slots[(row // TILE) * columns + column // TILE]
    return NONE if slot < 0 else segments[(slot * TILE + row % TILE) * TILE + column % TILE]


@compiled(INT, LINES, EDGE_REACH, INT, READ_INT, METRES, READ_METRES, READ_INT, FILL_INT, FILL_INT)
def mark_tiles(
    lines: Lines,
    reach: EdgeReach,
    owner: int,
    edges: NDArray[np.int32],
    limit_m: float,
    frame: NDArray[np.float64],
    size: NDArray[np.int32],
    marks: NDArray[np.int32],
    marked: NDArray[np.int32],
) -> int:
    """List the tiles where a point may be within ``limit_m`` by one of ``edges``, and one step around; give how many.

    ``size`` is columns and rows of tiles; ``marks`` is the owner where a tile is listed already.
    """
    x0, y0, spacing_m, max_leg_m, leg_factor = frame[0], frame[1], frame[2], frame[4], frame[5]
    columns, rows = size[0], size[1]
    step_m = spacing_m * TILE
    count = 0
    for edge in edges:
        for at in range(lines.first[edge], lines.first[edge + 1]):
            segment = lines.row[at]
            start, end = lines.start_share[segment], lines.start_share[segment] + lines.share[segment]
            best_m = min(_way_m(reach, owner, edge, start), _way_m(reach, owner, edge, min(end, 1.0)))
            for door in range(reach.door_first[edge], reach.door_first[edge + 1]):
                if reach.door_owner[door] == owner and start <= reach.door_share[door] <= end:
                    best_m = min(best_m, reach.door_leg_m[door])
            if best_m > limit_m:
                continue
            around_m = min((limit_m - best_m) / leg_factor, max_leg_m) + spacing_m
            west = min(lines.ends[segment, 0], lines.ends[segment, 2]) - around_m
            east = max(lines.ends[segment, 0], lines.ends[segment, 2]) + around_m
            south = min(lines.ends[segment, 1], lines.ends[segment, 3]) - around_m
            north = max(lines.ends[segment, 1], lines.ends[segment, 3]) + around_m
            first_column, end_column = max(int((west - x0) // step_m), 0), min(int((east - x0) // step_m) + 1, columns)
            first_row, end_row = max(int((south - y0) // step_m), 0), min(int((north - y0) // step_m) + 1, rows)
            for row in range(first_row, end_row):
                for column in range(first_column, end_column):
                    tile = row * columns + column
                    if marks[tile] != owner:
                        marks[tile] = owner
                        marked[count] = tile
                        count += 1
    return count


@inlined
def _nearer(lines: Lines, one: int, other: int, x: float, y: float) -> int:
    """The nearer of two segments."""
    return one if _foot(lines.ends, one, x, y)[1] <= _foot(lines.ends, other, x, y)[1] else other


@inlined
def _foot_beside(px: float, py: float, dx: float, dy: float, length2: float) -> tuple[float, float]:
    """The same as ``_foot``, of a place (px, py) from the start of a segment that leads (dx, dy)."""
    share = 0.0 if length2 == 0.0 else min(max((px * dx + py * dy) / length2, 0.0), 1.0)
    return share, (px - share * dx) ** 2 + (py - share * dy) ** 2


@compiled(
    *(INT, LINES, EDGE_REACH, TILES, INT, METRES),
    *(READ_INT, READ_METRES, INT, FILL_METRES, FILL_INT),
)
def _place_crossings(
    lines: Lines,
    reach: EdgeReach,
    tiles: Tiles,
    owner: int,
    limit_m: float,
    window: NDArray[np.int32],
    metres: NDArray[np.float64],
    count: int,
    share: NDArray[np.float64],
    crossed: NDArray[np.int32],
) -> int:
    """Fill where on the line from a point to the next one across or up the field passes the limit (0 to 1).

    The same halvings for every limit: where the field is within one limit it is within every larger one, so a crossing
    at a larger limit never lies further in. All that is looked up stands in names of its own: what is looked up within
    named tuples is counted at every turn, by all threads in the same place.
    """
    ends, edge_of, start_share, piece_share = lines.ends, lines.edge, lines.start_share, lines.share
    tail_m, head_m, forward_m, backward_m = reach.tail_m, reach.head_m, reach.forward_m, reach.backward_m
    door_first, door_owner, door_share, door_leg_m = (
        reach.door_first,
        reach.door_owner,
        reach.door_share,
        reach.door_leg_m,
    )
    slots, segments, frame = tiles.slot, tiles.segment, tiles.frame
    x0, y0, spacing_m, tile_columns, max_leg_m, leg_factor = (
        frame[0],
        frame[1],
        frame[2],
        int(frame[3]),
        frame[4],
        frame[5],
    )
    steepest_m = STEEPEST * spacing_m * leg_factor
    columns = window[2]
    for at in range(count):
        p, up = crossed[at] // 2, crossed[at] % 2
        across = 1 - up
        column, row = p % columns + window[0], p // columns + window[1]
        here_m, there_m = metres[p], metres[p + columns] if up else metres[p + 1]
        one = _segment_at(slots, segments, tile_columns, column, row)
        other = _segment_at(slots, segments, tile_columns, column + across, row + up)
        if one == NONE or other == NONE:
            one = other = max(one, other)
        edge, other_edge = edge_of[one], edge_of[other]
        # Along one street the field is straight but for its turns; where it jumps, a street comes back beside itself.
        if edge == other_edge and abs(there_m - here_m) <= steepest_m:
            within = (limit_m - here_m) / (there_m - here_m)
            share[crossed[at]] = min(max(within, NEAREST_CROSSING), 1.0 - NEAREST_CROSSING)
            continue
        ax, ay, bx, by = ends[one, 0], ends[one, 1], ends[other, 0], ends[other, 1]
        adx, ady, bdx, bdy = ends[one, 2] - ax, ends[one, 3] - ay, ends[other, 2] - bx, ends[other, 3] - by
        a2, b2 = adx * adx + ady * ady, bdx * bdx + bdy * bdy
        within, beyond = (0.0, 1.0) if here_m <= limit_m else (1.0, 0.0)
        for _ in range(HALVINGS):
            middle = (within + beyond) / 2
            x, y = x0 + (column + across * middle) * spacing_m, y0 + (row + up * middle) * spacing_m
            foot, leg2 = _foot_beside(x - ax, y - ay, adx, ady, a2)
            other_foot, other_leg2 = _foot_beside(x - bx, y - by, bdx, bdy, b2)
            segment, on = one, edge
            if other_leg2 < leg2:
                segment, on, foot, leg2 = other, other_edge, other_foot, other_leg2
            along = start_share[segment] + foot * piece_share[segment]
            way_m = _by_ends_m(tail_m[on], head_m[on], forward_m[on], backward_m[on], along)
            for door in range(door_first[on], door_first[on + 1]):
                if door_owner[door] == owner:
                    ahead = door_share[door] - along
                    way_m = min(way_m, _by_door_m(ahead, door_leg_m[door], forward_m[on], backward_m[on]))
            leg_m = np.sqrt(leg2)
            if leg_m <= max_leg_m and way_m + leg_factor * leg_m <= limit_m:
                within = middle
            else:
                beyond = middle
        share[crossed[at]] = min(max(within, NEAREST_CROSSING), 1.0 - NEAREST_CROSSING)
    return count


@compiled(INT, LINES, EDGE_REACH, TILES, INT, METRES, INT, INT)
def _bridged(lines: Lines, reach: EdgeReach, tiles: Tiles, owner: int, limit_m: float, column: int, row: int) -> int:
    """Whether two opposite corners of a square that are within the limit are one area: whether its middle is within."""
    frame = tiles.frame
    x, y = frame[0] + (column + 0.5) * frame[2], frame[1] + (row + 0.5) * frame[2]
    best = NONE
    for corner in range(4):
        segment = _segment_at(tiles.slot, tiles.segment, int(frame[3]), column + corner % 2, row + corner // 2)
        if segment != NONE:
            best = segment if best == NONE else _nearer(lines, best, segment, x, y)
    return int(_metres_at(lines, reach, owner, best, x, y, frame[4], frame[5]) <= limit_m)


@compiled(INT, LINES, EDGE_REACH, TILES, INT, READ_INT, READ_INT, FILL_METRES)
def fill_window(
    lines: Lines,
    reach: EdgeReach,
    tiles: Tiles,
    owner: int,
    marked: NDArray[np.int32],
    window: NDArray[np.int32],
    metres: NDArray[np.float64],
) -> int:
    """Fill the field at the points of the marked tiles; ``window`` is first column, first row, columns and rows.

    The outermost points of the grid are left out, so that every outline closes inside it.
    """
    ends, edge_of, start_share, piece_share = lines.ends, lines.edge, lines.start_share, lines.share
    tail_m, head_m, forward_m, backward_m = reach.tail_m, reach.head_m, reach.forward_m, reach.backward_m
    door_first, door_owner, door_share, door_leg_m = (
        reach.door_first,
        reach.door_owner,
        reach.door_share,
        reach.door_leg_m,
    )
    slots, segments, frame = tiles.slot, tiles.segment, tiles.frame
    x0, y0, spacing_m, max_leg_m, leg_factor = frame[0], frame[1], frame[2], frame[4], frame[5]
    columns, last_column, last_row = int(frame[3]), int(frame[6]), int(frame[7])
    for tile in marked:
        slot = slots[tile]
        column, row = (tile % columns) * TILE, (tile // columns) * TILE
        for inner in range(TILE * TILE):
            segment = segments[slot * TILE * TILE + inner]
            edge = edge_of[segment]
            doors = door_first[edge + 1] - door_first[edge]
            if tail_m[edge] == np.inf and head_m[edge] == np.inf and doors == 0:
                continue
            c, r = column + inner % TILE, row + inner // TILE
            if c == 0 or r == 0 or c >= last_column or r >= last_row:
                continue
            share, leg2 = _foot(ends, segment, x0 + c * spacing_m, y0 + r * spacing_m)
            leg_m = np.sqrt(leg2)
            if leg_m > max_leg_m:
                continue
            along = start_share[segment] + share * piece_share[segment]
            way_m = _by_ends_m(tail_m[edge], head_m[edge], forward_m[edge], backward_m[edge], along)
            for door in range(door_first[edge], door_first[edge + 1]):
                if door_owner[door] == owner:
                    ahead = door_share[door] - along
                    way_m = min(way_m, _by_door_m(ahead, door_leg_m[door], forward_m[edge], backward_m[edge]))
            metres[(r - window[1]) * window[2] + c - window[0]] = way_m + leg_factor * leg_m
    return len(marked)


@inlined
def _link(code: int, bridged: int, p: int, columns: int, after: NDArray[np.int32]) -> None:
    """Lead from crossing to crossing through the square north-east of point ``p``."""
    sides = (2 * p, 2 * (p + 1) + 1, 2 * (p + columns), 2 * p + 1)
    ways = WAYS[code + 16 * bridged]
    after[sides[ways[0]]] = sides[ways[1]]
    after[sides[ways[2]]] = sides[ways[3]]


@inlined
def _points_within(metres: NDArray[np.float64], first: int, limit_m: float) -> int:
    """Which of the points of a tile's row and the next one are within the limit, a bit for each."""
    bits = 0
    for at in range(TILE + 1):
        bits |= int(metres[first + at] <= limit_m) << at
    return bits


@compiled(
    *(INT, LINES, EDGE_REACH, TILES, INT, METRES),
    *(READ_INT, READ_INT, READ_METRES, FILL_INT, FILL_METRES, FILL_INT),
)
def cross(
    lines: Lines,
    reach: EdgeReach,
    tiles: Tiles,
    owner: int,
    limit_m: float,
    marked: NDArray[np.int32],
    window: NDArray[np.int32],
    metres: NDArray[np.float64],
    after: NDArray[np.int32],
    share: NDArray[np.float64],
    crossed: NDArray[np.int32],
) -> int:
    """Find and link all crossings of one limit; give how many there are.

    Crossing ``2 p`` lies on the line from point ``p`` of the window to the next one east, ``2 p + 1`` to the next
    one north. A point within the limit has marked tiles all around it.
    """
    tile_columns, columns = int(tiles.frame[3]), window[2]
    count = 0
    for tile in marked:
        first_column, first_row = (tile % tile_columns) * TILE, (tile // tile_columns) * TILE
        first = (first_row - window[1]) * columns + first_column - window[0]
        above = _points_within(metres, first, limit_m)
        for r in range(TILE):
            here, above = above, _points_within(metres, first + (r + 1) * columns, limit_m)
            if (here | above) == 0 or (here & above) == ALL_WITHIN:
                continue
            for c in range(TILE):
                code = (here >> c & 1) + 2 * (here >> c + 1 & 1) + 4 * (above >> c + 1 & 1) + 8 * (above >> c & 1)
                if code == 0 or code == 15:
                    continue
                p, column, row = first + r * columns + c, first_column + c, first_row + r
                if code & 1 != code >> 1 & 1:
                    crossed[count] = 2 * p
                    count += 1
                if code & 1 != code >> 3:
                    crossed[count] = 2 * p + 1
                    count += 1
                bridged = 0
                if code == 5 or code == 10:
                    bridged = _bridged(lines, reach, tiles, owner, limit_m, column, row)
                _link(code, bridged, p, columns, after)
    return _place_crossings(lines, reach, tiles, owner, limit_m, window, metres, count, share, crossed)


@inlined
def _straight(distance2: NDArray[np.float64], here: int, there: int, width_m: float) -> float:
    """Where between two points a distance passes a width (0 to 1), the distance straight in between."""
    here_m, there_m = np.sqrt(distance2[here]), np.sqrt(distance2[there])
    share = (width_m - here_m) / (there_m - here_m)
    crossing: float = min(max(share, NEAREST_CROSSING), 1.0 - NEAREST_CROSSING)
    return crossing


@inlined
def _bridged_straight(code: int, distance2: NDArray[np.float64], p: int, columns: int, width_m: float) -> int:
    """The same as ``_bridged`` for distances: whether the middle of the square, as its corners have it, is within."""
    bridged = 0
    if code == 5 or code == 10:
        middle_m = np.sqrt(distance2[p]) + np.sqrt(distance2[p + 1])
        middle_m += np.sqrt(distance2[p + columns]) + np.sqrt(distance2[p + columns + 1])
        bridged = int(middle_m <= 4 * width_m)
    return bridged


@compiled(INT, READ_INT, READ_METRES, METRES, FILL_INT, FILL_METRES, FILL_INT)
def cross_straight(
    window: NDArray[np.int32],
    distance2: NDArray[np.float64],
    width_m: float,
    after: NDArray[np.int32],
    share: NDArray[np.float64],
    crossed: NDArray[np.int32],
) -> int:
    """The same as ``cross`` for squared distances and a width, straight between points; give how many crossings."""
    columns, rows = window[2], window[3]
    limit2 = width_m * width_m
    within = np.empty(columns * rows, dtype=np.uint8)
    for p in range(columns * rows):
        within[p] = distance2[p] <= limit2
    # Squares with corners on both sides, 8 to a word: most words are 0.
    mixed = np.zeros(columns // WORD * WORD + WORD, dtype=np.uint8)
    words = mixed.view(np.uint64)
    count = 0
    for r in range(rows - 1):
        here, above = within[r * columns : (r + 1) * columns], within[(r + 1) * columns : (r + 2) * columns]
        for c in range(columns - 1):
            mixed[c] = (here[c] ^ here[c + 1]) | (here[c] ^ above[c]) | (here[c] ^ above[c + 1])
        for word in range(len(words)):
            if words[word] == 0:
                continue
            for c in range(word * WORD, word * WORD + WORD):
                if mixed[c] == 0:
                    continue
                p = r * columns + c
                code = int(here[c]) + 2 * int(here[c + 1]) + 4 * int(above[c + 1]) + 8 * int(above[c])
                if here[c] != here[c + 1]:
                    share[2 * p] = _straight(distance2, p, p + 1, width_m)
                    crossed[count] = 2 * p
                    count += 1
                if here[c] != above[c]:
                    share[2 * p + 1] = _straight(distance2, p, p + columns, width_m)
                    crossed[count] = 2 * p + 1
                    count += 1
                _link(code, _bridged_straight(code, distance2, p, columns, width_m), p, columns, after)
    return count


@compiled(OUTLINES, READ_METRES, READ_INT, READ_INT, READ_METRES, READ_METRES, METRES, FILL_INT)
def trace(
    frame: NDArray[np.float64],
    window: NDArray[np.int32],
    crossed: NDArray[np.int32],
    share: NDArray[np.float64],
    metres: NDArray[np.float64],
    limit_m: float,
    after: NDArray[np.int32],
) -> Outlines:
    """Follow the links to rings, and find the shell of every hole."""
    columns = window[2]
    xy = np.empty((len(crossed) + len(crossed) // 4 + 1, 2))
    vertices = np.empty(len(crossed) // 4 + 1, dtype=np.int32)
    shell = np.empty(len(crossed) // 4 + 1, dtype=np.int32)
    eastern = np.empty(len(crossed) // 4 + 1, dtype=np.int32)
    rings = 0
    count = 0
    for start in crossed:
        if after[start] < 0:
            continue
        first = count
        at = start
        area2 = 0.0
        west_most = columns
        exit_east = NONE
        while after[at] >= 0:
            p = at // 2
            r, c = p // columns, p % columns
            east, north = (c + share[at], float(r)) if at % 2 == 0 else (float(c), r + share[at])
            xy[count, 0], xy[count, 1] = east, north
            if count > first:
                area2 += xy[count - 1, 0] * north - east * xy[count - 1, 1]
            count += 1
            if at % 2 == 0 and c < west_most and metres[p] <= limit_m:
                west_most, exit_east = c, p
            then = after[at]
            after[at] = NONE - 1 - rings
            at = then
        xy[count] = xy[first]
        area2 += xy[count - 1, 0] * xy[count, 1] - xy[count, 0] * xy[count - 1, 1]
        count += 1
        vertices[rings] = count - first
        shell[rings] = rings if area2 > 0 else NONE
        eastern[rings] = exit_east
        rings += 1
    for ring in range(rings):
        around = ring
        while shell[around] == NONE:
            # Westward from the hole's west side, through what is within, to the ring that bounds it there.
            p = eastern[around]
            while metres[p - 1] <= limit_m:
                p -= 1
            around = NONE - 1 - after[2 * (p - 1)]
        shell[ring] = shell[around]
    xy = xy[:count].copy()
    for at in range(count):
        xy[at, 0] = frame[0] + (window[0] + xy[at, 0]) * frame[2]
        xy[at, 1] = frame[1] + (window[1] + xy[at, 1]) * frame[2]
    return Outlines(xy, vertices[:rings].copy(), shell[:rings].copy())
