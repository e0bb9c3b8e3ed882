"""Tables without rows whose columns have the kinds that they would have with rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# Columns that hold the same kind of thing in every table.
TEXT = ("level", "code", "name", "service", "group", "facility_id", "state", "set_id", "slice", "slice_id")
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
