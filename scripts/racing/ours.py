"""circle15 on plain arrays: the one place here that knows how its search is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork
    from racing.task import Arrays


def network(work: Arrays) -> StreetNetwork:
    """The streets of a work, with what every search needs made ready."""
    import pyproj

    from circle15.access.layout import streets_of
    from circle15.model.network import StreetNetwork

    streets = len(work["from_node"])
    made = StreetNetwork(
        crs=pyproj.CRS.from_epsg(work["epsg"]),
        node_xy=work["xy"],
        node_osm_id=np.arange(len(work["xy"]), dtype=np.int64),
        from_node=work["from_node"],
        to_node=work["to_node"],
        length_m=work["metres"],
        forward_m=work["metres"],
        kind=np.zeros(streets, dtype=np.int16),
        kinds=("footway",),
        way_id=np.arange(streets, dtype=np.int64),
        line_start=work["line_start"],
        line_xy=work["line_xy"],
    )
    streets_of(made)
    return made


def at_nodes(streets: StreetNetwork, nodes: NDArray[np.integer]) -> EdgeJoins:
    """Points that stand at nodes, joined there without a leg; at a node without a street they are off the network."""
    from circle15.access.joins import EdgeJoins

    edge_of = np.full(streets.node_count, -1, dtype=np.int32)
    edge_of[streets.to_node] = np.arange(streets.edge_count)
    edge_of[streets.from_node] = np.arange(streets.edge_count)
    edge, off = edge_of[nodes], edge_of[nodes] < 0
    edge = np.where(off, 0, edge).astype(np.int32)
    at_start = streets.from_node[edge] == nodes
    whole_m = streets.forward_m[edge]
    return EdgeJoins(
        edge=edge,
        from_walk_m=np.where(at_start, 0.0, whole_m),
        to_walk_m=np.where(at_start, whole_m, 0.0),
        leg_m=np.zeros(len(nodes)),
        on_network=~off,
        island=np.zeros(len(nodes), dtype=np.int32),
        foot_xy=streets.node_xy[nodes],
    )


def nearest_m(streets: StreetNetwork, sites: NDArray[np.integer]) -> NDArray[np.float64]:
    """Metres from every node to the nearest site."""
    from circle15.access.nearest import reach_from_entrances

    return reach_from_entrances(streets, at_nodes(streets, sites), np.arange(len(sites))).metres


def pairs(
    streets: StreetNetwork, places: EdgeJoins, sites: NDArray[np.integer], limit_m: float, threads: int = 1
) -> dict[str, NDArray[np.generic]]:
    """All places within reach of each site."""
    from circle15.access.pairs import pairs_within

    found = pairs_within(streets, places, at_nodes(streets, sites), np.arange(len(sites)), limit_m)
    return {name: found[name].to_numpy() for name in ("facility", "origin", "metres")}
