"""Compound standards: one site of one kind and two of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.needs import needs_met

if TYPE_CHECKING:
    from circle15.access.needs import Sites
    from circle15.catalogue.entries import Service
    from circle15.model.facilities import FacilityLayer


def sites_of_needs(service: Service, layer: FacilityLayer) -> Sites | None:
    """The facilities that meet each need of a service; None where it has none, or its lists do not hold every kind.

    A kind without any site is far more often a list that nobody sent than a place without one.
    """
    rows = layer.rows_of(service.id)
    met = needs_met(service, layer.facilities["kind"].iloc[rows]) if service.needs else np.empty(0, dtype=np.int64)
    sites = [(need.count, rows[met == number]) for number, need in enumerate(service.needs)]
    return sites if sites and all(len(own) for _, own in sites) else None
