"""What the peers make of plain arrays before their first search. Parallel streets: the shorter counts for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from racing.task import Arrays

FAR_M = 1e6  # beyond every way on these streets; pandana wants a number
METRES = "metres"


def shortest_streets(work: Arrays) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Both ends and the metres of every street, the shorter of parallel ones, without loops."""
    low = np.minimum(work["from_node"], work["to_node"])
    high = np.maximum(work["from_node"], work["to_node"])
    order = np.lexsort((work["metres"], high, low))
    low, high, metres = low[order], high[order], work["metres"][order]
    first = np.r_[True, (np.diff(low) != 0) | (np.diff(high) != 0)] & (low != high)
    return low[first], high[first], metres[first]


def scipy_matrix(work: Arrays) -> Any:  # noqa: ANN401
    """A sparse matrix of both directions."""
    from scipy.sparse import csr_matrix

    low, high, metres = shortest_streets(work)
    both = np.concatenate([low, high]), np.concatenate([high, low])
    return csr_matrix((np.concatenate([metres, metres]), both), shape=(len(work["xy"]),) * 2)


def networkx_graph(work: Arrays) -> Any:  # noqa: ANN401
    """An undirected graph."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(work["xy"])))
    columns = (column.tolist() for column in shortest_streets(work))
    graph.add_weighted_edges_from(zip(*columns, strict=True), weight=METRES)
    return graph


def igraph_graph(work: Arrays) -> Any:  # noqa: ANN401
    """An undirected graph."""
    import igraph

    low, high, metres = shortest_streets(work)
    ends = np.stack([low, high], axis=1)
    return igraph.Graph(n=len(work["xy"]), edges=ends, edge_attrs={METRES: metres.tolist()})


def pandana_network(work: Arrays) -> Any:  # noqa: ANN401
    """A network of pandana, which prepares a contraction hierarchy on all cores."""
    import pandana
    import pandas as pd

    nodes = pd.DataFrame(work["xy"], columns=["x", "y"])
    tail, head = (pd.Series(work[name], dtype="int64") for name in ("from_node", "to_node"))
    return pandana.Network(nodes["x"], nodes["y"], tail, head, pd.DataFrame({METRES: work["metres"]}), twoway=True)
