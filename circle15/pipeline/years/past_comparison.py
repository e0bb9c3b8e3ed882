"""A comparison of two periods as it was written, read back where it still tells of the runs that lie there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.publish.causes import TOLD
from circle15.publish.comparison import FRAMES
from circle15.results import Results
from circle15.results.comparison import COMPARED, Comparison, still_published

if TYPE_CHECKING:
    from pathlib import Path


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
    if not all(still_published(split, end, run.index, TOLD) for end, run in (("old", before), ("new", new))):
        return None
    return Comparison(before, new, split, sites, series, ())
