"""The most weight that sites under rules can cover, and the proof of it: MCLP and all that is made of its rows.

Church and ReVelle (1974). First what is settled goes out, and whom another can stand in for; greedy choice and
interchange find a good choice; the dual bounds every choice and rules candidates out or in; what is left goes to HiGHS,
with the good choice to begin with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import bmat, coo_matrix, csr_matrix, identity

from circle15.siting.choice import USUAL, Choice, Effort, near_enough
from circle15.siting.dominated import few_rows, stand_ins, told_of_all
from circle15.siting.dual import dual_bound
from circle15.siting.greedy import gains, greedy_sites, rounded_sites
from circle15.siting.highs import Program, scale_of, solved
from circle15.siting.interchange import improved_sites, interchanged
from circle15.siting.markets import RoomForAll
from circle15.siting.rule_rows import rule_rows
from circle15.siting.rules import possible
from circle15.siting.settled import settled
from circle15.siting.ties import TIE, anything_goes, bests_by, first_of_equals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.dual import DualBound
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules
    from circle15.siting.ties import Bests


# With more pairs the dual's bound stands, and no program is made: it would take more than a gigabyte.
MOST_PAIRS = 3_000_000
# How long an equally good choice of smaller numbers is looked for.
TIE_ROUNDS, TIE_NODES = 300, 200


def most_covered(rows: CoverRows, rules: Rules, effort: Effort = USUAL, known: Numbers | None = None) -> Choice | None:
    """The sites that cover most weight under rules.

    Parameters
    ----------
    rows
        What can be covered.
    rules
        What a choice has to keep to.
    effort
        How hard to try.
    known
        A good choice that keeps to the rules, to begin with; None where there is none.

    Returns
    -------
    Choice or None
        None where it is proven that no choice keeps to the rules, or none was found within the effort. Of choices that
        are proven equally good the one of the smallest numbers, as far as ``effort.ties`` goes.

    Examples
    --------
    Four people by the road, three and two at its ends; two sites that each reach one end and the middle:

    >>> from circle15.siting.rows import cover_rows
    >>> from circle15.siting.rules import only_so_many
    >>> rows = cover_rows(np.array([3.0, 4.0, 2.0]), np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), 2)
    >>> best = most_covered(rows, only_so_many(1, 2))
    >>> best.sites.tolist(), best.value, best.proven
    ([0], 7.0, True)
    """
    found, bests = _best(rows, rules, effort, known=known)
    if found is None or not (found.proven and effort.ties) or effort.out_of_time:
        return found
    least, quick = found.value * (1 - TIE), replace(effort, shakes=0, rounds=TIE_ROUNDS, nodes=TIE_NODES, ties=0)

    def as_good(sites: Numbers) -> bool:
        return rules.kept(sites) and rows.value(sites) >= least

    def best_under(more: Rules) -> Numbers | None:
        narrow = bests.under(more)
        other = _best(rows, narrow, quick, least)[0] if possible(narrow) else None
        return None if other is None else other.sites

    return replace(found, sites=first_of_equals(found.sites, rules, bests.perhaps, as_good, best_under, effort.ties))


def _best(
    rows: CoverRows, rules: Rules, effort: Effort, least: float = 0.0, known: Numbers | None = None
) -> tuple[Choice | None, Bests]:
    """A best choice, and what is known of all of them; any, where none covers ``least``."""
    left = settled(rows, rules)
    if not (len(left.free) and left.rules.sites > 0):
        alone = Choice(left.standing, left.covered, left.covered, 0) if rules.kept(left.standing) else None
        return alone, anything_goes(rules)
    begin = None if known is None else np.flatnonzero(np.isin(left.free, known))
    found, some = _best_left(left.rows, left.rules, effort, least - left.covered, begin)
    bests = some.among(rules, left.free)
    if found is None or not rules.kept(left.whole(found.sites)):
        return None, bests
    whole = Choice(left.whole(found.sites), left.covered + found.value, left.covered + found.bound, found.nodes)
    return whole, bests


def _best_left(
    rows: CoverRows, rules: Rules, effort: Effort, least: float, known: Numbers | None
) -> tuple[Choice | None, Bests]:
    """A best choice of candidates for which no other can stand in, and what is known of all that are as good."""
    every = np.ones(len(rows.row))
    few = few_rows(rows, stand_ins(rows.candidate_start, rows.row, every, rules))
    # All rows and all who are not gone are left, in the same order.
    left = settled(few.rows, replace(rules, forbidden=few.gone))
    begin = None if known is None else np.searchsorted(left.free, np.unique(few.by[known]))
    found, dual = _best_of(left.rows, left.rules, effort, least, begin)
    if found is None:
        return None, anything_goes(rules)
    whole = replace(found, sites=left.free[found.sites])
    if dual is None:
        return whole, anything_goes(rules)
    sold = gains(rows, few.of_each(dual.price, rows.weight))
    of_all = told_of_all(dual, left.free, few.by, sold)
    return whole, bests_by(of_all, found.value)


def _best_of(
    rows: CoverRows, rules: Rules, effort: Effort, least: float, known: Numbers | None
) -> tuple[Choice | None, DualBound | None]:
    starts = [sites for sites in (greedy_sites(rows, rules), known) if sites is not None]
    start = max(starts, key=rows.value, default=None)
    if start is None:
        return _searched(rows, rules, None, effort), None
    start = interchanged(rows, rules, start, effort.left_s)

    def rounded(share: Floats) -> Numbers | None:
        sites = rounded_sites(rows, rules, share)
        return None if sites is None else interchanged(rows, rules, sites, effort.left_s)

    market, value = RoomForAll(rows), max(rows.value(start), least)
    dual = dual_bound(market, rules, value, effort.gap, effort.rounds, effort.left_s, rounded)
    start = max((each for each in (start, dual.best, rounded(dual.share)) if each is not None), key=rows.value)
    bound = max(min(dual.bound, float(np.sum(rows.weight))), rows.value(start))
    if not near_enough(rows.value(start), bound, effort):
        start = improved_sites(rows, rules, start, effort.shakes, effort.left_s)
    value = rows.value(start)
    bound = max(bound, value)
    if near_enough(value, bound, effort) or bound < least:
        return Choice(start, value, bound, 0), dual
    return _among_open(rows, rules, start, dual, bound, effort, least), dual


def _among_open(
    rows: CoverRows, rules: Rules, start: Numbers, dual: DualBound, bound: float, effort: Effort, least: float
) -> Choice:
    """Look for a better choice among the candidates that a better one may have.

    A candidate is out where no choice with it covers as much as the known one, and stands where none without it does;
    so the known choice stays among those left, unless it covers less than ``least``.
    """
    value = rows.value(start)
    out, within = dual.if_in < max(value, least), dual.if_out < max(value, least)
    if (out & within).any() or not possible(narrow := replace(rules, forbidden=out, must=within)):
        return Choice(start, value, max(value, least), 0)
    left = settled(rows, narrow)
    if not (len(left.free) and left.rules.sites > 0):
        sites = max((start, left.standing), key=lambda each: rows.value(each) if rules.kept(each) else -1.0)
        return Choice(sites, rows.value(sites), max(rows.value(sites), least), 0)
    if len(left.rows.candidate) > MOST_PAIRS or effort.out_of_time:
        return Choice(start, value, bound, 0)
    begin = np.flatnonzero(np.isin(left.free, start))
    known = begin if not out[start].any() and np.isin(left.standing, start).all() else None
    found = _searched(left.rows, left.rules, known, effort)
    if found is None:
        return Choice(start, value, bound, 0)
    sites = max((start, left.whole(found.sites)), key=lambda each: rows.value(each) if rules.kept(each) else -1.0)
    value = rows.value(sites)
    return Choice(sites, value, max(min(bound, left.covered + found.bound), value), found.nodes)


def _searched(rows: CoverRows, rules: Rules, start: Numbers | None, effort: Effort) -> Choice | None:
    """By HiGHS: rows are covered in whole or part, sites stand or do not."""
    scale = scale_of(rows.weight)
    begin = None if start is None else _as_start(rows, start)
    answer = solved(_program(rows, rules, scale), begin, effort.gap, effort.nodes, effort.left_s())
    if answer.x is None:
        return None
    sites = np.flatnonzero(answer.x[: rows.candidates] > 0.5)
    return Choice(sites, rows.value(sites), -answer.bound / scale, answer.nodes)


def _program(rows: CoverRows, rules: Rules, scale: float) -> Program:
    """Candidates first, then rows: ``covered_i - sum of its candidates <= 0``."""
    count, sites = len(rows.weight), rows.candidates
    row = np.repeat(np.arange(count), np.diff(rows.row_start))
    by_sites = coo_matrix((np.full(len(row), -1.0), (row, rows.candidate)), shape=(count, sites))
    limits, low, high = rule_rows(rules)
    return Program(
        cost=np.concatenate([np.zeros(sites), -scale * rows.weight]),
        low=np.zeros(sites + count),
        high=np.ones(sites + count),
        whole=np.arange(sites + count) < sites,
        rows=csr_matrix(bmat([[by_sites, identity(count)], [limits, None]])),
        row_low=np.concatenate([np.full(count, -np.inf), low]),
        row_high=np.concatenate([np.zeros(count), high]),
    )


def _as_start(rows: CoverRows, chosen: Numbers) -> NDArray[np.float64]:
    stands = np.zeros(rows.candidates)
    stands[chosen] = 1.0
    return np.concatenate([stands, rows.covered(chosen).astype(np.float64)])
