"""Where tables begin in a stream of cells: the header, one cell after another, perhaps cut over lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.inputs.targets.wording import ascending, role_of, year_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.inputs.targets.raw import YearColumn

MOST_BEFORE = 8
# Headers above the years that name no column: 年度目标, 五年目标.
_ABOVE_YEARS = re.compile(r"(?:分?年度|五年|规划|发展|主要|各年|年|阶段)?(?:目标值?|计划|安排|指标值)")


@dataclass(frozen=True)
class Token:
    """One cell or part of one, and the line that it stands on."""

    line: int
    text: str


@dataclass(frozen=True)
class StreamHeading:
    """A header in a stream: its tokens from ``first`` to before ``end``, and the columns that it names in order.

    ``roles`` has ``year`` for each column of values; ``years`` are those.
    """

    first: int
    end: int
    roles: tuple[str, ...]
    years: tuple[YearColumn, ...]


def find_headings(tokens: Sequence[Token]) -> list[StreamHeading]:
    """All headers of a stream, from the first; none where no row of years stands behind the word for indicators."""
    found: list[StreamHeading] = []
    at = 0
    while at < len(tokens):
        heading = _heading_at(tokens, at, found[-1].end if found else 0)
        if heading is None:
            at += 1
        else:
            found.append(heading)
            at = heading.end
    return found


def _heading_at(tokens: Sequence[Token], at: int, after: int) -> StreamHeading | None:
    """The header whose first year is the token at ``at``."""
    years: list[YearColumn] = []
    end = at
    while end < len(tokens):
        year, taken = _year_from(tokens, end)
        if year is None or not ascending([*years, year]):
            break
        years.append(year)
        end += taken
    if not years:
        return None
    first, before = _roles_before(tokens, at, after)
    if "indicator" not in before:
        return None
    roles_after: list[str] = []
    while end < len(tokens) and (role := role_of(tokens[end].text)) in ("department", "nature", "other", "unit"):
        roles_after.append(role)
        end += 1
    return StreamHeading(first, end, (*before, *["year"] * len(years), *roles_after), tuple(years))


def _year_from(tokens: Sequence[Token], at: int) -> tuple[YearColumn | None, int]:
    """The year that begins at a token, and how many tokens it takes: 2023年, or 2023 and 年 below it."""
    whole = "".join(token.text for token in tokens[at : at + 2])
    alone = year_of(tokens[at].text)
    joined = year_of(whole) if at + 1 < len(tokens) and year_of(tokens[at + 1].text) is None else None
    if joined is not None and not re.search(r"[\u4e00-\u9fff]", tokens[at].text):
        return joined, 2
    if alone is not None and joined is not None and joined.baseline != alone.baseline:
        return joined, 2
    return alone, 1


def _roles_before(tokens: Sequence[Token], at: int, after: int) -> tuple[int, tuple[str, ...]]:
    """The first token of the header, and the columns left of the years."""
    roles: list[str] = []
    first = at
    while first > max(after, at - MOST_BEFORE):
        text = tokens[first - 1].text
        pair = "".join(token.text for token in tokens[max(after, first - 2) : first])
        joined = role_of(pair) if first - 2 >= after else None
        role = role_of(text)
        if role is not None and role not in roles:
            roles.insert(0, role)
            first -= 1
        elif role is None and joined is not None and joined not in roles:
            roles.insert(0, joined)
            first -= 2
        elif (not roles and _ABOVE_YEARS.fullmatch(re.sub(r"\s", "", text))) or (
            role == "indicator" and roles and roles[0] == "indicator"
        ):
            first -= 1
        else:
            break
    return first, tuple(roles)
