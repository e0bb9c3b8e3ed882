"""Results as tables that a person reads: headers, names and sentences in one language."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from circle15.catalogue.entries import ALL_SERVICES
from circle15.catalogue.services_table import services_table
from circle15.model.population import LEAST_FACTOR, MOST_FACTOR
from circle15.publish.beside import FORMS as BESIDE_FORMS
from circle15.publish.beside import beside_told
from circle15.publish.capacity import FORMS as CAPACITY_FORMS
from circle15.publish.capacity import catchments_told, loads_told
from circle15.publish.index import FORMS as INDEX_FORMS
from circle15.publish.index import explanation_tables, slices_told
from circle15.publish.reasons import reason_in_words
from circle15.publish.standards import standards_in_words
from circle15.publish.steadiness import FORMS as STEADINESS_FORMS
from circle15.publish.steadiness import (
    follows_data,
    pairs_told,
    removals_told,
    scenarios_told,
    scheme_weights_told,
    sensitivity_told,
    tiers_told,
    with_tiers,
)
from circle15.publish.targets import FORMS as TARGET_FORMS
from circle15.publish.targets import WIDEST as TARGET_WIDEST
from circle15.publish.targets import targets_told
from circle15.results.store import note_of
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.assess.index.explained import Explanation
    from circle15.catalogue.entries import Catalogue
    from circle15.results import Results

Form = Literal[
    "text", "count", "persons", "share", "score", "points", "minutes", "metres", "ratio", "degrees", "plain", "light"
]
# How each column is shown; a column that is not named here is text.
FORMS: dict[str, Form] = {
    "people": "count",
    "people_beyond": "count",
    "covered_people": "count",
    "rule_people": "count",
    "rule_covered": "count",
    "rule_coverage": "share",
    "uncovered_people": "count",
    "coverage": "share",
    "area_coverage": "share",
    "access": "score",
    "balanced_access": "score",
    "balance": "score",
    "balance_people": "score",
    "balance_services": "score",
    "minutes": "minutes",
    "limit_m": "metres",
    "median_min": "minutes",
    "p90_min": "minutes",
    "nearest_min": "minutes",
    "straight_m": "metres",
    "network_m": "metres",
    "leg_m": "metres",
    "capacity": "count",
    "cells": "count",
    "rank": "count",
    "row": "count",
    "source_persons": "count",
    "official_persons": "count",
    "factor": "ratio",
    "persons": "count",
    "compared_persons": "count",
    "ratio": "ratio",
    "moved_share": "share",
    **CAPACITY_FORMS,
    **INDEX_FORMS,
    **BESIDE_FORMS,
    **TARGET_FORMS,
    **STEADINESS_FORMS,
}
# The rooms of words for headers and their meanings.
ROOMS = ("tables", "capacity_sheets", "index_sheets", "beside", "target_sheets", "steadiness")
# Rows of the ledger that are not of a list of facilities, and the columns of its sheet.
FILE_KINDS = ("zones", "totals", "groups", "patch", "targets", "reported")
LEDGER_COLUMNS = ("file", "sheet", "row", "fate", "kind", "object_id", "name", "reason")
# The columns of the sheet of under-served areas.
AREA_COLUMNS = (
    "area_id", "rank", "service", "group", "name", "town", "town_code", "village_code", "people_beyond", "cells",
    "nearest_facility", "nearest_facility_id", "mode", "nearest_min", "straight_m", "network_m", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its header, how its values are shown, and how wide it may be in places (0: as usual).

    A column ``to_fill`` is for the office to write in; ``choices`` are offered there.
    """

    header: str
    form: Form
    widest: int = 0
    to_fill: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lines:
    """Some columns of a sheet as lines over another, by their numbers, and a row that is marked on the first line."""

    title: str
    over: int
    columns: tuple[int, ...]
    marked_row: int | None = None


@dataclass(frozen=True)
class Sheet:
    """One table: its title, columns, rows of plain values (text, float, inf, NaN), and lines to stand above it.

    ``name`` is what the code knows it by, where its place among others is looked up; ``remarks`` are lines in plain
    letters beneath the heading; ``drawn`` is drawn beside the table.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    heading: tuple[str, ...] = ()
    name: str = ""
    remarks: tuple[str, ...] = ()
    drawn: Lines | None = None


def sheets(results: Results, lang: str) -> tuple[Sheet, ...]:
    """All tables of a run; ``contents`` puts them into the order of a report."""
    return (
        _sheet("index", with_tiers(_named(results.index, results, lang), results, lang), lang),
        *_steadiness(results, lang),
        _sheet("index_slices", slices_told(results, lang), lang),
        _sheet("coverage", _coverage(results, lang), lang),
        _sheet("rules", _rules(results, lang), lang),
        _sheet("underserved", _underserved(results, lang), lang),
        _sheet("facilities", _facilities(results, lang), lang),
        *_capacity(results, lang),
        *(_sheet(name, _named(frame, results, lang), lang) for name, frame in beside_told(results, lang).items()),
        *target_sheets(results.targets, results.catalogue, lang),
        _sheet("ledger", _ledger(results, lang), lang),
        *people_sheets(results, lang),
        _notes(results, lang),
        _standards(results, lang),
        _definitions(lang),
    )


def explanation_sheets(explanation: Explanation, results: Results, lang: str) -> tuple[Sheet, ...]:
    """The index of a run, and what the scores of one unit lack."""
    lost = explanation_tables(explanation, results, lang)
    return (
        _sheet("index", with_tiers(_named(results.index, results, lang), results, lang), lang),
        _sheet("index_slices", slices_told(results, lang), lang),
        *(_sheet(name, frame, lang) for name, frame in lost.items()),
        _definitions(lang),
    )


def _capacity(results: Results, lang: str) -> tuple[Sheet, ...]:
    """Who finds a place, how full facilities are, who uses them, and what hangs on the land beyond the border."""
    frames = {
        "service_states": _named(results.service_states, results, lang),
        "loads": loads_told(_named(results.loads, results, lang), lang),
        "catchments": _named(catchments_told(results, lang), results, lang),
        "edge_effects": _named(results.edge_effects, results, lang),
    }
    return tuple(_sheet(name, frame, lang) for name, frame in frames.items())


def _steadiness(results: Results, lang: str) -> tuple[Sheet, ...]:
    """Tiers and intervals, pairs, sources of the spread, and the index without a service or under other weights."""
    drawn = {
        "uncertainty": tiers_told(results, lang),
        "settled_pairs": pairs_told(results, lang),
        "sensitivity": sensitivity_told(results, lang),
    }
    stated = {
        "removals": removals_told(results),
        "weight_scenarios": scenarios_told(results, lang),
        "scheme_weights": scheme_weights_told(results, lang),
    }
    frames = stated if results.uncertainty.empty else drawn | stated
    warned = (say("steadiness.warning_following", lang),) if follows_data(results) else ()
    headings = dict.fromkeys(("weight_scenarios", "scheme_weights"), warned)
    return tuple(
        replace(_sheet(name, _named(frame, results, lang), lang), heading=headings.get(name, ()))
        for name, frame in frames.items()
        if len(frame)
    )


def target_sheets(targets: pd.DataFrame, catalogue: Catalogue, lang: str) -> tuple[Sheet, ...]:
    """Where the place stands against its documents; no sheet where the study names none."""
    return (_sheet("targets", targets_told(targets, catalogue, lang), lang, TARGET_WIDEST),) if len(targets) else ()


def _sheet(name: str, frame: pd.DataFrame, lang: str, widest: Mapping[str, int] = MappingProxyType({})) -> Sheet:
    names = [str(column) for column in frame]
    columns = tuple(Column(_header(each, lang), _form(frame, each), widest.get(each, 0)) for each in names)
    rows = tuple(frame.itertuples(index=False, name=None))
    return Sheet(_header(f"sheet_{name}", lang), columns, rows, name=name)


def _header(name: str, lang: str) -> str:
    """The words for a column or sheet; a column made of a group's own words bears them already."""
    key = next((f"{room}.{name}" for room in ROOMS if f"{room}.{name}" in phrasebook(lang)), "")
    return say(key, lang) if key else name


def _form(frame: pd.DataFrame, column: str) -> Form:
    """How a column is shown; one that is made of words and holds numbers counts people."""
    numbers = pd.api.types.is_float_dtype(frame[column])
    return FORMS.get(column, "count" if numbers else "text")


def _named(frame: pd.DataFrame, results: Results, lang: str) -> pd.DataFrame:
    """The frame with levels, services and groups by their names instead of their ids."""
    services = {id_: service.label.in_language(lang) for id_, service in results.catalogue.services.items()}
    services[ALL_SERVICES] = say("tables.all_services", lang)
    groups = {id_: group.label.in_language(lang) for id_, group in results.catalogue.groups.items()}
    named = frame.copy()
    if "level" in named:
        named["level"] = [say(f"terms.{level}", lang) for level in named["level"]]
    if "service" in named:
        named["service"] = [services.get(id_, id_) for id_ in named["service"]]
    if "group" in named:
        named["group"] = [groups[id_] for id_ in named["group"]]
    return named


def _coverage(results: Results, lang: str) -> pd.DataFrame:
    """Coverage, with the standard that each row is judged by in words."""
    frame = _named(results.coverage, results, lang)
    frame.insert(list(frame).index("minutes"), "standard", standards_in_words(results, lang))
    return frame


def _rules(results: Results, lang: str) -> pd.DataFrame:
    """How many people each rule counted, with class and mode by their names."""
    frame = _named(results.rules, results, lang)
    frame["urban_rural"] = [say(f"tables.class_{kind}", lang) for kind in frame["urban_rural"]]
    frame["mode"] = [say(f"rules.mode_{mode}", lang) for mode in frame["mode"]]
    people = frame["people"].to_numpy(dtype=np.float64)
    covered = frame["covered_people"].to_numpy(dtype=np.float64)
    share = np.divide(covered, people, out=np.full(len(frame), np.nan), where=people > 0)
    told = frame.assign(rule_coverage=share)
    return told.rename(columns={"people": "rule_people", "covered_people": "rule_covered"})


def _underserved(results: Results, lang: str) -> pd.DataFrame:
    """The areas, with the names of what they refer to by ids."""
    areas, groups = results.underserved, results.counted_groups()
    towns = dict(zip(results.zones["code"], results.zones["name"], strict=True))
    facilities = dict(zip(results.facilities["facility_id"], results.facilities["name"], strict=True))
    told = areas.assign(
        group=areas["service"].map(groups),
        town=areas["town_code"].map(towns).fillna(""),
        nearest_facility=areas["nearest_facility_id"].map(facilities).fillna(""),
        people_beyond=areas["people"],
    )
    frame = _named(told[list(AREA_COLUMNS)], results, lang)
    reasons = zip(areas["reason"], areas["mode"], strict=True)
    frame["reason"] = [reason_in_words(reason, mode, lang) for reason, mode in reasons]
    frame["mode"] = [say(f"rules.mode_{mode}", lang) for mode in frame["mode"]]
    return frame


def _facilities(results: Results, lang: str) -> pd.DataFrame:
    frame = _named(results.facilities.drop(columns="geometry"), results, lang)
    for flag in ("inside", "on_network"):
        frame[flag] = [say("tables.yes" if value else "tables.no", lang) for value in frame[flag]]
    columns = ["service", "facility_id", "name", "address", "capacity", "inside", "on_network", "leg_m", "file", "row"]
    if "kind" in frame and (frame["kind"] != "").any():  # said where a standard asks for several kinds alone
        columns.insert(3, "site_kind")
        frame["kind"] = frame["kind"].replace(_needs(results, lang))
    return frame.rename(columns={"kind": "site_kind"})[columns]


def _needs(results: Results, lang: str) -> dict[str, str]:
    """What the kinds of site that standards ask for are called, by the label that sites read from OSM carry."""
    services = results.catalogue.services.values()
    return {need.label.zh: need.label.in_language(lang) for service in services for need in service.needs}


def _ledger(results: Results, lang: str) -> pd.DataFrame:
    frame = _named(results.ledger.rename(columns={"kind": "service"}), results, lang)
    frame["service"] = [say(f"tables.kind_{kind}", lang) if kind in FILE_KINDS else kind for kind in frame["service"]]
    frame["fate"] = [say(f"tables.fate_{fate}", lang) for fate in frame["fate"]]
    frame["reason"] = [_told(reasons, lang) for reasons in frame["reasons"]]
    return frame.rename(columns={"service": "kind"})[list(LEDGER_COLUMNS)]


def _told(reasons: str, lang: str) -> str:
    """The reasons of one row as sentences."""
    if not reasons:
        return ""
    return say("tables.between_sentences", lang).join(note_of(note).sentence(lang) for note in json.loads(reasons))


def people_sheets(results: Results, lang: str) -> tuple[Sheet, ...]:
    """How official totals changed the people of the source, and a second source beside it: where there are any."""
    sheets = []
    if len(results.factors):
        sheets.append(_sheet("factors", _factors(results, lang), lang))
    if len(results.compared_people):
        levels = (str(results.zones["level"].iloc[0]), results.listed_level())
        sheets.append(_sheet("compared_people", _units_named(results.compared_people, levels, results, lang), lang))
    return tuple(sheets)


def _factors(results: Results, lang: str) -> pd.DataFrame:
    """Factors by unit and group, with a word where persons of a source and official ones are unusually far apart."""
    named = _units_named(results.factors, _totals_level(results), results, lang).rename(
        columns={"group": "people_group"}
    )
    low, high = (say(f"tables.factor_{word}", lang) for word in ("low", "high"))
    if results.study.population.raster is None:  # floor area per head differs more than that
        return named
    factor = named["factor"].to_numpy()
    return named.assign(look_at=np.select([factor < LEAST_FACTOR, factor > MOST_FACTOR], [low, high], ""))


def _totals_level(results: Results) -> tuple[str, ...]:
    totals = results.study.population.totals
    return (str(results.zones["level"].iloc[0]) if totals is None else totals.level,)


def _units_named(frame: pd.DataFrame, levels: tuple[str, ...], results: Results, lang: str) -> pd.DataFrame:
    """A table by ``unit`` with the code and name of each unit of the levels instead, and groups by their names."""
    units = results.zones[results.zones["level"].isin(levels)]
    names = dict(zip(units["code"], units["name"], strict=True))
    named = frame.rename(columns={"unit": "code"})
    named.insert(1, "name", [names.get(code, "") for code in named["code"]])
    return _named(named, results, lang)


def _notes(results: Results, lang: str) -> Sheet:
    rows = tuple((note.sentence(lang),) for note in results.notes)
    return Sheet(say("tables.sheet_notes", lang), (Column(say("tables.note", lang), "text"),), rows, name="notes")


def _standards(results: Results, lang: str) -> Sheet:
    services = services_table(results.catalogue, lang)
    columns = tuple(Column(header, "text") for header in services.headers)
    return Sheet(say("tables.sheet_standards", lang), columns, services.rows, name="standards")


def _definitions(lang: str) -> Sheet:
    """What every figure means, an entry per ``define_...`` sentence."""
    keys = [key for key in phrasebook(lang) if key.startswith(tuple(f"{room}.define_" for room in ROOMS))]
    rows = tuple((_header(key.partition(".define_")[2], lang), say(key, lang)) for key in keys)
    columns = (Column(say("tables.figure", lang), "text"), Column(say("tables.meaning", lang), "text"))
    return Sheet(say("tables.sheet_definitions", lang), columns, rows, name="definitions")
