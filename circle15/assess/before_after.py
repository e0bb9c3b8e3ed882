"""A scenario beside the study as it is: by unit its scores, by unit and service who is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

UNIT = ["level", "code", "name"]
SCORES = ("people", "access", "balanced_access", "balance", "quality", "overall")
COVERED = ("people", "covered_people", "uncovered_people", "coverage")
BEFORE, AFTER = "before", "after"


def units_before_after(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The scores of every unit twice.

    Parameters
    ----------
    before, after
        ``index`` of ``Results``.

    Returns
    -------
    DataFrame
        ``level, code, name``, and ``<score>_before``, ``<score>_after`` of ``SCORES``; fractions, NaN is 无数据.
    """
    return _beside(before, after, UNIT, SCORES)


def services_before_after(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Who is reached in every unit by every service, twice, by the circle that decides.

    Parameters
    ----------
    before, after
        ``coverage`` of ``Results``.

    Returns
    -------
    DataFrame
        ``level, code, name, service, group``, and ``<figure>_before``, ``<figure>_after`` of ``COVERED``.
    """
    keys = [*UNIT, "service", "group"]
    one, other = (frame.drop_duplicates(["level", "code", "service"]) for frame in (before, after))
    return _beside(one, other, keys, COVERED)


def _beside(before: pd.DataFrame, after: pd.DataFrame, keys: list[str], figures: Sequence[str]) -> pd.DataFrame:
    """The figures of two tables of the same units, in the order of the first: the whole area comes first in it."""
    names = [f"{figure}_{when}" for figure in figures for when in (BEFORE, AFTER)]
    ends = [
        frame[[*keys, *figures]].rename(columns={figure: f"{figure}_{when}" for figure in figures})
        for frame, when in ((before, BEFORE), (after, AFTER))
    ]
    return ends[0].merge(ends[1], on=keys, how="left", validate="one_to_one")[[*keys, *names]]
