"""The usual way with OSMnx and networkx, as its examples and tutorials have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import shapely

EDGE_BUFFER_M, NODE_BUFFER_M = 25.0, 50.0  # of OSMnx's example of isochrones


def graph(xml: Path, epsg: int) -> Any:  # noqa: ANN401
    """The graph in metres, its largest part, walked in both directions."""
    import osmnx as ox

    read = ox.project_graph(ox.graph_from_xml(xml), to_crs=epsg)
    return ox.convert.to_undirected(read)


def snapped(walked: Any, xy: np.ndarray) -> list[Any]:  # noqa: ANN401
    """The nearest node of each place."""
    import osmnx as ox

    return list(ox.distance.nearest_nodes(walked, *np.asarray(xy).T))


def nearest_m(walked: Any, cells: list[Any], sites: list[Any]) -> np.ndarray:  # noqa: ANN401
    """Metres from each cell to the nearest site."""
    import networkx as nx

    metres = nx.multi_source_dijkstra_path_length(walked, set(sites), weight="length")
    return np.array([metres.get(cell, np.inf) for cell in cells])


def in_reach(walked: Any, cells: list[Any], site: Any, limit_m: float) -> int:  # noqa: ANN401
    """How many cells a site reaches."""
    import networkx as nx

    metres = nx.single_source_dijkstra_path_length(walked, site, cutoff=limit_m, weight="length")
    return sum(cell in metres for cell in cells)


def area(walked: Any, site: Any, limit_m: float) -> shapely.Geometry:  # noqa: ANN401
    """Nodes and streets in reach, buffered and united, without holes."""
    import networkx as nx
    import osmnx as ox
    import shapely

    near = nx.ego_graph(walked, site, radius=limit_m, distance="length")
    if not near.number_of_edges():
        return shapely.Point(walked.nodes[site]["x"], walked.nodes[site]["y"]).buffer(NODE_BUFFER_M)
    nodes, streets = ox.graph_to_gdfs(near, fill_edge_geometry=True)
    parts = [*nodes.buffer(NODE_BUFFER_M), *streets.buffer(EDGE_BUFFER_M)]
    return filled(shapely.union_all(parts))


def filled(area_of_reach: shapely.Geometry) -> shapely.Geometry:
    """The same without holes."""
    import shapely

    return shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(area_of_reach)])
