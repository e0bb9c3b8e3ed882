"""Better sites by interchange (Teitz and Bart 1968): one out, one in, while it gains, and again from shaken choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import FILL_METRES, METRES, READ_METRES, READ_ROWS, compiled, read_only
from circle15.siting.choice import unlimited
from circle15.siting.greedy import addable, completed, debts, gains
from circle15.siting.markets import times_covered

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules


SEED = 15
# A gain below this part of all weight is the dust of sums of floats.
DUST = 1e-12
# What part of the sites is shaken loose before another descent.
SHAKEN = 0.2


def improved_sites(
    rows: CoverRows, rules: Rules, chosen: Numbers, shakes: int, left_s: Callable[[], float] = unlimited
) -> Numbers:
    """The best sites found by interchange from a choice, and from ``shakes`` choices shaken off the best.

    Parameters
    ----------
    rows, rules
        What is covered, and what a choice keeps to.
    chosen
        A choice that keeps to the rules, ascending.
    shakes
        How many times some sites are taken away at random (of a fixed seed) and others added greedily.
    left_s
        Tells how many seconds are left.
    """
    random = np.random.Generator(np.random.PCG64(SEED))
    best = interchanged(rows, rules, chosen, left_s)
    value = rows.value(best)
    for _ in range(shakes):
        if left_s() <= 0:
            break
        start = _shaken(rows, rules, best, random)
        if start is None:
            continue
        found = interchanged(rows, rules, start, left_s)
        if rows.value(found) > value * (1 + DUST):
            best, value = found, rows.value(found)
    return best


def _shaken(rows: CoverRows, rules: Rules, chosen: Numbers, random: np.random.Generator) -> Numbers | None:
    loose = chosen[~rules.must[chosen]]
    if not len(loose):
        return None
    out = random.choice(loose, size=max(1, round(SHAKEN * len(loose))), replace=False)
    stands = np.zeros(rules.candidates, dtype=np.bool_)
    stands[chosen] = True
    stands[out] = False
    luck = random.uniform(1.0, 1.5, rules.candidates)
    return completed(rows, rules, stands, luck)


def interchanged(rows: CoverRows, rules: Rules, chosen: Numbers, left_s: Callable[[], float] = unlimited) -> Numbers:
    """A choice from which no single interchange gains any more, as far as the time goes, ascending."""
    stands = np.zeros(rules.candidates, dtype=np.bool_)
    stands[chosen] = True
    least = DUST * float(np.sum(rows.weight))
    while True:
        gain, out, into = _best_interchange(rows, rules, stands)
        if not gain > least or left_s() <= 0:
            return np.flatnonzero(stands)
        stands[out], stands[into] = False, True


def _best_interchange(rows: CoverRows, rules: Rules, stands: Flags) -> tuple[float, int, int]:
    """The interchange that gains most, and by how much; of equal ones that of the smaller numbers."""
    times = times_covered(rows, np.flatnonzero(stands))
    gain = gains(rows, np.where(times == 0, rows.weight, 0.0))
    best = (0.0, -1, -1)
    for out in np.flatnonzero(stands & ~rules.must).tolist():
        freed = np.zeros(rules.candidates)
        lost = _freed(
            read_only(rows.weight),
            read_only(times),
            read_only(rows.row_start),
            read_only(rows.candidate),
            read_only(rows.row[rows.candidate_start[out] : rows.candidate_start[out + 1]]),
            freed,
        )
        value = np.where(replacing(rules, stands, out), gain + freed - lost, -np.inf)
        into = int(np.argmax(value))
        if value[into] > best[0]:
            best = float(value[into]), out, into
    return best


def replacing(rules: Rules, stands: Flags, out: int) -> Flags:
    """Which candidates may stand in the place of one that does."""
    others = stands.copy()
    others[out] = False
    may = addable(rules, others)
    may[out] = False
    for _, settling in debts(rules, others):
        may &= settling
    return may


@compiled(METRES, READ_METRES, READ_METRES, READ_ROWS, READ_ROWS, READ_ROWS, FILL_METRES)
def _freed(
    weight: Floats, times: Floats, row_start: Numbers, candidate: Numbers, own_rows: Numbers, freed: Floats
) -> float:
    """Weight that is lost with a site, and how much of it each candidate would win back."""
    lost = 0.0
    for row in own_rows:
        if times[row] == 1:
            lost += weight[row]
            for at in range(row_start[row], row_start[row + 1]):
                freed[candidate[at]] += weight[row]
    return lost
