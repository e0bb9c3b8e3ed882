"""What lies beside a finished run: files made of it, and the comparison with the period before."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.model.period import is_period, last_of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circle15.results.results import Results

# Each kind of file, the most wanted first: in which room it lies and where there; what ends in "/" is told as a folder.
# Rooms are the folder of the run's tables, that of its maps, and that of the place with all its periods.
PLACES = (
    ("report", "place", "report/{period}/*.docx"),
    ("report", "place", "report/{period}/*.pdf"),
    ("report", "place", "report/{period}/*.html"),
    ("whatif", "maps", "whatif.html"),
    ("sheets", "maps", "sheets/*/"),
    ("scenario", "tables", "before_after.xlsx"),
    ("siting", "place", "siting/{period}/*/index.html"),
    ("tables", "tables", "tables.xlsx"),
    ("issues", "place", "issues/*.xlsx"),
    ("brief", "place", "issues/{period}/*.html"),
    ("scoreboard", "place", "issues/{period}/*.xlsx"),
    ("compare", "place", "compare/*_{period}/compare.xlsx"),
    ("changes", "place", "changes/*_{period}/changes.xlsx"),
    ("project", "tables", "results.qgz"),
    ("layers", "tables", "results.gpkg"),
    ("handover", "place", "handover/{period}/"),
    ("quality", "place", "check/{period}/data_quality.html"),
    ("quality", "place", "check/{period}/data_quality.xlsx"),
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
NO_DRAFTS: Mapping[Path, Path] = MappingProxyType({})


def neighbours_of(results: Results, tables: Path, maps: Path, drafts: Mapping[Path, Path] = NO_DRAFTS) -> Neighbours:
    """Look for what lies beside a run.

    Parameters
    ----------
    results
        The finished run.
    tables, maps
        Its folders.
    drafts
        Folders that are being written, by those that they will replace: what lies in the latter is as good as gone.
    """
    rooms = {"tables": tables, "maps": maps, "place": tables.parent}
    return Neighbours(tuple(_files(results, rooms, drafts)), _last(results, tables.parent))


def _files(results: Results, rooms: Mapping[str, Path], drafts: Mapping[Path, Path]) -> Iterator[NeighbourFile]:
    for kind, room, place in PLACES:
        now = drafts.get(rooms[room], rooms[room])
        for path in sorted(now.glob(place.format(period=results.study.study.period).rstrip("/"))):
            if _hidden(path) or path.is_dir() != place.endswith("/"):
                continue
            count = sum(1 for each in path.iterdir() if not _hidden(each)) if path.is_dir() else 1
            if count:
                then = os.path.relpath(rooms[room] / path.relative_to(now), rooms["maps"]).replace(os.sep, "/")
                yield NeighbourFile(kind, f"{then}/" if path.is_dir() else then, count)


def _hidden(path: Path) -> bool:
    """Drafts of this program, and what Office puts beside an open document."""
    return path.name.startswith((".", "~$"))


def _last(results: Results, place: Path) -> LastPeriod | None:
    """The last period of the same kind, where it was compared with this very run, and not with a former one."""
    about = results.study.study
    compared = (place / COMPARED).glob(f"*_{about.period}")
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
