"""Where one enters a piece of land: the point of its boundary that is nearest to a street."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork


def boundary_entrances(
    network: StreetNetwork, parcels: Sequence[shapely.Geometry], joinable: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """The point of each parcel's boundary that is nearest to a street; of streets as near the smaller number.

    Parameters
    ----------
    network
        The streets, metres.
    parcels
        Polygons in the network's metres, (n,).
    joinable
        bool, (edges,): streets at which one may get in; None where all.

    Returns
    -------
    ndarray
        float64, (n, 2): metres.

    Examples
    --------
    A street along y = 0, and a parcel that comes within 5 m of it:

    >>> import pyproj
    >>> from circle15.model.network import StreetNetwork
    >>> street = StreetNetwork(
    ...     crs=pyproj.CRS.from_epsg(4550), node_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     node_osm_id=np.arange(2, dtype=np.int64), from_node=np.array([0], dtype=np.int32),
    ...     to_node=np.array([1], dtype=np.int32), length_m=np.array([100.0]), forward_m=np.array([100.0]),
    ...     kind=np.zeros(1, dtype=np.int16), kinds=("footway",), way_id=np.zeros(1, dtype=np.int64),
    ...     line_start=np.array([0, 2]), line_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ... )
    >>> triangle = shapely.Polygon([(50, 5), (40, 30), (60, 30)])
    >>> boundary_entrances(street, [triangle]).tolist()
    [[50.0, 5.0]]
    """
    if not len(parcels):
        return np.zeros((0, 2))
    edges = np.arange(network.edge_count) if joinable is None else np.flatnonzero(joinable)
    lines = _lines(network, edges)
    rings = shapely.boundary(np.array(list(parcels), dtype=object))
    ring, near = shapely.STRtree(lines).query_nearest(rings, all_matches=True)
    order = np.lexsort((near, ring))
    first = order[np.searchsorted(ring[order], np.arange(len(rings)))]
    ways = shapely.shortest_line(rings, lines[near[first]])
    entrances: NDArray[np.float64] = shapely.get_coordinates(shapely.get_point(ways, 0))
    return entrances


def _lines(network: StreetNetwork, edges: NDArray[np.int64]) -> NDArray[np.object_]:
    counts = np.diff(network.line_start)[edges]
    first = np.repeat(network.line_start[:-1][edges] - (np.cumsum(counts) - counts), counts)
    points = network.line_xy[first + np.arange(counts.sum())]
    lines: NDArray[np.object_] = shapely.linestrings(points, indices=np.repeat(np.arange(len(edges)), counts))
    return lines
