"""How far one service can make up for another: the mean over services with an exponent.

``M_p = (sum(w e^p) / sum(w))^(1/p)`` over the services' balanced access ``e = h^2``: with p = 1 a service that is
missing is made up for by another in full, with p = 1/2 as in the index (M is EA then), with less hardly, and the
minimum not at all (Atkinson 1970: p is one minus the aversion to inequality).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PUBLISHED = 0.5
# As stated beside the index; 0 stands for the minimum.
EXPONENTS = (1.0, PUBLISHED, 0.25, 0.0)


def combined(
    roots: NDArray[np.float64], weights: NDArray[np.float64], exponent: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """The mean over services of what their roots stand for.

    Parameters
    ----------
    roots
        (..., services): root access h; NaN where a service has no people, which leaves it out.
    weights
        (..., services): 0 or more.
    exponent
        (...): above 0, or the number 0 for the minimum over the services that have a weight.

    Returns
    -------
    numpy.ndarray
        (...): between 0 and 1; NaN where no service that has a weight has people.

    Examples
    --------
    >>> h, w = np.array([1.0, 0.5, np.nan]), np.array([0.4, 0.4, 0.2])
    >>> [float(combined(h, w, p).round(6)) for p in (1.0, 0.5, 0.0)]
    [0.625, 0.5625, 0.25]
    """
    there = ~np.isnan(roots) & (weights > 0)
    if np.ndim(exponent) == 0 and exponent == 0:
        least = np.where(there, roots, np.inf).min(axis=-1) ** 2
        return np.where(np.isinf(least), np.nan, least)
    power = np.asarray(exponent, dtype=np.float64)
    counted = np.where(there, weights, 0.0)
    whole = counted.sum(axis=-1)
    powered = np.where(there, roots, 0.0) ** (2.0 * power[..., None])
    mean = np.divide((counted * powered).sum(axis=-1), whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    result: NDArray[np.float64] = mean ** (1.0 / power)
    return result
