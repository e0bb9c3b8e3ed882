"""People on the grid: from a raster or from buildings, as many as the official totals say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import ConfigurationError, DataError
from circle15.inputs.population.age_margins import fit_ages
from circle15.inputs.population.buildings import on_residential_land, read_buildings
from circle15.inputs.population.compared import compare_people
from circle15.inputs.population.factors import density_note, far_notes, in_persons, raking_factors
from circle15.inputs.population.gaps import close_gaps
from circle15.inputs.population.gridding import lineage, settle, tally, unit_finder, units_at
from circle15.inputs.population.groups import with_groups
from circle15.inputs.population.landuse import read_residential, residential_cells
from circle15.inputs.population.lattice import exact_shares, on_a_lattice
from circle15.inputs.population.raking import codes_at_level, factor_note, meet_totals
from circle15.inputs.population.raster import raster_people
from circle15.inputs.population.source_coverage import uncovered_note
from circle15.inputs.population.totals import OfficialTotals, read_totals, whole_area_total
from circle15.inputs.zones.crosswalk import NO_CROSSWALK
from circle15.model.ledger import Ledger
from circle15.model.population import EVERYONE, PopulationGrid, cell_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import shapely

    from circle15.catalogue.entries import Group
    from circle15.inputs.population.gridding import UnitFinder
    from circle15.inputs.zones.crosswalk import CrosswalkTable
    from circle15.model.ledger import Note
    from circle15.model.study import PopulationSource
    from circle15.model.zones import Zones


def read_population(
    source: PopulationSource,
    folder: Path,
    zones: Zones,
    cell_m: int,
    groups: Mapping[str, Group],
    crosswalk: CrosswalkTable = NO_CROSSWALK,
) -> tuple[PopulationGrid, Ledger, tuple[Note, ...]]:
    """Put the people of a study on its grid.

    Parameters
    ----------
    source
        A raster of persons or building footprints, land use, official totals and ages, counts of further groups, a
        second source to compare with.
    folder
        The folder of ``study.toml``.
    zones
        The study's units, in metres.
    cell_m
        Side of a cell, metres.
    groups
        The catalogue's groups by id.
    crosswalk
        Which of today's units those of older tables belong to.

    Returns
    -------
    PopulationGrid
        The cells with people or residential land. Its sums equal the source's, or the official totals where given.
    Ledger
        Every row of the tables of totals, ages and groups.
    tuple of Note
        What a reader of the figures should know about them.

    Raises
    ------
    DataError, ConfigurationError
        What was found in which file, and what to do.
    """
    finder = unit_finder(zones, cell_m)
    official = _official(source, folder, zones, groups, crosswalk)
    land = None if source.landuse is None else read_residential(source.landuse, folder, zones)
    found = _people(source, folder, finder, land, zones.levels[0] if official is None else official.totals.level)
    cells = _with_land(settle(found.tallied, cell_m).rename(columns={"weight": "persons"}), land, finder)
    cells, of_gaps = close_gaps(cells, zones)
    notes = (*(() if official is None else official.notes), *found.notes, *of_gaps)
    if not cells["persons"].sum() > 0:
        raise DataError("population.zero", file=source.raster or source.buildings)
    if official is None:
        grid, ledger = _grid(cells, None, finder), Ledger()
    else:
        grid, of_raking = _raked(cells, official, found, finder, groups)
        ledger, notes = official.ledger, (*notes, *of_raking)
    grid, of_groups, of_counts = with_groups(grid, source.groups, folder, zones, groups, crosswalk)
    grid, of_comparison = _compared(grid, source, folder, finder)
    return grid, ledger + of_groups, (*notes, *of_counts, *of_comparison)


@dataclass(frozen=True, eq=False)
class _Official:
    """Official totals, the ages their fitting began with, and the account of their rows."""

    totals: OfficialTotals
    seeds: pd.DataFrame
    ledger: Ledger
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class _Found:
    """What the source says by cell and unit; the area of a raster's pixel, NaN for buildings."""

    tallied: pd.DataFrame
    pixel_m2: float
    file: str
    notes: tuple[Note, ...]


def _official(
    source: PopulationSource,
    folder: Path,
    zones: Zones,
    groups: Mapping[str, Group],
    crosswalk: CrosswalkTable,
) -> _Official | None:
    if source.totals is not None and source.total_persons is not None:
        raise ConfigurationError("population.two_totals")
    if source.totals is not None:
        totals, ledger, notes = read_totals(source.totals, folder, zones, groups, crosswalk)
    elif source.total_persons is not None:
        totals, ledger, notes = whole_area_total(source.total_persons, zones), Ledger(), ()
    elif source.ages is not None:
        raise ConfigurationError("raking.ages_without_totals", file=source.ages.file)
    elif source.buildings is not None:
        raise DataError("population.buildings_need_totals", file=source.buildings)
    else:
        return None
    unfitted = _Official(totals, pd.DataFrame(index=totals.persons.index), ledger, notes)
    if source.ages is None:
        own = totals.margins
        return unfitted if own is None else _with_ages(unfitted, (own, Ledger(), ()), zones, groups)
    return _with_ages(unfitted, read_totals(source.ages, folder, zones, groups, crosswalk), zones, groups)


def _with_ages(
    official: _Official,
    read: tuple[OfficialTotals, Ledger, tuple[Note, ...]],
    zones: Zones,
    groups: Mapping[str, Group],
) -> _Official:
    """The totals fitted to the ages of another table."""
    ages, ledger, notes = read
    fitted = fit_ages(official.totals, ages, zones, groups)
    return _Official(fitted.totals, fitted.seeds, official.ledger + ledger, (*official.notes, *notes, *fitted.notes))


def _raked(
    cells: pd.DataFrame, official: _Official, found: _Found, finder: UnitFinder, groups: Mapping[str, Group]
) -> tuple[PopulationGrid, tuple[Note, ...]]:
    """The grid that meets the official totals, with the table of factors."""
    totals, zones = official.totals, finder.zones
    is_raster = not np.isnan(found.pixel_m2)
    factors = raking_factors(cells if is_raster else in_persons(cells, totals), totals, official.seeds, zones)
    notes: tuple[Note, ...] = ()
    if is_raster:
        notes = (
            *density_note(float(cells["persons"].sum()), totals, found.pixel_m2, found.file),
            *factor_note(cells, totals, zones),
            *far_notes(factors, totals, zones, groups),
        )
    notes += uncovered_note(cells, totals.level, finder)
    cells, of_raking = meet_totals(cells, totals, finder)
    return replace(_grid(cells, totals, finder), factors=factors), (*notes, *of_raking)


def _compared(
    grid: PopulationGrid, source: PopulationSource, folder: Path, finder: UnitFinder
) -> tuple[PopulationGrid, tuple[Note, ...]]:
    if source.compare is None:
        return grid, ()
    frame, of_cells, notes = compare_people(grid, source.compare, folder, finder)
    return replace(grid, compared=frame, compared_cells=of_cells), notes


def _people(
    source: PopulationSource, folder: Path, finder: UnitFinder, land: shapely.Geometry | None, level: str
) -> _Found:
    """People, or floor area that stands for them, by cell and unit."""
    if source.raster is not None:
        path = folder / source.raster
        read = raster_people(path, finder, source.nodata, source.towgs84)
        return _Found(read.tallied, read.pixel_m2, path.name, read.notes)
    buildings, notes = read_buildings(source, folder, finder)
    if land is not None:
        buildings, masked = on_residential_land(buildings, land, finder.zones, level)
        notes = (*notes, *masked)
    return _Found(tally([buildings], finder.cell_m), float("nan"), str(source.buildings), notes)


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
    persons = _persons_by_group(kept, totals, finder.zones)
    return PopulationGrid(
        finder.zones.crs,
        finder.cell_m,
        frame.iloc[order].reset_index(drop=True),
        persons.iloc[order].reset_index(drop=True),
    )


def _persons_by_group(cells: pd.DataFrame, totals: OfficialTotals | None, zones: Zones) -> pd.DataFrame:
    """Everyone, and each known group as the cell's residents are of its unit's; sums are exact."""
    if totals is None:
        return on_a_lattice(pd.DataFrame({EVERYONE: cells["persons"]}))
    codes, residents = codes_at_level(cells, zones, totals.level), cells["persons"].to_numpy()
    whole = totals.persons.sum()
    persons = {EVERYONE: exact_shares(residents, codes, totals.persons, whole)}
    persons |= {str(group): exact_shares(residents, codes, totals.groups[group], whole) for group in totals.groups}
    return pd.DataFrame(persons)
