"""Which unit holds which facility, and which units lie above a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from circle15.model.zones import LEVELS

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Chain = tuple[tuple[str, str], ...]


def chains(zones: gpd.GeoDataFrame) -> dict[tuple[str, str], Chain]:
    """Of each unit ``(level, code)``: itself and the units above, from the narrowest to the widest.

    Parameters
    ----------
    zones
        ``level, code, parent_code``, wider levels first.
    """
    found: dict[tuple[str, str], Chain] = {}
    for level, code, parent in zip(zones["level"], zones["code"], zones["parent_code"], strict=True):
        wider = reversed(LEVELS[: LEVELS.index(level)])
        above = next((found[other, parent] for other in wider if (other, parent) in found), ())
        found[level, code] = ((level, code), *above)
    return found


def facility_units(facilities: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """The code of the unit of each level in which a facility lies.

    Parameters
    ----------
    facilities
        ``inside`` and points, in the coordinate system of ``zones``.
    zones
        ``level, code, geometry``.

    Returns
    -------
    pandas.DataFrame
        On the index of ``facilities``, a column per level; "" where a facility lies in no unit of that level or beyond
        the border. On a border between two units the smaller code. Everything inside lies in the root.
    """
    inside = facilities["inside"].to_numpy(dtype=bool)
    points = facilities.geometry.to_numpy()
    columns: dict[str, NDArray[np.object_]] = {}
    for number, level in enumerate(dict.fromkeys(zones["level"])):
        units = zones[zones["level"] == level].sort_values("code", kind="stable")
        # What is inside lies in the root, and its polygon has the most points to be asked.
        codes = _codes_at(points, units) if number else units["code"].iloc[0]
        columns[level] = np.where(inside, codes, "").astype(object)
    return pd.DataFrame(columns, index=facilities.index)


def _codes_at(points: NDArray[np.object_], units: gpd.GeoDataFrame) -> NDArray[np.object_]:
    codes = np.full(len(points), "", dtype=object)
    if not len(points):
        return codes
    point, unit = shapely.STRtree(units.geometry.to_numpy()).query(points, predicate="intersects")
    order = np.lexsort((unit, point))
    rows, first = np.unique(point[order], return_index=True)
    codes[rows] = units["code"].to_numpy(dtype=object)[unit[order][first]]
    return codes
