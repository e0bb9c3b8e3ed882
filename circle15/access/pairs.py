"""Every facility within reach of every point: one bounded search per facility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.access.layout import lay_doors, lay_places, seeds_of, streets_of
from circle15.access.search import bucket_shape, empty_queue, search_each, unreached

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.access.search import Pairs
    from circle15.model.network import StreetNetwork


def pairs_within(
    network: StreetNetwork,
    origins: EdgeJoins,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limit_m: float,
) -> pd.DataFrame:
    """All pairs of an origin and a facility no further apart than ``limit_m``.

    Metres are those of ``nearest_facility``, to the last bit: the smallest of an origin's pairs is its nearest.
    Memory is that of the pairs, and a few numbers per node and per origin.

    Parameters
    ----------
    network
        The streets.
    origins
        (n,): cells, or any other points; those off the network are in no pair.
    entrances
        (m,): all entrances of all facilities; those off the network are of no use.
    entrance_facility
        (m,): the number (0 or more) of the facility each entrance belongs to.
    limit_m
        The longest way that counts, metres of level walking with both legs; a way of just that length counts.

    Returns
    -------
    pandas.DataFrame
        ``origin`` (int32, row of ``origins``), ``facility`` (int32), ``metres`` (float64), ordered by origin and
        facility.
    """
    streets, seeds = streets_of(network), seeds_of(network, entrances, entrance_facility)
    doors = lay_doors(network, entrances, entrance_facility)
    places = lay_places(network, origins)
    width_m, buckets = bucket_shape(streets, seeds)
    nodes = len(streets.start) - 1
    reach, queue = unreached(nodes), empty_queue(nodes, buckets)
    found = search_each(streets, seeds, doors, places, limit_m, width_m, reach, queue)
    order = np.argsort(found.origin, kind="stable")  # facilities come in ascending order already
    if network.layers is not None:
        order = _nearer_layer(found)
    return pd.DataFrame({name: column[order] for name, column in found._asdict().items()})


def _nearer_layer(found: Pairs) -> NDArray[np.int64]:
    """Of two ways between the same places, found in both layers of a gated compound, the shorter."""
    order = np.lexsort((found.metres, found.facility, found.origin))
    origin, facility = found.origin[order], found.facility[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (origin[1:] != origin[:-1]) | (facility[1:] != facility[:-1])
    return order[first]
