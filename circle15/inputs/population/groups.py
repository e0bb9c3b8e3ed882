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
from circle15.inputs.files.columns import aliases, choose_column
from circle15.inputs.files.listing import few
from circle15.inputs.files.tables import read_table
from circle15.inputs.population.age_bands import AgeBand, parse_band
from circle15.inputs.population.group_columns import named_group, number
from circle15.inputs.population.lattice import exact_shares
from circle15.inputs.population.total_rows import is_sum, row_account, sum_note, unit_degrees
from circle15.model.ledger import Ledger, Note, Place
from circle15.model.population import EVERYONE
from circle15.model.zones import level_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Group
    from circle15.inputs.files.tables import Table
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
        read = _read(source, folder, zones, groups, grid)
        ledger += read.ledger
        notes += [*read.notes, *_missing_note(read, grid, zones)]
        codes = grid.cells[f"{source.level}_code"].to_numpy(dtype=object)
        for group in read.counts:
            counts = read.counts[group].dropna()
            _require_new(str(group), source, counts, told)
            spread = exact_shares(residents, codes, counts, float(residents.sum()))
            again = any(key[0] == group for key in told) and group in persons
            persons[group] = persons[group] + spread if again else spread
            told |= {(str(group), source.level, str(code)): source.file for code in counts.index}
    order = list(groups)
    ordered = sorted(persons, key=lambda group: order.index(group) if group in order else -1)
    return replace(grid, persons=persons[ordered]), ledger, tuple(notes)


def _require_new(group: str, source: GroupCounts, counts: pd.Series, told: Mapping[tuple[str, str, str], str]) -> None:
    """No group is counted twice: not in two files for one unit, nor in files of different levels."""
    for key, file in told.items():
        if key[0] == group and (key[1] != source.level or key[2] in counts.index):
            raise DataError("raking.group_twice", group=group, file=source.file, first_file=file)


def _read(
    source: GroupCounts, folder: Path, zones: Zones, groups: Mapping[str, Group], grid: PopulationGrid
) -> CountedGroups:
    units = zones.at_level(source.level)
    if units.empty:
        raise ConfigurationError("raking.groups_no_level", file=source.file, level=level_label(source.level))
    table = read_table(folder / source.file, source.sheet)
    columns, unused = _columns(table, source, groups)
    keys = _keys(table, source)
    codes, reasons = _codes(table, keys, units)
    if not any(codes):
        raise DataError("raking.groups_no_unit", file=source.file, level=level_label(source.level), found=few(keys))
    residents = grid.persons[EVERYONE].groupby(grid.cells[f"{source.level}_code"].to_numpy(dtype=object)).sum()
    judged = _Judged(table, dict(columns), residents, units.set_index("code")["name"].to_dict())
    rows: dict[int, dict[str, float]] = {}
    for at, code in enumerate(codes):
        if code:
            counted, of_row, bad = judged.row(at, code)
            reasons |= {at: of_row} if of_row else {}
            rows |= {} if bad else {at: counted}
    counts = pd.DataFrame(list(rows.values()), index=[codes[at] for at in rows], columns=list(columns)).sort_index()
    excluded = frozenset(at for at, code in enumerate(codes) if code and at not in rows)
    ledger = row_account(table, "groups", keys, codes, reasons, excluded, unit_degrees(zones, source.level))
    sums = [sum_note(table, header, keys, _figures(table, header)) for header in columns.values()]
    placed = (*(note for found in sums for note in found), *unused, *judged.over(rows, codes))
    facts = {"file": source.file, "groups": Label.listing(groups[group].label for group in columns)}
    spread = Note("raking.groups_spread", {**facts, "level": level_label(source.level)}, Place(source.file))
    faults = tuple(note for at in sorted(excluded) for note in reasons.get(at, ()))
    return CountedGroups(source, counts, ledger, (spread, *faults, *placed))


def _figures(table: Table, header: str) -> NDArray[np.float64]:
    return np.array([number(cell) for cell in table.column(header)])


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
        if found is None or header in columns.values():
            continue
        if found not in columns:
            columns[found] = header
            continue
        facts: dict[str, object] = {"file": table.file, "column": header, "used": columns[found]}
        unused.append(Note("raking.column_unused", facts, Place(table.file, table.sheet, field=header)))
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


def _keys(table: Table, source: GroupCounts) -> list[str]:
    known = aliases("zone")
    code = choose_column(table.headers, "code", known["code"], source.code, table.file)
    name = choose_column(table.headers, "name", known["name"], source.name, table.file)
    header = code if code is not None else name
    if header is None:
        raise DataError("raking.groups_no_unit_column", file=table.file, columns="、".join(table.headers))
    keys, names = table.column(header), table.column(name if name is not None else header)
    return [key or name for key, name in zip(keys, names, strict=True)]


def _codes(table: Table, keys: Sequence[str], units: pd.DataFrame) -> tuple[list[str], dict[int, tuple[Note, ...]]]:
    """The study's unit of each row, "" where none; why, where a name is of several units."""
    names = units["name"]
    shared = set(names[names.duplicated()])
    codes = {name: code for name, code in zip(names, units["code"], strict=True) if name not in shared}
    codes |= {code: code for code in units["code"]}
    found: list[str] = []
    reasons: dict[int, tuple[Note, ...]] = {}
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        row = table.row_numbers[at]
        code = "" if is_sum(key) else codes.get(key, "")
        if key in shared:
            place = Place(table.file, table.sheet, row)
            reasons[at] = (Note("raking.name_shared", {"file": table.file, "row": row, "unit": key}, place),)
        if code and code in first:
            raise DataError("raking.unit_twice", file=table.file, unit=key, row=row, first_row=first[code])
        if code:
            first[code] = row
        found.append(code)
    return found, reasons


# --- counts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Judged:
    """What it takes to judge a row: the table, its group columns, and the residents and names of the units."""

    table: Table
    columns: Mapping[str, str]
    residents: pd.Series
    names: Mapping[str, str]

    def row(self, at: int, code: str) -> tuple[dict[str, float], tuple[Note, ...], bool]:
        """Counts by group, what is said of the row, and whether it cannot be used."""
        cells = {group: self.table.column(header)[at] for group, header in self.columns.items()}
        counts = {group: number(cell) for group, cell in cells.items()}
        wrong = [group for group, cell in cells.items() if cell and not counts[group] >= 0]
        if wrong:
            facts = {"found": cells[wrong[0]], "column": self.columns[wrong[0]]}
            return counts, (self._note(at, "raking.not_a_count", facts, self.columns[wrong[0]]),), True
        if not any(cells.values()):
            return counts, (self._note(at, "raking.no_figure", {}),), True
        if sum(count for count in counts.values() if count > 0) > 0 and not self.residents.get(code, 0.0) > 0:
            return counts, (self._note(at, "raking.nobody_there", {"unit": self.names[code]}),), True
        blank = [self.columns[group] for group, cell in cells.items() if not cell]
        filled = {group: count if cells[group] else 0.0 for group, count in counts.items()}
        return filled, (self._note(at, "raking.blank_as_zero", {"columns": few(blank)}),) if blank else (), False

    def over(self, rows: Mapping[int, Mapping[str, float]], codes: Sequence[str]) -> list[Note]:
        """The counts larger than the unit's residents."""
        notes = []
        for at, counts in rows.items():
            people = float(self.residents.get(codes[at], 0.0))
            for group, count in counts.items():
                if count > people * (1 + 1e-9):
                    facts = {"unit": self.names[codes[at]], "count": count, "residents": people}
                    facts |= {"column": self.columns[group]}
                    notes.append(self._note(at, "raking.count_over_people", facts, self.columns[group]))
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
