"""How many have less than a line, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.assess.inequality.people import NO_DATA, peopled, weighted_mean
from circle15.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class Poverty(NamedTuple):
    """The Foster-Greer-Thorbecke measures of order 0 (how many), 1 (how far) and 2 (how far, the farthest most)."""

    fgt0: float
    fgt1: float
    fgt2: float


def fgt_poverty(values: ArrayLike, weights: ArrayLike, poverty_line: float) -> Poverty:
    """The Foster-Greer-Thorbecke measures of those who have less than a line.

    Foster, Greer and Thorbecke (1984): the people-weighted mean of ``((line - x) / line) ** order`` over those below
    the line, with 0 for all others.

    Parameters
    ----------
    values, weights
        (cells,): what each has (a good: more is better), not below 0, and its people.
    poverty_line
        Above 0; who has exactly this much is not poor.

    Returns
    -------
    Poverty
        Three fractions, each at most the one before; NaN where there is nobody.

    Raises
    ------
    DataError
        A value or a weight is negative or unknown, or the line is not above 0.

    Examples
    --------
    >>> fgt_poverty([1.0, 0.5, 0.0], [50, 25, 25], poverty_line=1.0)
    Poverty(fgt0=0.5, fgt1=0.375, fgt2=0.3125)
    """
    if not 0 < poverty_line < np.inf:
        raise DataError("inequality.not_a_line", found=poverty_line)
    found, people = peopled(values, weights)
    if not len(people):
        return Poverty(NO_DATA, NO_DATA, NO_DATA)
    lack = np.clip((poverty_line - found) / poverty_line, 0.0, 1.0)
    poor = (found < poverty_line).astype(np.float64)
    return Poverty(weighted_mean(poor, people), weighted_mean(lack, people), weighted_mean(lack**2, people))
