"""Ids of issues: TY-330199001-003 is the third issue of childcare in the town of that code. No id is given twice."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from circle15.catalogue.issue_terms import service_letters

if TYPE_CHECKING:
    from collections.abc import Iterable

# Stands for a town where people live in none.
NO_TOWN = "000"
DIGITS = 3
_DASHES = re.compile(r"\s*[-‐‑‒–—−－_﹣]+\s*")


class Serials:
    """The next number of each service and town; what has been issued once is never issued again."""

    def __init__(self, issued: Iterable[str]) -> None:
        self._last: dict[str, int] = {}
        for id_ in issued:
            stem, _, serial = id_.rpartition("-")
            self._last[stem] = max(self._last.get(stem, 0), int(serial) if serial.isdecimal() else 0)

    def next(self, service: str, town_code: str) -> str:
        """A new id.

        Examples
        --------
        >>> serials = Serials(["TY-330199001-002"])
        >>> serials.next("childcare", "330199001"), serials.next("childcare", ""), serials.next("post", "1")
        ('TY-330199001-003', 'TY-000-001', 'post-1-001')
        """
        stem = f"{service_letters(service)}-{town_code or NO_TOWN}"
        self._last[stem] = self._last.get(stem, 0) + 1
        return f"{stem}-{self._last[stem]:0{DIGITS}d}"


def plain_id(text: str) -> str:
    """An id without what typing and pasting do to it: width, case, blanks, other dashes, lost noughts.

    Examples
    --------
    >>> {plain_id(text) for text in ("TY-330199001-003", " ｔｙ—330199001 - 3", "ty_330199001_0003")}
    {'TY-330199001-3'}
    """
    said = _DASHES.sub("-", unicodedata.normalize("NFKC", text).strip().upper())
    stem, dash, serial = said.rpartition("-")
    return f"{stem}-{int(serial)}" if dash and serial.isdecimal() else said


def known_ids(ids: Iterable[str]) -> dict[str, str]:
    """Ids by their plain form; forms that two ids share stand for neither."""
    found: dict[str, str] = {}
    for id_ in sorted(ids):
        plain = plain_id(id_)
        found[plain] = "" if plain in found else id_
    return {plain: id_ for plain, id_ in found.items() if id_}
