"""A comparison of two periods as it was written, read back where it still tells of the runs that lie there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.pipeline.causes import COMPARED, SAME
from circle15.publish.causes import TOLD
from circle15.publish.comparison import ALL_SERVICES, FRAMES
from circle15.results import Results
from circle15.results.comparison import Comparison

if TYPE_CHECKING:
    from pathlib import Path

KEY = ["level", "code"]


def written_comparison(old: Path, new: Results, runs: Path) -> Comparison | None:
    """What ``circle15 compare`` has written of two runs; None where nothing, or of runs that have been made anew since.

    Parameters
    ----------
    old
        The folder of the older run.
    new
        The newer run.
    runs
        ``data/processed/<place>``.
    """
    folder = runs / COMPARED / f"{old.name}_{new.study.study.period}"
    if not all((folder / f"{name}.parquet").is_file() for name in FRAMES):
        return None
    split, sites, series = (pd.read_parquet(folder / f"{name}.parquet") for name in FRAMES)
    before = Results.load(old)
    if not (_same(split, "published_old", before) and _same(split, "published_new", new)):
        return None
    return Comparison(before, new, split, sites, series, ())


def _same(split: pd.DataFrame, column: str, results: Results) -> bool:
    """Whether the scores that a comparison calls published are those of a run, unit by unit."""
    for measure in TOLD:
        rows = split[(split["service"] == ALL_SERVICES) & (split["measure"] == measure)]
        both = rows[[*KEY, column]].merge(results.index[[*KEY, measure]], on=KEY)
        if both.empty or not np.allclose(both[column], both[measure], rtol=0.0, atol=SAME, equal_nan=True):
            return False
    return True
