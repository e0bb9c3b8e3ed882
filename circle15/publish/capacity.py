"""The tables of places, service areas and the border as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.words import say

if TYPE_CHECKING:
    from circle15.publish.tables import Form
    from circle15.results import Results

FORMS: dict[str, Form] = {
    "served": "count",
    "reachable_without_capacity": "count",
    "out_of_reach": "count",
    "served_share": "share",
    "places_due": "count",
    "nearest_places": "count",
    "missing_places": "count",
    "assigned_places": "count",
    "set_facilities": "count",
    "set_missing": "count",
    "people_nearest": "count",
    "people_with_choice": "count",
    "people_in_reach": "count",
    "people_assigned": "count",
    "competitors": "count",
    "coverage_without_outside_facilities": "share",
    "coverage_inside_only": "share",
    "people_gained": "count",
}
LOADS = (
    "service", "name", "facility_id", "inside", "capacity", "nearest_places", "missing_places", "assigned_places",
    "state", "set_id", "set_facilities", "set_missing",
)  # fmt: skip
CATCHMENTS = (
    "service", "name", "facility_id", "inside", "group", "people_nearest", "people_with_choice", "competitors",
    "people_in_reach", "people_assigned",
)  # fmt: skip


def loads_told(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The loads, the worst first, with words for what is coded; a facility of no set has blanks there, not noughts."""
    told = _worst_first(frame)[list(LOADS)]
    told["inside"] = _yes_or_no(told["inside"], lang)
    told["state"] = [say(f"capacity_sheets.state_{state}", lang) if state else "" for state in told["state"]]
    in_set = told["set_id"] != ""
    for column in ("set_facilities", "set_missing"):
        told[column] = told[column].astype(object).where(in_set, "")
    return told


def catchments_told(results: Results, lang: str) -> pd.DataFrame:
    """One row per facility: the people whom the service is for, then all groups who have it nearest."""
    frame, counted = results.catchments, results.counted_groups()
    own = frame[frame["group"] == frame["service"].map(counted)]
    told = own[list(CATCHMENTS)].copy()
    told["inside"] = _yes_or_no(told["inside"], lang)
    wide = frame.pivot(index=["service", "facility_id"], columns="group", values="people_nearest")
    rows = pd.MultiIndex.from_frame(own[["service", "facility_id"]])
    for id_, group in results.catalogue.groups.items():
        if id_ in wide:
            label = group.label.in_language(lang)
            told[say("capacity_sheets.nearest_of_group", lang, group=label)] = wide[id_].reindex(rows).to_numpy()
    return told.reset_index(drop=True)


def _worst_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Within each service the sets that lack most first, then the facilities that lack most."""
    ordered = frame.assign(
        order=pd.factorize(frame["service"])[0],
        lacks=-frame["set_missing"].fillna(0.0),
        own=-frame["missing_places"].fillna(0.0),
    )
    return ordered.sort_values(["order", "lacks", "set_id", "own", "facility_id"], ignore_index=True)


def _yes_or_no(flags: pd.Series, lang: str) -> list[str]:
    return [say("tables.yes" if flag else "tables.no", lang) for flag in flags]
