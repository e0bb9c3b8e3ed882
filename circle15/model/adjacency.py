"""Who is beside whom on the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Compressed rows: the neighbours of node ``i`` stand at ``start[i]:start[i + 1]``.

    Attributes
    ----------
    start
        int32, (nodes + 1,).
    neighbour, edge
        int32, (arcs,): the other end, and by which edge.
    walk_m
        float64, (arcs,): metres of level walking along that edge.
    """

    start: NDArray[np.int32]
    neighbour: NDArray[np.int32]
    edge: NDArray[np.int32]
    walk_m: NDArray[np.float64]


def adjacency_of(
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    edge: NDArray[np.int32],
    walk_m: NDArray[np.float64],
    nodes: int,
) -> Adjacency:
    """One-way arcs as compressed rows, neighbours in order of (neighbour, edge).

    Parameters
    ----------
    tail, head, edge
        int32, (arcs,): where each arc begins and ends, and its edge; a street walked both ways has two arcs.
    walk_m
        float64, (edges,): metres of level walking.
    nodes
        How many nodes there are.

    Examples
    --------
    >>> one, two = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    >>> adjacency_of(one, two, one, np.array([5.0]), 2).start.tolist()
    [0, 1, 1]
    """
    order = np.lexsort((edge, head, tail))
    start = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=nodes), out=start[1:])
    return Adjacency(start, head[order], edge[order], walk_m[edge[order]])
