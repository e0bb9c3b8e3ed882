"""Which connected part of the streets each node is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def first_of_island(from_node: NDArray[np.int32], to_node: NDArray[np.int32], nodes: int) -> NDArray[np.int32]:
    """The smallest node that is connected with each node, by streets in either direction.

    Parts that a street connects are joined, the one with the larger number to the one with the smaller, all at once;
    streets within one part drop out, so that each round has far fewer.

    Parameters
    ----------
    from_node, to_node
        int32, (edges,).
    nodes
        How many nodes there are.

    Examples
    --------
    >>> ends = np.array([[3, 1], [2, 2], [1, 4]], dtype=np.int32)
    >>> first_of_island(ends[:, 0], ends[:, 1], 5).tolist()
    [0, 1, 2, 1, 1]
    """
    first = np.arange(nodes, dtype=np.int32)
    one, other = from_node, to_node
    while len(one):
        low, high = np.minimum(one, other), np.maximum(one, other)
        np.minimum.at(first, high, low)
        while (first[first] != first).any():
            first = first[first]
        one, other = first[low], first[high]
        apart = one != other
        one, other = one[apart], other[apart]
    return first
