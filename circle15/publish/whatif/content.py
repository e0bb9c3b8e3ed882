"""What the what-if page says, as plain JSON data: place, services and their rules, towns, sites, candidates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.flags import carries_flag, flag_known
from circle15.assess.needs import NONE, kind_word, needs_met
from circle15.assess.rules import counted_classes
from circle15.assess.units import total
from circle15.model.facilities import BETWEEN, FLAG, FLAGS_TOLD
from circle15.publish.map.content import lonlat, standard_sentence
from circle15.words import phrasebook

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from circle15.assess.circles import Circle
    from circle15.assess.places import Sites
    from circle15.assess.rules import Rule
    from circle15.catalogue.entries import Mode, Service, Travel
    from circle15.publish.whatif.ground import Ground

# The page's own words come last: they may say better here what the map page says too.
ROOMS = ("terms.", "map.", "whatif.")
PART_FIGURES = ("people", "access", "root_access", "root_supply")
INDEX_FIGURES = ("access", "balanced_access", "balance", "quality", "overall")


def page_words(lang: str) -> dict[str, str]:
    """Every sentence the page may say, by its name within its room."""
    book = phrasebook(lang)
    return {key.split(".", 1)[1]: text for room in ROOMS for key, text in book.items() if key.startswith(room)}


def exact(figure: float) -> float | None:
    """A float as JSON holds it, to the last bit; None where there is no data."""
    return None if math.isnan(figure) else float(figure)


def overview(ground: Ground, lang: str) -> dict[str, object]:
    """Place, period, and the rules that hold for all services."""
    about, settings = ground.study.study, ground.study.underserved
    everyone = ground.cells["persons_all"].to_numpy(float)
    groups = {circle.group for circle in ground.circles}
    return {
        "place": about.place,
        "place_id": about.id,
        "period": about.period,
        "date": about.date.isoformat() if about.date else "",
        "root": ground.root["name"],
        "listed": ground.listed_level(),
        "people": total(everyone),
        "reach": ground.study.index.reach,
        "gathering": {"within_m": settings.within_m, "least_residents": settings.least_residents},
        "names": vars(ground.names) | {"suffixes": list(ground.names.suffixes)},
        "groups": {id_: ground.catalogue.groups[id_].label.in_language(lang) for id_ in sorted(groups | {"all"})},
        "base": _base_index(ground, str(ground.root["level"]), str(ground.root["code"])),
    }


def town_rows(ground: Ground) -> list[dict[str, object]]:
    """The listed units, ordered by code, with their index as a run finds it."""
    level = ground.listed_level()
    zones = ground.zones[ground.zones["level"] == level].sort_values("code", kind="stable")
    inside = lonlat(zones.geometry.representative_point())
    return [
        {"code": zone["code"], "name": zone["name"], "at": at, "base": _base_index(ground, level, zone["code"])}
        for (_, zone), at in zip(zones.iterrows(), inside, strict=True)
    ]


def village_names(ground: Ground) -> list[tuple[str, str]]:
    """Code and name of each village, ordered by code."""
    zones = ground.zones[ground.zones["level"] == "village"].sort_values("code", kind="stable")
    if "village_code" not in ground.cells:
        return []
    return [(str(code), str(name)) for code, name in zip(zones["code"], zones["name"], strict=True)]


def _base_index(ground: Ground, level: str, code: str) -> dict[str, float | None]:
    rows = ground.index[(ground.index["level"] == level) & (ground.index["code"] == code)]
    return {name: exact(rows.iloc[0][name]) for name in INDEX_FIGURES}


def service_rows(ground: Ground, lang: str) -> list[dict[str, object]]:
    """Every service: what it is called, its rules, its standard of places, its weight."""
    classes = {str(kind) for kind in ground.cells["urban_rural"].unique()}
    places = {(way.mode, way.travel): number for number, way in enumerate(ground.ways)}
    rows = []
    for circle, sites in zip(ground.circles, ground.sites, strict=True):
        service, fixed = circle.service, circle.service.id in ground.fixed
        row: dict[str, object] = {
            "id": service.id,
            "name": service.label.in_language(lang),
            "colour": service.colour,
            "group": circle.group,
            "unit": service.capacity_unit.in_language(lang) if service.capacity_unit else "",
            "standard": standard_sentence(service, classes, lang),
            "weight": float(ground.weights[service.id]),
            "fixed": fixed,
            "compound": bool(service.needs),
            "needs": _needs(service, lang),
        }
        if fixed:
            row["parts"] = _parts(ground, service.id)
        else:
            row["rules"] = _rules(ground, circle, places)
            row["supply"] = _supply(sites)
        rows.append(row)
    return rows


def _needs(service: Service, lang: str) -> list[dict[str, object]]:
    """The kinds of site that a compound standard asks for: how many, and the word that names one in a scenario."""
    words = [kind_word(service.needs, number) for number in range(len(service.needs))]
    return [
        {"name": need.label.in_language(lang), "count": need.count, "word": word}
        for need, word in zip(service.needs, words, strict=True)
    ]


def _rules(ground: Ground, circle: Circle, places: Mapping[tuple[Mode, Travel], int]) -> dict[str, object]:
    """The rule of each class of town that is counted."""
    counted = counted_classes(ground.cells["urban_rural"].unique())

    def told(rule: Rule) -> dict[str, object]:
        way = places[rule.mode, circle.service.travel]
        return {"way": way, "mode": rule.mode, "limit_m": rule.limit_m, "speed_m_s": rule.speed_m_s}

    return {kind: told(circle.rule(kind)) for kind in counted}


def _supply(sites: Sites) -> dict[str, object] | None:
    """The standard of places per head, and the flag that some of them ought to bear; None where there is none."""
    if np.isnan(sites.per_head):
        return None
    target = sites.circle.service.quality
    quality = None
    if target is not None:
        listed = f"{FLAG}{target.flag}" in sites.facilities
        quality = {"flag": target.flag, "share": target.share, "listed": listed}
    return {"per_head": sites.per_head, "quality": quality}


def _parts(ground: Ground, service: str) -> dict[str, object]:
    """What a service that the page cannot change adds to the index: of the whole area, and of each town in order."""
    table = ground.index_parts[ground.index_parts["service"] == service]
    level = ground.listed_level()
    root = table[(table["level"] == ground.root["level"]) & (table["code"] == ground.root["code"])]
    towns = table[table["level"] == level].sort_values("code", kind="stable")
    return {"root": _figures(root)[0], "towns": _figures(towns)}


def _figures(rows: pd.DataFrame) -> list[dict[str, float | None]]:
    return [{name: exact(row[name]) for name in PART_FIGURES} for _, row in rows.iterrows()]


def facility_columns(ground: Ground) -> dict[str, list[object]]:
    """The existing sites as columns, in the order of a run's table; the doors of each by number."""
    facilities = ground.facilities
    services = {circle.service.id: number for number, circle in enumerate(ground.circles)}
    flagged, told, asked = np.zeros((3, len(facilities)), dtype=np.int64)
    need = np.full(len(facilities), NONE, dtype=np.int64)
    for sites in ground.sites:
        target = sites.circle.service.quality
        own = (facilities["service"] == sites.circle.service.id).to_numpy()
        need[own] = needs_met(sites.circle.service, facilities["kind"][own])
        if target is not None:
            flagged[own] = carries_flag(facilities[own], target.flag)
            told[own] = flag_known(facilities[own], target.flag)
            asked[own] = told[own] if FLAGS_TOLD not in facilities else _asked(facilities[own], target.flag)
    return {
        "id": facilities["facility_id"].tolist(),
        "service": facilities["service"].map(services).astype(int).tolist(),
        "name": facilities["name"].tolist(),
        "address": facilities["address"].tolist(),
        "capacity": [exact(capacity) for capacity in facilities["capacity"]],
        "inside": facilities["inside"].astype(int).tolist(),
        "flagged": flagged.tolist(),
        "told": told.tolist(),
        "asked": asked.tolist(),
        "need": need.tolist(),
        "doors": np.bincount(ground.entrance_facility, minlength=len(facilities)).tolist(),
        "at": list(lonlat(facilities.geometry)),
    }


def _asked(facilities: pd.DataFrame, flag: str) -> list[bool]:
    """Whether the list of each site has a column of the flag."""
    return [flag in str(said).split(BETWEEN) for said in facilities[FLAGS_TOLD]]


def candidate_columns(ground: Ground) -> dict[str, object]:
    """What the places for new sites are called, and what lists say of them; where they lie is packed.

    Of places from the streets, which are most of them, nothing more is known.
    """
    table = ground.candidates
    listed = np.flatnonzero((table["origin"] != "street").to_numpy())
    return {
        "id": table.index.tolist(),
        "name": table["name"].tolist(),
        "listed": [
            {
                "number": int(number),
                "origin": str(table["origin"].iloc[number]),
                "places": exact(table["places"].iloc[number]),
                "services": list(table["services"].iloc[number]),
            }
            for number in listed
        ],
    }
