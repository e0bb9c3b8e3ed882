"""What the kernels of areas of reach read and fill."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba

from circle15.access.compiled import FILL_INT, FILL_METRES, READ_INT, READ_METRES, READ_TABLE, named

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NONE = -1
# Points of a grid are kept in tiles of so many rows and columns.
TILE = 8


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
        float64, (8,): x and y of the first point, the spacing, columns of tiles, the longest leg, metres of travel per
        metre of leg, the last column and row of points. Nothing is within reach at the outermost points.
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
FILL_TABLE = numba.types.Array(numba.types.float64, 2, "C")
OUTLINES = named(Outlines, FILL_TABLE, FILL_INT, FILL_INT)
