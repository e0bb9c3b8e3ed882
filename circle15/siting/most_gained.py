"""The most that cells gain by their best sites, and the proof of it: least walking, most index.

The dual bounds every choice first, from the pairs alone, and tells two things of all choices that are as good as the
one that is known: which candidates they may or must have, and how much each cell gains at least. Steps below that are
one step, so what is left as rows to cover is small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.best_gains import best_gains
from circle15.siting.choice import USUAL, Choice, Effort, near_enough
from circle15.siting.dual import ROUNDING
from circle15.siting.gain_choice import greedily_gained, interchanged_gained, rounded_gained
from circle15.siting.gain_dual import gain_dual
from circle15.siting.memory import require_entries
from circle15.siting.most_covered import MOST_PAIRS, most_covered
from circle15.siting.rows import stairs, standing_gain
from circle15.siting.settled import left_rules
from circle15.siting.ties import TIE

if TYPE_CHECKING:
    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.best_gains import BestGains
    from circle15.siting.dual import DualBound
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules


@dataclass(frozen=True, eq=False)
class _Pairs:
    """What cells gain by candidates above what they have, pair by pair."""

    gain: Floats
    cell: Numbers
    candidate: Numbers
    base: Floats

    def where(self, kept: Flags, base: Floats) -> _Pairs:
        """Some of them, above a higher base."""
        kept = kept & (self.gain > base[self.cell])
        return _Pairs(self.gain[kept], self.cell[kept], self.candidate[kept], base)

    def with_sites(self, stands: Flags) -> Floats:
        """What each cell has by the base and these, (cells,)."""
        by_sites = standing_gain(self.gain, self.cell, self.candidate, stands, len(self.base))
        return np.maximum(by_sites, self.base)

    @property
    def entries(self) -> float:
        """About how many candidates stand in the rows of all steps."""
        own = np.bincount(self.cell, minlength=len(self.base)).astype(np.float64)
        return float(np.sum(own * (own + 1) / 2))


@dataclass(frozen=True, eq=False)
class _Known:
    """A good choice and a bound above the base, and what every choice as good has in common.

    Attributes
    ----------
    sites, value, bound
        The choice, ascending, what it is worth, and what none exceeds.
    out, within
        (candidates,): who stands in none of them, and in each of them.
    least
        (cells,): what each cell gains at least.
    """

    sites: Numbers
    value: float
    bound: float
    out: Flags
    within: Flags
    least: Floats


def most_gained(
    gain: Floats, cell: Numbers, candidate: Numbers, cells: int, rules: Rules, effort: Effort = USUAL
) -> Choice | None:
    """The sites by which cells gain most.

    Parameters
    ----------
    gain, cell, candidate
        (pairs,): what a cell has once this candidate stands and no better one, 0 or more; each pair once, in any order.
    cells
        How many there are.
    rules
        What a choice has to keep to.
    effort
        How hard to try.

    Returns
    -------
    Choice or None
        As for ``most_covered``; ``value`` and ``bound`` with what sites give that stand whatever is chosen.

    Raises
    ------
    ConfigurationError
        No good choice is known to begin with, and as rows the problem takes more than 3 GB.

    Examples
    --------
    Two cells, one of which gains 5 or 3 by either of two sites, the other 4 by the second:

    >>> from circle15.siting.rules import only_so_many
    >>> pairs = np.array([5.0, 3.0, 4.0]), np.array([0, 0, 1]), np.array([0, 1, 1])
    >>> best = most_gained(*pairs, 2, only_so_many(1, 2))
    >>> best.sites.tolist(), best.value, best.proven
    ([1], 7.0, True)
    """
    every = _Pairs(gain, cell, candidate, np.zeros(cells))
    base = every.with_sites(rules.must)
    pairs = every.where(~rules.forbidden[candidate], base)
    known = _known(pairs, rules, effort)
    found = _by_rows(pairs, rules, effort, known)
    if found is None:
        return None
    whole = float(np.sum(base))
    return replace(found, value=found.value + whole, bound=found.bound + whole)


def _by_rows(pairs: _Pairs, rules: Rules, effort: Effort, known: _Known | None) -> Choice | None:
    """The best choice, by the rows of the steps that are still open."""
    if known is None:
        require_entries(pairs.entries, len(pairs.gain))
        return most_covered(_stairs(pairs, rules), rules, effort)
    best = Choice(known.sites, known.value, known.bound, 0)
    if effort.out_of_time or (near_enough(best.value, best.bound, effort) and not (best.proven and effort.ties)):
        return best
    narrow = replace(rules, forbidden=rules.forbidden | known.out, must=rules.must | known.within)
    enough = pairs.gain - pairs.base[pairs.cell] >= known.least[pairs.cell]
    left = pairs.where(enough & ~known.out[pairs.candidate], pairs.with_sites(known.within))
    if left.entries > MOST_PAIRS:
        return best
    found = most_covered(_stairs(left, rules), narrow, effort, known.sites)
    if found is None:
        return best
    value, risen = _value(pairs, found.sites), float(np.sum(left.base - pairs.base))
    return replace(found, value=value, bound=max(min(found.bound + risen, known.bound), value))


def _stairs(pairs: _Pairs, rules: Rules) -> CoverRows:
    return stairs(pairs.gain, pairs.cell, pairs.candidate, pairs.base, rules.candidates)


def _value(pairs: _Pairs, sites: Numbers) -> float:
    """What all cells gain above the base."""
    stands = np.zeros(int(max(pairs.candidate.max(initial=-1), sites.max(initial=-1))) + 1, dtype=np.bool_)
    stands[sites] = True
    return float(np.sum(pairs.with_sites(stands) - pairs.base))


def _known(pairs: _Pairs, rules: Rules, effort: Effort) -> _Known | None:
    """What the pairs alone tell; None where no choice to begin with is found."""
    left, free, standing = left_rules(rules)
    gains = best_gains(*_among(pairs, free, rules.candidates), pairs.base, len(free))
    start = greedily_gained(gains, left) if len(free) and left.sites > 0 else None
    if start is None:
        return None
    start = interchanged_gained(gains, left, start, effort.left_s)

    def rounded(share: Floats) -> Numbers | None:
        sites = rounded_gained(gains, left, share)
        return None if sites is None else interchanged_gained(gains, left, sites, effort.left_s)

    dual = gain_dual(gains, left, start, effort, rounded)
    start = max((each for each in (start, dual.best, rounded(dual.share)) if each is not None), key=gains.value)
    whole = np.sort(np.concatenate([standing, free[start]]))
    return _told(gains, dual, gains.value(start), whole, free, rules) if rules.kept(whole) else None


def _among(pairs: _Pairs, free: Numbers, candidates: int) -> tuple[Floats, Numbers, Numbers]:
    """Pairs of the free candidates, by their numbers among these."""
    number = np.full(candidates, -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    kept = number[pairs.candidate] >= 0
    return pairs.gain[kept], pairs.cell[kept], number[pairs.candidate[kept]]


def _told(gains: BestGains, dual: DualBound, value: float, sites: Numbers, free: Numbers, rules: Rules) -> _Known:
    """A choice in which a cell gains less than its price leaves it loses as much against the bound."""
    good, bound = value * (1 - TIE), max(dual.bound, value)
    out, within = np.ones(rules.candidates, dtype=np.bool_), rules.must.copy()
    out[rules.must] = False
    out[free], within[free] = dual.if_in < good, dual.if_out < good
    least = gains.weight - dual.price - (bound - good) - ROUNDING * float(np.sum(gains.weight))
    return _Known(sites, value, bound, out, within, least)
