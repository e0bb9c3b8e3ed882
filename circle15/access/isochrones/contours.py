"""Outlines of a field of metres: exact where a line of the grid crosses them, straight in between.

At every point of the grid the street it joins is known, so the field is known exactly there, and along each line of
the grid it is known from the streets at both ends: where these differ, the place where the nearer street changes
is found by halving the line, with the jump of metres that lies there. Between crossings outlines are straight, at most
across one square. A crossing at a larger limit never lies further in, so that the areas of rising limits nest exactly.

All kernels of the outlines stand in this file: compiled code is renewed when its own file has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from circle15.access.compiled import (
    FILL_INT,
    FILL_METRES,
    INT,
    METRES,
    READ_INT,
    READ_METRES,
    READ_TABLE,
    compiled,
    inlined,
    named,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE = -1
TILE = 8
HALVINGS = 10
STEEPEST = 2.0
# A crossing keeps this share of a step away from the points at both ends, so that no two vertices are ever one.
NEAREST_CROSSING = 1e-3


class Lines(NamedTuple):
    """Segments of the streets' lines, as ``SegmentTree`` numbers them.

    Attributes
    ----------
    ends
        float64, (segments, 4): x and y of the start and of the end.
    edge
        int32, (segments,): the edge it is part of.
    start_share, share
        float64, (segments,): where on its edge's line it starts, and how much of the line it is (0 to 1).
    first, row
        int32, (edges + 1,) and (segments,): the segments of edge ``e`` are ``row[first[e]:first[e + 1]]``.
    """

    ends: NDArray[np.float64]
    edge: NDArray[np.int32]
    start_share: NDArray[np.float64]
    share: NDArray[np.float64]
    first: NDArray[np.int32]
    row: NDArray[np.int32]


class EdgeReach(NamedTuple):
    """How a search reached the edges.

    Attributes
    ----------
    tail_m, head_m
        float64, (edges,): metres from ``from_node`` and ``to_node`` to the facility, ``inf`` where not in reach.
    forward_m, backward_m
        float64, (edges,): those of the network.
    door_first
        int32, (edges + 1,): the doors on edge ``e`` stand at ``door_first[e]:door_first[e + 1]``.
    door_owner, door_share, door_leg_m
        (doors,): whose each is, where on the edge's line (0 to 1), and metres of its leg.
    """

    tail_m: NDArray[np.float64]
    head_m: NDArray[np.float64]
    forward_m: NDArray[np.float64]
    backward_m: NDArray[np.float64]
    door_first: NDArray[np.int32]
    door_owner: NDArray[np.int32]
    door_share: NDArray[np.float64]
    door_leg_m: NDArray[np.float64]


class Tiles(NamedTuple):
    """Points of a grid, joined to segments, in tiles of 8 x 8 where anything can be in reach.

    Attributes
    ----------
    slot
        int32, (rows of tiles x columns of tiles,): where the points of each tile stand, -1 where they are not kept.
    segment
        int32, (tiles kept x 64,): the nearest segment of each point, tile by tile, row by row.
    frame
        float64, (6,): x and y of the first point, the spacing, columns of tiles, the longest leg, metres of travel per
        metre of leg.
    """

    slot: NDArray[np.int32]
    segment: NDArray[np.int32]
    frame: NDArray[np.float64]


class Outlines(NamedTuple):
    """Rings, ring by ring: anticlockwise around an area, clockwise around a hole in it.

    Attributes
    ----------
    xy
        float64, (vertices, 2): each ring's last vertex is its first again.
    vertices
        int32, (rings,): how many vertices each ring has.
    shell
        int32, (rings,): the ring around it that it is a hole of; itself where it is not a hole.
    """

    xy: NDArray[np.float64]
    vertices: NDArray[np.int32]
    shell: NDArray[np.int32]


LINES = named(Lines, READ_TABLE, READ_INT, READ_METRES, READ_METRES, READ_INT, READ_INT)
EDGE_REACH = named(
    EdgeReach, FILL_METRES, FILL_METRES, READ_METRES, READ_METRES, READ_INT, READ_INT, READ_METRES, READ_METRES
)
TILES = named(Tiles, READ_INT, READ_INT, READ_METRES)
FILL_TABLE = numba.types.Array(numba.types.float64, 2, "C")  # type: ignore[call-overload]
OUTLINES = named(Outlines, FILL_TABLE, FILL_INT, FILL_INT)


@inlined
def _foot(ends: NDArray[np.float64], segment: int, x: float, y: float) -> tuple[float, float]:
    """Where on a segment the foot of (x, y) is (0 to 1), and the square of the distance to it."""
    dx, dy = ends[segment, 2] - ends[segment, 0], ends[segment, 3] - ends[segment, 1]
    px, py = x - ends[segment, 0], y - ends[segment, 1]
    length2 = dx * dx + dy * dy
    share = 0.0 if length2 == 0.0 else min(max((px * dx + py * dy) / length2, 0.0), 1.0)
    return share, (px - share * dx) ** 2 + (py - share * dy) ** 2


@inlined
def _way_m(reach: EdgeReach, owner: int, edge: int, share: float) -> float:
    """Metres from a place on an edge to the facility: by one end, by the other, or along the edge to a door."""
    # A share of nothing is nothing, on a street that is closed in that direction too.
    backward_m = share * reach.backward_m[edge] if share > 0.0 else 0.0
    forward_m = (1.0 - share) * reach.forward_m[edge] if share < 1.0 else 0.0
    best_m = min(reach.tail_m[edge] + backward_m, reach.head_m[edge] + forward_m)
    for door in range(reach.door_first[edge], reach.door_first[edge + 1]):
        if reach.door_owner[door] == owner:
            ahead = reach.door_share[door] - share
            along_m = 0.0
            if ahead > 0.0:
                along_m = ahead * reach.forward_m[edge]
            elif ahead < 0.0:
                along_m = -ahead * reach.backward_m[edge]
            best_m = min(best_m, reach.door_leg_m[door] + along_m)
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
    return way_m + leg_factor * leg_m


@inlined
def _segment_at(tiles: Tiles, column: int, row: int) -> int:
    """The nearest segment of a point of the grid; -1 where it is not kept."""
    slot = tiles.slot[(row // TILE) * int(tiles.frame[3]) + column // TILE]
    return NONE if slot < 0 else tiles.segment[(slot * TILE + row % TILE) * TILE + column % TILE]


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
def _crossing(
    lines: Lines,
    reach: EdgeReach,
    tiles: Tiles,
    owner: int,
    limit_m: float,
    column: int,
    row: int,
    across: int,
    up: int,
    here_m: float,
    there_m: float,
) -> float:
    """Where on the line from a point to the next one across or up the field passes the limit (0 to 1).

    The same halvings for every limit: where the field is within one limit it is within every larger one, so a crossing
    at a larger limit never lies further in.
    """
    x0, y0, spacing_m, max_leg_m, leg_factor = (
        tiles.frame[0],
        tiles.frame[1],
        tiles.frame[2],
        tiles.frame[4],
        tiles.frame[5],
    )
    one, other = _segment_at(tiles, column, row), _segment_at(tiles, column + across, row + up)
    within, beyond = (0.0, 1.0) if here_m <= limit_m else (1.0, 0.0)
    if one == NONE or other == NONE:
        one = other = max(one, other)
    # Along one street the field is straight but for its turns; where it jumps, a street comes back beside itself.
    if lines.edge[one] == lines.edge[other] and abs(there_m - here_m) <= STEEPEST * spacing_m * leg_factor:
        within = (limit_m - here_m) / (there_m - here_m)
    else:
        for _ in range(HALVINGS):
            middle = (within + beyond) / 2
            x, y = x0 + (column + across * middle) * spacing_m, y0 + (row + up * middle) * spacing_m
            segment = _nearer(lines, one, other, x, y)
            if _metres_at(lines, reach, owner, segment, x, y, max_leg_m, leg_factor) <= limit_m:
                within = middle
            else:
                beyond = middle
    return min(max(within, NEAREST_CROSSING), 1.0 - NEAREST_CROSSING)


@inlined
def _bridged(
    lines: Lines, reach: EdgeReach, tiles: Tiles, owner: int, limit_m: float, column: int, row: int
) -> int:
    """Whether two opposite corners of a square that are within the limit are one area: whether its middle is within."""
    x, y = tiles.frame[0] + (column + 0.5) * tiles.frame[2], tiles.frame[1] + (row + 0.5) * tiles.frame[2]
    best = NONE
    for corner in range(4):
        segment = _segment_at(tiles, column + corner % 2, row + corner // 2)
        if segment != NONE:
            best = segment if best == NONE else _nearer(lines, best, segment, x, y)
    return int(_metres_at(lines, reach, owner, best, x, y, tiles.frame[4], tiles.frame[5]) <= limit_m)


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
    columns = int(tiles.frame[3])
    last_column, last_row = columns * TILE - 1, len(tiles.slot) // columns * TILE - 1
    x0, y0, spacing_m, max_leg_m, leg_factor = (
        tiles.frame[0],
        tiles.frame[1],
        tiles.frame[2],
        tiles.frame[4],
        tiles.frame[5],
    )
    for tile in marked:
        slot = tiles.slot[tile]
        column, row = (tile % columns) * TILE, (tile // columns) * TILE
        for inner in range(TILE * TILE):
            segment = tiles.segment[slot * TILE * TILE + inner]
            edge = lines.edge[segment]
            if (
                reach.tail_m[edge] == np.inf
                and reach.head_m[edge] == np.inf
                and reach.door_first[edge] == reach.door_first[edge + 1]
            ):
                continue
            c, r = column + inner % TILE, row + inner // TILE
            if c == 0 or r == 0 or c == last_column or r == last_row:
                continue
            x, y = x0 + c * spacing_m, y0 + r * spacing_m
            at = (r - window[1]) * window[2] + c - window[0]
            share, leg2 = _foot(lines.ends, segment, x, y)
            leg_m = np.sqrt(leg2)
            if leg_m <= max_leg_m:
                way_m = _way_m(reach, owner, edge, lines.start_share[segment] + share * lines.share[segment])
                metres[at] = way_m + leg_factor * leg_m
    return len(marked)


@inlined
def _link(code: int, bridged: int, south: int, east: int, north: int, west: int, after: NDArray[np.int32]) -> None:
    """Lead from crossing to crossing through one square, what is within on the left."""
    # Corners within: 1 south-west, 2 south-east, 4 north-east, 8 north-west.
    if code == 1 or (code == 5 and not bridged):
        after[south] = west
    if code == 2 or (code == 10 and not bridged):
        after[east] = south
    if code == 4 or (code == 5 and not bridged):
        after[north] = east
    if code == 8 or (code == 10 and not bridged):
        after[west] = north
    if code == 3:
        after[east] = west
    if code == 6:
        after[north] = south
    if code == 12:
        after[west] = east
    if code == 9:
        after[south] = north
    if code == 7 or (code == 5 and bridged):
        after[north] = west
    if code == 11 or (code == 10 and bridged):
        after[east] = north
    if code == 13 or (code == 5 and bridged):
        after[south] = east
    if code == 14 or (code == 10 and bridged):
        after[west] = south


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
        for inner in range(TILE * TILE):
            column = (tile % tile_columns) * TILE + inner % TILE
            row = (tile // tile_columns) * TILE + inner // TILE
            p = (row - window[1]) * columns + column - window[0]
            sw, se = metres[p] <= limit_m, metres[p + 1] <= limit_m
            nw, ne = metres[p + columns] <= limit_m, metres[p + columns + 1] <= limit_m
            code = int(sw) + 2 * int(se) + 4 * int(ne) + 8 * int(nw)
            if code == 0 or code == 15:
                continue
            for up in range(2):
                there_m = metres[p + columns] if up else metres[p + 1]
                if sw != (there_m <= limit_m):
                    share[2 * p + up] = _crossing(
                        lines, reach, tiles, owner, limit_m, column, row, 1 - up, up, metres[p], there_m
                    )
                    crossed[count] = 2 * p + up
                    count += 1
            bridged = 0
            if code == 5 or code == 10:
                bridged = _bridged(lines, reach, tiles, owner, limit_m, column, row)
            _link(code, bridged, 2 * p, 2 * (p + 1) + 1, 2 * (p + columns), 2 * p + 1, after)
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
