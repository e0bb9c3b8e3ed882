"""The search itself: metres from the nearest seed to every node of the streets.

A bucket queue instead of a heap: a node waits in the bucket of its metres, buckets are emptied in order, and a node
is moved when a shorter way is found. A bucket may be wider than the shortest street: a node whose metres fall
while its bucket is being emptied is simply taken again, so the result is the exact minimum over all walks, added
up from the seed on, and does not depend on the width of the buckets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import FILL_COUNT, FILL_INT, FILL_METRES, INT, METRES, compiled, named
from circle15.access.layout import SEEDS, STREETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.layout import Seeds, Streets

NONE = -1
NOT_WAITING = -2
MOST_BUCKETS = 2**16
WAITING, REACHED = 0, 1


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
    tally
        int64, (2,): how many nodes wait, and how many were reached.
    """

    head: NDArray[np.int32]
    after: NDArray[np.int32]
    before: NDArray[np.int32]
    reached: NDArray[np.int32]
    tally: NDArray[np.int64]


REACH = named(NodeReach, FILL_METRES, FILL_INT)
QUEUE = named(Queue, FILL_INT, FILL_INT, FILL_INT, FILL_INT, FILL_COUNT)


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
        tally=np.zeros(2, dtype=np.int64),
    )


def bucket_shape(streets: Streets, seeds: Seeds) -> tuple[float, int]:
    """Width of a bucket in metres, and how many are needed: a power of two.

    All that waits at one time spans no more than the longest street or the furthest seed, so the buckets can be
    used in turn. Widths from a quarter of the mean street to all of it are about as fast as each other.
    """
    if len(streets.walk_m) == 0 or len(seeds.metres) == 0:
        return 1.0, 2
    span_m = max(float(streets.walk_m.max()), float(seeds.metres.max()))
    width_m = max(float(streets.walk_m.mean()) / 2, span_m / MOST_BUCKETS)
    if width_m <= 0.0:
        return 1.0, 2
    return width_m, 2 ** int(np.ceil(np.log2(span_m / width_m + 3)))


@compiled(INT, INT, INT, QUEUE)
def _leave(node: int, bucket: int, queue: Queue) -> int:
    """Take a waiting node out of its bucket."""
    after, before = queue.after[node], queue.before[node]
    if before == NONE:
        queue.head[bucket] = after
    else:
        queue.after[before] = after
    if after != NONE:
        queue.before[after] = before
    queue.before[node] = NOT_WAITING
    queue.tally[WAITING] -= 1
    return node


@compiled(INT, INT, INT, QUEUE)
def _enter(node: int, bucket: int, queue: Queue) -> int:
    """Put a node at the head of a bucket."""
    first = queue.head[bucket]
    queue.after[node] = first
    queue.before[node] = NONE
    if first != NONE:
        queue.before[first] = node
    queue.head[bucket] = node
    queue.tally[WAITING] += 1
    return node


@compiled(INT, INT, METRES, INT, METRES, METRES, REACH, QUEUE)
def _offer(
    node: int, metres: float, facility: int, limit_m: float, width_m: float, reach: NodeReach, queue: Queue
) -> int:
    """Give a node a way to a facility; it waits again if that is shorter, or as short and the number smaller."""
    known_m = reach.metres[node]
    if metres > limit_m or metres > known_m or (metres == known_m and facility >= reach.facility[node]):
        return 0
    turn = len(queue.head) - 1
    if queue.before[node] != NOT_WAITING:
        _leave(node, int(known_m / width_m) & turn, queue)
    elif known_m == np.inf:
        queue.reached[queue.tally[REACHED]] = node
        queue.tally[REACHED] += 1
    reach.metres[node], reach.facility[node] = metres, facility
    return _enter(node, int(metres / width_m) & turn, queue)


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
    queue.tally[REACHED] = 0
    nearest_m = np.inf
    for seed in range(first_seed, end_seed):
        _offer(seeds.node[seed], seeds.metres[seed], seeds.facility[seed], limit_m, width_m, reach, queue)
        nearest_m = min(nearest_m, seeds.metres[seed])
    turn = len(queue.head) - 1
    bucket = int(nearest_m / width_m) if nearest_m < np.inf else 0
    while queue.tally[WAITING] > 0:
        node = queue.head[bucket & turn]
        if node == NONE:
            bucket += 1
            continue
        _leave(node, bucket & turn, queue)
        here_m, facility = reach.metres[node], reach.facility[node]
        for arc in range(streets.start[node], streets.start[node + 1]):
            _offer(streets.neighbour[arc], here_m + streets.walk_m[arc], facility, limit_m, width_m, reach, queue)
    return queue.tally[REACHED]


@compiled(INT, REACH, QUEUE)
def forget(reach: NodeReach, queue: Queue) -> int:
    """Empty ``reach`` again for the next search: only the nodes that the last one reached."""
    for at in range(queue.tally[REACHED]):
        reach.metres[queue.reached[at]] = np.inf
        reach.facility[queue.reached[at]] = NONE
    return queue.tally[REACHED]
