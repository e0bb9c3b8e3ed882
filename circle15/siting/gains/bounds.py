"""What the pairs alone tell of all choices: a good one, a bound, who may and who must stand, what each cell gains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.dual import ROUNDING
from circle15.siting.gains.best_gains import best_gains
from circle15.siting.gains.good_choice import greedily_gained, interchanged_gained, rounded_gained, shaken_gained
from circle15.siting.gains.prices import gain_dual
from circle15.siting.rows import standing_gain
from circle15.siting.settled import left_rules

if TYPE_CHECKING:
    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.choice import Effort
    from circle15.siting.gains.best_gains import BestGains
    from circle15.siting.rules import Rules


@dataclass(frozen=True, eq=False)
class GainPairs:
    """What cells gain by candidates above what they have, pair by pair.

    Attributes
    ----------
    gain, cell, candidate
        (pairs,): what a cell has once this candidate stands and no better one.
    base
        (cells,): what each cell has without any of them.
    rest
        What is counted besides what all cells gain above the base: with it this is what was asked for.
    """

    gain: Floats
    cell: Numbers
    candidate: Numbers
    base: Floats
    rest: float = 0.0

    def where(self, kept: Flags, base: Floats) -> GainPairs:
        """Some of them, above a higher base."""
        some = kept & (self.gain > base[self.cell])
        rest = self.rest + float(np.sum(base - self.base))
        return GainPairs(self.gain[some], self.cell[some], self.candidate[some], base, rest)

    def with_sites(self, stands: Flags) -> Floats:
        """What each cell has by the base and these, (cells,)."""
        by_sites = standing_gain(self.gain, self.cell, self.candidate, stands, len(self.base))
        had: Floats = np.maximum(by_sites, self.base)
        return had

    def value(self, sites: Numbers, candidates: int) -> float:
        """What all cells gain above the base."""
        stands = np.zeros(candidates, dtype=np.bool_)
        stands[sites] = True
        return float(np.sum(self.with_sites(stands) - self.base))

    @property
    def entries(self) -> float:
        """About how many candidates stand in the rows of all steps."""
        own = np.bincount(self.cell, minlength=len(self.base)).astype(np.float64)
        return float(np.sum(own * (own + 1) / 2))


@dataclass(frozen=True, eq=False)
class Bounds:
    """What is known of all choices that keep to the rules, in what all cells gain above the base.

    Attributes
    ----------
    sites
        The best choice met, ascending; None where none was.
    bound
        No choice gains more.
    if_in, if_out
        (candidates,): no choice with this candidate, or without it, gains more.
    level
        (cells,): a choice in which a cell has less than this gains by as much less than the bound.
    share
        (candidates,): near to how much of each stands in the linear relaxation.
    """

    sites: Numbers | None
    bound: float
    if_in: Floats
    if_out: Floats
    level: Floats
    share: Floats

    def least(self, good: float) -> Floats:
        """What each cell has at least in a choice that gains ``good``, (cells,)."""
        least: Floats = self.level - (self.bound - good)
        return least


def greedy_start(pairs: GainPairs, rules: Rules, effort: Effort) -> Numbers | None:
    """A good choice, ascending; None where none is found."""
    left, free, standing = left_rules(rules)
    gains = _open_gains(pairs, rules, free)
    start = greedily_gained(gains, left)
    if start is None:
        return None
    sites = np.sort(np.concatenate([standing, free[interchanged_gained(gains, left, start, effort.left_s)]]))
    return sites if rules.kept(sites) else None


def shaken(pairs: GainPairs, rules: Rules, sites: Numbers, effort: Effort) -> Numbers:
    """A choice that is perhaps better than a known one, ascending."""
    left, free, standing = left_rules(rules)
    chosen = np.flatnonzero(np.isin(free, sites))
    found = free[shaken_gained(_open_gains(pairs, rules, free), left, chosen, effort.shakes, effort.left_s)]
    better = np.sort(np.concatenate([standing, found]))
    return better if rules.kept(better) else sites


def gain_bounds(pairs: GainPairs, rules: Rules, level: Floats, reached: float, effort: Effort) -> Bounds:
    """What prices tell of all choices.

    Parameters
    ----------
    pairs, rules
        The problem.
    level
        (cells,): what each is thought to have, from which prices begin.
    reached
        What a known choice gains.
    effort
        How many rounds, and when the time is over.
    """
    left, free, standing = left_rules(rules)
    base = pairs.with_sites(rules.must)
    risen, room = float(np.sum(base - pairs.base)), ROUNDING * float(np.sum(base))
    gains = _open_gains(pairs, rules, free)

    def rounded(share: Floats) -> Numbers | None:
        sites = rounded_gained(gains, left, share)
        return None if sites is None else interchanged_gained(gains, left, sites, effort.left_s)

    price = np.clip(gains.weight - (level - base), 0.0, gains.weight)
    dual = gain_dual(gains, left, price, reached - risen, effort, rounded, pairs.rest + risen)
    sites = None if dual.best is None else np.sort(np.concatenate([standing, free[dual.best]]))
    if_in, if_out, share = (np.full(rules.candidates, each) for each in (-np.inf, dual.bound, 0.0))
    if_in[rules.must], if_out[rules.must], share[rules.must] = dual.bound, -np.inf, 1.0
    if_in[free], if_out[free], share[free] = dual.if_in, dual.if_out, dual.share
    above = risen + room
    # With all of them a cell has the most: where nothing is left to choose, the bound is the value itself.
    most = pairs.value(np.concatenate([standing, free]), rules.candidates)
    return Bounds(
        sites=sites if sites is not None and rules.kept(sites) else None,
        bound=min(dual.bound + above, most),
        if_in=if_in + above,
        if_out=if_out + above,
        level=base + gains.weight - dual.price,
        share=share,
    )


def _open_gains(pairs: GainPairs, rules: Rules, free: Numbers) -> BestGains:
    """The gains by the free candidates, by their numbers among these, above what those give that must stand."""
    number = np.full(rules.candidates, -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    base = pairs.with_sites(rules.must)
    left = pairs.where(number[pairs.candidate] >= 0, base)
    return best_gains(left.gain, left.cell, number[left.candidate], base, len(free))
