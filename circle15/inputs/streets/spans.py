"""Heights along bridges and tunnels, of which the ground tells those at their ends only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork


@dataclass(frozen=True, eq=False)
class _Links:
    """Streets on bridges and tunnels that end amid them, each in both directions: nodes, and 1 / metres."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    weight: NDArray[np.float64]


def span_heights(network: StreetNetwork, ground_m: NDArray[np.float64], span: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Heights of nodes, those amid bridges and tunnels evenly between the places where these meet the ground.

    Evenly is in proportion to length along a bridge of several streets. Where bridges fork, each height amid them is
    the mean of those next to it, weighted by 1 / length.

    Parameters
    ----------
    network
        The streets.
    ground_m
        float64, (nodes,): heights of the ground, NaN where they are not known.
    span
        bool, (edges,): bridges and tunnels.
    """
    amid = _amid(network, span)
    links = _links(network, ground_m, span, amid)
    amid &= _grounded(links, amid)
    rows = np.flatnonzero(amid)
    if not len(rows):
        return ground_m
    heights_m = ground_m.copy()
    # Above the lowest ground, so that on level ground the balance is of zeros, and exact.
    base_m = float(np.nanmin(ground_m))
    heights_m[rows] = base_m + _balanced(links, ground_m - base_m, amid, rows)
    return heights_m


def _amid(network: StreetNetwork, span: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes where bridges and tunnels meet nothing but each other."""
    ends = np.concatenate([network.from_node, network.to_node])
    degree = np.bincount(ends, minlength=network.node_count)
    on_span = np.bincount(ends[np.tile(span, 2)], minlength=network.node_count)
    amid: NDArray[np.bool_] = (degree == on_span) & (degree >= 2)
    return amid


def _links(
    network: StreetNetwork, ground_m: NDArray[np.float64], span: NDArray[np.bool_], amid: NDArray[np.bool_]
) -> _Links:
    tail, head = network.from_node[span], network.to_node[span]
    usable = amid | ~np.isnan(ground_m)
    used = (amid[tail] | amid[head]) & (tail != head) & usable[tail] & usable[head]
    tail, head, length_m = tail[used], head[used], network.length_m[span][used]
    weight = np.tile(1.0 / np.maximum(length_m, np.finfo(np.float64).tiny), 2)
    return _Links(np.concatenate([tail, head]), np.concatenate([head, tail]), weight)


def _grounded(links: _Links, amid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes from which bridges lead to the ground somewhere."""
    graph = coo_matrix((np.ones(len(links.tail), dtype=np.int8), (links.tail, links.head)), shape=(len(amid),) * 2)
    count, part = connected_components(graph, directed=False)
    on_ground = np.bincount(part[~amid], minlength=count) > 0
    grounded: NDArray[np.bool_] = on_ground[part]
    return grounded


def _balanced(
    links: _Links, ground_m: NDArray[np.float64], amid: NDArray[np.bool_], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The heights at which each place amid bridges is the weighted mean of those next to it."""
    number = np.full(len(amid), -1)
    number[rows] = np.arange(len(rows))
    own = amid[links.tail]
    tail, head, weight = links.tail[own], links.head[own], links.weight[own]
    inner = amid[head]
    total = np.bincount(number[tail], weights=weight, minlength=len(rows))
    known_m = np.where(inner, 0.0, ground_m[head])
    pull = np.bincount(number[tail], weights=weight * known_m, minlength=len(rows))
    at = np.arange(len(rows))
    places = (np.concatenate([at, number[tail[inner]]]), np.concatenate([at, number[head[inner]]]))
    matrix = coo_matrix((np.concatenate([total, -weight[inner]]), places), shape=(len(rows),) * 2)
    heights_m: NDArray[np.float64] = spsolve(matrix.tocsc(), pull)
    return heights_m
