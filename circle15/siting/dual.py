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

from circle15.siting.choice import unlimited
from circle15.siting.sellers import best_sellers, most_sold, sale

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.markets import Market
    from circle15.siting.rules import Rules


FIRST_STEP, LEAST_STEP, SHORTER, MEMORY = 1.0, 1e-3, 0.7, 0.7
PATIENCE = 20
LEAST_PROGRESS = 1e-5
# Room for the rounding of sums of floats, as a part of all weight.
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


def dual_bound(
    market: Market,
    rules: Rules,
    reached: float,
    gap: float,
    rounds: int,
    left_s: Callable[[], float] = unlimited,
) -> DualBound:
    """Bound what any choice covers.

    Parameters
    ----------
    market, rules
        Without sites that must or must not stand; some choice keeps to the rules.
    reached
        What a known choice covers, which sets the length of steps.
    gap
        Good enough: the bound less what is reached, as a part of the bound.
    rounds
        The most rounds; at least one is done.
    left_s
        Tells how many seconds are left.
    """
    weight = market.weight
    price, memory = weight / 2.0, np.zeros(len(weight))
    bound, kept = np.inf, price
    best: Numbers | None = None
    step, idle = FIRST_STEP, 0
    for _ in range(rounds):
        sold, standing = market.sales(price)
        found = most_sold(sold, rules) + standing + float(np.sum(weight - price))
        selling = best_sellers(sold, rules)
        covers = market.value(selling, reached) if rules.kept(selling) else -np.inf
        if covers > reached:
            reached, best = covers, np.sort(selling)
        idle = 0 if found < bound - LEAST_PROGRESS * abs(bound) else idle + 1
        if found < bound:
            bound, kept = found, price
        if bound - reached <= max(gap, ROUNDING) * bound or step < LEAST_STEP or left_s() <= 0:
            break
        if idle > PATIENCE:
            step, idle, price, memory = step * SHORTER, 0, kept, np.zeros(len(weight))
            continue
        memory = _direction(price, weight, market.times(price, selling), memory)
        norm = float(np.sum(memory * memory))
        if norm == 0.0:
            break
        price = np.clip(price - step * (found - reached) / norm * memory, 0.0, weight)
    return _told(market, rules, kept, best)


def _told(market: Market, rules: Rules, price: Floats, best: Numbers | None) -> DualBound:
    """What the best prices tell, rounded up."""
    sold, standing = market.sales(price)
    told, room = sale(sold, rules), ROUNDING * float(np.sum(market.weight))
    other = standing + float(np.sum(market.weight - price)) + room
    return DualBound(told.most + other, told.if_in + other, told.if_out + other, best)


def _direction(price: Floats, weight: Floats, times: Floats, memory: Floats) -> Floats:
    """Where prices fall and rise: down where a row is covered more often than wanted, up where it is wanted and not."""
    wanted = np.where(price < weight, 1.0, np.minimum(times, 1.0))
    move = _inside(times - wanted, price, weight)
    return _inside(move + MEMORY * memory, price, weight)


def _inside(move: Floats, price: Floats, weight: Floats) -> Floats:
    """A move without what would take prices below 0 or above their weights."""
    out = ((price <= 0) & (move > 0)) | ((price >= weight) & (move < 0))
    return np.where(out, 0.0, move)
