"""Several needs at once: one site of one kind and two of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.few import few_nearest
from circle15.access.nearest import Nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork

    # Per need: how many sites it asks for, and the facilities that are of its kind.
    Sites = Sequence[tuple[int, NDArray[np.int64]]]


def nearest_of_needs(
    network: StreetNetwork, cells: EdgeJoins, entrances: EdgeJoins, owner: NDArray[np.int32], sites: Sites
) -> Nearest:
    """The facility that completes a compound standard, per cell: the farthest of those that it asks for.

    Of each need the nearest, the second nearest and so on up to its count; a cell has what it asks for once the last
    of them is reached. ``inf`` where there are too few. Of equally far ones that of the need named first.
    """
    # Below every distance: what is out of reach of the first need stays so, whatever the next one finds.
    found = Nearest(np.full(len(cells), -1.0), np.full(len(cells), -1, dtype=np.int32))
    for count, facilities in sites:
        own = np.isin(owner, facilities)
        nearest = few_nearest(network, cells, entrances.take(own), owner[own], count)
        metres, facility = nearest.metres[:, -1], nearest.facility[:, -1]
        farther = metres > found.metres
        found.metres[farther], found.facility[farther] = metres[farther], facility[farther]
    found.facility[np.isinf(found.metres)] = -1
    return found
