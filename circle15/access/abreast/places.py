"""Places on the streets by the node that their edge begins at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import FILL_INT, INT, READ_INT, READ_METRES, compiled, named, read_only
from circle15.access.layout import streets_of, twins_of, ways_from

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork


class Places(NamedTuple):
    """Places that ways begin at; those off the network are left out, those in gated compounds stand in both layers.

    Attributes
    ----------
    first
        int32, (nodes + 1,): the places on edges from node ``n`` are ``first[n]:first[n + 1]``, in any order.
    head
        int32, (places,): the other end of the place's edge.
    row
        int32, (places,): which of the joins it is.
    tail_m, head_m
        float64, (places,): metres from the place to the ``from_node`` and to the ``to_node`` of its edge.
    leg_m
        float64, (places,): ``EdgeJoins.leg_travel_m``.
    edge, share
        Of ``EdgeJoins``, by ``row``.
    """

    first: NDArray[np.int32]
    head: NDArray[np.int32]
    row: NDArray[np.int32]
    tail_m: NDArray[np.float64]
    head_m: NDArray[np.float64]
    leg_m: NDArray[np.float64]
    edge: NDArray[np.int32]
    share: NDArray[np.float64]


PLACES = named(Places, READ_INT, READ_INT, READ_INT, READ_METRES, READ_METRES, READ_METRES, READ_INT, READ_METRES)


def lay_places(network: StreetNetwork, joins: EdgeJoins) -> Places:
    """Put the places that are on the network in the order of their edges' tails."""
    streets, rows = streets_of(network), np.flatnonzero(joins.on_network).astype(np.int32)
    inside, twin = twins_of(network, joins.edge[rows])
    edge, rows = np.concatenate([joins.edge[rows], twin]), np.concatenate([rows, rows[inside]])
    first, order = np.zeros(len(streets.start), dtype=np.int32), np.empty(len(rows), dtype=np.int32)
    _order_by_tail(read_only(edge), streets.from_node, first, order)
    edge, rows = edge[order], rows[order]
    columns = (*ways_from(network, joins.edge[rows], joins.share[rows]), joins.leg_travel_m[rows])
    return Places(
        read_only(first),
        read_only(streets.to_node[edge]),
        read_only(rows),
        *(read_only(column) for column in (*columns, joins.edge, joins.share)),
    )


@compiled(INT, READ_INT, READ_INT, FILL_INT, FILL_INT)
def _order_by_tail(
    edge: NDArray[np.int32], from_node: NDArray[np.int32], first: NDArray[np.int32], order: NDArray[np.int32]
) -> int:
    """Fill ``first``, zeros to begin with, and the ``order`` of the places."""
    for on in edge:
        first[from_node[on]] += 1
    for node in range(1, len(first)):
        first[node] += first[node - 1]
    # Now each node's places end at its number; filled from behind, they begin there.
    for place in range(len(edge) - 1, -1, -1):
        tail = from_node[edge[place]]
        first[tail] -= 1
        order[first[tail]] = place
    return len(edge)
