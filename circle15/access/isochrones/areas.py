"""Areas of reach: where a facility, or the nearest of several, is within each limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.ndimage import label

from circle15.access.blocks import in_order
from circle15.access.compiled import read_only
from circle15.access.isochrones.arrays import NONE, TILE
from circle15.access.isochrones.contours import cross, fill_window, mark_tiles, trace
from circle15.access.isochrones.edge_reach import each_reach, facility_blocks
from circle15.access.isochrones.limits import ascending
from circle15.access.isochrones.polygons import area_frame
from circle15.access.isochrones.room import room_for
from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from circle15.access.isochrones.arrays import EdgeReach, Outlines
    from circle15.access.isochrones.grid import ReachGrid
    from circle15.access.isochrones.room import Room
    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork


def service_isochrones(
    network: StreetNetwork, grid: ReachGrid, entrances: EdgeJoins, limits_m: Sequence[float]
) -> gpd.GeoDataFrame:
    """Where the nearest of all facilities is within each limit.

    Parameters
    ----------
    network
        The streets.
    grid
        From ``reach_grid`` on the same streets, with these entrances among its own.
    entrances
        All entrances of all facilities of a service, or of any other set of facilities.
    limits_m
        Metres of level travel with both legs.

    Returns
    -------
    geopandas.GeoDataFrame
        ``limit_m`` and ``geometry`` (valid multipolygons), limits ascending, each covered by the next. A limit within
        which nothing lies has no row.

    Raises
    ------
    DataError
        A limit is larger than that of the grid, or the grid was laid for other entrances.
    """
    together = np.zeros(len(entrances), dtype=np.int32)
    return facility_isochrones(network, grid, entrances, together, limits_m).drop(columns="facility")


def facility_isochrones(
    network: StreetNetwork,
    grid: ReachGrid,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limits_m: Sequence[float],
    threads: int = 1,
) -> gpd.GeoDataFrame:
    """Where each facility is within each limit.

    Parameters
    ----------
    network, grid, entrances, limits_m
        As for ``service_isochrones``.
    entrance_facility
        The number (0 or more) of the facility each entrance belongs to.
    threads
        How many facilities are drawn at a time; the areas are the same with any number.

    Returns
    -------
    geopandas.GeoDataFrame
        ``facility``, ``limit_m`` and ``geometry`` (valid multipolygons), ordered by facility and limit. A facility
        off the network has no row.

    Raises
    ------
    DataError
        A limit is larger than that of the grid, or the grid was laid for other entrances.
    """
    limits = ascending(limits_m)
    _require_within(grid, limits)

    def drawn(rows: NDArray[np.int64]) -> gpd.GeoDataFrame:
        own = entrances.take(rows), np.asarray(entrance_facility)[rows]
        facilities: list[int] = []
        outlines: list[Outlines] = []
        area: list[int] = []
        for facility, found in _each_outlined(network, grid, *own, limits):
            area += [len(facilities) * len(limits) + number for number, _ in found]
            outlines += [outline for _, outline in found]
            facilities.append(facility)
        return area_frame(facilities, limits, outlines, area, network.crs)

    blocks = facility_blocks(entrances, entrance_facility, threads)
    return pd.concat(list(in_order(drawn, blocks, threads)), ignore_index=True)


def _each_outlined(
    network: StreetNetwork,
    grid: ReachGrid,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limits: Sequence[float],
) -> Iterator[tuple[int, list[tuple[int, Outlines]]]]:
    """Each facility with its outlines, and the numbers of their limits."""
    marks, marked = (np.full(len(grid.tiles.slot), NONE, dtype=np.int32) for _ in range(2))
    most_m = max(limits, default=0.0)
    room: Room | None = None
    for facility, reach, edges in each_reach(network, entrances, entrance_facility, most_m):
        place = (grid.lines, reach, facility, read_only(edges), most_m, grid.tiles.frame, grid.size)
        count = mark_tiles(*place, marks, marked)
        _require_kept(grid, marked[:count])
        outlines: list[tuple[int, Outlines]] = []
        for tiles in _clusters(np.sort(marked[:count]), grid.size):
            found, room = _outlined(grid, reach, facility, read_only(tiles), limits, room)
            outlines += enumerate(found)
        yield facility, outlines


def _require_within(grid: ReachGrid, limits_m: Sequence[float]) -> None:
    """Refuse a limit beyond which the grid has no points."""
    if limits_m and limits_m[-1] > grid.limit_m:
        raise DataError("isochrones.beyond_grid", limit_m=limits_m[-1], most_m=grid.limit_m)


def _require_kept(grid: ReachGrid, tiles: NDArray[np.int32]) -> None:
    """Refuse a facility that reaches where the grid has no points."""
    if (grid.tiles.slot[tiles] < 0).any():
        raise DataError("isochrones.not_on_grid")


def _clusters(tiles: NDArray[np.int32], size: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """The tiles, ascending, in parts that do not touch: so much empty land between them need not be laid out."""
    if len(tiles) == 0:
        return []
    column, row = tiles % size[0], tiles // size[0]
    column, row = column - column.min(), row - row.min()
    box = np.zeros((row.max() + 1, column.max() + 1), dtype=np.bool_)
    box[row, column] = True
    parts, count = label(box, structure=np.ones((3, 3)))
    if count == 1:
        return [tiles]
    part = parts[row, column]
    order = np.argsort(part, kind="stable")
    return np.split(tiles[order], np.searchsorted(part[order], np.arange(2, count + 1)))


def _outlined(
    grid: ReachGrid,
    reach: EdgeReach,
    facility: int,
    tiles: NDArray[np.int32],
    limits_m: Sequence[float],
    room: Room | None,
) -> tuple[list[Outlines], Room]:
    """The outlines at each limit in one part of the grid, and the room that they were drawn in."""
    window = _window(tiles, int(grid.size[0]))
    room = room_for(int(window[2]) * int(window[3]), room)
    metres = room.field[: int(window[2]) * int(window[3])]
    metres.fill(np.inf)
    field = (grid.lines, reach, grid.tiles, facility)
    fill_window(*field, tiles, window, metres)
    metres = read_only(metres)
    found = []
    for limit_m in limits_m:
        crossings = cross(*field, limit_m, tiles, window, metres, room.after, room.share, room.crossed)
        own = read_only(room.crossed[:crossings])
        found.append(trace(grid.tiles.frame, window, own, read_only(room.share), metres, limit_m, room.after))
        room.after[own] = NONE
    return found, room


def _window(tiles: NDArray[np.int32], columns: int) -> NDArray[np.int32]:
    """First column, first row, columns and rows of the points of these tiles, and of one more point on each side."""
    column, row = tiles % columns, tiles // columns
    west, south = int(column.min()) * TILE - 1, int(row.min()) * TILE - 1
    width, height = (int(column.max()) + 1) * TILE + 1 - west, (int(row.max()) + 1) * TILE + 1 - south
    return read_only(np.array([west, south, width, height], dtype=np.int32))
