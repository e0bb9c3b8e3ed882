"""Workbooks of Excel, by what they hold and not by their ending."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import python_calamine
from python_calamine import SheetTypeEnum, SheetVisibleEnum

from circle15.errors import DataError
from circle15.inputs.files.archives import require_modest_zip
from circle15.inputs.files.grids import Grid
from circle15.inputs.files.hushed import hushed
from circle15.inputs.files.ole_sectors import is_whole
from circle15.inputs.files.workbook_parts import SheetFacts, sheet_facts
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from circle15.inputs.files.grids import Merge

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream that holds an encrypted .xlsx, as the container's directory names it.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIPPED_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".ods")
# A sheet is laid out as a whole rectangle: one stray cell in the last corner would take all memory.
MOST_CELLS = 30_000_000
SIGNIFICANT_DIGITS = 15
LONG = 10.0**SIGNIFICANT_DIGITS
# What the reader raises at a damaged workbook; a few of them make it panic, which is no Exception of Python's.
DAMAGE = (python_calamine.CalamineError, OSError, ValueError)
PANIC = "PanicException"


def is_workbook(path: Path) -> bool:
    """Whether a file begins as workbooks do, whatever its name."""
    with path.open("rb") as file:
        return file.read(len(OLE)).startswith((ZIP, OLE))


def read_workbook(path: Path) -> tuple[Grid, ...]:
    """All worksheets of a workbook, in their order.

    Raises
    ------
    DataError
        Not a workbook that can be read, one with a password, or one that would swell beyond reason.
    """
    raw = path.read_bytes()
    facts = _require_sound(path, raw)
    with _damage_told(path.name), hushed():
        return tuple(_grids(raw, path, facts))


def _require_sound(path: Path, raw: bytes) -> dict[str, SheetFacts]:
    """What the parts of a workbook say of its sheets, proven safe to open as far as that shows."""
    if raw.startswith(ZIP):
        require_modest_zip(path)
        facts = sheet_facts(path)
        _require_modest_sheets(path.name, facts)
        return facts
    if ENCRYPTED in raw:
        raise DataError("sheets.password", file=path.name)
    if not is_whole(raw):
        raise DataError("lists.not_a_workbook", file=path.name)
    return {}


@contextmanager
def _damage_told(file: str) -> Iterator[None]:
    """Turn what the library raises at a damaged workbook into a ``DataError``."""
    try:
        yield
    except python_calamine.PasswordError as fault:
        raise DataError("sheets.password", file=file) from fault
    except BaseException as fault:
        if not isinstance(fault, DAMAGE) and type(fault).__name__ != PANIC:
            raise
        raise DataError("lists.not_a_workbook", file=file) from fault


def _grids(raw: bytes, path: Path, facts: dict[str, SheetFacts]) -> Iterator[Grid]:
    workbook = python_calamine.CalamineWorkbook.from_object(io.BytesIO(raw))
    renamed = _renamed(path, raw)
    for about in workbook.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(about.name)
        cells = sheet.to_python(skip_empty_area=False)
        rows = tuple(tuple(cell_text(cell) for cell in row) for row in cells)
        merges: tuple[Merge, ...] = tuple(sorted((*first, *last) for first, last in sheet.merged_cell_ranges or ()))
        errors = _error_notes(path.name, about.name, facts.get(about.name))
        hidden = about.visible != SheetVisibleEnum.Visible
        grid = Grid(path.name, about.name, rows, merges, (), hidden)
        yield replace(grid, notes=(*renamed, *errors, *_long_numbers(grid, cells)))


def cell_text(cell: object) -> str:
    """Show a cell as Excel shows it: 12 for 12.0, 121.6 for 121.60000000000001, TRUE, and dates as 2023-05-01.

    Examples
    --------
    >>> cell_text(12.0), cell_text(121.60000000000001), cell_text(1e-5), cell_text(True), cell_text(" a ")
    ('12', '121.6', '0.00001', 'TRUE', 'a')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < LONG
        return str(int(cell)) if whole else f"{Decimal(f'{cell:.{SIGNIFICANT_DIGITS}g}'):f}"
    return str(cell).strip()


def _long_numbers(grid: Grid, cells: Sequence[Sequence[object]]) -> tuple[Note, ...]:
    """Columns of numbers that have more digits than a number of Excel holds: codes that were typed as numbers."""
    rows: dict[int, list[int]] = {}
    for at, row in enumerate(cells, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, float) and abs(cell) >= LONG and cell.is_integer():
                rows.setdefault(column, []).append(at)
    return tuple(
        Note(
            "sheets.long_number",
            {"place": grid.place, "column": column_letters(column), "count": len(found), "row": found[0]},
            Place(grid.file, grid.sheet, found[0]),
        )
        for column, found in sorted(rows.items())
    )


def column_letters(column: int) -> str:
    """The letters of a column counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _renamed(path: Path, raw: bytes) -> tuple[Note, ...]:
    zipped = path.suffix.lower() in ZIPPED_ENDINGS
    if zipped == raw.startswith(ZIP) and (zipped or path.suffix.lower() == ".xls"):
        return ()
    return (Note("sheets.renamed", {"file": path.name, "format": ".xlsx" if raw.startswith(ZIP) else ".xls"}),)


def _require_modest_sheets(file: str, facts: dict[str, SheetFacts]) -> None:
    for sheet, said in facts.items():
        if said.last_row * said.last_column > MOST_CELLS:
            raise DataError("sheets.far_cell", file=file, sheet=sheet, row=said.last_row, column=said.last_column)


def _error_notes(file: str, sheet: str, said: SheetFacts | None) -> tuple[Note, ...]:
    if said is None:
        return ()
    return tuple(
        Note("sheets.formula_error", {"cell": cell, "text": text}, Place(file, sheet, row))
        for cell, row, text in said.errors
    )
