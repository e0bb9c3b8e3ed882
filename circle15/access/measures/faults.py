"""What is wrong with pairs, demand or supply: refused in one sentence that says what, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from pandas.api.types import is_complex_dtype, is_numeric_dtype

from circle15.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Side = Literal["demand", "supply"]

PAIR_COLUMNS = ("origin", "facility", "cost")
# More persons in one place, or more seats in one house, than this are a fault; beyond it whole numbers blur.
MOST = 1e15


def checked_numbers(given: pd.Series, side: Side) -> NDArray[np.float64]:
    """Persons or capacities as float64, in the order of the index, which names each place once.

    Raises
    ------
    DataError
        An id is missing, repeated or not to be ordered with the others; a value is no number, unknown, negative or
        beyond belief.
    """
    _check_ids(given.index, side)
    if len(given) and not holds_numbers(given):
        raise DataError(f"measures.{side}_not_numbers", type=str(given.dtype))
    values = given.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    unknown = np.isnan(values)
    if unknown.any():
        raise DataError(f"measures.{side}_unknown", id=given.index[int(unknown.argmax())], count=int(unknown.sum()))
    wrong = (values < 0) | (values > MOST)
    if wrong.any():
        facts = {"id": given.index[int(wrong.argmax())], "found": values[wrong.argmax()], "count": int(wrong.sum())}
        raise DataError(f"measures.{side}_impossible", most=MOST, **facts)
    return values


def _check_ids(ids: pd.Index, side: Side) -> None:
    if ids.nlevels > 1 or ids.hasnans or not _have_one_order(ids):
        raise DataError(f"measures.{side}_ids", type=str(ids.dtype))
    repeated = ids.duplicated()
    if repeated.any():
        raise DataError(f"measures.{side}_repeated", id=ids[int(repeated.argmax())], count=int(repeated.sum()))


def _have_one_order(ids: pd.Index) -> bool:
    """Whether the ids are of one kind: numbers and texts together have no order."""
    try:
        np.sort(np.asarray(ids))
    except TypeError:
        return False
    return True


def checked_costs(pairs: pd.DataFrame) -> NDArray[np.float64]:
    """The costs as float64, (pairs,): 0 or more, or ``inf``.

    Raises
    ------
    DataError
        A column is missing or stands twice; a cost is no number, unknown or negative.
    """
    missing = [column for column in PAIR_COLUMNS if column not in pairs.columns]
    if missing:
        found = ", ".join(map(str, pairs.columns))
        raise DataError("measures.columns_missing", columns=", ".join(missing), found=found)
    repeated = [column for column in PAIR_COLUMNS if list(pairs.columns).count(column) > 1]
    if repeated:
        raise DataError("measures.columns_repeated", columns=", ".join(repeated))
    if len(pairs) and not holds_numbers(pairs["cost"]):
        raise DataError("measures.costs_not_numbers", type=str(pairs["cost"].dtype))
    cost = pairs["cost"].to_numpy(dtype=np.float64, na_value=np.nan)
    unknown, negative = np.isnan(cost), cost < 0
    if unknown.any():
        raise DataError("measures.cost_unknown", **_first_pair(pairs, unknown))
    if negative.any():
        raise DataError("measures.cost_negative", found=cost[negative.argmax()], **_first_pair(pairs, negative))
    return cost


def _first_pair(pairs: pd.DataFrame, wrong: NDArray[np.bool_]) -> dict[str, Any]:
    first = pairs.iloc[int(wrong.argmax())]
    return {"origin": first["origin"], "facility": first["facility"], "count": int(wrong.sum())}


def holds_numbers(values: pd.Series) -> bool:
    """Whether the column is one of real numbers, as texts of digits are not."""
    return is_numeric_dtype(values.dtype) and not is_complex_dtype(values.dtype)


def checked_rows(named: pd.Series, ids: pd.Index, end: Literal["origin", "facility"]) -> NDArray[np.intp]:
    """The row in ``ids`` of each id that the pairs name, (pairs,).

    Raises
    ------
    DataError
        An id is not among ``ids``.
    """
    rows = ids.get_indexer(pd.Index(named))
    unknown = rows < 0
    if unknown.any():
        raise DataError(f"measures.{end}_unknown", id=named.iloc[int(unknown.argmax())], count=int(unknown.sum()))
    return rows


def refuse_repeated_pairs(
    origins: pd.Index, facilities: pd.Index, origin: NDArray[np.intp], facility: NDArray[np.intp]
) -> None:
    """Raise where a pair stands twice; equal pairs follow each other.

    Raises
    ------
    DataError
        With the first of them.
    """
    again = (origin[1:] == origin[:-1]) & (facility[1:] == facility[:-1])
    if again.any():
        first = int(again.argmax())
        ends = {"origin": origins[origin[first]], "facility": facilities[facility[first]]}
        raise DataError("measures.pair_repeated", count=int(again.sum()), **ends)
