"""Shapes that have an area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

POLYGON_TYPES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def polygonal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The shapes as valid polygons, mended where a ring crosses itself; None for whatever has no area.

    Parameters
    ----------
    shapes
        Geometries or None, (n,).

    Examples
    --------
    >>> bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    >>> mended = polygonal(np.array([bow_tie, shapely.Point(0, 0), None]))
    >>> mended[0].area, mended[1], mended[2]
    (2.0, None, None)
    """
    flat = np.isin(shapely.get_type_id(shapes), POLYGON_TYPES)
    valid = shapes.copy()
    valid[~flat] = None
    crossed = flat & ~shapely.is_valid(valid)
    valid[crossed] = shapely.make_valid(valid[crossed], method="structure", keep_collapsed=False)
    valid[~(shapely.area(valid) > 0)] = None  # the area of None is NaN
    return valid
