"""Polygons of units made fit to count by: valid, flat, and not on top of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.errors import DataError
from circle15.inputs.files.listing import few
from circle15.model.ledger import Note
from circle15.model.zones import level_label

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# Two units of one level may share slivers where their borders were drawn twice, but no land.
OVERLAP_SHARE = 0.01
OVERLAP_M2 = 10_000.0
# Below this the overlap is the rounding of coordinates.
SLIVER_M2 = 1.0


def mend_shapes(units: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Note, ...]]:
    """Drop heights and empty shapes, make the rest valid polygons, and say how much land that moved.

    Parameters
    ----------
    units
        ``level, name, file`` and shapes in a metric coordinate system.

    Raises
    ------
    DataError
        A file without a single polygon.
    """
    before = shapely.force_2d(units.geometry.to_numpy())
    wrong = ~shapely.is_valid(before)
    shapes = before.copy()
    shapes[wrong] = shapely.make_valid(before[wrong], method="structure", keep_collapsed=False)
    shapes = np.array([_polygons(shape) for shape in shapes], dtype=object)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    for file, rows in units.groupby("file", sort=True).indices.items():
        if empty[rows].all():
            raise DataError("zones.no_polygons", file=file)
    notes = _mended_note(before[wrong & ~empty], shapes[wrong & ~empty]) + _empty_note(units[empty])
    return units.set_geometry(shapes, crs=units.crs)[~empty].reset_index(drop=True), notes


def _polygons(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """What of a shape is area; None where nothing is."""
    if shape is None or shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else None


def _mended_note(before: NDArray[np.object_], after: NDArray[np.object_]) -> tuple[Note, ...]:
    if not len(before):
        return ()
    change_m2 = float(np.abs(shapely.area(after) - shapely.area(before)).sum())
    return (Note("zones.mended", {"count": len(before), "change_m2": change_m2}),)


def _empty_note(units: gpd.GeoDataFrame) -> tuple[Note, ...]:
    if units.empty:
        return ()
    return (Note("zones.no_shape", {"count": len(units), "names": few(sorted(units["name"]))}),)


def overlap_faults(units: gpd.GeoDataFrame) -> tuple[list[DataError], tuple[Note, ...]]:
    """Find land that two units of one level both claim.

    Returns
    -------
    faults
        One for each two units that share more than 1 % of the smaller or more than 1 ha.
    notes
        The slivers below that, per level.
    """
    faults: list[DataError] = []
    notes: list[Note] = []
    for level, rows in units.groupby("level", sort=True).indices.items():
        level_units = units.iloc[rows].sort_values(["code", "name"], kind="stable").reset_index(drop=True)
        one, other, shared_m2, too_much = _shared_land(level_units.geometry.to_numpy())
        names, codes, files = (level_units[column].to_numpy(dtype=object) for column in ("name", "code", "file"))
        faults += [
            DataError(
                "zones.overlap",
                file=files[a],
                name=names[a],
                code=codes[a],
                other=names[b],
                other_code=codes[b],
                m2=float(m2),
            )
            for a, b, m2 in zip(one[too_much], other[too_much], shared_m2[too_much], strict=True)
        ]
        slivers = shared_m2[~too_much & (shared_m2 > SLIVER_M2)]
        if len(slivers):
            notes.append(
                Note("zones.slivers", {"level": level_label(level), "count": len(slivers), "m2": float(slivers.sum())})
            )
    return faults, tuple(notes)


def _shared_land(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """Pairs of rows that meet, in order, the square metres they share, and whether that is too much."""
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = pairs[:, pairs[0] < pairs[1]]
    one, other = pairs[:, np.lexsort((pairs[1], pairs[0]))]
    shared_m2 = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    smaller_m2 = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    return one, other, shared_m2, (shared_m2 > OVERLAP_SHARE * smaller_m2) | (shared_m2 > OVERLAP_M2)
