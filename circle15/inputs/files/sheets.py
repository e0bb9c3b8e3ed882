"""The sheets of a file, whatever it is called: of a workbook, or the one of a text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.inputs.files.grids import Grid
from circle15.inputs.files.listing import few
from circle15.inputs.files.present import require_file
from circle15.inputs.files.separated import read_separated
from circle15.inputs.files.workbooks import is_workbook, read_workbook
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from pathlib import Path

TEXT_ENDINGS = (".csv", ".txt", ".tsv")
HEAD_BYTES = 1024
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta", b"<style", b"<script", b"mime-version:")


def read_sheets(path: Path, sheet: str | None) -> tuple[tuple[Grid, ...], tuple[Note, ...]]:
    """The sheets that may hold tables, at least one, and what to say about the others.

    Parameters
    ----------
    path
        The file.
    sheet
        Name of the only sheet that is asked for; else all that are neither empty nor hidden.

    Raises
    ------
    DataError
        No such file or sheet, or nothing that can be read as a table.
    """
    require_file(path)
    grids = read_workbook(path) if is_workbook(path) else (_text_sheet(path),)
    if sheet is not None and is_workbook(path):
        return (_named(path, grids, sheet),), ()
    filled = [grid for grid in grids if grid.filled()]
    shown = [grid for grid in filled if not grid.hidden]
    if not filled:
        raise DataError("lists.no_rows", file=(grids[0] if len(grids) == 1 else Grid(path.name, "", ())).place)
    hidden = [grid.sheet for grid in filled if grid.hidden] if shown else []
    notes = (Note("sheets.hidden", {"file": path.name, "sheets": few(hidden)}),) if hidden else ()
    return tuple(shown or filled), notes


def _named(path: Path, grids: tuple[Grid, ...], sheet: str) -> Grid:
    for grid in grids:
        if grid.sheet == sheet or grid.sheet.strip() == sheet.strip():
            return grid
    sheets = "、".join(grid.sheet for grid in grids)
    raise DataError("lists.no_such_sheet", file=path.name, sheet=sheet, sheets=sheets)


def _text_sheet(path: Path) -> Grid:
    """The rows of a text file, all as wide as the widest."""
    named_text = path.suffix.lower() in TEXT_ENDINGS
    _require_no_markup(path, named_text)
    rows = _rows(path, named_text)
    width = max(map(len, rows), default=0)
    grid = Grid(path.name, "", tuple(tuple(row + [""] * (width - len(row))) for row in rows))
    note = Note("sheets.renamed", {"file": path.name, "format": ".csv"})
    return grid if named_text else replace(grid, notes=(note,))


def _rows(path: Path, named_text: bool) -> list[list[str]]:
    try:
        rows = read_separated(path)
    except DataError as fault:
        if named_text:
            raise
        raise DataError("lists.not_a_workbook", file=path.name) from fault
    if not named_text and max(map(len, rows), default=0) < 2:
        raise DataError("lists.not_a_workbook", file=path.name)
    return rows


def _require_no_markup(path: Path, named_text: bool) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip().lower()
    if head.startswith(MARKUP):
        raise DataError("sheets.markup" if named_text else "lists.not_a_workbook", file=path.name)
