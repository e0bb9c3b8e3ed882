"""Merged cells below the headers: what stands once for several rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.inputs.files.columns import aliases, find_columns
from circle15.inputs.files.values.numbers import read_quantity
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.inputs.files.grids import Grid
    from circle15.inputs.files.headers import Heading

    Cells = tuple[tuple[str, ...], ...]

# Numbers that name or place something; any other number of a merged cell is one sum for all its rows.
REPEATED_ROLES = {"facility": ("id", "lon", "lat"), "zone": ("code", "parent")}


def filled_down(
    grid: Grid, heading: Heading, data: frozenset[int]
) -> tuple[tuple[tuple[str, ...], ...], tuple[Note, ...]]:
    """The sheet's rows with texts, codes and coordinates of merged cells in each row of ``data`` they span, and notes.

    A merged number of anything else (40 beds beside three rows) stays in its first row, or it would count threefold.
    """
    rows = [list(row) for row in grid.rows]
    repeated = _repeated_columns(heading.labels)
    filled: dict[int, list[int]] = {}
    notes: list[Note] = []
    for top, column, bottom, _ in grid.merges:
        text = rows[top][column] if top in data and column < len(rows[top]) else ""
        spanned = [row for row in range(top + 1, bottom + 1) if row in data]
        if not text or not spanned:
            continue
        if read_quantity(text) is not None and column not in repeated:
            facts: dict[str, object] = {
                "rows": f"{top + 1}–{bottom + 1}",
                "column": heading.labels[column],
                "text": text,
            }
            place = Place(grid.file, grid.sheet, top + 1, heading.labels[column])
            notes.append(Note("sheets.merged_number", facts, place))
            continue
        filled.setdefault(column, []).append(top)
        for row in spanned:
            rows[row][column] = text
    return tuple(map(tuple, rows)), (*_filled_notes(grid, heading, filled), *notes)


def _repeated_columns(labels: Sequence[str]) -> set[int]:
    found = {
        header
        for kind, roles in REPEATED_ROLES.items()
        for role in roles
        for header in find_columns(labels, aliases(kind)[role])
    }
    return {at for at, label in enumerate(labels) if label in found}


def _filled_notes(grid: Grid, heading: Heading, filled: Mapping[int, Sequence[int]]) -> tuple[Note, ...]:
    return tuple(
        Note(
            "sheets.filled_down",
            {"place": grid.place, "column": heading.labels[column], "count": len(tops), "row": min(tops) + 1},
            Place(grid.file, grid.sheet, min(tops) + 1, heading.labels[column]),
        )
        for column, tops in sorted(filled.items())
    )
