"""The search itself: metres from the nearest seed to every node of the streets.

A bucket queue instead of a heap: a node waits in the bucket of its metres, buckets are emptied in order, and a node
is moved when a shorter way is found. A bucket may be wider than the shortest street: a node whose metres fall
while its bucket is being emptied is simply taken again, so the result is the exact minimum over all walks, added
up from the seed on, and does not depend on the width of the buckets.

All kernels of the search stand in this file: compiled code is renewed when its own file has changed, not when the
file of a kernel that it calls has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import FILL_INT, FILL_METRES, INT, METRES, compiled, inlined, named
from circle15.access.layout import ON_EDGES, POINTS, SEEDS, STREETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.layout import OnEdges, Points, Seeds, Streets

NONE = -1
NOT_WAITING = -2
MOST_BUCKETS = 2**16
FIRST_ROOM = 4096


class NodeReach(NamedTuple):
    """What a search found at every node.

    Attributes
    ----------
    metres
        float64, (nodes,): metres to the nearest entrance with its leg, ``inf`` where none reaches.
    facility
        int32, (nodes,): whose entrance it is, of equally near ones the smallest number; -1 where none.
    """

    metres: NDArray[np.float64]
    facility: NDArray[np.int32]


class Queue(NamedTuple):
    """Nodes that wait, in rings of buckets, and the list of all nodes that were ever reached.

    Attributes
    ----------
    head
        int32, (buckets,): the first node of each bucket.
    after, before
        int32, (nodes,): the next and the last node of the same bucket.
    reached
        int32, (nodes,): the nodes reached, in order.
    """

    head: NDArray[np.int32]
    after: NDArray[np.int32]
    before: NDArray[np.int32]
    reached: NDArray[np.int32]


class Pairs(NamedTuple):
    """Pairs as columns."""

    origin: NDArray[np.int32]
    facility: NDArray[np.int32]
    metres: NDArray[np.float64]


REACH = named(NodeReach, FILL_METRES, FILL_INT)
PAIRS = named(Pairs, FILL_INT, FILL_INT, FILL_METRES)
QUEUE = named(Queue, FILL_INT, FILL_INT, FILL_INT, FILL_INT)


def reach_nodes(streets: Streets, seeds: Seeds, limit_m: float = np.inf) -> NodeReach:
    """One search from all seeds at once; nodes further than ``limit_m`` are left at ``inf``."""
    nodes = len(streets.start) - 1
    width_m, buckets = bucket_shape(streets, seeds)
    reach, queue = unreached(nodes), empty_queue(nodes, buckets)
    spread(streets, seeds, 0, len(seeds.node), limit_m, width_m, reach, queue)
    return reach


def unreached(nodes: int) -> NodeReach:
    """No node reached yet."""
    return NodeReach(np.full(nodes, np.inf), np.full(nodes, NONE, dtype=np.int32))


def empty_queue(nodes: int, buckets: int) -> Queue:
    """No node waiting; ``buckets`` is a power of two."""
    return Queue(
        head=np.full(buckets, NONE, dtype=np.int32),
        after=np.empty(nodes, dtype=np.int32),
        before=np.full(nodes, NOT_WAITING, dtype=np.int32),
        reached=np.empty(nodes, dtype=np.int32),
    )


def bucket_shape(streets: Streets, seeds: Seeds) -> tuple[float, int]:
    """Width of a bucket in metres, and how many are needed: a power of two.

    All that waits at one time spans no more than the longest street or the furthest seed, so the buckets can be
    used in turn. Widths from an eighth of the mean street to all of it are about as fast as each other.
    """
    street_m, seed_m = streets.metres[np.isfinite(streets.metres)], seeds.metres[np.isfinite(seeds.metres)]
    if len(street_m) == 0 or len(seed_m) == 0:
        return 1.0, 2
    span_m = max(float(street_m.max()), float(seed_m.max()))
    width_m = max(float(street_m.mean()) / 4, span_m / MOST_BUCKETS)
    if width_m <= 0.0:
        return 1.0, 2
    return width_m, 2 ** int(np.ceil(np.log2(span_m / width_m + 3)))


@inlined
def _leave(
    node: int, bucket: int, head: NDArray[np.int32], after: NDArray[np.int32], before: NDArray[np.int32]
) -> None:
    """Take a waiting node out of its bucket."""
    if before[node] == NONE:
        head[bucket] = after[node]
    else:
        after[before[node]] = after[node]
    if after[node] != NONE:
        before[after[node]] = before[node]
    before[node] = NOT_WAITING


@inlined
def _enter(
    node: int, bucket: int, head: NDArray[np.int32], after: NDArray[np.int32], before: NDArray[np.int32]
) -> None:
    """Put a node at the head of a bucket."""
    first = head[bucket]
    after[node] = first
    before[node] = NONE
    if first != NONE:
        before[first] = node
    head[bucket] = node


@compiled(INT, STREETS, SEEDS, INT, INT, METRES, METRES, REACH, QUEUE)
def spread(
    streets: Streets,
    seeds: Seeds,
    first_seed: int,
    end_seed: int,
    limit_m: float,
    width_m: float,
    reach: NodeReach,
    queue: Queue,
) -> int:
    """Search from seeds ``first_seed`` to ``end_seed``; give how many nodes were reached.

    ``reach`` and ``queue`` come empty. The nodes at ``queue.reached`` are then filled in ``reach``, and no node waits.
    """
    # Names of their own: reading an array out of a tuple for each street would count references and be half as fast.
    start, neighbour, arc_m = streets.start, streets.neighbour, streets.metres
    metres, facility = reach.metres, reach.facility
    head, after, before, reached = queue.head, queue.after, queue.before, queue.reached
    turn = len(head) - 1
    waiting = 0
    count = 0
    bucket = int(seeds.metres[first_seed:end_seed].min() / width_m) if first_seed < end_seed else 0
    for seed in range(first_seed, end_seed):
        to, way_m, whose = seeds.node[seed], seeds.metres[seed], seeds.facility[seed]
        if way_m > limit_m or way_m > metres[to] or (way_m == metres[to] and whose >= facility[to]):
            continue
        if metres[to] < np.inf:
            _leave(to, int(metres[to] / width_m) & turn, head, after, before)
        else:
            reached[count] = to
            count += 1
            waiting += 1
        metres[to], facility[to] = way_m, whose
        _enter(to, int(way_m / width_m) & turn, head, after, before)
    while waiting > 0:
        node = head[bucket & turn]
        if node == NONE:
            bucket += 1
            continue
        _leave(node, bucket & turn, head, after, before)
        waiting -= 1
        here_m, whose = metres[node], facility[node]
        for arc in range(start[node], start[node + 1]):
            to, way_m = neighbour[arc], here_m + arc_m[arc]
            if way_m > limit_m or way_m > metres[to] or (way_m == metres[to] and whose >= facility[to]):
                continue
            if before[to] != NOT_WAITING:
                _leave(to, int(metres[to] / width_m) & turn, head, after, before)
                waiting -= 1
            elif metres[to] == np.inf:
                reached[count] = to
                count += 1
            metres[to], facility[to] = way_m, whose
            _enter(to, int(way_m / width_m) & turn, head, after, before)
            waiting += 1
    return count


@compiled(INT, REACH, QUEUE, INT)
def forget(reach: NodeReach, queue: Queue, count: int) -> int:
    """Empty ``reach`` again for the next search: only the ``count`` nodes that the last one reached."""
    for node in queue.reached[:count]:
        reach.metres[node] = np.inf
        reach.facility[node] = NONE
    return count


@inlined
def _along(streets: Streets, edge: int, place: tuple[float, float, float], doors: OnEdges, door: int) -> float:
    """Metres along an edge from a place (share, tail_m, head_m) to a door on it; ``inf`` where not permitted."""
    share, tail_m, head_m = place
    along_m = 0.0
    if share < doors.share[door]:
        forward_m = streets.forward_m[edge]
        along_m = head_m - (forward_m - doors.tail_m[door]) if forward_m < np.inf else np.inf
    elif share > doors.share[door]:
        backward_m = streets.backward_m[edge]
        along_m = tail_m - (backward_m - doors.head_m[door]) if backward_m < np.inf else np.inf
    return along_m


@compiled(INT, STREETS, REACH, ON_EDGES, POINTS, FILL_METRES, FILL_INT)
def meet(
    streets: Streets,
    reach: NodeReach,
    doors: OnEdges,
    points: Points,
    metres: NDArray[np.float64],
    facility: NDArray[np.int32],
) -> int:
    """Fill each point's best of three: by one end of its edge, by the other, or along the edge to a door on it."""
    for point in range(len(points.edge)):
        edge, leg_m = points.edge[point], points.leg_m[point]
        place = points.share[point], points.tail_m[point], points.head_m[point]
        tail, head = streets.from_node[edge], streets.to_node[edge]
        best_m, best = reach.metres[tail] + place[1], reach.facility[tail]
        way_m, whose = reach.metres[head] + place[2], reach.facility[head]
        if way_m < best_m or (way_m == best_m and whose < best):
            best_m, best = way_m, whose
        for door in range(doors.first[edge], doors.first[edge + 1]):
            way_m = doors.leg_m[door] + _along(streets, edge, place, doors, door)
            if way_m < best_m or (way_m == best_m and doors.number[door] < best):
                best_m, best = way_m, doors.number[door]
        metres[point], facility[point] = best_m + leg_m, best if best_m < np.inf else NONE
    return len(points.edge)


@compiled(INT, STREETS, REACH, ON_EDGES, INT, POINTS, FILL_METRES)
def meet_one(
    streets: Streets,
    reach: NodeReach,
    doors: OnEdges,
    facility: int,
    points: Points,
    metres: NDArray[np.float64],
) -> int:
    """Fill each point's way to one facility, from a search that started at its doors alone."""
    for point in range(len(points.edge)):
        edge = points.edge[point]
        place = points.share[point], points.tail_m[point], points.head_m[point]
        tail_m, head_m = reach.metres[streets.from_node[edge]], reach.metres[streets.to_node[edge]]
        way_m = min(tail_m + place[1], head_m + place[2])
        for door in range(doors.first[edge], doors.first[edge + 1]):
            if doors.number[door] == facility:
                way_m = min(way_m, doors.leg_m[door] + _along(streets, edge, place, doors, door))
        metres[point] = way_m + points.leg_m[point]
    return len(points.edge)


@inlined
def _touch(
    streets: Streets,
    facility: int,
    door_edges: NDArray[np.int32],
    nodes: NDArray[np.int32],
    touched: NDArray[np.int32],
    touched_for: NDArray[np.int32],
) -> int:
    """List the edges where a place may be in reach: those of the doors, and those at the nodes that were reached."""
    start, arc_edge = streets.start, streets.edge
    count = 0
    for edge in door_edges:
        if touched_for[edge] != facility:
            touched_for[edge], touched[count] = facility, edge
            count += 1
    for node in nodes:
        for edge in arc_edge[start[node] : start[node + 1]]:
            if touched_for[edge] != facility:
                touched_for[edge], touched[count] = facility, edge
                count += 1
    return count


@inlined
def _with_room(pairs: Pairs) -> Pairs:
    """The same pairs, and as much room again."""
    room = len(pairs.origin)
    return Pairs(
        np.concatenate((pairs.origin, np.empty(room, dtype=np.int32))),
        np.concatenate((pairs.facility, np.empty(room, dtype=np.int32))),
        np.concatenate((pairs.metres, np.empty(room, dtype=np.float64))),
    )


@compiled(INT, INT, INT, INT, METRES, METRES, METRES, STREETS, ON_EDGES, ON_EDGES, PAIRS)
def _write_pairs(
    count: int,
    facility: int,
    edge: int,
    limit_m: float,
    tail_m: float,
    head_m: float,
    streets: Streets,
    doors: OnEdges,
    places: OnEdges,
    pairs: Pairs,
) -> int:
    """Write down the places of one edge that are within reach; give how many pairs there are then."""
    for at in range(places.first[edge], places.first[edge + 1]):
        place = places.share[at], places.tail_m[at], places.head_m[at]
        way_m = min(tail_m + place[1], head_m + place[2])
        for door in range(doors.first[edge], doors.first[edge + 1]):
            if doors.number[door] == facility:
                way_m = min(way_m, doors.leg_m[door] + _along(streets, edge, place, doors, door))
        way_m += places.leg_m[at]
        if way_m <= limit_m:
            pairs.origin[count], pairs.facility[count], pairs.metres[count] = places.number[at], facility, way_m
            count += 1
    return count


@compiled(PAIRS, STREETS, SEEDS, ON_EDGES, ON_EDGES, METRES, METRES, REACH, QUEUE)
def search_each(
    streets: Streets,
    seeds: Seeds,
    doors: OnEdges,
    places: OnEdges,
    limit_m: float,
    width_m: float,
    reach: NodeReach,
    queue: Queue,
) -> Pairs:
    """Search from each facility in turn, and write down the places in reach on the edges that it touches."""
    touched = np.empty(len(streets.from_node), dtype=np.int32)
    touched_for = np.full(len(streets.from_node), NONE, dtype=np.int32)
    pairs = Pairs(
        np.empty(FIRST_ROOM, dtype=np.int32),
        np.empty(FIRST_ROOM, dtype=np.int32),
        np.empty(FIRST_ROOM, dtype=np.float64),
    )
    count = 0
    first = 0
    while first < len(seeds.node):
        facility = seeds.facility[first]
        end = first + np.searchsorted(seeds.facility[first:], facility, side="right")
        nodes = spread(streets, seeds, first, end, limit_m, width_m, reach, queue)
        edges = _touch(streets, facility, seeds.edge[first:end], queue.reached[:nodes], touched, touched_for)
        for edge in touched[:edges]:
            while count + places.first[edge + 1] - places.first[edge] > len(pairs.origin):
                pairs = _with_room(pairs)
            tail_m, head_m = reach.metres[streets.from_node[edge]], reach.metres[streets.to_node[edge]]
            count = _write_pairs(count, facility, edge, limit_m, tail_m, head_m, streets, doors, places, pairs)
        forget(reach, queue, nodes)
        first = end
    return Pairs(pairs.origin[:count].copy(), pairs.facility[:count].copy(), pairs.metres[:count].copy())
