"""What this version can search: services judged on foot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.catalogue.services_table import reach_text
from circle15.errors import Circle15Error, ConfigurationError, raise_faults
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from circle15.catalogue.entries import Catalogue, Reach, Service


def on_foot(catalogue: Catalogue) -> tuple[Catalogue, tuple[Note, ...]]:
    """The same services with walking standards only.

    Where a rural standard is by bicycle or car, the urban one on foot counts instead, which is stricter, and a
    note says so.

    Raises
    ------
    ConfigurationError, Faults
        The urban standard of a service is not on foot.
    """
    services = list(catalogue.services.values())
    faults: list[Circle15Error] = [_not_walked(service) for service in services if service.urban.mode != "walk"]
    raise_faults(faults)
    ridden = [service for service in services if service.rural.mode != "walk"]
    notes = (
        (
            Note(
                "study.rural_on_foot", {"services": Label.listing(_named(service, service.rural) for service in ridden)}
            ),
        )
        if ridden
        else ()
    )
    return replace(catalogue, services={service.id: _walked(service) for service in services}), notes


def walked_only(catalogue: Catalogue) -> Catalogue:
    """The services whose urban standard is on foot, with their walking standards."""
    walked = {id_: _walked(each) for id_, each in catalogue.services.items() if each.urban.mode == "walk"}
    return replace(catalogue, services=walked)


def _walked(service: Service) -> Service:
    rural = service.rural if service.rural.mode == "walk" else service.urban
    return replace(service, rural=rural, also=tuple(reach for reach in service.also if reach.mode == "walk"))


def _not_walked(service: Service) -> ConfigurationError:
    return ConfigurationError("study.not_walked", service=_named(service, service.urban), id=service.id)


def _named(service: Service, reach: Reach) -> Label:
    """A service's name with a standard of it behind."""
    zh, en = reach_text(reach, "zh"), reach_text(reach, "en")
    return Label(f"{service.label.zh}（{zh}）", f"{service.label.en} ({en})")
