"""Every vertex of every line of the streets as a place that ways begin at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.joins import EdgeJoins
from circle15.access.segments import vertex_shares

if TYPE_CHECKING:
    from circle15.model.network import StreetNetwork


def vertex_joins(network: StreetNetwork) -> EdgeJoins:
    """The vertices of ``network.line_xy``, (vertices,), each on its own edge, without a leg.

    A search visits only the nodes of the streets; what lies between them along a line follows from both its ends, so
    metres at every vertex cost little more than metres at every node. A node that several edges meet at is a vertex
    of each, with the same metres.

    Examples
    --------
    >>> import pyproj
    >>> from circle15.access.nearest import nearest_facility
    >>> from circle15.model.network import StreetNetwork
    >>> bent = StreetNetwork(
    ...     crs=pyproj.CRS.from_epsg(4550), node_xy=np.array([[0.0, 0.0], [30.0, 40.0]]),
    ...     node_osm_id=np.arange(2, dtype=np.int64), from_node=np.array([0], dtype=np.int32),
    ...     to_node=np.array([1], dtype=np.int32), length_m=np.array([70.0]), forward_m=np.array([70.0]),
    ...     kind=np.zeros(1, dtype=np.int16), kinds=("footway",), way_id=np.zeros(1, dtype=np.int64),
    ...     line_start=np.array([0, 3]), line_xy=np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 40.0]]),
    ... )
    >>> vertices = vertex_joins(bent)
    >>> nearest_facility(bent, vertices, vertices.take([0]), np.array([0])).metres.round(6).tolist()
    [0.0, 30.0, 70.0]
    """
    edge = np.repeat(np.arange(network.edge_count, dtype=np.int32), np.diff(network.line_start))
    no_leg_m = np.zeros(len(edge))
    return EdgeJoins(
        edge=edge,
        share=vertex_shares(network),
        leg_m=no_leg_m,
        leg_travel_m=no_leg_m,
        on_network=np.ones(len(edge), dtype=np.bool_),
        island=network.edge_island[edge],
        foot_xy=network.line_xy,
    )
