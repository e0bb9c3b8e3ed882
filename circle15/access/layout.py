"""Streets, entrances and places, laid out as the search wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import FILL_METRES, INT, METRES, READ_INT, READ_METRES, compiled, named, read_only
from circle15.model.exact import STEPS_PER_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork


class Streets(NamedTuple):
    """The network's arrays that a search reads: ``Adjacency``, and the ends and both directions of each edge."""

    start: NDArray[np.int32]
    neighbour: NDArray[np.int32]
    edge: NDArray[np.int32]
    metres: NDArray[np.float64]
    from_node: NDArray[np.int32]
    to_node: NDArray[np.int32]
    forward_m: NDArray[np.float64]
    backward_m: NDArray[np.float64]


class OnEdges(NamedTuple):
    """Points on the streets, edge by edge; those off the network are left out.

    The points on edge ``e`` stand at ``first[e]:first[e + 1]``, their ``number`` ascending. ``share`` is that of
    ``EdgeJoins``, ``leg_m`` its ``leg_travel_m``. ``tail_m`` and ``head_m`` are metres between the point and the
    ``from_node`` and the ``to_node`` of its edge: of doors the way from there to the door, of places the way there.
    """

    first: NDArray[np.int32]
    number: NDArray[np.int32]
    share: NDArray[np.float64]
    tail_m: NDArray[np.float64]
    head_m: NDArray[np.float64]
    leg_m: NDArray[np.float64]


class Points(NamedTuple):
    """Places in any order, each with its edge; the other columns as in ``OnEdges``."""

    edge: NDArray[np.int32]
    share: NDArray[np.float64]
    tail_m: NDArray[np.float64]
    head_m: NDArray[np.float64]
    leg_m: NDArray[np.float64]


class Seeds(NamedTuple):
    """Where searches start: both ends of the edge of every entrance, facility by facility.

    ``metres`` is the way from the ``node`` along the ``edge`` of the entrance, and its leg.
    """

    node: NDArray[np.int32]
    metres: NDArray[np.float64]
    facility: NDArray[np.int32]
    edge: NDArray[np.int32]


STREETS = named(Streets, READ_INT, READ_INT, READ_INT, READ_METRES, READ_INT, READ_INT, READ_METRES, READ_METRES)
ON_EDGES = named(OnEdges, READ_INT, READ_INT, READ_METRES, READ_METRES, READ_METRES, READ_METRES)
POINTS = named(Points, READ_INT, READ_METRES, READ_METRES, READ_METRES, READ_METRES)
SEEDS = named(Seeds, READ_INT, READ_METRES, READ_INT, READ_INT)


def streets_of(network: StreetNetwork) -> Streets:
    """The arrays of ``network`` that a search reads; where compounds are gated, those of its layers."""
    layers = network.layers
    rows, known = (network.adjacency, network) if layers is None else (layers.adjacency, layers)
    forward_m, backward_m = network.exact_directions_m if layers is None else (layers.forward_m, layers.backward_m)
    return Streets(
        start=read_only(rows.start),
        neighbour=read_only(rows.neighbour),
        edge=read_only(rows.edge),
        metres=read_only(rows.metres),
        from_node=read_only(known.from_node),
        to_node=read_only(known.to_node),
        forward_m=read_only(forward_m),
        backward_m=read_only(backward_m),
    )


def twins_of(network: StreetNetwork, edge: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Which rows of ``edge`` are inside a gated compound, and their edges' twins in the layer of homes."""
    if network.layers is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    twin = network.layers.twin[edge]
    rows = np.flatnonzero(twin >= 0)
    return rows, twin[rows]


def points_of(network: StreetNetwork, joins: EdgeJoins) -> Points:
    """The arrays of ``joins`` that a search reads; points off the network are among them."""
    tail_m, head_m = ways_from(network, joins.edge, joins.share)
    metres = (read_only(array) for array in (joins.share, tail_m, head_m, joins.leg_travel_m))
    return Points(read_only(joins.edge), *metres)


def moved(points: Points, rows: NDArray[np.int64], edge: NDArray[np.int32]) -> Points:
    """Some of the points, on other edges of the same line."""
    return Points(read_only(edge), *(read_only(array[rows]) for array in points[1:]))


def lay_doors(network: StreetNetwork, joins: EdgeJoins, number: NDArray[np.integer]) -> OnEdges:
    """Sort the doors that are on the network by edge and number; those in gated compounds in the layer of goals."""
    rows, number = np.flatnonzero(joins.on_network), np.asarray(number)
    rows = rows[np.lexsort((rows, number[rows], joins.edge[rows]))]
    edge, share = joins.edge[rows], joins.share[rows]
    tail_m, head_m = ways_to(network, edge, share)
    return OnEdges(
        first=_first_of_each(edge, network.edge_count if network.layers is None else len(network.layers.from_node)),
        number=read_only(number[rows].astype(np.int32)),
        share=read_only(share),
        tail_m=read_only(tail_m),
        head_m=read_only(head_m),
        leg_m=read_only(joins.leg_travel_m[rows]),
    )


def _first_of_each(number: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Where the rows of each number begin among ascending ones, and at last where all end."""
    first = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(number, minlength=count), out=first[1:])
    return read_only(first)


def seeds_of(network: StreetNetwork, entrances: EdgeJoins, entrance_facility: NDArray[np.integer]) -> Seeds:
    """The starts of a search from all ``entrances`` on the network; ``entrance_facility`` tells whose each is.

    An end of an edge from which the entrance cannot be reached has ``inf`` metres.
    """
    owner, streets = np.asarray(entrance_facility), streets_of(network)
    rows = np.flatnonzero(entrances.on_network)
    rows = rows[np.argsort(owner[rows], kind="stable")]
    edge, leg_m = entrances.edge[rows], entrances.leg_travel_m[rows]
    tail_m, head_m = ways_to(network, edge, entrances.share[rows])
    return Seeds(
        node=read_only(np.stack([streets.from_node[edge], streets.to_node[edge]], axis=1).ravel()),
        metres=read_only(np.stack([leg_m + tail_m, leg_m + head_m], axis=1).ravel()),
        facility=read_only(np.repeat(owner[rows].astype(np.int32), 2)),
        edge=read_only(np.repeat(edge, 2)),
    )


def ways_from(
    network: StreetNetwork, edge: NDArray[np.int32], share: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres of travel from places on edges to the tails and to the heads of these."""
    forward_m, backward_m = network.exact_directions_m
    return _parts(backward_m, forward_m, edge, share)


def ways_to(
    network: StreetNetwork, edge: NDArray[np.int32], share: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres of travel from the tails and from the heads of edges to doors on these."""
    forward_m, backward_m = network.exact_directions_m
    return _parts(forward_m, backward_m, edge, share)


def _parts(
    by_tail_m: NDArray[np.float64],
    by_head_m: NDArray[np.float64],
    edge: NDArray[np.int32],
    share: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The part of each edge before a place and the part after it, each in its direction."""
    tail_m, head_m = np.empty(len(edge)), np.empty(len(edge))
    _fill_parts(read_only(by_tail_m), read_only(by_head_m), read_only(edge), read_only(share), tail_m, head_m)
    return tail_m, head_m


@compiled(METRES, METRES, METRES)
def first_part_m(metres: float, share: float) -> float:
    """Metres of the part of an edge that begins at its tail; no way at all is 0, also where none is permitted.

    A multiple of 2**-34 m (``model.exact``).

    Examples
    --------
    >>> [first_part_m(*edge) for edge in ((8.0, 0.25), (np.inf, 0.25), (np.inf, 0.0))]
    [2.0, inf, 0.0]
    """
    return np.rint(metres * share * STEPS_PER_M) / STEPS_PER_M if share > 0.0 else 0.0


@compiled(METRES, METRES, METRES)
def last_part_m(metres: float, share: float) -> float:
    """Metres of the rest of an edge, to its head; both parts add up to its ``metres`` to the last bit.

    Examples
    --------
    >>> [last_part_m(*edge) for edge in ((8.0, 0.25), (np.inf, 0.25), (np.inf, 1.0))]
    [6.0, inf, 0.0]
    """
    if metres == np.inf:
        return metres if share < 1.0 else 0.0
    return metres - first_part_m(metres, share)


@compiled(INT, READ_METRES, READ_METRES, READ_INT, READ_METRES, FILL_METRES, FILL_METRES)
def _fill_parts(
    by_tail_m: NDArray[np.float64],
    by_head_m: NDArray[np.float64],
    edge: NDArray[np.int32],
    share: NDArray[np.float64],
    tail_m: NDArray[np.float64],
    head_m: NDArray[np.float64],
) -> int:
    for row in range(len(edge)):
        tail_m[row] = first_part_m(by_tail_m[edge[row]], share[row])
        head_m[row] = last_part_m(by_head_m[edge[row]], share[row])
    return len(edge)
