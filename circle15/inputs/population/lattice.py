"""Persons in steps so small that nothing is rounded off a sum, and so even that sums are exact.

A float holds 53 binary digits. Where all persons are multiples of one power of two, and their total has no more than
53 digits of it, every sum of cells is exact, in any order: towns add up to their district to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.model.exact import persons_step
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from numpy.typing import NDArray


def on_a_lattice(persons: pd.DataFrame) -> pd.DataFrame:
    """Persons rounded to whole multiples of one power of two; what is rounded off is below 1e-15 of the total."""
    step = persons_step(persons[EVERYONE].sum())
    rounded: pd.DataFrame = (persons / step).round() * step
    return rounded


def exact_shares(
    residents: NDArray[np.float64], codes: NDArray[np.object_], counts: pd.Series, whole: float
) -> NDArray[np.float64]:
    """Each unit's count spread over its cells as its residents are, so that the cells add up to it exactly.

    Parameters
    ----------
    residents
        Persons per cell, (n,).
    codes
        Each cell's unit, (n,).
    counts
        Persons by unit code.
    whole
        The people of all cells: what the step of the lattice is fit for.

    Examples
    --------
    >>> units = np.array(["a", "a", "b"], dtype=object)
    >>> spread = exact_shares(np.array([1.0, 2.0, 5.0]), units, pd.Series({"a": 10.0}), 10.0)
    >>> spread.round(3).tolist(), float(spread.sum())
    ([3.333, 6.667, 0.0], 10.0)
    """
    step = persons_step(max(whole, float(counts.sum())))
    spread = np.zeros(len(residents))
    order = np.argsort(codes.astype(str), kind="stable")
    bounds = np.searchsorted(codes[order].astype(str), [str(code) for code in counts.index], side="left")
    ends = np.searchsorted(codes[order].astype(str), [str(code) for code in counts.index], side="right")
    for count, first, end in zip(counts.to_numpy(float), bounds, ends, strict=True):
        here = order[first:end]
        if residents[here].sum() > 0:
            spread[here] = _whole_steps(residents[here], count, step)
    return spread


def _whole_steps(residents: NDArray[np.float64], count: float, step: float) -> NDArray[np.float64]:
    """The count in whole steps; what rounding leaves over goes to the cell with most residents."""
    steps = np.round(residents / residents.sum() * count / step)
    steps[np.argmax(residents)] += np.round(count / step) - steps.sum()
    persons: NDArray[np.float64] = steps * step
    return persons
