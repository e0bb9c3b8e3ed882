"""What the sheets of a table file are: lists of facilities, official figures, lists of units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error
from circle15.inputs.files.columns import find_columns
from circle15.inputs.files.tables import read_table
from circle15.inputs.files.workbooks import is_workbook, read_workbook
from circle15.inputs.recognise.facilities import recognise_list, told_headers
from circle15.inputs.recognise.found import Found, Told
from circle15.inputs.recognise.units import UnitColumns, find_unit_columns
from circle15.inputs.recognise.vocabulary import hinted_datum, mentions, status_words, total_names, vocabulary
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.catalogue.entries import Catalogue
    from circle15.inputs.files.tables import Table
    from circle15.inputs.recognise.found import Kind

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".ods")
TEXTS = (".csv", ".txt", ".tsv")


def recognise_tables(path: Path, name: str, catalogue: Catalogue) -> tuple[Found, ...]:
    """Every sheet of a table file, as what it is taken for.

    Parameters
    ----------
    path, name
        The file, and its name in the folder.
    catalogue
        For its services and groups.
    """
    try:
        sheets = _sheets(path)
    except Circle15Error as fault:
        return (_nothing(path, name, "", fault),)
    several = len(sheets) > 1
    return tuple(_recognise(path, name, sheet, several, catalogue) for sheet in sheets)


def _sheets(path: Path) -> list[str | None]:
    """The names of a workbook's sheets; None for the one of a text, or of a workbook without any."""
    names = [grid.sheet for grid in read_workbook(path)] if is_workbook(path) else []
    return [*names] or [None]


def _nothing(path: Path, name: str, part: str, fault: Circle15Error) -> Found:
    return Found(path, name, "nothing", part, remarks=(Note("init.cannot_read", {"problem": Told(fault)}),))


def _recognise(path: Path, name: str, sheet: str | None, several: bool, catalogue: Catalogue) -> Found:
    part = sheet if several and sheet is not None else ""
    try:
        table = read_table(path, sheet)
    except Circle15Error as fault:
        return _nothing(path, name, part, fault)
    base = Found(path, name, "nothing", part, headers=table.headers, rows=len(table.rows))
    cells = {header: table.column(header) for header in table.headers}
    return recognise_list(base, table, catalogue.services) or _of_units(base, table, find_unit_columns(cells))


def _of_units(base: Found, table: Table, units: UnitColumns | None) -> Found:
    """A table without coordinates: figures per unit, codes of two years, an official list, or nothing known."""
    crosswalk = _pair(table)
    if crosswalk is not None:
        return replace(base, kind="crosswalk", columns=crosswalk)
    if mentions(f"{base.name} {base.part}", vocabulary("names")["patch"]):
        hints = (*table.headers, table.groups, table.title, base.part, base.path.stem)
        return replace(base, kind="patch", datum=hinted_datum(*hints))
    if units is None:
        return replace(base, remarks=(Note("init.unknown_table", {"columns": told_headers(table.headers)}),))
    names = tuple(table.column(units.name)) if units.name else ()
    kind = _kind(table)
    total = find_columns(table.headers, total_names())
    columns = (*units.own, *((("total", total[0]),) if kind == "totals" and len(total) > 1 else ()))
    return replace(base, kind=kind, level=units.level, columns=columns, names=names)


def _kind(table: Table) -> Kind:
    """Totals where a column counts all residents; counts of groups; else a list of units."""
    if find_columns(table.headers, total_names()):
        return "totals"
    if any(mentions(header, status_words()) for header in table.headers):
        return "groups"
    return "official_units"


def _pair(table: Table) -> tuple[tuple[str, str], ...] | None:
    """The columns of old and new codes."""
    known = vocabulary("columns")
    old = find_columns(table.headers, known["crosswalk_old"])
    new = find_columns(table.headers, known["crosswalk_new"])
    return (("old", old[0]), ("new", new[0])) if old and new else None
