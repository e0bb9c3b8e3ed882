"""Limits in order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence


def ascending(limits_m: Sequence[float]) -> list[float]:
    """Each limit once, the smallest first.

    Raises
    ------
    DataError
        A limit is not a number of metres.

    Examples
    --------
    >>> ascending([900, 300, 900])
    [300.0, 900.0]
    """
    limits = sorted({float(limit_m) for limit_m in limits_m})
    for limit_m in limits:
        if not math.isfinite(limit_m):
            raise DataError("isochrones.no_limit", limit_m=limit_m)
    return limits
