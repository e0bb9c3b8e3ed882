"""Metres and people as multiples of one small step, so that adding them up leaves no rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS_PER_M = 2.0**34


def exact_m(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest multiples of 2**-34 m (a seventeenth of a nanometre); ``inf`` stays.

    Sums of such numbers are exact as long as they stay below 2**19 m (524 km): a float64 holds 53 binary digits. So
    the length of a way does not depend on the order in which its parts are added, and equally long ways are equal to
    the last bit, whatever algorithm or thread finds them.

    Examples
    --------
    >>> (0.1 + 0.2) + 0.3 == 0.1 + (0.2 + 0.3)
    False
    >>> one, two, three = exact_m(np.array([0.1, 0.2, 0.3])).tolist()
    >>> (one + two) + three == one + (two + three)
    True
    """
    steps: NDArray[np.float64] = np.rint(np.asarray(metres, dtype=np.float64) * STEPS_PER_M)
    return steps / STEPS_PER_M


def persons_step(total: float) -> float:
    """The step in which people are counted whose sum is ``total``: a power of two, 52 digits below it.

    Examples
    --------
    >>> persons_step(1000.0) == 2.0**-42, persons_step(0.0)
    (True, 1.0)
    """
    return float(2.0 ** (np.ceil(np.log2(total)) + 1 - 53)) if total > 0 else 1.0
