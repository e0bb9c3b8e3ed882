"""The first, second, ... nearest facility of each point, by one search.

Each node keeps a list of the nearest facilities found so far, each facility once. A node waits, in the bucket queue of
``access.search``, for the first entry of its list that its neighbours do not know yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import FILL_INT, FILL_METRES, INT, METRES, READ_ROWS, compiled, read_only
from circle15.access.layout import (
    ON_EDGES,
    POINTS,
    SEEDS,
    STREETS,
    lay_doors,
    moved,
    points_of,
    seeds_of,
    streets_of,
    twins_of,
)
from circle15.access.nearest import Nearest
from circle15.access.search import NONE, NOT_WAITING, QUEUE, along, bucket_shape, empty_queue, enter, leave

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.access.layout import OnEdges, Points, Seeds, Streets
    from circle15.access.search import Queue
    from circle15.model.network import StreetNetwork


def few_nearest(
    network: StreetNetwork,
    origins: EdgeJoins,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    few: int,
) -> Nearest:
    """Metres from each origin to its nearest facilities, and which they are.

    Parameters
    ----------
    network, origins, entrances, entrance_facility
        As for ``nearest_facility``.
    few
        How many facilities; 1 gives what ``nearest_facility`` gives.

    Returns
    -------
    Nearest
        ``metres`` and ``facility`` are (n, few), the nearest first, of equally near ones the smaller number first;
        ``inf`` and -1 where fewer can be reached.

    Examples
    --------
    >>> import pyproj
    >>> from circle15.access.joins import join_to_edges
    >>> from circle15.model.network import StreetNetwork
    >>> street = StreetNetwork(
    ...     crs=pyproj.CRS.from_epsg(4550), node_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     node_osm_id=np.arange(2, dtype=np.int64), from_node=np.array([0], dtype=np.int32),
    ...     to_node=np.array([1], dtype=np.int32), length_m=np.array([100.0]), forward_m=np.array([100.0]),
    ...     kind=np.zeros(1, dtype=np.int16), kinds=("footway",), way_id=np.zeros(1, dtype=np.int64),
    ...     line_start=np.array([0, 2]), line_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ... )
    >>> cell = join_to_edges(street, np.array([[0.0, 0.0]]), max_leg_m=300)
    >>> doors = join_to_edges(street, np.array([[90.0, 0.0], [60.0, 0.0], [70.0, 0.0]]), max_leg_m=300)
    >>> few_nearest(street, cell, doors, np.array([5, 5, 7]), few=3).metres.tolist()
    [[60.0, 70.0, inf]]
    """
    streets, seeds = streets_of(network), seeds_of(network, entrances, entrance_facility)
    doors, points = lay_doors(network, entrances, entrance_facility), points_of(network, origins)
    at_nodes = _nobody(len(streets.start) - 1, few)
    width_m, buckets = bucket_shape(streets, seeds)
    passed = np.full(len(streets.start) - 1, few, dtype=np.int32)
    spread_few(streets, seeds, width_m, *at_nodes, passed, empty_queue(len(passed), buckets))
    metres, facility = _nobody(len(origins), few)
    inside, twin = twins_of(network, points.edge)
    for rows, places in ((np.arange(len(origins)), points), (inside, moved(points, inside, twin))):
        meet_few(streets, *at_nodes, doors, places, read_only(rows), metres, facility)
    metres[np.repeat(~origins.on_network, few)] = np.inf
    facility[np.repeat(~origins.on_network, few)] = NONE
    return Nearest(metres.reshape(-1, few), facility.reshape(-1, few))


def _nobody(lists: int, few: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Empty lists of metres and facilities, one after the other."""
    return np.full(lists * few, np.inf), np.full(lists * few, NONE, dtype=np.int32)


@compiled(INT, FILL_METRES, FILL_INT, INT, INT, METRES, INT)
def _insert(
    metres: NDArray[np.float64], facility: NDArray[np.int32], first: int, end: int, way_m: float, whose: int
) -> int:
    """Put a facility in its place in the list ``first:end``; give that place, -1 where that is no news."""
    row = end - 1
    for known in range(first, end):
        if facility[known] == whose:
            row = known
            break
    if way_m > metres[row] or (way_m == metres[row] and whose >= facility[row]):
        return -1
    while row > first and (way_m < metres[row - 1] or (way_m == metres[row - 1] and whose < facility[row - 1])):
        metres[row], facility[row] = metres[row - 1], facility[row - 1]
        row -= 1
    metres[row], facility[row] = way_m, whose
    return row


@compiled(INT, INT, METRES, INT, METRES, FILL_METRES, FILL_INT, FILL_INT, QUEUE)
def _offer(
    node: int,
    way_m: float,
    whose: int,
    per_m: float,
    metres: NDArray[np.float64],
    facility: NDArray[np.int32],
    passed: NDArray[np.int32],
    queue: Queue,
) -> int:
    """Put a facility in a node's list; where that is news, let the node wait to pass it on. Give how many more wait."""
    few = len(metres) // len(passed)
    head, after, before = queue.head, queue.after, queue.before
    turn, first = len(head) - 1, node * few
    waited = before[node] != NOT_WAITING
    known_m = metres[first + passed[node]] if waited else 0.0
    row = _insert(metres, facility, first, first + few, way_m, whose)
    if row < 0 or row - first > passed[node]:
        return 0
    if waited:
        leave(node, int(known_m * per_m) & turn, head, after, before)
    passed[node] = row - first
    enter(node, int(way_m * per_m) & turn, head, after, before)
    return 0 if waited else 1


@compiled(INT, STREETS, SEEDS, METRES, FILL_METRES, FILL_INT, FILL_INT, QUEUE)
def spread_few(
    streets: Streets,
    seeds: Seeds,
    width_m: float,
    metres: NDArray[np.float64],
    facility: NDArray[np.int32],
    passed: NDArray[np.int32],
    queue: Queue,
) -> int:
    """Fill the list of every node; ``passed`` tells how many entries of each the neighbours know, all to begin with."""
    start, neighbour, arc_m = streets.start, streets.neighbour, streets.metres
    head, after, before = queue.head, queue.after, queue.before
    few, turn, per_m = len(metres) // max(len(passed), 1), len(head) - 1, 1.0 / width_m
    waiting = 0
    bucket = int(seeds.metres.min() * per_m) if len(seeds.metres) > 0 else 0
    for seed in range(len(seeds.node)):
        waiting += _offer(
            seeds.node[seed], seeds.metres[seed], seeds.facility[seed], per_m, metres, facility, passed, queue
        )
    while waiting > 0:
        node = head[bucket & turn]
        if node == NONE:
            bucket += 1
            continue
        leave(node, bucket & turn, head, after, before)
        waiting -= 1
        entry = node * few + passed[node]
        here_m, whose = metres[entry], facility[entry]
        passed[node] += 1
        if passed[node] < few and metres[entry + 1] < np.inf:
            enter(node, int(metres[entry + 1] * per_m) & turn, head, after, before)
            waiting += 1
        for arc in range(start[node], start[node + 1]):
            way_m = here_m + arc_m[arc]
            waiting += _offer(neighbour[arc], way_m, whose, per_m, metres, facility, passed, queue)
    return len(passed)


@compiled(INT, STREETS, FILL_METRES, FILL_INT, ON_EDGES, POINTS, READ_ROWS, FILL_METRES, FILL_INT)
def meet_few(
    streets: Streets,
    node_m: NDArray[np.float64],
    node_facility: NDArray[np.int32],
    doors: OnEdges,
    points: Points,
    rows: NDArray[np.int64],
    metres: NDArray[np.float64],
    facility: NDArray[np.int32],
) -> int:
    """Put into the list of each point, at its place of ``rows``, what it reaches by its edge's ends and along it."""
    _, _, _, _, from_node, to_node, forward_m, backward_m = streets
    first_door, number, door_share, door_tail_m, door_head_m, door_leg_m = doors
    edges, share, tail_m, head_m, leg_m = points
    few = len(node_m) // max(len(streets.start) - 1, 1)
    for point in range(len(edges)):
        edge, first = edges[point], rows[point] * few
        for node, to_node_m in ((from_node[edge], tail_m[point]), (to_node[edge], head_m[point])):
            for entry in range(node * few, (node + 1) * few):
                way_m = node_m[entry] + to_node_m + leg_m[point]
                _insert(metres, facility, first, first + few, way_m, node_facility[entry])
        for at in range(first_door[edge], first_door[edge + 1]):
            place = (share[point], tail_m[point], head_m[point])
            door = (door_share[at], door_tail_m[at], door_head_m[at])
            way_m = door_leg_m[at] + along(forward_m[edge], backward_m[edge], place, door) + leg_m[point]
            _insert(metres, facility, first, first + few, way_m, number[at])
    return len(edges)
