"""A target table laid out in rows and columns: a sheet of Excel, or a text whose cells tabs, bars or commas part."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from circle15.inputs.files.columns import plain
from circle15.inputs.files.grids import Grid
from circle15.inputs.targets.raw import RawRow, RawTable, SetAside, YearColumn
from circle15.inputs.targets.values import read_figure
from circle15.inputs.targets.wording import (
    ascending,
    is_furniture,
    is_prose,
    is_value_word,
    names_year,
    role_of,
    year_of,
)
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_HEADER_ROWS = 3
# Of the lines of a text that hold anything, so many at least are parted into cells where it is a table so laid out.
PARTED_SHARE = 0.5
LEAST_PARTED = 3
# Marks that stand within cells too, which are then quoted.
QUOTABLE = (",", "，", ";", "；")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class _Layout:
    """The columns of a sheet: where each role stands, and which columns are years."""

    last: int
    roles: Mapping[str, int]
    years: Mapping[int, YearColumn]
    width: int


def read_laid_out(grid: Grid) -> RawTable | None:
    """The target table of a sheet; None where it has no header of one.

    Texts of merged cells stand in every row that they span, for domains, departments and units; a domain alone in its
    row is that of the rows below. The header is no row of data; one that stands again further down is set aside.
    """
    layout, first = _find_layout(grid)
    if layout is None:
        return None
    cells = _filled_down(grid, layout)
    rows: list[RawRow] = []
    aside = [SetAside(at + 1, _told(grid.rows[at]), "before") for at in grid.filled() if at < first]
    domain, ended = "", False
    header = tuple(plain(cell) for cell in grid.rows[first])
    for at in (at for at in grid.filled() if at > layout.last):
        row = cells[at]
        ended = ended or _is_text(grid.rows[at], layout)
        why = _no_row(grid.rows[at], layout, header) if not ended else "after"
        if why is None:
            found = _row(row, layout, grid, at)
            domain = found.domain or domain
            rows.append(replace(found, domain=domain))
            continue
        if why == "heading":
            domain = _told(grid.rows[at])
        aside.append(SetAside(at + 1, _told(grid.rows[at]), why))  # type: ignore[arg-type]
    years, unread = tuple(layout.years.values()), _unread(grid.rows[first : layout.last + 1], layout)
    return RawTable(grid.file, grid.sheet, years, tuple(rows), tuple(aside), unread)


def _unread(header: Sequence[Sequence[str]], layout: _Layout) -> tuple[str, ...]:
    """Headers that name a year and something else that is not known: their columns are left out, and that is told."""
    used = {*layout.years, *layout.roles.values()}
    return tuple(
        " ".join(cell.split())
        for row in header
        for column, cell in enumerate(row)
        if column not in used and names_year(cell) and role_of(cell) is None
    )


def with_percents(grid: Grid, cells: frozenset[tuple[int, int]]) -> Grid:
    """A sheet with its percentages as they are shown: Excel holds 0.85 and shows 85%."""
    rows = [list(row) for row in grid.rows]
    for row, column in cells:
        if row < len(rows) and column < len(rows[row]) and _PLAIN.fullmatch(rows[row][column]):
            rows[row][column] = f"{(Decimal(rows[row][column]) * 100).normalize():f}%"
    return replace(grid, rows=tuple(map(tuple, rows)))


def grid_of_text(text: str, file: str) -> Grid | None:
    """A text as a sheet, where most of its lines are parted by tabs, bars or commas; None where they are not."""
    lines = text.splitlines()
    filled = [line for line in lines if line.strip()]
    for mark in ("\t", "|", "｜", *QUOTABLE):
        parted = [line for line in filled if line.strip(mark + " ").count(mark) >= 2]
        if len(parted) < max(LEAST_PARTED, PARTED_SHARE * len(filled)):
            continue
        # Bars that frame the table part nothing; the header, which has no empty cell, says whether there are any.
        framed = mark in "|｜" and all(line.strip().startswith(mark) for line in parted)
        rows = [tuple(cell.strip() for cell in _cells(line, mark, framed)) for line in lines]
        ruled = [bool(re.fullmatch(r"[-:|\s]+", line)) and "-" in line for line in lines]
        rows = [() if rule else row for rule, row in zip(ruled, rows, strict=True)]
        width = max(map(len, rows))
        return Grid(file, "", tuple(row + ("",) * (width - len(row)) for row in rows))
    return None


def _cells(line: str, mark: str, framed: bool) -> list[str]:
    if mark in QUOTABLE:
        return next(csv.reader([line], delimiter=mark), [])
    bare = line.strip()
    return (bare[1:-1] if bare.endswith(mark) else bare[1:]).split(mark) if framed and bare else line.split(mark)


def _find_layout(grid: Grid) -> tuple[_Layout | None, int]:
    """The columns of a sheet, and the first row of its header."""
    for at in grid.filled():
        years = _years_in(grid.rows[at])
        if not years or not ascending(list(years.values())):
            continue
        for first in range(at, max(-1, at - MOST_HEADER_ROWS), -1):
            roles = _roles(grid, range(first, at + 1), years)
            if "indicator" in roles:
                return _Layout(at, roles, years, _width(grid, first, at)), first
        below = _roles(grid, range(at, min(at + 2, len(grid.rows))), years)
        if "indicator" in below and at + 1 < len(grid.rows) and not _has_values(grid.rows[at + 1], years):
            return _Layout(at + 1, below, years, _width(grid, at, at + 1)), at
    return None, 0


def _width(grid: Grid, first: int, last: int) -> int:
    """How many columns a header has."""
    return 1 + max(column for row in grid.rows[first : last + 1] for column, cell in enumerate(row) if cell)


def _years_in(row: Sequence[str]) -> dict[int, YearColumn]:
    found = {column: year_of(cell) for column, cell in enumerate(row) if cell}
    return {column: year for column, year in found.items() if year is not None}


def _has_values(row: Sequence[str], years: Mapping[int, YearColumn]) -> bool:
    return any(read_figure(row[column]).is_number for column in years)


def _roles(grid: Grid, rows: range, years: Mapping[int, YearColumn]) -> dict[str, int]:
    """The first column of each role, of the rows of a header; the lower row counts more."""
    found: dict[str, int] = {}
    for at in reversed(rows):
        for column, cell in enumerate(grid.rows[at]):
            role = role_of(cell) if cell else None
            if role is not None and column not in years and column not in found.values():
                found.setdefault(role, column)
    return found


def _filled_down(grid: Grid, layout: _Layout) -> list[list[str]]:
    """The rows with merged domains, departments and units in every row that they span; values are never repeated."""
    rows = [list(row) for row in grid.rows]
    repeated = {layout.roles[role] for role in ("domain", "department", "unit", "number") if role in layout.roles}
    for top, left, bottom, _ in grid.merges:
        if left in repeated and top > layout.last and left < len(rows[top]):
            for at in range(top + 1, min(bottom + 1, len(rows))):
                rows[at][left] = rows[at][left] or rows[top][left]
    return rows


def _no_row(row: Sequence[str], layout: _Layout, header: tuple[str, ...]) -> str | None:
    """Why a row is none; None where it is one."""
    filled = [cell for cell in row if cell]
    text = _told(row)
    if tuple(plain(cell) for cell in row) == header or len(_years_in(row)) == len(layout.years) > 1:
        return "header"
    if _is_text(row, layout):
        return "after"
    if is_furniture(text):
        return "furniture"
    values = any(row[column] for column in layout.years)
    name = row[layout.roles["indicator"]]
    if not values and len(filled) == 1 and not name.endswith((")", "）")):
        return "heading"
    return None


def _is_text(row: Sequence[str], layout: _Layout) -> bool:
    """Whether a row is a sentence of the text around the table: it has no number in any year."""
    return is_prose(_told(row)) and not _has_values(row, layout.years)


def _row(row: Sequence[str], layout: _Layout, grid: Grid, at: int) -> RawRow:
    def cell(role: str) -> str:
        return row[layout.roles[role]] if role in layout.roles else ""

    place = Place(grid.file, grid.sheet, at + 1)
    name = "".join(cell("indicator").split()) if re.search(r"[\u4e00-\u9fff]", cell("indicator")) else cell("indicator")
    cells = tuple(row[column] for column in layout.years)
    broken = None
    if not name:
        broken = Note("targets.no_name", {"text": _told(row)}, place)
    elif not any(cells):
        broken = Note("targets.no_values", {"text": _told(row)}, place)
    elif any(row[layout.width :]) or read_figure(cell("department")).is_number:
        # A separator within a cell has shifted what follows it.
        extra = _told(row[layout.width :]) or cell("department")
        facts: dict[str, object] = {"text": _told(row), "count": len(cells), "extra": extra}
        broken = Note("targets.extra_cell", facts, place)
    fixes = tuple(_doubts(cells, place))
    return RawRow(at + 1, cell("domain"), cell("number"), name, cell("unit"), cell("department"), cells, fixes, broken)


def _doubts(cells: Sequence[str], place: Place) -> Iterator[Note]:
    for text in cells:
        found = read_figure(text)
        if not (found.is_number or found.nothing or is_value_word(text)):
            yield Note("targets.words_kept", {"text": text}, place)


def _told(row: Sequence[str]) -> str:
    return " ".join(" ".join(cell.split()) for cell in row if cell)
