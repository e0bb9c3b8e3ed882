"""A good choice of sites, one after another: each time the one that gains most (Church and ReVelle 1974)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import FILL_METRES, INT, READ_METRES, READ_ROWS, compiled, read_only
from circle15.siting.rules import per_cost

if TYPE_CHECKING:
    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules


HALF = 0.5


def greedy_sites(rows: CoverRows, rules: Rules) -> Numbers | None:
    """Sites chosen greedily, ascending; None where the rules leave no next step before the floors are met.

    Most weight per step; with a budget also most weight per cost, and of the two choices the better one. Equal gains go
    to the smaller number.
    """
    pers = [np.ones(rules.candidates), rules.cost] if rules.priced else [np.ones(rules.candidates)]
    tried = [completed(rows, rules, begin, per) for begin in beginnings(rules) for per in pers]
    return max((choice for choice in tried if choice is not None), key=rows.value, default=None)


def beginnings(rules: Rules) -> list[Flags]:
    """What stands to begin with: what is there, as if nothing closed; and only what must."""
    if not len(rules.closing):
        return [rules.must]
    as_it_is = rules.must.copy()
    as_it_is[rules.closing] = ~rules.forbidden[rules.closing]
    return [as_it_is, rules.must]


def completed(rows: CoverRows, rules: Rules, stands: Flags, per: Floats) -> Numbers | None:
    """Sites that stand, and those added greedily by weight per ``per`` (candidates,); None where floors stay unmet."""
    stands = stands.copy()
    left = np.where(rows.covered(np.flatnonzero(stands)), 0.0, rows.weight)
    while stands.sum() < rules.sites:
        free, gain = addable(rules, stands), gains(rows, left)
        best = int(np.argmax(np.where(free, per_cost(gain, per), -1.0)))
        if not free[best] or (gain[best] <= 0 and not debts(rules, stands)):
            break
        stands[best] = True
        left[rows.row[rows.candidate_start[best] : rows.candidate_start[best + 1]]] = 0.0
    chosen = np.flatnonzero(stands)
    return chosen if rules.kept(chosen) else None


def rounded_sites(rows: CoverRows, rules: Rules, share: Floats) -> Numbers | None:
    """The candidates of which at least half stands in a relaxation, as far as the rules allow, and others greedily.

    Parameters
    ----------
    rows, rules
        What is covered, and what a choice keeps to.
    share
        (candidates,): how much of each stands.
    """
    per = rules.cost if rules.priced else np.ones(rules.candidates)
    return completed(rows, rules, half_standing(rules, share), per)


def half_standing(rules: Rules, share: Floats) -> Flags:
    """The candidates of which at least half stands in a relaxation, most first, as far as the rules allow."""
    stands = rules.must.copy()
    for site in np.argsort(-share, kind="stable").tolist():
        if share[site] < HALF or stands.sum() >= rules.sites:
            break
        stands[site] |= addable(rules, stands)[site]
    return stands


def gains(rows: CoverRows, left: Floats) -> Floats:
    """Weight of ``left`` (rows,) that each candidate would cover, (candidates,)."""
    gain = np.zeros(rows.candidates)
    fill_sums(read_only(left), read_only(rows.candidate_start), read_only(rows.row), gain)
    return gain


@compiled(INT, READ_METRES, READ_ROWS, READ_ROWS, FILL_METRES)
def fill_sums(of: Floats, start: Numbers, row: Numbers, sums: Floats) -> int:
    """Add up the rows of each candidate; gives how many candidates there are."""
    for site in range(len(start) - 1):
        total = 0.0
        for at in range(start[site], start[site + 1]):
            total += of[row[at]]
        sums[site] = total
    return len(start) - 1


def addable(rules: Rules, stands: Flags) -> Flags:
    """Which candidates may stand beside those that do, so that the floors of all towns can still be met."""
    per_town = np.bincount(rules.town[stands], minlength=len(rules.floor))
    may = ~stands & ~rules.forbidden & (per_town < rules.cap)[rules.town]
    may &= rules.cost <= rules.budget - float(np.sum(rules.cost[stands])) if rules.priced else True
    if len(rules.new) and stands[rules.new].sum() >= rules.most_new:
        may[rules.new] = False
    may[rules.needs[~stands[rules.needs[:, 1]], 0]] = False
    for lacking, settling in debts(rules, stands):
        if rules.sites - int(stands.sum()) <= lacking:
            may &= settling
    return may & ~_beside(rules, stands)


def debts(rules: Rules, stands: Flags) -> list[tuple[int, Flags]]:
    """How many sites lack to the floors of towns, or of those that stay, and (candidates,) which would settle it."""
    lacking = np.maximum(rules.floor - np.bincount(rules.town[stands], minlength=len(rules.floor)), 0)
    found = [(int(lacking.sum()), (lacking > 0)[rules.town])] if lacking.any() else []
    gone = rules.least_staying - int(stands[rules.closing].sum())
    if gone > 0:
        found.append((gone, np.isin(np.arange(rules.candidates), rules.closing)))
    return found


def _beside(rules: Rules, stands: Flags) -> Flags:
    """Which candidates are too near to one that stands."""
    near = np.zeros(rules.candidates, dtype=np.bool_)
    one, other = rules.apart.T
    near[one[stands[other]]] = True
    near[other[stands[one]]] = True
    return near
