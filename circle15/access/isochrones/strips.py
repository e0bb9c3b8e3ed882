"""Areas as other tools draw them: a strip of one width along every street that is within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from circle15.access.blocks import in_order
from circle15.access.compiled import read_only
from circle15.access.isochrones.arrays import NONE
from circle15.access.isochrones.contours import cross_straight, trace
from circle15.access.isochrones.edge_reach import each_reach, facility_blocks
from circle15.access.isochrones.limits import ascending
from circle15.access.isochrones.lines import lines_of
from circle15.access.isochrones.parts import box_of_parts, near_parts
from circle15.access.isochrones.polygons import area_frame
from circle15.access.isochrones.room import room_for
from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.access.isochrones.arrays import EdgeReach, Lines, Outlines
    from circle15.access.isochrones.room import Room
    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork


def street_buffers(
    network: StreetNetwork,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limits_m: Sequence[float],
    *,
    width_m: float,
    spacing_m: float,
    threads: int = 1,
) -> gpd.GeoDataFrame:
    """The strip along all streets from where each facility is within each limit, ends of streets rounded.

    The streets are cut where the metres run out; the way from the street into the strip is not counted, and what the
    strip crosses is not asked. So these areas are no truth about anyone's walk: they are for maps beside those of
    tools that draw them so. ``facility_isochrones`` is the truth.

    Parameters
    ----------
    network, entrances, entrance_facility, limits_m
        As for ``reached_stretches``.
    width_m
        Metres from the middle of the street to each side of the strip.
    spacing_m
        Metres between the points of the grid that the strips are drawn on; a quarter of ``width_m`` keeps areas right
        to about a hundredth.
    threads
        How many facilities are drawn at a time; the areas are the same with any number.

    Returns
    -------
    geopandas.GeoDataFrame
        ``facility``, ``limit_m`` and ``geometry`` (valid multipolygons), ordered by facility and limit, each covered
        by the facility's next.

    Raises
    ------
    DataError
        The width or the spacing is not above 0.
    """
    if not (width_m > 0 and spacing_m > 0):
        raise DataError("isochrones.no_width", width_m=width_m, spacing_m=spacing_m)
    limits = ascending(limits_m)
    lines = lines_of(network)
    corner = read_only(np.array([*(np.floor(network.line_xy.min(axis=0) / spacing_m) * spacing_m), spacing_m]))

    def drawn(rows: NDArray[np.int64]) -> gpd.GeoDataFrame:
        facilities: list[int] = []
        outlines: list[Outlines] = []
        room: Room | None = None
        own = entrances.take(rows), np.asarray(entrance_facility)[rows]
        for facility, reach, edges in each_reach(network, *own, max(limits, default=0.0)):
            found, room = _outlined(lines, reach, facility, read_only(edges), corner, limits, width_m, room)
            outlines += found
            facilities.append(facility)
        return area_frame(facilities, limits, outlines, range(len(outlines)), network.crs)

    blocks = facility_blocks(entrances, entrance_facility, threads)
    return pd.concat(list(in_order(drawn, blocks, threads)), ignore_index=True)


def _outlined(
    lines: Lines,
    reach: EdgeReach,
    facility: int,
    edges: NDArray[np.int32],
    corner: NDArray[np.float64],
    limits_m: Sequence[float],
    width_m: float,
    room: Room | None,
) -> tuple[list[Outlines], Room]:
    """The outlines at each limit, and the room that they were drawn in."""
    window = _window(lines, reach, facility, edges, corner, max(limits_m, default=0.0), width_m)
    room = room_for(int(window[2]) * int(window[3]), room)
    distance2 = room.field[: int(window[2]) * int(window[3])]
    distance2.fill(np.inf)
    seen = read_only(distance2)
    found = []
    known_m = -np.inf
    for limit_m in limits_m:
        near_parts(lines, reach, facility, edges, corner, known_m, limit_m, width_m, window, distance2)
        own = read_only(room.crossed[: cross_straight(window, seen, width_m, room.after, room.share, room.crossed)])
        found.append(trace(corner, window, own, read_only(room.share), seen, width_m * width_m, room.after))
        room.after[own] = NONE
        known_m = limit_m
    return found, room


def _window(
    lines: Lines,
    reach: EdgeReach,
    facility: int,
    edges: NDArray[np.int32],
    corner: NDArray[np.float64],
    limit_m: float,
    width_m: float,
) -> NDArray[np.int32]:
    """First column, first row, columns and rows of all points that can be within the width, and of one beyond."""
    box = np.array([np.inf, np.inf, -np.inf, -np.inf])
    box_of_parts(lines, reach, facility, edges, limit_m, box)
    if box[0] > box[2]:
        return read_only(np.zeros(4, dtype=np.int32))
    around_m = width_m + 2 * corner[2]
    first = np.floor((box[:2] - around_m - corner[:2]) / corner[2])
    last = np.ceil((box[2:] + around_m - corner[:2]) / corner[2])
    return read_only(np.array([*first, *(last - first + 1)], dtype=np.int32))
