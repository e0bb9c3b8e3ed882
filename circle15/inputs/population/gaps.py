"""Cells between the towns: within the study's area, yet in no town, because borders were drawn twice.

People in land that no town claims belong to the nearest town, however far, so that every person is in one town. Only
where the towns hold too little of the unit above to be all its towns, people farther off belong to none, and that is
said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.inputs.population.gridding import lineage
from circle15.model.ledger import Note

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.model.zones import Zones

NEAR_M = 500.0
WHOLE_SHARE = 0.9  # of a county's land, which all its towns together hold at least
WITHOUT_GAPS = ("county", "town")  # villages need not fill their town: farms, waters and campuses lie between


def close_gaps(cells: pd.DataFrame, zones: Zones) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Give cells without a town (or county) to the nearest one; within 500 m where many towns are missing.

    Parameters
    ----------
    cells
        ``unit, persons, x, y`` and more.
    zones
        The study's units.

    Returns
    -------
    pandas.DataFrame
        The cells with ``unit`` mended.
    tuple of Note
        How many people were in gaps, and how many still belong to no town.
    """
    levels = [level for level in zones.levels[1:] if level in WITHOUT_GAPS]
    if not levels:
        return cells, ()
    codes = lineage(zones)[f"{levels[-1]}_code"].to_numpy(dtype=object)
    gap = codes[cells["unit"].to_numpy()] == ""
    unit = cells["unit"].to_numpy().copy()
    unit[gap] = _nearest(cells[gap], zones, levels[-1])
    left = codes[unit] == ""
    notes = []
    if _people(cells, gap & ~left):
        notes.append(Note("population.gap_closed", _facts(cells, gap & ~left)))
    if _people(cells, left):
        notes.append(Note("population.gap_left", _facts(cells, left)))
    return cells.assign(unit=unit), tuple(notes)


def _nearest(cells: pd.DataFrame, zones: Zones, level: str) -> NDArray[np.int64]:
    """The nearest unit of a level within the unit that each cell is known to lie in; that unit if none is near.

    Any distance is near where the units of the level hold nearly all the land of that unit.
    """
    unit: NDArray[np.int64] = cells["unit"].to_numpy().copy()
    points = shapely.points(cells["x"], cells["y"])
    codes, frame = lineage(zones), zones.frame
    for wider in np.unique(unit):
        same = codes[f"{frame['level'].iloc[wider]}_code"] == frame["code"].iloc[wider]
        within = np.flatnonzero(same & (frame["level"] == level).to_numpy())
        here = np.flatnonzero(cells["unit"].to_numpy() == wider)
        shapes = frame.geometry.to_numpy()[within]
        whole = shapely.area(shapes).sum() >= WHOLE_SHARE * frame.geometry.iloc[wider].area
        tree = shapely.STRtree(shapes)
        point, found = tree.query_nearest(points[here], max_distance=None if whole else NEAR_M)
        order = np.lexsort((found, point))  # of equally near ones the smaller code
        first = np.unique(point[order], return_index=True)[1]
        unit[here[point[order][first]]] = within[found[order][first]]
    return unit


def _people(cells: pd.DataFrame, which: NDArray[np.bool_]) -> float:
    return float(cells["persons"].to_numpy()[which].sum())


def _facts(cells: pd.DataFrame, which: NDArray[np.bool_]) -> dict[str, object]:
    peopled = which & (cells["persons"] > 0).to_numpy()
    return {"cells": int(peopled.sum()), "share": _people(cells, which) / float(cells["persons"].sum())}
