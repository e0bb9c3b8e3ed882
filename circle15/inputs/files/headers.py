"""Which rows of a sheet are its headers."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from circle15.inputs.files.columns import aliases, bare, is_header_of, lower_label, plain
from circle15.inputs.files.values.dates import read_date
from circle15.inputs.files.values.numbers import read_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from circle15.inputs.files.grids import Grid

LISTS = ("facility", "flag", "zone", "building")
# Rows that may stand above the headers, and rows that headers may take.
MOST_ROWS_ABOVE, MOST_HEADER_ROWS = 50, 3
# So many known headers in one row are no chance.
SURE = 2
LONGEST_GROUP = 15
_TITLE = re.compile(r"[:：]|(?:表|清单|名单|一览|台账|目录|汇总|名册|统计|情况)(?:[(（].*)?$|^(?:单位|时间|日期|截至)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Heading:
    """The rows of the headers, from ``first`` to ``last`` counted from 0, and the header of each column."""

    first: int
    last: int
    labels: tuple[str, ...]


@cache
def _known() -> frozenset[str]:
    """All aliases of all kinds of lists, bare."""
    names = {name for kind in LISTS for role in aliases(kind).values() for name in role}
    totals = tomllib.loads(files("circle15.catalogue").joinpath("totals.toml").read_text(encoding="utf-8"))
    return frozenset(map(bare, names | set(totals["columns"]["total"])))


def known_labels(labels: Iterable[str]) -> int:
    """How many different headers of a row are known.

    Examples
    --------
    >>> known_labels(["*名称", "坐标/经度", "纬度", "纬度", "甲"])
    3
    """
    known = _known()
    return len({lower_label(label) for label in labels if is_header_of(label, known)})


def find_heading(grid: Grid) -> Heading | None:
    """The headers of a sheet: the row with the most known ones, else the first row that looks like some.

    None where the sheet is empty.
    """
    rows = grid.filled()[:MOST_ROWS_ABOVE]
    headings = [heading_at(grid, at) for at in rows if not _is_mostly_numbers(grid.rows[at])]
    best = max(headings, key=lambda heading: (known_labels(heading.labels), -heading.first), default=None)
    if best is not None and known_labels(best.labels) >= SURE:
        return best
    wide = [at for at in rows if sum(map(bool, grid.rows[at])) > 1]
    plausible = [at for at in wide if not any(_TITLE.search(cell) for cell in grid.rows[at] if cell)]
    chosen = [*plausible, *wide, *rows]
    return heading_at(grid, chosen[0]) if chosen else None


def heading_at(grid: Grid, first: int) -> Heading:
    """The headers that begin in one row, with those of the rows below that part its groups."""
    labels, last = list(grid.rows[first]), first
    while last + 1 < min(len(grid.rows), first + MOST_HEADER_ROWS):
        upper, lower = grid.rows[last], list(grid.rows[last + 1])
        groups = _groups(_padded(upper, labels, first == last), lower, _covered(grid, last))
        if groups is None:
            break
        labels = _joined(labels, lower, groups)
        last += 1
    return Heading(first, last, _unlike([_in_one_line(label) for label in labels]))


def _padded(upper: Sequence[str], labels: list[str], is_first: bool) -> list[str]:
    """The labels that a further row may part: all of the first row, else those of the row above."""
    return labels if is_first else [cell or label for cell, label in zip(upper, labels, strict=True)]


def _covered(grid: Grid, row: int) -> dict[int, int]:
    """The last column of each merged cell of a row, by its first."""
    return {left: right for top, left, _, right in grid.merges if top == row and right > left}


def _groups(upper: list[str], lower: list[str], covered: dict[int, int]) -> dict[int, str] | None:
    """The group of each filled column of ``lower``; None where it is no second row of headers."""
    parted = [at for at, cell in enumerate(lower) if cell]
    starts = [at for at, cell in enumerate(upper) if cell]
    if len(parted) < 2 or len(starts) < 2 or any(_is_value(lower[at]) for at in parted):
        return None
    found: dict[int, str] = {}
    for start, following in zip(starts, [*starts[1:], len(upper)], strict=True):
        under = [at for at in parted if start <= at < following]
        if not under:
            continue
        if (len(under) < 2 and start not in covered) or not _may_be_group(upper[start]):
            return None
        if max(under) > covered.get(start, max(under)):
            return None
        found |= dict.fromkeys(under, upper[start])
    has_signs = bool(covered) or known_labels(lower) > 0
    return found if len(found) == len(parted) and has_signs else None


def _may_be_group(text: str) -> bool:
    return len(text) <= LONGEST_GROUP and not _TITLE.search(text)


def _is_value(text: str) -> bool:
    """Whether a cell holds a number or a date, without and with what may be its numbering: 1.经度 is a header."""
    return all(read_quantity(said) is not None or read_date(said) is not None for said in (text, bare(text) or text))


def _is_mostly_numbers(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    return 2 * sum(map(_is_value, filled)) > len(filled)


def _joined(labels: list[str], lower: list[str], groups: dict[int, str]) -> list[str]:
    """Each column's header: the lower one alone where it is known and stands once, else behind its group."""
    names = [plain(cell) for cell in lower]
    known = _known()
    joined = list(labels)
    for at, group in groups.items():
        alone = bare(lower[at]) in known and names.count(names[at]) == 1
        alone = alone and plain(lower[at]) not in map(plain, labels)
        joined[at] = lower[at] if alone else f"{group}/{lower[at]}"
    return joined


def _in_one_line(label: str) -> str:
    """A header without the breaks and spaces that make it fit its column."""
    return ("" if _CHINESE.search(label) else " ").join(label.split())


def _unlike(headers: list[str]) -> tuple[str, ...]:
    """Tell repeated headers apart: 名称, 名称 (2)."""
    return tuple(
        f"{header} ({headers[:at].count(header) + 1})" if header and header in headers[:at] else header
        for at, header in enumerate(headers)
    )
