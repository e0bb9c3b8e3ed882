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

if TYPE_CHECKING:
    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.dual import DualBound
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules

# The place of those that may stand in for others anywhere.
ANYWHERE = -1


@dataclass(frozen=True, eq=False)
class FewRows:
    """Rows to cover by those candidates alone for which no other can stand in; the numbers of candidates stay.

    Attributes
    ----------
    rows
        Those that only candidates which are gone told apart are one.
    by
        (candidates,): who stands in for each; itself for those that are left.
    part_of
        (rows before,): the row here that each is part of.
    """

    rows: CoverRows
    by: Numbers
    part_of: Numbers

    @property
    def gone(self) -> Flags:
        """(candidates,): for which another stands in."""
        gone: Flags = self.by != np.arange(len(self.by))
        return gone

    def of_each(self, price: Floats, weight: Floats) -> Floats:
        """Prices of the rows here as prices of the rows before, by their share of the ``weight`` (rows before,)."""
        shared: Floats = np.minimum(price[self.part_of] * (weight / self.rows.weight[self.part_of]), weight)
        return shared


def few_rows(rows: CoverRows, by: Numbers) -> FewRows:
    """Leave out candidates for which another stands in.

    Examples
    --------
    The first reaches what the second does, and more:

    >>> from circle15.siting.rows import cover_rows
    >>> rows = cover_rows(np.array([3.0, 4.0, 5.0]), np.array([0, 1, 1, 2]), np.array([0, 0, 1, 2]), 3)
    >>> few = few_rows(rows, np.array([0, 0, 2]))
    >>> few.rows.weight.tolist(), few.of_each(np.array([3.5, 1.0]), rows.weight).tolist()
    ([7.0, 5.0], [1.5, 2.0, 1.0])
    """
    row = np.repeat(np.arange(len(rows.weight)), np.diff(rows.row_start))
    kept = by[rows.candidate] == rows.candidate
    merged, part_of = merged_rows(rows.weight, row[kept], rows.candidate[kept], rows.candidates)
    return FewRows(merged, by, part_of)


def told_of_all(dual: DualBound, left: Numbers, by: Numbers, sold: Floats) -> DualBound:
    """What a bound over the candidates that are left tells of all choices but those that fewer sites equal.

    Let those stand in for all that are gone in a choice but for one of them. Where its own stand-in is among these, the
    choice is as good without the one, by fewer sites. Otherwise it sells less than with the stand-in by as much as the
    one does. And without a candidate that stands in, one that is gone may stand.

    Parameters
    ----------
    dual, left
        The bound, and the numbers of the candidates that it is of.
    by, sold
        (candidates,): who stands in for each, and what each sells at the bound's prices.
    """
    if_in, if_out = np.full(len(by), -np.inf), np.full(len(by), dual.bound)
    if_in[left], if_out[left] = dual.if_in, dual.if_out
    gone = np.flatnonzero(by != np.arange(len(by)))
    if_in[gone] = if_in[by[gone]] - (sold[by[gone]] - sold[gone])
    np.maximum.at(if_out, by[gone], if_in[gone])
    return replace(dual, if_in=if_in, if_out=if_out)


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
        read_only(start),
        read_only(row),
        read_only(gain),
        read_only(row_start),
        read_only(of_row),
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
    return int(fewest)


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
