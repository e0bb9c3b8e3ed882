"""An upper bound of what any choice of sites covers, by Lagrangian relaxation, and which sites it rules out.

Each row's cover is bought at a price between 0 and its weight. At any prices no choice covers more than: all weight
less the prices, and the prices of the rows of the sites that sell most. The least such bound equals that of the linear
relaxation (Galvao and ReVelle 1996; Geoffrion 1974). It is found by the volume algorithm (Barahona and Anbil 2000):
prices move against the excess of cover of the average of the best sellers met so far, which comes near a solution of
the linear relaxation. Every bound met on the way holds; sums are rounded up.
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

# How far prices move: as a part of the way to the value known, farther after a success, less far after so many misses.
FIRST_STEP, LEAST_STEP, MOST_STEP = 0.1, 5e-4, 2.0
LONGER, SHORTER, PATIENCE = 1.1, 0.66, 20
# The part of the average that the newest best sellers may make up at most; halved where the bound falls slowly.
FIRST_PART, LEAST_PART = 0.3, 1e-4
# So many rounds are looked back on; where they won less than this part of what lies open, it is over.
SPAN, LEAST_PROGRESS = 100, 0.01
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
    share
        (candidates,): near to how much of each stands in the linear relaxation, 0 to 1.
    price
        (rows,): the prices at which this bound holds.
    """

    bound: float
    if_in: Floats
    if_out: Floats
    best: Numbers | None
    share: Floats
    price: Floats


def dual_bound(
    market: Market,
    rules: Rules,
    reached: float,
    gap: float,
    rounds: int,
    left_s: Callable[[], float] = unlimited,
    rounded: Callable[[Floats], Numbers | None] = lambda _: None,
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
    rounded
        Makes a choice that keeps to the rules of the shares of the linear relaxation; None where it finds none.
    """
    weight = market.weight
    at = Asked(market, rules, weight / 2.0)
    mean = _Mean(at, len(rules.cost))
    pace = _Pace(at.bound)
    best: Numbers | None = None
    for number in range(1, rounds + 1):
        tried = at.selling if number % SPAN or number == rounds else rounded(mean.share)
        covers = -np.inf if tried is None or not rules.kept(tried) else market.value(tried, reached)
        if tried is not None and covers > reached:
            reached, best = covers, np.sort(tried)
        open_ = mean.bound - reached
        if open_ <= max(gap, ROUNDING) * mean.bound or pace.over(number, mean.bound, open_) or left_s() <= 0:
            break
        move = mean.move()
        norm = float(np.sum(move * move))
        if norm == 0.0:
            break
        at = Asked(market, rules, np.clip(mean.price - pace.step * open_ / norm * move, 0.0, weight))
        pace.learn(lower=at.bound < mean.bound)
        mean.take(at, pace.part)
    return told(market, rules, mean.price, best, mean.share)


class Asked:
    """What the market says at prices: the bound, who sells most, and how often they cover each row beyond once."""

    def __init__(self, market: Market, rules: Rules, price: Floats) -> None:
        sold, standing = market.sales(price)
        self.price, self.weight = price, market.weight
        self.bound = most_sold(sold, rules) + standing + float(np.sum(market.weight - price))
        self.selling = best_sellers(sold, rules)
        self.excess = market.times(price, self.selling) - 1.0


class _Mean:
    """The average of the best sellers, and the best prices so far."""

    def __init__(self, first: Asked, candidates: int) -> None:
        self.price, self.bound, self.weight = first.price, first.bound, first.weight
        self.excess, self.share = first.excess, np.zeros(candidates)
        self.share[first.selling] = 1.0

    def move(self) -> Floats:
        """The excess of the average, without what would take prices below 0 or above their weights."""
        out = ((self.price <= 0) & (self.excess > 0)) | ((self.price >= self.weight) & (self.excess < 0))
        return np.where(out, 0.0, self.excess)

    def take(self, at: Asked, most: float) -> None:
        """Take new best sellers into the average, by as much as makes its excess least, and keep better prices."""
        apart = at.excess - self.excess
        norm = float(np.sum(apart * apart))
        best = -float(np.sum(self.excess * apart)) / norm if norm > 0 else most
        part = min(best, most) if best > 0 else most / 10.0
        self.excess = part * at.excess + (1.0 - part) * self.excess
        self.share *= 1.0 - part
        self.share[at.selling] += part
        if at.bound < self.bound:
            self.price, self.bound = at.price, at.bound


class _Pace:
    """How far prices move, and when it is over."""

    def __init__(self, bound: float) -> None:
        self.step, self.part, self.misses, self.bound = FIRST_STEP, FIRST_PART, 0, bound

    def learn(self, *, lower: bool) -> None:
        """Longer steps after a lower bound, shorter ones after many that were not."""
        self.misses = 0 if lower else self.misses + 1
        if lower:
            self.step = min(self.step * LONGER, MOST_STEP)
        elif self.misses >= PATIENCE:
            self.step, self.misses = max(self.step * SHORTER, LEAST_STEP), 0

    def over(self, number: int, bound: float, open_: float) -> bool:
        """Whether the rounds looked back on won too little; where little, the average is held more firmly."""
        if number % SPAN:
            return False
        won, self.bound = self.bound - bound, bound
        if won < LEAST_PROGRESS * open_ and self.part < FIRST_PART:
            return True
        if won < 10 * LEAST_PROGRESS * open_:
            self.part = max(self.part / 2.0, LEAST_PART)
        return False


def told(market: Market, rules: Rules, price: Floats, best: Numbers | None, share: Floats) -> DualBound:
    """What prices tell, rounded up, with the best choice and the shares that were found with them."""
    sold, standing = market.sales(price)
    each, room = sale(sold, rules), ROUNDING * float(np.sum(market.weight))
    other = standing + float(np.sum(market.weight - price)) + room
    return DualBound(each.most + other, each.if_in + other, each.if_out + other, best, share, price)
