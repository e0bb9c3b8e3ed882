"""A plan of sites as a scenario: the sites that open, close and grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.facilities.same import plain_name
from circle15.model.scenario import ClosedSite, OpenedSite, ResizedSite, Scenario
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.pipeline.siting import SitedStudy

STREET = "street"


@dataclass(frozen=True)
class PlannedScenario:
    """A plan as a scenario, and which opened site is of which candidate."""

    scenario: Scenario
    candidates: tuple[object, ...]


def planned_scenario(sited: SitedStudy, name: str, lang: str) -> PlannedScenario:
    """The scenario that a plan is: a site per new candidate and service that it takes in.

    A candidate from the streets is named by its number and its streets; one of a list or a building keeps its name,
    with a word behind it where the service has a site of that name already.
    """
    taken = _names(sited)
    opened: list[OpenedSite] = []
    candidates: list[object] = []
    for number, id_ in enumerate(_opening(sited), start=1):
        row = _row(sited, id_)
        for service in sited.services:
            if row["services"] and service.id not in row["services"]:
                continue
            first = service.id == sited.service.id
            title = _free(_title(row, service.label.in_language(lang), number, lang), taken[service.id], lang)
            taken[service.id].add(plain_name(title))
            places = float(row["places"]) if first and np.isfinite(float(row["places"])) else None
            opened.append(OpenedSite(service.id, title, float(row["lon"]), float(row["lat"]), places))
            candidates.append(id_)
    scenario = Scenario(name, tuple(opened), _closed(sited), _grown(sited))
    return PlannedScenario(scenario, tuple(candidates))


def _row(sited: SitedStudy, id_: object) -> Mapping[str, object]:
    candidates = sited.plan.problem.candidates
    return {str(column): candidates.at[id_, column] for column in candidates}


def _opening(sited: SitedStudy) -> list[object]:
    grows = sited.plan.problem.candidates["grows"]
    return [id_ for id_ in sited.plan.new if not grows.loc[id_]]


def _names(sited: SitedStudy) -> dict[str, set[str]]:
    facilities = sited.inputs.facilities.facilities
    return {
        service.id: set(facilities.loc[facilities["service"] == service.id, "name"].map(plain_name))
        for service in sited.services
    }


def _title(row: Mapping[str, object], service: str, number: int, lang: str) -> str:
    name = " ".join(str(row["name"]).split())
    if row["origin"] != STREET and name:
        return name
    if not name:
        return say("sited.site_number", lang, service=service, number=number)
    return say("sited.site_at", lang, service=service, number=number, streets=name)


def _free(title: str, taken: set[str], lang: str) -> str:
    return title if plain_name(title) not in taken else say("sited.site_again", lang, name=title)


def _closed(sited: SitedStudy) -> tuple[ClosedSite, ...]:
    services = sited.inputs.facilities.facilities.set_index("facility_id")["service"]
    return tuple(ClosedSite(str(services.loc[id_]), facility=str(id_)) for id_ in sited.plan.closed)


def _grown(sited: SitedStudy) -> tuple[ResizedSite, ...]:
    facilities = sited.inputs.facilities.facilities.set_index("facility_id")
    found = []
    for id_ in sited.plan.new:
        row = _row(sited, id_)
        if row["grows"]:
            own = facilities.loc[str(row["grows"])]
            before = 0.0 if np.isnan(float(own["capacity"])) else float(own["capacity"])
            places = before + float(str(row["places"]))
            found.append(ResizedSite(str(own["service"]), places, facility=str(row["grows"])))
    return tuple(found)
