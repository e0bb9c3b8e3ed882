"""Units of all levels tied into one tree with one root."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.errors import DataError
from circle15.inputs.files.listing import few
from circle15.inputs.zones.findings import UnitRemark, placed, row_keys
from circle15.model.ledger import Note
from circle15.model.zones import LEVELS, level_label

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A unit with less than this share of its area in the level above does not belong to the study.
BELONGS_SHARE = 0.5


def in_order(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Order by level, widest first, then code, then shape, so that the order of rows leaves no trace."""
    rank = units["level"].map(LEVELS.index).to_numpy()
    corners = shapely.to_wkb(shapely.normalize(units.geometry.to_numpy()))
    keys = sorted(range(len(units)), key=lambda at: (rank[at], units["code"].iloc[at], corners[at]))
    return units.iloc[keys].reset_index(drop=True)


def join_parts(units: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Note, ...], tuple[UnitRemark, ...]]:
    """Make one unit of the rows that share level, code and name: a unit with an exclave drawn as its own feature.

    Parameters
    ----------
    units
        In order, so that parts are joined in an order of their own.
    """
    keys = ["level", "code", "name"]
    extra = units.duplicated(keys)
    if not extra.any():
        return units, (), ()
    findings = []
    joined = units[~extra].reset_index(drop=True)
    shapes = joined.geometry.to_numpy().copy()
    place = {key: at for at, key in enumerate(joined[keys].itertuples(index=False, name=None))}
    for at in np.flatnonzero(extra):
        first = place[tuple(units[keys].iloc[at])]
        same = shapes[first].equals(units.geometry.iloc[at])
        shapes[first] = shapely.union(shapes[first], units.geometry.iloc[at])
        findings.append(_part(units.iloc[[at]], int(joined["row"].iloc[first]), same=same))
    names = few(sorted(set(units.loc[extra, "name"])))
    notes = (Note("zones.parts_joined", {"count": int(extra.sum()), "names": names}),)
    return joined.set_geometry(shapes, crs=units.crs), notes, tuple(findings)


def _part(unit: gpd.GeoDataFrame, first_row: int, *, same: bool) -> UnitRemark:
    key = row_keys(unit)[0]
    what = "repair.duplicate" if same else "repair.part_joined"
    return UnitRemark(key, Note(what, {"first_row": first_row}, placed(key)), excluded=same)


def tie_units(
    units: gpd.GeoDataFrame, place: str, place_id: str
) -> tuple[gpd.GeoDataFrame, tuple[Note, ...], tuple[UnitRemark, ...]]:
    """Give each unit its parent, and the tree one root; units outside the level above are left out.

    Returns
    -------
    GeoDataFrame
        The columns given, ``parent_code``, and ``declared``: whether the parent is the one that the row names.
    notes, findings
        The units left out.
    """
    present = [level for level in LEVELS if level in set(units["level"])]
    tied = [_top(units[units["level"] == present[0]], place, place_id)]
    notes: list[Note] = []
    findings: list[UnitRemark] = []
    for level in present[1:]:
        below, outside = _under(units[units["level"] == level].reset_index(drop=True), tied[-1])
        notes += _outside_note(outside)
        findings += [
            UnitRemark(key, Note("repair.outside", {}, placed(key)), excluded=True) for key in row_keys(outside)
        ]
        tied.append(below)
    frame = pd.concat(tied, ignore_index=True)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=units.crs), tuple(notes), tuple(findings)


def _top(units: gpd.GeoDataFrame, place: str, place_id: str) -> gpd.GeoDataFrame:
    """The widest level: its only unit as the root, or all of them below a root made of them."""
    if len(units) == 1:
        return units.assign(parent_code="", declared=False).reset_index(drop=True)
    texts = dict.fromkeys(("parent", "parent_code", "urban_rural", "file", "sheet"), "")
    root = gpd.GeoDataFrame(
        [{"level": "place", "code": place_id, "name": place, "row": 0, "declared": False, **texts}],
        geometry=[shapely.union_all(units.geometry.to_numpy())],
        crs=units.crs,
    )
    return pd.concat([root, units.assign(parent_code=place_id, declared=False)], ignore_index=True)


def _under(units: gpd.GeoDataFrame, above: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Units with their parent in ``above``, as their column says, else where most of them lies; and those outside.

    A unit that says neither urban nor rural takes its parent's class.
    """
    above = above[above["level"] != "place"].reset_index(drop=True)
    lies_in, inside_m2 = _largest_overlap(units, above)
    outside = inside_m2 < BELONGS_SHARE * units.area.to_numpy()
    if outside.all():
        raise DataError("zones.all_outside", file=units["file"].iloc[0], level=level_label(units["level"].iloc[0]))
    unique = above[~above.duplicated("name", keep=False)]
    rows = dict(zip(unique["name"], unique.index, strict=True)) | dict(zip(above["code"], above.index, strict=True))
    parent = above.iloc[[rows.get(said, at) for said, at in zip(units["parent"], lies_in, strict=True)]]
    classes = units["urban_rural"].where(units["urban_rural"] != "", parent["urban_rural"].to_numpy())
    tied = units.assign(
        parent_code=parent["code"].to_numpy(),
        urban_rural=classes,
        declared=[said in rows for said in units["parent"]],
    )
    return tied[~outside].reset_index(drop=True), units[outside]


def _largest_overlap(units: gpd.GeoDataFrame, above: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each unit the row of ``above`` that holds most of it, and the square metres that any of them hold."""
    shapes, wider = units.geometry.to_numpy(), above.geometry.to_numpy()
    unit, parent = shapely.STRtree(wider).query(shapes, predicate="intersects")
    shared_m2 = shapely.area(shapely.intersection(shapes[unit], wider[parent]))
    order = np.lexsort((parent, -shared_m2, unit))
    first = np.unique(unit[order], return_index=True)
    best = np.zeros(len(units), dtype=np.int64)
    best[first[0]] = parent[order][first[1]]
    return best, np.bincount(unit, weights=shared_m2, minlength=len(units)).astype(np.float64)


def _outside_note(units: gpd.GeoDataFrame) -> list[Note]:
    if units.empty:
        return []
    names = [
        name if name == code else f"{name}（{code}）" for name, code in zip(units["name"], units["code"], strict=True)
    ]
    return [
        Note("zones.outside", {"level": level_label(units["level"].iloc[0]), "count": len(units), "names": few(names)})
    ]
