"""Official totals: how many people each unit has, and how many of them belong to each group."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import ConfigurationError, DataError
from circle15.inputs.files.columns import aliases, choose_column
from circle15.inputs.files.listing import few
from circle15.inputs.files.tables import Table, read_table
from circle15.inputs.population.group_columns import column_figures, group_figures
from circle15.inputs.population.rows_today import rows_today
from circle15.inputs.population.total_rows import row_account, sum_note, unit_degrees
from circle15.inputs.zones.crosswalk import NO_CROSSWALK
from circle15.model.ledger import Ledger, Note, Place
from circle15.model.zones import level_label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Group
    from circle15.inputs.population.rows_today import RowsToday
    from circle15.inputs.zones.crosswalk import CrosswalkTable
    from circle15.model.study import TotalsSource
    from circle15.model.zones import Zones

SOME = 10  # of many units, as many are named in a sentence


@dataclass(frozen=True, eq=False)
class OfficialTotals:
    """Persons of the units of one level.

    Attributes
    ----------
    file
        Where they come from, "" where study.toml says them itself.
    level
        The level of the units.
    persons
        Persons by unit code, ordered by code.
    groups
        Same index, a column per group that is known for every unit with people: persons of the group.
    """

    file: str
    level: str
    persons: pd.Series
    groups: pd.DataFrame


def whole_area_total(total_persons: float, zones: Zones) -> OfficialTotals:
    """One official total for the whole area."""
    root = zones.root.iloc[0]
    persons = pd.Series([float(total_persons)], index=[root["code"]])
    return OfficialTotals("", root["level"], persons, pd.DataFrame(index=persons.index))


def read_totals(
    source: TotalsSource,
    folder: Path,
    zones: Zones,
    groups: Mapping[str, Group],
    crosswalk: CrosswalkTable = NO_CROSSWALK,
) -> tuple[OfficialTotals, Ledger, tuple[Note, ...]]:
    """Read a table of official totals, with counts or shares by age where it has them.

    Parameters
    ----------
    source
        The table and the level of its units.
    folder
        The folder of ``study.toml``.
    zones
        The study's units. Rows of other units are left out, and counted in a note.
    groups
        The catalogue's groups by id.
    crosswalk
        Which of today's units the table's units belong to.

    Raises
    ------
    DataError
        No column of codes, names or totals; none of the study's units; a unit that stands twice; a total that is
        no number of people; totals that are all 0; more people in a group than in the unit.
    ConfigurationError
        A level the study has no units of.
    """
    units = zones.at_level(source.level)
    if units.empty:
        raise ConfigurationError("population.no_level", file=source.file, level=level_label(source.level))
    table = read_table(folder / source.file, source.sheet)
    keys = _row_keys(table, source)
    shared = rows_today(keys, crosswalk, units, source.file)
    wanted = shared.rows
    if not len(wanted):
        raise DataError(
            "population.no_unit_matches", file=source.file, level=level_label(source.level), found="、".join(keys[:3])
        )
    header = _total_header(table, source)
    totals = column_figures(table, header)
    _require_counts(table, header, totals, wanted)
    if not totals[wanted].sum() > 0:
        raise DataError("population.totals_zero", file=source.file, column=header)
    figures = group_figures(table, totals, groups, header)
    persons = pd.Series(shared.parts(totals)).groupby(shared.unit, sort=True).sum()
    by_group = _sums_where_all_known(shared.parts_of_each(figures.persons), shared.unit)
    known, partly = _known_groups(by_group, persons, source.file)
    _require_parts(known, persons, source.file, units)
    left_out = _left_out(source.file, len(keys) - len(wanted))
    off = _off_note(source.file, figures.off[wanted])
    notes = (*table.notes, *left_out, *sum_note(table, header, keys, totals), *partly, *off)
    ledger = _account(table, keys, shared, crosswalk, zones, source.level)
    return OfficialTotals(source.file, source.level, persons, known), ledger, (*notes, *shared.notes)


def _account(
    table: Table, keys: list[str], shared: RowsToday, crosswalk: CrosswalkTable, zones: Zones, level: str
) -> Ledger:
    """Every row, with the unit of today that it counts for (the first of several)."""
    codes = [""] * len(keys)
    for row, unit in zip(reversed(shared.row.tolist()), reversed(shared.unit.tolist()), strict=True):
        codes[row] = unit
    turned = {}
    for at, key in enumerate(keys):
        today = [name for name, _ in crosswalk.today(key)]
        if codes[at] and today != [key]:
            place = Place(table.file, table.sheet, table.row_numbers[at])
            turned[at] = (Note("raking.row_merged", {"unit": key, "today": few(today)}, place),)
    return row_account(table, "totals", keys, codes, turned, frozenset(), unit_degrees(zones, level))


def _row_keys(table: Table, source: TotalsSource) -> list[str]:
    """Each row's code, or its name where the table has no codes."""
    known = aliases("zone")
    code = choose_column(table.headers, "code", known["code"], source.code, table.file)
    name = choose_column(table.headers, "name", known["name"], source.name, table.file)
    header = code if code is not None else name
    if header is None:
        raise DataError("population.no_unit_column", file=table.file, columns="、".join(table.headers))
    keys = table.column(header)
    _require_once(table, keys)
    return keys


def _require_once(table: Table, keys: list[str]) -> None:
    for at, key in enumerate(keys):
        if key and key in keys[:at]:
            first = table.row_numbers[keys.index(key)]
            raise DataError(
                "population.unit_twice", file=table.file, unit=key, row=table.row_numbers[at], first_row=first
            )


def _total_header(table: Table, source: TotalsSource) -> str:
    text = files("circle15.catalogue").joinpath("totals.toml").read_text(encoding="utf-8")
    header = choose_column(table.headers, "total", tomllib.loads(text)["columns"]["total"], source.total, table.file)
    if header is None:
        raise DataError("population.no_total_column", file=table.file, columns="、".join(table.headers))
    return header


def _require_counts(table: Table, header: str, totals: NDArray[np.float64], wanted: NDArray[np.int64]) -> None:
    for at in wanted:
        if not totals[at] >= 0:
            found, row = table.column(header)[at], table.row_numbers[at]
            raise DataError("population.total_no_count", file=table.file, row=row, column=header, found=found)


def _sums_where_all_known(persons: pd.DataFrame, unit: NDArray[np.object_]) -> pd.DataFrame:
    """Sums per unit, NaN where a row of the unit lacks the figure."""
    if not len(persons.columns):
        return pd.DataFrame(index=np.unique(unit))
    missing = persons.isna().groupby(unit, sort=True).any()
    return persons.groupby(unit, sort=True).sum().mask(missing)


def _known_groups(groups: pd.DataFrame, totals: pd.Series, file: str) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """The groups known in every unit with people; a group known here and there only is not used."""
    lacking = groups.isna() & (totals > 0).to_numpy()[:, None]
    unknown = [str(group) for group in groups if lacking[group].any()]
    here_and_there = [group for group in unknown if not lacking[group].all()]
    kept = groups.drop(columns=unknown).fillna(0.0)
    if not here_and_there:
        return kept, ()
    units = totals.index[lacking[here_and_there].any(axis=1).to_numpy()]
    facts: dict[str, object] = {"groups": "、".join(here_and_there), "units": "、".join(units[:SOME])}
    return kept, (Note("population.groups_partly_known", {"file": file, **facts}),)


def _require_parts(groups: pd.DataFrame, totals: pd.Series, file: str, units: pd.DataFrame) -> None:
    """No group has more people than its unit: shares taken for counts, say."""
    for group in groups:
        more = totals.index[(groups[group] > totals * (1 + 1e-9)).to_numpy()]
        if len(more):
            name = units.loc[units["code"] == more[0], "name"].iloc[0]
            facts = {"persons": float(groups[group][more[0]]), "total": float(totals[more[0]])}
            raise DataError("population.group_over_total", file=file, unit=name, group=group, **facts)


def _left_out(file: str, rows: int) -> tuple[Note, ...]:
    return (Note("population.rows_elsewhere", {"file": file, "rows": rows}),) if rows else ()


def _off_note(file: str, off: NDArray[np.float64]) -> tuple[Note, ...]:
    ratios = off[~np.isnan(off)]
    if not len(ratios):
        return ()
    facts = {"file": file, "rows": len(ratios), "least": float(ratios.min()), "most": float(ratios.max())}
    return (Note("population.ages_off_total", facts),)
