"""The sites to which people walk least in all: the p-median (Hakimi 1964; ReVelle and Swain 1970)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.choice import USUAL, Choice, Effort
from circle15.siting.gains.most_gained import most_gained

if TYPE_CHECKING:
    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.rules import Rules


def p_median(
    persons: Floats,
    metres: Floats,
    cell: Numbers,
    candidate: Numbers,
    rules: Rules,
    beyond_m: Floats,
    effort: Effort = USUAL,
) -> Choice | None:
    """The sites with the least person-metres to the nearest.

    Parameters
    ----------
    persons
        (cells,).
    metres, cell, candidate
        (pairs,): how far a candidate is from a cell; each pair once.
    rules
        What a choice has to keep to; people gain by every site, so as many stand as may.
    beyond_m
        (cells,): at how many metres people are counted who reach no site: the longest pair of the cell where every
        choice must reach them.
    effort
        How hard to try.

    Returns
    -------
    Choice or None
        ``value`` and ``bound`` in person-metres. None as for ``most_gained``.
    """
    gain = persons[cell] * (beyond_m[cell] - metres)
    whole = float(np.sum(persons * beyond_m))
    found = most_gained(gain, cell, candidate, len(persons), rules, effort, -whole)
    if found is None:
        return None
    stands = np.isin(np.arange(rules.candidates), found.sites)[candidate]
    nearest = beyond_m.copy()
    np.minimum.at(nearest, cell[stands], metres[stands])
    # Walking itself is told, not what is left of two large sums.
    walked = float(np.sum(persons * nearest))
    return replace(found, value=walked, bound=max(walked - (found.bound - found.value), 0.0))
