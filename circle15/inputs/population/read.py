"""People on the grid: from a raster or from buildings, as many as the official totals say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import ConfigurationError, DataError
from circle15.inputs.population.buildings import on_residential_land, read_buildings
from circle15.inputs.population.gaps import close_gaps
from circle15.inputs.population.gridding import lineage, settle, tally, unit_finder, units_at
from circle15.inputs.population.landuse import read_residential, residential_cells
from circle15.inputs.population.raking import codes_at_level, factor_note, meet_totals
from circle15.inputs.population.raster import raster_people
from circle15.inputs.population.source_coverage import uncovered_note
from circle15.inputs.population.totals import OfficialTotals, read_totals, whole_area_total
from circle15.model.population import EVERYONE, PopulationGrid, cell_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import shapely

    from circle15.catalogue.entries import Group
    from circle15.inputs.population.gridding import UnitFinder
    from circle15.model.ledger import Note
    from circle15.model.study import PopulationSource
    from circle15.model.zones import Zones


def read_population(
    source: PopulationSource, folder: Path, zones: Zones, cell_m: int, groups: Mapping[str, Group]
) -> tuple[PopulationGrid, tuple[Note, ...]]:
    """Put the people of a study on its grid.

    Parameters
    ----------
    source
        A raster of persons or building footprints, land use, official totals.
    folder
        The folder of ``study.toml``.
    zones
        The study's units, in metres.
    cell_m
        Side of a cell, metres.
    groups
        The catalogue's groups by id.

    Returns
    -------
    PopulationGrid
        The cells with people or residential land. Its sums equal the source's, or the official totals where given.
    tuple of Note
        What a reader of the figures should know about them.

    Raises
    ------
    DataError, ConfigurationError
        What was found in which file, and what to do.
    """
    finder = unit_finder(zones, cell_m)
    totals, of_totals = _official_totals(source, folder, zones, groups)
    land = None if source.landuse is None else read_residential(source.landuse, folder, zones)
    tallied, of_people = _people(source, folder, finder, land, zones.levels[0] if totals is None else totals.level)
    cells = _with_land(settle(tallied, cell_m).rename(columns={"weight": "persons"}), land, finder)
    cells, of_gaps = close_gaps(cells, zones)
    notes = (*of_totals, *of_people, *of_gaps)
    if not cells["persons"].sum() > 0:
        raise DataError("population.zero", file=source.raster or source.buildings)
    if totals is not None:
        of_source = (*(factor_note(cells, totals, zones) if source.raster else ()),)
        of_source += uncovered_note(cells, totals.level, finder)
        cells, of_raking = meet_totals(cells, totals, finder)
        notes = (*notes, *of_source, *of_raking)
    return _grid(cells, totals, finder), notes


def _official_totals(
    source: PopulationSource, folder: Path, zones: Zones, groups: Mapping[str, Group]
) -> tuple[OfficialTotals | None, tuple[Note, ...]]:
    if source.totals is not None and source.total_persons is not None:
        raise ConfigurationError("population.two_totals")
    if source.totals is not None:
        return read_totals(source.totals, folder, zones, groups)
    if source.total_persons is not None:
        return whole_area_total(source.total_persons, zones), ()
    if source.buildings is not None:
        raise DataError("population.buildings_need_totals", file=source.buildings)
    return None, ()


def _people(
    source: PopulationSource, folder: Path, finder: UnitFinder, land: shapely.Geometry | None, level: str
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """People, or floor area that stands for them, by cell and unit."""
    if source.raster is not None:
        return raster_people(folder / source.raster, finder, source.towgs84)
    buildings, notes = read_buildings(source, folder, finder)
    if land is not None:
        buildings, masked = on_residential_land(buildings, land, finder.zones, level)
        notes = (*notes, *masked)
    return tally([buildings], finder.cell_m), notes


def _with_land(people: pd.DataFrame, land: shapely.Geometry | None, finder: UnitFinder) -> pd.DataFrame:
    """Cells with people and cells with residential land as one frame."""
    if land is None:
        return people.assign(residential_m2=np.nan)
    land_cells = residential_cells(land, finder.cell_m)
    cells = people.merge(land_cells, on=["row", "column"], how="outer", suffixes=("", "_land"), sort=True)
    bare = cells["persons"].isna().to_numpy()
    for axis in ("x", "y"):
        cells[axis] = cells[axis].fillna(cells[f"{axis}_land"])
    unit = cells["unit"].fillna(0).to_numpy(dtype=np.int64, copy=True)
    unit[bare] = units_at(finder, cells["x"].to_numpy()[bare], cells["y"].to_numpy()[bare])
    unit[unit < 0] = 0  # a rounding beyond the area's border; row 0 is the whole area
    cells["residential_m2"] = cells["area_m2"].fillna(0.0)
    return cells.assign(unit=unit, persons=cells["persons"].fillna(0.0)).drop(columns=["area_m2", "x_land", "y_land"])


def _grid(cells: pd.DataFrame, totals: OfficialTotals | None, finder: UnitFinder) -> PopulationGrid:
    kept = cells[(cells["persons"] > 0) | (cells["residential_m2"] > 0)].reset_index(drop=True)
    column, row = kept["column"].to_numpy(), kept["row"].to_numpy()
    frame = pd.DataFrame({"cell_id": cell_ids(column, row, finder.cell_m)})
    frame["x"], frame["y"] = (column + 0.5) * finder.cell_m, (row + 0.5) * finder.cell_m
    frame["residential_m2"] = kept["residential_m2"]
    codes = lineage(finder.zones).iloc[kept["unit"]].reset_index(drop=True)
    frame = pd.concat([frame, codes], axis=1)
    order = np.argsort(frame["cell_id"].to_numpy(), kind="stable")
    persons = on_a_lattice(_persons_by_group(kept, totals, finder.zones))
    return PopulationGrid(
        finder.zones.crs,
        finder.cell_m,
        frame.iloc[order].reset_index(drop=True),
        persons.iloc[order].reset_index(drop=True),
    )


def on_a_lattice(persons: pd.DataFrame) -> pd.DataFrame:
    """Persons rounded to whole multiples of one power of two, so small that all their sums are exact.

    A float holds 53 binary digits; with steps of the total's last digits every sum of cells is exact, and towns add
    up to their district to the last bit, in any order. What is rounded off is below 1e-15 of the total per cell.
    """
    step = 2.0 ** (np.ceil(np.log2(persons[EVERYONE].sum())) + 1 - 53)
    rounded: pd.DataFrame = (persons / step).round() * step
    return rounded


def _persons_by_group(cells: pd.DataFrame, totals: OfficialTotals | None, zones: Zones) -> pd.DataFrame:
    """Everyone, and each known group by its share in the cell's unit."""
    persons = pd.DataFrame({EVERYONE: cells["persons"]})
    if totals is None:
        return persons
    codes = pd.Series(codes_at_level(cells, zones, totals.level))
    for group in totals.groups:
        share = (totals.groups[group] / totals.persons).fillna(0.0)  # 0 of 0 people
        persons[group] = persons[EVERYONE] * codes.map(share).fillna(0.0)
    return persons
