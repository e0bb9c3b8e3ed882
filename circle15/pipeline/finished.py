"""Runs that are finished: where their results lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.errors import ConfigurationError, UsageError
from circle15.model.period import in_order, is_period
from circle15.results.store import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

PROCESSED = ("data", "processed")
BETWEEN = "、"


def finished_run(home: Path, place: str | None, period: str | None) -> Path:
    """The folder of the results of a place and period.

    Parameters
    ----------
    home
        The workspace: the folder with ``data/processed``.
    place
        The id of the place; may be None where only one has been run.
    period
        None for the last of those that have been run, by the day it ends: the year after its quarters.

    Raises
    ------
    ConfigurationError
        Nothing of the kind has been run.
    UsageError
        Several places have.
    """
    runs = _runs_of(home, place)
    wanted = [run for run in runs if period in (None, run.name)]
    if not wanted:
        raise ConfigurationError("vary.not_run", folder=str(home.joinpath(*PROCESSED)))
    places = sorted({run.parent.name for run in wanted})
    if len(places) > 1:
        raise UsageError("vary.which_place", places=BETWEEN.join(places))
    return wanted[0].parent / in_order(run.name for run in wanted)[-1]


def place_folder(home: Path, place: str | None) -> Path:
    """The folder of a place that has been run; ``home`` and ``place`` as ``finished_run`` takes them.

    Raises
    ------
    ConfigurationError
        None has.
    UsageError
        Several have, and none is named.
    """
    found = sorted({run.parent for run in _runs_of(home, place)})
    if not found:
        raise ConfigurationError("issues.not_run", folder=str(home.joinpath(*PROCESSED)))
    if len(found) > 1:
        raise UsageError("issues.which_place", places=BETWEEN.join(folder.name for folder in found))
    return found[0]


def finished_periods(runs: Path) -> list[str]:
    """The periods of a place that have been run, in their order; ``runs`` is its folder."""
    return in_order(path.parent.name for path in runs.glob(f"*/{MANIFEST}") if is_period(path.parent.name))


def _runs_of(home: Path, place: str | None) -> list[Path]:
    """The folders of the results of a place, or of all places."""
    runs = home.joinpath(*PROCESSED).glob(f"*/*/{MANIFEST}")
    return [path.parent for path in runs if is_period(path.parent.name) and place in (None, path.parent.parent.name)]


def finished_pair(home: Path, old: str, new: str, place: str | None) -> tuple[Path, Path]:
    """The folders of the results of two periods of one place.

    Parameters
    ----------
    home
        The workspace: the folder with ``data/processed``.
    old, new
        Periods that have been run, the earlier one first.
    place
        The id of the place; may be None where only one has both periods.

    Raises
    ------
    UsageError
        The same period twice, the later one first, or several places have both.
    ConfigurationError
        No place has been run for both periods.
    """
    if old == new:
        raise UsageError("periods.same", period=old)
    if is_period(old) and is_period(new) and in_order([old, new]) != [old, new]:
        raise UsageError("periods.swapped", old=old, new=new)
    processed = home.joinpath(*PROCESSED)
    places = sorted(path.name for path in processed.iterdir() if path.is_dir()) if processed.is_dir() else []
    wanted = [name for name in places if place in (None, name)]
    run = {period: [name for name in wanted if _is_run(processed / name / period)] for period in (old, new)}
    both = [name for name in run[old] if name in run[new]]
    if len(both) == 1:
        return processed / both[0] / old, processed / both[0] / new
    if both:
        raise UsageError("periods.which_place", old=old, new=new, places=BETWEEN.join(both))
    lacking = BETWEEN.join(period for period in (old, new) if not run[period])
    if lacking:
        raise ConfigurationError("periods.not_run", periods=lacking, folder=str(processed))
    found = {f"{period}_places": BETWEEN.join(run[at]) for period, at in (("old", old), ("new", new))}
    raise ConfigurationError("periods.other_place", old=old, new=new, **found)


def _is_run(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()
