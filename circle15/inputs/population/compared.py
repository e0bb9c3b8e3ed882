"""A second source of people beside the first, never mixed with it: totals per town, and who would live elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.inputs.population.buildings import read_buildings
from circle15.inputs.population.gaps import close_gaps
from circle15.inputs.population.gridding import lineage, settle, tally
from circle15.inputs.population.raster import raster_people
from circle15.inputs.population.unit_names import main_level
from circle15.model.ledger import Note, Place
from circle15.model.population import COMPARED_COLUMNS, EVERYONE, cell_ids
from circle15.model.study import PopulationSource

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.inputs.population.gridding import UnitFinder
    from circle15.model.population import PopulationGrid
    from circle15.model.study import ComparedPeople


@dataclass(frozen=True, eq=False)
class _Second:
    """People of the second source by cell and unit code, and whether they are persons or only weights."""

    cells: pd.DataFrame
    are_persons: bool
    notes: tuple[Note, ...]


def compare_people(
    grid: PopulationGrid, source: ComparedPeople, folder: Path, finder: UnitFinder
) -> tuple[pd.DataFrame, NDArray[np.float64], tuple[Note, ...]]:
    """Hold a second raster or building layer against the people of the study.

    Parameters
    ----------
    grid
        The people that the study counts.
    source
        The second source.
    folder
        The folder of ``study.toml``.
    finder
        Says which unit a point lies in.

    Returns
    -------
    pandas.DataFrame
        ``unit`` (code; the whole area first), ``persons`` (the study's), ``compared_persons`` (the second source's;
        buildings hold no persons, so all of them together are given the study's total), ``ratio`` (second over first),
        ``moved_share``: the share of the unit's people that live in other cells of it by the second source, half the
        sum of absolute differences of the cells' shares in the unit.
    numpy.ndarray
        (cells,): the second source's people in each cell of ``grid``; those that it has elsewhere are not among them.
    tuple of Note
        Both totals and both shares for the whole area, and what was found in the second source.
    """
    level = main_level(finder.zones)
    second = _second(source, folder, finder, level)
    codes = grid.cells[f"{level}_code"].to_numpy(dtype=object)
    first = pd.DataFrame({"cell_id": grid.cells["cell_id"], "unit": codes, "a": grid.persons[EVERYONE]})
    scale = 1.0 if second.are_persons else first["a"].sum() / second.cells["b"].sum()
    both = first.merge(second.cells.assign(b=second.cells["b"] * scale), on="cell_id", how="outer", sort=True)
    both["unit"] = both["unit_x"].fillna(both["unit_y"]).fillna("") if "unit_x" in both else both["unit"].fillna("")
    both = both.assign(a=both["a"].fillna(0.0), b=both["b"].fillna(0.0))
    root = str(finder.zones.root["code"].iloc[0])
    rows = [_row(root, both)]
    if level != finder.zones.levels[0]:
        rows += [_row(str(code), part) for code, part in both[both["unit"] != ""].groupby("unit", sort=True)]
    frame = pd.DataFrame(rows, columns=list(COMPARED_COLUMNS))
    own = both.groupby("cell_id")["b"].sum().reindex(grid.cells["cell_id"]).to_numpy(dtype=np.float64)
    return frame, own, (_note(source, frame, both), *second.notes)


def _second(source: ComparedPeople, folder: Path, finder: UnitFinder, level: str) -> _Second:
    if source.raster is not None:
        read = raster_people(folder / source.raster, finder, source.nodata, source.towgs84)
        tallied, notes = read.tallied, read.notes
    else:
        elements, notes = read_buildings(_as_population(source), folder, finder)
        tallied = tally([elements], finder.cell_m)
    cells = settle(tallied, finder.cell_m).rename(columns={"weight": "persons"})
    cells = close_gaps(cells, finder.zones)[0] if len(cells) else cells
    codes = lineage(finder.zones)[f"{level}_code"].to_numpy(dtype=object)[cells["unit"].to_numpy()]
    ids = cell_ids(cells["column"].to_numpy(), cells["row"].to_numpy(), finder.cell_m)
    frame = pd.DataFrame({"cell_id": ids, "unit": codes, "b": cells["persons"]})
    return _Second(frame, source.raster is not None, notes)


def _as_population(source: ComparedPeople) -> PopulationSource:
    """The second buildings as the first ones are described."""
    return PopulationSource(
        buildings=source.buildings, layer=source.layer, floors=source.floors, floors_unknown=source.floors_unknown,
        towgs84=source.towgs84, total_persons=1,
    )  # fmt: skip


def _row(unit: str, cells: pd.DataFrame) -> tuple[str, float, float, float, float]:
    a, b = float(cells["a"].sum()), float(cells["b"].sum())
    return unit, a, b, b / a if a > 0 else float("nan"), moved_share(cells["a"].to_numpy(), cells["b"].to_numpy())


def moved_share(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """The least share of people that must change cells to turn one distribution into the other; NaN without people.

    Examples
    --------
    >>> moved_share(np.array([10.0, 10.0]), np.array([1.0, 3.0]))
    0.25
    """
    if not (first.sum() > 0 and second.sum() > 0):
        return float("nan")
    return float(0.5 * np.abs(first / first.sum() - second / second.sum()).sum())


def _note(source: ComparedPeople, frame: pd.DataFrame, both: pd.DataFrame) -> Note:
    by_town = both.groupby("unit", sort=True)[["a", "b"]].sum()
    facts = {
        "file": str(source.raster or source.buildings),
        "persons": float(frame["persons"].iloc[0]),
        "second": float(frame["compared_persons"].iloc[0]),
        "by_cells": float(frame["moved_share"].iloc[0]),
        "by_towns": moved_share(by_town["a"].to_numpy(), by_town["b"].to_numpy()),
    }
    key = "raking.compared" if source.raster is not None else "raking.compared_buildings"
    if source.raster is None:
        del facts["second"]
    return Note(key, facts, Place(str(facts["file"])))
