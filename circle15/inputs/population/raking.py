"""Scale the cells of each unit so that its people add up to its official total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from circle15.errors import DataError
from circle15.inputs.population.gridding import lineage, split_by_grid, units_at
from circle15.inputs.population.unit_names import unit_names
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.inputs.population.gridding import UnitFinder
    from circle15.inputs.population.totals import OfficialTotals
    from circle15.model.zones import Zones

SOME = 10  # of many units, as many are named in a sentence


def meet_totals(
    cells: pd.DataFrame, totals: OfficialTotals, finder: UnitFinder
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Give every unit as many people as its official total says.

    Parameters
    ----------
    cells
        ``row, column, unit, persons, residential_m2`` and more; ``persons`` are people or weights.
    totals
        Persons by unit of one level.
    finder
        Says which unit a point lies in.

    Returns
    -------
    pandas.DataFrame
        The cells with ``persons`` scaled, and new ones where a unit's people had no cell to live in.
    tuple of Note
        Units whose people were spread evenly, and what lies in no unit of the totals' level.

    Raises
    ------
    DataError
        Units with people but without an official total.
    """
    zones = finder.zones
    codes = codes_at_level(cells, zones, totals.level)
    _require_totals(cells, codes, totals, zones)
    seeded, spread = _seed_empty_units(cells, codes, totals, finder)
    codes = codes_at_level(seeded, zones, totals.level)
    persons = rake(seeded["persons"].to_numpy(), codes, totals.persons)
    return seeded.assign(persons=persons), (*spread, *_outside_note(seeded, codes))


def codes_at_level(cells: pd.DataFrame, zones: Zones, level: str) -> NDArray[np.object_]:
    """Each cell's unit of one level, "" where it lies in none."""
    codes: NDArray[np.object_] = lineage(zones)[f"{level}_code"].to_numpy(dtype=object)[cells["unit"].to_numpy()]
    return codes


def rake(persons: NDArray[np.float64], codes: NDArray[np.object_], totals: pd.Series) -> NDArray[np.float64]:
    """Scale persons so that they add up to the total of each unit; 0 in units without a total.

    Parameters
    ----------
    persons
        People or weights per cell, (n,).
    codes
        Each cell's unit, (n,).
    totals
        Persons by unit code.

    Examples
    --------
    >>> rake(np.array([1.0, 3.0, 5.0]), np.array(["a", "a", ""]), pd.Series({"a": 200.0})).tolist()
    [50.0, 150.0, 0.0]
    """
    scaled: NDArray[np.float64] = (
        persons * pd.Series(codes).map(_factors(persons, codes, totals)).fillna(0.0).to_numpy()
    )
    return scaled


def _factors(persons: NDArray[np.float64], codes: NDArray[np.object_], totals: pd.Series) -> pd.Series:
    found = pd.Series(persons).groupby(codes).sum()
    found = found[found > 0]
    return totals.reindex(found.index) / found


def factor_note(cells: pd.DataFrame, totals: OfficialTotals, zones: Zones) -> tuple[Note, ...]:
    """By how much the source's own people differ from the official totals: the least and the greatest factor."""
    factors = _factors(cells["persons"].to_numpy(), codes_at_level(cells, zones, totals.level), totals.persons)
    factors = factors.dropna().sort_index()
    if not len(factors) or np.allclose(factors, 1.0, rtol=1e-6, atol=0.0):
        return ()
    names = unit_names(zones, totals.level)
    least, most = str(factors.idxmin()), str(factors.idxmax())
    facts = {"least": float(factors.min()), "least_unit": names[least], "most": float(factors.max())}
    return (Note("population.factors", {**facts, "most_unit": names[most]}),)


def _require_totals(cells: pd.DataFrame, codes: NDArray[np.object_], totals: OfficialTotals, zones: Zones) -> None:
    peopled = set(codes[(cells["persons"] > 0).to_numpy()])
    missing = sorted(peopled - {""} - set(totals.persons.index))
    if missing:
        names = unit_names(zones, totals.level)
        units = "、".join(f"{names[code]}（{code}）" for code in missing[:SOME])
        raise DataError("population.units_without_total", file=totals.file, count=len(missing), units=units)


def _outside_note(cells: pd.DataFrame, codes: NDArray[np.object_]) -> tuple[Note, ...]:
    lost = (codes == "") & (cells["persons"] > 0).to_numpy()
    if not lost.any():
        return ()
    share = float(cells["persons"][lost].sum() / cells["persons"].sum())
    return (Note("population.outside_totals", {"cells": int(lost.sum()), "share": share}),)


# --- units whose people have no cell ------------------------------------------------------------------------------


def _seed_empty_units(
    cells: pd.DataFrame, codes: NDArray[np.object_], totals: OfficialTotals, finder: UnitFinder
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Weights for units with an official total where the source has nobody: their land, evenly."""
    peopled = set(codes[(cells["persons"] > 0).to_numpy()])
    empty = [str(code) for code, persons in totals.persons.items() if persons > 0 and code not in peopled]
    names = unit_names(finder.zones, totals.level)
    notes = []
    for code in empty:
        residential = (codes == code) & (cells["residential_m2"] > 0).to_numpy()
        facts = {"unit": names[code], "code": code, "persons": float(totals.persons[code])}
        if residential.any():
            cells = cells.assign(persons=cells["persons"].where(~residential, cells["residential_m2"]))
            notes.append(Note("population.spread_residential", facts))
        else:
            new = _cells_of_unit(code, totals.level, cells, finder)
            cells = pd.concat([cells, new], ignore_index=True)
            codes = np.concatenate([codes, np.full(len(new), code, dtype=object)])
            notes.append(Note("population.spread_area", facts))
    return cells.sort_values(["row", "column"], ignore_index=True), tuple(notes)


def _cells_of_unit(code: str, level: str, cells: pd.DataFrame, finder: UnitFinder) -> pd.DataFrame:
    """The cells of a unit's land that hold nobody else, weighted by that land."""
    frame = finder.zones.frame
    at = int(np.flatnonzero((frame["level"] == level) & (frame["code"] == code))[0])
    land = shapely.intersection(frame.geometry.iloc[at], finder.zones.root.geometry.iloc[0])
    new = split_by_grid(np.array([land]), finder.cell_m)
    taken = pd.MultiIndex.from_frame(cells[["row", "column"]])
    new = new[~pd.MultiIndex.from_frame(new[["row", "column"]]).isin(taken)]
    if new.empty:
        raise DataError("population.unit_too_small", unit=frame["name"].iloc[at], code=code, cell_m=finder.cell_m)
    unit = units_at(finder, new["x"].to_numpy(), new["y"].to_numpy())
    own = lineage(finder.zones)[f"{level}_code"].to_numpy()[unit] == code
    known = 0.0 if cells["residential_m2"].notna().any() else np.nan
    return new.rename(columns={"area_m2": "persons"}).assign(unit=np.where(own, unit, at), residential_m2=known)
