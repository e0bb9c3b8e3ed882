"""Values with the people who have them, made ready to be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.units import total
from circle15.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

NO_DATA = float("nan")


def peopled(values: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """The values that somebody has, and how many people have each.

    Parameters
    ----------
    values, weights
        (cells,): what each has, not below 0 (``inf`` may be: no way to any site), and its people.

    Raises
    ------
    DataError
        A value is negative or unknown where people live, people are negative or unknown, or the two do not match.

    Examples
    --------
    >>> peopled([5, 7, 9], [2, 0, 1])
    (array([5., 9.]), array([2., 1.]))
    """
    found, people = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if found.shape != people.shape:
        raise DataError("inequality.unlike_lengths", values=found.size, weights=people.size)
    wrong = ~((people >= 0) & np.isfinite(people))
    if wrong.any():
        raise DataError("inequality.not_people", found=people[wrong][0])
    here = people > 0
    if not (found[here] >= 0).all():
        raise DataError("inequality.not_a_value", found=found[here & ~(found >= 0)][0])
    return found[here], people[here]


def weighted_mean(values: Floats, weights: Floats) -> float:
    """The mean over people; NaN where there are none."""
    people = total(weights)
    return total(values * weights) / people if people > 0 else NO_DATA
