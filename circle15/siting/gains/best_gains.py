"""What each cell gains by the best of the sites that stand, from the pairs themselves.

Least walking and most index are of this kind. As rows to cover (``rows.stairs``) a cell with n candidates takes n²/2
entries; here it takes n. The dual bound of these is that of the stairs (Cornuejols, Fisher and Nemhauser 1977): a cell
pays a price, and every candidate gets from it what its gain lies above the best gain less the price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import FILL_METRES, INT, READ_METRES, READ_ROWS, compiled, read_only

if TYPE_CHECKING:
    from circle15.siting.arrays import Floats, Numbers


@dataclass(frozen=True, eq=False)
class BestGains:
    """Gains of cells by candidates, as a market for the dual.

    Attributes
    ----------
    weight
        (cells,): the best gain of each cell, 0 where it has none.
    start, cell, gain
        Pairs by candidate: those of candidate j are ``cell[start[j]:start[j + 1]]``, ascending; gains above 0.
    """

    weight: Floats
    start: Numbers
    cell: Numbers
    gain: Floats

    @property
    def candidates(self) -> int:
        """How many there are, with those that offer nothing."""
        return len(self.start) - 1

    @property
    def candidate(self) -> Numbers:
        """(pairs,): whose pair each is."""
        return np.repeat(np.arange(self.candidates), np.diff(self.start))

    def best(self, sites: Numbers) -> Floats:
        """What each cell gains by the best of the sites, (cells,)."""
        best = np.zeros(len(self.weight))
        _raise_to(read_only(sites), *self._pairs, best)
        return best

    def value(self, sites: Numbers, known: float = 0.0) -> float:  # noqa: ARG002  it is quickly told
        """What all cells gain."""
        return float(np.sum(self.best(sites)))

    def further(self, have: Floats) -> Floats:
        """What each candidate would add to what cells ``have`` (cells,), (candidates,)."""
        added = np.zeros(self.candidates)
        _fill_above(read_only(have), *self._pairs, added)
        return added

    def sales(self, price: Floats) -> tuple[Floats, float]:
        """What each candidate gets at prices of the cells, and 0: nobody stands anyway."""
        return self.further(self.weight - price), 0.0

    def times(self, price: Floats, sites: Numbers) -> Floats:
        """How many of the sites get something of each cell, (cells,)."""
        times = np.zeros(len(self.weight))
        _count_above(read_only(self.weight - price), read_only(sites), *self._pairs, times)
        return times

    @property
    def _pairs(self) -> tuple[Numbers, Numbers, Floats]:
        return read_only(self.start), read_only(self.cell), read_only(self.gain)


def best_gains(gain: Floats, cell: Numbers, candidate: Numbers, base: Floats, candidates: int) -> BestGains:
    """Gains above what cells have already.

    Parameters
    ----------
    gain, cell, candidate
        (pairs,): what a cell has once this candidate stands and no better one; each pair once, in any order.
    base
        (cells,): what each cell has without any of them.
    candidates
        How many there are.

    Examples
    --------
    A cell that has 1 and would have 5 by candidate 0 and 3 by candidate 1:

    >>> pairs = np.array([5.0, 3.0]), np.array([0, 0]), np.array([0, 1])
    >>> gains = best_gains(*pairs, np.array([1.0]), 2)
    >>> [gains.value(np.array(chosen)) for chosen in ([0], [1], [0, 1])]
    [4.0, 2.0, 4.0]
    """
    above = gain - base[cell]
    kept = np.flatnonzero(above > 0)
    kept = kept[np.lexsort((cell[kept], candidate[kept]))]
    weight = np.zeros(len(base))
    np.maximum.at(weight, cell[kept], above[kept])
    start = np.searchsorted(candidate[kept], np.arange(candidates + 1)).astype(np.int64)
    return BestGains(weight, start, cell[kept].astype(np.int64), above[kept])


@compiled(INT, READ_ROWS, READ_ROWS, READ_ROWS, READ_METRES, FILL_METRES)
def _raise_to(sites: Numbers, start: Numbers, cell: Numbers, gain: Floats, best: Floats) -> int:
    for site in sites:
        for at in range(start[site], start[site + 1]):
            best[cell[at]] = max(best[cell[at]], gain[at])
    return len(sites)


@compiled(INT, READ_METRES, READ_ROWS, READ_ROWS, READ_METRES, FILL_METRES)
def _fill_above(have: Floats, start: Numbers, cell: Numbers, gain: Floats, added: Floats) -> int:
    for site in range(len(start) - 1):
        total = 0.0
        for at in range(start[site], start[site + 1]):
            total += max(gain[at] - have[cell[at]], 0.0)
        added[site] = total
    return len(start) - 1


@compiled(INT, READ_METRES, READ_ROWS, READ_ROWS, READ_ROWS, READ_METRES, FILL_METRES)
def _count_above(have: Floats, sites: Numbers, start: Numbers, cell: Numbers, gain: Floats, times: Floats) -> int:
    for site in sites:
        for at in range(start[site], start[site + 1]):
            if gain[at] > have[cell[at]]:
                times[cell[at]] += 1.0
    return len(sites)
