"""Tables as offices keep them: csv, xlsx and xls, with titles above, notes below and totals between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.inputs.files.grids import Grid
from circle15.inputs.files.headers import SURE, find_heading, heading_at, known_labels
from circle15.inputs.files.leftovers import SetAside, explains, layout_of, text_of, what_is_no_data
from circle15.inputs.files.listing import few
from circle15.inputs.files.merged import filled_down
from circle15.inputs.files.sheets import read_sheets
from circle15.model.ledger import LedgerRow, Note, Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from circle15.inputs.files.headers import Heading


@dataclass(frozen=True)
class Table:
    """One table of one file, every cell as stripped text.

    Attributes
    ----------
    file, sheet
        Where it comes from; ``sheet`` is "" for csv.
    headers
        The column names. Of two rows of headers, the lower one where that is known and stands once, else both:
        0-2岁/男.
    rows
        The data rows, each as long as ``headers``; wholly empty rows are left out.
    row_numbers
        The number of each data row as the file shows it, 1 being its first line.
    title
        What stands above the headers, in one line.
    groups
        The rows of the headers above the last of them, in one line: what their groups say stands nowhere else.
    set_aside
        Rows that are no data, in the sheet's order.
    notes
        What a planner should know about how it was read.
    """

    file: str
    sheet: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_numbers: tuple[int, ...]
    title: str = ""
    set_aside: tuple[SetAside, ...] = ()
    notes: tuple[Note, ...] = ()
    groups: str = ""

    def column(self, header: str) -> list[str]:
        """The cells of one column, top to bottom."""
        at = self.headers.index(header)
        return [row[at] for row in self.rows]


def read_table(path: Path, sheet: str | None = None, header_row: int | None = None) -> Table:
    """Read one table of a csv, xlsx or xls file.

    Parameters
    ----------
    path
        The file.
    sheet
        Name of the sheet; the first that holds a table where not given.
    header_row
        The row of the headers, as the file shows it; found where not given.

    Raises
    ------
    DataError
        No such file, sheet or row, not a table, unknown encoding, a password, or no rows.
    """
    tables, notes, _ = _tables(path, sheet, header_row)
    chosen = next((table for table in tables if _has_known_headers(table)), tables[0])
    others = [table.sheet for table in tables if table is not chosen]
    if others:
        facts: dict[str, object] = {"file": chosen.file, "sheet": chosen.sheet, "others": few(others)}
        notes = (*notes, Note("sheets.other_sheets", facts))
    return _with_notes(chosen, notes)


def read_tables(path: Path, sheet: str | None = None, header_row: int | None = None) -> tuple[Table, ...]:
    """Read every sheet of a file that holds a table with the headers of a list.

    Where no sheet has such headers, the first table is given as it is. Sheets set aside are told in the notes of the
    first table, and their rows stand behind the rows that it set aside. Parameters and errors are those of
    ``read_table``.
    """
    tables, notes, grids = _tables(path, sheet, header_row)
    lists = [table for table in tables if _has_known_headers(table)] or [tables[0]]
    others = [table.sheet for table in tables if table not in lists]
    if others:
        notes = (*notes, Note("sheets.no_list", {"file": lists[0].file, "sheets": few(others)}))
    aside = (*lists[0].set_aside, *_elsewhere(grids, {table.sheet for table in lists}))
    return (replace(_with_notes(lists[0], notes), set_aside=aside), *lists[1:])


def rows_set_aside(table: Table, kind: str) -> tuple[LedgerRow, ...]:
    """The account of the rows that are no data: each excluded, with its reason.

    Parameters
    ----------
    table
        As read.
    kind
        What the table is of: a service's id, ``totals``, ...
    """
    places = ((aside, aside.sheet or table.sheet) for aside in table.set_aside)
    return tuple(
        LedgerRow(table.file, sheet, aside.row, "excluded", kind, "", aside.text, (_reason(table.file, sheet, aside),))
        for aside, sheet in places
    )


def _reason(file: str, sheet: str, aside: SetAside) -> Note:
    return Note(f"sheets.is_{aside.kind}", {"text": aside.text}, Place(file, sheet, aside.row))


def _elsewhere(grids: Sequence[Grid], lists: set[str]) -> tuple[SetAside, ...]:
    """Every row that holds anything of the sheets that hold no list."""
    return tuple(
        SetAside(at + 1, "elsewhere", text_of(grid.rows[at]), grid.sheet)
        for grid in grids
        if grid.sheet not in lists
        for at in grid.filled()
    )


def _with_notes(table: Table, notes: tuple[Note, ...]) -> Table:
    return replace(table, notes=(*table.notes, *notes))


def _has_known_headers(table: Table) -> bool:
    return known_labels(table.headers) >= SURE


# --- from sheet to table -----------------------------------------------------------------------------------------


def _tables(
    path: Path, sheet: str | None, header_row: int | None
) -> tuple[list[Table], tuple[Note, ...], tuple[Grid, ...]]:
    """The tables of a file that have rows, at least one; what to say about its other sheets; and all sheets."""
    grids, notes = read_sheets(path, sheet)
    tables = [_table(grid, header_row) for grid in grids]
    found = [table for table in tables if table.rows]
    if not found and any(aside.kind == "example" for table in tables for aside in table.set_aside):
        raise DataError("template.only_examples", file=path.name)
    if not found:
        whole = Grid(path.name, "", ())
        raise DataError("lists.no_rows", file=(grids[0] if len(grids) == 1 else whole).place)
    without = [table.sheet for table in tables if not table.rows]
    if without:
        notes = (*notes, Note("sheets.no_rows", {"file": path.name, "sheets": few(without)}))
    return found, notes, grids


def _table(grid: Grid, header_row: int | None) -> Table:
    heading = find_heading(grid) if header_row is None else _heading_in(grid, header_row)
    if heading is None:
        return Table(grid.file, grid.sheet, (), (), ())
    width = 1 + max((at for at, label in enumerate(heading.labels) if label), default=0)
    numbers, aside = _sorted_out(grid, heading)
    cells, merged_notes = filled_down(grid, heading, frozenset(numbers))
    return Table(
        grid.file,
        grid.sheet,
        heading.labels[:width],
        tuple(cells[at][:width] for at in numbers),
        tuple(at + 1 for at in numbers),
        _in_one_line(grid.rows[: heading.first]),
        aside,
        (*grid.notes, *merged_notes, *_beyond(grid, numbers, width)),
        _in_one_line(grid.rows[heading.first : heading.last]),
    )


def _in_one_line(rows: Sequence[Sequence[str]]) -> str:
    return " ".join(text_of(row) for row in rows if any(row))


def _heading_in(grid: Grid, header_row: int) -> Heading:
    if header_row > len(grid.rows) or not any(grid.rows[header_row - 1]):
        raise DataError("sheets.no_header_row", file=grid.place, row=header_row)
    return heading_at(grid, header_row - 1)


def _sorted_out(grid: Grid, heading: Heading) -> tuple[list[int], tuple[SetAside, ...]]:
    """The rows of data, counted from 0, and all others that hold anything."""
    layout = layout_of(grid, heading)
    numbers: list[int] = []
    aside: list[SetAside] = []
    remarks = False
    for at in grid.filled():
        row = grid.rows[at]
        if heading.first <= at <= heading.last:
            continue
        kind = "title" if at < heading.first else what_is_no_data(row, layout, at, after_remark=remarks)
        if kind is None:
            numbers.append(at)
        else:
            aside.append(SetAside(at + 1, kind, text_of(row)))
        remarks = kind == "remark" and (remarks or explains(row))
    return numbers, tuple(aside)


def _beyond(grid: Grid, numbers: Sequence[int], width: int) -> tuple[Note, ...]:
    """Rows with cells to the right of the last header: a separator within a cell has shifted them, perhaps."""
    rows = [at + 1 for at in numbers if any(grid.rows[at][width:])]
    if not rows:
        return ()
    facts = {"place": grid.place, "count": len(rows), "rows": few(list(map(str, rows)))}
    return (Note("sheets.beyond_headers", facts, Place(grid.file, grid.sheet, rows[0])),)
