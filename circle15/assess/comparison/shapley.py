"""Shapley values: a change divided among its causes, so that the parts add up and no order is preferred.

Each cause in turn goes from its old state to its new one; the part of a cause is the mean, over all orders, of the
change that it makes when its turn comes (Shapley 1953). A cause that changes nothing has exactly no part, two causes
that do the same have the same part, and the parts add up to the whole change.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def shapley_parts(values: Floats) -> Floats:
    """The part of each cause in the change from none of them to all of them.

    Parameters
    ----------
    values
        (2 ** n, ...): the value of every set of causes that are in their new state. Row ``r`` is that of the set whose
        members are the bits of ``r``: bit 0 is the first cause.

    Returns
    -------
    numpy.ndarray
        (n, ...): adds up to ``values[-1] - values[0]``. NaN where the value of any set is NaN.

    Examples
    --------
    Two causes, each good for 1, and for 1 more where both are there:

    >>> shapley_parts(np.array([0.0, 1.0, 1.0, 3.0])).tolist()
    [1.5, 1.5]
    """
    count = len(values).bit_length() - 1
    parts = np.zeros((count, *values.shape[1:]))
    for cause in range(count):
        for members in range(len(values)):
            if not members >> cause & 1:
                weight = weight_of_set(members.bit_count(), count)
                parts[cause] += weight * (values[members | 1 << cause] - values[members])
    return parts


def weight_of_set(size: int, count: int) -> float:
    """The share of all orders of ``count`` causes in which just ``size`` given ones stand before a given other one.

    Examples
    --------
    >>> [weight_of_set(size, 3) for size in range(3)] == [1 / 3, 1 / 6, 1 / 3]
    True
    """
    return factorial(size) * factorial(count - size - 1) / factorial(count)


def values_of_sets(value: Callable[[tuple[bool, ...]], Floats], moved: Sequence[bool]) -> Floats:
    """The value of every set of causes, each worked out once.

    Parameters
    ----------
    value
        Gives the value where the causes that are True are in their new state.
    moved
        Whether each cause differs at all between old and new; one that does not is never put in its new state, and so
        has a part of exactly 0.

    Returns
    -------
    numpy.ndarray
        (2 ** n, ...), as ``shapley_parts`` takes it.

    Examples
    --------
    >>> asked = []
    >>> def value(new):
    ...     asked.append(new)
    ...     return np.array([float(new[0])])
    >>> values_of_sets(value, [True, False]).ravel().tolist(), len(asked)
    ([0.0, 1.0, 0.0, 1.0], 2)
    """
    known: dict[tuple[bool, ...], Floats] = {}
    rows = []
    for members in range(2 ** len(moved)):
        new = tuple(bool(differs and members >> cause & 1) for cause, differs in enumerate(moved))
        if new not in known:
            known[new] = value(new)
        rows.append(known[new])
    return np.stack(rows)
