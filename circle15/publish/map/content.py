"""What the map page says, as plain JSON data: place, sources, services, units, facilities, areas."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.map.degrees import degrees_of
from circle15.publish.reasons import reason_in_words
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd

    from circle15.catalogue.entries import Reach, Service
    from circle15.model.study import Provenance, Study
    from circle15.results import Results

MICRODEGREE = 1_000_000
OSM_FILE = re.compile(r"\.(osm|pbf)(\.(gz|bz2))?$", re.IGNORECASE)
# What says no more than the credit that OpenStreetMap asks for.
OSM_NAME = re.compile(r"(©\s*)?(openstreetmap|osm)(\s*(contributors|贡献者))?([,，\s]*odbl[\d.\s-]*)?", re.IGNORECASE)
COVERAGE_FIGURES = (
    "people",
    "covered_people",
    "uncovered_people",
    "coverage",
    "median_min",
    "p90_min",
    "area_coverage",
)
# The page lists this many areas per service, those with most people; the tables have them all.
MOST_AREAS = 200
STATE_FIGURES = ("served", "reachable_without_capacity", "out_of_reach")
LOAD_FIGURES = ("nearest_places", "missing_places", "set_facilities", "set_missing")
INDEX_FIGURES = (
    "people", "access", "balanced_access", "balance", "balance_people", "balance_services", "quality", "overall",
)  # fmt: skip


Figures = dict[str, float | str | None]
Book = dict[tuple[str, ...], Figures]


def number(value: object) -> float | str | None:
    """A figure as JSON can hold it: None for 无数据, "inf" for unreachable.

    Examples
    --------
    >>> number(float("nan")), number(float("inf")), number(np.float64(0.5))
    (None, 'inf', 0.5)
    """
    figure = float(value)  # type: ignore[arg-type]
    if math.isnan(figure):
        return None
    return figure if math.isfinite(figure) else "inf"


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, shapes left out, each by its columns' names; far sooner than pandas' own rows."""
    plain = table.drop(columns="geometry", errors="ignore")
    names, columns = [str(name) for name in plain], [plain[name].tolist() for name in plain]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def figures(row: Mapping[str, Any] | pd.Series, names: Iterable[str]) -> Figures:
    """Several figures of one row."""
    return {name: number(row[name]) for name in names}


def page_words(lang: str) -> dict[str, str]:
    """Every sentence the page may say, by its name within the room ``map``."""
    rooms = ("map.", "terms.")
    return {key.split(".", 1)[1]: text for key, text in phrasebook(lang).items() if key.startswith(rooms)}


def lonlat(points: gpd.GeoSeries) -> list[list[int]]:
    """Points as whole microdegrees of longitude and latitude."""
    lon, lat = degrees_of(points.crs, points.x.to_numpy(), points.y.to_numpy())
    whole: list[list[int]] = np.rint(np.column_stack([lon, lat]) * MICRODEGREE).astype(np.int64).tolist()
    return whole


def source_rows(study: Study, labels: dict[str, str], lang: str) -> list[dict[str, str]]:
    """Each file of the study: what it is for, the file, who gave it, of what date, under which licence."""
    population = study.population
    parts: list[tuple[str, Provenance | None]] = [
        *((say(f"terms.{zone.level}", lang), zone) for zone in study.zones),
        (say("map.source_network", lang), study.network),
        (say("map.source_dem", lang), study.network.dem),
        (say("map.source_population", lang), population),
        (say("map.source_landuse", lang), population.landuse),
        (say("map.source_totals", lang), population.totals),
        *((labels.get(source.service, source.service), source) for source in study.facilities),
    ]
    return [_source_row(what, source) for what, source in parts if source is not None]


def _source_row(what: str, source: Provenance) -> dict[str, str]:
    named = (getattr(source, key, None) for key in ("file", "raster", "buildings"))
    return {
        "what": what,
        "file": next((file for file in named if file), ""),
        "provider": source.provider,
        "date": source.date.isoformat() if source.date else "",
        "licence": source.licence,
    }


def credit(sources: Iterable[Mapping[str, str]]) -> dict[str, object]:
    """Whom the map names: the providers in order, each once; and whether OpenStreetMap is due its own words.

    They are due where OpenStreetMap is named as a provider, and where a file of its format states no licence but
    its own: streets that an office drew itself may come in that format too.

    Examples
    --------
    >>> streets = {"file": "a.osm.pbf", "provider": "", "licence": ""}
    >>> credit([streets, {"file": "b.xlsx", "provider": "民政局; 统计局", "licence": ""}])
    {'providers': ['民政局', '统计局'], 'openstreetmap': True}
    """
    sources = list(sources)
    # A file put together from several sources names them with semicolons between.
    named = [one.strip() for source in sources for one in re.split("[;；]", source["provider"])]
    unnamed = any(
        OSM_FILE.search(source["file"]) and (not source["licence"] or "odbl" in source["licence"].lower())
        for source in sources
    )
    others = [name for name in named if name and not OSM_NAME.fullmatch(name)]
    openstreetmap = unnamed or len(others) < len([name for name in named if name])
    return {"providers": list(dict.fromkeys(others)), "openstreetmap": openstreetmap}


def reach_sentence(reach: Reach, lang: str) -> str:
    """A standard in words: its limit, and how one travels."""
    limit = reach.metres if reach.decides == "metres" and reach.metres is not None else reach.minutes
    unit = "metres" if reach.decides == "metres" and reach.metres is not None else "minutes"
    return say(f"map.reach_{unit}", lang, limit=f"{limit:g}", mode=say(f"map.mode_{reach.mode}", lang))


def standard_sentence(service: Service, classes: set[str], lang: str) -> str:
    """The service's standard for the classes of town that the study has."""
    urban, rural = (reach_sentence(reach, lang) for reach in (service.urban, service.rural))
    if urban == rural or "rural" not in classes:
        return urban
    return rural if classes == {"rural"} else say("map.standard_two", lang, urban=urban, rural=rural)


def travel_sentence(service: Service, classes: set[str], lang: str) -> str:
    """How people are counted to reach a service, in the classes of town that the study has."""
    urban, rural = (say(f"map.mode_{reach.mode}", lang) for reach in (service.urban, service.rural))
    if urban == rural or "rural" not in classes:
        return urban
    return rural if classes == {"rural"} else say("map.travel_two", lang, urban=urban, rural=rural)


def standard_unchecked(service: Service, classes: set[str]) -> bool:
    """Whether the standard that ``standard_sentence`` tells stands on an original that was not read."""
    told = {"urban"} if service.urban == service.rural or "rural" not in classes else {"urban", "rural"}
    if "urban" not in classes and "rural" in told:
        told = {"rural"}
    if service.urban.decides == "metres":
        told.add("metres")
    return not told.isdisjoint(service.unchecked_values())


def service_rows(results: Results, lang: str) -> list[dict[str, object]]:
    """The services in the catalogue's order, with the whole area's figures."""
    catalogue, root = results.catalogue, results.zones[results.zones["parent_code"] == ""].iloc[0]
    classes = {str(kind) for kind in results.cells["urban_rural"].unique()}
    coverage, states = coverage_book(results, {root["level"]}), state_book(results, {root["level"]})
    counted = results.counted_groups()
    rows: list[dict[str, object]] = []
    for service in catalogue.services.values():
        group = counted.get(service.id, service.group)
        own = results.underserved[results.underserved["service"] == service.id]
        area_people = math.fsum(own["people"])
        whole = coverage.get((root["level"], root["code"], service.id))
        rows.append(
            {
                "id": service.id,
                "name": service.label.in_language(lang),
                "areas": len(own),
                "area_people": area_people,
                "scattered_people": scattered_people(whole, area_people),
                "colour": service.colour,
                "domain": catalogue.domains[service.domain].label.in_language(lang),
                "department": catalogue.departments[service.department].label.in_language(lang),
                "group": group,
                "group_name": catalogue.groups[group].label.in_language(lang),
                "unit": service.capacity_unit.in_language(lang) if service.capacity_unit else "",
                "standard": standard_sentence(service, classes, lang),
                "travel": travel_sentence(service, classes, lang),
                "modes": [service.urban.mode, service.rural.mode],
                "unchecked": standard_unchecked(service, classes),
                "figures": whole,
                "states": states.get((root["level"], root["code"], service.id)),
            }
        )
    return rows


def scattered_people(whole: Figures | None, area_people: float) -> float | None:
    """Uncovered people who live too thinly to form an area; None where that is less than one person.

    Examples
    --------
    >>> scattered_people({"uncovered_people": 206_892.0}, 197_246.0)
    9646.0
    >>> scattered_people({"uncovered_people": 0.5}, 0.0), scattered_people(None, 0.0)
    (None, None)
    """
    uncovered = (whole or {}).get("uncovered_people")
    rest = uncovered - area_people if isinstance(uncovered, float) else 0.0
    return rest if rest >= 1.0 else None


def coverage_book(results: Results, levels: set[str]) -> Book:
    """Coverage figures by (level, code, service); the first of a unit's rows where a service has several."""
    table = results.coverage[results.coverage["level"].isin(levels)]
    book: Book = {}
    for row in records(table):
        book.setdefault((row["level"], row["code"], row["service"]), figures(row, COVERAGE_FIGURES))
    return book


def state_book(results: Results, levels: set[str]) -> Book:
    """People in each of the three states by (level, code, service), where anything can be said of places."""
    table = results.service_states
    known = table[table["level"].isin(levels) & table["served"].notna()]
    return {(row["level"], row["code"], row["service"]): figures(row, STATE_FIGURES) for row in records(known)}


def index_book(results: Results, levels: set[str]) -> Book:
    """Index figures by (level, code)."""
    table = results.index[results.index["level"].isin(levels)]
    return {(row["level"], row["code"]): figures(row, INDEX_FIGURES) for row in records(table)}


def unit_rows(results: Results, level: str) -> list[dict[str, object]]:
    """The units of a level, ordered by code, with their index and their coverage by each service."""
    zones = results.zones[results.zones["level"] == level].sort_values("code", kind="stable")
    inside = lonlat(zones.geometry.representative_point())
    services = [*results.catalogue.services, ALL_SERVICES]
    coverage, index = coverage_book(results, {level}), index_book(results, {level})
    states = state_book(results, {level})
    with_places = sorted({service for _, _, service in states})
    return [
        {
            "code": zone["code"],
            "name": zone["name"],
            "parent": zone["parent_code"],
            "class": zone["urban_rural"],
            "at": at,
            "index": index.get((level, zone["code"])),
            "coverage": {service: coverage.get((level, zone["code"], service)) for service in services},
            "states": {service: states.get((level, zone["code"], service)) for service in with_places},
        }
        for zone, at in zip(records(zones), inside, strict=True)
    ]


def village_rows(results: Results) -> list[dict[str, object]]:
    """Villages and communities by code: names to search for, not their figures."""
    zones = results.zones[results.zones["level"] == "village"].sort_values("code", kind="stable")
    inside = lonlat(zones.geometry.representative_point())
    return [
        {"code": zone["code"], "name": zone["name"], "parent": zone["parent_code"], "at": at}
        for zone, at in zip(records(zones), inside, strict=True)
    ]


def ordered_facilities(results: Results) -> gpd.GeoDataFrame:
    """The facilities by service and id: the order in which the page counts them."""
    return results.facilities.sort_values(["service", "facility_id"], kind="stable")


def facility_columns(results: Results) -> dict[str, list[object]]:
    """The facilities as columns; ``service`` and ``file`` are numbers within ``services`` and ``facility_files``."""
    facilities = ordered_facilities(results)
    services = {service: i for i, service in enumerate(results.catalogue.services)}
    files = {file: i for i, file in enumerate(facility_files(results))}
    return {
        "id": facilities["facility_id"].tolist(),
        "service": facilities["service"].map(services).astype(int).tolist(),
        "name": facilities["name"].tolist(),
        "address": facilities["address"].tolist(),
        "capacity": [_short(number(capacity)) for capacity in facilities["capacity"]],
        "load": _loads(results, facilities),
        "inside": facilities["inside"].astype(int).tolist(),
        "file": facilities["file"].map(files).astype(int).tolist(),
        "row": facilities["row"].astype(int).tolist(),
        "at": list(lonlat(facilities.geometry)),
    }


def _loads(results: Results, facilities: gpd.GeoDataFrame) -> list[object]:
    """How full each facility is: its state, then ``LOAD_FIGURES``; None where nothing can be said of it."""
    judged = results.loads[~results.loads["state"].isin(["", "unknown"])]
    loads = {
        (row["service"], row["facility_id"]): [row["state"], *(number(row[name]) for name in LOAD_FIGURES)]
        for row in records(judged)
    }
    return [loads.get(key) for key in zip(facilities["service"], facilities["facility_id"], strict=True)]


def facility_files(results: Results) -> list[str]:
    """The files that facilities come from, by name."""
    return sorted(set(results.facilities["file"]))


def _short(figure: float | str | None) -> float | str | None:
    return int(figure) if isinstance(figure, float) and figure.is_integer() else figure


def shown_areas(results: Results) -> gpd.GeoDataFrame:
    """The areas that the page carries: per service those with most people, in order."""
    areas = results.underserved[results.underserved["rank"] <= MOST_AREAS]
    return areas.sort_values(["service", "rank", "area_id"], kind="stable")


def area_rows(results: Results, lang: str) -> list[dict[str, object]]:
    """The under-served areas, ordered by service and rank."""
    areas = shown_areas(results)
    centres = lonlat(areas.geometry.representative_point())
    units = results.zones[results.zones["level"] == results.listed_level()]  # codes are unique within their level only
    towns = dict(zip(units["code"], units["name"], strict=True))
    names = dict(zip(results.facilities["facility_id"], results.facilities["name"], strict=True))
    return [
        {
            "id": str(row["area_id"]),
            "rank": int(row["rank"]),
            "service": row["service"],
            "name": row["name"],
            "town": towns.get(row["town_code"], ""),
            "town_code": row["town_code"],
            "cells": int(row["cells"]),
            "nearest": names.get(row["nearest_facility_id"], ""),
            "reason": reason_in_words(row["reason"], row["mode"], lang),
            "mode": row["mode"],
            "at": at,
            **figures(row, ("people", "nearest_min", "straight_m", "network_m")),
        }
        for row, at in zip(records(areas), centres, strict=True)
    ]


def overview(results: Results, lang: str) -> dict[str, object]:
    """The page's title and headline: place, period, the whole area's index, its sources, its notes."""
    about = results.study.study
    root = results.zones[results.zones["parent_code"] == ""].iloc[0]
    labels = {service.id: service.label.in_language(lang) for service in results.catalogue.services.values()}
    sources = source_rows(results.study, labels, lang)
    return {
        "place": about.place,
        "period": about.period,
        "date": about.date.isoformat() if about.date else "",
        "root": root["name"],
        "listed": results.listed_level(),
        "code": root["code"],
        "index": index_book(results, {root["level"]}).get((root["level"], root["code"])),
        "all_services": coverage_book(results, {root["level"]}).get((root["level"], root["code"], ALL_SERVICES)),
        "people": math.fsum(results.cells["persons_all"]),
        "sources": sources,
        "credit": credit(sources),
        "notes": [note.sentence(lang) for note in results.notes],
        "tianditu_key": results.study.map.tianditu_key or "",
    }
