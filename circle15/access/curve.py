"""The Morton curve: an order of points in which neighbours in the plane are mostly neighbours in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS = 16  # per axis: 65,536 steps, under 2 m over 100 km


def morton_order(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rows of ``xy`` in the order of the Morton curve through them; ties keep the order of rows.

    Parameters
    ----------
    xy
        float64, (n, 2): any unit.

    Examples
    --------
    >>> morton_order(np.array([[9.0, 9.0], [0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])).tolist()
    [1, 2, 3, 0]
    """
    if len(xy) == 0:
        return np.zeros(0, dtype=np.int64)
    low = xy.min(axis=0)
    extent = max(float((xy.max(axis=0) - low).max()), np.finfo(np.float64).tiny)
    steps = ((xy - low) / extent * (2**BITS - 1)).astype(np.int64)
    return np.argsort(_spread_bits(steps[:, 0]) | (_spread_bits(steps[:, 1]) << 1), kind="stable")


def _spread_bits(step: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put a zero bit after each of the lower 16 bits."""
    step = (step | (step << 8)) & 0x00FF00FF
    step = (step | (step << 4)) & 0x0F0F0F0F
    step = (step | (step << 2)) & 0x33333333
    return (step | (step << 1)) & 0x55555555
