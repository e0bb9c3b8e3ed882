"""The concentration index: whether those who rank high by something else have more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.inequality.people import NO_DATA, peopled, weighted_mean
from circle15.assess.inequality.ranks import ranked_groups

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def concentration_index(values: ArrayLike, weights: ArrayLike, ranking: ArrayLike) -> float:
    """The relative concentration index of what people have, ranked by something else.

    Wagstaff, Paci and van Doorslaer (1991): twice the covariance of value and fractional rank, by the mean value.
    People who rank the same share their mean rank.

    Parameters
    ----------
    values, weights
        (cells,): what each has (a good: more is better), not below 0, and its people.
    ranking
        (cells,): by what people are ranked, ascending; cells where it is unknown (NaN) are left out.

    Returns
    -------
    float
        Above 0 where those who rank high have more, below 0 where those who rank low do, within -1 and 1; NaN where
        there is nobody, or nobody has anything.

    Raises
    ------
    DataError
        A value or a weight is negative or unknown.

    Examples
    --------
    >>> round(concentration_index([1, 2, 3], [9, 9, 9], [1, 2, 3]), 6), concentration_index([2, 2], [1, 1], [1, 2])
    (0.222222, 0.0)
    """
    ranks = np.asarray(ranking, dtype=np.float64)
    held = np.where(np.isnan(ranks), 0.0, np.asarray(weights, dtype=np.float64))
    found, people = peopled(values, held)
    mean = weighted_mean(found, people)
    if not 0 < mean < np.inf:
        return NO_DATA
    groups = ranked_groups(found, people, ranks[held > 0])
    rank = (groups.before + groups.people / 2.0) / groups.whole
    return 2.0 * weighted_mean((groups.mean / mean - 1.0) * (rank - 0.5), groups.people)


def corrected_concentration_index(
    values: ArrayLike, weights: ArrayLike, ranking: ArrayLike, lowest: float, highest: float
) -> float:
    """Erreygers' (2009) corrected concentration index, of values that cannot lie beyond two bounds.

    ``4 mean / (highest - lowest)`` times the relative one, so that it does not hang on the mean and changes only its
    sign where one measures what people lack.

    Examples
    --------
    >>> corrected_concentration_index([0, 1], [50, 50], [1, 2], lowest=0, highest=1)
    1.0
    """
    ranks = np.asarray(ranking, dtype=np.float64)
    held = np.where(np.isnan(ranks), 0.0, np.asarray(weights, dtype=np.float64))
    if not highest > lowest:
        return NO_DATA
    mean = weighted_mean(*peopled(values, held))
    return 4.0 * mean / (highest - lowest) * concentration_index(values, weights, ranking)
