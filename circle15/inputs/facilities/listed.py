"""Rows of facility lists as read, before anyone asks where they lie."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import ConfigurationError
from circle15.inputs.files.columns import aliases, choose_column, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.catalogue.entries import Service
    from circle15.model.ledger import Note
    from circle15.model.study import Datum, FacilitySource

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
DESCRIBING = ("id", "name", "address", "capacity")
PLACING = ("lon", "lat")


@dataclass(frozen=True)
class ListedRow:
    """One row of one list.

    Attributes
    ----------
    file, sheet, row
        Where it stands, as the file shows it. For OSM the sheet is node, way or relation and the row the OSM id.
    own_id
        The list's own id; "" where it gives none.
    name
        Exactly as written; "" where there is none.
    capacity
        NaN where not known.
    flags
        The quality flags that the row says yes to.
    lon, lat
        Degrees on the list's datum; NaN where they cannot be read.
    fault
        Why the row cannot be used, as far as the row alone tells.
    fix
        What was mended in it.
    """

    file: str
    sheet: str
    row: int
    service: str
    own_id: str
    name: str
    address: str
    capacity: float
    flags: tuple[str, ...]
    lon: float
    lat: float
    fault: Note | None = None
    fix: Note | None = None


@dataclass(frozen=True)
class FacilityList:
    """One list of one service: its rows, the datum they are on, and the flags it has columns for."""

    file: str
    service: str
    datum: Datum
    flags: tuple[str, ...]
    rows: tuple[ListedRow, ...]


@dataclass(frozen=True)
class Columns:
    """Which header holds what; None where the list does not have it. ``flags`` goes by the flag's name."""

    id: str | None
    name: str | None
    address: str | None
    capacity: str | None
    flags: Mapping[str, str]


def describing_columns(headers: Sequence[str], source: FacilitySource, service: Service) -> Columns:
    """Find the columns that describe a facility, by ``study.toml`` first and the aliases else.

    Raises
    ------
    ConfigurationError
        ``study.toml`` maps something that is neither a known role nor a quality flag of the service.
    DataError
        A mapped column is not there, or two columns are equally good.
    """
    roles = (*DESCRIBING, *PLACING, *service.quality_flags)
    for role in source.columns:
        if role.removeprefix("flag_") not in roles:
            raise ConfigurationError("facilities.unknown_role", file=source.file, role=role, roles="、".join(roles))
    known = aliases("facility")
    chosen = {
        role: choose_column(headers, role, known[role], source.columns.get(role), source.file) for role in DESCRIBING
    }
    flags = {flag: _flag_column(headers, flag, source) for flag in service.quality_flags}
    return Columns(**chosen, flags={flag: header for flag, header in flags.items() if header is not None})


def _flag_column(headers: Sequence[str], flag: str, source: FacilitySource) -> str | None:
    names = (flag, f"是否{flag}", f"{flag}性", f"是否{flag}性", *aliases("flag").get(flag, ()))
    declared = source.columns.get(flag, source.columns.get(f"flag_{flag}"))
    return choose_column(headers, flag, names, declared, source.file)


def number(text: str) -> float | None:
    """A plain number, full width or not; None where the text is none.

    Examples
    --------
    >>> number("１２０．５"), number("120.5°"), number("")
    (120.5, None, None)
    """
    said = unicodedata.normalize("NFKC", text).strip()
    return float(said) if _NUMBER.fullmatch(said) else None


def read_capacity(text: str) -> float | None:
    """A capacity: NaN where the cell is empty, None where it holds something that is no plain count.

    Examples
    --------
    >>> read_capacity("1,200"), read_capacity(""), read_capacity("40张")
    (1200.0, nan, None)
    """
    if not text.strip():
        return float("nan")
    count = number(text.replace(",", "").replace("，", ""))
    return count if count is not None and 0 <= count < float("inf") else None


def says_yes(text: str, flag: str) -> bool:
    """Whether a cell says that a facility has a flag: 是, √, 1, or the flag's own name without a denial.

    Examples
    --------
    >>> says_yes("是", "普惠"), says_yes("普惠性", "普惠"), says_yes("非普惠", "普惠"), says_yes("民办", "公办")
    (True, True, False, False)
    """
    said, words = plain(text), aliases("words")
    return said in words["yes"] or (flag in said and not said.startswith(words["denials"]))
