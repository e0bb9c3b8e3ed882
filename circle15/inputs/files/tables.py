"""Tables as text: csv, xlsx and xls with one row of headers."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import python_calamine

from circle15.catalogue.entries import Label
from circle15.errors import DataError
from circle15.inputs.files.layers import require_file

if TYPE_CHECKING:
    from pathlib import Path

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Table:
    """One table of one file, every cell as stripped text.

    Attributes
    ----------
    file, sheet
        Where it comes from; ``sheet`` is "" for csv.
    headers
        The column names.
    rows
        The data rows, each as long as ``headers``; wholly empty rows are left out.
    row_numbers
        The number of each data row as the file shows it, 1 being its first line.
    """

    file: str
    sheet: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_numbers: tuple[int, ...]

    def column(self, header: str) -> list[str]:
        """The cells of one column, top to bottom."""
        at = self.headers.index(header)
        return [row[at] for row in self.rows]


def read_table(path: Path, sheet: str | None = None) -> Table:
    """Read a csv, xlsx or xls file.

    Parameters
    ----------
    path
        The file.
    sheet
        Name of the sheet; the first where not given.

    Raises
    ------
    DataError
        No such file or sheet, not a table, unknown encoding, no rows, or a title above the headers.
    """
    require_file(path)
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        return _table(path.name, "", _csv_lines(path))
    return _read_workbook(path, sheet)


def _read_workbook(path: Path, sheet: str | None) -> Table:
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError) as fault:
        raise DataError("lists.not_a_workbook", file=path.name) from fault
    names = workbook.sheet_names
    name = names[0] if sheet is None else sheet
    if name not in names:
        raise DataError("lists.no_such_sheet", file=path.name, sheet=name, sheets="、".join(names))
    cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return _table(path.name, name, [[_text(cell) for cell in row] for row in cells])


def _text(cell: object) -> str:
    """Show a workbook's cell as a person sees it: 12, not 12.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _encodings(raw: bytes) -> tuple[str, ...]:
    """What a text may be written in, strictly in this order: GB18030 decodes nearly any bytes, so it comes last.

    UTF-16, as Excel writes its "Unicode text", shows by its first two bytes, which no UTF-8 begins with.
    """
    return ("utf-16", "gb18030") if raw.startswith(UTF_16_MARKS) else ("utf-8-sig", "gb18030")


def _csv_lines(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    for encoding in _encodings(raw):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        separator = max(",\t;", key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            return [[cell.strip() for cell in row] for row in reader]
        except csv.Error as fault:  # a quote that never closes, say
            raise DataError("lists.not_a_csv", file=path.name, row=reader.line_num) from fault
    raise DataError("lists.encoding", file=path.name)


def _table(file: str, sheet: str, lines: list[list[str]]) -> Table:
    filled = [(number, line) for number, line in enumerate(lines, start=1) if any(line)]
    if len(filled) < 2:  # a row of headers and a row of data
        raise DataError("lists.no_rows", file=_place(file, sheet))
    if _is_title(filled[0][1], filled[1][1]):
        raise DataError("lists.title_row", file=_place(file, sheet), row=filled[0][0])
    headers = _unlike(filled[0][1])
    width = len(headers)
    rows = tuple(tuple((line + [""] * width)[:width]) for _, line in filled[1:])
    return Table(file, sheet, headers, rows, tuple(number for number, _ in filled[1:]))


def _is_title(first: list[str], second: list[str]) -> bool:
    """Whether the first row is one cell of title above the headers."""
    return sum(map(bool, first)) == 1 and sum(map(bool, second)) > 1


def _place(file: str, sheet: str) -> Label:
    """The file and its sheet as one names them."""
    if not sheet:
        return Label(f"“{file}”", f'"{file}"')
    return Label(f"“{file}”的工作表“{sheet}”", f'Sheet "{sheet}" of "{file}"')


def _unlike(headers: list[str]) -> tuple[str, ...]:
    """Tell repeated headers apart: 名称, 名称 (2)."""
    return tuple(
        f"{header} ({headers[:at].count(header) + 1})" if header and header in headers[:at] else header
        for at, header in enumerate(headers)
    )
