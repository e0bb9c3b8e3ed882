"""What a distance scores against how near is near enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def soft_reach(metres: NDArray[np.float64], limit_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Score of a distance: 1 within the limit, falling linearly to 0 at twice the limit.

    A step at the limit would let a metre decide between all and nothing; the slope keeps a home just beyond
    the limit apart from one far away.

    Examples
    --------
    >>> soft_reach(np.array([0.0, 900.0, 1350.0, 1800.0, np.inf]), np.full(5, 900.0)).tolist()
    [1.0, 1.0, 0.5, 0.0, 0.0]
    """
    score: NDArray[np.float64] = np.clip(2.0 - metres / limit_m, 0.0, 1.0)
    return score


def strict_reach(metres: NDArray[np.float64], limit_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Score of a distance: 1 within the limit, 0 beyond.

    Examples
    --------
    >>> strict_reach(np.array([900.0, 900.1]), np.full(2, 900.0)).tolist()
    [1.0, 0.0]
    """
    return (metres <= limit_m).astype(np.float64)
