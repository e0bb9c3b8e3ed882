"""The Kolm-Pollak equivalent: the minutes that, were all people's the same, would be as bad as theirs are."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.inequality.people import NO_DATA, peopled, weighted_mean
from circle15.assess.units import total
from circle15.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def kolm_pollak(values: ArrayLike, weights: ArrayLike, kappa: float) -> float:
    """The equally-distributed equivalent of a bad, such as minutes or metres: ``ln(mean(exp(kappa t))) / kappa``.

    Logan et al. (2021), doi 10.1016/j.compenvurbsys.2020.101590; Sheriff and Maguire (2020), doi 10.1111/risa.13562;
    after Kolm (1976) and Pollak (1971). A minute more for those who are far already weighs more than one for those
    who are near, so it is never below the mean.

    Parameters
    ----------
    values, weights
        (cells,): what each has (a bad: less is better), not below 0, and its people.
    kappa
        Aversion to inequality per unit of ``values``, not below 0; 0 gives the mean. To compare years or places it must
        be the same for all: see ``kolm_pollak_kappa``.

    Returns
    -------
    float
        Between the mean and the largest value, that value itself where all have the same; ``inf`` where somebody has
        ``inf``; NaN where there is nobody.

    Raises
    ------
    DataError
        A value, a weight or ``kappa`` is negative or unknown.

    Examples
    --------
    >>> kolm_pollak([10, 10], [5, 7], kappa=0.1), round(kolm_pollak([5, 15], [1, 1], kappa=0.1), 4)
    (10.0, 11.2011)
    """
    if not 0 <= kappa < math.inf:
        raise DataError("inequality.not_an_aversion", found=kappa)
    found, people = peopled(values, weights)
    if not len(people):
        return NO_DATA
    if np.isinf(found).any():
        return math.inf
    mean = min(max(weighted_mean(found, people), float(found.min())), float(found.max()))
    exponents = kappa * (found - mean)
    most = float(exponents.max())
    # Near the mean the logarithm is of almost 1, where only log1p keeps the digits; far from it exp must not overflow.
    if most < 1.0:
        beyond = math.log1p(total(np.expm1(exponents) * people) / total(people))
    else:
        beyond = most + math.log(total(np.exp(exponents - most) * people) / total(people))
    equivalent = mean + beyond / kappa if kappa > 0 else mean
    return min(max(equivalent, mean), float(found.max()))


def kolm_pollak_kappa(values: ArrayLike, weights: ArrayLike, epsilon: float) -> float:
    """The aversion per unit that goes with Atkinson's ``epsilon``: ``epsilon * sum(w t) / sum(w t**2)``.

    Logan et al. (2021), equation 4. It hangs on the values, so it is worked out once, from the base year, and kept.

    Parameters
    ----------
    values, weights
        (cells,): finite, not below 0, and its people.
    epsilon
        Above 0: 0.5 is mild, 1 usual, 2 strong.

    Returns
    -------
    float
        0 where all values are 0: they are all the same then, whatever the aversion; NaN where there is nobody.

    Examples
    --------
    >>> kolm_pollak_kappa([10, 10], [5, 7], epsilon=1.0)
    0.1
    """
    if not 0 < epsilon < math.inf:
        raise DataError("inequality.not_an_aversion", found=epsilon)
    found, people = peopled(values, weights)
    if not len(people):
        return NO_DATA
    most = float(found.max())
    if most == 0.0:
        return 0.0
    relative = found / most
    # Values too small to divide by would make it infinite.
    return min(epsilon * total(relative * people) / total(relative**2 * people) / most, sys.float_info.max)
