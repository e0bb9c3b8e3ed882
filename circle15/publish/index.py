"""The tables of the index as a person reads them: its parts, and what lies behind a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from circle15.assess.index.parts import CLASS_LEVEL
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from circle15.assess.index.explained import Explanation
    from circle15.publish.tables import Form
    from circle15.results import Results

FORMS: dict[str, Form] = {
    "balance_between": "score",
    "balance_within": "score",
    "quality": "score",
    "overall": "score",
    "quality_weight": "share",
    "weight": "share",
    "slice_people": "count",
    "group_people": "count",
    "people_beyond_reach": "count",
    "cell_minutes": "minutes",
    "reach": "ratio",
    "supply": "ratio",
    "lost_access": "score",
    "lost_balanced_access": "score",
    "lost_quality": "score",
}
LOST = ("lost_balanced_access", "lost_access", "lost_quality")
SERVICES = ("service", "weight", "group_people", "people_beyond_reach", *LOST)
UNITS = ("unit_name", "unit_code", "people", *LOST)
FACILITIES = ("service", "facility_name", "facility_id", "group_people", "people_beyond_reach", *LOST)
CELLS = (
    "service", "cell_id", "unit_name", "facility_name", "facility_id", "group_people", "people_beyond_reach",
    "cell_minutes", "reach", "supply", *LOST,
)  # fmt: skip
RENAMED = {"people_beyond": "people_beyond_reach", "minutes": "cell_minutes"}
# Of a service these are people of its group; of a unit all residents.
OF_GROUP = {**RENAMED, "people": "group_people"}


def slices_told(results: Results, lang: str) -> pd.DataFrame:
    """The slices, with words for what is coded."""
    names = slice_names(results, lang)
    table = results.index_slices
    told = table.assign(
        level=[level_name(level, lang) for level in table["level"]],
        name=[unit_name(level, name, lang) for level, name in zip(table["level"], table["name"], strict=True)],
        slice=[say(f"index_sheets.slice_{kind}", lang) for kind in table["slice"]],
        slice_id=[names[kind][id_] for kind, id_ in zip(table["slice"], table["slice_id"], strict=True)],
    )
    return told.rename(columns={"people": "slice_people"})


def slice_names(results: Results, lang: str) -> dict[str, Mapping[str, str]]:
    """The names of slices in a language, by kind and id."""
    catalogue = results.catalogue
    kinds: dict[str, Mapping[str, Any]] = {
        "service": catalogue.services,
        "domain": catalogue.domains,
        "department": catalogue.departments,
        "group": catalogue.groups,
    }
    named: dict[str, Mapping[str, str]] = {
        kind: {id_: entry.label.in_language(lang) for id_, entry in entries.items()} for kind, entries in kinds.items()
    }
    return {"all": {"all_services": say("tables.all_services", lang)}, **named}


def level_name(level: str, lang: str) -> str:
    """A level by its name, that of urban and rural towns with it."""
    return say("index_sheets.level_class" if level == CLASS_LEVEL else f"terms.{level}", lang)


def unit_name(level: str, name: str, lang: str) -> str:
    """A unit by its name; all urban or rural towns have none of their own."""
    return say(f"index_sheets.all_{name}", lang) if level == CLASS_LEVEL else name


def explanation_tables(explanation: Explanation, results: Results, lang: str) -> dict[str, pd.DataFrame]:
    """What a unit's scores lack, by service, unit below, facility and cell: the sheets of an explanation by name."""
    services = {id_: service.label.in_language(lang) for id_, service in results.catalogue.services.items()}
    tables = {
        "lost_services": (explanation.services, SERVICES),
        "lost_units": (explanation.units, UNITS),
        "lost_facilities": (explanation.facilities, FACILITIES),
        "lost_cells": (explanation.cells, CELLS),
    }
    return {name: _told(frame, services, lang)[list(columns)] for name, (frame, columns) in tables.items()}


def _told(frame: pd.DataFrame, services: Mapping[str, str], lang: str) -> pd.DataFrame:
    told = frame.rename(columns=OF_GROUP if "service" in frame else RENAMED)
    if "service" in told:
        told["service"] = told["service"].map(services)
    for column, id_, word in (("unit_name", "unit_code", "no_unit"), ("facility_name", "facility_id", "no_facility")):
        if column in told:
            told[column] = told[column].astype(object).where(told[id_] != "", say(f"index_sheets.{word}", lang))
    return told
