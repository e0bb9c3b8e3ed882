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

from circle15.model.adjacency import Adjacency, arrivals

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Layers:
    """The streets of a network with gated compounds, as a search goes over them.

    Public nodes keep their numbers; then come the nodes of the goals' layer, then those of the homes' layer. Edges keep
    their numbers, restricted ones lie in the goals' layer; then come their twins in the homes' layer, then the links
    of 0 m at the gates, one way each.

    Attributes
    ----------
    from_node, to_node
        int32, (edges + twins + links,).
    forward_m, backward_m
        float64, (edges + twins + links,): metres of travel in each direction, ``inf`` where not permitted.
    twin
        int32, (edges,): the edge's twin in the homes' layer, -1 for public edges.
    adjacency
        The ways to each node over all of these.
    """

    from_node: NDArray[np.int32]
    to_node: NDArray[np.int32]
    forward_m: NDArray[np.float64]
    backward_m: NDArray[np.float64]
    twin: NDArray[np.int32]
    adjacency: Adjacency


def layered(
    from_node: NDArray[np.int32],
    to_node: NDArray[np.int32],
    forward_m: NDArray[np.float64],
    backward_m: NDArray[np.float64],
    restricted: NDArray[np.bool_],
    nodes: int,
) -> Layers:
    """Lay the restricted edges out twice.

    Parameters
    ----------
    from_node, to_node
        int32, (edges,).
    forward_m, backward_m
        float64, (edges,): metres of travel in each direction, ``inf`` where not permitted.
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
    # People leave home for the public streets, and these for a goal.
    link_tail = np.concatenate([home[gates], own[gates]])
    link_head = np.concatenate([own[gates], goal[own[gates]]])
    tails, heads = (
        np.concatenate(parts).astype(np.int32) for parts in ((tail, home_tail, link_tail), (head, home_head, link_head))
    )
    forwards = np.concatenate([forward_m, forward_m[inner], np.zeros(len(link_tail))])
    backwards = np.concatenate([backward_m, backward_m[inner], np.full(len(link_tail), np.inf)])
    twin = np.full(len(from_node), -1, dtype=np.int32)
    twin[inner] = len(from_node) + np.arange(len(inner))
    rows = arrivals(tails, heads, forwards, backwards, nodes + 2 * len(own))
    return Layers(tails, heads, forwards, backwards, twin, rows)
