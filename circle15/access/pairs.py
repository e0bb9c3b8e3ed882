"""Every facility within reach of every point: one bounded search per facility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numba import types

from circle15.access.compiled import FILL_INT, INT, METRES, READ_INT, READ_METRES, compiled
from circle15.access.entrances import lay_on_edges, seeds_of
from circle15.access.search import NONE, NOT_WAITING, bucket_shape, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork

PAIRS = types.Tuple((types.int32[::1], types.int32[::1], types.float64[::1]))
FIRST_ROOM = 4096


def pairs_within(
    network: StreetNetwork,
    origins: EdgeJoins,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limit_m: float,
) -> pd.DataFrame:
    """All pairs of an origin and a facility no further apart than ``limit_m``.

    Metres are those of ``nearest_facility``, to the last bit: the smallest of an origin's pairs is its nearest.
    Memory is that of the pairs, and a few numbers per node and per origin.

    Parameters
    ----------
    network
        The streets.
    origins
        (n,): cells, or any other points; those off the network are in no pair.
    entrances
        (m,): all entrances of all facilities; those off the network are of no use.
    entrance_facility
        (m,): the number (0 or more) of the facility each entrance belongs to.
    limit_m
        The longest way that counts, metres of level walking with both legs; a way of just that length counts.

    Returns
    -------
    pandas.DataFrame
        ``origin`` (int32, row of ``origins``), ``facility`` (int32), ``metres`` (float64), ordered by origin and
        facility.
    """
    places = lay_on_edges(network, origins, np.arange(len(origins)))
    doors = lay_on_edges(network, entrances, entrance_facility)
    seeds = seeds_of(network, entrances, entrance_facility)
    streets = network.adjacency
    width_m, buckets = bucket_shape(streets.walk_m, np.minimum(seeds.metres, limit_m))
    origin, facility, metres = _collect(
        *(streets.start, streets.neighbour, streets.edge, streets.walk_m, network.from_node, network.to_node),
        *(seeds.node, seeds.edge, seeds.metres, seeds.facility),
        *(doors.first, doors.number, doors.from_walk_m, doors.leg_m),
        *(places.first, places.number, places.from_walk_m, places.to_walk_m, places.leg_m),
        *(limit_m, width_m, buckets),
    )
    order = np.argsort(origin, kind="stable")  # facilities come in ascending order already
    return pd.DataFrame({"origin": origin[order], "facility": facility[order], "metres": metres[order]})


@compiled(
    PAIRS,
    *(READ_INT, READ_INT, READ_INT, READ_METRES, READ_INT, READ_INT),
    *(READ_INT, READ_INT, READ_METRES, READ_INT),
    *(READ_INT, READ_INT, READ_METRES, READ_METRES),
    *(READ_INT, READ_INT, READ_METRES, READ_METRES, READ_METRES),
    *(METRES, METRES, INT),
)
def _collect(
    start: NDArray[np.int32],
    neighbour: NDArray[np.int32],
    arc_edge: NDArray[np.int32],
    walk_m: NDArray[np.float64],
    from_node: NDArray[np.int32],
    to_node: NDArray[np.int32],
    seed_node: NDArray[np.int32],
    seed_edge: NDArray[np.int32],
    seed_m: NDArray[np.float64],
    seed_facility: NDArray[np.int32],
    door_first: NDArray[np.int32],
    door_facility: NDArray[np.int32],
    door_from_walk_m: NDArray[np.float64],
    door_leg_m: NDArray[np.float64],
    place_first: NDArray[np.int32],
    place_number: NDArray[np.int32],
    place_from_walk_m: NDArray[np.float64],
    place_to_walk_m: NDArray[np.float64],
    place_leg_m: NDArray[np.float64],
    limit_m: float,
    width_m: float,
    buckets: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Search from each facility in turn, and write down every place on the edges it touches."""
    nodes = len(start) - 1
    node_m = np.full(nodes, np.inf)
    label = np.full(nodes, NONE, dtype=np.int32)
    head = np.full(buckets, NONE, dtype=np.int32)
    after = np.empty(nodes, dtype=np.int32)
    before = np.full(nodes, NOT_WAITING, dtype=np.int32)
    reached = np.empty(nodes, dtype=np.int32)
    touched = np.empty(len(from_node), dtype=np.int32)
    touched_for = np.full(len(from_node), NONE, dtype=np.int32)
    room = FIRST_ROOM
    origin = np.empty(room, dtype=np.int32)
    facility = np.empty(room, dtype=np.int32)
    metres = np.empty(room, dtype=np.float64)
    count = 0
    first_seed = 0
    while first_seed < len(seed_node):
        number = seed_facility[first_seed]
        end_seed = first_seed
        while end_seed < len(seed_node) and seed_facility[end_seed] == number:
            end_seed += 1
        nodes_reached = spread(
            start, neighbour, walk_m, seed_node, seed_m, seed_facility, first_seed, end_seed,
            limit_m, width_m, node_m, label, head, after, before, reached,
        )  # fmt: skip

        # The edges at which any place may be within reach: those of the doors, and those of the nodes reached.
        edges = 0
        for seed in range(first_seed, end_seed):
            if touched_for[seed_edge[seed]] != number:
                touched_for[seed_edge[seed]] = number
                touched[edges] = seed_edge[seed]
                edges += 1
        for at_node in range(nodes_reached):
            node = reached[at_node]
            for arc in range(start[node], start[node + 1]):
                if touched_for[arc_edge[arc]] != number:
                    touched_for[arc_edge[arc]] = number
                    touched[edges] = arc_edge[arc]
                    edges += 1

        for at_edge in range(edges):
            edge = touched[at_edge]
            tail_m, head_m = node_m[from_node[edge]], node_m[to_node[edge]]
            for place in range(place_first[edge], place_first[edge + 1]):
                leg_m = place_leg_m[place]
                way_m = min(
                    (tail_m + place_from_walk_m[place]) + leg_m,
                    (head_m + place_to_walk_m[place]) + leg_m,
                )
                for door in range(door_first[edge], door_first[edge + 1]):
                    if door_facility[door] == number:
                        along_m = abs(place_from_walk_m[place] - door_from_walk_m[door])
                        way_m = min(way_m, (door_leg_m[door] + along_m) + leg_m)
                if way_m > limit_m:
                    continue
                if count == room:
                    room *= 2
                    origin = np.concatenate((origin, np.empty(count, dtype=np.int32)))
                    facility = np.concatenate((facility, np.empty(count, dtype=np.int32)))
                    metres = np.concatenate((metres, np.empty(count, dtype=np.float64)))
                origin[count], facility[count], metres[count] = place_number[place], number, way_m
                count += 1

        for at_node in range(nodes_reached):
            node_m[reached[at_node]] = np.inf
            label[reached[at_node]] = NONE
        first_seed = end_seed
    return origin[:count].copy(), facility[:count].copy(), metres[:count].copy()
