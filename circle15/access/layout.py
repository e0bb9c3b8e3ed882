"""Streets, entrances and places, laid out as the search wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import READ_INT, READ_METRES, named, read_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork


class Streets(NamedTuple):
    """The network's arrays that a search reads: ``Adjacency``, and both ends of each edge."""

    start: NDArray[np.int32]
    neighbour: NDArray[np.int32]
    edge: NDArray[np.int32]
    walk_m: NDArray[np.float64]
    from_node: NDArray[np.int32]
    to_node: NDArray[np.int32]


class OnEdges(NamedTuple):
    """Points on the streets, edge by edge; those off the network are left out.

    The points on edge ``e`` stand at ``first[e]:first[e + 1]``, their ``number`` ascending. ``from_walk_m``,
    ``to_walk_m`` and ``leg_m`` are those of ``EdgeJoins``.
    """

    first: NDArray[np.int32]
    number: NDArray[np.int32]
    from_walk_m: NDArray[np.float64]
    to_walk_m: NDArray[np.float64]
    leg_m: NDArray[np.float64]


class Points(NamedTuple):
    """Points in any order, each with its edge and the metres of ``EdgeJoins``."""

    edge: NDArray[np.int32]
    from_walk_m: NDArray[np.float64]
    to_walk_m: NDArray[np.float64]
    leg_m: NDArray[np.float64]


class Seeds(NamedTuple):
    """Where searches start: both ends of the edge of every entrance, facility by facility.

    ``metres`` is the leg of the entrance and the way along its ``edge`` to the ``node``.
    """

    node: NDArray[np.int32]
    metres: NDArray[np.float64]
    facility: NDArray[np.int32]
    edge: NDArray[np.int32]


STREETS = named(Streets, READ_INT, READ_INT, READ_INT, READ_METRES, READ_INT, READ_INT)
ON_EDGES = named(OnEdges, READ_INT, READ_INT, READ_METRES, READ_METRES, READ_METRES)
POINTS = named(Points, READ_INT, READ_METRES, READ_METRES, READ_METRES)
SEEDS = named(Seeds, READ_INT, READ_METRES, READ_INT, READ_INT)


def streets_of(network: StreetNetwork) -> Streets:
    """The arrays of ``network`` that a search reads."""
    rows = network.adjacency
    return Streets(
        start=read_only(rows.start),
        neighbour=read_only(rows.neighbour),
        edge=read_only(rows.edge),
        walk_m=read_only(rows.walk_m),
        from_node=read_only(network.from_node),
        to_node=read_only(network.to_node),
    )


def points_of(joins: EdgeJoins) -> Points:
    """The arrays of ``joins`` that a search reads; points off the network are among them."""
    return Points(
        edge=read_only(joins.edge),
        from_walk_m=read_only(joins.from_walk_m),
        to_walk_m=read_only(joins.to_walk_m),
        leg_m=read_only(joins.leg_m),
    )


def lay_on_edges(network: StreetNetwork, joins: EdgeJoins, number: NDArray[np.integer]) -> OnEdges:
    """Sort the points that are on the network by edge and number."""
    rows = np.flatnonzero(joins.on_network)
    rows = rows[np.lexsort((rows, np.asarray(number)[rows], joins.edge[rows]))]
    first = np.searchsorted(joins.edge[rows], np.arange(network.edge_count + 1))
    return OnEdges(
        first=read_only(first.astype(np.int32)),
        number=read_only(np.asarray(number)[rows].astype(np.int32)),
        from_walk_m=read_only(joins.from_walk_m[rows]),
        to_walk_m=read_only(joins.to_walk_m[rows]),
        leg_m=read_only(joins.leg_m[rows]),
    )


def seeds_of(network: StreetNetwork, entrances: EdgeJoins, entrance_facility: NDArray[np.integer]) -> Seeds:
    """The starts of a search from all ``entrances`` on the network; ``entrance_facility`` tells whose each is."""
    rows = np.flatnonzero(entrances.on_network)
    rows = rows[np.argsort(np.asarray(entrance_facility)[rows], kind="stable")]
    edge, leg_m = entrances.edge[rows], entrances.leg_m[rows]
    node = np.stack([network.from_node[edge], network.to_node[edge]], axis=1)
    metres = np.stack([leg_m + entrances.from_walk_m[rows], leg_m + entrances.to_walk_m[rows]], axis=1)
    facility = np.asarray(entrance_facility)[rows].astype(np.int32)
    return Seeds(
        node=read_only(node.ravel()),
        metres=read_only(metres.ravel()),
        facility=read_only(np.repeat(facility, 2)),
        edge=read_only(np.repeat(edge, 2)),
    )
