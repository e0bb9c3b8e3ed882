"""The search itself: metres from the nearest seed to every node of the streets.

A bucket queue instead of a heap: a node waits in the bucket of its metres, buckets are emptied in order, and a node
is moved when a shorter way is found. A bucket may be wider than the shortest street: a node whose metres fall
while its bucket is being emptied is simply taken again, so the result is the exact minimum over all walks, added
up from the seed on, and does not depend on the width of the buckets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import FILL_INT, FILL_METRES, INT, METRES, READ_INT, READ_METRES, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import Adjacency

NONE = -1
NOT_WAITING = -2
MOST_BUCKETS = 2**16


@dataclass(frozen=True, eq=False)
class NodeReach:
    """What a search found at every node.

    Attributes
    ----------
    metres
        float64, (nodes,): metres to the nearest seed with that seed's own metres, ``inf`` where none reaches.
    label
        int32, (nodes,): the label of that seed, of equally near ones the smallest; -1 where none.
    """

    metres: NDArray[np.float64]
    label: NDArray[np.int32]


def reach_nodes(
    adjacency: Adjacency,
    seed_node: NDArray[np.int32],
    seed_m: NDArray[np.float64],
    seed_label: NDArray[np.int32],
    limit_m: float = np.inf,
) -> NodeReach:
    """One search from all seeds at once.

    Parameters
    ----------
    adjacency
        The streets.
    seed_node, seed_m, seed_label
        (seeds,): where the search starts, with how many metres already walked, and what to call it (0 or more).
    limit_m
        Nodes further than this are left at ``inf``.

    Examples
    --------
    Two streets in a row, 100 m and 50 m, and a seed at either end:

    >>> from circle15.model.network import Adjacency
    >>> streets = Adjacency(
    ...     start=np.array([0, 1, 3, 4], dtype=np.int32),
    ...     neighbour=np.array([1, 0, 2, 1], dtype=np.int32),
    ...     edge=np.array([0, 0, 1, 1], dtype=np.int32),
    ...     walk_m=np.array([100.0, 100.0, 50.0, 50.0]),
    ... )
    >>> ends = np.array([0, 2], dtype=np.int32)
    >>> reach = reach_nodes(streets, ends, np.array([10.0, 0.0]), np.array([7, 8], dtype=np.int32))
    >>> reach.metres.tolist(), reach.label.tolist()
    ([10.0, 50.0, 0.0], [7, 8, 8])
    """
    nodes = len(adjacency.start) - 1
    metres = np.full(nodes, np.inf)
    label = np.full(nodes, NONE, dtype=np.int32)
    width_m, buckets = bucket_shape(adjacency.walk_m, seed_m)
    spread(
        adjacency.start,
        adjacency.neighbour,
        adjacency.walk_m,
        np.ascontiguousarray(seed_node, dtype=np.int32),
        np.ascontiguousarray(seed_m, dtype=np.float64),
        np.ascontiguousarray(seed_label, dtype=np.int32),
        0,
        len(seed_node),
        limit_m,
        width_m,
        metres,
        label,
        np.full(buckets, NONE, dtype=np.int32),
        np.empty(nodes, dtype=np.int32),
        np.full(nodes, NOT_WAITING, dtype=np.int32),
        np.empty(nodes, dtype=np.int32),
    )
    return NodeReach(metres, label)


def bucket_shape(walk_m: NDArray[np.float64], seed_m: NDArray[np.float64]) -> tuple[float, int]:
    """Width of a bucket in metres, and how many are needed (a power of two).

    All that waits at one time spans no more than the longest street or the furthest seed, so the buckets can be
    used in turn. Half the mean street was the fastest width on real street networks.
    """
    if len(walk_m) == 0 or len(seed_m) == 0:
        return 1.0, 2
    span_m = max(float(walk_m.max()), float(seed_m.max()))
    width_m = max(float(walk_m.mean()) / 2, span_m / MOST_BUCKETS)
    if width_m <= 0.0:
        return 1.0, 2
    return width_m, 2 ** int(np.ceil(np.log2(span_m / width_m + 3)))


@compiled(INT, INT, INT, FILL_INT, FILL_INT, FILL_INT)
def _leave(node: int, bucket: int, head: NDArray[np.int32], after: NDArray[np.int32], before: NDArray[np.int32]) -> int:
    """Take a waiting node out of its bucket."""
    if before[node] == NONE:
        head[bucket] = after[node]
    else:
        after[before[node]] = after[node]
    if after[node] != NONE:
        before[after[node]] = before[node]
    before[node] = NOT_WAITING
    return node


@compiled(INT, INT, INT, FILL_INT, FILL_INT, FILL_INT)
def _enter(node: int, bucket: int, head: NDArray[np.int32], after: NDArray[np.int32], before: NDArray[np.int32]) -> int:
    """Put a node at the head of a bucket."""
    first = head[bucket]
    after[node] = first
    before[node] = NONE
    if first != NONE:
        before[first] = node
    head[bucket] = node
    return node


@compiled(
    INT,
    *(READ_INT, READ_INT, READ_METRES),
    *(READ_INT, READ_METRES, READ_INT, INT, INT),
    *(METRES, METRES),
    *(FILL_METRES, FILL_INT),
    *(FILL_INT, FILL_INT, FILL_INT, FILL_INT),
)
def spread(
    start: NDArray[np.int32],
    neighbour: NDArray[np.int32],
    walk_m: NDArray[np.float64],
    seed_node: NDArray[np.int32],
    seed_m: NDArray[np.float64],
    seed_label: NDArray[np.int32],
    first_seed: int,
    end_seed: int,
    limit_m: float,
    width_m: float,
    metres: NDArray[np.float64],
    label: NDArray[np.int32],
    head: NDArray[np.int32],
    after: NDArray[np.int32],
    before: NDArray[np.int32],
    reached: NDArray[np.int32],
) -> int:
    """Search from seeds ``first_seed`` to ``end_seed``; give how many nodes were reached.

    ``metres`` comes as ``inf``, ``label`` as -1, ``head`` as empty buckets and ``before`` as not waiting. The two
    last are so again afterwards; ``reached`` lists the nodes whose ``metres`` and ``label`` were filled.
    """
    turn = len(head) - 1
    waiting = 0
    count = 0
    now = np.int64(2**62)
    for seed in range(first_seed, end_seed):
        node, to_m = seed_node[seed], seed_m[seed]
        if to_m > limit_m or to_m > metres[node] or (to_m == metres[node] and seed_label[seed] >= label[node]):
            continue
        if before[node] != NOT_WAITING:
            _leave(node, np.int64(metres[node] / width_m) & turn, head, after, before)
        else:
            reached[count] = node
            count += 1
            waiting += 1
        metres[node], label[node] = to_m, seed_label[seed]
        bucket = np.int64(to_m / width_m)
        _enter(node, bucket & turn, head, after, before)
        now = min(now, bucket)
    while waiting > 0:
        node = head[now & turn]
        if node == NONE:
            now += 1
            continue
        _leave(node, now & turn, head, after, before)
        waiting -= 1
        here_m, here = metres[node], label[node]
        for at in range(start[node], start[node + 1]):
            to, to_m = neighbour[at], here_m + walk_m[at]
            if to_m > limit_m or to_m > metres[to] or (to_m == metres[to] and here >= label[to]):
                continue
            if before[to] != NOT_WAITING:
                _leave(to, np.int64(metres[to] / width_m) & turn, head, after, before)
                waiting -= 1
            elif metres[to] == np.inf:
                reached[count] = to
                count += 1
            metres[to], label[to] = to_m, here
            _enter(to, np.int64(to_m / width_m) & turn, head, after, before)
            waiting += 1
    return count
