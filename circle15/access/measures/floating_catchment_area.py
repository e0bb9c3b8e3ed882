"""The two-step floating catchment area: supply per head, where everyone in reach shares it.

One function for the whole family, told apart by the decay alone:

========================  ================================  ===========================================================
method                    decay                             source
========================  ================================  ===========================================================
2SFCA                     ``binary(cutoff)``                Luo and Wang (2003), after Radke and Mu (2000)
E2SFCA                    ``step({5: 1, 10: .68, ...})``    Luo and Qi (2009)
G2SFCA                    ``gaussian_within(cutoff)``       Dai (2010)
KD2SFCA                   ``epanechnikov(cutoff)``          Dai and Wang (2011)
gravity-based             ``inverse_power(beta)`` or        Joseph and Bantock (1982), Shen (1998)
                          ``negative_exponential(beta)``
========================  ================================  ===========================================================

Each facility's ratio depends on its own supply and the people around it, on no other facility. So another facility, or
more supply in one, adds to some origins and takes from none: never, not by a bit, does it lower a value. A wider
cutoff may: it brings more people to a facility.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.measures.gravity import reachable_supply, reaching_demand
from circle15.access.measures.pair_table import pair_table
from circle15.access.measures.quotient import NEGLIGIBLE, quotient

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.access.measures.decay import Decay
    from circle15.access.measures.pair_table import PairTable


def floating_catchment_area(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay) -> pd.Series:
    """Supply per head: ``A_i = sum_j R_j f(c_ij)`` with ``R_j = S_j / sum_k P_k f(c_kj)``.

    ``sum_i P_i A_i`` is the supply of the facilities that have people in reach; that of the others is
    ``unused_supply``.

    Parameters
    ----------
    pairs, demand, supply
        As for ``pair_table``.
    decay
        Weights from costs, the same in both steps; the module tells which decay makes which method.

    Returns
    -------
    pandas.Series
        float64, supply per person, on the index of ``demand``. An origin without people has the value that a few
        people there would have; but what only such origins reach is unused, and adds nothing.

    Raises
    ------
    DataError, Faults
        As ``pair_table``, or weights that are not numbers of 0 or more.

    Examples
    --------
    Ten seats for forty people, and six for the ten of them who reach the other house:

    >>> import pandas as pd
    >>> from circle15.access.measures.decay import binary
    >>> pairs = pd.DataFrame({"origin": ["a", "b", "a"], "facility": ["x", "x", "y"], "cost": [5.0, 9.0, 3.0]})
    >>> demand, supply = pd.Series({"a": 10, "b": 30}), pd.Series({"x": 10, "y": 6})
    >>> floating_catchment_area(pairs, demand, supply, binary(15)).to_dict()
    {'a': 0.85, 'b': 0.25}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_origin(two_step(table, table.weights(decay)), "floating_catchment_area")


def supply_ratio(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay) -> pd.Series:
    """The first step alone: each facility's supply per weighted person in reach, ``R_j = S_j / sum_k P_k f(c_kj)``.

    Takes and refuses what ``floating_catchment_area`` does.

    Returns
    -------
    pandas.Series
        float64, supply per person, on the index of ``supply``; 0 where nobody is in reach.

    Examples
    --------
    >>> import pandas as pd
    >>> from circle15.access.measures.decay import binary
    >>> pairs = pd.DataFrame({"origin": ["a", "b"], "facility": ["x", "x"], "cost": [5.0, 9.0]})
    >>> supply_ratio(pairs, pd.Series({"a": 10, "b": 30}), pd.Series({"x": 10, "y": 6}), binary(15)).to_dict()
    {'x': 0.25, 'y': 0.0}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_facility(ratio_of_supply(table, table.weights(decay)), "supply_ratio")


def unused_supply(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay) -> pd.Series:
    """The supply of facilities that nobody reaches, 0 for the others.

    Takes and refuses what ``floating_catchment_area`` does.

    Returns
    -------
    pandas.Series
        float64, on the index of ``supply``.

    Examples
    --------
    >>> import pandas as pd
    >>> from circle15.access.measures.decay import binary
    >>> pairs = pd.DataFrame({"origin": ["a", "b"], "facility": ["x", "y"], "cost": [5.0, 9.0]})
    >>> unused_supply(pairs, pd.Series({"a": 10, "b": 0}), pd.Series({"x": 10, "y": 6}), binary(15)).to_dict()
    {'x': 0.0, 'y': 6.0}
    """
    table = pair_table(pairs, demand, supply)
    nobody = reaching_demand(table, table.weights(decay)) < NEGLIGIBLE
    return table.by_facility(np.where(nobody, table.supply, 0.0), "unused_supply")


def inverted_floating_catchment_area(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay
) -> pd.Series:
    """How crowded each facility is: ``C_j = sum_i P_i f(c_ij) / sum_l S_l f(c_il)`` (i2SFCA, Wang 2018).

    Each origin's people divide among the supply in their reach, so ``sum_j S_j C_j`` is the people who reach any.

    Takes and refuses what ``floating_catchment_area`` does.

    Returns
    -------
    pandas.Series
        float64, persons per unit of supply, on the index of ``supply``. A facility without supply has the value that
        a little supply there would have.

    Examples
    --------
    >>> import pandas as pd
    >>> from circle15.access.measures.decay import binary
    >>> pairs = pd.DataFrame({"origin": ["a", "b", "a"], "facility": ["x", "x", "y"], "cost": [5.0, 9.0, 3.0]})
    >>> demand, supply = pd.Series({"a": 32, "b": 30}), pd.Series({"x": 10, "y": 6})
    >>> inverted_floating_catchment_area(pairs, demand, supply, binary(15)).to_dict()
    {'x': 5.0, 'y': 2.0}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_facility(crowding(table, table.weights(decay)), "inverted_floating_catchment_area")


def two_step(table: PairTable, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Supply per head, (origins,), of weights (pairs,)."""
    return table.sum_by_origin(weight * ratio_of_supply(table, weight)[table.facility])


def ratio_of_supply(table: PairTable, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Supply per weighted person in reach, (facilities,); 0 where nobody is."""
    return quotient(table.supply, reaching_demand(table, weight))


def crowding(table: PairTable, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """People per unit of supply, (facilities,), each origin's people divided among the supply in its reach."""
    heads = quotient(table.demand, reachable_supply(table, weight))
    return table.sum_by_facility(weight * heads[table.origin])
