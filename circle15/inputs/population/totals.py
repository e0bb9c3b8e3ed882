"""Official totals: how many people each unit has, and how many of them belong to each group."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.catalogue.entries import Label
from circle15.errors import ConfigurationError, DataError, raise_faults
from circle15.inputs.files.columns import choose_column
from circle15.inputs.files.listing import few
from circle15.inputs.files.tables import Table, read_table
from circle15.inputs.population.figures import fraction_note, notes_by_row, read_figures, require_plausible, unit_notes
from circle15.inputs.population.gridding import lineage
from circle15.inputs.population.group_columns import group_figures
from circle15.inputs.population.rows_today import row_twice, rows_today, unit_keys
from circle15.inputs.population.total_rows import is_sum, row_account, sum_note, unit_degrees
from circle15.inputs.population.wider_rows import sums_of_others, wider_notes, wider_rows
from circle15.inputs.zones.crosswalk import NO_CROSSWALK
from circle15.model.ledger import Ledger, Note, Place
from circle15.model.zones import level_label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Group
    from circle15.inputs.population.figures import Figures
    from circle15.inputs.population.rows_today import RowsToday
    from circle15.inputs.population.wider_rows import WiderRow
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
    partly
        Same index: groups known for some of the units only, NaN for the others.
    margins
        Totals and groups of the wider units that stand in the same table and know more groups than these.
    """

    file: str
    level: str
    persons: pd.Series
    groups: pd.DataFrame
    partly: pd.DataFrame | None = None
    margins: OfficialTotals | None = None


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
    if not len(shared.rows):
        raise DataError(
            "population.no_unit_matches", file=source.file, level=level_label(source.level), found="、".join(keys[:3])
        )
    _require_own_row(table, keys, shared, crosswalk)
    wider = wider_rows(keys, zones, source.level)
    rows = _Rows(table, keys, shared, wider, zones, source.level)
    read = _read_rows(rows, _total_header(table, source), groups)
    ledger = _account(rows, crosswalk, read)
    return read.totals, ledger, (*table.notes, *read.notes, *shared.notes)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The table, each row's key, the rows of today's units, and the rows of wider ones."""

    table: Table
    keys: list[str]
    shared: RowsToday
    wider: tuple[WiderRow, ...]
    zones: Zones
    level: str

    @property
    def add_up(self) -> NDArray[np.bool_]:
        """Which rows hold people that no other row holds."""
        sums = np.array([is_sum(key) for key in self.keys], dtype=bool)
        return ~sums & ~sums_of_others(self.keys, self.wider)

    @property
    def elsewhere(self) -> int:
        """How many rows are of other places."""
        own = {*self.shared.rows.tolist(), *(row.at for row in self.wider)}
        return sum(at not in own and not is_sum(key) for at, key in enumerate(self.keys))


@dataclass(frozen=True, eq=False)
class _Read:
    """Totals, the columns they are from, and what there is to say."""

    totals: OfficialTotals
    columns: tuple[Figures, ...]
    notes: tuple[Note, ...]


def _read_rows(rows: _Rows, header: str, groups: Mapping[str, Group]) -> _Read:
    table, shared, wanted = rows.table, rows.shared, rows.shared.rows
    total = read_figures(table, header)
    _require_counts(total, wanted)
    if not total.values[wanted].sum() > 0:
        raise DataError("population.totals_zero", file=table.file, column=header)
    used = np.concatenate([wanted, np.array([row.at for row in rows.wider], dtype=np.int64)])
    figures = group_figures(table, total.values, groups, header, used)
    persons = pd.Series(shared.parts(total.values)).groupby(shared.unit, sort=True).sum()
    by_group = _sums_where_all_known(shared.parts_of_each(figures.persons), shared.unit)
    known = _known_groups(by_group, persons)
    margins = _margins(rows, total.values, figures.persons, known, persons, groups)
    found = OfficialTotals(table.file, rows.level, persons, known, by_group[_partly(by_group, known)], margins)
    _require_parts(found, rows.zones.at_level(rows.level), groups)
    notes = (
        *_left_out(table.file, rows.elsewhere),
        *unit_notes((total, *figures.read)),
        *fraction_note(total, wanted),
        *sum_note(total, rows.add_up),
        *wider_notes(total, rows.wider, persons, rows.zones, rows.level),
        *_partly_note(found, rows.zones, groups),
        *_off_note(table.file, figures.off[wanted]),
    )
    return _Read(found, (total, *figures.read), notes)


def _margins(
    rows: _Rows,
    totals: NDArray[np.float64],
    figures: pd.DataFrame,
    known: pd.DataFrame,
    persons: pd.Series,
    groups: Mapping[str, Group],
) -> OfficialTotals | None:
    """The nearest wider units' rows, where they tell ages that the units' own rows do not."""
    levels = [level for level in rows.zones.levels if level in {row.level for row in rows.wider}]
    if not levels:
        return None
    nearest = [row for row in rows.wider if row.level == levels[-1]]
    ats, codes = [row.at for row in nearest], [row.code for row in nearest]
    wide = pd.Series(totals[ats], index=codes).sort_index()
    ages = figures.iloc[ats].set_axis(codes).sort_index()
    ages = ages[[name for name in ages if ages[name].notna().all()]]
    told = [name for name in ages if groups[str(name)].from_age is not None]
    above = _above(rows.zones, rows.level, levels[-1])
    covered = {above[code] for code in persons.index[persons > 0]} <= set(wide.index[wide > 0])
    if not covered or not set(told) - set(known) or wide.index.has_duplicates:
        return None
    sums = known.assign(people=persons).groupby(known.index.map(above)).sum().reindex(wide.index)
    for name in [name for name in told if name in known]:  # the units' own figures hold
        ages[name] = (sums[name] * wide / sums["people"]).fillna(0.0)
    return OfficialTotals(rows.table.file, levels[-1], wide, ages[told])


def _above(zones: Zones, level: str, wider: str) -> dict[str, str]:
    of_level = (zones.frame["level"] == level).to_numpy()
    codes = lineage(zones)
    return dict(zip(codes[f"{level}_code"][of_level], codes[f"{wider}_code"][of_level], strict=True))


def _account(rows: _Rows, crosswalk: CrosswalkTable, read: _Read) -> Ledger:
    """Every row, with the unit of today that it counts for (the first of several)."""
    table, shared = rows.table, rows.shared
    codes = [""] * len(rows.keys)
    for row, unit in zip(reversed(shared.row.tolist()), reversed(shared.unit.tolist()), strict=True):
        codes[row] = unit
    of_cells = notes_by_row(read.columns)
    reasons = {at: of_cells[at] for at in of_cells if codes[at]}
    for at, key in enumerate(rows.keys):
        today = [name for name, _ in crosswalk.today(key)]
        if codes[at] and today != [key]:
            place = Place(table.file, table.sheet, table.row_numbers[at])
            merged = Note("raking.row_merged", {"unit": key, "today": few(today)}, place)
            reasons[at] = (merged, *reasons.get(at, ()))
    used_wider = read.totals.margins.level if read.totals.margins is not None else ""
    for row in rows.wider:
        word = "figures.row_wider_ages" if row.level == used_wider else "figures.row_wider"
        place = Place(table.file, table.sheet, table.row_numbers[row.at])
        reasons[row.at] = (Note(word, {"unit": row.name}, place),)
        codes[row.at] = row.code if row.level == used_wider else ""
    return row_account(table, "totals", rows.keys, codes, reasons, frozenset(), unit_degrees(rows.zones, rows.level))


def _require_own_row(table: Table, keys: list[str], shared: RowsToday, crosswalk: CrosswalkTable) -> None:
    """No unit has two rows of its own; rows of old units that became part of it are no such."""
    twice = row_twice(keys, shared, crosswalk)
    if twice is not None:
        at, first = (table.row_numbers[row] for row in twice)
        raise DataError("population.unit_twice", file=table.file, unit=keys[twice[0]], row=at, first_row=first)


def _row_keys(table: Table, source: TotalsSource) -> list[str]:
    """Each row's code, or its name where it has no code."""
    keys = unit_keys(table, source.code, source.name)
    if keys is None:
        raise DataError("population.no_unit_column", file=table.file, columns="、".join(table.headers))
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


def _require_counts(figures: Figures, wanted: NDArray[np.int64]) -> None:
    table = figures.table
    faults = []
    for at in sorted(wanted.tolist()):
        if not figures.values[at] >= 0 or figures.share_of is not None:
            found, row = table.column(figures.header)[at], table.row_numbers[at]
            facts = {"file": table.file, "row": row, "column": figures.header, "found": found}
            faults.append(DataError("population.total_no_count", **facts))
    raise_faults(faults)
    require_plausible(figures, wanted)


def _sums_where_all_known(persons: pd.DataFrame, unit: NDArray[np.object_]) -> pd.DataFrame:
    """Sums per unit, NaN where a row of the unit lacks the figure."""
    if not len(persons.columns):
        return pd.DataFrame(index=np.unique(unit))
    missing = persons.isna().groupby(unit, sort=True).any()
    return persons.groupby(unit, sort=True).sum().mask(missing)


def _known_groups(groups: pd.DataFrame, totals: pd.Series) -> pd.DataFrame:
    """The groups known in every unit with people."""
    lacking = groups.isna() & (totals > 0).to_numpy()[:, None]
    return groups.drop(columns=[group for group in groups if lacking[group].any()]).fillna(0.0)


def _partly(groups: pd.DataFrame, known: pd.DataFrame) -> list[str]:
    """The groups known here and there."""
    return [str(group) for group in groups if group not in known and groups[group].notna().any()]


def _partly_note(totals: OfficialTotals, zones: Zones, groups: Mapping[str, Group]) -> tuple[Note, ...]:
    """Groups known here and there: fitted to a wider unit's row, or not used."""
    partly, file = totals.partly, totals.file
    if totals.margins is not None:
        fitted = [str(group) for group in totals.margins.groups if group not in totals.groups]
        facts: dict[str, object] = {
            "unit": few(_names(totals.margins.persons.index, totals.margins.level, zones)),
            "groups": Label.listing(groups[group].label for group in fitted),
        }
        told: tuple[Note, ...] = (Note("figures.ages_of_wider", {"file": file, **facts}),)
    else:
        fitted, told = [], ()
    rest = [] if partly is None else [str(group) for group in partly if group not in fitted]
    if partly is None or not rest:
        return told
    lacking = partly[rest].isna().any(axis=1) & (totals.persons > 0)
    units = _names(totals.persons.index[lacking], totals.level, zones)
    labels = Label.listing(groups[group].label for group in rest)
    facts = {"file": file, "groups": labels, "units": "、".join(units[:SOME])}
    return (*told, Note("population.groups_partly_known", facts))


def _names(codes: pd.Index, level: str, zones: Zones) -> list[str]:
    """The names of units of one level."""
    names = zones.at_level(level).set_index("code")["name"].to_dict()
    return [str(names.get(code, code)) for code in codes]


def _require_parts(totals: OfficialTotals, units: pd.DataFrame, groups: Mapping[str, Group]) -> None:
    """No group has more people than its unit: shares taken for counts, say."""
    told = totals.groups if totals.partly is None else totals.groups.join(totals.partly)
    for group in told:
        more = totals.persons.index[(told[group] > totals.persons * (1 + 1e-9)).to_numpy()]
        if len(more):
            name = units.loc[units["code"] == more[0], "name"].iloc[0]
            facts = {"persons": float(told[group][more[0]]), "total": float(totals.persons[more[0]])}
            label = groups[str(group)].label
            raise DataError("population.group_over_total", file=totals.file, unit=name, group=label, **facts)


def _left_out(file: str, rows: int) -> tuple[Note, ...]:
    return (Note("population.rows_elsewhere", {"file": file, "rows": rows}),) if rows else ()


def _off_note(file: str, off: NDArray[np.float64]) -> tuple[Note, ...]:
    ratios = off[~np.isnan(off)]
    if not len(ratios):
        return ()
    facts = {"file": file, "rows": len(ratios), "least": float(ratios.min()), "most": float(ratios.max())}
    return (Note("population.ages_off_total", facts),)
