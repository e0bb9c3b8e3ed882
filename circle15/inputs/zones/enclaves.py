"""Units drawn over the unit around them, in which nobody cut a hole: the inner one holds its land.

A town on an island, or a street office within a town, is often drawn on top of the unit that surrounds it. Where a part
of a unit lies wholly within one other unit of its level, and is at most half of that, the surrounding unit loses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.inputs.zones.findings import UnitRemark, degrees, placed, point_in, row_keys
from circle15.inputs.zones.slivers import SAID_M2, is_overlap_sliver
from circle15.model.ledger import Note
from circle15.model.zones import level_label

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# A unit that fills more of the one around it is rather the same unit drawn twice.
MOST_OF_OUTER = 0.5


@dataclass(frozen=True, eq=False)
class _Enclave:
    """Rows of the inner and the outer unit, and the land that both have drawn."""

    inner: int
    outer: int
    land: shapely.Geometry


def cut_enclaves(units: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Note, ...], tuple[UnitRemark, ...]]:
    """Cut units drawn over a surrounding one out of it.

    Parameters
    ----------
    units
        ``level, code, name, file, sheet, row`` and valid polygons in metres, in order.

    Returns
    -------
    GeoDataFrame
        The units; only those around an enclave have changed.
    notes, findings
        Each enclave with its area, for the planner and for the rows of both units.
    """
    found = [
        enclave
        for rows in units.groupby("level", sort=True).indices.values()
        for enclave in _enclaves(units.geometry.to_numpy()[rows], rows)
    ]
    if not found:
        return units, (), ()
    shapes = units.geometry.to_numpy().copy()
    for outer in sorted({enclave.outer for enclave in found}):
        inner = shapely.union_all([enclave.land for enclave in found if enclave.outer == outer])
        shapes[outer] = shapely.difference(shapes[outer], inner)
    told = [_told(units, enclave) for enclave in found]
    notes = tuple(note for note, _ in told)
    return units.set_geometry(shapes, crs=units.crs), notes, tuple(each for _, two in told for each in two)


def _enclaves(shapes: NDArray[np.object_], rows: NDArray[np.int64]) -> list[_Enclave]:
    if shapely.coverage_is_valid(shapes):
        return []
    parts, owner = shapely.get_parts(shapes, return_index=True)
    at, outer = shapely.STRtree(shapes).query(parts, predicate="intersects")
    beside = owner[at] != outer
    pairs = sorted(zip(owner[at][beside].tolist(), outer[beside].tolist(), at[beside].tolist(), strict=True))
    by_units: dict[tuple[int, int], list[shapely.Geometry]] = {}
    for inner, around, part in pairs:
        if _lies_in(parts[part], shapes[around], float(shapely.area(shapes[inner]))):
            by_units.setdefault((inner, around), []).append(parts[part])
    return [
        _Enclave(int(rows[inner]), int(rows[around]), shapely.union_all(land))
        for (inner, around), land in by_units.items()
    ]


def _lies_in(part: shapely.Geometry, around: shapely.Geometry, inner_m2: float) -> bool:
    """Whether a part of a unit, no sliver, lies wholly in another unit and leaves that at least half of its land."""
    outer_m2 = float(shapely.area(around))
    if part.area > MOST_OF_OUTER * outer_m2 or is_overlap_sliver(part, min(inner_m2, outer_m2)):
        return False
    return bool(shapely.area(shapely.difference(part, around)) <= SAID_M2)


def _told(units: gpd.GeoDataFrame, enclave: _Enclave) -> tuple[Note, tuple[UnitRemark, UnitRemark]]:
    keys = row_keys(units.iloc[[enclave.inner, enclave.outer]])
    inner, outer = (_name(units, row) for row in (enclave.inner, enclave.outer))
    lonlat = degrees(units.crs, *point_in(enclave.land))
    m2 = float(enclave.land.area)
    facts: dict[str, object] = {"inner": inner, "outer": outer, "m2": m2}
    level = level_label(str(units["level"].iloc[enclave.inner]))
    note = Note("enclaves.cut", {**facts, "level": level}, placed(keys[1], lonlat))
    kept = Note("enclaves.kept", {"other": outer, "m2": m2}, placed(keys[0], lonlat))
    lost = Note("enclaves.lost", {"other": inner, "m2": m2}, placed(keys[1], lonlat))
    return note, (UnitRemark(keys[0], kept), UnitRemark(keys[1], lost))


def _name(units: gpd.GeoDataFrame, row: int) -> str:
    name, code = str(units["name"].iloc[row]), str(units["code"].iloc[row])
    return name if name == code else f"{name}（{code}）"
