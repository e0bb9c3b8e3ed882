"""The searches to be done: one from each facility, those of facilities near each other after each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import READ_INT, READ_METRES, named, read_only
from circle15.access.layout import streets_of, ways_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork


class Searches(NamedTuple):
    """Facilities with a door on the network, and their doors.

    Attributes
    ----------
    facility
        int32, (searches,): its number.
    first_door
        int32, (searches + 1,): the doors of search ``i`` are ``first_door[i]:first_door[i + 1]``.
    edge
        int32, (doors,): where the door is.
    share, leg_m
        float64, (doors,): as in ``EdgeJoins``, ``leg_m`` its ``leg_travel_m``.
    tail_m, head_m
        float64, (doors,): metres from the ``from_node`` and from the ``to_node`` of the edge to the door.
    """

    facility: NDArray[np.int32]
    first_door: NDArray[np.int32]
    edge: NDArray[np.int32]
    share: NDArray[np.float64]
    leg_m: NDArray[np.float64]
    tail_m: NDArray[np.float64]
    head_m: NDArray[np.float64]


SEARCHES = named(Searches, READ_INT, READ_INT, READ_INT, READ_METRES, READ_METRES, READ_METRES, READ_METRES)


def lay_searches(network: StreetNetwork, entrances: EdgeJoins, entrance_facility: NDArray[np.integer]) -> Searches:
    """The searches from all facilities, in the order of the node at the first entrance of each.

    Readers number nodes along a curve, so that near numbers are near each other.
    """
    rows, from_node = np.flatnonzero(entrances.on_network), streets_of(network).from_node
    facility, first, whose = np.unique(np.asarray(entrance_facility)[rows], return_index=True, return_inverse=True)
    order = np.argsort(from_node[entrances.edge[rows[first]]], kind="stable")
    turn = np.empty(len(order), dtype=np.int32)
    turn[order] = np.arange(len(order), dtype=np.int32)
    rows = rows[np.argsort(turn[whose], kind="stable")]
    edge, share = entrances.edge[rows], entrances.share[rows]
    doors = np.bincount(turn[whose], minlength=len(order))
    columns = (share, entrances.leg_travel_m[rows], *ways_to(network, edge, share))
    return Searches(
        read_only(facility[order].astype(np.int32)),
        read_only(np.append(0, np.cumsum(doors)).astype(np.int32)),
        read_only(edge),
        *(read_only(column) for column in columns),
    )
