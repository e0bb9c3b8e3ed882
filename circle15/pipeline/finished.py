"""Runs that are finished: where their results lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.errors import ConfigurationError, UsageError
from circle15.results.store import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

PROCESSED = ("data", "processed")


def finished_run(home: Path, place: str | None, period: str | None) -> Path:
    """The folder of the results of a place and period.

    Parameters
    ----------
    home
        The workspace: the folder with ``data/processed``.
    place
        The id of the place; may be None where only one has been run.
    period
        None for the last one that has been run.

    Raises
    ------
    ConfigurationError
        Nothing of the kind has been run.
    UsageError
        Several places have.
    """
    processed = home.joinpath(*PROCESSED)
    runs = sorted(path.parent for path in processed.glob(f"*/*/{MANIFEST}"))
    wanted = [run for run in runs if place in (None, run.parent.name) and period in (None, run.name)]
    if not wanted:
        raise ConfigurationError("vary.not_run", folder=str(processed))
    places = sorted({run.parent.name for run in wanted})
    if len(places) > 1:
        raise UsageError("vary.which_place", places="、".join(places))
    return wanted[-1]
