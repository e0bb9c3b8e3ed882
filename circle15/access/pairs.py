"""Every facility within reach of every point: one bounded search per facility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.abreast.pairs import Pairs, by_place
from circle15.access.abreast.places import lay_places
from circle15.access.abreast.searched import search_all
from circle15.access.abreast.searches import lay_searches
from circle15.access.layout import streets_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork

BLOCK = 1024  # facilities at a time


def pairs_within(
    network: StreetNetwork,
    origins: EdgeJoins,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limit_m: float,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """All pairs of an origin and a facility no further apart than ``limit_m``.

    Metres are those of ``nearest_facility``, to the last bit: the smallest of an origin's pairs is its nearest.
    Memory is that of the pairs, twice while they are sorted, and per thread a few bytes per node.

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
        The longest way that counts, metres of travel with both legs; a way of just that length counts.
    threads
        How many searches run at a time; the result is the same, to the last bit.
    progress
        Called as ``progress(done, of)`` after each block of ``BLOCK`` facilities.

    Returns
    -------
    pandas.DataFrame
        ``origin`` (int32, row of ``origins``), ``facility`` (int32), ``metres`` (float64), ordered by origin and
        facility.
    """
    import pandas as pd

    pairs = pairs_of(network, origins, entrances, entrance_facility, limit_m, threads, progress)
    return pd.DataFrame(pairs._asdict(), copy=False)


def pairs_of(
    network: StreetNetwork,
    origins: EdgeJoins,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limit_m: float,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Pairs:
    """``pairs_within`` as arrays, without the library of tables."""
    streets, searches = streets_of(network), lay_searches(network, entrances, entrance_facility)

    # Nothing of this is held under a name, so that each part is free again when the next needs room.
    pairs = by_place(
        search_all(streets, searches, lay_places(network, origins), limit_m, BLOCK, threads, progress),
        searches.facility,
        len(origins),
        threads,
    )
    return pairs if network.layers is None else _nearer_layer(pairs)


def _nearer_layer(pairs: Pairs) -> Pairs:
    """Of two ways between the same places, found in both layers of a gated compound, the shorter."""
    if not len(pairs.metres):
        return pairs
    origin, facility, metres = pairs
    new = np.append(True, (origin[1:] != origin[:-1]) | (facility[1:] != facility[:-1]))
    first = np.flatnonzero(new)
    return Pairs(origin[first], facility[first], np.minimum.reduceat(metres, first))
