"""Candidates from the streets: a junction per square of a fixed grid, every junction, or points along the streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork
    from circle15.siting.arrays import Flags, Floats


NAMES_TOLD = 2
# So many ends of streets that meet make a junction.
MEETING = 3


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
    degree = _degree(network, joinable)
    nodes = np.flatnonzero(degree > 0)
    x, y = network.node_xy[nodes].T
    column, row = np.floor(x / every_m), np.floor(y / every_m)
    from_middle = np.hypot(x - (column + 0.5) * every_m, y - (row + 0.5) * every_m)
    order = np.lexsort((y, x, from_middle, degree[nodes] < MEETING, column, row))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(row[order]) != 0) | (np.diff(column[order]) != 0)
    chosen = order[first]
    names = _names(network, nodes[chosen])
    ids = [f"{every_m}mN{int(r):05d}E{int(c):05d}" for r, c in zip(row[chosen], column[chosen], strict=True)]
    return pd.DataFrame({"name": names, "x_m": x[chosen], "y_m": y[chosen]}, index=ids).sort_index()


def junction_candidates(network: StreetNetwork, joinable: Flags | None = None) -> pd.DataFrame:
    """Every node at which three streets or more meet; as for ``street_candidates``, with ids by metres."""
    nodes = np.flatnonzero(_degree(network, joinable) >= MEETING)
    x, y = network.node_xy[nodes].T
    return _by_metres(_names(network, nodes), x, y)


def along_candidates(network: StreetNetwork, every_m: float, joinable: Flags | None = None) -> pd.DataFrame:
    """Points about ``every_m`` metres apart: the middles of the equal parts into which each street is cut.

    A street shorter than half of that has none. As for ``street_candidates``, with ids by metres.
    """
    open_to = np.ones(network.edge_count, dtype=np.bool_) if joinable is None else joinable
    parts = np.where(open_to, np.rint(network.length_m / every_m), 0).astype(np.int64)
    edge = np.repeat(np.arange(network.edge_count), parts)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(parts) - parts, parts)
    x, y = _points_along(network, edge, (number + 0.5) / np.maximum(parts[edge], 1))
    names = [network.way_names.get(way, "").split(";")[0].strip() for way in network.way_id[edge].tolist()]
    return _by_metres(names, x, y)


def _points_along(network: StreetNetwork, edge: NDArray[np.int64], share: Floats) -> tuple[Floats, Floats]:
    """The points at these shares of the edges' lines."""
    steps = np.hypot(*np.diff(network.line_xy, axis=0).T) if len(network.line_xy) > 1 else np.zeros(0)
    steps[network.line_start[1:-1] - 1] = 0.0
    along = np.concatenate([[0.0], np.cumsum(steps)])
    first, last = network.line_start[:-1][edge], network.line_start[1:][edge] - 1
    wanted = along[first] + share * (along[last] - along[first])
    at = np.clip(np.searchsorted(along, wanted, side="right") - 1, first, last - 1)
    step = along[at + 1] - along[at]
    part = np.divide(wanted - along[at], step, out=np.zeros(len(edge)), where=step > 0)
    points = network.line_xy[at] + part[:, None] * (network.line_xy[at + 1] - network.line_xy[at])
    return points[:, 0], points[:, 1]


def _degree(network: StreetNetwork, joinable: Flags | None) -> NDArray[np.int64]:
    """How many ends of streets at which one may get in meet at each node."""
    ends = np.concatenate([network.from_node, network.to_node])
    open_to = np.ones(network.edge_count, dtype=np.bool_) if joinable is None else joinable
    return np.bincount(ends[np.tile(open_to, 2)], minlength=network.node_count)


def _by_metres(names: list[str], x: Floats, y: Floats) -> pd.DataFrame:
    """Candidates called by whole metres north and east; of those in one square metre the southern."""
    table = pd.DataFrame({"name": names, "x_m": x, "y_m": y}).sort_values(["y_m", "x_m", "name"], kind="stable")
    north, east = (np.floor(table[axis]).astype(np.int64) for axis in ("y_m", "x_m"))
    table.index = pd.Index([f"N{n}E{e}" for n, e in zip(north, east, strict=True)])
    return table[~table.index.duplicated()].sort_index()


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
