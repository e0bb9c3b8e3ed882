"""Columns of codes and names of administrative units, and the level that they are of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error
from circle15.inputs.files.columns import aliases, choose_column
from circle15.inputs.recognise.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    LevelOf = Callable[[str], str]
    Cells = Mapping[str, Sequence[str]]

MOST = 0.6
_CODE = re.compile(r"\d{6}|\d{9}|\d{12}")
LEVEL_OF_LENGTH = {6: "county", 9: "town", 12: "village"}


@dataclass(frozen=True)
class UnitColumns:
    """The columns of a list of units, "" where there is none, and the level; ``own`` where aliases do not find them."""

    code: str
    name: str
    level: str
    own: tuple[tuple[str, str], ...]


def level_of_name(name: str) -> str:
    """The level that a name's ending says, "" where it says none.

    Examples
    --------
    >>> level_of_name("城东社区"), level_of_name("城东街道"), level_of_name("上城区"), level_of_name("第一小学")
    ('village', 'town', 'county', '')
    """
    for level, endings in vocabulary("endings").items():
        if len(name) > 1 and name.endswith(endings):
            return level
    return ""


def level_of_code(code: str) -> str:
    """The level of a code of 6, 9 or 12 digits; zeros at the end fill up a code of a wider level.

    Examples
    --------
    >>> [level_of_code(code) for code in ("330102", "330102001", "330102001000", "330102001001", "7")]
    ['county', 'town', 'town', 'village', '']
    """
    if not _CODE.fullmatch(code):
        return ""
    for length in (6, 9):
        if len(code) > length and not code[length:].strip("0"):
            return LEVEL_OF_LENGTH[length]
    return LEVEL_OF_LENGTH[len(code)]


def find_unit_columns(cells: Cells) -> UnitColumns | None:
    """The columns of codes and names of units; None where there is neither.

    A village's table names its town too: of several columns of unit names the one with most different names is meant.
    """
    names, codes = _columns_of(cells, level_of_name), _columns_of(cells, level_of_code)
    if not names and not codes:
        return None
    name, code = _finest(names, cells), _finest(codes, cells)
    level = _level(cells, code, level_of_code) or _level(cells, name, level_of_name)
    if code and len(set(cells[code])) < len(set(cells.get(name, ()))):
        code, level = "", _level(cells, name, level_of_name)  # codes of the units above
    own = tuple(
        (role, header) for role, header in (("code", code), ("name", name)) if header and _unfound(cells, role, header)
    )
    return UnitColumns(code, name, level, own)


def _columns_of(cells: Cells, level_of: LevelOf) -> list[str]:
    return [header for header in cells if header and _level(cells, header, level_of)]


def _finest(headers: list[str], cells: Cells) -> str:
    return max(headers, key=lambda header: len(set(cells[header])), default="")


def _level(cells: Cells, header: str, level_of: LevelOf) -> str:
    """The level of most filled cells of a column."""
    filled = [cell for cell in cells.get(header, ()) if cell]
    levels = Counter(filter(None, map(level_of, filled)))
    if not levels:
        return ""
    level, count = min(levels.items(), key=lambda entry: (-entry[1], entry[0]))
    return str(level) if count >= MOST * len(filled) else ""


def _unfound(cells: Cells, role: str, header: str) -> bool:
    """Whether the aliases would choose another column, or none."""
    try:
        return choose_column(tuple(cells), role, aliases("zone")[role], None, "") != header
    except Circle15Error:
        return True
