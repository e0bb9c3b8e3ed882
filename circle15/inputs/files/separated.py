"""Rows of csv, tsv and txt files, whatever parts their cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.inputs.files.headers import known_labels
from circle15.inputs.files.texts import read_text

if TYPE_CHECKING:
    from pathlib import Path

SEPARATORS = ",\t;|，；"
TRIED_ROWS = 200
# Excel's own first line, which says what parts the cells.
_SAID = re.compile(r"^sep=(.)(?:\r\n|\r|\n|$)", re.IGNORECASE)
# A row behind the last one that only an unclosed quote can swallow.
_LAST = "\x00last"

Rows = list[list[str]]


def read_separated(path: Path) -> Rows:
    """The rows of a text file as cells, stripped.

    Raises
    ------
    DataError
        Unknown encoding, or quotes that do not pair.
    """
    text = read_text(path)
    said = _SAID.match(text)
    rest = text[said.end() :] if said else text
    return _rows(rest, said[1] if said else choose_separator(rest), path.name)


def choose_separator(text: str) -> str:
    r"""The separator that gives the most known headers in one row, then the most rows of one width.

    Examples
    --------
    >>> choose_separator("名称;经度;纬度\n甲,乙;120,5;30,2")
    ';'
    """
    return max(SEPARATORS, key=lambda separator: (*_merit(text, separator), -SEPARATORS.index(separator)))


def _merit(text: str, separator: str) -> tuple[int, int, int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: Rows = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == TRIED_ROWS:
                break
    except csv.Error:
        pass
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return max((known_labels(row) for row in rows if len(row) > 1), default=0), count, width


def _rows(text: str, separator: str, file: str) -> Rows:
    """Cells by row; quotes within a cell are taken as Excel takes them, as long as no row swallows another."""
    rows: Rows = []
    begins, joint = 1, False
    for strict in (True, False):
        rows = []
        reader = csv.reader(io.StringIO(f"{text}\n{_LAST}", newline=""), delimiter=separator, strict=strict)
        try:
            for row in reader:
                swallows = any(_LAST in cell for cell in row) and row != [_LAST]
                if swallows or (not strict and any("\n" in cell or "\r" in cell for cell in row)):
                    raise DataError("lists.not_a_csv", file=file, row=begins)
                rows.append([cell.strip() for cell in row])
                begins = reader.line_num + 1
            return rows[:-1]
        except csv.Error as fault:
            joint = joint or not strict
            if joint:
                raise DataError("lists.not_a_csv", file=file, row=reader.line_num) from fault
            begins = 1
    return rows
