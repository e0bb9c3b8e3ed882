"""Of equally good choices that which closes least, of these that of fewest sites, then of the smallest numbers.

So the sites are the same in every office.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.siting.arrays import Flags, Numbers
    from circle15.siting.dual import DualBound
    from circle15.siting.rules import Rules


# Choices that differ by less of their worth are equally good.
TIE = 1e-12


@dataclass(frozen=True, eq=False)
class Bests:
    """What all choices that are as good as the best have in common, by the candidates' numbers.

    Attributes
    ----------
    perhaps
        bool: candidates that one of them may have.
    surely
        bool: candidates that each of them has.
    """

    perhaps: Flags
    surely: Flags

    def among(self, rules: Rules, free: Numbers) -> Bests:
        """The same where these are the ``free`` of more candidates; those that must stand do in every choice."""
        perhaps, surely = rules.must.copy(), rules.must.copy()
        perhaps[free], surely[free] = self.perhaps, self.surely
        return Bests(perhaps, surely)

    def under(self, rules: Rules) -> Rules:
        """Rules that leave only choices which may be as good."""
        return replace(rules, forbidden=rules.forbidden | ~self.perhaps, must=rules.must | self.surely)


def anything_goes(rules: Rules) -> Bests:
    """Nothing is known but what the rules say."""
    return Bests(~rules.forbidden, rules.must)


def bests_by(dual: DualBound, value: float) -> Bests:
    """What the bounds with and without each candidate tell, once the best value is known."""
    least = value * (1 - TIE)
    return Bests(dual.if_in >= least, dual.if_out < least)


def first_of_equals(
    sites: Numbers,
    rules: Rules,
    perhaps: Flags,
    as_good: Callable[[Numbers], bool],
    best_under: Callable[[Rules], Numbers | None],
    trials: int,
) -> Numbers:
    """The choice that comes first when equally good ones are ordered by how few close, how few stand, then like words.

    So no site is proposed that adds nothing, none closes that earns nothing, and of sites that add as much those of the
    smaller numbers stand.

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
    staying = int(np.isin(rules.closing, sites).sum())
    while staying < len(rules.closing) and trials > 0:
        trials -= 1
        found = best_under(replace(rules, least_staying=staying + 1))
        if found is None or not as_good(found):
            break
        sites, staying = found, int(np.isin(rules.closing, found).sum())
    rules = replace(rules, least_staying=staying)
    while len(sites) > rules.must.sum() and trials > 0:
        trials -= 1
        found = best_under(replace(rules, sites=len(sites) - 1))
        if found is None or not as_good(found):
            break
        sites = found
    return _smallest(sites, replace(rules, sites=len(sites)), perhaps, as_good, best_under, trials)


def without_idle(sites: Numbers, rules: Rules, as_good: Callable[[Numbers], bool]) -> Numbers:
    """A choice without sites that add nothing, and without closings that earn nothing: one by one, as far as that goes.

    Parameters
    ----------
    sites
        A choice that keeps to the rules, ascending.
    rules
        What a choice has to keep to.
    as_good
        Whether a choice keeps to the rules and is as good as this one.

    Examples
    --------
    >>> from circle15.siting.rules import only_so_many
    >>> without_idle(np.array([0, 1, 2]), only_so_many(3, 3), lambda sites: 1 in sites).tolist()
    [1]
    """
    sites = _fewer(sites, rules, as_good)
    for closed in np.setdiff1d(rules.closing, sites).tolist():
        reopened = np.sort(np.append(sites, closed))
        sites = reopened if as_good(reopened) else sites
    return _fewer(sites, rules, as_good)


def _fewer(sites: Numbers, rules: Rules, as_good: Callable[[Numbers], bool]) -> Numbers:
    """Without new sites that add nothing, those of the largest numbers first."""
    for site in np.setdiff1d(sites[~rules.must[sites]], rules.closing)[::-1].tolist():
        others = sites[sites != site]
        sites = others if as_good(others) else sites
    return sites


def _smallest(
    sites: Numbers,
    rules: Rules,
    perhaps: Flags,
    as_good: Callable[[Numbers], bool],
    best_under: Callable[[Rules], Numbers | None],
    trials: int,
) -> Numbers:
    first: list[int] = []
    while len(first) < len(sites) and not _is_best(np.array(first, dtype=np.int64), rules, as_good):
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


def _is_best(sites: Numbers, rules: Rules, as_good: Callable[[Numbers], bool]) -> bool:
    return rules.kept(sites) and as_good(sites)


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
