"""Old and new boundaries: which of today's units the figures of an older table belong to."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error, DataError, collecting, raise_faults
from circle15.inputs.files.columns import aliases, choose_column, plain
from circle15.inputs.files.tables import read_table, rows_set_aside
from circle15.inputs.zones.findings import KIND
from circle15.model.ledger import Ledger, LedgerRow, Note, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from circle15.inputs.files.tables import Table
    from circle15.model.study import Crosswalk

ROUNDED_SHARES = 0.005  # what shares of two digits may miss of 1: three times 0.33 and the like
Parts = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class CrosswalkTable:
    """Today's units of old codes and names.

    Attributes
    ----------
    file
        Where it comes from.
    parts
        By old code or name (plain text): today's codes, or names where the table has no codes, each with its share of
        the old unit; the shares of one unit add up to 1.
    """

    file: str
    parts: Mapping[str, Parts]

    def today(self, unit: str) -> Parts:
        """Today's units of a code or name and their shares; a unit that is not listed is itself today.

        Examples
        --------
        >>> table = CrosswalkTable("", {"330104": (("330102", 1.0),)})
        >>> table.today("330104"), table.today("330106")
        ((('330102', 1.0),), (('330106', 1.0),))
        """
        return self.parts.get(plain(unit), ((unit, 1.0),))


NO_CROSSWALK = CrosswalkTable("", MappingProxyType({}))


@dataclass(frozen=True)
class _Line:
    """A row of the table: codes or names of the old unit and of today's, and the share as it is written."""

    row: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    share: str


def read_crosswalk(source: Crosswalk, folder: Path) -> tuple[CrosswalkTable, Ledger, tuple[Note, ...]]:
    """Read a table of old and today's units.

    Parameters
    ----------
    source
        ``[crosswalk]`` of ``study.toml``.
    folder
        The folder of ``study.toml``.

    Returns
    -------
    CrosswalkTable
        Chains are followed to their end: a unit that became another, which became a third, is of the third.
    Ledger
        Every row of the table, also titles and remarks.
    notes
        How the table was read, and shares that were rounded off and are made to add up.

    Raises
    ------
    DataError
        No columns of old and new units; a unit that is split without shares, or whose shares do not add up to 1; a
        pair that stands twice; units that follow each other in a circle.
    Faults
        Several of these.
    """
    table = read_table(folder / source.file, source.sheet)
    lines = _lines(table, source)
    by_old: dict[tuple[str, ...], list[_Line]] = defaultdict(list)
    for line in lines:
        if line.old and line.new:
            by_old[tuple(map(plain, line.old))].append(line)
    faults: list[Circle15Error] = []
    steps: dict[tuple[str, ...], list[tuple[_Line, float]]] = {}
    notes: list[Note] = list(table.notes)
    for old, same in by_old.items():
        with collecting(faults):
            shares, rounded = _shares(same, table)
            steps[old] = list(zip(same, shares, strict=True))
            notes += rounded
    raise_faults(faults)
    parts = _followed(_one_step(steps), table.file)
    return CrosswalkTable(table.file, MappingProxyType(parts)), _ledger(lines, table), tuple(notes)


def todays_values(crosswalk: CrosswalkTable, values: Mapping[str, float]) -> dict[str, float]:
    """Figures of old units as figures of today's, with the same sum.

    Parameters
    ----------
    crosswalk
        From ``read_crosswalk``.
    values
        Figures by old code or name.

    Returns
    -------
    dict
        Figures by today's code, ordered by code. The parts of a figure add up to it exactly.

    Examples
    --------
    >>> split = CrosswalkTable("", {"a": (("b", 0.3), ("c", 0.7))})
    >>> todays_values(split, {"a": 101.0, "b": 1.0})
    {'b': 31.299999999999997, 'c': 70.7}
    """
    parts: dict[str, list[float]] = defaultdict(list)
    for unit, value in values.items():
        today = crosswalk.today(unit)
        for (code, _), part in zip(today, split_exactly(value, [share for _, share in today]), strict=True):
            parts[code].append(part)
    return {code: math.fsum(parts[code]) for code in sorted(parts)}


def split_exactly(value: float, shares: Sequence[float]) -> tuple[float, ...]:
    """Split a figure by shares into parts that add up to it to the last bit.

    The parts are whole multiples of the figure's last binary digit; the last part takes what is left.

    Parameters
    ----------
    value
        Finite, or NaN, whose parts are NaN.
    shares
        Of 1 together.

    Examples
    --------
    >>> split_exactly(10.0, [0.5, 0.25, 0.25])
    (5.0, 2.5, 2.5)
    """
    if len(shares) == 1 or not math.isfinite(value):
        return (value,) * len(shares)
    digit = math.ulp(value)
    first = [round(value * share / digit) for share in shares[:-1]]
    return tuple(count * digit for count in (*first, round(value / digit) - sum(first)))


def _lines(table: Table, source: Crosswalk) -> list[_Line]:
    known = aliases("crosswalk")
    said = {"old": source.old, "new": source.new, "share": source.share, "old_name": None, "new_name": None}
    found = {role: choose_column(table.headers, role, known[role], said[role], table.file) for role in said}
    cells = {role: [""] * len(table.rows) if header is None else table.column(header) for role, header in found.items()}
    for role in ("old", "new"):
        if found[role] is None and found[f"{role}_name"] is None:
            raise DataError("crosswalk.no_column", file=table.file, role=role, columns="、".join(table.headers))
    return [
        _Line(
            row,
            tuple(filter(None, (cells["old"][at], cells["old_name"][at]))),
            tuple(filter(None, (cells["new"][at], cells["new_name"][at]))),
            cells["share"][at],
        )
        for at, row in enumerate(table.row_numbers)
    ]


def _shares(same: Sequence[_Line], table: Table) -> tuple[list[float], tuple[Note, ...]]:
    """The shares of one old unit's rows, made to add up to 1."""
    _require_once(same, table)
    if len(same) == 1 and not same[0].share:
        return [1.0], ()
    shares = [_share(line, table) for line in same]
    total = math.fsum(shares)
    if abs(total - 100) <= 100 * ROUNDED_SHARES and max(shares) > 1:
        shares, total = [share / 100 for share in shares], total / 100
    if abs(total - 1) > ROUNDED_SHARES:
        raise DataError("crosswalk.shares_sum", file=table.file, row=same[0].row, unit=same[0].old[0], total=total)
    at = Place(table.file, table.sheet, same[0].row)
    off = Note("crosswalk.shares_rounded", {"file": table.file, "unit": same[0].old[0], "total": total}, at)
    return [share / total for share in shares], (off,) if abs(total - 1) > 1e-9 else ()


def _require_once(same: Sequence[_Line], table: Table) -> None:
    first: dict[str, int] = {}
    for line in same:
        new = plain(line.new[0])
        if new in first:
            raise DataError(
                "crosswalk.twice", file=table.file, row=line.row, first_row=first[new], old=line.old[0], new=line.new[0]
            )
        first[new] = line.row


def _share(line: _Line, table: Table) -> float:
    text = plain(line.share)
    if not text:
        raise DataError("crosswalk.no_share", file=table.file, row=line.row, unit=line.old[0])
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = math.nan
    if not 0 < share <= 100:
        raise DataError("crosswalk.bad_share", file=table.file, row=line.row, found=line.share)
    return share


def _one_step(steps: Mapping[tuple[str, ...], list[tuple[_Line, float]]]) -> dict[str, Parts]:
    """Today's units by code and by name; a name that several old units share answers for none."""
    found: dict[str, list[Parts]] = defaultdict(list)
    for old, lines in steps.items():
        parts = tuple(sorted((line.new[0], share) for line, share in lines))
        for key in dict.fromkeys(old):
            found[key].append(parts)
    return {key: several[0] for key, several in found.items() if len(several) == 1}


def _followed(steps: Mapping[str, Parts], file: str) -> dict[str, Parts]:
    """Each old unit's parts followed to units that are not old themselves; a unit may remain in part."""
    return {old: _follow(old, steps, file, (old,)) for old in sorted(steps)}


def _follow(old: str, steps: Mapping[str, Parts], file: str, way: tuple[str, ...]) -> Parts:
    found: dict[str, list[float]] = defaultdict(list)
    for new, share in steps[old]:
        key = plain(new)
        if key == old or key not in steps:
            found[new].append(share)
        elif key in way:
            raise DataError("crosswalk.circle", file=file, units=" → ".join((*way[way.index(key) :], key)))
        else:
            for code, part in _follow(key, steps, file, (*way, key)):
                found[code].append(share * part)
    return tuple((code, math.fsum(found[code])) for code in sorted(found))


def _ledger(lines: Sequence[_Line], table: Table) -> Ledger:
    rows = [
        LedgerRow(table.file, table.sheet, line.row, "used", KIND, line.new[0], line.old[0])
        if line.old and line.new
        else LedgerRow(table.file, table.sheet, line.row, "excluded", KIND, "", "", (_empty(line, table),))
        for line in lines
    ]
    return Ledger(tuple(sorted((*rows, *rows_set_aside(table, KIND)), key=lambda row: row.row)))


def _empty(line: _Line, table: Table) -> Note:
    return Note("crosswalk.empty", {}, Place(table.file, table.sheet, line.row))
