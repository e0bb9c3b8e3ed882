"""What share of the scores' variance each source makes: first- and total-order indices of Sobol'.

From rows of two independent draws, A and B, and A with one source at a time from B:

- first order ``S_i = mean(f_B (f_ABi - f_A)) / V`` (Saltelli et al. 2010, table 2 (b)): what would go if the source
  were known;
- total order ``T_i = mean((f_A - f_ABi)^2) / (2 V)`` (Jansen 1999): what would stay if all others were known.

Both are means over rows divided by a variance that is a mean over rows too; their standard error follows from the
spread of the linearised rows (delta method), so that how far they have converged is stated beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Half the width of a 95 % interval, in standard errors.
HALF_WIDTH = 1.959964


@dataclass(frozen=True, eq=False)
class Shares:
    """(sources, ...): indices and half the width of their 95 % interval; NaN where nothing varies."""

    first: NDArray[np.float64]
    first_error: NDArray[np.float64]
    total: NDArray[np.float64]
    total_error: NDArray[np.float64]


def sobol_shares(a: NDArray[np.float64], b: NDArray[np.float64], mixed: NDArray[np.float64]) -> Shares:
    """Indices of every source.

    Parameters
    ----------
    a, b
        (rows, ...): the outcome of independent draws.
    mixed
        (sources, rows, ...): of A with one source from B.

    Examples
    --------
    Of x + 2 y with x and y alike, x makes a fifth of the variance and y four fifths:

    >>> chance = np.random.default_rng(1)
    >>> one, other = chance.random((20_000, 2)), chance.random((20_000, 2))
    >>> f = lambda x, y: x + 2 * y
    >>> mixed = np.array([f(other[:, 0], one[:, 1]), f(one[:, 0], other[:, 1])])
    >>> sobol_shares(f(*one.T), f(*other.T), mixed).total.round(2).tolist()
    [0.2, 0.8]
    """
    centre = (a.mean(axis=0) + b.mean(axis=0)) / 2
    a, b, mixed = a - centre, b - centre, mixed - centre
    squares = (a**2 + b**2) / 2
    variance = squares.mean(axis=0)
    first, first_error = _ratio(b * (mixed - a), squares, variance)
    total, total_error = _ratio((a - mixed) ** 2 / 2, squares, variance)
    return Shares(first, first_error, total, total_error)


# Below, a variance is the rounding of one outcome, not a spread.
LEAST_VARIANCE = 1e-20


def _ratio(
    parts: NDArray[np.float64], squares: NDArray[np.float64], variance: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of parts over the variance, and half its 95 % interval."""
    varies = variance > LEAST_VARIANCE
    rows = parts.shape[1]
    share = np.divide(parts.mean(axis=1), variance, out=np.full(parts[:, 0].shape, np.nan), where=varies)
    spread = (parts - share[:, None] * squares).std(axis=1, ddof=1) if rows > 1 else np.full(share.shape, np.nan)
    error = np.divide(spread / np.sqrt(rows), variance, out=np.full(share.shape, np.nan), where=varies)
    return share, HALF_WIDTH * error
