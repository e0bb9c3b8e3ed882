"""The rows of official lists of units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error, DataError, collecting, raise_faults
from circle15.inputs.files.columns import aliases, choose_column
from circle15.inputs.files.tables import read_table, rows_set_aside
from circle15.inputs.zones.findings import KIND
from circle15.inputs.zones.unit_names import code_above, plain_code
from circle15.model.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from circle15.inputs.files.tables import Table
    from circle15.model.ledger import Note
    from circle15.model.study import OfficialUnits


@dataclass(frozen=True)
class OfficialUnit:
    """A row of an official list.

    Attributes
    ----------
    file, sheet, row
        Where it stands.
    level
        The level of its unit.
    code, name
        As the list writes them, the code in the digits of its level; "" where it has none.
    above
        Code or name of the unit above, from its column or the beginning of the code; "" where not known.
    """

    file: str
    sheet: str
    row: int
    level: str
    code: str
    name: str
    above: str


def read_official(
    sources: Sequence[OfficialUnits], folder: Path
) -> tuple[tuple[OfficialUnit, ...], Ledger, tuple[Note, ...]]:
    """Read all official lists.

    Returns
    -------
    tuple of OfficialUnit
        Their rows of units.
    Ledger
        Their other rows: titles, sums, remarks.
    notes
        How they were read.

    Raises
    ------
    DataError
        A list without a column of names, or a unit that stands twice.
    Faults
        Several of these.
    """
    rows: list[OfficialUnit] = []
    aside = Ledger()
    notes: list[Note] = []
    faults: list[Circle15Error] = []
    for source in sources:
        with collecting(faults):
            table = read_table(folder / source.file, source.sheet)
            rows += _read_list(source, table)
            aside += Ledger(rows_set_aside(table, KIND))
            notes += table.notes
    raise_faults(faults)
    return tuple(rows), aside, tuple(notes)


def _read_list(source: OfficialUnits, table: Table) -> list[OfficialUnit]:
    known = aliases("zone")
    code = choose_column(table.headers, "code", known["code"], source.code, table.file)
    name = choose_column(table.headers, "name", known["name"], source.name, table.file)
    above = choose_column(table.headers, "parent", known["parent"], source.parent, table.file)
    if name is None:
        raise DataError("official.no_name_column", file=table.file, columns="、".join(table.headers))
    cells = zip(table.row_numbers, _column(table, code), _column(table, name), _column(table, above), strict=True)
    rows = [
        OfficialUnit(
            table.file,
            table.sheet,
            number,
            source.level,
            plain_code(its_code, source.level),
            its_name,
            its_parent or code_above(its_code, source.level),
        )
        for number, its_code, its_name, its_parent in cells
    ]
    _require_once(rows)
    return rows


def _column(table: Table, header: str | None) -> list[str]:
    return [""] * len(table.rows) if header is None else table.column(header)


def _require_once(rows: Sequence[OfficialUnit]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.code and row.code in first:
            raise DataError("official.code_twice", file=row.file, code=row.code, row=row.row, first_row=first[row.code])
        first[row.code] = row.row
