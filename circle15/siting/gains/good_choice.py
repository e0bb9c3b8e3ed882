"""A good choice where each cell gains by its best site: greedily, and by interchange (Teitz and Bart 1968).

What an interchange gains is told from each cell's best and second best site (Whitaker 1983), for all pairs of one out
and one in by going through the pairs of cell and candidate once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import (
    FILL_METRES,
    FILL_ROWS,
    FILL_TABLE,
    INT,
    READ_METRES,
    READ_ROWS,
    compiled,
    read_only,
)
from circle15.siting.choice import unlimited
from circle15.siting.greedy import addable, beginnings, half_standing
from circle15.siting.interchange import DUST, SEED, SHAKEN, replacing
from circle15.siting.rules import per_cost

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.gains.best_gains import BestGains
    from circle15.siting.rules import Rules


def greedily_gained(gains: BestGains, rules: Rules) -> Numbers | None:
    """Sites chosen one after another, ascending; None where that leads to no choice that keeps to the rules."""
    pers = [np.ones(rules.candidates), rules.cost] if rules.priced else [np.ones(rules.candidates)]
    tried = [_completed(gains, rules, begin, per) for begin in beginnings(rules) for per in pers]
    return max((choice for choice in tried if choice is not None), key=gains.value, default=None)


def rounded_gained(gains: BestGains, rules: Rules, share: Floats) -> Numbers | None:
    """The candidates of which at least half stands in a relaxation, (candidates,), and others greedily."""
    per = rules.cost if rules.priced else np.ones(rules.candidates)
    return _completed(gains, rules, half_standing(rules, share), per)


def _completed(gains: BestGains, rules: Rules, stands: Flags, per: Floats) -> Numbers | None:
    stands = stands.copy()
    while stands.sum() < min(rules.sites, rules.candidates):
        chosen = np.flatnonzero(stands)
        free, more = addable(rules, stands), gains.further(gains.best(chosen))
        best = int(np.argmax(np.where(free, per_cost(more, per), -1.0)))
        if not free[best] or (more[best] <= 0 and rules.kept(chosen)):
            break
        stands[best] = True
    chosen = np.flatnonzero(stands)
    return chosen if rules.kept(chosen) else None


def interchanged_gained(
    gains: BestGains, rules: Rules, chosen: Numbers, left_s: Callable[[], float] = unlimited
) -> Numbers:
    """A choice from which no single interchange gains any more, as far as the time goes, ascending."""
    stands = np.zeros(rules.candidates, dtype=np.bool_)
    stands[chosen] = True
    least = DUST * float(np.sum(gains.weight))
    while True:
        won, out, into = _best_interchange(gains, rules, stands)
        if not won > least or left_s() <= 0:
            return np.flatnonzero(stands)
        stands[out], stands[into] = False, True


def shaken_gained(
    gains: BestGains, rules: Rules, chosen: Numbers, shakes: int, left_s: Callable[[], float] = unlimited
) -> Numbers:
    """The best choice of so many from which some sites were taken away at random, of a fixed seed, ascending."""
    random = np.random.Generator(np.random.PCG64(SEED))
    best, value = chosen, gains.value(chosen)
    for _ in range(shakes if len(chosen) else 0):
        stands = np.zeros(rules.candidates, dtype=np.bool_)
        stands[best] = True
        stands[random.choice(best, size=max(1, round(SHAKEN * len(best))), replace=False)] = False
        start = _completed(gains, rules, stands, random.uniform(1.0, 1.5, rules.candidates))
        if start is None or left_s() <= 0:
            continue
        found = interchanged_gained(gains, rules, start, left_s)
        if gains.value(found) > value * (1 + DUST):
            best, value = found, gains.value(found)
    return best


def _best_interchange(gains: BestGains, rules: Rules, stands: Flags) -> tuple[float, int, int]:
    """The interchange that gains most, and by how much; of equal ones that of the smaller numbers."""
    sites = np.flatnonzero(stands)
    pairs = read_only(gains.start), read_only(gains.cell), read_only(gains.gain)
    first, second = np.zeros(len(gains.weight)), np.zeros(len(gains.weight))
    by = np.full(len(gains.weight), -1, dtype=np.int64)
    _fill_two_best(read_only(sites), *pairs, first, second, by)
    lost = np.bincount(by[by >= 0], weights=(first - second)[by >= 0], minlength=len(sites))
    added, freed = np.zeros(gains.candidates), np.zeros((len(sites), gains.candidates))
    _fill_won(*pairs, read_only(first), read_only(second), read_only(by), added, freed)
    best = (0.0, -1, -1)
    for at, out in enumerate(sites.tolist()):
        value = added + freed[at] - lost[at]
        if rules.must[out] or not value.max() > best[0]:
            continue
        value = np.where(replacing(rules, stands, out), value, -np.inf)
        into = int(np.argmax(value))
        if value[into] > best[0]:
            best = float(value[into]), out, into
    return best


@compiled(INT, READ_ROWS, READ_ROWS, READ_ROWS, READ_METRES, FILL_METRES, FILL_METRES, FILL_ROWS)
def _fill_two_best(
    sites: Numbers, start: Numbers, cell: Numbers, gain: Floats, first: Floats, second: Floats, by: Numbers
) -> int:
    """What each cell gains by its best and by its second best site, and the place of the best among the sites."""
    for place in range(len(sites)):
        for at in range(start[sites[place]], start[sites[place] + 1]):
            own = cell[at]
            if gain[at] > first[own]:
                second[own], first[own], by[own] = first[own], gain[at], place
            elif gain[at] > second[own]:
                second[own] = gain[at]
    return len(sites)


@compiled(INT, READ_ROWS, READ_ROWS, READ_METRES, READ_METRES, READ_METRES, READ_ROWS, FILL_METRES, FILL_TABLE)
def _fill_won(
    start: Numbers,
    cell: Numbers,
    gain: Floats,
    first: Floats,
    second: Floats,
    by: Numbers,
    added: Floats,
    freed: Floats,
) -> int:
    """What each candidate adds, and how much of what is lost with each site it would win back."""
    for site in range(len(start) - 1):
        for at in range(start[site], start[site + 1]):
            own = cell[at]
            added[site] += max(gain[at] - first[own], 0.0)
            if by[own] >= 0 and gain[at] > second[own]:
                freed[by[own], site] += min(gain[at], first[own]) - second[own]
    return len(start) - 1
