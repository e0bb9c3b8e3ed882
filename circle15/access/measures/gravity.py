"""Gravity: opportunities, each weighted by how near it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.measures.pair_table import pair_table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.access.measures.decay import Decay
    from circle15.access.measures.pair_table import PairTable


def gravity(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay) -> pd.Series:
    """Opportunities in reach of each origin, weighted by the decay: ``A_i = sum_j S_j f(c_ij)`` (Hansen 1959).

    Parameters
    ----------
    pairs, demand, supply
        As for ``pair_table``; of ``demand`` only the index counts.
    decay
        Weights from costs, as in ``decay``.

    Returns
    -------
    pandas.Series
        float64, in units of ``supply``, on the index of ``demand``.

    Raises
    ------
    DataError, Faults
        As ``pair_table``, or weights that are not numbers of 0 or more.

    Examples
    --------
    >>> import pandas as pd
    >>> from circle15.access.measures.decay import linear
    >>> pairs = pd.DataFrame({"origin": ["a", "a"], "facility": ["x", "y"], "cost": [5.0, 10.0]})
    >>> gravity(pairs, pd.Series({"a": 30, "b": 20}), pd.Series({"x": 8, "y": 6}), linear(20)).to_dict()
    {'a': 9.0, 'b': 0.0}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_origin(reachable_supply(table, table.weights(decay)), "gravity")


def passive_gravity(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay) -> pd.Series:
    """People in reach of each facility, weighted by the decay: ``sum_i P_i f(c_ij)`` (potential, Stewart 1942).

    Takes and refuses what ``gravity`` does; of ``supply`` only the index counts.

    Returns
    -------
    pandas.Series
        float64, persons, on the index of ``supply``.

    Examples
    --------
    >>> import pandas as pd
    >>> from circle15.access.measures.decay import linear
    >>> pairs = pd.DataFrame({"origin": ["a", "b"], "facility": ["x", "x"], "cost": [5.0, 10.0]})
    >>> passive_gravity(pairs, pd.Series({"a": 40, "b": 20}), pd.Series({"x": 8, "y": 6}), linear(20)).to_dict()
    {'x': 40.0, 'y': 0.0}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_facility(reaching_demand(table, table.weights(decay)), "passive_gravity")


def reachable_supply(table: PairTable, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """``sum_j S_j w_ij``, (origins,), of weights (pairs,)."""
    return table.sum_by_origin(weight * table.supply[table.facility])


def reaching_demand(table: PairTable, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """``sum_i P_i w_ij``, (facilities,), of weights (pairs,)."""
    return table.sum_by_facility(weight * table.demand[table.origin])
