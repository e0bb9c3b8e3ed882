"""What lies beside a finished run: files made of it, and the comparison with the period before."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.model.period import is_period, last_of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from circle15.results.results import Results

# Each kind of file and where it lies, the most wanted first; what ends in "/" is told as a folder with its files.
PLACES = (
    ("report", "data/processed/{place}/report/{period}/*.docx"),
    ("report", "data/processed/{place}/report/{period}/*.pdf"),
    ("report", "data/processed/{place}/report/{period}/*.html"),
    ("whatif", "maps/{place}/{period}/whatif.html"),
    ("sheets", "maps/{place}/{period}/sheets/"),
    ("sheets", "data/processed/{place}/sheets/{period}/"),
    ("tables", "data/processed/{place}/{period}/tables.xlsx"),
    ("issues", "data/processed/{place}/issues/*.xlsx"),
    ("brief", "data/processed/{place}/issues/{period}/*.html"),
    ("scoreboard", "data/processed/{place}/issues/{period}/*.xlsx"),
    ("compare", "data/processed/{place}/compare/*_{period}/compare.xlsx"),
    ("changes", "data/processed/{place}/changes/*_{period}/changes.xlsx"),
    ("project", "data/processed/{place}/{period}/results.qgz"),
    ("layers", "data/processed/{place}/{period}/results.gpkg"),
    ("handover", "data/processed/{place}/handover/{period}/"),
    ("quality", "data/processed/{place}/check/{period}/data_quality.html"),
    ("quality", "data/processed/{place}/check/{period}/data_quality.xlsx"),
)
COMPARED = "compare"
# Two figures that differ by less are one, however they were written.
SAME = 1e-12


@dataclass(frozen=True)
class NeighbourFile:
    """A file made of a run: what it is, where it lies from the run's maps, with "/" between; how many in a folder."""

    kind: str
    path: str
    files: int = 1


@dataclass(frozen=True, eq=False)
class LastPeriod:
    """The comparison with the period before, as ``Comparison`` has it: its tables ``split`` and ``sites``."""

    period: str
    split: pd.DataFrame
    sites: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The files beside a run, in the order of ``PLACES``, and the period before, where both were compared."""

    files: tuple[NeighbourFile, ...] = ()
    last: LastPeriod | None = None


NO_NEIGHBOURS = Neighbours()


def neighbours_of(home: Path, results: Results) -> Neighbours:
    """Look for what lies beside a run.

    Parameters
    ----------
    home
        The workspace: the folder with ``data`` and ``maps``.
    results
        The finished run.
    """
    return Neighbours(tuple(_files(home, results)), _last(home, results))


def _files(home: Path, results: Results) -> Iterator[NeighbourFile]:
    about = results.study.study
    maps = home / "maps" / about.id / about.period
    for kind, place in PLACES:
        pattern = place.format(place=about.id, period=about.period)
        for path in sorted(home.glob(pattern.rstrip("/"))):
            if _hidden(path) or path.is_dir() != pattern.endswith("/"):
                continue
            count = sum(1 for each in path.iterdir() if not _hidden(each)) if path.is_dir() else 1
            if count:
                here = os.path.relpath(path, maps).replace(os.sep, "/")
                yield NeighbourFile(kind, f"{here}/" if path.is_dir() else here, count)


def _hidden(path: Path) -> bool:
    """Drafts of this program, and what Office puts beside an open document."""
    return path.name.startswith((".", "~$"))


def _last(home: Path, results: Results) -> LastPeriod | None:
    """The last period of the same kind, where it was compared with this very run, and not with a former one."""
    about = results.study.study
    compared = (home / "data" / "processed" / about.id / COMPARED).glob(f"*_{about.period}")
    olds = {folder.name.removesuffix(f"_{about.period}"): folder for folder in compared}
    period = last_of_kind(about.period, [old for old in olds if is_period(old)])
    if not period:
        return None
    try:
        split, sites = (pd.read_parquet(olds[period] / f"{name}.parquet") for name in ("split", "sites"))
        return LastPeriod(period, split, sites) if _is_of(split, results) else None
    except (OSError, ValueError, KeyError):  # cut short, or written by another version
        return None


def _is_of(split: pd.DataFrame, results: Results) -> bool:
    """Whether a comparison's new scores are those of the run."""
    scores = split[(split["service"] == "all_services") & (split["measure"] == "balanced_access")]
    told = scores.merge(results.index[["level", "code", "balanced_access"]], on=["level", "code"])
    alike = np.isclose(told["published_new"], told["balanced_access"], rtol=0.0, atol=SAME, equal_nan=True)
    return len(told) > 0 and bool(alike.all())
