import networkx as nx
import numpy as np
import osmnx
import pyproj
import pytest
import shapely

from circle15.errors import DataError
from circle15.inputs.streets.assembly import assemble
from circle15.inputs.streets.graphs import from_networkx, to_networkx
from circle15.inputs.streets.read import read_streets
from circle15.inputs.streets.walking import kind_number
from circle15.inputs.streets.ways import Ways, starts

CRS = pyproj.CRS.from_epsg(4550)
ARRAYS = (
    "node_xy node_osm_id from_node to_node length_m forward_m kind way_id line_start line_xy".split()  # noqa: SIM905
)


def osmnx_graph():
    """As OSMnx gives it: both directions of a street, one way of a oneway, a bent street with a geometry."""
    graph = nx.MultiDiGraph(crs=CRS.to_string(), simplified=True)
    for node, (x, y) in {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (300, 0)}.items():
        graph.add_node(node, x=500_000.0 + x, y=3_300_000.0 + y)
    bent = [(500_000.0, 3_300_000.0), (500_000.0, 3_300_100.0), (500_100.0, 3_300_100.0)]
    street = {"highway": "residential", "oneway": False}
    graph.add_edge(1, 2, osmid=10, length=100.2, **street, reversed=False)
    graph.add_edge(2, 1, osmid=10, length=100.2, **street, reversed=True)
    graph.add_edge(1, 3, osmid=[11, 12], length=200.0, highway=["path", "steps"], geometry=shapely.LineString(bent))
    graph.add_edge(
        3, 1, osmid=[11, 12], length=200.0, highway=["path", "steps"], geometry=shapely.LineString(bent[::-1])
    )
    graph.add_edge(2, 3, osmid=13, length=100.0, highway="primary", oneway=True)
    graph.add_edge(2, 4, osmid=14, length=250.0, highway="path")
    graph.add_edge(3, 4, osmid=15, length=223.0, highway="motorway")
    graph.add_edge(1, 4, osmid=16, length=300.0, highway="service", access="private")
    return graph


def edges(network):
    ids = network.node_osm_id
    rows = zip(network.from_node, network.to_node, network.length_m.tolist(), network.way_id.tolist(), strict=True)
    return sorted((*sorted((int(ids[a]), int(ids[b]))), metres, way) for a, b, metres, way in rows)


EXPECTED = [(1, 2, 100.0, 10), (1, 3, 200.0, 11), (2, 3, 100.0, 13), (2, 4, 250.0, 14)]


def test_names_are_kept_by_way(tmp_path):
    graph = osmnx_graph()
    for u, v, name in ((1, 2, "文一路"), (1, 3, ["学院路", "东街"]), (3, 4, "高速")):
        graph.edges[u, v, 0]["name"] = name
    osmnx.save_graphml(graph, tmp_path / "graph.graphml")
    network, _ = read_streets(tmp_path / "graph.graphml", layer=None, crs=CRS, bounds=None)
    assert network.way_names == {10: "文一路", 11: "学院路;东街"}


def test_both_directions_become_one_edge_and_lengths_are_those_drawn():
    network = from_networkx(osmnx_graph(), CRS)
    assert edges(network) == EXPECTED
    assert network.forward_m[network.way_id == 11].tolist() == [400.0]


def test_the_order_of_the_graph_leaves_no_trace():
    graph = osmnx_graph()
    shuffled = nx.MultiDiGraph(**graph.graph)
    shuffled.add_nodes_from(reversed(list(graph.nodes(data=True))))
    shuffled.add_edges_from(reversed(list(graph.edges(data=True))))
    one, two = from_networkx(graph, CRS), from_networkx(shuffled, CRS)
    assert all(np.array_equal(getattr(one, name), getattr(two, name)) for name in ARRAYS)


def test_a_graph_in_degrees_is_measured_in_metres():
    graph = osmnx.project_graph(osmnx_graph(), to_crs="EPSG:4326")
    network = from_networkx(graph, CRS)
    assert [edge[:2] for edge in edges(network)] == [edge[:2] for edge in EXPECTED]
    assert np.allclose([edge[2] for edge in edges(network)], [edge[2] for edge in EXPECTED], atol=1e-6)


def test_a_saved_graph_is_read_without_osmnx(tmp_path, monkeypatch):
    path = tmp_path / "streets.graphml"
    osmnx.save_graphml(osmnx_graph(), path)
    monkeypatch.setitem(__import__("sys").modules, "osmnx", None)
    network, notes = read_streets(path, layer=None, crs=CRS, bounds=None)
    assert edges(network) == EXPECTED
    said = {note.key: note.facts for note in notes}
    assert said["network.ways"] == {"file": "streets.graphml", "read": 8, "kept": 4, "left_out": 4}
    assert said["network.left_out_other_direction"] == {"ways": 2}
    assert said["network.left_out_never"] == said["network.left_out_access"] == {"ways": 1}


def test_bounds_leave_out_edges_beyond(tmp_path):
    path = tmp_path / "streets.graphml"
    osmnx.save_graphml(osmnx_graph(), path)
    bounds = (500_000.0, 3_300_000.0, 500_050.0, 3_300_050.0)
    network, _ = read_streets(path, layer=None, crs=CRS, bounds=bounds)
    assert edges(network) == EXPECTED[:2]


def lattice():
    """A town with parallel streets, a loop, steps, and a line across a square."""
    places = {1: (0, 0), 2: (60, 0), 3: (60, 80), 4: (0, 80), 5: (30, 20), 6: (100, 80), 7: (100, 120), 8: (60, 120)}
    lines = [
        (10, [1, 2, 3, 4, 1], "residential"), (11, [1, 5, 2], "steps"), (12, [1, 3], "area"),
        (13, [3, 6, 7, 8, 3], "footway"), (14, [2, 3], "footway"),
    ]  # fmt: skip
    ids = [node for _, nodes, _ in lines for node in nodes]
    ways = Ways(
        np.array([way for way, _, _ in lines], dtype=np.int64),
        np.array([kind_number(kind) for _, _, kind in lines], dtype=np.int16),
        starts(np.array([len(nodes) for _, nodes, _ in lines], dtype=np.int64)),
        np.array(ids, dtype=np.int64),
        np.array([places[node] for node in ids]) + np.array([500_000.0, 3_300_000.0]),
    )
    return assemble(ways, CRS)


def test_there_and_back_conserves_everything():
    network = lattice()
    graph = to_networkx(network)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (network.node_count, network.edge_count)
    back = from_networkx(graph, CRS)
    assert all(np.array_equal(getattr(network, name), getattr(back, name)) for name in ARRAYS)


def test_osmnx_saves_what_is_given_and_it_comes_back(tmp_path):
    network = lattice()
    path = tmp_path / "saved.graphml"
    osmnx.save_graphml(to_networkx(network), path)
    back, _ = read_streets(path, layer=None, crs=CRS, bounds=None)
    assert (back.node_count, back.edge_count) == (network.node_count, network.edge_count)
    assert np.array_equal(back.way_id, network.way_id)
    assert np.allclose(back.length_m, network.length_m, rtol=1e-12)
    assert np.allclose(back.forward_m, network.forward_m, rtol=1e-12)


def test_paths_in_the_graph_are_those_of_the_town():
    network = lattice()
    graph = to_networkx(network)
    assert nx.shortest_path_length(graph, 1, 3, weight="walk_m") == pytest.approx(100.0)
    assert nx.shortest_path_length(graph, 1, 2, weight="walk_m") == pytest.approx(60.0)


def test_a_plain_graph_is_walked_wholly_and_odd_names_get_numbers():
    graph = nx.Graph(crs=4550)
    graph.add_node("west", x=500_000, y=3_300_000)
    graph.add_node("east", x=500_300, y=3_300_400)
    graph.add_edge("west", "east")
    network = from_networkx(graph, CRS)
    assert edges(network) == [(0, 1, 500.0, 0)]


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda graph: graph.graph.pop("crs"), "network.graph_no_crs"),
        (lambda graph: graph.graph.update(crs="EPSG:nonsense"), "network.graph_no_crs"),
        (lambda graph: graph.graph.update(crs="EPSG:2437"), "layers.old_datum"),
        (lambda graph: graph.nodes[1].pop("x"), "network.graph_no_places"),
        (lambda graph: graph.nodes[1].update(x=None), "network.graph_no_places"),
        (lambda graph: graph.edges[2, 3, 0].update(length="far"), "network.graph_bad_edge"),
        (lambda graph: graph.edges[2, 3, 0].update(length=-100.0), "network.graph_bad_length"),
        (lambda graph: graph.edges[2, 3, 0].update(length="nan"), "network.graph_bad_length"),
        (lambda graph: graph.edges[2, 3, 0].update(length=np.inf), "network.graph_bad_length"),
        (lambda graph: graph.edges[1, 3, 0].update(length=-200.0), "network.graph_bad_length"),
        (lambda graph: graph.edges[1, 3, 0].update(geometry="LINE (0 0"), "network.graph_bad_edge"),
        (lambda graph: graph.edges[1, 3, 0].update(geometry=shapely.Point(0, 0)), "network.graph_bad_edge"),
        (lambda graph: graph.remove_edges_from(list(graph.edges)), "network.no_highways"),
    ],
    ids=[
        "no_crs",
        "unknown_crs",
        "beijing_54",
        "no_places",
        "empty_place",
        "bad_length",
        "negative_length",
        "length_nan",
        "length_inf",
        "negative_length_of_a_drawn_line",
        "bad_line",
        "point",
        "no_edges",
    ],
)
def test_a_graph_that_cannot_be_used_is_said(spoil, key):
    graph = osmnx_graph()
    spoil(graph)
    with pytest.raises(DataError) as caught:
        from_networkx(graph, CRS)
    assert caught.value.key == key


@pytest.mark.parametrize("content", [b"", b"hello", b"<graphml></graphml>", b"<html><body/></html>", b"\xff\xfe\x00"])
def test_a_damaged_graphml_is_said(tmp_path, content):
    path = tmp_path / "streets.graphml"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_streets(path, layer=None, crs=CRS, bounds=None)
    assert caught.value.key == "network.damaged_graph"
