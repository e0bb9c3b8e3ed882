"""Weights from judgements of two at a time: the analytic hierarchy process.

A judgement ``a[i, j]`` says how many times as important i is as j, so ``a[j, i] = 1 / a[i, j]``. The weights are the
principal eigenvector, and the consistency ratio tells how far the judgements contradict each other: the excess of the
principal eigenvalue over n, held against that of random judgements (Saaty 1980, The Analytic Hierarchy Process).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import ConfigurationError, collecting, raise_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.errors import Circle15Error

# The mean consistency index of random reciprocal matrices on the scale 1/9 ... 9, by their size 1, 2, ..., 15:
# Saaty (1980), table on p. 21.
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
MOST_RATIO = 0.1
# How far a judgement and its reverse may be from reciprocal: offices write 0.33 for a third.
ROUNDED = 0.02
STEPS = 10_000


@dataclass(frozen=True, eq=False)
class Judged:
    """What a comparison matrix says.

    Attributes
    ----------
    weights
        (n,): add up to 1.
    eigenvalue
        The principal one; n where all judgements agree.
    ratio
        The consistency ratio; 0 for n below 3, where nothing can contradict.
    """

    weights: NDArray[np.float64]
    eigenvalue: float
    ratio: float


@dataclass(frozen=True)
class Doubtful:
    """The judgement that contradicts the others most: its row and column, and the value that would agree with them."""

    row: int
    column: int
    judged: float
    consistent: float


def judged(matrix: NDArray[np.float64]) -> Judged:
    """Weights and consistency of a comparison matrix.

    Parameters
    ----------
    matrix
        (n, n), n at most 15; positive and reciprocal (``checked_matrix`` sees to it).

    Examples
    --------
    Twice and three times as important, and the two between them as they must be then:

    >>> found = judged(np.array([[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]]))
    >>> found.weights.round(6).tolist(), abs(round(found.ratio, 12))
    ([0.6, 0.3, 0.1], 0.0)
    """
    size = len(matrix)
    weights, eigenvalue = _principal(matrix)
    random = RANDOM_INDEX[size - 1]
    ratio = (eigenvalue - size) / (size - 1) / random if random > 0 else 0.0
    return Judged(weights, eigenvalue, max(ratio, 0.0))


def _principal(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """The eigenvector of the largest eigenvalue, adding up to 1, and the eigenvalue; by repeated multiplication."""
    vector = np.full(len(matrix), 1.0 / len(matrix))
    for _ in range(STEPS):
        image = (matrix * vector).sum(axis=1)
        eigenvalue = float(image.sum())
        following = image / eigenvalue
        if np.abs(following - vector).max() <= 1e-16:
            break
        vector = following
    return following, eigenvalue


def most_doubtful(matrix: NDArray[np.float64]) -> Doubtful:
    """The judgement without which the others agree best, and the value that would agree with them.

    Each judgement is left out in turn and the weights are found from the others (Harker 1987: the pair's entries
    become 0 and a 1 is added to both of its places on the diagonal).

    Examples
    --------
    >>> wrong = np.array([[1, 2, 1 / 6], [1 / 2, 1, 3], [6, 1 / 3, 1]])
    >>> most_doubtful(wrong).consistent > 0
    True
    """
    tried = [_without(matrix, row, column) for row, column in combinations(range(len(matrix)), 2)]
    return min(tried, key=lambda found: found[0])[1]


def _without(matrix: NDArray[np.float64], row: int, column: int) -> tuple[float, Doubtful]:
    """The ratio once a judgement agrees with the others, and that judgement."""
    left = matrix.copy()
    left[row, column] = left[column, row] = 0.0
    left[row, row] += 1.0
    left[column, column] += 1.0
    weights, _ = _principal(left)
    consistent = float(weights[row] / weights[column])
    mended = matrix.copy()
    mended[row, column], mended[column, row] = consistent, 1.0 / consistent
    own = Doubtful(row, column, float(matrix[row, column]), consistent)
    above = own if own.judged >= 1 else Doubtful(column, row, 1.0 / own.judged, 1.0 / own.consistent)
    return judged(mended).ratio, above


def checked_matrix(names: Sequence[str], matrix: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """The matrix with each pair exactly reciprocal: what stands above the diagonal decides.

    Parameters
    ----------
    names
        What is compared, in the order of the rows.
    matrix
        (n, n) as written.
    where
        The file or the part of ``study.toml`` where it stands.

    Raises
    ------
    ConfigurationError, Faults
        More than 15 are compared; a judgement is no positive number, the diagonal is not 1, or a pair is not
        reciprocal. All of them at once.
    """
    if len(names) > len(RANDOM_INDEX):
        raise ConfigurationError("weights.too_many", where=where, count=len(names), most=len(RANDOM_INDEX))
    faults: list[Circle15Error] = []
    for row in range(len(names)):
        for column in range(row, len(names)):
            with collecting(faults):
                _require_pair(names, matrix, row, column, where)
    raise_faults(faults)
    above = np.triu(matrix, 1)
    below = np.divide(1.0, above, out=np.zeros_like(above), where=above > 0).T
    return above + below + np.eye(len(names))


def _require_pair(names: Sequence[str], matrix: NDArray[np.float64], row: int, column: int, where: str) -> None:
    one, reverse = float(matrix[row, column]), float(matrix[column, row])
    for value in (one, reverse):
        if not (np.isfinite(value) and value > 0):
            raise ConfigurationError("weights.not_positive", where=where, a=names[row], b=names[column], found=value)
    if row == column and one != 1:
        raise ConfigurationError("weights.own_not_one", where=where, a=names[row], found=one)
    if abs(one * reverse - 1.0) > ROUNDED * max(1.0, one, reverse):
        facts = {"a": names[row], "b": names[column], "one": one, "reverse": reverse}
        raise ConfigurationError("weights.not_reciprocal", where=where, **facts)


def consistent_weights(names: Sequence[str], matrix: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """The weights of a checked matrix, (n,).

    Raises
    ------
    ConfigurationError
        The judgements contradict each other by more than a consistency ratio of 0.1: names the one that does most,
        and the value that would agree with the others.
    """
    found = judged(matrix)
    if found.ratio > MOST_RATIO:
        doubt = most_doubtful(matrix)
        raise ConfigurationError(
            "weights.inconsistent",
            where=where,
            ratio=found.ratio,
            a=names[doubt.row],
            b=names[doubt.column],
            judged=doubt.judged,
            consistent=doubt.consistent,
        )
    return found.weights
