"""The search itself: metres from the nearest seed to every node of the streets.

A bucket queue instead of a heap: a node waits in the bucket of its metres, buckets are emptied in order, and a node
is moved when a shorter way is found. A bucket may be wider than the shortest street: a node whose metres fall
while its bucket is being emptied is simply taken again, so the result is the exact minimum over all walks, added
up from the seed on, and does not depend on the width of the buckets.

Compiled code is renewed when its own file has changed, not when the file of a kernel that it calls has: kernels that
call each other stand together here, and whoever changes ``enter``, ``leave`` or ``along`` touches ``access.few`` and
``access.abreast.reach`` too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import (
    FILL_INT,
    FILL_METRES,
    INT,
    METRES,
    compiled,
    inlined,
    named,
)
from circle15.access.layout import ON_EDGES, POINTS, SEEDS, STREETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.layout import OnEdges, Points, Seeds, Streets

NONE = -1
NOT_WAITING = -2
MOST_BUCKETS = 2**16


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


REACH = named(NodeReach, FILL_METRES, FILL_INT)
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
def leave(node: int, bucket: int, head: NDArray[np.int32], after: NDArray[np.int32], before: NDArray[np.int32]) -> None:
    """Take a waiting node out of its bucket."""
    if before[node] == NONE:
        head[bucket] = after[node]
    else:
        after[before[node]] = after[node]
    if after[node] != NONE:
        before[after[node]] = before[node]
    before[node] = NOT_WAITING


@inlined
def enter(node: int, bucket: int, head: NDArray[np.int32], after: NDArray[np.int32], before: NDArray[np.int32]) -> None:
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
    turn, per_m = len(head) - 1, 1.0 / width_m
    waiting = 0
    count = 0
    bucket = int(seeds.metres[first_seed:end_seed].min() * per_m) if first_seed < end_seed else 0
    for seed in range(first_seed, end_seed):
        to, way_m, whose = seeds.node[seed], seeds.metres[seed], seeds.facility[seed]
        if way_m > limit_m or way_m > metres[to] or (way_m == metres[to] and whose >= facility[to]):
            continue
        if metres[to] < np.inf:
            leave(to, int(metres[to] * per_m) & turn, head, after, before)
        else:
            reached[count] = to
            count += 1
            waiting += 1
        metres[to], facility[to] = way_m, whose
        enter(to, int(way_m * per_m) & turn, head, after, before)
    while waiting > 0:
        node = head[bucket & turn]
        if node == NONE:
            bucket += 1
            continue
        leave(node, bucket & turn, head, after, before)
        waiting -= 1
        here_m, whose = metres[node], facility[node]
        for arc in range(start[node], start[node + 1]):
            to, way_m = neighbour[arc], here_m + arc_m[arc]
            if way_m > limit_m or way_m > metres[to] or (way_m == metres[to] and whose >= facility[to]):
                continue
            if before[to] != NOT_WAITING:
                leave(to, int(metres[to] * per_m) & turn, head, after, before)
                waiting -= 1
            elif metres[to] == np.inf:
                reached[count] = to
                count += 1
            metres[to], facility[to] = way_m, whose
            enter(to, int(way_m * per_m) & turn, head, after, before)
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
def along(
    forward_m: float, backward_m: float, place: tuple[float, float, float], door: tuple[float, float, float]
) -> float:
    """Metres along an edge from a place to a door, both (share, tail_m, head_m); ``inf`` where not permitted."""
    along_m = 0.0
    if place[0] < door[0]:
        along_m = place[2] - (forward_m - door[1]) if forward_m < np.inf else np.inf
    elif place[0] > door[0]:
        along_m = place[1] - (backward_m - door[2]) if backward_m < np.inf else np.inf
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
    _, _, _, _, from_node, to_node, forward_m, backward_m = streets
    node_m, node_facility = reach
    first, number, door_share, door_tail_m, door_head_m, door_leg_m = doors
    edges, share, tail_m, head_m, leg_m = points
    edge, tail, head, begin, end = NONE, 0, 0, 0, 0
    for point in range(len(edges)):
        if edges[point] != edge:
            edge = edges[point]
            tail, head, begin, end = from_node[edge], to_node[edge], first[edge], first[edge + 1]
        best_m, best = node_m[tail] + tail_m[point], node_facility[tail]
        way_m, whose = node_m[head] + head_m[point], node_facility[head]
        # Chosen without a branch, which would be taken at random.
        nearer = (way_m < best_m) | ((way_m == best_m) & (whose < best))
        best_m, best = way_m if nearer else best_m, whose if nearer else best
        for at in range(begin, end):
            place = (share[point], tail_m[point], head_m[point])
            door = (door_share[at], door_tail_m[at], door_head_m[at])
            way_m = door_leg_m[at] + along(forward_m[edge], backward_m[edge], place, door)
            if way_m < best_m or (way_m == best_m and number[at] < best):
                best_m, best = way_m, number[at]
        metres[point], facility[point] = best_m + leg_m[point], best if best_m < np.inf else NONE
    return len(edges)
