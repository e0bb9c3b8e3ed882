"""The part of the catalogue that one study uses, with the study's own speeds and standards put in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from circle15.catalogue.checks import faults_of_reach, faults_of_speed
from circle15.catalogue.entries import Label, Reach, Source
from circle15.catalogue.shape import Spot
from circle15.catalogue.suggestions import not_known
from circle15.errors import ConfigurationError, Faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from circle15.catalogue.entries import Catalogue, Service, ServiceValue, Speed

Entry = TypeVar("Entry")
STUDY_FILE = "study.toml"
# A study's own choice is no published standard, so it shows as unchecked; a published one comes as a catalogue file.
OWN_CHOICE = Source(Label("本次研究自定", "chosen by this study"), STUDY_FILE, "D")


def narrow_catalogue(
    catalogue: Catalogue,
    service_ids: Iterable[str],
    speeds: Mapping[str, float],
    standards: Mapping[str, Mapping[str, Reach]],
) -> Catalogue:
    """The services of a study, the groups and fields they need, and the study's own speeds and standards.

    Parameters
    ----------
    catalogue
        The whole catalogue; it is left as it is.
    service_ids
        The study's services, in any order; the result keeps the catalogue's order.
    speeds
        The study's own speeds, metres per second by speed id.
    standards
        The study's own reach by service id and class of town (``urban``, ``rural``).

    Raises
    ------
    ConfigurationError, Faults
        An unknown service, speed or class, a speed that nobody moves at, or a reach decided by metres without
        metres; names the nearest known id.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> narrowed = narrow_catalogue(load_catalogue(), ["canteen"], {"elder": 0.8}, {})
    >>> list(narrowed.services), list(narrowed.groups), narrowed.speeds["elder"].m_s
    (['canteen'], ['all', '60p'], 0.8)
    """
    wanted = set(service_ids)
    faults = [*_unknown_services(catalogue, wanted, "services"), *_unknown_services(catalogue, standards, "standards")]
    faults += [*_speed_faults(catalogue, speeds), *_standard_faults(standards)]
    if faults:
        raise faults[0] if len(faults) == 1 else Faults(faults)
    services = {key: service for key, service in catalogue.services.items() if key in wanted}
    used = {key: _with_standard(service, standards.get(key, {})) for key, service in services.items()}
    return replace(
        catalogue,
        services=used,
        groups=_only(catalogue.groups, _groups_needed(catalogue, used)),
        speeds=_with_speeds(catalogue, speeds),
        domains=_only(catalogue.domains, {service.domain for service in used.values()}),
        departments=_only(catalogue.departments, {service.department for service in used.values()}),
    )


def _unknown_services(catalogue: Catalogue, found: Iterable[str], where: str) -> Iterator[ConfigurationError]:
    by_name = {service.label.zh: service.id for service in catalogue.services.values()}
    for word in sorted(set(found) - set(catalogue.services)):
        facts = {"file": STUDY_FILE, "where": where}
        if word in by_name:
            known = ", ".join(catalogue.services)
            yield ConfigurationError(
                "catalogue.unknown_id_like", found=word, closest=by_name[word], known=known, **facts
            )
        else:
            yield not_known("catalogue.unknown_id", word, catalogue.services, **facts)


def _speed_faults(catalogue: Catalogue, speeds: Mapping[str, float]) -> Iterator[ConfigurationError]:
    spot = Spot(STUDY_FILE, "speeds")
    for key, m_s in sorted(speeds.items()):
        if key not in catalogue.speeds:
            yield not_known("catalogue.unknown_id", key, catalogue.speeds, file=spot.file, where=spot.where)
        else:
            yield from faults_of_speed(m_s, catalogue.speeds[key].mode, spot.key(key))


def _standard_faults(standards: Mapping[str, Mapping[str, Reach]]) -> Iterator[ConfigurationError]:
    for service, reaches in sorted(standards.items()):
        spot = Spot(STUDY_FILE, "standards").key(service)
        for town_class, reach in sorted(reaches.items()):
            if town_class not in ("urban", "rural"):
                yield not_known(
                    "catalogue.unknown_key", town_class, ["urban", "rural"], file=spot.file, where=spot.where
                )
            yield from faults_of_reach(reach, spot.key(town_class))


def _with_standard(service: Service, reaches: Mapping[str, Reach]) -> Service:
    if not reaches:
        return service
    changed = tuple(cast("ServiceValue", town_class) for town_class in sorted(reaches))
    sources = restated(service, changed)
    urban, rural = reaches.get("urban", service.urban), reaches.get("rural", service.rural)
    return replace(service, urban=urban, rural=rural, sources=sources)


def restated(service: Service, changed: tuple[ServiceValue, ...]) -> tuple[Source, ...]:
    """The sources of a service some of whose values are the study's own choice now."""
    kept = (_without(source, changed, service) for source in service.sources)
    return (*(source for source in kept if source is not None), replace(OWN_CHOICE, about=changed))


def _without(source: Source, changed: tuple[ServiceValue, ...], service: Service) -> Source | None:
    """The source with the changed values taken from what it supports; None where nothing is left."""
    about = source.about or service.stated_values()
    left = tuple(value for value in about if value not in changed)
    return replace(source, about=left) if left else None


def _with_speeds(catalogue: Catalogue, speeds: Mapping[str, float]) -> dict[str, Speed]:
    return {
        key: replace(speed, m_s=float(speeds[key]), sources=(OWN_CHOICE,)) if key in speeds else speed
        for key, speed in catalogue.speeds.items()
    }


def _groups_needed(catalogue: Catalogue, services: Mapping[str, Service]) -> set[str]:
    """The groups of these services and, step by step, the groups counted where those are not known."""
    needed: set[str] = set()
    for service in services.values():
        step: str | None = service.group
        while step is not None and step not in needed:
            needed.add(step)
            step = catalogue.groups[step].fallback
    return needed


def _only(entries: Mapping[str, Entry], wanted: set[str]) -> dict[str, Entry]:
    return {key: entry for key, entry in entries.items() if key in wanted}
