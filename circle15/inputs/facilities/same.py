"""Which rows are of one place: by id, by name and spot, or by address."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.inputs.facilities.row_words import row_words
from circle15.inputs.files.columns import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from circle15.inputs.facilities.places import PlacedRow
    from circle15.model.study import DuplicateRule

# Two rows of one name closer than this are one place; of no name and no id, only on the same spot.
SAME_NAME_M, SAME_SPOT_M = 50.0, 1.0
# Rows of one address farther apart than this are only listed: every town has a 人民路1号.
SAME_ADDRESS_M = 500.0
# Entrances of two names lie no farther apart.
ENTRANCES_M = 500.0
# What one list gives to so many places far apart is the code of a town or county, and tells nothing of their entrances.
NO_ID = 3
# No more places of one id than this are compared.
HEADS = 50
# 统一社会信用代码: given once in the country, so the same one is the same body wherever it stands.
CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)


@dataclass(frozen=True)
class Link:
    """Two rows, by position, that are the same place by one rule; ``merges`` where the study's rules join them."""

    one: int
    other: int
    rule: DuplicateRule
    merges: bool


def links_between(rows: Sequence[PlacedRow], rules: Sequence[Sequence[DuplicateRule]]) -> tuple[Link, ...]:
    """Find rows of one service that are the same place.

    Parameters
    ----------
    rows
        Placed rows that are not excluded, in an order that decides which of two stands for both.
    rules
        By source, the rules that rows are merged by. Rows of two lists are merged where both lists ask for it.

    Returns
    -------
    tuple of Link
        Each row of a group linked to an earlier one at least, not every pair; ``one`` before ``other``.
    """
    found = (*_by_id(rows), *_by_name(rows), *_by_address(rows))
    return tuple(
        Link(one, other, rule, close and all(rule in rules[rows[at].source] for at in (one, other)))
        for one, other, rule, close in sorted(set(found))
    )


def groups_of(count: int, links: Iterable[Link]) -> list[int]:
    """For each of ``count`` rows the first row of its group, whatever chain of merging links leads there.

    Examples
    --------
    >>> groups_of(4, [Link(1, 3, "id", True), Link(0, 3, "name", True), Link(0, 2, "address", False)])
    [0, 0, 2, 0]
    """
    first = list(range(count))

    def find(at: int) -> int:
        while first[at] != at:
            first[at] = first[first[at]]
            at = first[at]
        return at

    for link in links:
        if link.merges:
            low, high = sorted((find(link.one), find(link.other)))
            first[high] = low
    return [find(at) for at in range(count)]


def plain_name(name: str) -> str:
    """A name without width, case, spaces, brackets, marks and what companies put behind it.

    Examples
    --------
    >>> plain_name("阳光 托育（东区）有限公司"), plain_name("阳光托育(东区)")
    ('阳光托育东区', '阳光托育东区')
    """
    said = _without(plain(name), row_words("names")["ignored"])
    ending = next((suffix for suffix in name_suffixes() if said.endswith(suffix)), "")
    return said.removesuffix(ending) or said


@cache
def name_suffixes() -> tuple[str, ...]:
    """What companies put behind their names, as it stands in a plain name."""
    return tuple(_without(suffix, row_words("names")["ignored"]) for suffix in row_words("names")["suffixes"])


def plain_address(address: str) -> str:
    """An address without width, case, spaces and marks; "" where it names no house.

    Examples
    --------
    >>> plain_address("东街 １２号"), plain_address("城关镇")
    ('东街12号', '')
    """
    said = _without(plain(address), row_words("addresses")["ignored"])
    house = row_words("addresses")["house"]
    return said if re.search(rf"\d|[一二三四五六七八九十百](?:{'|'.join(house)})", said) else ""


def _without(text: str, signs: Sequence[str]) -> str:
    return "".join(sign for sign in text if sign not in signs)


def list_of(row: PlacedRow) -> tuple[int, str]:
    """The list that a row's own id counts in: each sheet numbers its rows from 1."""
    return row.source, row.listed.sheet


def distance_m(one: PlacedRow, other: PlacedRow) -> float:
    """Metres between two rows."""
    return float(np.hypot(one.x - other.x, one.y - other.y))


# --- by each rule ------------------------------------------------------------------------------------------------


def _by_id(rows: Sequence[PlacedRow]) -> Iterator[tuple[int, int, DuplicateRule, bool]]:
    """Rows of one id, each by the first row of that id that it may be the same place as."""
    for _, members in _alike(rows, lambda row: row.listed.own_id):
        heads, found = _by_heads(rows, members, ENTRANCES_M)
        if max(Counter(list_of(rows[head]) for head in heads).values()) >= NO_ID:
            heads, found = _by_heads(rows, members, 0.0)
        yield from ((one, other, "id", True) for one, other in found)
        yield from ((heads[0], head, "id", False) for head in heads[1:])


def _by_heads(
    rows: Sequence[PlacedRow], members: Sequence[int], entrances_m: float
) -> tuple[list[int], list[tuple[int, int]]]:
    """The first row of each place among rows of one id, and every other row with the first of its place."""
    heads: list[int] = []
    found: list[tuple[int, int]] = []
    names: dict[tuple[tuple[int, str], str], int] = {}
    for at in members:
        named = list_of(rows[at]), plain_name(rows[at].listed.name)
        near = (head for head in heads[:HEADS] if _borne_out(rows[head], rows[at], entrances_m))
        head = names[named] if named in names else next(near, at)
        names.setdefault(named, head)
        if head == at:
            heads.append(at)
        else:
            found.append((head, at))
    return heads, found


def _borne_out(one: PlacedRow, other: PlacedRow, entrances_m: float) -> bool:
    """Whether two rows of one id are the same place.

    In one list they are entrances of it, unless they are far apart and of two names: then the id was given twice.
    Offices number their lists from 1, so in two lists the name, the spot or the kind of the id must bear it out.
    """
    names = {plain_name(row.listed.name) for row in (one, other)}
    if list_of(one) == list_of(other):
        return len(names - {""}) < 2 or distance_m(one, other) <= entrances_m
    if len(names) == 1 and "" not in names:
        return True
    # One body may run several sites, and the sheets of one file hold different ones.
    code_reach_m = entrances_m if one.source == other.source else math.inf
    is_code = CREDIT_CODE.fullmatch(one.listed.own_id.upper()) is not None
    return distance_m(one, other) <= (code_reach_m if is_code else SAME_NAME_M)


def _by_name(rows: Sequence[PlacedRow]) -> Iterator[tuple[int, int, DuplicateRule, bool]]:
    for name, members in _alike(rows, lambda row: plain_name(row.listed.name), also=""):
        reach_m = SAME_NAME_M if name else SAME_SPOT_M
        for one, other in _near(rows, members, reach_m):
            ids = {rows[at].listed.own_id for at in (one, other)} - {""}
            if name or len(ids) < 2:
                yield one, other, "name", True


def _by_address(rows: Sequence[PlacedRow]) -> Iterator[tuple[int, int, DuplicateRule, bool]]:
    for _, members in _alike(rows, lambda row: plain_address(row.listed.address)):
        for at in members[1:]:
            yield members[0], at, "address", distance_m(rows[members[0]], rows[at]) <= SAME_ADDRESS_M


def _alike(
    rows: Sequence[PlacedRow], said: Callable[[PlacedRow], str], also: str | None = None
) -> Iterator[tuple[str, list[int]]]:
    """Rows of one service that say the same, where they say anything or just ``also``, in order; only several."""
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        text = said(row)
        if text or also is not None:
            members[row.listed.service, text].append(at)
    for (_, text), found in sorted(members.items()):
        if len(found) > 1:
            yield text, found


def _near(rows: Sequence[PlacedRow], members: Sequence[int], reach_m: float) -> Iterator[tuple[int, int]]:
    """Pairs of rows within a distance: rows of one spot by its first row alone, so that many there stay few pairs."""
    spots: dict[tuple[float, float], int] = {}
    for at in members:
        first = spots.setdefault((rows[at].x, rows[at].y), at)
        if first != at:
            yield first, at
    firsts = list(spots.values())
    points = shapely.points(list(spots))
    ones, others = shapely.STRtree(points).query(points, predicate="dwithin", distance=reach_m)
    for one, other in zip(ones.tolist(), others.tolist(), strict=True):
        if one < other:
            yield firsts[one], firsts[other]
