"""A quotient that is defined where there is nothing to divide by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A sum of weighted people below this counts as nobody. With it, and with the largest capacity, demand and weight that
# are let in, no quotient leaves the range of floats, so inf and NaN cannot arise.
NEGLIGIBLE = 1e-200


def quotient(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """``part / whole``, and 0 where ``whole`` is nothing (less than ``NEGLIGIBLE``).

    Examples
    --------
    >>> quotient(np.array([3.0, 3.0, 0.0]), np.array([4.0, 0.0, 0.0])).tolist()
    [0.75, 0.0, 0.0]
    """
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole >= NEGLIGIBLE)
