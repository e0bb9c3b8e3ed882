"""The entrances of facilities, laid out as a search wants them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork


@dataclass(frozen=True, eq=False)
class OnEdges:
    """Points on the streets, edge by edge; those off the network are left out.

    Attributes
    ----------
    first
        int32, (edges + 1,): the points on edge ``e`` stand at ``first[e]:first[e + 1]``.
    number
        int32, (points,): what the point is called; on one edge ascending.
    edge
        int32, (points,).
    from_walk_m, to_walk_m, leg_m
        float64, (points,): as in ``EdgeJoins``.
    """

    first: NDArray[np.int32]
    number: NDArray[np.int32]
    edge: NDArray[np.int32]
    from_walk_m: NDArray[np.float64]
    to_walk_m: NDArray[np.float64]
    leg_m: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Seeds:
    """Where searches start: both ends of the edge of every entrance on the network, facility by facility.

    Attributes
    ----------
    node, edge
        int32, (seeds,): the node, and the edge that the entrance is on.
    metres
        float64, (seeds,): the leg of the entrance and the way along its edge to the node.
    facility
        int32, (seeds,): ascending.
    """

    node: NDArray[np.int32]
    edge: NDArray[np.int32]
    metres: NDArray[np.float64]
    facility: NDArray[np.int32]


def lay_on_edges(network: StreetNetwork, joins: EdgeJoins, number: NDArray[np.integer]) -> OnEdges:
    """Sort the points that are on the network by edge and number."""
    rows = np.flatnonzero(joins.on_network)
    rows = rows[np.lexsort((rows, np.asarray(number)[rows], joins.edge[rows]))]
    edge = joins.edge[rows]
    return OnEdges(
        first=np.searchsorted(edge, np.arange(network.edge_count + 1)).astype(np.int32),
        number=np.asarray(number)[rows].astype(np.int32),
        edge=edge,
        from_walk_m=joins.from_walk_m[rows],
        to_walk_m=joins.to_walk_m[rows],
        leg_m=joins.leg_m[rows],
    )


def seeds_of(network: StreetNetwork, entrances: EdgeJoins, entrance_facility: NDArray[np.integer]) -> Seeds:
    """The starts of a search from all ``entrances``; ``entrance_facility`` tells whose each is."""
    rows = np.flatnonzero(entrances.on_network)
    rows = rows[np.argsort(np.asarray(entrance_facility)[rows], kind="stable")]
    edge, leg_m = entrances.edge[rows], entrances.leg_m[rows]
    node = np.stack([network.from_node[edge], network.to_node[edge]], axis=1)
    metres = np.stack([leg_m + entrances.from_walk_m[rows], leg_m + entrances.to_walk_m[rows]], axis=1)
    facility = np.repeat(np.asarray(entrance_facility)[rows], 2)
    return Seeds(node.ravel(), np.repeat(edge, 2), metres.ravel(), facility.astype(np.int32))
