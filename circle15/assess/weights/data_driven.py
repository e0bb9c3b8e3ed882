"""Weights that follow the data: for comparison beside the stated ones, never in the published index.

Entropy gives weight to what differs between units, whatever it is worth; the first principal component to what goes
with the others, so that services that differ in the same way outvote one that stands alone. Both change with next
year's data, and an index with them would move though nothing had been built: years do not compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Fewer units tell nothing of how services go together.
LEAST_UNITS = 3
NO_DATA = float("nan")


def entropy_weights(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights by how unevenly the units share each service: ``1 - E_s``, scaled to add up to 1.

    ``E_s = -sum_z q ln q / ln n`` with ``q_zs`` the unit's share of the column (Shannon 1948; Zeleny 1982).

    Parameters
    ----------
    scores
        (units, services), 0 or more, all known.

    Returns
    -------
    numpy.ndarray
        (services,); NaN where there are fewer than three units, or all are alike in everything.

    Examples
    --------
    >>> entropy_weights(np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])).tolist()
    [0.0, 1.0]
    """
    if len(scores) < LEAST_UNITS:
        return np.full(scores.shape[1], NO_DATA)
    whole = scores.sum(axis=0)
    shares = np.divide(scores, whole, out=np.full(scores.shape, 1.0 / len(scores)), where=whole > 0)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    # A column of equal shares may exceed 1 by the rounding of its logarithms.
    differs = np.maximum(1.0 + (shares * logs).sum(axis=0) / np.log(len(scores)), 0.0)
    return _scaled(np.where(differs > 1e-12, differs, 0.0))


def principal_weights(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights by the first principal component: squared loadings on the standardised services, which add up to 1.

    After the OECD handbook on composite indicators (Nardo et al. 2008, step 6). Services that are alike everywhere
    have no weight.

    Parameters
    ----------
    scores
        (units, services), all known.

    Returns
    -------
    numpy.ndarray
        (services,); NaN where there are fewer than three units, or all are alike in everything.

    Examples
    --------
    >>> principal_weights(np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [2.0, -1.0, 1.0]])).round(6).tolist()
    [0.5, 0.5, 0.0]
    """
    spread = scores.std(axis=0)
    if len(scores) < LEAST_UNITS or not (spread > 1e-12).any():
        return np.full(scores.shape[1], NO_DATA)
    differs = spread > 1e-12
    standard = (scores[:, differs] - scores[:, differs].mean(axis=0)) / spread[differs]
    correlation = (standard[:, :, None] * standard[:, None, :]).mean(axis=0)
    _, vectors = np.linalg.eigh(correlation)
    weights = np.zeros(scores.shape[1])
    weights[differs] = vectors[:, -1] ** 2
    return _scaled(weights)


def _scaled(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    whole = weights.sum()
    return weights / whole if whole > 0 else np.full(len(weights), NO_DATA)
