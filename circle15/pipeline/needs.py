"""Compound standards: one site of one kind and two of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.few import few_nearest
from circle15.access.nearest import Nearest
from circle15.assess.needs import needs_met

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.catalogue.entries import Service
    from circle15.model.facilities import FacilityLayer
    from circle15.model.network import StreetNetwork

    # Per need: how many sites it asks for, and the facilities that are of its kind.
    Sites = Sequence[tuple[int, NDArray[np.int64]]]


def sites_of_needs(service: Service, layer: FacilityLayer) -> Sites | None:
    """The facilities that meet each need of a service; None where it has none, or its lists do not hold every kind.

    A kind without any site is far more often a list that nobody sent than a place without one.
    """
    rows = layer.rows_of(service.id)
    met = needs_met(service, layer.facilities["kind"].iloc[rows]) if service.needs else np.empty(0, dtype=np.int64)
    sites = [(need.count, rows[met == number]) for number, need in enumerate(service.needs)]
    return sites if sites and all(len(own) for _, own in sites) else None


def nearest_of_needs(
    network: StreetNetwork, cells: EdgeJoins, entrances: EdgeJoins, owner: NDArray[np.int32], sites: Sites
) -> Nearest:
    """The facility that completes a compound standard, per cell: the farthest of those that it asks for.

    Of each need the nearest, the second nearest and so on up to its count; a cell has what it asks for once the last
    of them is reached. ``inf`` where there are too few. Of equally far ones that of the need named first.
    """
    found = Nearest(np.zeros(len(cells)), np.full(len(cells), -1, dtype=np.int32))
    for count, facilities in sites:
        own = np.isin(owner, facilities)
        nearest = few_nearest(network, cells, entrances.take(own), owner[own], count)
        metres, facility = nearest.metres[:, -1], nearest.facility[:, -1]
        farther = (metres > found.metres) | (found.facility < 0)
        found.metres[farther], found.facility[farther] = metres[farther], facility[farther]
    found.facility[np.isinf(found.metres)] = -1
    return found
