"""Every facility within reach of every point: one bounded search per facility."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from circle15.access.compiled import FILL_INT, FILL_METRES, INT, METRES, compiled, named
from circle15.access.layout import ON_EDGES, SEEDS, STREETS, lay_on_edges, seeds_of, streets_of
from circle15.access.search import NONE, QUEUE, REACH, REACHED, bucket_shape, empty_queue, forget, spread, unreached

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.access.layout import OnEdges, Seeds, Streets
    from circle15.access.search import NodeReach, Queue
    from circle15.model.network import StreetNetwork

FIRST_ROOM = 4096


class Pairs(NamedTuple):
    """Pairs as columns."""

    origin: NDArray[np.int32]
    facility: NDArray[np.int32]
    metres: NDArray[np.float64]


PAIRS = named(Pairs, FILL_INT, FILL_INT, FILL_METRES)


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
    streets, seeds = streets_of(network), seeds_of(network, entrances, entrance_facility)
    doors = lay_on_edges(network, entrances, entrance_facility)
    places = lay_on_edges(network, origins, np.arange(len(origins)))
    width_m, buckets = bucket_shape(streets, seeds)
    reach, queue = unreached(network.node_count), empty_queue(network.node_count, buckets)
    found = _search_each(streets, seeds, doors, places, limit_m, width_m, reach, queue)
    order = np.argsort(found.origin, kind="stable")  # facilities come in ascending order already
    return pd.DataFrame({name: column[order] for name, column in found._asdict().items()})


@compiled(INT, STREETS, SEEDS, INT, INT, QUEUE, FILL_INT, FILL_INT)
def _touch(
    streets: Streets,
    seeds: Seeds,
    first_seed: int,
    end_seed: int,
    queue: Queue,
    touched: NDArray[np.int32],
    touched_for: NDArray[np.int32],
) -> int:
    """List the edges where a place may be in reach: those of the doors, and those at the nodes that were reached."""
    facility = seeds.facility[first_seed]
    count = 0
    for seed in range(first_seed, end_seed):
        edge = seeds.edge[seed]
        if touched_for[edge] != facility:
            touched_for[edge], touched[count] = facility, edge
            count += 1
    for at in range(queue.tally[REACHED]):
        node = queue.reached[at]
        for arc in range(streets.start[node], streets.start[node + 1]):
            edge = streets.edge[arc]
            if touched_for[edge] != facility:
                touched_for[edge], touched[count] = facility, edge
                count += 1
    return count


@compiled(METRES, STREETS, REACH, ON_EDGES, ON_EDGES, INT, INT, INT)
def _way_m(
    streets: Streets, reach: NodeReach, doors: OnEdges, places: OnEdges, facility: int, edge: int, place: int
) -> float:
    """Metres from a place on an edge to a facility: by either end of the edge, or along it to a door."""
    from_walk_m, leg_m = places.from_walk_m[place], places.leg_m[place]
    way_m = min(
        (reach.metres[streets.from_node[edge]] + from_walk_m) + leg_m,
        (reach.metres[streets.to_node[edge]] + places.to_walk_m[place]) + leg_m,
    )
    for door in range(doors.first[edge], doors.first[edge + 1]):
        if doors.number[door] == facility:
            way_m = min(way_m, (doors.leg_m[door] + abs(from_walk_m - doors.from_walk_m[door])) + leg_m)
    return way_m


@compiled(PAIRS, PAIRS)
def _with_room(pairs: Pairs) -> Pairs:
    """The same pairs, and as much room again."""
    room = len(pairs.origin)
    return Pairs(
        np.concatenate((pairs.origin, np.empty(room, dtype=np.int32))),
        np.concatenate((pairs.facility, np.empty(room, dtype=np.int32))),
        np.concatenate((pairs.metres, np.empty(room, dtype=np.float64))),
    )


@compiled(PAIRS, STREETS, SEEDS, ON_EDGES, ON_EDGES, METRES, METRES, REACH, QUEUE)
def _search_each(
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
    first_seed = 0
    while first_seed < len(seeds.node):
        facility = seeds.facility[first_seed]
        end_seed = first_seed + np.searchsorted(seeds.facility[first_seed:], facility, side="right")
        spread(streets, seeds, first_seed, end_seed, limit_m, width_m, reach, queue)
        for at in range(_touch(streets, seeds, first_seed, end_seed, queue, touched, touched_for)):
            edge = touched[at]
            for place in range(places.first[edge], places.first[edge + 1]):
                metres = _way_m(streets, reach, doors, places, facility, edge, place)
                if metres <= limit_m:
                    if count == len(pairs.origin):
                        pairs = _with_room(pairs)
                    pairs.origin[count], pairs.facility[count] = places.number[place], facility
                    pairs.metres[count] = metres
                    count += 1
        forget(reach, queue)
        first_seed = end_seed
    return Pairs(pairs.origin[:count].copy(), pairs.facility[:count].copy(), pairs.metres[:count].copy())
