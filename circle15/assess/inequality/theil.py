"""Theil's T, and its exact split into what lies between groups and what lies within them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.assess.inequality.people import NO_DATA, peopled, weighted_mean
from circle15.assess.units import total

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class TheilParts(NamedTuple):
    """Theil's T and its two parts, which add up to it but for the rounding of floats."""

    total: float
    between: float
    within: float


def theil_t(values: ArrayLike, weights: ArrayLike) -> float:
    """Theil's T: the people-weighted mean of ``x / mean * ln(x / mean)``; 0 where all have the same.

    Theil (1967), Economics and Information Theory. A value of 0 adds nothing, since ``x ln x`` goes to 0 with x.

    Parameters
    ----------
    values, weights
        (cells,): what each has (a good: more is better), not below 0, and its people.

    Returns
    -------
    float
        Between 0 and the logarithm of the number of people; NaN where there is nobody, or nobody has anything.

    Raises
    ------
    DataError
        A value or a weight is negative or unknown.

    Examples
    --------
    >>> theil_t([1, 1, 1], [10, 20, 5]), round(theil_t([0, 1], [50, 50]), 6)
    (0.0, 0.693147)
    """
    found, people = peopled(values, weights)
    mean = weighted_mean(found, people)
    if not 0 < mean < np.inf:
        return NO_DATA
    return max(weighted_mean(_x_ln_x(found / mean), people), 0.0)


def theil_parts(values: ArrayLike, weights: ArrayLike, groups: ArrayLike) -> TheilParts:
    """Theil's T, between groups and within them.

    Shorrocks (1980): between is the T of the groups' means, each with its people; within is the mean of the groups'
    own T, each weighted by its share of all that is had. ``theil_t`` of everybody is their sum.

    Parameters
    ----------
    values, weights
        As in ``theil_t``.
    groups
        (cells,): which group each belongs to.

    Examples
    --------
    Two towns of 50 people; in the second half of them have nothing:

    >>> parts = theil_parts([2, 2, 0], [50, 25, 25], ["west", "east", "east"])
    >>> [round(part, 6) for part in parts]
    [0.287682, 0.056633, 0.231049]
    """
    found, people = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    whole = theil_t(found, people)
    if np.isnan(whole):
        return TheilParts(NO_DATA, NO_DATA, NO_DATA)
    of_group = np.unique(np.asarray(groups)[people > 0], return_inverse=True)[1]
    found, people = peopled(found, people)
    parts = [(found[of_group == number], people[of_group == number]) for number in range(of_group.max() + 1)]
    size = np.array([total(held) for _, held in parts])
    mean = np.array([weighted_mean(had, held) for had, held in parts])
    own = np.array(
        [theil_t(had, held) if of_mean > 0 else 0.0 for (had, held), of_mean in zip(parts, mean, strict=True)]
    )
    relative = mean / weighted_mean(found, people)
    return TheilParts(whole, max(weighted_mean(_x_ln_x(relative), size), 0.0), weighted_mean(relative * own, size))


def _x_ln_x(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """``x ln x``, which is 0 at 0."""
    return values * np.log(np.where(values > 0, values, 1.0))
