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
    """The arrays of ``network`` that a search reads; where compounds are gated, those of its layers."""
    layers = network.layers
    rows = network.adjacency if layers is None else layers.adjacency
    from_node, to_node = _ends(network)
    return Streets(
        start=read_only(rows.start),
        neighbour=read_only(rows.neighbour),
        edge=read_only(rows.edge),
        walk_m=read_only(rows.walk_m),
        from_node=read_only(from_node),
        to_node=read_only(to_node),
    )


def _ends(network: StreetNetwork) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The nodes of every edge that is searched."""
    known = network if network.layers is None else network.layers
    return known.from_node, known.to_node


def twins_of(network: StreetNetwork, edge: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Which rows of ``edge`` are inside a gated compound, and their edges' twins in the layer of homes."""
    if network.layers is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    twin = network.layers.twin[edge]
    rows = np.flatnonzero(twin >= 0)
    return rows, twin[rows]


def points_of(joins: EdgeJoins) -> Points:
    """The arrays of ``joins`` that a search reads; points off the network are among them."""
    return Points(
        edge=read_only(joins.edge),
        from_walk_m=read_only(joins.from_walk_m),
        to_walk_m=read_only(joins.to_walk_m),
        leg_m=read_only(joins.leg_m),
    )


def moved(points: Points, rows: NDArray[np.int64], edge: NDArray[np.int32]) -> Points:
    """Some of the points, on other edges of the same line."""
    return Points(read_only(edge), *(read_only(array[rows]) for array in points[1:]))


def lay_on_edges(network: StreetNetwork, joins: EdgeJoins, number: NDArray[np.integer]) -> OnEdges:
    """Sort the points that are on the network by edge and number; those in gated compounds in the layer of goals."""
    rows = np.flatnonzero(joins.on_network)
    return _laid(network, joins, np.asarray(number), rows, joins.edge[rows])


def lay_homes(network: StreetNetwork, joins: EdgeJoins, number: NDArray[np.integer]) -> OnEdges:
    """The same for places that walks begin at: those in gated compounds in both layers."""
    rows = np.flatnonzero(joins.on_network)
    inside, twin = twins_of(network, joins.edge[rows])
    both = np.concatenate([rows, rows[inside]])
    return _laid(network, joins, np.asarray(number), both, np.concatenate([joins.edge[rows], twin]))


def _laid(
    network: StreetNetwork,
    joins: EdgeJoins,
    number: NDArray[np.integer],
    rows: NDArray[np.int64],
    edge: NDArray[np.int32],
) -> OnEdges:
    order = np.lexsort((rows, number[rows], edge))
    rows, edge = rows[order], edge[order]
    first = np.searchsorted(edge, np.arange(len(_ends(network)[0]) + 1))
    return OnEdges(
        first=read_only(first.astype(np.int32)),
        number=read_only(number[rows].astype(np.int32)),
        from_walk_m=read_only(joins.from_walk_m[rows]),
        to_walk_m=read_only(joins.to_walk_m[rows]),
        leg_m=read_only(joins.leg_m[rows]),
    )


def seeds_of(network: StreetNetwork, entrances: EdgeJoins, entrance_facility: NDArray[np.integer]) -> Seeds:
    """The starts of a search from all ``entrances`` on the network; ``entrance_facility`` tells whose each is."""
    rows = np.flatnonzero(entrances.on_network)
    rows = rows[np.argsort(np.asarray(entrance_facility)[rows], kind="stable")]
    edge, leg_m = entrances.edge[rows], entrances.leg_m[rows]
    from_node, to_node = _ends(network)
    node = np.stack([from_node[edge], to_node[edge]], axis=1)
    metres = np.stack([leg_m + entrances.from_walk_m[rows], leg_m + entrances.to_walk_m[rows]], axis=1)
    facility = np.asarray(entrance_facility)[rows].astype(np.int32)
    return Seeds(
        node=read_only(node.ravel()),
        metres=read_only(metres.ravel()),
        facility=read_only(np.repeat(facility, 2)),
        edge=read_only(np.repeat(edge, 2)),
    )
