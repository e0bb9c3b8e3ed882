"""Streets in layers, so that a search never walks through a gated compound.

A walk may begin inside a compound, leave it for good, follow public streets, and end inside a compound, the same or
another. So every street inside stands in two layers: one of goals, where the facilities are, and one of homes. One
may step from the goals' layer to the public streets at a gate, and from there to the homes' layer, never back. The
layers are searched from the facilities outward, the way against the walk; inside one compound the goals' layer alone
leads from facility to home.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.model.adjacency import Adjacency, adjacency_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Layers:
    """The streets of a network with gated compounds, as a search walks them.

    Public nodes keep their numbers; then come the nodes of the goals' layer, then those of the homes' layer. Edges keep
    their numbers, restricted ones lie in the goals' layer; then come their twins in the homes' layer, then the links
    of 0 m at the gates, one way each.

    Attributes
    ----------
    from_node, to_node
        int32, (edges + twins + links,).
    twin
        int32, (edges,): the edge's twin in the homes' layer, -1 for public edges.
    adjacency
        The arcs of all of these.
    """

    from_node: NDArray[np.int32]
    to_node: NDArray[np.int32]
    twin: NDArray[np.int32]
    adjacency: Adjacency


def layered(
    from_node: NDArray[np.int32],
    to_node: NDArray[np.int32],
    walk_m: NDArray[np.float64],
    restricted: NDArray[np.bool_],
    nodes: int,
) -> Layers:
    """Lay the restricted edges out twice.

    Parameters
    ----------
    from_node, to_node
        int32, (edges,).
    walk_m
        float64, (edges,): metres of level walking.
    restricted
        bool, (edges,): inside a gated compound.
    nodes
        How many nodes the network has.
    """
    inner = np.flatnonzero(restricted)
    own = np.unique(np.concatenate([from_node[inner], to_node[inner]]))
    goal = np.arange(nodes, dtype=np.int32)
    goal[own] = nodes + np.arange(len(own))
    home = goal[own] + len(own)
    tail, head = (np.where(restricted, goal[end], end).astype(np.int32) for end in (from_node, to_node))
    home_tail, home_head = (goal[end[inner]] + len(own) for end in (from_node, to_node))
    outer = np.union1d(from_node[~restricted], to_node[~restricted])
    gates = np.isin(own, outer)
    link_tail = np.concatenate([goal[own[gates]], own[gates]])
    link_head = np.concatenate([own[gates], home[gates]])
    tails, heads = (
        np.concatenate(parts).astype(np.int32) for parts in ((tail, home_tail, link_tail), (head, home_head, link_head))
    )
    twin = np.full(len(from_node), -1, dtype=np.int32)
    twin[inner] = len(from_node) + np.arange(len(inner))
    both_ways = np.arange(len(from_node) + len(inner), dtype=np.int32)
    rows = adjacency_of(
        np.concatenate([tails, heads[both_ways]]),
        np.concatenate([heads, tails[both_ways]]),
        np.concatenate([np.arange(len(tails), dtype=np.int32), both_ways]),
        np.concatenate([walk_m, walk_m[inner], np.zeros(len(link_tail))]),
        nodes + 2 * len(own),
    )
    return Layers(tails, heads, twin, rows)
