"""Which of several files about one thing is the one to use: this year's, not last year's."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from circle15.inputs.files.columns import plain
from circle15.inputs.recognise.vocabulary import mentions, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.inputs.recognise.found import Found

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年?[-._]?(0[1-9]|1[0-2]|[1-9](?=月)))?")
_COPIES = re.compile(r"\(\d+\)|v\d+|[\W_年月日版]")
# Versions of one list share this much of the shorter one's names; so much less is enough where the files' names agree.
MOSTLY, SOMEWHAT = 0.5, 0.2


def said_date(name: str) -> tuple[int, int]:
    """The last year, and month, that a file's name says; zeros where it says none.

    Examples
    --------
    >>> said_date("托育机构2025.xls"), said_date("2026年3月/托育.xls"), said_date("托育.xls"), said_date("20260901.xls")
    ((2025, 0), (2026, 3), (0, 0), (2026, 9))
    """
    found = _YEAR.findall(name)
    return max(((int(year), int(month or 0)) for year, month in found), default=(0, 0))


def base_name(name: str) -> str:
    """A file's name without years, counters of copies and marks of a version; other numbers tell parts of a list apart.

    Examples
    --------
    >>> base_name("2025/托育机构（最新）.xls") == base_name("托育机构2026-副本.xlsx")
    True
    """
    stem = _YEAR.sub("", plain(PurePosixPath(name).stem))
    for mark in vocabulary("versions")["marks"]:
        stem = stem.replace(plain(mark), "")
    return _COPIES.sub("", stem)


def same_list(one: Found, other: Found) -> bool:
    """Whether two lists are versions of one: mostly the same facilities, or some and names that differ by years."""
    if one.path == other.path:
        return False
    alike = base_name(one.name) == base_name(other.name) and one.part == other.part
    names, others = ({name for name in each.names if name} for each in (one, other))
    if not names or not others:
        return alike
    return len(names & others) > (SOMEWHAT if alike else MOSTLY) * min(len(names), len(others))


def better_first(candidates: Sequence[Found]) -> list[Found]:
    """Candidates for one thing, the best first: not marked old, the latest, the one with most rows, the first name."""
    older = vocabulary("versions")["older"]

    def rank(found: Found) -> tuple[object, ...]:
        year, month = said_date(found.name)
        return (mentions(found.name, older), -year, -month, -found.rows, found.name, found.part)

    return sorted(candidates, key=rank)
