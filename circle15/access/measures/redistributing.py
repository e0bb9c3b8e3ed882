"""Floating catchment areas in which facilities draw people from each other: for comparison, not for an index.

Both divide each origin's people among the facilities in its reach by how near these are, whatever their supply. Hence
a site without any supply already draws people off the others. In 3SFCA another site can *lower* the value of an origin
that reaches it. In BFCA it cannot, but there the service of a facility is divided among the origins in its reach
whether or not anyone lives there: a further, even an empty origin lowers the others, and the values depend on
how the land is cut into cells. ``floating_catchment_area`` has none of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.access.measures.floating_catchment_area import two_step
from circle15.access.measures.gravity import reaching_demand
from circle15.access.measures.pair_table import pair_table
from circle15.access.measures.quotient import quotient

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.access.measures.decay import Decay
    from circle15.access.measures.pair_table import PairTable


def balanced_floating_catchment_area(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay
) -> pd.Series:
    """BFCA (Paez, Higgins and Vivona 2019): people and levels of service are each divided, so that none counts twice.

    ``A_i = sum_j L_j f_ij / sum_k f_kj`` with ``L_j = S_j / sum_i (P_i f_ij / sum_l f_il)``: the people assigned to
    facilities add up to the people who reach any, and the values to the levels of service, ``sum_i A_i = sum_j L_j``.

    Takes and refuses what ``floating_catchment_area`` does.

    Warnings
    --------
    An origin without people takes as large a part of a service as one with many, so values depend on how land is cut
    into cells, and a site without supply raises them. ``sum_i P_i A_i`` is not the supply.

    Returns
    -------
    pandas.Series
        float64, supply per person, on the index of ``demand``.

    Examples
    --------
    >>> import pandas as pd
    >>> from circle15.access.measures.decay import binary
    >>> pairs = pd.DataFrame({"origin": ["a", "b", "a"], "facility": ["x", "x", "y"], "cost": [5.0, 9.0, 3.0]})
    >>> demand, supply = pd.Series({"a": 20, "b": 30}), pd.Series({"x": 10, "y": 6})
    >>> balanced_floating_catchment_area(pairs, demand, supply, binary(15)).to_dict()
    {'a': 0.725, 'b': 0.125}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_origin(balanced(table, table.weights(decay)), "balanced_floating_catchment_area")


def three_step_floating_catchment_area(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay
) -> pd.Series:
    """3SFCA (Wan, Zou and Sternberg 2012): 2SFCA whose people first choose among the facilities in reach.

    ``A_i = sum_j R_j G_ij f_ij`` with ``R_j = S_j / sum_k P_k G_kj f_kj`` and the choice ``G_ij = f_ij / sum_l f_il``.
    As in 2SFCA, ``sum_i P_i A_i`` is the supply that has people in reach.

    Takes and refuses what ``floating_catchment_area`` does; the decay weighs the choice, too.

    Warnings
    --------
    Another site can lower the value of an origin that reaches it: it draws the origin's people off a better one,
    and leaves that to the others.

    Returns
    -------
    pandas.Series
        float64, supply per person, on the index of ``demand``.

    Examples
    --------
    Before there was ``y``, all 20 had one seat each:

    >>> import pandas as pd
    >>> from circle15.access.measures.decay import binary
    >>> pairs = pd.DataFrame({"origin": ["a", "b", "a"], "facility": ["x", "x", "y"], "cost": [5.0, 9.0, 3.0]})
    >>> demand, supply = pd.Series({"a": 10, "b": 10}), pd.Series({"x": 20, "y": 1})
    >>> three_step_floating_catchment_area(pairs, demand, supply, binary(15)).round(6).to_dict()
    {'a': 0.766667, 'b': 1.333333}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_origin(three_step(table, table.weights(decay)), "three_step_floating_catchment_area")


def balanced(table: PairTable, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """BFCA, (origins,), of weights (pairs,)."""
    level_of_service = quotient(table.supply, reaching_demand(table, _choice(table, weight)))
    part = quotient(weight, table.sum_by_facility(weight)[table.facility])
    return table.sum_by_origin(part * level_of_service[table.facility])


def three_step(table: PairTable, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """3SFCA, (origins,), of weights (pairs,)."""
    return two_step(table, _choice(table, weight) * weight)


def _choice(table: PairTable, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of each origin's people that goes to the facility, (pairs,)."""
    return quotient(weight, table.sum_by_origin(weight)[table.origin])
