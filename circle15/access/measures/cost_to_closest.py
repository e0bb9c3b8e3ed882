"""The cost of the way to the closest facility, or to the k-th closest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.measures.pair_table import pair_table
from circle15.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.access.measures.pair_table import PairTable


def cost_to_closest(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, k: int = 1) -> pd.Series:
    """The cost at which each origin reaches ``k`` facilities that have any supply.

    Parameters
    ----------
    pairs, demand, supply
        As for ``pair_table``; of ``demand`` only the index counts, of ``supply`` whether it is above 0.
    k
        How many facilities must be reached: 1 or more.

    Returns
    -------
    pandas.Series
        float64, in the unit of the costs, on the index of ``demand``; ``inf`` where fewer than ``k`` are in reach.

    Raises
    ------
    DataError, Faults
        As ``pair_table``, or ``k`` is no whole number above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"origin": ["a", "a", "b"], "facility": ["x", "y", "x"], "cost": [9.0, 4.0, 7.0]})
    >>> demand, supply = pd.Series({"a": 30, "b": 20}), pd.Series({"x": 8, "y": 6})
    >>> cost_to_closest(pairs, demand, supply).to_dict()
    {'a': 4.0, 'b': 7.0}
    >>> cost_to_closest(pairs, demand, supply, k=2).to_dict()
    {'a': 9.0, 'b': inf}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_origin(cost_to_supply(table, k), "cost_to_closest")


def passive_cost_to_closest(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, k: int = 1) -> pd.Series:
    """The cost at which each facility is reached from ``k`` origins that have any people.

    Parameters
    ----------
    pairs, demand, supply, k
        As for ``cost_to_closest``, with the parts of demand and supply exchanged.

    Returns
    -------
    pandas.Series
        float64, in the unit of the costs, on the index of ``supply``; ``inf`` where fewer than ``k`` come.

    Raises
    ------
    DataError, Faults
        As ``cost_to_closest``.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"origin": ["a", "b"], "facility": ["x", "x"], "cost": [9.0, 4.0]})
    >>> passive_cost_to_closest(pairs, pd.Series({"a": 30, "b": 0}), pd.Series({"x": 8, "y": 6})).to_dict()
    {'x': 9.0, 'y': inf}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_facility(cost_from_demand(table, k), "passive_cost_to_closest")


def cost_to_supply(table: PairTable, k: int = 1) -> NDArray[np.float64]:
    """The k-th smallest cost to a facility with supply, (origins,)."""
    there = table.supply[table.facility] > 0
    return _kth_smallest(table.cost[there], table.origin[there], len(table.origins), k)


def cost_from_demand(table: PairTable, k: int = 1) -> NDArray[np.float64]:
    """The k-th smallest cost from an origin with people, (facilities,)."""
    there = table.demand[table.origin] > 0
    return _kth_smallest(table.cost[there], table.facility[there], len(table.facilities), k)


def _kth_smallest(cost: NDArray[np.float64], place: NDArray[np.intp], places: int, k: int) -> NDArray[np.float64]:
    """The k-th smallest cost of each place, (places,); ``inf`` where a place has fewer."""
    if not isinstance(k, int | np.integer) or k < 1:
        raise DataError("measures.not_a_rank", found=k)
    kth = np.full(places, np.inf)
    if k == 1:  # many times faster than to sort
        np.minimum.at(kth, place, cost)
        return kth
    ascending = cost[np.lexsort((cost, place))]
    count = np.bincount(place, minlength=places)
    first = np.cumsum(count) - count
    enough = count >= k
    kth[enough] = ascending[first[enough] + k - 1]
    return kth
