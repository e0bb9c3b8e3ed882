"""Polygons of units made valid, and what that took."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.catalogue.entries import Label
from circle15.errors import DataError
from circle15.inputs.files.listing import few
from circle15.inputs.zones.findings import UnitRemark, degrees, placed, row_keys
from circle15.model.ledger import Note
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    import geopandas as gpd
    import pyproj
    from numpy.typing import NDArray

# What GEOS says of an invalid shape: "Ring Self-intersection[500000 3350000]".
_REASON = re.compile(r"^(?P<what>[^\[]*)\[(?P<x>\S+) (?P<y>[^\s\]]+)")


def mend_shapes(units: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Note, ...], tuple[UnitRemark, ...]]:
    """Drop empty shapes, make the rest valid polygons, and say how much land that moved.

    Parameters
    ----------
    units
        ``level, name, file, sheet, row`` and shapes in a metric coordinate system.

    Raises
    ------
    DataError
        A file without a single polygon.
    """
    before = _finite(units.geometry.to_numpy())
    wrong = ~shapely.is_missing(before) & ~shapely.is_valid(before)
    shapes = before.copy()
    shapes[wrong] = shapely.make_valid(before[wrong], method="structure", keep_collapsed=False)
    shapes = np.array([_polygons(shape) for shape in shapes], dtype=object)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    for file, rows in units.groupby("file", sort=True).indices.items():
        if empty[rows].all():
            raise DataError("zones.no_polygons", file=file)
    mended = wrong & ~empty
    change_m2 = np.abs(shapely.area(shapes) - shapely.area(before))
    findings = [_mended(units, at, before[at], float(change_m2[at])) for at in np.flatnonzero(mended).tolist()]
    lost = row_keys(units[empty])
    findings += [UnitRemark(key, Note("repair.no_shape", {}, placed(key)), excluded=True) for key in lost]
    notes = (*_mended_note(change_m2[mended]), *_empty_note(units[empty]))
    return units.set_geometry(shapes, crs=units.crs)[~empty].reset_index(drop=True), notes, tuple(findings)


def _finite(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """None for a shape with a corner that is nowhere."""
    found = shapes.copy()
    corners, owner = shapely.get_coordinates(shapes, return_index=True)
    found[np.unique(owner[~np.isfinite(corners).all(axis=1)])] = None
    return found


def _polygons(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """What of a shape is area; None where nothing is."""
    if shape is None or shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else None


def _mended(units: gpd.GeoDataFrame, at: int, before: shapely.Geometry, change_m2: float) -> UnitRemark:
    key = row_keys(units.iloc[[at]])[0]
    what, lonlat = _fault(before, units.crs)
    return UnitRemark(key, Note("repair.mended", {"what": what, "change_m2": change_m2}, placed(key, lonlat)))


def _fault(shape: shapely.Geometry, crs: pyproj.CRS) -> tuple[Label, tuple[float, float]]:
    """What makes a shape invalid, and where."""
    said = _REASON.match(str(shapely.is_valid_reason(shape)))
    if said is None:
        return _label("other"), (np.nan, np.nan)
    name = re.sub(r"[^a-z]+", "_", said["what"].strip().lower())
    return _label(name), degrees(crs, float(said["x"]), float(said["y"]))


def _label(name: str) -> Label:
    key = f"repair.fault_{name}"
    key = key if key in phrasebook("zh") else "repair.fault_other"
    return Label(say(key, "zh"), say(key, "en"))


def _mended_note(change_m2: NDArray[np.float64]) -> tuple[Note, ...]:
    if not len(change_m2):
        return ()
    return (Note("zones.mended", {"count": len(change_m2), "change_m2": float(change_m2.sum())}),)


def _empty_note(units: gpd.GeoDataFrame) -> tuple[Note, ...]:
    if units.empty:
        return ()
    return (Note("zones.no_shape", {"count": len(units), "names": few(sorted(units["name"]))}),)
