"""Two finished runs of one place, and what changed in their facility lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.assess.changes import facility_changes, reasons_gone
from circle15.pipeline.finished import finished_pair
from circle15.pipeline.writing import refresh_page
from circle15.publish.changes import write_changes
from circle15.results import Results
from circle15.results.folders import replacing

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

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
    home, old, new, place
        As ``finished.finished_pair`` takes them.
    lang
        Language of the tables: ``zh`` or ``en``.

    Raises
    ------
    UsageError
        The same period twice, the later one first, or several places have both.
    ConfigurationError
        No place has been run for both periods.
    """
    runs = finished_pair(home, old, new, place)
    before, after = (Results.load(run) for run in runs)
    changes = facility_changes(before.facilities, after.facilities)
    changes = changes.assign(reasons=reasons_gone(changes, after.ledger))
    folder = runs[1].parent / CHANGES / f"{old}_{new}"
    with replacing(folder) as (draft,):
        write_changes(before, after, changes, draft, lang)
    refresh_page(runs[1], after)
    return Comparison(before, after, changes, folder)
