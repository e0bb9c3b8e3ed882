"""From where one arrives at each node of the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Compressed rows: the streets at node ``i`` stand at ``start[i]:start[i + 1]``.

    A search goes out from the facilities and people travel towards them, so each row holds the way *to* its node.

    Attributes
    ----------
    start
        int32, (nodes + 1,).
    neighbour, edge
        int32, (arcs,): the other end, and by which edge. Every edge stands in the rows of both its ends.
    metres
        float64, (arcs,): metres of travel from the neighbour to the node along that edge; ``inf`` where that way is
        not permitted.
    """

    start: NDArray[np.int32]
    neighbour: NDArray[np.int32]
    edge: NDArray[np.int32]
    metres: NDArray[np.float64]


def arrivals(
    from_node: NDArray[np.int32],
    to_node: NDArray[np.int32],
    forward_m: NDArray[np.float64],
    backward_m: NDArray[np.float64],
    nodes: int,
) -> Adjacency:
    """The ways to each node, as compressed rows.

    Parameters
    ----------
    from_node, to_node
        int32, (edges,).
    forward_m, backward_m
        float64, (edges,): metres of travel from ``from_node`` to ``to_node``, and back.
    nodes
        How many nodes there are.

    Examples
    --------
    A one-way street from node 0 to node 1: one arrives at 1 from 0, and never the other way.

    >>> one, two = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    >>> rows = arrivals(one, two, np.array([5.0]), np.array([np.inf]), 2)
    >>> rows.start.tolist(), rows.neighbour.tolist(), rows.metres.tolist()
    ([0, 1, 2], [1, 0], [inf, 5.0])
    """
    node = np.concatenate([to_node, from_node])
    order = np.argsort(node, kind="stable")
    start = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(node, minlength=nodes), out=start[1:])
    neighbour = np.concatenate([from_node, to_node])[order]
    edge = (order % max(len(from_node), 1)).astype(np.int32)
    return Adjacency(start, neighbour, edge, np.concatenate([forward_m, backward_m])[order])
