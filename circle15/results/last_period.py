"""The period before a run, where the two have been compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from circle15.model.period import is_period, last_of_kind
from circle15.results.comparison import COMPARED, still_published

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.results.results import Results

SCORE = ("balanced_access",)


@dataclass(frozen=True, eq=False)
class LastPeriod:
    """The comparison with the period before, as ``Comparison`` has it: its tables ``split`` and ``sites``."""

    period: str
    split: pd.DataFrame
    sites: pd.DataFrame


def last_period_of(results: Results, place: Path) -> LastPeriod | None:
    """The last period of the same kind that a run has been compared with; None where there is none.

    A comparison that cannot be read, or after which one of the two runs has been made anew, is none.

    Parameters
    ----------
    results
        The finished run.
    place
        The folder of its place with all periods, ``data/processed/<place>``.
    """
    period = results.study.study.period
    compared = (place / COMPARED).glob(f"*_{period}")
    olds = {folder.name.removesuffix(f"_{period}"): folder for folder in compared}
    old = last_of_kind(period, [each for each in olds if is_period(each)])
    if not old:
        return None
    try:
        split, sites = (pd.read_parquet(olds[old] / f"{name}.parquet") for name in ("split", "sites"))
        of_these = still_published(split, "new", results.index, SCORE) and _is_of_old(split, place / old)
        return LastPeriod(old, split, sites) if of_these else None
    except (OSError, ValueError, KeyError):  # cut short, or written by another version
        return None


def _is_of_old(split: pd.DataFrame, run: Path) -> bool:
    """Whether the older run has not been made anew since; where it is gone, nothing speaks against it."""
    index = run / "index.parquet"
    return not index.is_file() or still_published(split, "old", pd.read_parquet(index), SCORE)
