"""Sheets as they stand: all cells as text, before anyone asks which of them are headers."""

from __future__ import annotations

from dataclasses import dataclass

from circle15.catalogue.entries import Label
from circle15.model.ledger import Note

# First row, first column, last row, last column of a merged cell, counted from 0.
Merge = tuple[int, int, int, int]


@dataclass(frozen=True)
class Grid:
    """One sheet of one file.

    Attributes
    ----------
    file, sheet
        Where it comes from; ``sheet`` is "" for text files.
    rows
        All rows from the sheet's first one, empty ones too, as stripped text.
    merges
        Its merged cells, whose text stands in their first cell.
    notes
        What was seen in reading it.
    hidden
        Whether the workbook hides the sheet.
    """

    file: str
    sheet: str
    rows: tuple[tuple[str, ...], ...]
    merges: tuple[Merge, ...] = ()
    notes: tuple[Note, ...] = ()
    hidden: bool = False

    @property
    def place(self) -> Label:
        """The file and its sheet as one names them."""
        if not self.sheet:
            return Label(f"“{self.file}”", f'"{self.file}"')
        return Label(f"“{self.file}”的工作表“{self.sheet}”", f'Sheet "{self.sheet}" of "{self.file}"')

    def filled(self) -> list[int]:
        """The rows that hold anything, counted from 0."""
        return [at for at, row in enumerate(self.rows) if any(row)]
