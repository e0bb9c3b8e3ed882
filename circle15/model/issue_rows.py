"""Rows of the list of issues as an office gives them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the office fills in, in the order of the columns.
OFFICE_FIELDS = ("unit", "person", "due", "handling", "progress", "done", "remark")


@dataclass(frozen=True)
class WrittenRow:
    """One row.

    Attributes
    ----------
    file, sheet, row
        Where it stands.
    id_text
        What its cell for the id says.
    fields
        The office's fields by name (``OFFICE_FIELDS``), of the columns that its sheet has; empty cells are "".
    extra
        Columns of the office's own, by header.
    about
        What else the row says, in one line.
    """

    file: str
    sheet: str
    row: int
    id_text: str
    fields: Mapping[str, str]
    extra: Mapping[str, str]
    about: str = ""
