"""Quantiles over people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Shares are compared up to a billionth, so that ten cells of 0.1 person each behave as ten of one person do:
# the rounding of a running sum must not move a median to the next cell.
SHARE_TOLERANCE = 1e-9


def weighted_quantile(values: NDArray[np.float64], persons: NDArray[np.float64], share: float) -> float:
    """The smallest value that at least ``share`` of the people do not exceed.

    The inverse of the weighted distribution function, without interpolation: the result is a value that some
    cell really has. ``inf`` counts as the largest value.

    Parameters
    ----------
    values, persons
        (cells,): a value and the people who have it; cells without people have no say.
    share
        Between 0 and 1: 0.5 for the median.

    Returns
    -------
    float
        NaN where there are no people.

    Examples
    --------
    >>> weighted_quantile(np.array([5.0, 10.0, np.inf]), np.array([50.0, 40.0, 10.0]), 0.9)
    10.0
    """
    peopled = persons > 0
    if not peopled.any():
        return float("nan")
    order = np.argsort(values[peopled], kind="stable")
    running = np.cumsum(persons[peopled][order])
    at = np.searchsorted(running, running[-1] * (share - SHARE_TOLERANCE))
    return float(values[peopled][order][at])
