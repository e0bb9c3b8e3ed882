"""Decays: how the weight of a facility, or of a person, falls with the cost of the way.

A decay is a function from costs to weights. Each maker here returns one; any other function will do as well, as long
as its weights are numbers of 0 or more. Costs and parameters are in one unit, minutes or metres.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from circle15.errors import DataError

if TYPE_CHECKING:
    from typing import Any

Decay = Callable[[NDArray[np.float64]], NDArray[np.float64]]

LARGEST_WEIGHT = 1e50
LARGEST_PARAMETER = 1e100


def positive(name: str, value: object) -> float:
    """A parameter that must be a number above 0, within what floats can still square and divide by.

    Raises
    ------
    DataError
        It is not.

    Examples
    --------
    >>> positive("cutoff", 15)
    15.0
    """
    if not isinstance(value, Real) or not 1 / LARGEST_PARAMETER <= float(value) <= LARGEST_PARAMETER:
        raise DataError("measures.not_positive", name=name, found=value)
    return float(value)


def weights_at(cost: NDArray[np.float64], decay: Decay) -> NDArray[np.float64]:
    """The weights that a decay gives to costs, (n,).

    Raises
    ------
    DataError
        They are not one number per cost, each between 0 and ``LARGEST_WEIGHT``; an inverse power has none at cost 0.
    """
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        given: Any = np.asarray(decay(cost))
    if given.shape != cost.shape or given.dtype.kind not in "biuf":
        raise DataError("measures.weights_shape", found=given.shape, pairs=len(cost))
    weight: NDArray[np.float64] = given.astype(np.float64)
    wrong = ~((weight >= 0) & (weight <= LARGEST_WEIGHT))
    if wrong.any():
        first = int(wrong.argmax())
        raise DataError("measures.not_a_weight", weight=weight[first], cost=cost[first], count=int(wrong.sum()))
    return weight


def binary(cutoff: float) -> Decay:
    """All or nothing: ``1 if c <= cutoff else 0``; with it, gravity is the cumulative measure.

    Raises
    ------
    DataError
        The cutoff is not a finite number above 0; so in all decays here for all their parameters.

    Examples
    --------
    >>> binary(15)(np.array([0.0, 15.0, 15.1])).tolist()
    [1.0, 1.0, 0.0]
    """
    limit = positive("cutoff", cutoff)
    return lambda cost: (cost <= limit).astype(np.float64)


def linear(cutoff: float) -> Decay:
    """A straight line from 1 at no cost to 0 at the cutoff: ``max(0, 1 - c / cutoff)``.

    Examples
    --------
    >>> linear(20)(np.array([0.0, 5.0, 20.0, 30.0])).tolist()
    [1.0, 0.75, 0.0, 0.0]
    """
    limit = positive("cutoff", cutoff)
    return lambda cost: np.maximum(limit - cost, 0.0) / limit


def negative_exponential(beta: float) -> Decay:
    """``exp(-beta c)`` (Wilson 1971); ``beta`` per unit of cost.

    Examples
    --------
    >>> negative_exponential(0.2)(np.array([0.0, 5.0])).round(6).tolist()
    [1.0, 0.367879]
    """
    rate = positive("beta", beta)
    return lambda cost: np.exp(-rate * cost)


def inverse_power(beta: float) -> Decay:
    """``c ** -beta`` (Hansen 1959): depends on the unit of cost, and has no weight at cost 0, which is refused.

    Examples
    --------
    >>> inverse_power(2)(np.array([0.5, 1.0, 4.0])).tolist()
    [4.0, 1.0, 0.0625]
    """
    power = positive("beta", beta)
    return lambda cost: cost**-power


def gaussian(sigma: float) -> Decay:
    """``exp(-c^2 / (2 sigma^2))``, without end (Ingram 1971; Kwan 1998, whose ``v`` is ``2 sigma^2``).

    Examples
    --------
    >>> gaussian(10)(np.array([0.0, 10.0, 20.0])).round(6).tolist()
    [1.0, 0.606531, 0.135335]
    """
    width = positive("sigma", sigma)
    return lambda cost: np.exp(-0.5 * (cost / width) ** 2)


def gaussian_within(cutoff: float) -> Decay:
    """The Gaussian that comes down to 0 at the cutoff (Dai 2010), for G2SFCA.

    ``(exp(-(c / cutoff)^2 / 2) - exp(-1/2)) / (1 - exp(-1/2))`` up to the cutoff, 0 beyond.

    Examples
    --------
    >>> gaussian_within(10)(np.array([0.0, 5.0, 10.0, 11.0])).round(6).tolist()
    [1.0, 0.701367, 0.0, 0.0]
    """
    limit = positive("cutoff", cutoff)
    # Both halves of the fraction times exp(1/2): so it comes down to 0 exactly, and right up to there in every digit.
    return lambda cost: np.expm1(0.5 * _parabola(cost, limit)) / np.expm1(0.5)


def epanechnikov(cutoff: float) -> Decay:
    """The kernel ``3/4 (1 - (c / cutoff)^2)`` up to the cutoff, 0 beyond (Epanechnikov 1969), for KD2SFCA.

    The factor 3/4 cancels in floating catchment areas, not in ``gravity``.

    Examples
    --------
    >>> epanechnikov(10)(np.array([0.0, 5.0, 10.0, 11.0])).tolist()
    [0.75, 0.5625, 0.0, 0.0]
    """
    limit = positive("cutoff", cutoff)
    return lambda cost: 0.75 * _parabola(cost, limit)


def _parabola(cost: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    """``max(0, 1 - (c / limit)^2)``, as a product so that no digit is lost near the limit."""
    return np.maximum(limit - cost, 0.0) / limit * (1.0 + np.minimum(cost / limit, 1.0))


def logistic(median: float, deviation: float) -> Decay:
    """The downward logistic curve of Bauer and Groneberg (2016), scaled to 1 at no cost.

    ``(1 + exp(-median k)) / (1 + exp((c - median) k))`` with ``k = pi / (sqrt(3) deviation)``: a small deviation
    comes near to ``binary``, a large one to ``linear``.

    Examples
    --------
    >>> logistic(20, 2)(np.array([0.0, 20.0, 40.0])).round(6).tolist()
    [1.0, 0.5, 0.0]
    """
    middle, k = positive("median", median), np.pi / (np.sqrt(3.0) * positive("deviation", deviation))
    top = 1.0 + np.exp(-middle * k)
    return lambda cost: top / (1.0 + np.exp((cost - middle) * k))


def step(weights: Mapping[float, float]) -> Decay:
    """Steps: the weight of the first bound that the cost does not exceed, 0 beyond the last (Luo and Qi 2009).

    Luo and Qi weigh three zones by 1, 0.68 and 0.22 where people put up with distance, or 1, 0.42 and 0.09.

    Parameters
    ----------
    weights
        Weight by upper bound, which belongs to its step.

    Raises
    ------
    DataError
        There is no step, a bound is not above 0, or a weight is no number of 0 or more or rises with the cost.

    Examples
    --------
    >>> step({5: 1.0, 10: 0.68, 15: 0.22})(np.array([0.0, 5.0, 5.1, 15.0, 15.1])).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """
    if not weights:
        raise DataError("measures.no_steps")
    bounds = np.sort([positive("step", bound) for bound in weights])
    by_bound = {float(bound): weight for bound, weight in weights.items()}
    heights = [_height(by_bound[bound], bound) for bound in bounds.tolist()]
    for lower, higher, bound in zip(heights[1:], heights, bounds[1:].tolist(), strict=False):
        if lower > higher:
            raise DataError("measures.step_rises", bound=bound, weight=lower, before=higher)
    return lambda cost: np.array([*heights, 0.0])[np.searchsorted(bounds, cost, side="left")]


def _height(weight: object, bound: float) -> float:
    if not isinstance(weight, Real) or not 0 <= float(weight) <= LARGEST_WEIGHT:
        raise DataError("measures.not_a_step", bound=bound, weight=weight)
    return float(weight)


def within(cutoff: float, decay: Decay) -> Decay:
    """A decay up to the cutoff and 0 beyond: the catchment of a gravity-based floating catchment area.

    Examples
    --------
    >>> within(10, negative_exponential(0.1))(np.array([0.0, 10.0, 10.1])).round(6).tolist()
    [1.0, 0.367879, 0.0]
    """
    limit = positive("cutoff", cutoff)
    return lambda cost: np.where(cost <= limit, decay(cost), 0.0)
