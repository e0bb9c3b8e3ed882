"""The comparison of two periods, as far as a brief tells it: read from what ``circle15 compare`` has written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.target_counts import ALL
from circle15.publish.causes import TOLD, Causes
from circle15.results.comparison import COMPARED, still_published

if TYPE_CHECKING:
    from pathlib import Path


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
    ends = {"old": before, "new": period}
    if not all(still_published(split, end, whole[whole["period"] == tag], TOLD) for end, tag in ends.items()):
        return None
    level, code = now["level"].iloc[0], now["code"].iloc[0]
    split, sites = (frame[(frame["level"] == level) & (frame["code"] == code)] for frame in (split, sites))
    return Causes(before, split, sites)
