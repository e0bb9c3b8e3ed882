"""Multipolygons of outlines, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from circle15.access.compiled import INT, READ_ROWS, READ_TABLE, compiled, read_only
from circle15.access.isochrones.arrays import FILL_TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyproj
    from numpy.typing import NDArray

    from circle15.access.isochrones.arrays import Outlines

LOT = 64


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
    by_area = np.argsort(area, kind="stable")
    outlines, area = [outlines[at] for at in by_area.tolist()], area[by_area]
    of_lot = np.searchsorted(area, np.arange(0, areas + LOT, LOT))
    lots = [
        _polygons_of_lot(outlines[begin:end], area[begin:end] - first, min(LOT, areas - first))
        for first, begin, end in zip(range(0, areas, LOT), of_lot[:-1].tolist(), of_lot[1:].tolist(), strict=False)
    ]
    return np.concatenate([np.zeros(0, dtype=np.object_), *lots])


def _polygons_of_lot(outlines: Sequence[Outlines], area: NDArray[np.int64], areas: int) -> NDArray[np.object_]:
    """The multipolygons of so few areas that their vertices are moved within a processor's own memory."""
    if not any(len(part.vertices) for part in outlines):
        return np.array([shapely.MultiPolygon()] * areas, dtype=np.object_)
    rings = np.array([len(part.vertices) for part in outlines])
    first_ring = np.cumsum(rings) - rings
    vertices = np.concatenate([part.vertices for part in outlines])
    shell = np.concatenate([part.shell for part in outlines]) + np.repeat(first_ring, rings)
    owner = np.repeat(np.asarray(area), rings)
    is_hole = shell != np.arange(len(shell))
    order = np.lexsort((is_hole, shell, owner))
    ring_start = np.append(0, np.cumsum(vertices[order], dtype=np.int64))
    first = (np.cumsum(vertices) - vertices)[order].astype(np.int64)
    xy = np.empty((ring_start[-1], 2))
    _in_order(read_only(np.concatenate([part.xy for part in outlines])), read_only(first), read_only(ring_start), xy)
    shells = np.flatnonzero(~is_hole[order])
    per_area = np.bincount(owner[order][shells], minlength=areas)
    offsets = (ring_start, np.append(shells, len(order)), np.concatenate([[0], np.cumsum(per_area)]))
    made: NDArray[np.object_] = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, xy, offsets)
    return made


@compiled(INT, READ_TABLE, READ_ROWS, READ_ROWS, FILL_TABLE)
def _in_order(
    xy: NDArray[np.float64], first: NDArray[np.int64], start: NDArray[np.int64], ordered: NDArray[np.float64]
) -> int:
    """Fill the vertices of rings that begin at ``first`` one after the other, from ``start`` on."""
    for ring in range(len(first)):
        for at in range(start[ring], start[ring + 1]):
            ordered[at, 0], ordered[at, 1] = (
                xy[first[ring] + at - start[ring], 0],
                xy[first[ring] + at - start[ring], 1],
            )
    return len(first)
