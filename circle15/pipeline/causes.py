"""The comparison of two periods, as far as a brief tells it: read from what ``circle15 compare`` has written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.target_counts import ALL
from circle15.publish.causes import TOLD, Causes

if TYPE_CHECKING:
    from pathlib import Path

COMPARED = "compare"
# Figures that were written and read back are the same to the last bit; this is for those summed in another order.
SAME = 1e-9
KEY = ["level", "code"]


def causes_of(runs: Path, board: pd.DataFrame, period: str) -> Causes | None:
    """What moved the whole area since the last period of the same kind; None where nobody has compared the two.

    A comparison of runs that have been made anew since tells of other figures, and is not told.

    Parameters
    ----------
    runs
        ``data/processed/<place>``.
    board
        The scoreboard, ``assess.scoreboard.compared``.
    period
        The newer period.
    """
    now = board[board["period"] == period]
    before = "" if now.empty else str(now["before"].iloc[0])
    folder = runs / COMPARED / f"{before}_{period}"
    if not before or not folder.is_dir():
        return None
    try:
        split, sites = (pd.read_parquet(folder / f"{name}.parquet") for name in ("split", "sites"))
    except (OSError, ValueError):
        return None
    whole = board[(board["domain"] == ALL) & (board["department"] == ALL)]
    if not all(
        _same(split, f"published_{end}", whole[whole["period"] == tag])
        for end, tag in (("old", before), ("new", period))
    ):
        return None
    level, code = now["level"].iloc[0], now["code"].iloc[0]
    split, sites = (frame[(frame["level"] == level) & (frame["code"] == code)] for frame in (split, sites))
    return Causes(before, split, sites)


def _same(split: pd.DataFrame, column: str, squares: pd.DataFrame) -> bool:
    """Whether the figures that a comparison calls published are those of the scoreboard, unit by unit."""
    for measure in TOLD:
        rows = split[(split["service"] == "all_services") & (split["measure"] == measure)]
        both = rows[[*KEY, column]].merge(squares[[*KEY, measure]], on=KEY)
        if both.empty or not np.allclose(both[column], both[measure], rtol=0.0, atol=SAME, equal_nan=True):
            return False
    return True
