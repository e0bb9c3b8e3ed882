"""Candidates that another can stand in for: it does at least as well in every row, and the rules ask nothing of it.

Where such a one stands in a choice, the other can stand instead, or be there already, and the choice is no worse
(Toregas and ReVelle 1972, for covering). So one of the best choices is without it, though perhaps not the first of
equals: ties are looked for among all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import FILL_ROWS, INT, READ_METRES, READ_ROWS, compiled, read_only
from circle15.siting.rows import merged_rows
from circle15.siting.settled import left_rules

if TYPE_CHECKING:
    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules

# The place of those that may stand in for others anywhere.
ANYWHERE = -1


@dataclass(frozen=True, eq=False)
class FewCandidates:
    """Rows to cover by those candidates alone for which no other can stand in.

    Attributes
    ----------
    rows, rules
        Of the candidates that are left.
    free
        The numbers that they had, ascending.
    by
        (candidates before,): who stands in for each, by these numbers; itself for those that are left.
    row
        (rows before,): the row here that each is part of.
    """

    rows: CoverRows
    rules: Rules
    free: Numbers
    by: Numbers
    row: Numbers

    def instead_of(self, chosen: Numbers) -> Numbers:
        """A choice that is no worse, of those that are left, by their numbers here, ascending."""
        return np.searchsorted(self.free, np.unique(self.by[chosen]))

    def of_each(self, price: Floats, weight: Floats) -> Floats:
        """Prices of the rows here as prices of the rows before, whose weight is given."""
        return shared_price(price, self.rows.weight, self.row, weight)


def shared_price(price: Floats, whole: Floats, part_of: Numbers, weight: Floats) -> Floats:
    """The prices of rows of ``whole`` weight as prices of their parts, by the share of each, (parts,).

    Examples
    --------
    >>> price, whole = np.array([6.0, 1.0]), np.array([12.0, 5.0])
    >>> shared_price(price, whole, np.array([0, 1, 0]), np.array([4.0, 5.0, 8.0])).tolist()
    [2.0, 1.0, 4.0]
    """
    shared: Floats = np.minimum(price[part_of] * (weight / whole[part_of]), weight)
    return shared


def few_candidates(rows: CoverRows, rules: Rules) -> FewCandidates:
    """Leave out candidates that another can stand in for; rows that only they told apart are one.

    Parameters
    ----------
    rows, rules
        Of candidates that neither must nor must not stand.

    Examples
    --------
    The first reaches what the second does, and more:

    >>> from circle15.siting.rows import cover_rows
    >>> from circle15.siting.rules import only_so_many
    >>> rows = cover_rows(np.array([3.0, 4.0, 5.0]), np.array([0, 1, 1, 2]), np.array([0, 0, 1, 2]), 3)
    >>> few = few_candidates(rows, only_so_many(1, 3))
    >>> few.free.tolist(), few.rows.weight.tolist(), few.instead_of(np.array([1])).tolist()
    ([0, 2], [7.0, 5.0], [0])
    """
    by = stand_ins(rows.candidate_start, rows.row, np.ones(len(rows.row)), rules)
    left, free, _ = left_rules(replace(rules, forbidden=rules.forbidden | (by != np.arange(len(by)))))
    number = np.full(rows.candidates, -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    row = np.repeat(np.arange(len(rows.weight)), np.diff(rows.row_start))
    kept = number[rows.candidate] >= 0
    merged, part_of = merged_rows(rows.weight, row[kept], number[rows.candidate[kept]], len(free))
    return FewCandidates(merged, left, free, by, part_of)


def stand_ins(start: Numbers, row: Numbers, gain: Floats, rules: Rules, able: Flags | None = None) -> Numbers:
    """Who can stand in for each candidate, (candidates,): itself where nobody can.

    Parameters
    ----------
    start, row, gain
        What each candidate offers: candidate j gives ``gain[start[j]:start[j + 1]]`` to the rows
        ``row[start[j]:start[j + 1]]``, ascending.
    rules
        Who stands in costs no more, and there is room for it wherever there is room for the other.
    able
        (candidates,): whether it gives each row what it offers, whoever else stands; all where not given.

    Examples
    --------
    The second offers no row more than the third, the first one row more than any:

    >>> from circle15.siting.rules import only_so_many
    >>> row, gain = np.array([0, 0, 1, 0, 1]), np.array([5.0, 2.0, 1.0, 2.0, 3.0])
    >>> stand_ins(np.array([0, 1, 3, 5]), row, gain, only_so_many(2, 3)).tolist()
    [0, 2, 2]
    """
    by_row = np.argsort(row, kind="stable")
    of_row = np.repeat(np.arange(len(start) - 1), np.diff(start))[by_row]
    row_start = np.searchsorted(row[by_row], np.arange(int(row.max(initial=-1)) + 2))
    leaving, place, standing = _asked_of(rules)
    by = np.arange(len(start) - 1)
    _fill_stand_ins(
        *(read_only(each) for each in (start, row, gain, row_start, of_row)),
        read_only(rules.cost if rules.priced else np.zeros(len(by))),
        read_only(place),
        read_only(leaving.astype(np.int64)),
        read_only((standing if able is None else standing & able).astype(np.int64)),
        by,
    )
    while (by[by] != by).any():
        by = by[by]
    return by


def _asked_of(rules: Rules) -> tuple[Flags, Numbers, Flags]:
    """Of the candidates: who may be missing, where each counts, and who may stand in for others.

    Sites that are there are nobody's stand-ins, nor are those too near to others, or needed to grow; and whom a town's
    floor counts, or who must stand, is not missing.
    """
    alone = ~(rules.must | rules.forbidden)
    alone[rules.closing] = False
    alone[rules.needs.ravel()] = False
    standing = alone.copy()
    standing[rules.apart.ravel()] = False
    place = np.where(rules.cap[rules.town] < rules.sites, rules.town, ANYWHERE)
    return alone & (rules.floor[rules.town] <= 0), place, standing


@compiled(INT, INT, INT, READ_ROWS, READ_ROWS)
def _shortest(begin: int, end: int, row: Numbers, row_start: Numbers) -> int:
    """The row with the fewest candidates of those of one candidate."""
    fewest = row[begin]
    for own in row[begin:end]:
        if row_start[own + 1] - row_start[own] < row_start[fewest + 1] - row_start[fewest]:
            fewest = own
    return fewest


@compiled(INT, INT, INT, READ_ROWS, READ_ROWS, READ_METRES)
def _offers_all(one: int, other: int, start: Numbers, row: Numbers, gain: Floats) -> int:
    """1 where the other candidate offers each row of the one at least as much."""
    at, theirs = start[one], start[other]
    while at < start[one + 1] and start[other + 1] - theirs >= start[one + 1] - at:
        if row[theirs] == row[at]:
            if gain[theirs] < gain[at]:
                return 0
            at += 1
        elif row[theirs] > row[at]:
            return 0
        theirs += 1
    return 1 if at == start[one + 1] else 0


@compiled(
    INT,
    READ_ROWS,
    READ_ROWS,
    READ_METRES,
    READ_ROWS,
    READ_ROWS,
    READ_METRES,
    READ_ROWS,
    READ_ROWS,
    READ_ROWS,
    FILL_ROWS,
)
def _fill_stand_ins(
    start: Numbers,
    row: Numbers,
    gain: Floats,
    row_start: Numbers,
    of_row: Numbers,
    cost: Floats,
    place: Numbers,
    leaving: Numbers,
    standing: Numbers,
    by: Numbers,
) -> int:
    """Of equals the smaller number stands in: the larger ones are asked first, and who has one is nobody's."""
    found = 0
    for one in range(len(start) - 2, -1, -1):
        if leaving[one] == 0 or start[one] == start[one + 1]:
            continue
        # Who stands in is in each of its rows: among the candidates of the shortest they are sought.
        fewest = _shortest(start[one], start[one + 1], row, row_start)
        for at in range(row_start[fewest], row_start[fewest + 1]):
            other = of_row[at]
            may = other != one and by[other] == other and standing[other] != 0 and cost[other] <= cost[one]
            fits = place[other] == ANYWHERE or place[other] == place[one]
            if may and fits and _offers_all(one, other, start, row, gain) == 1:
                by[one] = other
                found += 1
                break
    return found
