"""People of further groups per unit (低保, 残疾, 新居民), spread over the unit's cells as its residents are.

No source says where within a village the people of a group live. They are taken to live as its residents do: an
assumption, told with the figures. The sum over a unit's cells is the unit's count to the last person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.catalogue.entries import Label
from circle15.errors import ConfigurationError, DataError
from circle15.inputs.files.columns import choose_column
from circle15.inputs.files.listing import few
from circle15.inputs.files.tables import read_table
from circle15.inputs.population.age_bands import AgeBand, parse_band
from circle15.inputs.population.figures import notes_by_row, read_figures, require_plausible, unit_notes
from circle15.inputs.population.group_columns import named_group, speaks_of_status
from circle15.inputs.population.lattice import exact_shares
from circle15.inputs.population.rows_today import row_twice, rows_today, unit_keys
from circle15.inputs.population.total_rows import is_sum, row_account, sum_note, unit_degrees
from circle15.inputs.population.wider_rows import sums_of_others, wider_notes, wider_rows
from circle15.inputs.zones.crosswalk import NO_CROSSWALK
from circle15.model.ledger import Ledger, Note, Place
from circle15.model.population import EVERYONE
from circle15.model.zones import level_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Group
    from circle15.inputs.files.tables import Table
    from circle15.inputs.population.figures import Figures
    from circle15.inputs.population.rows_today import RowsToday
    from circle15.inputs.zones.crosswalk import CrosswalkTable
    from circle15.model.population import PopulationGrid
    from circle15.model.study import GroupCounts
    from circle15.model.zones import Zones


@dataclass(frozen=True, eq=False)
class CountedGroups:
    """The counts of one file.

    Attributes
    ----------
    source
        What the study says of the file.
    counts
        Index unit code, a column per group.
    ledger
        Its rows.
    notes
        What was found in them.
    """

    source: GroupCounts
    counts: pd.DataFrame
    ledger: Ledger
    notes: tuple[Note, ...]


def with_groups(
    grid: PopulationGrid,
    sources: Sequence[GroupCounts],
    folder: Path,
    zones: Zones,
    groups: Mapping[str, Group],
    crosswalk: CrosswalkTable = NO_CROSSWALK,
) -> tuple[PopulationGrid, Ledger, tuple[Note, ...]]:
    """The grid with a column of persons for each group that the files count.

    Parameters
    ----------
    grid
        Residents by cell.
    sources
        The files.
    folder
        The folder of ``study.toml``.
    zones, groups
        The study's units, the catalogue's groups.
    crosswalk
        Which of today's units those of the files belong to.

    Raises
    ------
    DataError
        No column of units or of a group; no unit of the study; a unit that stands twice for a group.
    ConfigurationError
        A level that the study has no units of, or a group that the catalogue does not have.
    """
    ledger, notes = Ledger(), []
    persons = grid.persons.copy()
    told: dict[tuple[str, str, str], str] = {}
    if not sources:
        return grid, ledger, ()
    residents = grid.persons[EVERYONE].to_numpy()
    for source in sources:
        read = _read(source, folder, zones, groups, grid, crosswalk)
        ledger += read.ledger
        notes += [*read.notes, *_missing_note(read, grid, zones)]
        codes = grid.cells[f"{source.level}_code"].to_numpy(dtype=object)
        for group in read.counts:
            counts = read.counts[group].dropna()
            _require_new(str(group), groups, source, counts, told)
            spread = exact_shares(residents, codes, counts, float(residents.sum()))
            again = any(key[0] == group for key in told) and group in persons
            persons[group] = persons[group] + spread if again else spread
            told |= {(str(group), source.level, str(code)): source.file for code in counts.index}
    order = list(groups)
    ordered = sorted(persons, key=lambda group: order.index(group) if group in order else -1)
    return replace(grid, persons=persons[ordered]), ledger, tuple(notes)


def _require_new(
    group: str,
    groups: Mapping[str, Group],
    source: GroupCounts,
    counts: pd.Series,
    told: Mapping[tuple[str, str, str], str],
) -> None:
    """No group is counted twice: not in two files for one unit, nor in files of different levels."""
    for key, file in told.items():
        if key[0] == group and (key[1] != source.level or key[2] in counts.index):
            raise DataError("raking.group_twice", group=groups[group].label, file=source.file, first_file=file)


def _read(
    source: GroupCounts,
    folder: Path,
    zones: Zones,
    groups: Mapping[str, Group],
    grid: PopulationGrid,
    crosswalk: CrosswalkTable,
) -> CountedGroups:
    units = zones.at_level(source.level)
    if units.empty:
        raise ConfigurationError("raking.groups_no_level", file=source.file, level=level_label(source.level))
    table = read_table(folder / source.file, source.sheet)
    columns, unused = _columns(table, source, groups)
    keys = unit_keys(table, source.code, source.name)
    if keys is None:
        raise DataError("raking.groups_no_unit_column", file=table.file, columns="、".join(table.headers))
    reasons = _shared_names(table, keys, units, crosswalk)
    shared = rows_today(
        ["" if at in reasons or is_sum(key) else key for at, key in enumerate(keys)], crosswalk, units, source.file
    )
    if not len(shared.rows):
        raise DataError("raking.groups_no_unit", file=source.file, level=level_label(source.level), found=few(keys))
    _require_once(table, keys, shared, crosswalk)
    read = {group: read_figures(table, header) for group, header in columns.items()}
    residents = grid.persons[EVERYONE].groupby(grid.cells[f"{source.level}_code"].to_numpy(dtype=object)).sum()
    judged = _Judged(table, read, residents, units.set_index("code")["name"].to_dict())
    rows = judged.rows(shared, reasons)
    counts = _counts(rows, shared, list(columns))
    for figures in read.values():
        require_plausible(figures, np.array(sorted(rows), dtype=np.int64))
    wider = wider_rows(keys, zones, source.level)
    for row in wider:
        place = Place(table.file, table.sheet, table.row_numbers[row.at])
        reasons[row.at] = (Note("figures.row_wider", {"unit": row.name}, place),)
    add_up = ~np.array([is_sum(key) for key in keys], dtype=bool) & ~sums_of_others(keys, wider)
    sums = [note for figures in read.values() for note in sum_note(figures, add_up)]
    sums += [
        note
        for group, figures in read.items()
        for note in wider_notes(figures, wider, counts[group], zones, source.level)
    ]
    ledger = _account(
        table, keys, shared, rows, {at: tuple(notes) for at, notes in reasons.items()}, zones, source.level
    )
    facts = {"file": source.file, "groups": Label.listing(groups[group].label for group in columns)}
    spread = Note("raking.groups_spread", {**facts, "level": level_label(source.level)}, Place(source.file))
    excluded = [at for at in reasons if at not in rows and at not in {row.at for row in wider}]
    faults = [note for at in sorted(excluded) for note in reasons[at]]
    told = (*table.notes, spread, *shared.notes, *unit_notes(read.values()), *faults, *sums, *unused)
    return CountedGroups(source, counts, ledger, (*told, *judged.over(counts, shared)))


def _counts(rows: Mapping[int, Mapping[str, float]], shared: RowsToday, columns: list[str]) -> pd.DataFrame:
    """Persons per unit and group; the parts of a row add up to it exactly."""
    kept = np.isin(shared.row, np.array(sorted(rows), dtype=np.int64))
    counts = pd.DataFrame(index=np.unique(shared.unit[kept].astype(str)).astype(object), columns=columns, dtype=float)
    for group in columns:
        figures = np.full(1 + int(shared.row.max()), np.nan)
        figures[list(rows)] = [counted[group] for counted in rows.values()]
        parts = pd.Series(shared.parts(figures)[kept])
        counts[group] = parts.groupby(shared.unit[kept].astype(str)).sum().reindex(counts.index)
    return counts.sort_index()


def _account(
    table: Table,
    keys: Sequence[str],
    shared: RowsToday,
    rows: Mapping[int, object],
    reasons: Mapping[int, tuple[Note, ...]],
    zones: Zones,
    level: str,
) -> Ledger:
    codes = [""] * len(keys)
    for row, unit in zip(reversed(shared.row.tolist()), reversed(shared.unit.tolist()), strict=True):
        codes[row] = unit
    excluded = frozenset(at for at, code in enumerate(codes) if code and at not in rows)
    return row_account(table, "groups", keys, codes, reasons, excluded, unit_degrees(zones, level))


# --- columns and units --------------------------------------------------------------------------------------------


def _columns(table: Table, source: GroupCounts, groups: Mapping[str, Group]) -> tuple[dict[str, str], tuple[Note, ...]]:
    """The header of each group, and a note for each further column of a group that has one already."""
    columns: dict[str, str] = {}
    for group, declared in source.columns.items():
        if group not in groups or group == EVERYONE:
            known = few([each for each in groups if each != EVERYONE])
            raise ConfigurationError("raking.group_unknown", group=group, known=known)
        columns[group] = str(choose_column(table.headers, group, (), declared, table.file))
    unused = []
    for header in table.headers:
        found = _group_of(header, groups)
        if header in columns.values():
            continue
        place = Place(table.file, table.sheet, field=header)
        if found is None or _is_share(table, header):
            if found is not None or speaks_of_status(header):
                word = "figures.status_part" if found is None else "figures.share_not_count"
                unused.append(Note(word, {"file": table.file, "column": header}, place))
            continue
        if found not in columns:
            columns[found] = header
            continue
        facts: dict[str, object] = {"file": table.file, "column": header, "used": columns[found]}
        unused.append(Note("raking.column_unused", facts, place))
    if not columns:
        raise DataError("raking.groups_no_column", file=table.file, columns="、".join(table.headers))
    return {group: columns[group] for group in groups if group in columns}, tuple(unused)


def _group_of(header: str, groups: Mapping[str, Group]) -> str | None:
    band = parse_band(header)
    of_ages = (
        group.id
        for group in groups.values()
        if band is not None and group.from_age is not None and band == AgeBand(group.from_age, group.to_age)
    )
    return named_group(header, groups) or next(of_ages, None)


def _is_share(table: Table, header: str) -> bool:
    return read_figures(table, header).share_of is not None


def _shared_names(
    table: Table, keys: Sequence[str], units: pd.DataFrame, crosswalk: CrosswalkTable
) -> dict[int, tuple[Note, ...]]:
    """The rows whose name is of several units, and why they cannot be used."""
    shared = set(units.loc[units["name"].duplicated(), "name"])
    reasons: dict[int, tuple[Note, ...]] = {}
    for at, key in enumerate(keys):
        if any(name in shared for name, _ in crosswalk.today(key)):
            row = table.row_numbers[at]
            place = Place(table.file, table.sheet, row)
            reasons[at] = (Note("raking.name_shared", {"file": table.file, "row": row, "unit": key}, place),)
    return reasons


def _require_once(table: Table, keys: Sequence[str], shared: RowsToday, crosswalk: CrosswalkTable) -> None:
    twice = row_twice(keys, shared, crosswalk)
    if twice is not None:
        row, first = (table.row_numbers[at] for at in twice)
        raise DataError("raking.unit_twice", file=table.file, unit=keys[twice[0]], row=row, first_row=first)


# --- counts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Judged:
    """What it takes to judge a row: the table, its group columns as read, and the residents and names of the units."""

    table: Table
    read: Mapping[str, Figures]
    residents: pd.Series
    names: Mapping[str, str]

    def rows(self, shared: RowsToday, reasons: dict[int, tuple[Note, ...]]) -> dict[int, dict[str, float]]:
        """Counts by group of each row that can be used; adds to ``reasons`` what is said of it."""
        of_cells = notes_by_row(self.read.values())
        units: dict[int, list[str]] = {}
        for row, unit in zip(shared.row.tolist(), shared.unit.tolist(), strict=True):
            units.setdefault(row, []).append(unit)
        kept: dict[int, dict[str, float]] = {}
        for at in sorted(units):
            counts, of_row, bad = self.row(at, units[at])
            kept |= {} if bad else {at: counts}
            told = (*(() if bad else of_cells.get(at, ())), *of_row)
            reasons |= {at: told} if told else {}
        return kept

    def row(self, at: int, codes: Sequence[str]) -> tuple[dict[str, float], tuple[Note, ...], bool]:
        """Counts by group, what is said of the row, and whether it cannot be used."""
        cells = {group: figures.cells[at] for group, figures in self.read.items()}
        counts = {group: float(figures.values[at]) for group, figures in self.read.items()}
        wrong = [group for group, cell in cells.items() if not cell.blank and not counts[group] >= 0]
        if wrong:
            header = self.read[wrong[0]].header
            return (
                counts,
                (self._note(at, "raking.not_a_count", {"found": cells[wrong[0]].text, "column": header}, header),),
                True,
            )
        if all(cell.blank for cell in cells.values()):
            return counts, (self._note(at, "raking.no_figure", {}),), True
        bare = [code for code in codes if not self.residents.get(code, 0.0) > 0]
        if sum(count for count in counts.values() if count > 0) > 0 and bare:
            return counts, (self._note(at, "raking.nobody_there", {"unit": self.names[bare[0]]}),), True
        blank = [self.read[group].header for group, cell in cells.items() if cell.blank]
        filled = {group: 0.0 if cells[group].blank else count for group, count in counts.items()}
        return filled, (self._note(at, "raking.blank_as_zero", {"columns": few(blank)}),) if blank else (), False

    def over(self, counts: pd.DataFrame, shared: RowsToday) -> list[Note]:
        """The counts larger than the unit's residents, each at the unit's first row."""
        notes = []
        for code in counts.index:
            at, people = int(shared.row[shared.unit == code].min()), float(self.residents.get(code, 0.0))
            for group, figures in self.read.items():
                count = float(counts[group][code])
                if count > people * (1 + 1e-9):
                    facts = {"unit": self.names[code], "count": count, "residents": people, "column": figures.header}
                    notes.append(self._note(at, "raking.count_over_people", facts, figures.header))
        return notes

    def _note(self, at: int, key: str, facts: Mapping[str, object], field: str = "") -> Note:
        row = self.table.row_numbers[at]
        place = Place(self.table.file, self.table.sheet, row, field)
        return Note(key, {"file": self.table.file, "row": row, **facts}, place)


def _missing_note(read: CountedGroups, grid: PopulationGrid, zones: Zones) -> tuple[Note, ...]:
    """Name the units with residents that the file has no count of: its groups have nobody there."""
    level = read.source.level
    peopled = grid.persons[EVERYONE].groupby(grid.cells[f"{level}_code"].to_numpy(dtype=object)).sum()
    missing = sorted(set(peopled.index[peopled > 0]) - {""} - set(read.counts.index))
    outside = float(peopled.get("", 0.0))
    names = zones.at_level(level).set_index("code")["name"]
    notes = []
    if missing:
        units = few([f"{names[code]}（{code}）" for code in missing])
        facts = {"file": read.source.file, "count": len(missing), "units": units}
        notes.append(Note("raking.groups_units_missing", facts, Place(read.source.file)))
    if outside > 0:
        facts = {"file": read.source.file, "level": level_label(level), "persons": outside}
        notes.append(Note("raking.groups_outside_units", facts, Place(read.source.file)))
    return tuple(notes)
