"""Places on the streets by the node that their edge begins at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import FILL_INT, FILL_METRES, INT, READ_INT, READ_METRES, compiled, named, read_only
from circle15.access.layout import STREETS, first_part_m, last_part_m, streets_of, twins_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.access.layout import Streets
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


# What ``_lay`` fills is only read afterwards.
PLACES = named(Places, FILL_INT, FILL_INT, FILL_INT, FILL_METRES, FILL_METRES, FILL_METRES, READ_INT, READ_METRES)


def lay_places(network: StreetNetwork, joins: EdgeJoins) -> Places:
    """Put the places that are on the network in the order of their edges' tails."""
    streets, rows = streets_of(network), np.flatnonzero(joins.on_network).astype(np.int32)
    edge = joins.edge if len(rows) == len(joins) else joins.edge[rows]
    inside, twin = twins_of(network, edge)
    if len(twin):
        edge, rows = np.concatenate([edge, twin]), np.concatenate([rows, rows[inside]])
    first, head, row = (np.empty(count, dtype=np.int32) for count in (len(streets.start), len(rows), len(rows)))
    tail_m, head_m, leg_m = (np.empty(len(rows)) for _ in range(3))
    laid = Places(first, head, row, tail_m, head_m, leg_m, read_only(joins.edge), read_only(joins.share))
    _lay(streets, read_only(edge), read_only(rows), read_only(joins.leg_travel_m), laid)
    return laid


@compiled(INT, STREETS, READ_INT, READ_INT, READ_METRES, PLACES)
def _lay(
    streets: Streets, edge: NDArray[np.int32], row: NDArray[np.int32], leg_m: NDArray[np.float64], laid: Places
) -> int:
    """Fill all but the last two columns with the places at ``row`` of the joins, on ``edge``."""
    from_node, to_node, by_head_m, by_tail_m = streets.from_node, streets.to_node, streets.forward_m, streets.backward_m
    first, head, row_out, tail_m, head_m, leg_m_out, _, share = laid
    first[:] = 0
    for on in edge:
        first[from_node[on]] += 1
    for node in range(1, len(first)):
        first[node] += first[node - 1]
    # Now each node's places end at its number; filled from behind, they begin there.
    for place in range(len(edge) - 1, -1, -1):
        on, join = edge[place], row[place]
        first[from_node[on]] -= 1
        at = first[from_node[on]]
        head[at], row_out[at], leg_m_out[at] = to_node[on], join, leg_m[join]
        tail_m[at] = first_part_m(by_tail_m[on], share[join])
        head_m[at] = last_part_m(by_head_m[on], share[join])
    return len(edge)
