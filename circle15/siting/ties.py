"""Of equally good choices the one of fewest sites, then of the smallest numbers: the same sites in every office."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.siting.arrays import Flags, Numbers
    from circle15.siting.rules import Rules


def first_of_equals(
    sites: Numbers,
    rules: Rules,
    perhaps: Flags,
    as_good: Callable[[Numbers], bool],
    best_under: Callable[[Rules], Numbers | None],
    trials: int,
) -> Numbers:
    """The choice that comes first when equally good ones are ordered by their number of sites, then like words.

    So no site is proposed that adds nothing, and of sites that add as much those of the smaller numbers.

    Parameters
    ----------
    sites
        One of the best choices, ascending.
    rules
        What a choice has to keep to.
    perhaps
        (candidates,): whether a best choice may have this candidate.
    as_good
        Whether a choice is one of the best.
    best_under
        The best choice under more rules; None where there is none.
    trials
        The most calls of ``best_under``; after so many the first choice met so far is given.
    """
    while len(sites) > rules.must.sum() and trials > 0:
        trials -= 1
        found = best_under(replace(rules, sites=len(sites) - 1))
        if found is None or not as_good(found):
            break
        sites = found
    return _smallest(sites, replace(rules, sites=len(sites)), perhaps, as_good, best_under, trials)


def _smallest(
    sites: Numbers,
    rules: Rules,
    perhaps: Flags,
    as_good: Callable[[Numbers], bool],
    best_under: Callable[[Rules], Numbers | None],
    trials: int,
) -> Numbers:
    first: list[int] = []
    while len(first) < len(sites) and not as_good(np.array(first, dtype=np.int64)):
        following = int(sites[len(first)])
        for number in _between(first, following, perhaps):
            if trials == 0:
                return sites
            trials -= 1
            found = best_under(_beginning_with([*first, number], rules))
            if found is not None and as_good(found):
                sites, following = found, number
                break
        first.append(following)
    return np.array(first, dtype=np.int64)


def _between(first: list[int], following: int, perhaps: Flags) -> list[int]:
    """Candidates after those that are set and before the one that follows now."""
    begin = first[-1] + 1 if first else 0
    return [begin + int(number) for number in np.flatnonzero(perhaps[begin:following])]


def _beginning_with(first: list[int], rules: Rules) -> Rules:
    """Rules under which these sites stand and no others before the last of them."""
    must, forbidden = rules.must.copy(), rules.forbidden.copy()
    forbidden[: first[-1]] = True
    must[first], forbidden[first] = True, rules.forbidden[first]
    return replace(rules, must=must, forbidden=forbidden)
