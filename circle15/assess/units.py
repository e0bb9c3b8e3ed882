"""The administrative units of a study, and the cells each of them holds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import DataError
from circle15.model.population import EVERYONE
from circle15.model.zones import level_label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

# Which level's units are listed and compared: the first of these that a study has.
LISTED_LEVELS = ("town", "county", "place", "village")


@dataclass(frozen=True, eq=False)
class Unit:
    """A county, town or village: ``rows`` are its cells, ascending; empty where it has none."""

    level: str
    code: str
    name: str
    rows: NDArray[np.int64]


def ordered_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells by cell_id, index 0..n-1, so that no result depends on the order in which they came.

    Raises
    ------
    DataError
        A cell stands twice.
    """
    ordered = cells.sort_values("cell_id", kind="stable", ignore_index=True)
    twice = np.flatnonzero(ordered["cell_id"].duplicated())
    if len(twice):
        raise DataError("assess.cell_twice", cell=ordered["cell_id"].iloc[twice[0]])
    return ordered


def units_of(zones: gpd.GeoDataFrame, cells: pd.DataFrame) -> tuple[Unit, ...]:
    """Every unit of ``zones``, in their order, with its rows of ``cells``.

    Raises
    ------
    DataError
        A cell names a unit that is not among the zones: its people would be lost.
    """
    levels, codes, names = (zones[column].to_numpy(dtype=object) for column in ("level", "code", "name"))
    return tuple(
        unit
        for level in dict.fromkeys(levels.tolist())
        for unit in _units_of_level(level, codes[levels == level], names[levels == level], cells)
    )


def _units_of_level(
    level: str, own: NDArray[np.object_], names: NDArray[np.object_], cells: pd.DataFrame
) -> Iterator[Unit]:
    codes = cells[f"{level}_code"].to_numpy(dtype=object)
    unit_of_cell = pd.Index(own).get_indexer(pd.Index(codes))
    astray = np.flatnonzero((unit_of_cell < 0) & (codes != ""))
    if len(astray):
        raise DataError("assess.unknown_unit", level=level_label(level), code=codes[astray[0]])
    by_unit = np.argsort(unit_of_cell, kind="stable")
    ends = np.searchsorted(unit_of_cell[by_unit], np.arange(len(own) + 1))
    for unit, (code, name) in enumerate(zip(own, names, strict=True)):
        yield Unit(level, code, name, by_unit[ends[unit] : ends[unit + 1]])


def listed_level(levels: Collection[str]) -> str:
    """The level whose units are listed and compared: towns; where a study has none its counties, else the place.

    Examples
    --------
    >>> listed_level({"county", "town", "village"}), listed_level({"place"})
    ('town', 'place')
    """
    return next(level for level in (*LISTED_LEVELS, *sorted(levels)) if level in levels)


def unit_people(cells: pd.DataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """All people of every unit: ``level, code, name, people``, in the order of ``zones``."""
    cells = ordered_cells(cells)
    everyone = cells[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64)
    rows = [(unit.level, unit.code, unit.name, total(everyone[unit.rows])) for unit in units_of(zones, cells)]
    return pd.DataFrame(rows, columns=["level", "code", "name", "people"])


def total(values: NDArray[np.float64]) -> float:
    """The sum, correctly rounded: the same in every order of its terms (Shewchuk's algorithm)."""
    return math.fsum(values.tolist())
