"""Exact reach along the streets: the stretches of each edge within each limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from circle15.access.compiled import read_only
from circle15.access.isochrones.edge_reach import each_reach
from circle15.access.isochrones.limits import ascending
from circle15.access.isochrones.lines import lines_of
from circle15.access.isochrones.parts import cut_lines, parts_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.access.isochrones.arrays import Lines
    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork

COLUMNS = {
    "facility": np.int64,
    "limit_m": np.float64,
    "edge": np.int32,
    "start_share": np.float64,
    "end_share": np.float64,
}


def reached_stretches(
    network: StreetNetwork,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limits_m: Sequence[float],
) -> gpd.GeoDataFrame:
    """The stretches of streets from where each facility is within each limit, cut where the metres run out.

    Somebody who stands on the street travels along it to the facility, and the leg of the entrance. A street may be
    reached from both its ends and from doors on it: what these reach together is one stretch, or several where the
    metres run out between them.

    Parameters
    ----------
    network
        The streets.
    entrances
        All entrances of all facilities.
    entrance_facility
        The number (0 or more) of the facility each entrance belongs to; the same for all to take them together.
    limits_m
        Metres of level travel with the leg of the entrance.

    Returns
    -------
    geopandas.GeoDataFrame
        ``facility``, ``limit_m``, ``edge``, ``start_share`` and ``end_share`` (where on the edge's line, 0 to 1) and
        ``geometry`` (lines along the edge), ordered by these. Streets without length have no stretch.

    Examples
    --------
    A street of 100 m with the facility 10 m beside its middle; 40 m are enough for 30 m each way:

    >>> import pyproj
    >>> from circle15.access.joins import join_to_edges
    >>> from circle15.model.network import StreetNetwork
    >>> street = StreetNetwork(
    ...     crs=pyproj.CRS.from_epsg(4550), node_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     node_osm_id=np.arange(2, dtype=np.int64), from_node=np.array([0], dtype=np.int32),
    ...     to_node=np.array([1], dtype=np.int32), length_m=np.array([100.0]), forward_m=np.array([100.0]),
    ...     kind=np.zeros(1, dtype=np.int16), kinds=("footway",), way_id=np.zeros(1, dtype=np.int64),
    ...     line_start=np.array([0, 2]), line_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ... )
    >>> door = join_to_edges(street, np.array([[50.0, 10.0]]), max_leg_m=300)
    >>> reached_stretches(street, door, np.array([0]), [40.0]).geometry[0].wkt
    'LINESTRING (20 0, 80 0)'
    """
    limits = ascending(limits_m)
    lines = lines_of(network)
    found: list[tuple[NDArray[np.generic], ...]] = [tuple(np.zeros(0, kind) for kind in COLUMNS.values())]
    for facility, reach, edges in each_reach(network, entrances, entrance_facility, max(limits, default=0.0)):
        own = read_only(np.sort(edges))
        for limit_m in limits:
            parts = parts_within(reach, facility, own, limit_m)
            found.append((np.full(len(parts.edge), facility), np.full(len(parts.edge), limit_m), *parts))
    columns = dict(zip(COLUMNS, map(np.concatenate, zip(*found, strict=True)), strict=True))
    shapes = _cut(lines, columns["edge"], columns["start_share"], columns["end_share"])
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=network.crs)
    return frame[frame.length > 0].reset_index(drop=True)


def _cut(
    lines: Lines, edge: NDArray[np.generic], start: NDArray[np.generic], end: NDArray[np.generic]
) -> NDArray[np.object_]:
    """The lines of parts of edges."""
    own = read_only(edge.astype(np.int32))
    room = int((np.diff(lines.first)[own] + 2).sum())
    xy, vertices = np.empty((room, 2)), np.empty(len(own), dtype=np.int32)
    first, last = read_only(start.astype(np.float64)), read_only(end.astype(np.float64))
    count = cut_lines(lines, own, first, last, xy, vertices)
    made: NDArray[np.object_] = shapely.linestrings(xy[:count], indices=np.repeat(np.arange(len(edge)), vertices))
    return made
