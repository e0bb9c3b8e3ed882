"""Compound rules: one of A and two of B, all of them or it does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.access.measures.faults import holds_numbers
from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def compound_cost(parts: Sequence[pd.Series]) -> pd.Series:
    """The cost at which every part of a rule is met: the largest of the parts' costs.

    Parameters
    ----------
    parts
        For each part, its cost by origin: of "two of B", ``cost_to_closest(..., k=2)`` of the facilities of kind B. All
        name the same origins, in any order, and have one unit.

    Returns
    -------
    pandas.Series
        float64, in the unit of the parts, on the index of the first; ``inf`` where a part is not met at all.

    Raises
    ------
    DataError
        There is no part; parts name different origins; a cost is no number, unknown or negative.

    Examples
    --------
    >>> one_of_a, two_of_b = pd.Series({"a": 4.0, "b": 9.0}), pd.Series({"b": 6.0, "a": float("inf")})
    >>> compound_cost([one_of_a, two_of_b]).to_dict()
    {'a': inf, 'b': 9.0}
    """
    values = _side_by_side(parts)
    if not (values >= 0).all():
        raise DataError("measures.compound_cost", found=values[~(values >= 0)][0])
    return pd.Series(values.max(axis=0), index=parts[0].index, name="compound_cost")


def compound_score(parts: Sequence[pd.Series]) -> pd.Series:
    """The score of a rule that is as good as its worst part: the smallest of the parts' scores.

    Parameters
    ----------
    parts
        For each part, its score by origin, 0 to 1. All name the same origins, in any order.

    Returns
    -------
    pandas.Series
        float64, 0 to 1, on the index of the first.

    Raises
    ------
    DataError
        There is no part; parts name different origins; a score is no number, unknown or not between 0 and 1.

    Examples
    --------
    >>> compound_score([pd.Series({"a": 1.0, "b": 0.4}), pd.Series({"a": 0.7, "b": 0.9})]).to_dict()
    {'a': 0.7, 'b': 0.4}
    """
    values = _side_by_side(parts)
    scores = (values >= 0) & (values <= 1)
    if not scores.all():
        raise DataError("measures.compound_score", found=values[~scores][0])
    return pd.Series(values.min(axis=0), index=parts[0].index, name="compound_score")


def _side_by_side(parts: Sequence[pd.Series]) -> NDArray[np.float64]:
    """The parts' values, (parts, origins), in the order of the first."""
    if not parts:
        raise DataError("measures.no_parts")
    first = parts[0].index
    for number, part in enumerate(parts, start=1):
        if not part.index.is_unique or len(part) != len(first) or not first.isin(part.index).all():
            raise DataError("measures.parts_differ", part=number)
        if len(part) and not holds_numbers(part):
            raise DataError("measures.part_not_numbers", part=number, type=str(part.dtype))
    return np.array([part.reindex(first).to_numpy(dtype=np.float64, na_value=np.nan) for part in parts])
