"""Target tables before their cells are read: rows as text, and what stood around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from circle15.model.ledger import Note

Why = Literal["before", "header", "furniture", "after", "unread", "heading"]


@dataclass(frozen=True)
class YearColumn:
    """A column of values: its year, and whether its header says that it is of what was."""

    year: int
    baseline: bool = False


@dataclass(frozen=True)
class RawRow:
    """One row as the table writes it.

    ``line`` is the row or line where it begins, ``fixes`` what was mended in reading it, ``broken`` why it is no row
    that can be used.
    """

    line: int
    domain: str = ""
    number: str = ""
    name: str = ""
    unit: str = ""
    department: str = ""
    cells: tuple[str, ...] = ()
    fixes: tuple[Note, ...] = ()
    broken: Note | None = None


@dataclass(frozen=True)
class SetAside:
    """A line that is no row: of the page around the table, its header, a page break, or what could not be read."""

    line: int
    text: str
    why: Why


@dataclass(frozen=True)
class RawTable:
    """A table of a file: its years, rows, all other lines, and the headers with a year that is not understood."""

    file: str
    sheet: str
    years: tuple[YearColumn, ...]
    rows: tuple[RawRow, ...]
    aside: tuple[SetAside, ...]
    unread: tuple[str, ...] = ()
