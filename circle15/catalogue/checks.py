"""What the types cannot tell: references between entries, speeds that nobody moves at, ages the wrong way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.suggestions import not_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from circle15.catalogue.entries import Catalogue, Group, Mode, Reach, Service
    from circle15.catalogue.shape import Spot
    from circle15.errors import ConfigurationError

SPEED_LIMITS_KMH: dict[Mode, tuple[float, float]] = {"walk": (0.5, 10.0), "cycle": (3.0, 40.0), "drive": (3.0, 100.0)}
KMH_PER_M_S = 3.6


def faults_of_catalogue(catalogue: Catalogue, spots: Mapping[tuple[str, str], Spot]) -> list[ConfigurationError]:
    """Every fault between the entries of a catalogue, in the order of its services, groups and speeds.

    Parameters
    ----------
    spots
        Where each entry was read, by kind (``services``, ``groups``, ``speeds``) and id.
    """
    faults: list[ConfigurationError] = []
    for service in catalogue.services.values():
        faults += _faults_of_service(catalogue, service, spots["services", service.id])
    for group in catalogue.groups.values():
        faults += _faults_of_group(catalogue, group, spots["groups", group.id])
    for speed in catalogue.speeds.values():
        faults += faults_of_speed(speed.m_s, speed.mode, spots["speeds", speed.id].key("m_s"))
    return faults


def _faults_of_service(catalogue: Catalogue, service: Service, spot: Spot) -> Iterator[ConfigurationError]:
    references: dict[str, tuple[str, Mapping[str, object]]] = {
        "domain": (service.domain, catalogue.domains),
        "department": (service.department, catalogue.departments),
        "group": (service.group, catalogue.groups),
        "speed": (service.speed, catalogue.speeds),
    }
    for key, (found, known) in references.items():
        if found not in known:
            yield not_known("catalogue.unknown_id", found, known, file=spot.file, where=spot.key(key).where)
    own = catalogue.speeds.get(service.speed)
    if own is not None and own.mode != "walk":
        yield spot.key("speed").fault("catalogue.not_a_walking_speed", found=service.speed)
    yield from faults_of_reach(service.urban, spot.key("urban"))
    if service.rural != service.urban:
        yield from faults_of_reach(service.rural, spot.key("rural"))
    for number, reach in enumerate(service.also, 1):
        yield from faults_of_reach(reach, spot.key("also").item(number))
    if service.quality is not None and service.quality.flag not in service.quality_flags:
        where = spot.key("quality").key("flag").where
        yield not_known(
            "catalogue.unknown_id", service.quality.flag, service.quality_flags, file=spot.file, where=where
        )
    presence = service.presence
    if presence is not None and presence.flag is not None and presence.flag not in service.quality_flags:
        where = spot.key("presence").key("flag").where
        yield not_known("catalogue.unknown_id", presence.flag, service.quality_flags, file=spot.file, where=where)
    if not service.sources:
        yield spot.key("sources").fault("catalogue.no_source")


def faults_of_reach(reach: Reach, spot: Spot) -> Iterator[ConfigurationError]:
    """A reach that says that metres decide, but gives none."""
    if reach.decides == "metres" and reach.metres is None:
        yield spot.fault("catalogue.no_metres")


def faults_of_speed(m_s: float, mode: Mode, spot: Spot) -> Iterator[ConfigurationError]:
    """A speed that nobody moves at in this mode, most often km/h written for m/s."""
    lowest, highest = SPEED_LIMITS_KMH[mode]
    if not lowest <= m_s * KMH_PER_M_S <= highest:
        yield spot.fault(
            f"catalogue.{mode}_speed", found=m_s, found_kmh=m_s * KMH_PER_M_S, lowest=lowest, highest=highest
        )


def _faults_of_group(catalogue: Catalogue, group: Group, spot: Spot) -> Iterator[ConfigurationError]:
    if group.from_age is not None and group.to_age is not None and group.from_age > group.to_age:
        yield spot.fault("catalogue.ages_reversed", from_age=group.from_age, to_age=group.to_age)
    if group.fallback is not None and group.fallback not in catalogue.groups:
        where = spot.key("fallback").where
        yield not_known("catalogue.unknown_id", group.fallback, catalogue.groups, file=spot.file, where=where)
    elif _falls_back_on_itself(catalogue, group):
        yield spot.key("fallback").fault("catalogue.fallback_circle", found=group.id)


def _falls_back_on_itself(catalogue: Catalogue, group: Group) -> bool:
    seen: set[str] = set()
    step: Group | None = group
    while step is not None and step.id not in seen:
        seen.add(step.id)
        step = catalogue.groups.get(step.fallback) if step.fallback else None
    return step is not None
