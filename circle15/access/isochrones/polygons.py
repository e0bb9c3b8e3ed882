"""Multipolygons of outlines, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyproj
    from numpy.typing import NDArray

    from circle15.access.isochrones.arrays import Outlines


def area_frame(
    facilities: Sequence[int],
    limits_m: Sequence[float],
    outlines: Sequence[Outlines],
    area: Sequence[int],
    crs: pyproj.CRS,
) -> gpd.GeoDataFrame:
    """``facility``, ``limit_m`` and ``geometry`` of all areas that are not empty.

    ``area`` numbers the area of each outline, limit by limit of facility by facility.
    """
    shapes = multipolygons(outlines, np.array(area, dtype=np.int64), len(facilities) * len(limits_m))
    columns = {
        "facility": np.repeat(np.array(facilities, dtype=np.int64), len(limits_m)),
        "limit_m": np.tile(np.array(limits_m, dtype=np.float64), len(facilities)),
    }
    areas = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)
    return areas[~areas.is_empty].reset_index(drop=True)


def multipolygons(outlines: Sequence[Outlines], area: NDArray[np.int64], areas: int) -> NDArray[np.object_]:
    """One multipolygon for each area, an empty one where it has no outline.

    Parameters
    ----------
    outlines
        Rings of one area each, or of a part of it that touches no other part.
    area
        int64, (outlines,): the number of the area that each belongs to.
    areas
        How many areas there are.
    """
    if not any(len(part.vertices) for part in outlines):
        return np.array([shapely.MultiPolygon()] * areas, dtype=np.object_)
    rings = np.array([len(part.vertices) for part in outlines])
    first_ring = np.cumsum(rings) - rings
    vertices = np.concatenate([part.vertices for part in outlines])
    shell = np.concatenate([part.shell for part in outlines]) + np.repeat(first_ring, rings)
    owner = np.repeat(np.asarray(area), rings)
    is_hole = shell != np.arange(len(shell))
    order = np.lexsort((is_hole, shell, owner))
    ring_start = np.concatenate([[0], np.cumsum(vertices[order])])
    moved = np.repeat((np.cumsum(vertices) - vertices)[order] - ring_start[:-1], vertices[order])
    xy = np.concatenate([part.xy for part in outlines])[moved + np.arange(ring_start[-1])]
    shells = np.flatnonzero(~is_hole[order])
    per_area = np.bincount(owner[order][shells], minlength=areas)
    offsets = (ring_start, np.append(shells, len(order)), np.concatenate([[0], np.cumsum(per_area)]))
    made: NDArray[np.object_] = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, xy, offsets)
    return made
