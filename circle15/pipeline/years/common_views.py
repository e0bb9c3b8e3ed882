"""How far the cells of two years are from the facilities of either, on streets of either, by the rules of either."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.circles import deciding_circles
from circle15.assess.comparison.changed_sites import ChangedSites, SiteDistances
from circle15.assess.comparison.years import Definitions, View
from circle15.assess.reach import soft_reach, strict_reach
from circle15.assess.weights.study import settings_of_some, study_weights
from circle15.model.facilities import FacilityLayer
from circle15.pipeline.search.joining import joined_ways
from circle15.pipeline.search.kept_searches import kept_pairs
from circle15.pipeline.search.nearest import entrances_of, nearest_by_rule, nearest_of_parts
from circle15.pipeline.search.needs import sites_of_needs
from circle15.pipeline.search.pairs import rule_pairs
from circle15.pipeline.search.parts import own_parts
from circle15.pipeline.search.threads import threads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.assess.comparison.years import State
    from circle15.catalogue.entries import Catalogue
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.joining import Ways
    from circle15.pipeline.search.parts import Part
    from circle15.pipeline.years.common_ground import CommonGround

    Floats = NDArray[np.float64]
    # By year of the data and of the definitions under which they were read.
    Readings = Mapping[tuple[int, int], StudyInputs]

# Reach is worth nothing at twice the limit and beyond.
SCORED = 2.0


@dataclass(frozen=True, eq=False)
class Judged:
    """What one year judges by: its catalogue of the services that both have, and its definitions made ready."""

    catalogue: Catalogue
    definitions: Definitions


def judged_by(inputs: StudyInputs, services: Sequence[str], ground: CommonGround, year: int) -> Judged:
    """The definitions of one year for the services that both years have.

    A service counts the group that both years have figures for.
    """
    catalogue = replace(inputs.catalogue, services={id_: inputs.catalogue.services[id_] for id_ in services})
    known = ground.people[0]
    counted = {
        id_: next(
            group
            for group in (service.group, catalogue.groups[service.group].fallback, "all")
            if group is not None and group in known
        )
        for id_, service in catalogue.services.items()
    }
    settings = settings_of_some(inputs.catalogue, inputs.study.index, services)
    weights = study_weights(catalogue, settings)
    definitions = Definitions(
        circles=deciding_circles(catalogue, counted),
        weights=np.array([weights[id_] for id_ in services]),
        score=strict_reach if settings.reach == "strict" else soft_reach,
        cells=pd.DataFrame({"cell_id": ground.grid.cells["cell_id"], "urban_rural": ground.classes(year)}),
    )
    return Judged(catalogue, definitions)


def mixed_inputs(
    readings: Readings, ground: CommonGround, judged: Judged, streets: int, listed: int, judging: int
) -> StudyInputs:
    """The inputs of a study with the streets, the facilities and the definitions of the years that are named."""
    base = readings[1, judging]
    layer = readings[listed, judging].facilities
    own = np.isin(layer.facilities["service"].to_numpy(), list(judged.catalogue.services))
    return replace(
        base,
        study=readings[judging, judging].study,
        catalogue=judged.catalogue,
        zones=ground.zones[judging],
        networks=readings[streets, judging].networks,
        population=ground.grid,
        facilities=some_of(layer, own),
    )


def some_of(layer: FacilityLayer, wanted: NDArray[np.bool_]) -> FacilityLayer:
    """A layer with some of its facilities."""
    number = np.cumsum(wanted) - 1
    owner = layer.entrances["facility"].to_numpy()
    entrances = layer.entrances[wanted[owner]].reset_index(drop=True)
    entrances = entrances.assign(facility=number[owner[wanted[owner]]].astype(layer.entrances["facility"].dtype))
    return FacilityLayer(layer.crs, layer.facilities[wanted].reset_index(drop=True), entrances)


@dataclass(frozen=True, eq=False)
class Ground:
    """Mixed inputs, the parts of the cells that each service counts by mode, and their streets."""

    inputs: StudyInputs
    parts: Mapping[str, tuple[Part, ...]]
    ways: Ways


def on_streets(inputs: StudyInputs, classes: NDArray[np.object_]) -> Ground:
    """Join the cells and the facilities of mixed inputs to their streets."""
    catalogue = inputs.catalogue
    parts = {id_: own_parts(catalogue, service, classes) for id_, service in catalogue.services.items()}
    ways = joined_ways(inputs, inputs.networks, [part.way for own in parts.values() for part in own])
    return Ground(inputs, parts, ways)


def nearest_metres(ground: Ground) -> dict[str, Floats]:
    """By service: metres of every cell to the facility that decides."""
    wanted = [part for own in ground.parts.values() for part in own]
    found = nearest_of_parts(ground.inputs.facilities, wanted, ground.ways)
    cells = len(ground.inputs.population.cells)
    return {id_: nearest_by_rule(own, found, cells).metres for id_, own in ground.parts.items()}


def views_of(ground: Ground, definitions: Definitions) -> tuple[View, ...]:
    """How far every cell is from each service, and its pairs within its own limit."""
    metres = nearest_metres(ground)
    pairs = rule_pairs(ground.inputs, [part for own in ground.parts.values() for part in own], ground.ways)
    origin = pd.Index(ground.inputs.population.cells["cell_id"]).get_indexer(pairs["cell_id"])
    listed = ground.inputs.facilities.facilities
    of_service = pairs.groupby("service").indices
    views = []
    for circle in definitions.circles:
        rows = of_service.get(circle.service.id, np.empty(0, dtype=np.int64))
        near = rows[pairs["metres"].to_numpy()[rows] <= circle.limits_m(definitions.cells)[origin[rows]]]
        ids = pd.Index(listed.loc[listed["service"] == circle.service.id, "facility_id"])
        facility = ids.get_indexer(pairs["facility_id"].to_numpy()[near])
        views.append(View(metres[circle.service.id], origin[near], facility))
    return tuple(views)


def views_of_years(
    readings: Readings, ground: CommonGround, judged: Sequence[Judged], moved: State
) -> dict[tuple[int, int, int], tuple[View, ...]]:
    """By year of the streets, of the facilities and of the definitions: a view per service.

    Only of factors that have ``moved``; of others the old year stands for both.
    """
    views: dict[tuple[int, int, int], tuple[View, ...]] = {}
    for streets, listed, judging in product((0, 1), repeat=3):
        told = (streets * moved[3], listed * moved[0], judging * moved[4])
        if told != (streets, listed, judging):
            views[streets, listed, judging] = views[told]
            continue
        inputs = mixed_inputs(readings, ground, judged[judging], streets, listed, judging)
        views[streets, listed, judging] = views_of(
            on_streets(inputs, ground.classes(judging)), judged[judging].definitions
        )
    return views


def distances_of_years(
    readings: Readings, ground: CommonGround, judged: Sequence[Judged], changed: Sequence[ChangedSites], moved: State
) -> tuple[ChangedSites, ...]:
    """The changed sites of every service with the distances of all homes from them."""
    found: list[dict[tuple[int, int], SiteDistances]] = [{} for _ in changed]
    for streets, judging in product((0, 1), repeat=2):
        told = (streets * moved[3], judging * moved[4])
        if told != (streets, judging):
            for distances in found:
                distances.update({(streets, judging): distances[told]} if distances else {})
            continue
        sides = tuple(mixed_inputs(readings, ground, judged[judging], streets, listed, judging) for listed in (0, 1))
        for sites, distances in zip(changed, found, strict=True):
            if len(sites.named):
                distances[streets, judging] = _distances(sides, sites, judged[judging], ground.classes(judging))
    return tuple(replace(sites, distances=each) for sites, each in zip(changed, found, strict=True))


def _distances(
    sides: tuple[StudyInputs, ...], sites: ChangedSites, judged: Judged, classes: NDArray[np.object_]
) -> SiteDistances:
    service = list(judged.catalogue.services)[sites.number]
    narrow = replace(judged.catalogue, services={service: judged.catalogue.services[service]})
    if len(sites.named) == 1:  # also a compound standard's: with and without is all there is
        return _of_the_only_one(sides, narrow, service, classes)
    ids = [sites.named[name].tolist() for name in ("old_id", "new_id")]
    layer = sides[1].facilities
    kept = (layer.facilities["service"] == service).to_numpy() & ~layer.facilities["facility_id"].isin(
        ids[1]
    ).to_numpy()
    rest = replace(sides[1], catalogue=narrow, facilities=some_of(layer, kept))
    base = nearest_metres(on_streets(rest, classes))[service] if kept.any() else np.full(len(classes), np.inf)
    pairs = [_pairs_of(side, narrow, service, own, classes) for side, own in zip(sides, ids, strict=True)]
    both = pairs[0].merge(pairs[1], on=["home", "site"], how="outer", suffixes=("_before", "_after"))
    both = both.sort_values(["home", "site"], kind="stable")
    metres = {side: both[f"metres_{side}"].fillna(np.inf).to_numpy() for side in ("before", "after")}
    return SiteDistances(base, both["home"].to_numpy(), both["site"].to_numpy(), metres["before"], metres["after"])


def _of_the_only_one(
    sides: tuple[StudyInputs, ...], catalogue: Catalogue, service: str, classes: NDArray[np.object_]
) -> SiteDistances:
    """One site alone is behind all that facilities changed: before and after it."""
    before, after = (
        nearest_metres(on_streets(replace(side, catalogue=catalogue, facilities=_of_service(side, service)), classes))[
            service
        ]
        for side in sides
    )
    homes = np.arange(len(before))
    return SiteDistances(np.full(len(before), np.inf), homes, np.zeros(len(before), dtype=np.int64), before, after)


def _of_service(side: StudyInputs, service: str) -> FacilityLayer:
    return some_of(side.facilities, (side.facilities.facilities["service"] == service).to_numpy())


def _pairs_of(
    side: StudyInputs, catalogue: Catalogue, service: str, ids: list[str], classes: NDArray[np.object_]
) -> pd.DataFrame:
    """``home, site, metres`` of the sites with these ids ("" for none), as far as reach is scored at all."""
    layer = side.facilities
    of_service = layer.facilities["service"] == service
    wanted = (of_service & layer.facilities["facility_id"].isin([id_ for id_ in ids if id_])).to_numpy()
    inputs = replace(side, catalogue=catalogue, facilities=some_of(layer, wanted))
    ground = on_streets(inputs, classes)
    own, owner = entrances_of(inputs.facilities, service)
    number = {id_: at for at, id_ in enumerate(ids) if id_}
    sites = inputs.facilities.facilities["facility_id"].map(number).to_numpy(dtype=np.int64)
    rows = []
    for part in ground.parts[service]:
        streets = ground.ways[part.way]
        doors = (streets.entrances.take(own), owner)
        found = kept_pairs(
            streets.kept, streets.network, streets.cells.take(part.rows), doors, SCORED * part.limit_m, threads()
        )
        home, site = part.rows[found["origin"].to_numpy()], sites[found["facility"].to_numpy()]
        rows.append(pd.DataFrame({"home": home, "site": site, "metres": found["metres"].to_numpy()}))
    return pd.concat(rows, ignore_index=True)


def has_parts(inputs: StudyInputs, service: str) -> bool:
    """Whether a service is judged by several sites together, so that none of them is the nearest alone."""
    return sites_of_needs(inputs.catalogue.services[service], inputs.facilities) is not None
