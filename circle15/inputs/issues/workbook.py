"""The workbook of the list, read back: whatever Excel or WPS made of it, its rows by the words of its headers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from circle15.catalogue.issue_terms import header_names
from circle15.errors import DataError
from circle15.inputs.files.values.dates import read_date
from circle15.inputs.files.workbooks import read_workbook
from circle15.model.issue_rows import OFFICE_FIELDS, WrittenRow
from circle15.words import LANGUAGES, phrasebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from circle15.inputs.files.grids import Grid

DATES = ("due", "done")
ID, ABOUT = "id", "about"
# Rows above the headers that someone may have put there.
MOST_ABOVE = 20
# Headers of this program's own begin so in the words.
HEADS = "issues.head_"
_NO_MATTER = re.compile(r"[\s*:：（()）【】\[\]]+")


def read_issue_workbook(path: Path) -> tuple[WrittenRow, ...]:
    """Every row of every sheet that has a column of ids and one of the office's.

    Parameters
    ----------
    path
        The workbook.

    Raises
    ------
    DataError
        It cannot be read (damaged, with a password, no workbook), or no sheet of it has these columns.
    """
    try:
        grids = read_workbook(path)
    except (DataError, OSError) as fault:
        raise DataError("issues.workbook_damaged", file=str(path)) from fault
    found = [(grid, heading) for grid in grids if (heading := _heading(grid)) is not None]
    if not found:
        raise DataError("issues.no_id_column", file=str(path))
    return tuple(row for grid, (at, headers) in found for row in _rows(grid, at, headers))


def _plain(header: str) -> str:
    """A header without blanks, breaks, brackets and stars."""
    return _NO_MATTER.sub("", header).casefold()


@cache
def _known() -> dict[str, str]:
    """Field by plain header: the office's, the id, and "" for what this program says of its own."""
    own = {
        _plain(text): key.removeprefix(HEADS) if key.removeprefix(HEADS) in (*OFFICE_FIELDS, ID, ABOUT) else ""
        for lang in LANGUAGES
        for key, text in phrasebook(lang).items()
        if key.startswith(HEADS)
    }
    return own | {_plain(name): field for field, names in header_names().items() for name in names}


def _heading(grid: Grid) -> tuple[int, tuple[str, ...]] | None:
    """The row of the headers, and what each column holds: a field, "" for this program's own, ``+header`` for more."""
    known = _known()
    for at in grid.filled()[:MOST_ABOVE]:
        names = [known.get(_plain(cell)) for cell in grid.rows[at]]
        if ID in names and any(name in OFFICE_FIELDS for name in names):
            return at, tuple(_once(grid.rows[at], names))
    return None


def _once(cells: Sequence[str], names: Sequence[str | None]) -> Iterator[str]:
    """What each column holds; of a field that stands twice the second is a column of the office's own."""
    seen: set[str] = set()
    for cell, known in zip(cells, names, strict=True):
        header = " ".join(cell.split())
        own = f"+{header}" if header else ""
        # A second 备注 is a column of the office's own, told apart from the list's.
        name = own if known is None else f"{own} (2)" if known and known in seen else known
        # The third of a header that stands three times is not read; nobody fills in such a list.
        held = f"{name} (2)" if name and name in seen else name
        seen |= {held} - {""}
        yield held


def _rows(grid: Grid, heading: int, headers: tuple[str, ...]) -> Iterator[WrittenRow]:
    for at in range(heading + 1, len(grid.rows)):
        cells = dict(zip(headers, grid.rows[at], strict=True))
        rest = " ".join(
            " ".join(cell.split()) for header, cell in zip(headers, grid.rows[at], strict=True) if not header and cell
        )
        if any(grid.rows[at]) and _plain(cells[ID]) not in _id_headers():
            yield WrittenRow(
                file=grid.file,
                sheet=grid.sheet,
                row=at + 1,
                id_text=cells[ID],
                fields={name: _value(name, cells[name]) for name in OFFICE_FIELDS if name in cells},
                extra={name[1:]: cells[name] for name in cells if name.startswith("+")},
                about=cells.get(ABOUT) or rest,
            )


@cache
def _id_headers() -> frozenset[str]:
    """Headers pasted again among the rows."""
    return frozenset(header for header, field in _known().items() if field == ID)


def _value(field: str, text: str) -> str:
    """A cell as text; a date that names a day in the form 2027-12-31, whatever a spreadsheet has made of it."""
    day = read_date(text) if field in DATES and text else None
    return day.first.isoformat() if day is not None and day.first == day.last else text
