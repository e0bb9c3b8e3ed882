"""The search of a batch: metres of all its lanes at every node in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.abreast.lanes import LANES, pass_on
from circle15.access.abreast.room import NOWHERE, ROOM
from circle15.access.abreast.searches import SEARCHES
from circle15.access.compiled import FILL_INT, FILL_METRES, INT, METRES, compiled
from circle15.access.layout import STREETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.abreast.room import Room
    from circle15.access.abreast.searches import Searches
    from circle15.access.layout import Streets

FULL = -1
NEVER = -np.inf
NONE_BESIDE = -1


@compiled(INT, INT, INT, ROOM)
def _slot_of(node: int, taken: int, room: Room) -> int:
    """The slot of a node; a new one, ``taken``, where it has none."""
    if room.slot[node] == NOWHERE:
        room.slot[node], room.node[taken] = taken, node
        room.waits_m[taken], room.beside[taken] = np.inf, NONE_BESIDE
        for lane in range(LANES):
            room.metres[taken, lane] = np.inf
    return int(room.slot[node])


@compiled(INT, STREETS, SEARCHES, INT, INT, METRES, ROOM)
def enter_doors(streets: Streets, searches: Searches, begin: int, end: int, limit_m: float, room: Room) -> int:
    """Put the ends of the doors' edges into slots, a lane for each search; the first slot not taken, or ``FULL``."""
    first, taken = searches.first_door, 1
    if taken + 2 * (first[end] - first[begin]) > len(room.node):
        return FULL
    for search in range(begin, end):
        for door in range(first[search], first[search + 1]):
            edge, leg_m = searches.edge[door], searches.leg_m[door]
            tail = _slot_of(streets.from_node[edge], taken, room)
            taken += tail == taken
            head = _slot_of(streets.to_node[edge], taken, room)
            taken += head == taken
            room.beside[tail] = 0
            for at, way_m in ((tail, leg_m + searches.tail_m[door]), (head, leg_m + searches.head_m[door])):
                if way_m <= limit_m and way_m < room.metres[at, search - begin]:
                    room.metres[at, search - begin] = way_m
                    room.waits_m[at] = min(room.waits_m[at], way_m)
    return taken


@compiled(METRES, FILL_INT, INT, FILL_METRES)
def _least_key(far: NDArray[np.int32], many: int, waits_m: NDArray[np.float64]) -> float:
    """The smallest key of those who wait for later; ``inf`` where nobody does."""
    least = np.inf
    for at in far[:many]:
        least = min(least, waits_m[at])
    return least


@compiled(INT, FILL_INT, INT, FILL_METRES, METRES, FILL_INT)
def _come_near(
    far: NDArray[np.int32], many: int, waits_m: NDArray[np.float64], till_m: float, near: NDArray[np.int32]
) -> int:
    """Move those with keys up to ``till_m`` from ``far`` to the beginning of ``near``; how many."""
    came = 0
    for at in far[:many]:
        near[came] = at
        came += waits_m[at] <= till_m
    return came


@compiled(INT, FILL_INT, INT, FILL_METRES, METRES)
def _stay_far(far: NDArray[np.int32], many: int, waits_m: NDArray[np.float64], till_m: float) -> int:
    """Keep those in ``far`` who wait with other keys; how many."""
    stay = 0
    for at in far[:many]:
        far[stay] = at
        stay += (waits_m[at] > till_m) & (waits_m[at] < np.inf)
    return stay


@compiled(INT, STREETS, METRES, METRES, ROOM, INT)
def spread(streets: Streets, limit_m: float, width_m: float, room: Room, taken: int) -> int:
    """Search from the nodes that wait in the slots below ``taken``; the first slot not taken at last, or ``FULL``.

    A node's key is about the metres of the lane that made it wait. Nodes with keys within ``width_m`` of the least
    take turns in the order in which they came, the others after them.
    """
    start, neighbour, arc_m = streets.start, streets.neighbour, streets.metres
    slot, nodes, metres, waits_m, beside, near, far, _, _ = room
    turn, most = len(near) - 1, len(nodes)
    for at in range(1, taken):
        far[at - 1] = at
    later = taken - 1
    while later > 0:
        till_m = _least_key(far, later, waits_m) + width_m
        first, last = 0, _come_near(far, later, waits_m, till_m, near)
        later = _stay_far(far, later, waits_m, till_m)
        while first < last:
            here = near[first & turn]
            first += 1
            node, key_m = nodes[here], waits_m[here]
            waits_m[here] = np.inf
            if max(taken, later) + start[node + 1] - start[node] > most:
                return FULL
            for arc in range(start[node], start[node + 1]):
                other, street_m = neighbour[arc], arc_m[arc]
                to = slot[other]
                if to == NOWHERE:
                    to = taken
                    slot[other], nodes[to], beside[to] = to, other, NONE_BESIDE
                    waits_m[to] = np.inf if start[other + 1] - start[other] > 1 else NEVER
                    for lane in range(LANES):
                        metres[to, lane] = np.inf
                    taken += 1
                shorter = pass_on(metres, here, to, street_m, limit_m) != 0
                # Written in any case and kept only if shorter: what is decided at random is slow to branch on.
                known_m, way_m = waits_m[to], key_m + street_m
                soon = way_m <= till_m
                near[last & turn], far[later] = to, to
                waits_m[to] = way_m if shorter & (way_m < known_m) else known_m
                last += shorter & soon & (known_m > till_m)
                later += shorter & (not soon) & (known_m == np.inf)
    return taken


@compiled(INT, ROOM, INT)
def leave(room: Room, taken: int) -> int:
    """Free the slots below ``taken`` for the next batch."""
    for node in room.node[1:taken]:
        room.slot[node] = NOWHERE
    return taken
