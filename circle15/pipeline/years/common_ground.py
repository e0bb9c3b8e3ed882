"""The cells of two years laid over each other, on today's units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import ConfigurationError
from circle15.inputs.zones.read import zone_codes
from circle15.model.ledger import Note
from circle15.model.population import EVERYONE, PopulationGrid
from circle15.model.zones import Zones
from circle15.pipeline.search.classes import class_of_cells

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.pipeline.reading.study_inputs import StudyInputs

FIXED = ("cell_id", "x", "y", "residential_m2")


@dataclass(frozen=True, eq=False)
class CommonGround:
    """The cells of either year, ordered by id.

    Attributes
    ----------
    grid
        The cells with today's units, and everybody who lives there in either year.
    people
        Per year, old and new: persons by group that both years have figures for.
    zones
        Per year: today's units, each with the class (urban, rural) that it had in that year.
    notes
        What the units of the two years do not have in common.
    """

    grid: PopulationGrid
    people: tuple[pd.DataFrame, pd.DataFrame]
    zones: tuple[Zones, Zones]
    notes: tuple[Note, ...]

    def classes(self, year: int) -> NDArray[np.object_]:
        """The class of each cell's town in one year."""
        return class_of_cells(self.zones[year], self.grid).to_numpy(dtype=object)


def common_ground(old: StudyInputs, new: StudyInputs) -> CommonGround:
    """Lay the cells of two years over each other.

    Every cell belongs to the unit that it belongs to today. A cell where nobody lives today is in the unit it was in,
    and where boundaries have changed, in the one that holds its middle. So both years are counted on the same ground
    and a new boundary is never taken for a change.

    Raises
    ------
    ConfigurationError
        The two years are on other grids or in other systems of coordinates, or lie apart.
    """
    _require_one_lattice(old, new)
    before, now = old.population, new.population
    cells, left_out = _cells(old, new)
    groups = [str(group) for group in now.persons if group in before.persons]
    people = tuple(_on_cells(each, cells["cell_id"], groups) for each in (before, now))
    grid = PopulationGrid(now.crs, now.cell_m, cells, people[0] + people[1])
    zones = (Zones(_with_classes(new.zones.frame, old.zones.frame)), new.zones)
    notes = (*_unit_notes(old, new), *_left_out(old, left_out))
    return CommonGround(grid, (people[0], people[1]), zones, notes)


def _require_one_lattice(old: StudyInputs, new: StudyInputs) -> None:
    periods = {"old": old.study.study.period, "new": new.study.study.period}
    if old.population.crs != new.population.crs:
        systems = {"old_crs": old.population.crs.to_string(), "new_crs": new.population.crs.to_string()}
        raise ConfigurationError("comparison.crs_differ", **periods, **systems)
    if old.population.cell_m != new.population.cell_m:
        sides = {"old_m": old.population.cell_m, "new_m": new.population.cell_m}
        raise ConfigurationError("comparison.cells_differ", **periods, **sides)
    if not set(old.population.cells["cell_id"]) & set(new.population.cells["cell_id"]):
        raise ConfigurationError("comparison.apart", **periods)
    if old.zones.levels != new.zones.levels:
        levels = {"old_levels": "、".join(old.zones.levels), "new_levels": "、".join(new.zones.levels)}
        raise ConfigurationError("comparison.levels_differ", **periods, **levels)


def _cells(old: StudyInputs, new: StudyInputs) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """The cells of both years with today's units, and which of the old ones lie beyond today's border."""
    codes = [f"{level}_code" for level in new.zones.levels]
    columns = [*FIXED, *codes]
    gone = ~old.population.cells["cell_id"].isin(new.population.cells["cell_id"]).to_numpy()
    extra = old.population.cells.loc[gone, columns].reset_index(drop=True)
    if not same_units(old.zones.frame, new.zones.frame):
        extra[codes] = zone_codes(new.zones, extra[["x", "y"]].to_numpy())[codes]
    beyond = (extra[codes[0]] == "").to_numpy()
    left_out = np.zeros(len(gone), dtype=np.bool_)
    left_out[np.flatnonzero(gone)[beyond]] = True
    cells = pd.concat([new.population.cells[columns], extra[~beyond]], ignore_index=True)
    return cells.sort_values("cell_id", kind="stable", ignore_index=True), left_out


def same_units(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> bool:
    """Whether the units of two years are the same, with the same boundaries."""
    keys = ["level", "code", "parent_code"]
    return bool(
        len(old) == len(new)
        and (old[keys].to_numpy() == new[keys].to_numpy()).all()
        and old.geometry.geom_equals(new.geometry).all()
    )


def _on_cells(grid: PopulationGrid, ids: pd.Series, groups: list[str]) -> pd.DataFrame:
    """Persons on other cells; 0 where this year has none."""
    return grid.persons[groups].set_index(grid.cells["cell_id"]).reindex(ids, fill_value=0.0).reset_index(drop=True)


def _with_classes(today: gpd.GeoDataFrame, past: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Today's units with the class that they had; one that there was not has today's."""
    had = past.set_index(["level", "code"])["urban_rural"]
    keys = list(zip(today["level"], today["code"], strict=True))
    classes = [had.get(key, own) for key, own in zip(keys, today["urban_rural"], strict=True)]
    return today.assign(urban_rural=classes)


def _unit_notes(old: StudyInputs, new: StudyInputs) -> list[Note]:
    """Say which units of one year the other does not have, and whether boundaries have moved."""
    before, now = old.zones.frame, new.zones.frame
    if same_units(before, now):
        return []
    names = {(level, code): name for level, code, name in _keys(before)}
    today = {(level, code): name for level, code, name in _keys(now)}
    gone = [name for key, name in names.items() if key not in today]
    come = [name for key, name in today.items() if key not in names]
    facts = {"gone": "、".join(gone) or "—", "come": "、".join(come) or "—"}
    return [Note("comparison.units_differ", {"old": old.study.study.period, "new": new.study.study.period, **facts})]


def _keys(frame: gpd.GeoDataFrame) -> list[tuple[str, str, str]]:
    return list(zip(frame["level"], frame["code"], frame["name"], strict=True))


def _left_out(old: StudyInputs, beyond: NDArray[np.bool_]) -> list[Note]:
    if not beyond.any():
        return []
    persons = float(old.population.persons.loc[beyond, EVERYONE].sum())
    return [
        Note("comparison.left_out", {"old": old.study.study.period, "cells": int(beyond.sum()), "persons": persons})
    ]
