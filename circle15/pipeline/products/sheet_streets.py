"""The streets that lie lightly under map sheets: those that the run itself read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.rules import counted_classes
from circle15.errors import Circle15Error
from circle15.inputs.study_file import read_study
from circle15.pipeline.folders import streets_folder
from circle15.pipeline.reading.horizon import horizon_of
from circle15.pipeline.reading.study_files import study_zones
from circle15.pipeline.streets.kept_streets import kept_streets
from circle15.pipeline.streets.street_key import AskedStreets
from circle15.pipeline.streets.study_streets import WAITING_SPEED
from circle15.pipeline.years.past_studies import past_study
from circle15.publish.sheets.material import Streets, no_streets

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork
    from circle15.pipeline.streets.study_streets import StudyStreets
    from circle15.results import Results

MAIN = frozenset(
    f"{road}{link}" for road in ("motorway", "trunk", "primary", "secondary", "tertiary") for link in ("", "_link")
)
# So much ground around the study area as a share of it comes onto sheets at most.
AROUND = 0.6


def sheet_streets(home: Path, run: Path, results: Results) -> Streets | None:
    """The streets of a finished run around its area; None where its files are not there as it read them."""
    past = past_study(home, run)
    file = results.study.network.file
    if past.path is None or file in past.changed or file in past.missing:
        return None
    try:
        found = _read(past.path, results)
    except (Circle15Error, OSError):
        return None
    return _around(_parts(found), results.zones.total_bounds.tolist())


def _read(path: Path, results: Results) -> StudyStreets:
    """The streets as the run read them, from what is kept of them where that still holds."""
    study, catalogue = read_study(path), results.catalogue
    zones = study_zones(study, path.parent)
    horizon = horizon_of(catalogue, counted_classes(results.cells["urban_rural"]))
    waiting_m_s = catalogue.speeds[WAITING_SPEED].m_s
    asked = AskedStreets(study, path.parent, zones, horizon.streets_m, horizon.modes, waiting_m_s)
    return kept_streets(streets_folder(path, study.study), asked)


def _parts(found: StudyStreets) -> list[Streets]:
    """Main roads as they are driven, where that was read, and all others as they are walked."""
    drive = found.networks.get("drive")
    if drive is None:
        return [_of_kinds(found.network, MAIN, main=True), _of_kinds(found.network, MAIN, main=False)]
    return [_of_kinds(drive, MAIN, main=True), _of_kinds(found.network, MAIN, main=False)]


def _of_kinds(network: StreetNetwork, kinds: Collection[str], *, main: bool) -> Streets:
    """The lines of a network that are of some kinds, or of all others."""
    wanted = np.array([(kind in kinds) == main for kind in network.kinds], dtype=np.bool_)[network.kind]
    return _taken(network.line_xy, network.line_start, wanted, main=main)


def _taken(xy: NDArray[np.float64], start: NDArray[np.int64], wanted: NDArray[np.bool_], *, main: bool) -> Streets:
    """Wanted lines of many."""
    lengths = np.diff(start)
    rows = np.repeat(wanted, lengths)
    ends = np.concatenate([[0], np.cumsum(lengths[wanted])]).astype(np.int64)
    return Streets(xy[rows], ends, np.full(int(wanted.sum()), main, dtype=np.bool_))


def _around(parts: list[Streets], bounds: list[float]) -> Streets:
    """The lines of several parts that come near an area, as one."""
    west, south, east, north = bounds
    wide, high = (east - west) * AROUND, (north - south) * AROUND
    near = []
    for part in parts:
        x, y = part.xy[:, 0], part.xy[:, 1]
        inside = (x > west - wide) & (x < east + wide) & (y > south - high) & (y < north + high)
        line = np.repeat(np.arange(len(part.main)), np.diff(part.start))
        touched = np.bincount(line, weights=inside, minlength=len(part.main)) > 0
        near.append(_taken(part.xy, part.start, touched, main=bool(part.main.any())))
    lengths = [np.diff(part.start) for part in near]
    start = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    if start[-1] == 0:
        return no_streets()
    return Streets(np.concatenate([part.xy for part in near]), start, np.concatenate([part.main for part in near]))
