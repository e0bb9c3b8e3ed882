"""What an order of units can carry: intervals of scores and ranks, who beats whom how often, and tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOW, HIGH = 0.05, 0.95
# In so many draws of a hundred the better unit must come out better before their order is said.
SETTLED = 0.95
NO_TIER = 0


def ranks_of(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """(draws, units): one more than how many units score higher; 0 where a unit has no score.

    Examples
    --------
    >>> ranks_of(np.array([[0.5, 0.9, 0.5, np.nan]])).tolist()
    [[2, 1, 2, 0]]
    """
    known = ~np.isnan(scores)
    negative = np.where(known, -scores, np.inf)
    order = np.sort(negative, axis=1)
    ranks = np.array([np.searchsorted(row, own, side="left") for row, own in zip(order, negative, strict=True)])
    result: NDArray[np.int64] = np.where(known, ranks.reshape(scores.shape) + 1, 0)
    return result


def rank_intervals(ranks: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The 5th and the 95th percentile of each unit's ranks; whole ranks, the wider ones where it falls between two.

    Examples
    --------
    >>> [bound.tolist() for bound in rank_intervals(np.array([[1, 2]] * 19 + [[2, 1]]))]
    [[1, 1], [2, 2]]
    """
    low = np.quantile(ranks, LOW, axis=0, method="lower")
    high = np.quantile(ranks, HIGH, axis=0, method="higher")
    return low.astype(np.int64), high.astype(np.int64)


def beats(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(units, units): in what share of draws the unit of the row scores higher than that of the column.

    A draw in which they score the same counts half for each; NaN on the diagonal and where one has no score.

    Examples
    --------
    >>> beats(np.array([[0.9, 0.5], [0.9, 0.9]])).tolist()
    [[nan, 0.75], [0.25, nan]]
    """
    units = scores.shape[1]
    shares = np.full((units, units), np.nan)
    for unit in range(units):
        own = scores[:, unit : unit + 1]
        above = (own > scores).mean(axis=0) + (own == scores).mean(axis=0) / 2
        shares[unit] = np.where(np.isnan(scores).any(axis=0) | np.isnan(own).any(), np.nan, above)
    np.fill_diagonal(shares, np.nan)
    return shares


def tiers(scores: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Tiers 1, 2, ... from the best down; 0 where a unit has no score.

    Units stand in the order of their scores. A new tier begins only where every unit above is settled to be better
    than every unit below: so whatever tiers say of two units of different tiers is settled, and two whose order is
    not are never parted. One unit that overlaps with both its neighbours joins them, and that is said rather than
    hidden.

    Parameters
    ----------
    scores
        (units,): the published ones.
    shares
        (units, units): from ``beats``.

    Examples
    --------
    >>> won = np.array([[np.nan, 0.6, 0.99], [0.4, np.nan, 0.97], [0.01, 0.03, np.nan]])
    >>> tiers(np.array([0.8, 0.7, 0.4]), won).tolist()
    [1, 1, 2]
    """
    known = np.flatnonzero(~np.isnan(scores))
    order = known[np.lexsort((known, -scores[known]))]
    won = shares[np.ix_(order, order)]
    tier = np.full(len(scores), NO_TIER, dtype=np.int64)
    number = 1
    for place, unit in enumerate(order):
        if place and (won[:place, place:] >= SETTLED).all():
            number += 1
        tier[unit] = number
    return tier
