"""The order in which services are read: by domain, core ones first, then by the age of their group, then by id."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from circle15.catalogue.entries import Catalogue, Service


def in_reading_order(catalogue: Catalogue) -> Catalogue:
    """The catalogue with its services in reading order, whatever the order of their files."""
    domains, groups = list(catalogue.domains), list(catalogue.groups)

    def place(service: Service) -> tuple[int, bool, int, str]:
        return _place_in(domains, service.domain), not service.core, _place_in(groups, service.group), service.id

    ordered = sorted(catalogue.services.values(), key=place)
    return replace(catalogue, services={service.id: service for service in ordered})


def _place_in(known: list[str], entry_id: str) -> int:
    return known.index(entry_id) if entry_id in known else len(known)
