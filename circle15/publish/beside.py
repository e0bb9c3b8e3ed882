"""The tables beside the index as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import ALL_SERVICES
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.publish.tables import Form
    from circle15.results import Results

FORMS: dict[str, Form] = {
    "group_people": "count",
    "feasible_coverage": "share",
    "equivalent_min": "minutes",
    "capped_people": "count",
    "kappa": "ratio",
    "theil": "ratio",
    "theil_between": "ratio",
    "theil_within": "ratio",
    "gini": "ratio",
    "palma": "ratio",
    "concentration_60p": "ratio",
    "concentration_low_income": "ratio",
    "fgt0": "share",
    "fgt1": "share",
    "fgt2": "share",
    "people_first": "count",
    "people_second": "count",
    "coverage_first": "share",
    "coverage_second": "share",
    "coverage_gap": "share",
    "access_first": "score",
    "access_second": "score",
    "access_gap": "score",
    "least": "count",
    "units": "count",
    "units_located": "count",
    "units_named": "count",
    "units_delivered": "count",
    "units_unknown": "count",
    "units_missing": "count",
    "presence_share": "share",
    "share_with_delivery": "share",
    "people_without": "count",
    "sites": "count",
    "base_people": "count",
    "facilities": "count",
    "unknown_facilities": "count",
    "present_supply": "count",
    "per_1000": "ratio",
    "per_head": "ratio",
    "standard_per_1000": "ratio",
    "standard_places": "count",
    "places_missing": "count",
    "flag_unknown": "count",
    "flagged_facilities": "count",
    "flag_share": "share",
    "capacity_unknown": "count",
    "known_capacity": "count",
    "flagged_capacity": "count",
    "capacity_flag_share": "share",
    "standard_min": "minutes",
    "without_way": "count",
    "mean_min": "minutes",
    "within_share": "share",
}

# What the sheet of coverage and the notes tell already: a page has room for so many columns.
ELSEWHERE = ("group", "median_min", "p90_min", "kappa")


def beside_told(results: Results, lang: str) -> dict[str, pd.DataFrame]:
    """The tables by the name of their sheet, codes in words; levels, services and groups still by their ids."""
    return {
        "inequality": results.inequality.drop(columns=[*ELSEWHERE]).rename(columns={"people": "group_people"}),
        "gaps": _gaps(results, lang),
        "presence": _presence(results, lang),
        "disagreements": _disagreements(results, lang),
        "ratios": _ratios(results, lang),
        "flag_shares": results.flag_shares,
        "responses": _responses(results, lang),
    }


def side_in_words(side: str, results: Results, lang: str) -> str:
    """One side of a gap: a class of town, a group, or several services."""
    if side in results.catalogue.groups:
        return results.catalogue.groups[side].label.in_language(lang)
    return say("tables.all_services" if side == ALL_SERVICES else f"beside.side_{side}", lang)


def _gaps(results: Results, lang: str) -> pd.DataFrame:
    frame = results.gaps.copy()
    frame["comparison"] = [say(f"beside.comparison_{kind}", lang) for kind in frame["comparison"]]
    for side in ("first", "second"):
        frame[side] = [side_in_words(each, results, lang) for each in frame[side]]
    return frame


def _presence(results: Results, lang: str) -> pd.DataFrame:
    frame = results.presence.rename(columns={"people": "group_people"})
    frame["presence_level"] = [
        say(f"beside.asked_{level}_{villages}", lang)
        for level, villages in zip(frame["presence_level"], frame["villages"], strict=True)
    ]
    return frame.drop(columns="villages")


def _disagreements(results: Results, lang: str) -> pd.DataFrame:
    frame = results.disagreements.rename(columns={"people": "group_people"})
    frame["disagreement"] = [say(f"beside.{kind}", lang) for kind in frame["disagreement"]]
    frame["state"] = [say(f"beside.presence_{state}", lang) for state in frame["state"]]
    return frame.rename(columns={"state": "presence_state"})


def _ratios(results: Results, lang: str) -> pd.DataFrame:
    frame = results.ratios.copy()
    frame["base"] = [side_in_words(base, results, lang) for base in frame["base"]]
    services = results.catalogue.services
    units = [services[id_].capacity_unit for id_ in frame["service"]]
    frame.insert(
        list(frame).index("supply"), "supply_unit", ["" if unit is None else unit.in_language(lang) for unit in units]
    )
    return frame.rename(columns={"supply": "present_supply"})


def _responses(results: Results, lang: str) -> pd.DataFrame:
    told = {"people": "group_people", "minutes": "standard_min", "urban_rural": "response_class"}
    frame = results.responses.rename(columns=told)
    frame["response_class"] = [say(f"beside.class_{kind or 'both'}", lang) for kind in frame["response_class"]]
    return frame
