"""What the reader of a study's numbers should know about its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from circle15.access.remarks import cell_remarks, facility_remarks
from circle15.catalogue.entries import Label
from circle15.model.ledger import Note
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.pipeline.reading import StudyInputs
    from circle15.pipeline.searching import Searched

# Streets whose density just beyond the border is below this share of that inside count as cut at the border.
CUT_DENSITY_SHARE = 0.05


def counted_groups(inputs: StudyInputs) -> dict[str, str]:
    """The group that each service counts: its own where the place has figures for it, else the fallback."""
    return {
        service.id: inputs.population.group_or_fallback(service.group, inputs.catalogue.groups[service.group].fallback)
        for service in inputs.catalogue.services.values()
    }


def observations(inputs: StudyInputs, searched: Searched, counted: Mapping[str, str]) -> tuple[Note, ...]:
    """All notes that only the joined data can give."""
    max_leg_m = inputs.study.network.max_leg_m
    owner = inputs.facilities.entrances["facility"].to_numpy()
    return (
        *_fallbacks(inputs, counted),
        *_simplified(inputs),
        *_unclassed(inputs),
        *cell_remarks(searched.cell_joins, inputs.population.persons[EVERYONE].to_numpy(), max_leg_m),
        *facility_remarks(searched.entrance_joins, owner, inputs.facilities.facilities["name"].tolist(), max_leg_m),
        *_surroundings(inputs),
    )


def _fallbacks(inputs: StudyInputs, counted: Mapping[str, str]) -> list[Note]:
    groups = inputs.catalogue.groups
    return [
        Note(
            "study.group_fallback",
            {"service": service.label, "group": groups[service.group].label, "counted": groups[counted[id_]].label},
        )
        for id_, service in inputs.catalogue.services.items()
        if counted[id_] != service.group
    ]


def _simplified(inputs: StudyInputs) -> list[Note]:
    """Say which standards ask for several kinds of site: here one site in reach is enough."""
    compound = [service.label for service in inputs.catalogue.services.values() if service.needs]
    return [Note("study.needs_not_counted", {"services": Label.listing(compound)})] if compound else []


def _unclassed(inputs: StudyInputs) -> list[Note]:
    levels = [level for level in inputs.zones.levels if level != "village"]
    units = inputs.zones.at_level(levels[-1])
    count = int((units["urban_rural"] == "").sum())
    return [Note("study.class_unknown", {"count": count})] if count else []


def _surroundings(inputs: StudyInputs) -> list[Note]:
    """Say where streets or lists stop at the border; people near it then have less in reach than in truth."""
    notes = []
    facts: dict[str, object]
    facilities = inputs.facilities.facilities
    services = inputs.catalogue.services
    listed = set(facilities["service"])
    listed_outside = set(facilities.loc[~facilities["inside"].astype(bool), "service"])
    for key, lacking in (
        ("study.no_facilities", services.keys() - listed),
        ("study.no_outside_facilities", listed - listed_outside),
    ):
        if lacking:
            labels = Label.listing(service.label for id_, service in services.items() if id_ in lacking)
            notes.append(Note(key, {"services": labels}))
    inside_m, outside_m, inside_m2, outside_m2 = _street_metres(inputs)
    if outside_m / outside_m2 < CUT_DENSITY_SHARE * inside_m / inside_m2:
        facts = {"km": outside_m / 1000, "metres": inputs.surroundings_m}
        notes.append(Note("study.no_outside_streets", facts))
    return notes


def _street_metres(inputs: StudyInputs) -> tuple[float, float, float, float]:
    """Street metres and square metres of the strips just inside and just outside the border.

    A street counts on the side where its edge's first vertex lies; the strips are as wide as the surroundings.
    """
    area = inputs.zones.root.geometry.iloc[0]
    border = area.simplify(inputs.surroundings_m / 50).boundary.buffer(inputs.surroundings_m)
    network = inputs.network
    first = shapely.points(network.line_xy[network.line_start[:-1]])
    shapely.prepare(area)
    shapely.prepare(border)
    near, inside = shapely.covers(border, first), shapely.covers(area, first)
    inside_m2 = float(area.intersection(border).area)
    return (
        float(network.length_m[near & inside].sum()),
        float(network.length_m[near & ~inside].sum()),
        inside_m2,
        float(border.area) - inside_m2,
    )
