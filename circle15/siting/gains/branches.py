"""The best choice by branching: with a candidate and without it, each side bounded by prices from where it came.

The side of the highest bound is taken first, so what is left never holds more than what was asked already (Land and
Doig 1960). The candidate that is nearest to half of one in the average of sellers decides.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.choice import near_enough
from circle15.siting.gains.bounds import gain_bounds
from circle15.siting.rules import possible

if TYPE_CHECKING:
    from circle15.siting.arrays import Flags, Numbers
    from circle15.siting.choice import Effort
    from circle15.siting.gains.bounds import Bounds, GainPairs
    from circle15.siting.rules import Rules

# So many rounds of prices for each side of a branch: they begin where those of the whole ended.
ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Branched:
    """The best choice of all branches.

    Attributes
    ----------
    sites
        Ascending; None where none gains more than what was known before.
    value, bound
        What the best gains, and what none exceeds.
    nodes
        How many sides of branches were bounded.
    """

    sites: Numbers | None
    value: float
    bound: float
    nodes: int


def branched(pairs: GainPairs, rules: Rules, root: Bounds, reached: float, effort: Effort, most_nodes: int) -> Branched:
    """Look for a choice that gains more than ``reached``.

    Parameters
    ----------
    pairs, rules
        The problem.
    root
        What is known of all choices.
    reached
        What a choice has to exceed.
    effort
        How near is good enough, and when the time is over.
    most_nodes
        The most sides of branches to bound.
    """
    sites, value, nodes, step, left_off = None, reached, 0, step_of(pairs), reached
    effort = replace(effort, rounds=min(ROUNDS, effort.rounds))

    def far(bound: float) -> bool:
        return bound >= value + step and not near_enough(value, bound, effort, pairs.rest)

    heap = [(-root.bound, 0, _narrowed(rules, root, reached), root)]
    while heap and nodes < most_nodes and not effort.out_of_time and far(-heap[0][0]):
        *_, own, bounds = heapq.heappop(heap)
        for side in _sides(own, bounds):
            nodes += 1
            found = gain_bounds(pairs, side, bounds.level, value, effort)
            if found.sites is not None and (better := pairs.value(found.sites, rules.candidates)) > value:
                sites, value = found.sites, better
            bound = min(found.bound, bounds.bound)
            if not far(bound):
                left_off = max(left_off, bound)
            elif _undecided(side).any():
                heapq.heappush(heap, (-bound, nodes, _narrowed(side, found, value), found))
    most = max(left_off, -heap[0][0] if heap else value)
    return Branched(sites, value, value if most < value + step else max(most, value), nodes)


def step_of(pairs: GainPairs) -> float:
    """By how much a better choice is better at least: nearly 1 where all is counted in whole numbers."""
    whole = all(bool((each == np.rint(each)).all()) for each in (pairs.gain, pairs.base))
    return 0.999 if whole and float(np.sum(np.abs(pairs.base))) + float(pairs.gain.sum()) < 2.0**53 else 0.0


def _narrowed(rules: Rules, bounds: Bounds, value: float) -> Rules:
    """The rules without candidates that no better choice has, and with those that each has."""
    out, within = bounds.if_in < value, bounds.if_out < value
    return replace(rules, forbidden=rules.forbidden | (out & ~rules.must), must=rules.must | within)


def _undecided(rules: Rules) -> Flags:
    """Which candidates neither must nor must not stand."""
    return ~(rules.must | rules.forbidden)


def _sides(rules: Rules, bounds: Bounds) -> list[Rules]:
    """With the candidate that is least decided, and without it; where all are decided those that must stand."""
    free = _undecided(rules)
    own = np.arange(rules.candidates) == int(np.argmin(np.where(free, np.abs(bounds.share - 0.5), np.inf)))
    sides = [replace(rules, must=rules.must | own), replace(rules, forbidden=rules.forbidden | own)]
    if not free.any() or rules.must.sum() >= rules.sites:
        sides = [replace(rules, forbidden=~rules.must)]
    return [side for side in sides if possible(side)]
