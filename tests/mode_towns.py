"""Small towns in every format that streets come in, and what each mode may do there."""

import itertools

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx
import shapely
from test_streets_osm import CORNER, CRS, degrees, tag_lines

from circle15.inputs.streets.read import Wanted, read_modes

MODES = ("walk", "cycle", "drive")


def read(path, modes=MODES, bounds=None, **more):
    return read_modes(Wanted(path, None, CRS, dict.fromkeys(modes, bounds), **more))


def write_osm(path, nodes, ways, node_tags=None):
    """``nodes``: id -> metres from the corner; ``ways``: (id, refs, tags)."""
    text = ['<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">']
    for node, (x, y) in sorted(nodes.items()):
        lon, lat = degrees(x, y)
        tags = tag_lines((node_tags or {}).get(node, {}))
        text.append(f'<node id="{node}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{tags}</node>')
    for way, refs, tags in ways:
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        text.append(f'<way id="{way}" version="1">{inside}{tag_lines(tags)}</way>')
    path.write_text("\n".join([*text, "</osm>"]), encoding="utf-8")
    return path


def write_pbf(path, nodes, ways):
    import osmium

    write_osm(path.with_suffix(".osm"), nodes, ways)
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(path.with_suffix(".osm"))):
            writer.add(thing)
    return path


GEOFABRIK_ONEWAY = {"yes": "F", "-1": "T"}


def write_lines(path, nodes, ways, *, geofabrik):
    """A line layer: Geofabrik's columns alone, or a column per tag."""
    rows = []
    for way, refs, tags in ways:
        row = {"osm_id": str(way), "geometry": shapely.LineString([degrees(*nodes[ref]) for ref in refs])}
        if geofabrik:
            row |= {"fclass": tags["highway"], "oneway": GEOFABRIK_ONEWAY.get(tags.get("oneway"), "B")}
            row |= {"maxspeed": int(tags.get("maxspeed", 0)), "bridge": "T" if "bridge" in tags else "F", "tunnel": "F"}
        else:
            row |= tags
        rows.append(row)
    gpd.GeoDataFrame(rows, crs="EPSG:4326").to_file(path)
    return path


def write_graph(path, nodes, ways):
    """As OSMnx writes it: an edge from place to place, for each direction of a street for both."""
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for node, (x, y) in nodes.items():
        lon, lat = degrees(x, y)
        graph.add_node(node, x=round(lon, 7), y=round(lat, 7))
    for way, refs, tags in ways:
        said = {key: value for key, value in tags.items() if key != "oneway"}
        one_way = tags.get("oneway") in ("yes", "-1") or tags.get("junction") == "roundabout"
        line = refs[::-1] if tags.get("oneway") == "-1" else refs
        for u, v in itertools.pairwise(line):
            graph.add_edge(u, v, osmid=way, oneway=one_way, reversed=False, **said)
            if not one_way:
                graph.add_edge(v, u, osmid=way, oneway=False, reversed=True, **said)
    osmnx.save_graphml(graph, path)
    return path


def streets_by_place(network):
    """Every street as (place, place, metres there, metres back), places in whole metres; the smaller first."""
    rows = []
    forward_m, backward_m = network.directions_m
    xy = np.round(network.node_xy - np.array(CORNER)).astype(int).tolist()
    for edge in range(network.edge_count):
        a, b = tuple(xy[network.from_node[edge]]), tuple(xy[network.to_node[edge]])
        there, back = round(float(forward_m[edge]), 1), round(float(backward_m[edge]), 1)
        rows.append((a, b, there, back) if a <= b else (b, a, back, there))
    return sorted(rows)
