"""Scores of units from their means over people: formulas on arrays of units and services, and of draws before them.

The root is the equally-distributed-equivalent of Atkinson (1970) with inequality aversion 1/2: zeros are real here, so
not the logarithm. One exponent over people, services, towns and dimensions, so that the district's scores come out the
same from its towns as from its cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WeightedMean = Callable[[Floats, Floats], Floats]

# How much balanced access counts in the overall score, beside quality.
ALPHA = 2.0 / 3.0
NO_DATA = float("nan")


@dataclass(frozen=True, eq=False)
class UnitMeans:
    """Means over people per unit and service: all that scores are made of, beside the weights.

    Each array is (..., units, services), with as many axes of draws before as are wanted; they broadcast.

    Attributes
    ----------
    people
        People of the service's group.
    access
        ``A_zs = sum(p r) / sum(p)``; any number where there are no people.
    root_access
        ``h_zs = sum(p sqrt(r)) / sum(p)``.
    root_supply
        ``v_zs = sum(p sqrt(u)) / sum(p)``; NaN where nothing is known of capacities.
    listed_root_square
        The mean over people of the square of ``h`` of the listed unit (town) that they live in; NaN where a unit has
        none below it, None where it is not wanted.
    """

    people: Floats
    access: Floats
    root_access: Floats
    root_supply: Floats
    listed_root_square: Floats | None = None


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores per unit, each (..., units): fractions of the fixed standard, NaN where there is no data.

    ``balance`` is ``balance_people x balance_services``, and ``balance_people`` is ``balance_between x
    balance_within`` where units have listed units below them. ``quality_weight`` is the share of the weights whose
    services have supply data.
    """

    access: Floats
    balanced_access: Floats
    balance: Floats
    balance_people: Floats
    balance_services: Floats
    balance_between: Floats
    balance_within: Floats
    quality: Floats
    overall: Floats
    quality_weight: Floats


def quick_mean(weights: Floats, values: Floats) -> Floats:
    """Weighted mean over the last axis; NaN where no weight is above 0."""
    return _quotient((weights * values).sum(axis=-1), weights.sum(axis=-1))


def exact_mean(weights: Floats, values: Floats) -> Floats:
    """As ``quick_mean``, from correctly rounded sums: the order of services leaves no trace in it."""
    weights, values = np.broadcast_arrays(weights, values)
    if weights.size == 0:
        return np.full(weights.shape[:-1], NO_DATA)
    rows = zip(
        weights.reshape(-1, weights.shape[-1]).tolist(),
        (weights * values).reshape(-1, weights.shape[-1]).tolist(),
        strict=True,
    )
    sums = np.array([(math.fsum(parts), math.fsum(own)) for own, parts in rows], dtype=np.float64).reshape(-1, 2)
    return _quotient(sums[:, 0], sums[:, 1]).reshape(weights.shape[:-1])


def _quotient(part: Floats, whole: Floats) -> Floats:
    """The quotient, NaN where there is nothing to divide by."""
    part, whole = np.broadcast_arrays(part, whole)
    found: Floats = np.divide(part, whole, out=np.full(whole.shape, NO_DATA), where=whole > 0)
    return found


def unit_scores(means: UnitMeans, weights: Floats, mean: WeightedMean = quick_mean) -> Scores:
    """All scores of units, from their means and the services' weights.

    Parameters
    ----------
    means
        Means over people.
    weights
        (..., services), of any sum, not negative. A service whose group has no people in a unit is left out there and
        the others' weights are scaled up; for quality also one without supply data.
    mean
        ``quick_mean``, or ``exact_mean`` for tables.

    Returns
    -------
    Scores
        NaN everywhere where nobody lives. ``balance`` and its factors are NaN where ``access`` is 0, ``quality`` and
        ``overall`` where no service has supply data.

    Notes
    -----
    No score can exceed its bound (EA <= A, factors of B <= 1: Cauchy-Schwarz, Jensen); ``minimum`` takes off what the
    rounding of floats puts on top, so that a town of equals has a balance of 1, not 1.0000000000000002.

    Examples
    --------
    Two services, one fully in reach and the other not at all; of the first the capacity is half of the standard:

    >>> one = np.array([[1.0, 0.0]])
    >>> means = UnitMeans(np.array([[10.0, 10.0]]), one, one, np.array([[0.5**0.5, np.nan]]))
    >>> found = unit_scores(means, np.array([0.5, 0.5]))
    >>> [figure.round(6).tolist() for figure in (found.access, found.balanced_access, found.quality, found.overall)]
    [[0.5], [0.25], [0.5], [0.323802]]
    """
    present = np.where(means.people > 0, weights[..., None, :], 0.0)
    root = mean(present, _where(present, means.root_access))
    squares = mean(present, _where(present, means.root_access) ** 2)
    access = mean(present, _where(present, means.access))
    balanced = np.minimum(root**2, access)
    quality, known = _quality(means, present, mean)
    between, within = _between_and_within(means, present, squares, access, mean)
    return Scores(
        access=access,
        balanced_access=balanced,
        balance=_share(balanced, access),
        balance_people=_share(squares, access),
        balance_services=_share(root**2, squares),
        balance_between=between,
        balance_within=within,
        quality=quality,
        overall=overall_score(balanced, quality),
        quality_weight=known,
    )


def overall_score(balanced_access: Floats, quality: Floats) -> Floats:
    """``I = (alpha sqrt(EA) + (1 - alpha) sqrt(Q))^2``, as a fraction.

    Examples
    --------
    >>> float(overall_score(np.float64(0.25), np.float64(1.0)).round(6))
    0.444444
    """
    both: Floats = (ALPHA * np.sqrt(balanced_access) + (1.0 - ALPHA) * np.sqrt(quality)) ** 2
    return np.minimum(both, 1.0)


def _quality(means: UnitMeans, present: Floats, mean: WeightedMean) -> tuple[Floats, Floats]:
    """Quality of the services that have supply data, and the share of the weights that these have."""
    told = ~np.isnan(means.root_supply)
    known = np.where(told, present, 0.0)
    root = mean(known, np.where(told, means.root_supply, 0.0))
    return np.minimum(root**2, 1.0), np.minimum(mean(present, told.astype(np.float64)), 1.0)


def _between_and_within(
    means: UnitMeans, present: Floats, squares: Floats, access: Floats, mean: WeightedMean
) -> tuple[Floats, Floats]:
    """The two factors of balance over people: between the listed units below, and within them."""
    if means.listed_root_square is None:
        nothing = np.full(squares.shape, NO_DATA)
        return nothing, nothing
    listed = mean(present, _where(present, means.listed_root_square))
    return _share(squares, listed), _share(listed, access)


def _where(present: Floats, values: Floats) -> Floats:
    """The values of services that count, 0 for the others, of which there is none."""
    return np.where(present > 0, values, 0.0)


def _share(part: Floats, whole: Floats) -> Floats:
    """A factor of balance: not above 1, NaN where there is nothing to divide by."""
    return np.minimum(_quotient(part, whole), 1.0)


def means_over_people(values: Floats, persons: Floats, unit_of_cell: NDArray[np.int64], units: int) -> Floats:
    """Means over people per unit, of one service or of several, in draws: quick, by plain sums.

    Parameters
    ----------
    values
        (..., cells, services): a score of each cell.
    persons
        (cells, services), or with draws before: people of each service's group.
    unit_of_cell
        (cells,): the row of each cell's unit, -1 where it is in none.
    units
        How many there are.

    Returns
    -------
    numpy.ndarray
        (..., units, services); NaN where there are no people.

    Examples
    --------
    >>> persons, scores = np.array([[30.0], [10.0], [5.0]]), np.array([[1.0], [0.0], [0.5]])
    >>> means_over_people(scores, persons, np.array([0, 0, 1]), 3).tolist()
    [[0.75], [0.5], [nan]]
    """
    sums = sums_by_unit(values * persons, unit_of_cell, units)
    return _quotient(sums, sums_by_unit(persons, unit_of_cell, units))


def sums_by_unit(values: Floats, unit_of_cell: NDArray[np.int64], units: int) -> Floats:
    """Sums over the cells of each unit: (..., cells, services) becomes (..., units, services)."""
    order = np.argsort(unit_of_cell, kind="stable")
    order = order[unit_of_cell[order] >= 0]
    here, start = np.unique(unit_of_cell[order], return_index=True)
    sums = np.zeros((*values.shape[:-2], units, values.shape[-1]))
    if len(order):
        sums[..., here, :] = np.add.reduceat(values[..., order, :], start, axis=-2)
    return sums
