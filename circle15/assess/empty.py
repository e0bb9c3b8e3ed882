"""Tables without rows whose columns have the kinds that they would have with rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# Columns that hold the same kind of thing in every table.
TEXT = (
    "level", "code", "name", "service", "group", "facility_id", "state", "set_id", "town", "urban_rural", "base",
    "flag", "presence_level", "villages", "comparison", "first", "second", "disagreement", "slice", "slice_id",
)  # fmt: skip
WHOLE = ("set_facilities", "competitors")


def empty_table(columns: Sequence[str], text: Collection[str] = TEXT) -> pd.DataFrame:
    """No rows: text, whole numbers, yes or no, and floats for all other columns.

    Examples
    --------
    >>> empty_table(["name", "inside", "competitors", "people"]).dtypes.astype(str).tolist()
    ['str', 'bool', 'int64', 'float64']
    """
    kinds = {column: "str" if column in text else "float64" for column in columns}
    kinds |= {column: "int64" for column in columns if column in WHOLE}
    kinds |= {column: "bool" for column in columns if column == "inside"}
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in kinds.items()})


def table_of(rows: Iterable[tuple[object, ...]], columns: Sequence[str], text: Collection[str] = TEXT) -> pd.DataFrame:
    """The rows as a table; without rows one whose columns have their kinds all the same.

    Examples
    --------
    >>> table_of([], ["name", "people"]).dtypes.astype(str).tolist(), len(table_of([("a", 1.0)], ["name", "people"]))
    (['str', 'float64'], 1)
    """
    found = list(rows)
    return pd.DataFrame(found, columns=list(columns)) if found else empty_table(columns, text)
