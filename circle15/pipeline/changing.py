"""Two finished runs of one place, and what changed in their facility lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.assess.changes import facility_changes, reasons_gone
from circle15.errors import ConfigurationError, UsageError
from circle15.publish.changes import write_changes
from circle15.results import Results
from circle15.results.folders import replacing
from circle15.results.store import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

PROCESSED = ("data", "processed")
CHANGES = "changes"


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two snapshots of one place and what changed between them; ``folder`` holds the tables.

    ``changes`` is as ``assess.changes.facility_changes`` gives it, with ``reasons`` of what closed (JSON as in the
    ledger, "" where the newer list does not have it at all).
    """

    old: Results
    new: Results
    changes: gpd.GeoDataFrame
    folder: Path


def compare_periods(home: Path, old: str, new: str, place: str | None, lang: str) -> Comparison:
    """Compare the facilities of two periods and write the tables.

    Parameters
    ----------
    home
        The workspace: the folder with ``data/processed``.
    old, new
        Periods that have been run.
    place
        The id of the place; may be None where only one has both periods.

    Raises
    ------
    UsageError
        The same period twice, or several places have both.
    ConfigurationError
        No place has been run for both periods.
    """
    if old == new:
        raise UsageError("changes.same_period", period=old)
    runs = home.joinpath(*PROCESSED, _place(home, old, new, place))
    before, after = Results.load(runs / old), Results.load(runs / new)
    changes = facility_changes(before.facilities, after.facilities)
    changes = changes.assign(reasons=reasons_gone(changes, after.ledger))
    folder = runs / CHANGES / f"{old}_{new}"
    with replacing(folder) as (draft,):
        write_changes(before, after, changes, draft, lang)
    return Comparison(before, after, changes, folder)


def _place(home: Path, old: str, new: str, place: str | None) -> str:
    """The id of the place that has been run for both periods."""
    processed = home.joinpath(*PROCESSED)
    found = sorted(
        folder.name
        for folder in (processed.iterdir() if processed.is_dir() else ())
        if all((folder / period / MANIFEST).is_file() for period in (old, new))
    )
    wanted = [name for name in found if place in (None, name)]
    if not wanted:
        raise ConfigurationError("changes.not_run", old=old, new=new, folder=str(processed))
    if len(wanted) > 1:
        raise UsageError("changes.which_place", old=old, new=new, places="、".join(wanted))
    return wanted[0]
