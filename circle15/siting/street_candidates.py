"""Candidates from the streets: a junction in every square of a fixed grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

NAMES_TOLD = 2


def street_candidates(network: StreetNetwork, every_m: int, joinable: Flags | None = None) -> pd.DataFrame:
    """One corner per square of the streets' grid: the junction nearest its middle, or where it has none any node.

    Parameters
    ----------
    network
        The streets, in metres.
    every_m
        Side of a square. The grid is fixed to the coordinate system, so ids stay from year to year.
    joinable
        bool, (edges,): streets at which one may get in; None where all.

    Returns
    -------
    DataFrame
        By id ``<every>mN<row>E<column>``: ``name`` (of the streets that meet there, "" where none has a name), ``x_m``,
        ``y_m``; ordered by id. Of nodes as near to the middle the western one, then the southern one.
    """
    ends = np.concatenate([network.from_node, network.to_node])
    open_to = np.ones(network.edge_count, dtype=np.bool_) if joinable is None else joinable
    degree = np.bincount(ends[np.tile(open_to, 2)], minlength=network.node_count)
    nodes = np.flatnonzero(degree > 0)
    x, y = network.node_xy[nodes].T
    column, row = np.floor(x / every_m), np.floor(y / every_m)
    from_middle = np.hypot(x - (column + 0.5) * every_m, y - (row + 0.5) * every_m)
    order = np.lexsort((y, x, from_middle, degree[nodes] < 3, column, row))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(row[order]) != 0) | (np.diff(column[order]) != 0)
    chosen = order[first]
    names = _names(network, nodes[chosen])
    ids = [f"{every_m}mN{int(r):05d}E{int(c):05d}" for r, c in zip(row[chosen], column[chosen], strict=True)]
    return pd.DataFrame({"name": names, "x_m": x[chosen], "y_m": y[chosen]}, index=ids).sort_index()


def _names(network: StreetNetwork, nodes: NDArray[np.int64]) -> list[str]:
    """Names of the streets that meet at each node, two at most, with " / " between them."""
    place = np.full(network.node_count, -1, dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    met: list[set[str]] = [set() for _ in range(len(nodes))]
    for ends in (network.from_node, network.to_node):
        edges = np.flatnonzero(place[ends] >= 0)
        for at, way in zip(place[ends[edges]].tolist(), network.way_id[edges].tolist(), strict=True):
            name = network.way_names.get(way, "").split(";")[0].strip()
            met[at] |= {name} if name else set()
    return [" / ".join(sorted(each)[:NAMES_TOLD]) for each in met]
