"""Spatial availability: what of all supply falls to each place."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING

from circle15.access.measures.pair_table import pair_table
from circle15.access.measures.quotient import quotient
from circle15.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.access.measures.decay import Decay
    from circle15.access.measures.pair_table import PairTable

LARGEST_ALPHA = 10.0


def spatial_availability(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, decay: Decay, alpha: float = 1.0
) -> pd.Series:
    """The part of all supply that falls to each origin (Soukhov, Paez, Higgins and Mohamed 2023).

    ``V_i = sum_j S_j F_ij`` with ``F_ij = P_i^alpha f_ij / sum_k P_k^alpha f_kj``: each facility's supply is divided
    among the people in reach, so the values add up to the supply that has anyone in reach. With ``alpha = 1``,
    ``V_i / P_i`` is ``floating_catchment_area``.

    Parameters
    ----------
    pairs, demand, supply, decay
        As for ``floating_catchment_area``.
    alpha
        Above 1, supply goes to populous origins more than by head; below 1, less.

    Returns
    -------
    pandas.Series
        float64, in units of ``supply`` (not per head), on the index of ``demand``; 0 where nobody lives.

    Raises
    ------
    DataError, Faults
        As ``floating_catchment_area``, or ``alpha`` is not above 0 and up to ``LARGEST_ALPHA``.

    Examples
    --------
    >>> import pandas as pd
    >>> from circle15.access.measures.decay import binary
    >>> pairs = pd.DataFrame({"origin": ["a", "b", "a"], "facility": ["x", "x", "y"], "cost": [5.0, 9.0, 3.0]})
    >>> demand, supply = pd.Series({"a": 10, "b": 30}), pd.Series({"x": 10, "y": 6})
    >>> spatial_availability(pairs, demand, supply, binary(15)).to_dict()
    {'a': 8.5, 'b': 7.5}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_origin(available_supply(table, table.weights(decay), alpha), "spatial_availability")


def available_supply(table: PairTable, weight: NDArray[np.float64], alpha: float = 1.0) -> NDArray[np.float64]:
    """Spatial availability, (origins,), of weights (pairs,)."""
    if not isinstance(alpha, Real) or not 0 < float(alpha) <= LARGEST_ALPHA:
        raise DataError("measures.alpha_out", found=alpha, most=LARGEST_ALPHA)
    pull = table.demand[table.origin] ** float(alpha) * weight
    part = quotient(pull, table.sum_by_facility(pull)[table.facility])
    return table.sum_by_origin(part * table.supply[table.facility])
