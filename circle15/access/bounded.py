"""A bounded search from each of many facilities, and the places in reach of each.

As in ``access.search``, nodes wait in buckets by their metres, and metres are the exact minimum over all walks. What is
searched here is short and much, so less is kept: a node that is found by a shorter way waits once more instead of being
moved, and is passed over where its older place comes up. What is decided at random is not branched on.

Whoever changes ``access.search.along`` touches this file too: its compiled code is renewed with this file alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import (
    FILL_INT,
    FILL_METRES,
    FILL_ROWS,
    INT,
    METRES,
    READ_INT,
    READ_ROWS,
    compiled,
    inlined,
    named,
)
from circle15.access.layout import AT_TAILS, ON_EDGES, SEEDS, STREETS
from circle15.access.search import NONE, along, bucket_shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.layout import AtTails, OnEdges, Seeds, Streets

FIRST_ROOM = 4096
FULL = -1


class Waiting(NamedTuple):
    """Nodes that wait in buckets, a node once for each way that was found to it and was the shortest then.

    Attributes
    ----------
    node, metres
        int32 and float64, (entries,).
    after
        int32, (entries,): the next entry of the same bucket.
    """

    node: NDArray[np.int32]
    metres: NDArray[np.float64]
    after: NDArray[np.int32]


class Found(NamedTuple):
    """Places in reach of facilities, one facility after the other.

    Attributes
    ----------
    place
        int32, (pairs,).
    metres
        float64, (pairs,).
    """

    place: NDArray[np.int32]
    metres: NDArray[np.float64]


class Room(NamedTuple):
    """What searches from one facility after the other need: made once, used by all.

    Attributes
    ----------
    metres
        float64, (nodes,): ``inf`` before and after each search.
    reached
        int32, (nodes + 1,): the nodes reached, in order.
    head
        int32, (buckets,): the first entry of each bucket; none before and after each search.
    outward
        int32, (arcs + 1,): arcs from nodes reached to others.
    beside
        int32, (edges,): the facility that was last found to have a door on each edge.
    """

    metres: NDArray[np.float64]
    reached: NDArray[np.int32]
    head: NDArray[np.int32]
    outward: NDArray[np.int32]
    beside: NDArray[np.int32]


WAITING = named(Waiting, FILL_INT, FILL_METRES, FILL_INT)
FOUND = named(Found, FILL_INT, FILL_METRES)
ROOM = named(Room, FILL_METRES, FILL_INT, FILL_INT, FILL_INT, FILL_INT)


def narrow_buckets(streets: Streets, seeds: Seeds) -> tuple[float, int]:
    """Width of a bucket in metres, and how many are needed: half as wide as for a search that moves nodes."""
    width_m, buckets = bucket_shape(streets, seeds)
    return width_m / 2, buckets * 2


def nothing_found() -> Found:
    """Room for some pairs."""
    return Found(np.empty(FIRST_ROOM, dtype=np.int32), np.empty(FIRST_ROOM, dtype=np.float64))


def empty_room(streets: Streets, buckets: int) -> Room:
    """Room for searches on ``streets``."""
    nodes = len(streets.start) - 1
    return Room(
        metres=np.full(nodes, np.inf),
        reached=np.empty(nodes + 1, dtype=np.int32),
        head=np.full(buckets, NONE, dtype=np.int32),
        outward=np.empty(len(streets.neighbour) + 1, dtype=np.int32),
        beside=np.full(len(streets.from_node), NONE, dtype=np.int32),
    )


@inlined
def _twice_found(found: Found) -> Found:
    """The same pairs, and as much room again."""
    room = len(found.place)
    return Found(
        np.concatenate((found.place, np.empty(room, dtype=np.int32))),
        np.concatenate((found.metres, np.empty(room, dtype=np.float64))),
    )


@inlined
def _twice_waiting(waiting: Waiting) -> Waiting:
    """Twice the room to wait, empty."""
    room = 2 * len(waiting.node)
    return Waiting(np.empty(room, dtype=np.int32), np.empty(room, dtype=np.float64), np.empty(room, dtype=np.int32))


@compiled(INT, STREETS, SEEDS, INT, INT, METRES, METRES, ROOM, WAITING)
def spread_alone(
    streets: Streets,
    seeds: Seeds,
    first_seed: int,
    end_seed: int,
    limit_m: float,
    width_m: float,
    room: Room,
    waiting: Waiting,
) -> int:
    """Search from seeds of one facility; give how many nodes were reached, those of seeds first.

    Where ``waiting`` is too small, ``FULL`` is given and ``room`` is as it came; else no entry waits, and the nodes at
    ``room.reached`` have their ``room.metres``.
    """
    start, neighbour, arc_m = streets.start, streets.neighbour, streets.metres
    metres, reached, head = room.metres, room.reached, room.head
    entry_node, entry_m, after = waiting
    turn, per_m = len(head) - 1, 1.0 / width_m
    count, entries, left = 0, 0, 0
    bucket = int(seeds.metres[first_seed:end_seed].min() * per_m) if first_seed < end_seed else 0
    full = end_seed - first_seed >= len(entry_node)
    for seed in range(first_seed, first_seed if full else end_seed):
        to, way_m = seeds.node[seed], seeds.metres[seed]
        if way_m > limit_m or way_m >= metres[to]:
            continue
        reached[count] = to
        count += metres[to] == np.inf
        metres[to] = way_m
        at = int(way_m * per_m) & turn
        entry_node[entries], entry_m[entries], after[entries], head[at] = to, way_m, head[at], entries
        entries += 1
        left += 1
    while left > 0:
        entry = head[bucket & turn]
        if entry == NONE:
            bucket += 1
            continue
        head[bucket & turn] = after[entry]
        left -= 1
        node, here_m = entry_node[entry], entry_m[entry]
        if here_m > metres[node]:
            continue
        if entries + start[node + 1] - start[node] >= len(entry_node):
            full = True
            break
        for arc in range(start[node], start[node + 1]):
            to, way_m = neighbour[arc], here_m + arc_m[arc]
            before_m = metres[to]
            shorter = (way_m <= limit_m) & (way_m < before_m)
            reached[count] = to
            count += shorter & (before_m == np.inf)
            metres[to] = way_m if shorter else before_m
            at = int((way_m if shorter else here_m) * per_m) & turn
            first = head[at]
            entry_node[entries], entry_m[entries], after[entries] = to, way_m, first
            head[at] = entries if shorter else first
            entries += shorter
            left += shorter
    if full:
        head[:] = NONE
        metres[reached[:count]] = np.inf
        return FULL
    return count


@compiled(INT, STREETS, ROOM, INT)
def _list_outward(streets: Streets, room: Room, nodes: int) -> int:
    """List the arcs between nodes reached and others; give how many."""
    start, neighbour = streets.start, streets.neighbour
    metres, outward = room.metres, room.outward
    count = 0
    for node in room.reached[:nodes]:
        for arc in range(start[node], start[node + 1]):
            outward[count] = arc
            count += metres[neighbour[arc]] == np.inf
    return count


@compiled(INT, STREETS, AT_TAILS, ROOM, INT, INT, READ_INT)
def _most_places(
    streets: Streets, places: AtTails, room: Room, nodes: int, outward: int, beside: NDArray[np.int32]
) -> int:
    """How many places will be looked at, at most."""
    first, neighbour, from_node = places.first, streets.neighbour, streets.from_node
    most = 0
    for node in room.reached[:nodes]:
        most += first[node + 1] - first[node]
    for arc in room.outward[:outward]:
        most += first[neighbour[arc] + 1] - first[neighbour[arc]]
    for edge in beside:
        most += first[from_node[edge] + 1] - first[from_node[edge]]
    return most


@compiled(INT, STREETS, ON_EDGES, AT_TAILS, INT, INT, ROOM, METRES, INT, FOUND)
def _write_beside(
    streets: Streets,
    doors: OnEdges,
    places: AtTails,
    facility: int,
    edge: int,
    room: Room,
    limit_m: float,
    count: int,
    found: Found,
) -> int:
    """Write down the places in reach on an edge with a door of the facility, which is reached along the edge too."""
    first_door, number, door_share, door_tail_m, door_head_m, door_leg_m = doors
    first, edge_of, _, row, share, tail_m, head_m, leg_m = places
    tail, head = streets.from_node[edge], streets.to_node[edge]
    for at in range(first[tail], first[tail + 1]):
        if edge_of[at] != edge:
            continue
        way_m = min(room.metres[tail] + tail_m[at], room.metres[head] + head_m[at])
        for door in range(first_door[edge], first_door[edge + 1]):
            if number[door] == facility:
                place = (share[at], tail_m[at], head_m[at])
                there = (door_share[door], door_tail_m[door], door_head_m[door])
                along_m = along(streets.forward_m[edge], streets.backward_m[edge], place, there)
                way_m = min(way_m, door_leg_m[door] + along_m)
        found.place[count], found.metres[count] = row[at], way_m + leg_m[at]
        count += way_m + leg_m[at] <= limit_m
    return count


@compiled(INT, AT_TAILS, INT, INT, INT, ROOM, METRES, INT, FOUND)
def _write_from_tails(
    places: AtTails, facility: int, nodes: int, sure: int, room: Room, limit_m: float, count: int, found: Found
) -> int:
    """Write down the places in reach on edges from nodes reached; no door is beside any from the node ``sure`` on."""
    node_m, beside, place_found, metres_found = room.metres, room.beside, found.place, found.metres
    first, edge, head, row, _, tail_m, head_m, leg_m = places
    for node in room.reached[:sure]:
        for at in range(first[node], first[node + 1]):
            way_m = min(node_m[node] + tail_m[at], node_m[head[at]] + head_m[at]) + leg_m[at]
            place_found[count], metres_found[count] = row[at], way_m
            count += (way_m <= limit_m) & (beside[edge[at]] != facility)
    for node in room.reached[sure:nodes]:
        to_tail_m = node_m[node]
        for at in range(first[node], first[node + 1]):
            way_m = min(to_tail_m + tail_m[at], node_m[head[at]] + head_m[at]) + leg_m[at]
            # Written in any case and kept only if in reach: what is decided at random is slow to branch on.
            place_found[count], metres_found[count] = row[at], way_m
            count += way_m <= limit_m
    return count


@compiled(INT, STREETS, AT_TAILS, INT, INT, ROOM, METRES, INT, FOUND)
def _write_from_heads(
    streets: Streets, places: AtTails, facility: int, outward: int, room: Room, limit_m: float, count: int, found: Found
) -> int:
    """Write down the places in reach on edges of which only the head was reached."""
    node_m, place_found, metres_found = room.metres, found.place, found.metres
    first, edge_of, _, row, _, _, head_m, leg_m = places
    for arc in room.outward[:outward]:
        edge, tail = streets.edge[arc], streets.neighbour[arc]
        if streets.from_node[edge] != tail or room.beside[edge] == facility:
            continue
        to_head_m = node_m[streets.to_node[edge]]
        for at in range(first[tail], first[tail + 1]):
            way_m = to_head_m + head_m[at] + leg_m[at]
            place_found[count], metres_found[count] = row[at], way_m
            count += (way_m <= limit_m) & (edge_of[at] == edge)
    return count


@compiled(FOUND, STREETS, SEEDS, ON_EDGES, AT_TAILS, READ_ROWS, READ_ROWS, METRES, METRES, ROOM, FOUND, FILL_ROWS)
def search_each(
    streets: Streets,
    seeds: Seeds,
    doors: OnEdges,
    places: AtTails,
    first_seed: NDArray[np.int64],
    end_seed: NDArray[np.int64],
    limit_m: float,
    width_m: float,
    room: Room,
    found: Found,
    end_found: NDArray[np.int64],
) -> Found:
    """Search from each facility in turn, and write down the places in reach on the edges that it comes to.

    What is found is written over ``found``, or over larger room where that has not enough; the pairs of each search end
    at ``end_found``.
    """
    waiting = Waiting(
        np.empty(FIRST_ROOM, dtype=np.int32),
        np.empty(FIRST_ROOM, dtype=np.float64),
        np.empty(FIRST_ROOM, dtype=np.int32),
    )
    count = 0
    for search in range(len(first_seed)):
        first, end = first_seed[search], end_seed[search]
        facility, beside = seeds.facility[first], seeds.edge[first:end]
        nodes = spread_alone(streets, seeds, first, end, limit_m, width_m, room, waiting)
        while nodes == FULL:
            waiting = _twice_waiting(waiting)
            nodes = spread_alone(streets, seeds, first, end, limit_m, width_m, room, waiting)
        outward = _list_outward(streets, room, nodes)
        most = count + 1 + _most_places(streets, places, room, nodes, outward, beside)
        while most > len(found.place):
            found = _twice_found(found)
        for edge in beside:
            if room.beside[edge] != facility:
                room.beside[edge] = facility
                count = _write_beside(streets, doors, places, facility, edge, room, limit_m, count, found)
        # A node beside which a door is may be further than the limit along that edge, and be reached some other way.
        sure = min(end - first, nodes) if seeds.metres[first:end].max() <= limit_m else nodes
        count = _write_from_tails(places, facility, nodes, sure, room, limit_m, count, found)
        count = _write_from_heads(streets, places, facility, outward, room, limit_m, count, found)
        room.metres[room.reached[:nodes]] = np.inf
        end_found[search] = count
    return found


@compiled(INT, FOUND, INT, FILL_ROWS)
def count_by_place(found: Found, pairs: int, each: NDArray[np.int64]) -> int:
    """Count the pairs of each place."""
    for place in found.place[:pairs]:
        each[place] += 1
    return pairs


@compiled(INT, FOUND, READ_ROWS, READ_INT, READ_ROWS, FILL_ROWS, FILL_INT, FILL_METRES)
def sort_by_place(
    found: Found,
    end_found: NDArray[np.int64],
    facility: NDArray[np.int32],
    order: NDArray[np.int64],
    next_row: NDArray[np.int64],
    facility_out: NDArray[np.int32],
    metres_out: NDArray[np.float64],
) -> int:
    """Put pairs where their place's rows begin, searches in ``order``; ``next_row`` moves on as rows fill."""
    place, metres = found.place, found.metres
    for search in order:
        for pair in range(end_found[search - 1] if search > 0 else 0, end_found[search]):
            row = next_row[place[pair]]
            facility_out[row], metres_out[row] = facility[search], metres[pair]
            next_row[place[pair]] = row + 1
    return len(place)
