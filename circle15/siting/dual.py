"""An upper bound of what any choice of sites covers, by Lagrangian relaxation, and which sites it rules out.

Each row's cover is bought at a price between 0 and its weight. At any prices no choice covers more than: all weight
less the prices, and the prices of the rows of the sites that sell most. The least such bound equals that of the linear
relaxation (Galvao and ReVelle 1996; Geoffrion 1974), and is found by moving prices against the excess of cover, with
memory of earlier moves (Camerini, Fratta and Maffioli 1975). Every bound met on the way holds; sums are rounded up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import FILL_METRES, READ_METRES, READ_ROWS, compiled, read_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

FIRST_STEP, LEAST_STEP, SHORTER, MEMORY = 1.0, 1e-3, 0.7, 0.7
PATIENCE = 20
LEAST_PROGRESS = 1e-5
# Room for the rounding of sums of floats, as a part of the bound.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class DualBound:
    """A bound and what it tells.

    Attributes
    ----------
    bound
        No choice that keeps to the rules covers more.
    if_in, if_out
        (candidates,): no choice with this candidate, or without it, covers more.
    best
        The best choice met on the way, ascending; None where none kept to the rules.
    """

    bound: float
    if_in: Floats
    if_out: Floats
    best: Numbers | None


def dual_bound(rows: CoverRows, rules: Rules, reached: float, gap: float, rounds: int) -> DualBound:
    """Bound what any choice covers.

    Parameters
    ----------
    rows, rules
        Without sites that must or must not stand.
    reached
        What a known choice covers, which sets the length of steps.
    gap
        Good enough: the bound less what is reached, as a part of the bound.
    rounds
        The most rounds.
    """
    weight = rows.weight
    price, memory = weight / 2.0, np.zeros(len(weight))
    bound, kept, sold_at = np.inf, price, np.zeros(rules.candidates)
    best: Numbers | None = None
    step, idle = FIRST_STEP, 0
    for _ in range(rounds):
        sold = sales(rows, price)
        selling = best_sellers(sold, rules)
        times = times_covered(rows, selling)
        found = (float(np.sum(sold[selling])) if not rules.priced else _knapsack(sold, rules)) + float(
            np.sum(weight - price)
        )
        reached, best = _better(rows, rules, selling, times, reached, best)
        idle = 0 if found < bound - LEAST_PROGRESS * abs(bound) else idle + 1
        if found < bound:
            bound, kept, sold_at = found, price, sold
        if bound - reached <= max(gap, ROUNDING) * bound or step < LEAST_STEP:
            break
        if idle > PATIENCE:
            step, idle, price, memory = step * SHORTER, 0, kept, np.zeros(len(weight))
            continue
        memory = _direction(price, weight, times, memory)
        norm = float(np.sum(memory * memory))
        if norm == 0.0:
            break
        price = np.clip(price - step * (found - reached) / norm * memory, 0.0, weight)
    rounded = bound * (1 + ROUNDING)
    return DualBound(rounded, *_conditional(sold_at, rules, rounded), best)


def sales(rows: CoverRows, price: Floats) -> Floats:
    """What the rows of each candidate fetch, (candidates,)."""
    sold = np.zeros(rows.candidates)
    return _sales(read_only(price), read_only(rows.candidate_start), read_only(rows.row), sold)


@compiled(FILL_METRES, READ_METRES, READ_ROWS, READ_ROWS, FILL_METRES)
def _sales(price, start, row, sold):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for site in range(len(start) - 1):
        total = 0.0
        for at in range(start[site], start[site + 1]):
            total += price[row[at]]
        sold[site] = total
    return sold


def best_sellers(sold: Floats, rules: Rules) -> Numbers:
    """The sites that sell most together under the number of sites, floors and caps; or by price under a budget.

    Floors and caps of towns and a number of sites make a matroid's bases, so taking the best that still fits is best.
    Distances between sites are left out of account, which can only raise the bound.
    """
    if rules.priced:
        order = np.argsort(-sold / rules.cost, kind="stable")
        within = np.cumsum(rules.cost[order]) <= rules.budget
        return order[within][: rules.sites]
    order = np.argsort(-sold, kind="stable")
    rank = _rank_within_town(order, rules.town)
    owed = order[rank < rules.floor[rules.town[order]]]
    others = order[(rank >= rules.floor[rules.town[order]]) & (rank < rules.cap[rules.town[order]])]
    chosen: Numbers = np.concatenate([owed, others[: rules.sites - len(owed)]])
    return chosen


def _rank_within_town(order: Numbers, town: Numbers) -> Numbers:
    """Of each candidate in ``order`` how many of its town stand before it."""
    by_town = np.argsort(town[order], kind="stable")
    sorted_town = town[order][by_town]
    first = np.searchsorted(sorted_town, sorted_town)
    rank = np.empty(len(order), dtype=np.int64)
    rank[by_town] = np.arange(len(order)) - first
    return rank


def _knapsack(sold: Floats, rules: Rules) -> float:
    """The most that sites within the budget sell, the last in part (Dantzig 1957), or so many sites if that is less."""
    order = np.argsort(-sold / rules.cost, kind="stable")
    spent = np.cumsum(rules.cost[order])
    whole = spent <= rules.budget
    value = float(np.sum(sold[order][whole]))
    if not whole.all():
        last = int(np.argmin(whole))
        left = rules.budget - (float(spent[last - 1]) if last else 0.0)
        value += sold[order[last]] * left / rules.cost[order[last]]
    return min(value, float(np.sum(np.sort(sold)[::-1][: rules.sites])))


def times_covered(rows: CoverRows, sites: Numbers) -> Floats:
    """How many of the sites cover each row, (rows,)."""
    times = np.zeros(len(rows.weight))
    return _times(read_only(sites), read_only(rows.candidate_start), read_only(rows.row), times)


@compiled(FILL_METRES, READ_ROWS, READ_ROWS, READ_ROWS, FILL_METRES)
def _times(sites, start, row, times):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for site in sites:
        for at in range(start[site], start[site + 1]):
            times[row[at]] += 1.0
    return times


def _better(
    rows: CoverRows, rules: Rules, selling: Numbers, times: Floats, reached: float, best: Numbers | None
) -> tuple[float, Numbers | None]:
    """The best choice that keeps to the rules so far, and what it covers."""
    covers = float(np.sum(rows.weight[times > 0]))
    if covers > reached and rules.kept(selling):
        return covers, np.sort(selling)
    return reached, best


def _direction(price: Floats, weight: Floats, times: Floats, memory: Floats) -> Floats:
    """Where prices fall and rise: down where a row is covered more often than wanted, up where it is wanted and not."""
    wanted = np.where(price < weight, 1.0, np.minimum(times, 1.0))
    move = _inside(times - wanted, price, weight)
    return _inside(move + MEMORY * memory, price, weight)


def _inside(move: Floats, price: Floats, weight: Floats) -> Floats:
    """A move without what would take prices below 0 or above their weights."""
    out = ((price <= 0) & (move > 0)) | ((price >= weight) & (move < 0))
    return np.where(out, 0.0, move)


def _conditional(sold: Floats, rules: Rules, bound: float) -> tuple[Floats, Floats]:
    """Bounds if each candidate stands, and if it does not: the bound less what the exchange costs at least."""
    if rules.priced:
        order = np.argsort(-sold / rules.cost, kind="stable")
        over = np.flatnonzero(np.cumsum(rules.cost[order]) > rules.budget)
        rate = sold[order[over[0]]] / rules.cost[order[over[0]]] if len(over) else 0.0
        worth = sold - rate * rules.cost
        if len(order) > rules.sites and (np.cumsum(rules.cost[order]) <= rules.budget).sum() > rules.sites:
            worth = np.zeros(len(sold))  # the number of sites binds as well: nothing is told of single candidates
        return bound + np.minimum(worth, 0.0), bound - np.maximum(worth, 0.0)
    selling = np.zeros(len(sold), dtype=np.bool_)
    selling[best_sellers(sold, rules)] = True
    least = float(sold[selling].min(initial=np.inf)) if selling.sum() >= rules.sites else 0.0
    most = float(sold[~selling].max(initial=0.0))
    if_in = np.where(selling, bound, bound - np.maximum(least - sold, 0.0))
    if_out = np.where(selling, bound - np.maximum(sold - most, 0.0), bound)
    return if_in, if_out
