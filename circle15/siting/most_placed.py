"""The most people who find a place at sites that hold so many: capacitated MCLP (Current and Storbeck 1988).

People go where there is a place within reach, as many as possible (a maximum flow). Greedy choice and interchange find
a good choice; the dual bounds all choices and rules candidates out or in; HiGHS closes what is left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import bmat, coo_matrix, csr_matrix, vstack

from circle15.siting.choice import USUAL, Choice, Effort, near_enough
from circle15.siting.dominated import few_rows, stand_ins, told_of_all
from circle15.siting.dual import dual_bound
from circle15.siting.flow import placed
from circle15.siting.greedy import addable, beginnings, debts, gains, half_standing
from circle15.siting.highs import Program, scale_of, solved
from circle15.siting.markets import SoManyPlaces
from circle15.siting.rows import cover_rows
from circle15.siting.rule_rows import rule_rows
from circle15.siting.rules import per_cost, possible
from circle15.siting.sellers import most_sold
from circle15.siting.settled import left_rules
from circle15.siting.ties import TIE, anything_goes, bests_by, first_of_equals, without_idle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.dominated import FewRows
    from circle15.siting.dual import DualBound
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules
    from circle15.siting.ties import Bests


# How long an equally good choice of smaller numbers is looked for.
TIE_ROUNDS, TIE_NODES = 100, 200
# Of the candidates that could take a site's place, so many are tried; and so many times is every site gone through.
TRIED, PASSES = 3, 5
# With more pairs of open candidates the dual's bound stands: a program of flows that large takes minutes to relax.
MOST_PAIRS = 20_000
# In a larger problem the candidates of which the relaxation has so much are looked through first, for a good choice.
FEW_PAIRS, LEAST_SHARE, NARROW_NODES = 2_000, 0.01, 200


def most_placed(rows: CoverRows, capacity: Floats, rules: Rules, effort: Effort = USUAL) -> Choice | None:
    """The sites at which most people find a place.

    Parameters
    ----------
    rows
        People, and the candidates in reach of them.
    capacity
        (candidates,): places, 0 or more; ``inf`` holds everyone. Those of sites that must stand are there as well.
    rules
        What a choice has to keep to.
    effort
        How hard to try.

    Returns
    -------
    Choice or None
        ``value`` in people; as for ``most_covered``.

    Examples
    --------
    Six people between two sites and one beyond the first; it has room for five, the second for six:

    >>> from circle15.siting.rows import cover_rows
    >>> from circle15.siting.rules import only_so_many
    >>> rows = cover_rows(np.array([6.0, 1.0]), np.array([0, 0, 1]), np.array([0, 1, 0]), 2)
    >>> best = most_placed(rows, np.array([5.0, 6.0]), only_so_many(1, 2))
    >>> best.sites.tolist(), best.value, best.proven
    ([1], 6.0, True)
    """
    capacity = np.minimum(capacity, gains(rows, rows.weight))
    found, bests = _best(rows, capacity, rules, effort)
    if found is None:
        return found
    least, quick = found.value * (1 - TIE), replace(effort, rounds=TIE_ROUNDS, nodes=TIE_NODES, ties=0)

    def as_good(sites: Numbers) -> bool:
        return rules.kept(sites) and placed(rows, capacity, sites).persons >= least

    def best_under(more: Rules) -> Numbers | None:
        other = _best(rows, capacity, bests.under(more), quick)[0]
        return None if other is None else other.sites

    few = _without_dominated(rows, capacity, rules).rows
    if not (found.proven and effort.ties) or len(few.candidate) > MOST_PAIRS or effort.out_of_time:
        return replace(found, sites=without_idle(found.sites, rules, as_good))
    return replace(found, sites=first_of_equals(found.sites, rules, bests.perhaps, as_good, best_under, effort.ties))


def _best(rows: CoverRows, capacity: Floats, rules: Rules, effort: Effort) -> tuple[Choice | None, Bests]:
    """A best choice of candidates for which no other can stand in, and what is known of all that are as good."""
    if not possible(rules):
        return None, anything_goes(rules)
    few = _without_dominated(rows, capacity, rules)
    fewer = replace(rules, forbidden=rules.forbidden | few.gone)
    found, dual = _best_of(few.rows, capacity, fewer, effort)
    if found is None or dual is None:
        return found, anything_goes(rules)
    _, free, standing = left_rules(rules)
    sold, _ = SoManyPlaces(rows, capacity, free, standing).sales(few.of_each(dual.price, rows.weight))
    place = np.searchsorted(free, few.by[free])
    of_all = told_of_all(dual, np.flatnonzero(~few.gone[free]), place, sold)
    return found, bests_by(of_all, found.value).among(rules, free)


def _without_dominated(rows: CoverRows, capacity: Floats, rules: Rules) -> FewRows:
    """The rows of candidates for which none with room for all in reach can stand in."""
    room = capacity >= gains(rows, rows.weight)
    return few_rows(rows, stand_ins(rows.candidate_start, rows.row, np.ones(len(rows.row)), rules, room))


def _best_of(rows: CoverRows, capacity: Floats, rules: Rules, effort: Effort) -> tuple[Choice | None, DualBound | None]:
    start = greedily_placed(rows, capacity, rules)
    if start is None:
        return _searched(rows, capacity, rules, None, effort), None
    left, free, standing = left_rules(rules)
    value = placed(rows, capacity, start).persons
    most = _most_by_places(rows, capacity, left, free, standing)
    if near_enough(value, most, effort):
        return Choice(start, value, max(most, value), 0), None
    market = SoManyPlaces(rows, capacity, free, standing)
    dual = dual_bound(market, left, value, effort.gap, effort.rounds, effort.left_s)
    share = np.zeros(rows.candidates)
    share[free] = dual.share
    others = [None if dual.best is None else np.sort(np.concatenate([standing, free[dual.best]]))]
    others.append(_rounded(rows, capacity, rules, share))
    start, value = _better(rows, capacity, rules, start, value, others)
    if not near_enough(value, min(dual.bound, most), effort):
        start, value = _better(
            rows, capacity, rules, start, value, [_narrow(rows, capacity, rules, start, share, effort)]
        )
    bound = max(min(dual.bound, most), value)
    if near_enough(value, bound, effort):
        return Choice(start, value, bound, 0), dual
    out, within = rules.forbidden.copy(), rules.must.copy()
    out[free], within[free] = dual.if_in < value, dual.if_out < value
    narrow = replace(rules, forbidden=rules.forbidden | out, must=within)
    return _closed(rows, capacity, narrow, start, bound, effort), dual


def _narrow(
    rows: CoverRows, capacity: Floats, rules: Rules, start: Numbers, share: Floats, effort: Effort
) -> Numbers | None:
    """The best choice among the few candidates of which the linear relaxation has any; None in a small problem."""
    if len(rows.candidate) <= FEW_PAIRS:
        return None
    some = share >= LEAST_SHARE
    some[start] = True
    few = replace(rules, forbidden=rules.forbidden | ~some)
    found = _searched(rows, capacity, few, start, replace(effort, nodes=min(effort.nodes, NARROW_NODES)))
    return None if found is None else found.sites


def _rounded(rows: CoverRows, capacity: Floats, rules: Rules, share: Floats) -> Numbers | None:
    """A choice near the linear relaxation."""
    chosen = np.flatnonzero(_filled_up(rows, capacity, rules, half_standing(rules, share)))
    return chosen if rules.kept(chosen) else None


def _better(
    rows: CoverRows,
    capacity: Floats,
    rules: Rules,
    start: Numbers,
    value: float,
    others: Sequence[Numbers | None],
) -> tuple[Numbers, float]:
    """The best of a choice and of others, the best of which is improved where it is better; and its people."""
    found = [(placed(rows, capacity, sites).persons, sites) for sites in others if sites is not None]
    best, sites = max(found, key=lambda each: each[0], default=(-1.0, start))
    if best <= value * (1 + TIE):
        return start, value
    improved = interchanged(rows, capacity, rules, sites)
    return improved, placed(rows, capacity, improved).persons


def _most_by_places(rows: CoverRows, capacity: Floats, left: Rules, free: Numbers, standing: Numbers) -> float:
    """A bound where places are short: who finds one at the sites that stand, and all places of the largest others."""
    filled = placed(rows, capacity, standing).persons + most_sold(capacity[free], left)
    return min(filled, float(np.sum(rows.weight))) * (1 + TIE)


def _closed(rows: CoverRows, capacity: Floats, rules: Rules, start: Numbers, bound: float, effort: Effort) -> Choice:
    """What a search among the candidates that are left finds, or the start with the bound there is."""
    known = placed(rows, capacity, start).persons
    found = _searched(rows, capacity, rules, start, effort)
    if found is None:
        return Choice(start, known, bound, 0)
    better = rules.kept(found.sites) and found.value > known
    sites, value = (found.sites, found.value) if better else (start, known)
    return Choice(sites, value, max(min(bound, found.bound), value), found.nodes)


def greedily_placed(rows: CoverRows, capacity: Floats, rules: Rules) -> Numbers | None:
    """Sites chosen one after another by how many of those without a place they take, then improved by interchange.

    None where the rules leave no next step before the floors are met.
    """
    for begin in beginnings(rules):
        chosen = np.flatnonzero(_filled_up(rows, capacity, rules, begin.copy()))
        if rules.kept(chosen):
            return interchanged(rows, capacity, rules, chosen)
    return None


def _filled_up(rows: CoverRows, capacity: Floats, rules: Rules, stands: Flags) -> Flags:
    while stands.sum() < rules.sites:
        taken = _would_take(rows, capacity, stands)
        free = addable(rules, stands)
        best = int(np.argmax(np.where(free, per_cost(taken, rules.cost) if rules.priced else taken, -1.0)))
        if not free[best] or (taken[best] <= 0 and not debts(rules, stands)):
            break
        stands[best] = True
    return stands


def _would_take(rows: CoverRows, capacity: Floats, stands: Flags) -> Floats:
    """How many of those who are without a place each candidate takes, at the least."""
    left = rows.weight - placed(rows, capacity, np.flatnonzero(stands)).of_row
    return np.minimum(gains(rows, np.maximum(left, 0.0)), capacity)


def interchanged(rows: CoverRows, capacity: Floats, rules: Rules, chosen: Numbers) -> Numbers:
    """A choice in which no site is better replaced by one of the few that look best in its stead."""
    best, value = chosen, placed(rows, capacity, chosen).persons
    for _ in range(PASSES):
        before = value
        for out in best[~rules.must[best]].tolist():
            for other in _replacements(rows, capacity, rules, best, out):
                persons = placed(rows, capacity, other).persons
                if persons > value * (1 + TIE) and rules.kept(other):
                    best, value = other, persons
                    break
        if value == before:
            break
    return best


def _replacements(rows: CoverRows, capacity: Floats, rules: Rules, chosen: Numbers, out: int) -> list[Numbers]:
    stands = np.zeros(rows.candidates, dtype=np.bool_)
    stands[chosen] = True
    stands[out] = False
    taken = np.where(addable(rules, stands), _would_take(rows, capacity, stands), -1.0)
    taken[out] = -1.0
    order = np.argsort(-taken, kind="stable")[:TRIED]
    return [np.sort(np.append(np.flatnonzero(stands), site)) for site in order.tolist() if taken[site] > 0]


def _searched(rows: CoverRows, capacity: Floats, rules: Rules, start: Numbers | None, effort: Effort) -> Choice | None:
    """By HiGHS: sites stand or do not, people flow along pairs."""
    rows = _open_rows(rows, rules)
    if len(rows.candidate) > MOST_PAIRS or effort.out_of_time:
        return None
    scale = scale_of(rows.weight)
    begin = None if start is None else _as_start(rows, capacity, start)
    answer = solved(_program(rows, capacity, rules, scale), begin, effort.gap, effort.nodes, effort.left_s())
    if answer.x is None:
        return None
    sites = np.flatnonzero(answer.x[: rows.candidates] > 0.5)
    if not rules.kept(sites):
        return None
    return Choice(sites, placed(rows, capacity, sites).persons, -answer.bound / scale, answer.nodes)


def _open_rows(rows: CoverRows, rules: Rules) -> CoverRows:
    """The rows of the candidates that are not out; those that only the others told apart are one."""
    row = np.repeat(np.arange(len(rows.weight)), np.diff(rows.row_start))
    kept = ~rules.forbidden[rows.candidate]
    return cover_rows(rows.weight, row[kept], rows.candidate[kept], rows.candidates)


def _program(rows: CoverRows, capacity: Floats, rules: Rules, scale: float) -> Program:
    """Candidates first, then people per pair: no more than the row has, the site holds, and where it stands."""
    sites, count = rows.candidates, len(rows.weight)
    row = np.repeat(np.arange(count), np.diff(rows.row_start))
    site, pairs = rows.candidate, len(row)
    every, ones = np.arange(pairs), np.ones(pairs)
    of_row = coo_matrix((ones, (row, every)), shape=(count, pairs))
    at_site = coo_matrix((ones, (site, every)), shape=(sites, pairs))
    places = coo_matrix((-capacity, (np.arange(sites), np.arange(sites))), shape=(sites, sites))
    most = np.minimum(rows.weight[row], capacity[site])
    where_it_stands = coo_matrix((-most, (every, site)), shape=(pairs, sites))
    identity = coo_matrix((ones, (every, every)), shape=(pairs, pairs))
    limits, low, high = rule_rows(rules)
    without = csr_matrix((limits.shape[0], pairs))
    blocks = bmat([[None, of_row], [places, at_site], [where_it_stands, identity], [limits, without]])
    return Program(
        cost=np.concatenate([np.zeros(sites), np.full(pairs, -scale)]),
        low=np.concatenate([rules.must.astype(np.float64), np.zeros(pairs)]),
        high=np.concatenate([(~rules.forbidden).astype(np.float64), most]),
        whole=np.arange(sites + pairs) < sites,
        rows=csr_matrix(vstack([blocks])),
        row_low=np.concatenate([np.full(count + sites + pairs, -np.inf), low]),
        row_high=np.concatenate([rows.weight, np.zeros(sites + pairs), high]),
    )


def _as_start(rows: CoverRows, capacity: Floats, chosen: Numbers) -> Floats:
    """Which sites stand, and who goes where."""
    stands = np.zeros(rows.candidates)
    stands[chosen] = 1.0
    return np.concatenate([stands, placed(rows, capacity, chosen).of_pair])
