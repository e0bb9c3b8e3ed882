"""A finished run under other definitions, from its results alone: what a new standard makes of an old year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from circle15.assess.circles import deciding_circles
from circle15.assess.rules import CLASSES, counted_classes
from circle15.assess.weights.study import settings_of_some
from circle15.model.population import EVERYONE
from circle15.pipeline.assessing import assess
from circle15.pipeline.search.joining import leg_factor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.catalogue.entries import Catalogue, Mode, Service, UrbanRural
    from circle15.model.study import IndexSettings
    from circle15.pipeline.assessing import Assessed
    from circle15.results import Results


@dataclass(frozen=True, eq=False)
class Rejudged:
    """The tables of a run under other definitions, and the services that they are made of."""

    assessed: Assessed
    services: tuple[str, ...]


def comparable_services(results: Results, catalogue: Catalogue) -> tuple[str, ...]:
    """The services of a catalogue that a run has searched in the ways in which they are to be judged.

    A run keeps metres by the mode of its own rules. So a service whose mode, parts or direction have changed can be
    judged anew only from the raw files; so can one that is ridden to where the speed of the ride has changed, because
    the walk at its ends counts against it.
    """
    kinds = counted_classes(results.cells["urban_rural"].unique())
    own = results.catalogue.services
    return tuple(
        id_
        for id_, service in catalogue.services.items()
        if id_ in own
        and _searched_alike(own[id_], service, kinds)
        and all(leg_factor(results.catalogue, mode) == leg_factor(catalogue, mode) for mode in _modes(service, kinds))
    )


def _searched_alike(one: Service, other: Service, kinds: Sequence[UrbanRural]) -> bool:
    return _modes(one, kinds) == _modes(other, kinds) and one.needs == other.needs and one.travel == other.travel


def _modes(service: Service, kinds: Sequence[UrbanRural]) -> list[Mode]:
    return [service.reach(kind).mode for kind in kinds]


def rejudged(results: Results, catalogue: Catalogue, settings: IndexSettings, services: Sequence[str]) -> Rejudged:
    """The tables of a finished run as another catalogue and other settings of the index make them.

    Parameters
    ----------
    results
        What the run found.
    catalogue, settings
        The definitions.
    services
        Those to count, of ``comparable_services``; their weights are scaled up to 1.
    """
    narrow = replace(catalogue, services={id_: catalogue.services[id_] for id_ in services})
    counted = {id_: _group(results, narrow, service) for id_, service in narrow.services.items()}
    circles = deciding_circles(narrow, counted)
    before = deciding_circles(results.catalogue, results.counted_groups())
    reached = {circle.service.id: circle for circle in before}
    wider = [
        circle.service.id
        for circle in circles
        if any(circle.rule(kind).limit_m > reached[circle.service.id].rule(kind).limit_m for kind in CLASSES)
    ]
    assessed = assess(
        results.cells,
        results.pairs,
        results.facilities,
        results.zones,
        _without_further(narrow),
        deciding_circles(_without_further(narrow), counted),
        settings_of_some(catalogue, settings, services),
        wider,
    )
    return Rejudged(assessed, tuple(services))


def _without_further(catalogue: Catalogue) -> Catalogue:
    """Further circles may ask for searches that this run has not made; they are no part of the index."""
    return replace(catalogue, services={id_: replace(each, also=()) for id_, each in catalogue.services.items()})


def _group(results: Results, catalogue: Catalogue, service: Service) -> str:
    """The group counted: the service's own where the run has figures for it, else the fallback, else everyone."""
    wanted = (service.group, catalogue.groups[service.group].fallback, EVERYONE)
    return next(group for group in wanted if group is not None and f"persons_{group}" in results.cells)
