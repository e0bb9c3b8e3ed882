"""What changed in the facility lists, as sheets and as a layer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from circle15.assess.changes import CHANGES, change_counts
from circle15.publish.geopackage import fixed_moment, write_layer
from circle15.publish.tables import Column, Sheet
from circle15.publish.workbook import write_sheets
from circle15.results.store import note_of
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from circle15.publish.tables import Form
    from circle15.results import Results

WORDS = ("service", "old_date", "new_date")
LIST_FORMS: dict[str, Form] = {
    "service": "text",
    "change": "text",
    "name": "text",
    "was_named": "text",
    "moved_m": "metres",
    "old_capacity": "count",
    "new_capacity": "count",
    "inside": "text",
    "why": "text",
    "old_place": "text",
    "new_place": "text",
}


def write_changes(old: Results, new: Results, changes: gpd.GeoDataFrame, folder: Path, lang: str) -> None:
    """Write ``changes.xlsx`` and ``changes.gpkg`` into ``folder``."""
    title = say(
        "changes.title", lang, place=new.study.study.place, old=old.study.study.period, new=new.study.study.period
    )
    write_sheets(change_sheets(old, new, changes, lang), folder / "changes.xlsx", title, lang)
    with fixed_moment():
        write_layer(changes, folder / "changes.gpkg", "changes")


def change_sheets(old: Results, new: Results, changes: gpd.GeoDataFrame, lang: str) -> tuple[Sheet, Sheet]:
    """The counts by service, and the list of every change; what is unchanged is only counted."""
    return _counts(old, new, changes, lang), _list(old, new, changes, lang)


def list_date(results: Results, service: str, lang: str) -> str:
    """The dates that a service's lists are of, as the study says them."""
    dates = sorted(
        {source.date.isoformat() for source in results.study.facilities if source.service == service and source.date}
    )
    return "、".join(dates) or say("changes.no_date", lang)


def _counts(old: Results, new: Results, changes: gpd.GeoDataFrame, lang: str) -> Sheet:
    counts = change_counts(changes)
    totals = [results.facilities.groupby("service").size() for results in (old, new)]
    headers = ["service", "old_date", "new_date", "old_total", "new_total", *CHANGES]
    rows = tuple(
        (
            _label(old, new, service, lang),
            *(list_date(results, service, lang) for results in (old, new)),
            *(float(total.get(service, 0)) for total in totals),
            *(float(counts.loc[service, change]) for change in CHANGES),
        )
        for service in counts.index
    )
    columns = tuple(Column(say(f"changes.{name}", lang), "text" if name in WORDS else "count") for name in headers)
    return Sheet(say("changes.sheet_counts", lang), columns, rows)


def _list(old: Results, new: Results, changes: gpd.GeoDataFrame, lang: str) -> Sheet:
    told = changes[changes["change"] != "unchanged"]
    rows = tuple(_told(row, _label(old, new, str(row["service"]), lang), lang) for row in told.to_dict("records"))
    columns = tuple(Column(say(f"changes.{name}", lang), form) for name, form in LIST_FORMS.items())
    return Sheet(say("changes.sheet_list", lang), columns, rows)


def _told(row: dict[str, object], service: str, lang: str) -> tuple[object, ...]:
    renamed = row["old_name"] != row["new_name"] and row["new_name"] != ""
    return (
        service,
        say(f"changes.{row['change']}", lang),
        row["new_name"] or row["old_name"],
        row["old_name"] if renamed else "",
        *(row[name] for name in ("moved_m", "old_capacity", "new_capacity")),
        say("tables.yes" if row["inside"] else "tables.no", lang),
        why(row, lang),
        *(_place(row[f"{side}_file"], row[f"{side}_row"], lang) for side in ("old", "new")),
    )


def why(row: dict[str, object], lang: str) -> str:
    """Why a closed facility does not count any more; "" for every other change."""
    if row["change"] != "closed":
        return ""
    reasons = str(row["reasons"])
    if not reasons:
        return say("changes.not_listed", lang)
    return " ".join(note_of(note).sentence(lang) for note in json.loads(reasons))


def _place(file: object, row: object, lang: str) -> str:
    return say("changes.row_of", lang, file=file, row=row) if file else ""


def _label(old: Results, new: Results, service: str, lang: str) -> str:
    """A service by its name, also where only one of the runs has it."""
    known = old.catalogue.services | new.catalogue.services
    return known[service].label.in_language(lang) if service in known else service
