"""People in the order of a ranking, those who rank the same together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RankedGroups:
    """Those who rank the same, one entry each, lowest first: how many, what they have on average, how many before."""

    people: NDArray[np.float64]
    mean: NDArray[np.float64]
    before: NDArray[np.float64]

    @property
    def whole(self) -> float:
        """All people."""
        return float(self.before[-1] + self.people[-1])


def ranked_groups(
    values: NDArray[np.float64], weights: NDArray[np.float64], ranking: NDArray[np.float64]
) -> RankedGroups:
    """Put together who ranks the same; all weights above 0.

    Examples
    --------
    >>> groups = ranked_groups(np.array([1.0, 3.0, 5.0]), np.array([10.0, 10.0, 5.0]), np.array([2.0, 2.0, 1.0]))
    >>> groups.people.tolist(), groups.mean.tolist(), groups.before.tolist()
    ([5.0, 20.0], [5.0, 2.0], [0.0, 5.0])
    """
    _, group = np.unique(ranking, return_inverse=True)
    people = np.bincount(group, weights=weights).astype(np.float64)
    mean = np.bincount(group, weights=weights * values) / people
    return RankedGroups(people, mean, np.cumsum(people) - people)
