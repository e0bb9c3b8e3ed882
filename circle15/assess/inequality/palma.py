"""The Palma ratio: the best-off tenth against the worst-off two fifths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.inequality.people import NO_DATA, peopled, weighted_mean
from circle15.assess.inequality.ranks import ranked_groups

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

WORST_OFF, BEST_OFF = 0.4, 0.1


def palma_ratio(values: ArrayLike, weights: ArrayLike, ranking: ArrayLike | None = None) -> float:
    """What the highest-ranked 10 % of people have on average, against the lowest-ranked 40 %.

    Palma (2011), with means instead of totals as is usual for access (Herszenhut et al. 2022). A cell on a border
    counts with the part of its people that lies within; cells that rank the same count with their common mean, so
    that neither the order of rows nor the splitting of a cell changes anything.

    Parameters
    ----------
    values, weights
        (cells,): what each has (a good: more is better), not below 0, and its people.
    ranking
        (cells,): by what people are ranked, ascending; by what they have themselves where it is not given.

    Returns
    -------
    float
        1 where the two have the same; NaN where there is nobody, or the lowest-ranked have nothing.

    Raises
    ------
    DataError
        A value or a weight is negative or unknown.

    Examples
    --------
    >>> palma_ratio([1, 2, 3], [40, 50, 10]), palma_ratio([1, 1], [70, 30])
    (3.0, 1.0)
    """
    held = np.asarray(weights, dtype=np.float64)
    ranks = np.asarray(values if ranking is None else ranking, dtype=np.float64)
    found, people = peopled(values, weights)
    if not len(people):
        return NO_DATA
    groups = ranked_groups(found, people, ranks[held > 0])
    low = np.clip(WORST_OFF * groups.whole - groups.before, 0.0, groups.people)
    high = np.clip(groups.before + groups.people - (1.0 - BEST_OFF) * groups.whole, 0.0, groups.people)
    return _ratio(weighted_mean(groups.mean, high), weighted_mean(groups.mean, low))


def palma_ratio_between(values: ArrayLike, weights: ArrayLike, ranking: ArrayLike, low: float, high: float) -> float:
    """What those ranked above ``high`` have on average, against those ranked at or below ``low``.

    The form in which the ratio is published where the two borders are quantiles of a wider population than the one
    that is measured.

    Examples
    --------
    >>> palma_ratio_between([5, 9, 20], [10, 10, 10], [100, 200, 300], low=100, high=200)
    4.0
    """
    held, ranks = np.asarray(weights, dtype=np.float64), np.asarray(ranking, dtype=np.float64)
    found, people = peopled(values, weights)
    ranks = ranks[held > 0]
    return _ratio(
        weighted_mean(found[ranks > high], people[ranks > high]),
        weighted_mean(found[ranks <= low], people[ranks <= low]),
    )


def _ratio(high: float, low: float) -> float:
    return high / low if low > 0 and np.isfinite(high) else NO_DATA
