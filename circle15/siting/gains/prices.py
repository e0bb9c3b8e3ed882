"""The dual bound of the most that cells gain by their best sites.

The prices are as for ``dual``, one per cell, and so is what they tell. They move against the excess of the best
sellers, mixed with where they moved before (Camerini, Fratta and Maffioli 1975), by a part of the way to the value that
is known (Polyak 1969), and go back to the best prices met where that has not lowered the bound for long. An average of
sellers, as for rows, would mix what was bought at very different prices: here a price decides who sells at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.choice import near_enough
from circle15.siting.dual import Asked, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.choice import Effort
    from circle15.siting.dual import DualBound
    from circle15.siting.gains.best_gains import BestGains
    from circle15.siting.rules import Rules

# How far prices move: as a part of the way to the value known, less far after so many rounds without a lower bound.
FIRST_STEP, LEAST_STEP, SHORTER, PATIENCE = 1.5, 1e-4, 0.6, 20
# The part of the newest excess in the direction, and of the newest sellers in their average.
NEWEST, NEWEST_SHARE = 0.2, 0.05
# After so many rounds the average is made a choice.
SPAN = 100


def gain_dual(
    gains: BestGains,
    rules: Rules,
    price: Floats,
    reached: float,
    effort: Effort,
    rounded: Callable[[Floats], Numbers | None],
    rest: float = 0.0,
) -> DualBound:
    """Bound what any choice gains.

    Parameters
    ----------
    gains, rules
        Without sites that must or must not stand; some choice keeps to the rules.
    price
        (cells,): to begin with.
    reached
        What a known choice gains.
    effort
        How many rounds (at least one is done), how near is good enough, and when the time is over.
    rounded
        Makes a choice that keeps to the rules of the shares of the average of sellers; None where it finds none.
    rest
        What is counted besides, as for ``near_enough``.
    """
    way = _Way(gains, rules, reached)
    at = Asked(gains, rules, price)
    best: Numbers | None = None
    for number in range(max(effort.rounds, 1)):
        way.take(at)
        for tried in (at.selling, rounded(way.share) if number % SPAN == SPAN - 1 else None):
            value = gains.value(tried) if tried is not None and rules.kept(tried) else -np.inf
            if tried is not None and value > way.reached:
                way.reached, best = value, np.sort(tried)
        following = way.following(at)
        if following is None or near_enough(way.reached, way.bound, effort, rest) or effort.out_of_time:
            break
        at = Asked(gains, rules, following)
    return told(gains, rules, way.price, best, way.share)


class _Way:
    """The best prices met, the direction, and the average of the best sellers."""

    def __init__(self, gains: BestGains, rules: Rules, reached: float) -> None:
        self.weight, self.reached, self.bound = gains.weight, reached, np.inf
        self.price = self.ahead = np.zeros(0)
        self.share = np.zeros(rules.candidates)
        self.step, self.misses = FIRST_STEP, 0

    def take(self, at: Asked) -> None:
        """Take new best sellers into the direction and the average, and keep better prices."""
        self.ahead = NEWEST * at.excess + (1.0 - NEWEST) * self.ahead if len(self.ahead) else at.excess
        self.share *= 1.0 - NEWEST_SHARE
        self.share[at.selling] += NEWEST_SHARE
        if at.bound < self.bound:
            self.price, self.bound, self.misses = at.price, at.bound, 0
        else:
            self.misses += 1

    def following(self, at: Asked) -> Floats | None:
        """The prices to be asked next; None where no step lowers the bound any more."""
        price, bound = at.price, at.bound
        if self.misses >= PATIENCE:
            price, bound = self.price, self.bound
            self.step, self.misses = self.step * SHORTER, 0
        out = ((price <= 0) & (self.ahead > 0)) | ((price >= self.weight) & (self.ahead < 0))
        move = np.where(out, 0.0, self.ahead)
        norm = float(np.sum(move * move))
        if norm == 0.0 or self.step < LEAST_STEP:
            return None
        ahead: Floats = np.clip(price - self.step * (bound - self.reached) / norm * move, 0.0, self.weight)
        return ahead
