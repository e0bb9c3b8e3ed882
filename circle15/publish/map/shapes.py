"""Polygons of a study as packed numbers, thinned for display."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely

from circle15.publish.map.degrees import degrees_of
from circle15.publish.map.packing import Pack, pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# 1e-5 degree is about a metre: finer than a screen shows at any zoom the page allows.
DEGREE = 100_000


def thinned(shapes: Sequence[shapely.Geometry], tolerance_m: float) -> list[shapely.Geometry]:
    """Shapes with fewer points, none moved farther than ``tolerance_m``; for display only."""
    return list(shapely.simplify(np.asarray(shapes, dtype=object), tolerance_m, preserve_topology=True))


def thinned_together(shapes: Sequence[shapely.Geometry], tolerance_m: float) -> list[shapely.Geometry]:
    """The same for neighbours: a border that two share stays one border."""
    return list(shapely.coverage_simplify(np.asarray(shapes, dtype=object), tolerance_m))


def enclosing(shapes: Sequence[shapely.Geometry], cell_m: float) -> list[shapely.Geometry]:
    """One smooth line around scattered cells: gaps up to two cells closed, holes filled; for display only.

    The line runs a little inside the cells' outer edges, so that neighbouring areas do not cross.
    """
    closed = shapely.buffer(shapely.buffer(np.asarray(shapes, dtype=object), 1.4 * cell_m), -1.45 * cell_m)
    return [
        shapely.union_all([shapely.Polygon(part.exterior) for part in _polygons([shape])[0]])
        for shape in shapely.simplify(closed, cell_m / 20)
    ]


def shape_numbers(shapes: Sequence[shapely.Geometry], crs: pyproj.CRS) -> tuple[NDArray[np.int64], list[int]]:
    """Polygons given in ``crs`` as integers, one after the other; and at which number each begins.

    Each is its number of polygons; for each of these its number of rings; for each ring its number of points and the
    points as steps in longitude and latitude (1e-5 degree), the first of a shape from 0, 0. The closing point is left
    out.

    Examples
    --------
    >>> numbers, starts = shape_numbers([shapely.box(0, 0, 0.0001, 0.0002)] * 2, pyproj.CRS.from_epsg(4326))
    >>> numbers[:11].tolist(), starts
    ([1, 1, 4, 10, 0, 0, 20, -10, 0, 0, -20], [0, 11])
    """
    polygons, shape_of = _polygons(shapes)
    rings, polygon_of = shapely.get_rings(polygons, return_index=True)
    xy, ring_of = shapely.get_coordinates(rings, return_index=True)
    closing = np.append(ring_of[1:] != ring_of[:-1], np.ones(min(len(xy), 1), dtype=bool))
    xy, ring_of = xy[~closing], ring_of[~closing]
    # How many of the smaller each of the larger has, and how many come before it.
    per_shape, per_polygon, per_ring = (
        np.bincount(owner, minlength=count)
        for owner, count in ((shape_of, len(shapes)), (polygon_of, len(polygons)), (ring_of, len(rings)))
    )
    before_shape, before_polygon, before_ring = map(_before, (per_shape, per_polygon, per_ring))
    ring_at = 2 * before_ring[:-1] + np.arange(len(rings)) + polygon_of + 1 + shape_of[polygon_of] + 1
    first_point = before_ring[before_polygon]
    polygon_at = 2 * first_point[:-1] + before_polygon[:-1] + np.arange(len(polygons)) + shape_of + 1
    shape_at = (2 * first_point + before_polygon)[before_shape] + before_shape + np.arange(len(shapes) + 1)
    point_at = 2 * np.arange(len(xy)) + ring_of + 1 + polygon_of[ring_of] + 1 + shape_of[polygon_of[ring_of]] + 1
    numbers = np.zeros(shape_at[-1], dtype=np.int64)
    numbers[shape_at[:-1]], numbers[polygon_at], numbers[ring_at] = per_shape, per_polygon, per_ring
    numbers[point_at[:, None] + np.arange(2)] = _steps(_degrees(xy, crs), shape_of[polygon_of[ring_of]])
    return numbers, shape_at[:-1].tolist()


def pack_shapes(shapes: Sequence[shapely.Geometry], crs: pyproj.CRS) -> tuple[Pack, list[int]]:
    """Pack polygons given in ``crs``; and say at which number each begins."""
    numbers, starts = shape_numbers(shapes, crs)
    return pack({"shapes": numbers}), starts


def _before(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many come before each, and how many there are in all."""
    return np.concatenate([[0], np.cumsum(counts)])


def _steps(points: NDArray[np.int64], owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each point as its step from the one before, the first of each owner from 0, 0."""
    stepped = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    first = np.diff(owner, prepend=-1) != 0
    stepped[first] = points[first]
    return stepped


def _polygons(shapes: Sequence[shapely.Geometry]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """The polygons that shapes are made of, and which shape each is of; lines and points are left out."""
    members, shape_of = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    parts, member_of = shapely.get_parts(members, return_index=True)
    areal = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    return parts[areal], shape_of[member_of[areal]]


def _degrees(xy: NDArray[np.float64], crs: pyproj.CRS) -> NDArray[np.int64]:
    lon, lat = degrees_of(crs, xy[:, 0], xy[:, 1])
    degrees: NDArray[np.int64] = np.rint(np.column_stack([lon, lat]) * DEGREE).astype(np.int64)
    return degrees
