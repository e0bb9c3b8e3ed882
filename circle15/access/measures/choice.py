"""Choice: how many facilities, and how many kinds of service, are within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.access.measures.decay import positive
from circle15.access.measures.pair_table import pair_table
from circle15.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.measures.pair_table import PairTable


def choice(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, cutoff: float) -> pd.Series:
    """How many facilities with any supply each origin reaches at a cost of no more than the cutoff.

    Parameters
    ----------
    pairs, demand, supply
        As for ``pair_table``; of ``demand`` only the index counts, of ``supply`` whether it is above 0.
    cutoff
        In the unit of the costs.

    Returns
    -------
    pandas.Series
        float64, whole numbers, on the index of ``demand``.

    Raises
    ------
    DataError, Faults
        As ``pair_table``, or a cutoff that is not above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"origin": ["a"] * 3, "facility": ["x", "y", "z"], "cost": [15.0, 4.0, 15.1]})
    >>> choice(pairs, pd.Series({"a": 30, "b": 20}), pd.Series({"x": 8, "y": 6, "z": 9}), 15).to_dict()
    {'a': 2.0, 'b': 0.0}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_origin(table.sum_by_origin(_in_reach(table, cutoff).astype(np.float64)), "choice")


def choice_of_services(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, service: pd.Series, cutoff: float
) -> pd.Series:
    """How many different services each origin reaches, by any facility, at a cost of no more than the cutoff.

    Parameters
    ----------
    pairs, demand, supply, cutoff
        As for ``choice``.
    service
        Which service each facility is of, by facility; others may stand there too.

    Returns
    -------
    pandas.Series
        float64, whole numbers, on the index of ``demand``.

    Raises
    ------
    DataError, Faults
        As ``choice``; or a facility has no service, or several.

    Examples
    --------
    >>> pairs = pd.DataFrame({"origin": ["a"] * 3, "facility": ["x", "y", "z"], "cost": [5.0, 4.0, 11.0]})
    >>> supply = pd.Series({"x": 8, "y": 6, "z": 9})
    >>> service = pd.Series({"x": "clinic", "y": "clinic", "z": "fitness"})
    >>> choice_of_services(pairs, pd.Series({"a": 30, "b": 20}), supply, service, 15).to_dict()
    {'a': 2.0, 'b': 0.0}
    """
    table = pair_table(pairs, demand, supply)
    there = _in_reach(table, cutoff)
    kind = _service_numbers(table, service)
    reached = pd.DataFrame({"origin": table.origin[there], "kind": kind[table.facility[there]]}).drop_duplicates()
    count = np.bincount(reached["origin"].to_numpy(), minlength=len(table.origins))
    return table.by_origin(count.astype(np.float64), "choice_of_services")


def _in_reach(table: PairTable, cutoff: float) -> NDArray[np.bool_]:
    return (table.cost <= positive("cutoff", cutoff)) & (table.supply[table.facility] > 0)


def _service_numbers(table: PairTable, service: pd.Series) -> NDArray[np.intp]:
    """A number for each facility's service, (facilities,)."""
    repeated = service.index.duplicated()
    if repeated.any():
        raise DataError(
            "measures.service_repeated", id=service.index[int(repeated.argmax())], count=int(repeated.sum())
        )
    kinds = pd.factorize(service.reindex(table.facilities))[0]
    none = kinds < 0
    if none.any():
        raise DataError("measures.service_unknown", id=table.facilities[int(none.argmax())], count=int(none.sum()))
    return kinds
