"""Polygons of a study as packed numbers, thinned for display."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely

from circle15.publish.map.packing import Pack, pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        shapely.union_all([shapely.Polygon(part.exterior) for part in _polygons(shape)])
        for shape in shapely.simplify(closed, cell_m / 20)
    ]


def shape_numbers(shape: shapely.Geometry, to_degrees: pyproj.Transformer) -> NDArray[np.int64]:
    """One polygon or several as integers.

    Number of polygons; for each its number of rings; for each ring its number of points and the points as steps in
    longitude and latitude (1e-5 degree), the first from 0, 0. The closing point is left out.

    Examples
    --------
    >>> same = pyproj.Transformer.from_crs(4326, 4326, always_xy=True)
    >>> shape_numbers(shapely.box(0, 0, 0.0001, 0.0002), same).tolist()
    [1, 1, 4, 10, 0, 0, 20, -10, 0, 0, -20]
    """
    numbers: list[NDArray[np.int64]] = []
    before = np.zeros((1, 2), dtype=np.int64)
    polygons = list(_polygons(shape))
    numbers.append(np.array([len(polygons)]))
    for polygon in polygons:
        rings = [polygon.exterior, *polygon.interiors]
        numbers.append(np.array([len(rings)]))
        for ring in rings:
            points = _degrees(ring, to_degrees)
            numbers += [np.array([len(points)]), np.diff(points, axis=0, prepend=before).ravel()]
            before = points[-1:]
    return np.concatenate(numbers)


def pack_shapes(shapes: Sequence[shapely.Geometry], crs: pyproj.CRS) -> tuple[Pack, list[int]]:
    """Pack polygons given in ``crs``; and say at which number each begins."""
    to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    runs = [shape_numbers(shape, to_degrees) for shape in shapes]
    starts = np.cumsum([0, *map(len, runs)])[:-1].tolist()
    return pack({"shapes": np.concatenate([*runs, np.zeros(0, dtype=np.int64)])}), starts


def _polygons(shape: shapely.Geometry) -> Iterator[shapely.Polygon]:
    for part in shapely.get_parts(shapely.get_parts(shape)):
        if isinstance(part, shapely.Polygon) and not part.is_empty:
            yield part


def _degrees(ring: shapely.LinearRing, to_degrees: pyproj.Transformer) -> NDArray[np.int64]:
    xy = shapely.get_coordinates(ring)[:-1]
    lon, lat = to_degrees.transform(xy[:, 0], xy[:, 1])
    degrees: NDArray[np.int64] = np.rint(np.column_stack([lon, lat]) * DEGREE).astype(np.int64)
    return degrees
