"""Areas of reach to look at: an exact field of metres on a fine grid, contoured. Numbers never come from here.

Each grid point is joined to the streets and searched like a cell, so the field is exact at the points: streets are cut
where the metres run out, what lies behind a wall stays out of reach, and holes and islands stay. Only the line
between neighbouring points is drawn, by where the field crosses the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import contourpy
import geopandas as gpd
import numpy as np
import shapely

from circle15.access.compiled import read_only
from circle15.access.joins import join_to_edges
from circle15.access.layout import Points, lay_doors, moved, points_of, seeds_of, streets_of, twins_of
from circle15.access.nearest import Nearest, meet_all, reach_from_entrances
from circle15.access.search import bucket_shape, empty_queue, forget, meet_one, spread, unreached
from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork

# Walking along a street with its leg, metres change by no more than twice the step between two points of the grid.
STEEPEST = 2.0


@dataclass(frozen=True, eq=False)
class ReachGrid:
    """A regular grid of points over the streets, each joined to its nearest edge: made once per study.

    Attributes
    ----------
    x, y
        float64, (columns,) and (rows,): metres, whole multiples of the spacing, ascending.
    spacing_m
        Metres between neighbouring points.
    max_leg_m
        The longest straight leg that is walked.
    points
        The joins, (rows x columns,), row by row.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    spacing_m: float
    max_leg_m: float
    points: Points


@dataclass(frozen=True, eq=False)
class Window:
    """A rectangle of a ``ReachGrid``: its columns, its rows, and the points in it."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    points: Points


def reach_grid(
    network: StreetNetwork, bounds: tuple[float, float, float, float], spacing_m: float, max_leg_m: float
) -> ReachGrid:
    """Lay a grid over ``bounds`` and join it to the streets.

    Parameters
    ----------
    network
        The streets.
    bounds
        West, south, east, north in metres; areas of reach end where the grid ends.
    spacing_m
        Metres between points: 12.5 keeps areas right to about a hundredth, 25 is four times lighter.
    max_leg_m
        The longest straight leg that is walked.

    Raises
    ------
    DataError
        The spacing is not above 0, or the bounds are empty.
    """
    west, south, east, north = bounds
    if not (spacing_m > 0 and east > west and north > south):
        facts = {"spacing_m": spacing_m, "width_m": east - west, "height_m": north - south}
        raise DataError("access.no_spacing", **facts)
    x = np.arange(np.floor(west / spacing_m), np.ceil(east / spacing_m) + 1) * spacing_m
    y = np.arange(np.floor(south / spacing_m), np.ceil(north / spacing_m) + 1) * spacing_m
    column, row = np.meshgrid(x, y)
    # Joined at any distance, so that the field is smooth where legs grow too long.
    joins = join_to_edges(network, np.stack([column.ravel(), row.ravel()], axis=1), np.inf)
    return ReachGrid(x, y, spacing_m, max_leg_m, points_of(network, joins))


def service_isochrones(
    network: StreetNetwork, grid: ReachGrid, entrances: EdgeJoins, limits_m: Sequence[float]
) -> gpd.GeoDataFrame:
    """Where the nearest of all facilities is within each limit.

    Parameters
    ----------
    network
        The streets.
    grid
        From ``reach_grid`` on the same streets.
    entrances
        All entrances of all facilities of a service.
    limits_m
        Metres of level walking with both legs.

    Returns
    -------
    geopandas.GeoDataFrame
        ``limit_m`` and ``geometry`` (valid multipolygons), limits ascending, each within the next. A limit within
        which nothing lies has no row.
    """
    nobody = np.zeros(len(entrances), dtype=np.int32)
    reach = reach_from_entrances(network, entrances, nobody, _search_limit_m(grid, limits_m))
    points = len(grid.points.edge)
    found = Nearest(np.empty(points), np.empty(points, dtype=np.int32))
    meet_all(network, reach, lay_doors(network, entrances, nobody), grid.points, found)
    areas = list(_areas(grid, Window(grid.x, grid.y, grid.points), found.metres, limits_m))
    columns = {"limit_m": [limit_m for limit_m, _ in areas]}
    return gpd.GeoDataFrame(columns, geometry=[area for _, area in areas], crs=network.crs)


def facility_isochrones(
    network: StreetNetwork,
    grid: ReachGrid,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limits_m: Sequence[float],
) -> gpd.GeoDataFrame:
    """Where each facility is within each limit; only a window around it is searched and contoured.

    Parameters
    ----------
    network, grid, entrances, limits_m
        As for ``service_isochrones``.
    entrance_facility
        The number (0 or more) of the facility each entrance belongs to.

    Returns
    -------
    geopandas.GeoDataFrame
        ``facility``, ``limit_m`` and ``geometry`` (valid multipolygons), ordered by facility and limit. A facility
        off the network has no row.
    """
    found: list[tuple[int, float, shapely.MultiPolygon]] = []
    for facility, window, metres in _facility_fields(network, grid, entrances, entrance_facility, limits_m):
        found += [(facility, limit_m, area) for limit_m, area in _areas(grid, window, metres, limits_m)]
    columns = {"facility": [row[0] for row in found], "limit_m": [row[1] for row in found]}
    return gpd.GeoDataFrame(columns, geometry=[row[2] for row in found], crs=network.crs)


def _facility_fields(
    network: StreetNetwork,
    grid: ReachGrid,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limits_m: Sequence[float],
) -> Iterator[tuple[int, Window, NDArray[np.float64]]]:
    """Search from each facility in turn; give its number, its window, and the metres of the points there."""
    streets, seeds = streets_of(network), seeds_of(network, entrances, entrance_facility)
    doors = lay_doors(network, entrances, entrance_facility)
    limit_m = _search_limit_m(grid, limits_m)
    radius_m = limit_m / _least_factor(network)
    width_m, buckets = bucket_shape(streets, seeds)
    nodes = len(streets.start) - 1
    reach, queue = unreached(nodes), empty_queue(nodes, buckets)
    for facility in np.unique(seeds.facility).tolist():
        first, end = np.searchsorted(seeds.facility, [facility, facility + 1]).tolist()
        reached = spread(streets, seeds, first, end, limit_m, width_m, reach, queue)
        own = (np.asarray(entrance_facility) == facility) & entrances.on_network
        window = _window(grid, entrances.foot_xy[own], radius_m)
        metres = np.empty(len(window.points.edge))
        meet_one(streets, reach, doors, facility, window.points, metres)
        rows, twin = twins_of(network, window.points.edge)
        if len(rows):
            out_m = np.empty(len(rows))
            meet_one(streets, reach, doors, facility, moved(window.points, rows, twin), out_m)
            metres[rows] = np.minimum(metres[rows], out_m)
        forget(reach, queue, reached)
        yield facility, window, metres


def _search_limit_m(grid: ReachGrid, limits_m: Sequence[float]) -> float:
    """Metres to search: some steps beyond the last limit, so that the field is known on both sides of it."""
    return max(limits_m) + 2 * STEEPEST * grid.spacing_m


def _least_factor(network: StreetNetwork) -> float:
    """The least metres of travel per metre of street, at most 1."""
    has_length = network.length_m > 0
    return float(np.min(np.minimum(*network.directions_m)[has_length] / network.length_m[has_length], initial=1.0))


def _window(grid: ReachGrid, feet_xy: NDArray[np.float64], radius_m: float) -> Window:
    """The points no further from these feet than ``radius_m`` east, west, north or south."""
    low, high = feet_xy.min(axis=0) - radius_m, feet_xy.max(axis=0) + radius_m
    columns = np.arange(*np.searchsorted(grid.x, [low[0], high[0]]))
    rows = np.arange(*np.searchsorted(grid.y, [low[1], high[1]]))
    inside = (rows[:, None] * len(grid.x) + columns[None, :]).ravel()
    points = Points(*(read_only(array[inside]) for array in grid.points))
    return Window(grid.x[columns], grid.y[rows], points)


def _areas(
    grid: ReachGrid, window: Window, metres: NDArray[np.float64], limits_m: Sequence[float]
) -> Iterator[tuple[float, shapely.MultiPolygon]]:
    """Contour a field of metres at each limit, the smallest first; limits that nothing is within are left out."""
    if min(len(window.x), len(window.y)) < 2:
        return
    shape = (len(window.y), len(window.x))
    beyond_leg_m = window.points.leg_m - grid.max_leg_m
    steepest_m = STEEPEST * grid.spacing_m
    for limit_m in sorted(set(limits_m)):
        beyond_m = np.maximum(metres - limit_m, beyond_leg_m)
        # Where two points join different streets the field jumps, by any number of metres. Cut to what one step can
        # change, the line comes half-way between them; uncut, it would lie wherever the height of the jump puts it.
        area = _area(window, np.clip(beyond_m, -steepest_m, steepest_m).reshape(shape))
        if not area.is_empty:
            yield float(limit_m), area


def _area(window: Window, beyond_m: NDArray[np.float64]) -> shapely.MultiPolygon:
    """The area where a field is not above 0."""
    contours = contourpy.contour_generator(
        window.x, window.y, beyond_m, name="serial", fill_type=contourpy.FillType.ChunkCombinedOffsetOffset
    )
    (vertices,), (rings,), (outlines,) = cast("tuple[list[Any], list[Any], list[Any]]", contours.filled(-np.inf, 0.0))
    if vertices is None:
        return shapely.MultiPolygon()
    offsets = (rings, outlines, np.array([0, len(outlines) - 1]))
    (area,) = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, vertices, offsets)
    return area if area.is_valid else _mended(area)


def _mended(area: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """The same area without rings that touch themselves."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(area)))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
