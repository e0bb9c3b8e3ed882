"""The Gini index over people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.inequality.people import NO_DATA, peopled
from circle15.assess.units import total

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def gini_index(values: ArrayLike, weights: ArrayLike) -> float:
    """The Gini index: twice the area between the Lorenz curve and the line of equality.

    Gini (1912), with every cell as many people as live in it. For reference only, and never within the index: it falls
    when the first site of a district is built, and says "perfectly equal" where nobody has anything.

    Parameters
    ----------
    values, weights
        (cells,): what each has (a good: more is better), not below 0, and its people.

    Returns
    -------
    float
        At least 0 and below 1; NaN where there is nobody, or nobody has anything.

    Raises
    ------
    DataError
        A value or a weight is negative or unknown.

    Examples
    --------
    >>> gini_index([3, 3], [10, 90]), gini_index([0, 1], [90, 10])
    (0.0, 0.9)
    """
    found, people = peopled(values, weights)
    had = total(found * people)
    if not 0 < had < np.inf:
        return NO_DATA
    order = np.argsort(found, kind="stable")
    found, people = found[order], people[order]
    reached = np.cumsum(found * people)
    below = reached - found * people
    area = total((below + reached) / had * people) / total(people)
    return max(1.0 - area, 0.0) if found[0] < found[-1] else 0.0
