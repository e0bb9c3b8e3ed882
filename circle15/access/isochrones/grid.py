"""A regular grid of points, each joined to its nearest street, where anything can be in reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.blocks import in_order
from circle15.access.compiled import read_only
from circle15.access.curve import morton_order
from circle15.access.isochrones.arrays import NONE, TILE, Tiles
from circle15.access.isochrones.contours import mark_tiles
from circle15.access.isochrones.edge_reach import each_reach
from circle15.access.isochrones.joined_tiles import join_tiles
from circle15.access.isochrones.limits import ascending
from circle15.access.isochrones.lines import lines_of_tree
from circle15.access.segments import nearest_segments, segment_tree
from circle15.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.isochrones.arrays import Lines
    from circle15.access.joins import EdgeJoins
    from circle15.access.segments import SegmentTree
    from circle15.model.network import StreetNetwork


@dataclass(frozen=True, eq=False)
class ReachGrid:
    """Points of a grid around all that some facilities reach, in tiles of 8 x 8: made once for all their areas.

    Attributes
    ----------
    spacing_m
        Metres between neighbouring points.
    limit_m
        The largest limit that it can be asked for.
    size
        int32, (2,): columns and rows of tiles.
    lines
        The streets' segments.
    tiles
        Which segment each point joins.
    """

    spacing_m: float
    limit_m: float
    size: NDArray[np.int32]
    lines: Lines
    tiles: Tiles


def reach_grid(
    network: StreetNetwork,
    entrances: EdgeJoins,
    limit_m: float,
    *,
    spacing_m: float,
    max_leg_m: float,
    bounds: tuple[float, float, float, float] | None = None,
    leg_factor: float = 1.0,
    joinable: NDArray[np.bool_] | None = None,
    threads: int = 1,
) -> ReachGrid:
    """Lay a grid around all that ``entrances`` reach, and join its points to the streets.

    Parameters
    ----------
    network
        The streets.
    entrances
        All entrances of all facilities whose areas will be asked for.
    limit_m
        The largest limit that will be asked for, metres of level travel.
    spacing_m
        Metres between points.
    max_leg_m
        The longest straight leg that is walked.
    bounds
        West, south, east, north in metres; areas end there, to one spacing. None for no bounds.
    leg_factor
        Metres of level travel per metre of leg; 1 on foot.
    joinable
        bool, (edges,): the edges that a point may join, as for ``join_to_edges``.
    threads
        How many parts of the grid are joined at a time; the grid is the same with any number.

    Raises
    ------
    DataError
        The spacing is not above 0, the bounds are empty, the limit is not a number of metres, or no edge is joinable.
    """
    (limit_m,) = ascending([limit_m])
    west, south, east, north = bounds or _extent(network, max_leg_m)
    if not (spacing_m > 0 and east > west and north > south):
        facts = {"spacing_m": spacing_m, "width_m": east - west, "height_m": north - south}
        raise DataError("access.no_spacing", **facts)
    # Whole multiples of the spacing, so that the same points are taken whatever is asked for.
    first = np.ceil(np.array([west, south]) / spacing_m) - 1
    last = np.floor(np.array([east, north]) / spacing_m) + 1 - first
    size = (last // TILE).astype(np.int32) + 1
    measures = [*(first * spacing_m), spacing_m, size[0], max_leg_m, leg_factor, *last]
    frame = read_only(np.array(measures, dtype=np.float64))
    tree = segment_tree(network, joinable)
    lines = lines_of_tree(tree)
    kept = _tiles_in_reach(network, entrances, limit_m, lines, frame, size)
    slot = np.full(size[0] * size[1], NONE, dtype=np.int32)
    slot[kept] = np.arange(len(kept), dtype=np.int32)
    segment = np.empty(len(kept) * TILE * TILE, dtype=np.int32)
    parts = np.array_split(np.arange(len(kept)), max(threads, 1))
    list(in_order(lambda part: _join(tree, kept, part, int(size[0]), frame, segment), parts, threads))
    return ReachGrid(spacing_m, limit_m, read_only(size), lines, Tiles(read_only(slot), read_only(segment), frame))


def _extent(network: StreetNetwork, max_leg_m: float) -> tuple[float, float, float, float]:
    """The box of all streets and their legs."""
    low, high = network.line_xy.min(axis=0) - max_leg_m, network.line_xy.max(axis=0) + max_leg_m
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _tiles_in_reach(
    network: StreetNetwork,
    entrances: EdgeJoins,
    limit_m: float,
    lines: Lines,
    frame: NDArray[np.float64],
    size: NDArray[np.int32],
) -> NDArray[np.int32]:
    """The tiles where any facility may be in reach, ascending."""
    marks, marked = np.full(size[0] * size[1], NONE, dtype=np.int32), np.empty(size[0] * size[1], dtype=np.int32)
    together = np.zeros(len(entrances), dtype=np.int32)
    count = 0
    for owner, reach, edges in each_reach(network, entrances, together, limit_m):
        count = mark_tiles(lines, reach, owner, read_only(edges), limit_m, frame, read_only(size), marks, marked)
    return read_only(np.sort(marked[:count]))


def _join(
    tree: SegmentTree,
    kept: NDArray[np.int32],
    part: NDArray[np.int64],
    columns: int,
    frame: NDArray[np.float64],
    segment: NDArray[np.int32],
) -> None:
    """Fill the nearest segment of each point of a part of the tiles, tile by tile."""
    tiles = read_only(kept[part])
    middle = np.stack([tiles % columns, tiles // columns], axis=1) * TILE + (TILE - 1) / 2
    xy = np.ascontiguousarray(frame[:2] + middle * frame[2])
    found, share, leg_m = np.empty(len(xy), dtype=np.int32), np.empty(len(xy)), np.empty(len(xy))
    order = morton_order(xy)
    nearest_segments(
        *(tree.ends, tree.edge, tree.along_m, tree.boxes, tree.level_start), xy, order, found, share, leg_m
    )
    ends, edge, boxes = read_only(tree.ends), read_only(tree.edge), read_only(tree.boxes)
    points = segment[part[0] * TILE * TILE : (part[-1] + 1) * TILE * TILE] if len(part) else segment[:0]
    join_tiles(ends, edge, boxes, read_only(tree.level_start), tiles, read_only(leg_m), columns, frame, points)
