"""What searches side by side need: made once, used by one batch after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.abreast.lanes import empty_lanes
from circle15.access.compiled import FILL_INT, FILL_METRES, FILL_TABLE, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOWHERE = 0  # the slot of nodes that are not touched: no lane of it is ever reached


class Room(NamedTuple):
    """Slots for the nodes that a batch of searches touches, nodes that wait, and places in reach.

    Attributes
    ----------
    slot
        int32, (nodes,): the slot of each node; ``NOWHERE`` before and after each batch.
    node
        int32, (slots,): the node of each slot.
    metres
        float64, (slots, LANES): of each search; those of ``NOWHERE`` are ``inf``.
    waits_m
        float64, (slots,): the key by which a node waits; ``inf`` where it does not.
    beside
        int32, (slots,): where in ``ways`` the places of a node stand that has a door on an edge from it; else -1.
    near
        int32, (2 * slots,): a ring of slots whose turn comes before the others'.
    far
        int32, (slots,): slots that wait for later, and some that do not wait any more.
    place
        int32, (places,): places in reach of some search of the batch.
    ways
        float64, (places, LANES): their metres.
    """

    slot: NDArray[np.int32]
    node: NDArray[np.int32]
    metres: NDArray[np.float64]
    waits_m: NDArray[np.float64]
    beside: NDArray[np.int32]
    near: NDArray[np.int32]
    far: NDArray[np.int32]
    place: NDArray[np.int32]
    ways: NDArray[np.float64]


ROOM = named(Room, FILL_INT, FILL_INT, FILL_TABLE, FILL_METRES, FILL_INT, FILL_INT, FILL_INT, FILL_INT, FILL_TABLE)


def empty_room(nodes: int, slots: int) -> Room:
    """Room for batches that touch up to ``slots`` (a power of two) of the ``nodes``, and as many places."""
    metres = empty_lanes(slots)
    metres[NOWHERE] = np.inf
    return Room(
        slot=np.full(nodes, NOWHERE, dtype=np.int32),
        node=np.empty(slots, dtype=np.int32),
        metres=metres,
        waits_m=np.empty(slots),
        beside=np.empty(slots, dtype=np.int32),
        near=np.empty(2 * slots, dtype=np.int32),
        far=np.empty(slots, dtype=np.int32),
        place=np.empty(slots, dtype=np.int32),
        ways=empty_lanes(slots),
    )
