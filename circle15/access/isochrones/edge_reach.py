"""How a search from a facility reaches the edges, facility by facility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import FILL_INT, FILL_METRES, INT, READ_INT, READ_METRES, compiled, read_only
from circle15.access.isochrones.arrays import NONE, EdgeReach
from circle15.access.layout import seeds_of, streets_of
from circle15.access.search import bucket_shape, empty_queue, forget, spread, unreached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork


def each_reach(
    network: StreetNetwork, entrances: EdgeJoins, entrance_facility: NDArray[np.integer], limit_m: float
) -> Iterator[tuple[int, EdgeReach, NDArray[np.int32]]]:
    """Search from each facility on the network in turn: its number, the reach, and the edges that it touches.

    The same arrays are filled again for the next facility, so a reach is to be used before the next one is taken.
    """
    streets, seeds = streets_of(network), seeds_of(network, entrances, entrance_facility)
    width_m, buckets = bucket_shape(streets, seeds)
    nodes = len(streets.start) - 1
    node_reach, queue = unreached(nodes), empty_queue(nodes, buckets)
    reach, own_edge = _unreached_edges(network, entrances, entrance_facility), _own_edges(network)
    seen = np.full(network.edge_count, NONE, dtype=np.int32)
    touched = np.empty(network.edge_count, dtype=np.int32)
    for facility in np.unique(seeds.facility).tolist():
        first, end = np.searchsorted(seeds.facility, [facility, facility + 1]).tolist()
        count = spread(streets, seeds, first, end, limit_m, width_m, node_reach, queue)
        edges = _touch(
            *(streets.start, streets.edge, streets.from_node, streets.to_node, own_edge),
            *(seeds.edge[first:end], read_only(queue.reached[:count]), read_only(node_reach.metres), facility),
            *(reach.tail_m, reach.head_m, seen, touched),
        )
        yield facility, reach, touched[:edges]
        reach.tail_m[touched[:edges]] = reach.head_m[touched[:edges]] = np.inf
        forget(node_reach, queue, count)


def facility_blocks(
    entrances: EdgeJoins, entrance_facility: NDArray[np.integer], blocks: int
) -> list[NDArray[np.int64]]:
    """The entrances on the network as rows, in blocks of whole facilities, their numbers rising from block to block."""
    owner = np.asarray(entrance_facility)
    on = np.flatnonzero(entrances.on_network)
    parts = np.array_split(np.unique(owner[on]), max(blocks, 1))
    return [on[np.isin(owner[on], part)] for part in parts]


def _unreached_edges(network: StreetNetwork, entrances: EdgeJoins, entrance_facility: NDArray[np.integer]) -> EdgeReach:
    """No edge reached yet, and the doors edge by edge."""
    forward_m, backward_m = network.exact_directions_m
    rows = np.flatnonzero(entrances.on_network)
    rows = rows[np.argsort(entrances.edge[rows], kind="stable")]
    edge = entrances.edge[rows]
    return EdgeReach(
        tail_m=np.full(network.edge_count, np.inf),
        head_m=np.full(network.edge_count, np.inf),
        forward_m=read_only(forward_m),
        backward_m=read_only(backward_m),
        door_first=read_only(np.searchsorted(edge, np.arange(network.edge_count + 1)).astype(np.int32)),
        door_owner=read_only(np.asarray(entrance_facility)[rows].astype(np.int32)),
        door_share=read_only(entrances.share[rows]),
        door_leg_m=read_only(entrances.leg_travel_m[rows]),
    )


def _own_edges(network: StreetNetwork) -> NDArray[np.int32]:
    """The network's edge that each searched edge stands for; -1 for the links at gates."""
    own = np.arange(network.edge_count, dtype=np.int32)
    if network.layers is not None:
        inner = np.flatnonzero(network.layers.twin >= 0).astype(np.int32)
        links = len(network.layers.from_node) - len(own) - len(inner)
        own = np.concatenate([own, inner, np.full(links, NONE, dtype=np.int32)])
    return read_only(own)


@compiled(
    *(INT, READ_INT, READ_INT, READ_INT, READ_INT, READ_INT),
    *(READ_INT, READ_INT, READ_METRES, INT),
    *(FILL_METRES, FILL_METRES, FILL_INT, FILL_INT),
)
def _touch(
    start: NDArray[np.int32],
    arc_edge: NDArray[np.int32],
    from_node: NDArray[np.int32],
    to_node: NDArray[np.int32],
    own_edge: NDArray[np.int32],
    door_edges: NDArray[np.int32],
    nodes: NDArray[np.int32],
    node_m: NDArray[np.float64],
    facility: int,
    tail_m: NDArray[np.float64],
    head_m: NDArray[np.float64],
    seen: NDArray[np.int32],
    touched: NDArray[np.int32],
) -> int:
    """Fill the metres of both ends of the edges at the nodes reached; list them and the doors' edges.

    A street in a gated compound is searched in two layers, and the nearer counts.
    """
    count = 0
    for door_edge in door_edges:
        if seen[door_edge] != facility:
            seen[door_edge], touched[count] = facility, door_edge
            count += 1
    for node in nodes:
        for arc in range(start[node], start[node + 1]):
            searched = arc_edge[arc]
            edge = own_edge[searched]
            if edge < 0:
                continue
            if seen[edge] != facility:
                seen[edge], touched[count] = facility, edge
                count += 1
            tail_m[edge] = min(tail_m[edge], node_m[from_node[searched]])
            head_m[edge] = min(head_m[edge], node_m[to_node[searched]])
    return count
