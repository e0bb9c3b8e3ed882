"""A plan of sites as a scenario: the sites that open, close and grow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from circle15.inputs.facilities.same import plain_name
from circle15.model.scenario import ClosedSite, OpenedSite, ResizedSite, Scenario
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from circle15.pipeline.siting.sited_study import SitedStudy

    Rows = Mapping[object, Mapping[str, Any]]

STREET = "street"
# Longer names of candidates are cut, so that a site's whole name stays within what a scenario's file allows.
LONGEST_NAME = 120


@dataclass(frozen=True)
class PlannedScenario:
    """A plan as a scenario, and which opened site is of which candidate."""

    scenario: Scenario
    candidates: tuple[object, ...]


def planned_scenario(sited: SitedStudy, name: str, lang: str) -> PlannedScenario:
    """The scenario that a plan is: a site per new candidate and service that it takes in.

    A candidate from the streets is named by its number and its streets, else its village; one of a list or a building
    keeps its name, with a word behind it where the service has a site of that name already.
    """
    taken, rows = _names(sited), chosen_rows(sited)
    villages = villages_of(sited, sited.plan.problem.candidates.loc[list(rows)])
    found: list[tuple[object, OpenedSite]] = []
    opening = [id_ for id_, row in rows.items() if not row["grows"]]
    for number, id_ in enumerate(opening, start=1):
        row = {**rows[id_], "village": villages[id_]}
        for service in sited.services:
            if row["services"] and service.id not in row["services"]:
                continue
            title = _free(_title(row, service.label.in_language(lang), number, lang), taken[service.id], lang)
            taken[service.id].add(plain_name(title))
            known = service.id == sited.service.id and math.isfinite(row.get("places", math.inf))
            places = float(row["places"]) if known else None
            found.append((id_, OpenedSite(service.id, title, float(row["lon"]), float(row["lat"]), places)))
    scenario = Scenario(name, tuple(site for _, site in found), _closed(sited), _grown(sited, rows))
    return PlannedScenario(scenario, tuple(id_ for id_, _ in found))


def chosen_rows(sited: SitedStudy) -> dict[object, dict[str, Any]]:
    """The candidates that are chosen, by id, with the columns of the problem's."""
    chosen = sited.plan.problem.candidates.loc[list(sited.plan.new)]
    records = [{str(key): value for key, value in row.items()} for row in chosen.to_dict("records")]
    return dict(zip(chosen.index, records, strict=True))


def villages_of(sited: SitedStudy, candidates: pd.DataFrame) -> dict[object, str]:
    """The name of the narrowest unit that each of some candidates lies in, of several the first; "" for none."""
    zones = sited.inputs.zones
    units = zones.at_level(zones.levels[-1])
    points = shapely.points(candidates[["x_m", "y_m"]].to_numpy(np.float64))
    point, unit = shapely.STRtree(units.geometry.to_numpy()).query(points, predicate="intersects")
    first: dict[int, int] = {}
    for at, number in sorted(zip(point.tolist(), unit.tolist(), strict=True)):
        first.setdefault(at, number)
    return {id_: str(units["name"].iloc[first[at]]) if at in first else "" for at, id_ in enumerate(candidates.index)}


def _names(sited: SitedStudy) -> dict[str, set[str]]:
    facilities = sited.inputs.facilities.facilities
    return {
        service.id: set(facilities.loc[facilities["service"] == service.id, "name"].map(plain_name))
        for service in sited.services
    }


def _title(row: Mapping[str, Any], service: str, number: int, lang: str) -> str:
    name = " ".join(str(row["name"]).split())[:LONGEST_NAME]
    if row["origin"] != STREET and name:
        return name
    place = name or row["village"]
    if not place:
        return say("sited.site_number", lang, service=service, number=number)
    return say("sited.site_at", lang, service=service, number=number, place=place)


def _free(title: str, taken: set[str], lang: str) -> str:
    """A name that no site of the service has: two of one name and place would be taken for one."""
    again = title
    while plain_name(again) in taken:
        again = say("sited.site_again", lang, name=again)
    return again


def _closed(sited: SitedStudy) -> tuple[ClosedSite, ...]:
    services = dict(sited.inputs.facilities.facilities[["facility_id", "service"]].itertuples(index=False, name=None))
    return tuple(ClosedSite(str(services[id_]), facility=str(id_)) for id_ in sited.plan.closed)


def _grown(sited: SitedStudy, rows: Rows) -> tuple[ResizedSite, ...]:
    own = sited.inputs.facilities.facilities[["facility_id", "service", "capacity"]]
    known = {id_: (service, places) for id_, service, places in own.itertuples(index=False, name=None)}
    found = []
    for row in rows.values():
        if row["grows"]:
            service, places = known[row["grows"]]
            before = 0.0 if math.isnan(places) else float(places)
            found.append(ResizedSite(str(service), before + float(row["places"]), facility=str(row["grows"])))
    return tuple(found)
