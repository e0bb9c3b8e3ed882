"""What lies beside a finished run: files made of it, and the comparison with the period before."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from circle15.results.last_period import last_period_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circle15.results.last_period import LastPeriod
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


@dataclass(frozen=True)
class NeighbourFile:
    """A file made of a run: what it is, where it lies from the run's maps, with "/" between; how many in a folder."""

    kind: str
    path: str
    files: int = 1


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
    return Neighbours(tuple(_files(results, rooms, drafts)), last_period_of(results, tables.parent))


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
