"""The wait at signals and marked crossings, on streets made by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mode_towns import read, write_graph, write_lines, write_osm
from test_patch import metres_at
from test_streets_osm import CORNER

from circle15.inputs.streets.crossings import Crossings, read_crossings, with_delay

DELAY_M = 36.0  # 30 s at 1.2 m/s
SIGNAL, ZEBRA = {"highway": "traffic_signals"}, {"highway": "crossing", "crossing": "zebra"}
UNMARKED = {"highway": "crossing", "crossing": "unmarked"}
NODES = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 100), 5: (100, -100), 6: (300, 0)}
ROAD, PATH = {"highway": "tertiary"}, {"highway": "footway"}


def delayed(folder, ways, node_tags):
    path = write_osm(folder / "town.osm", NODES, ways, node_tags)
    places = read_crossings(path)
    found = read(path, ("walk",), cut_at=places)
    return with_delay(found.networks["walk"], Crossings(places, found.crossings.ways), DELAY_M)


def walk(network, a, b):
    return metres_at(network, *(np.add(CORNER, NODES[node]) for node in (a, b)))


def approx(metres):
    return pytest.approx(metres, abs=0.05)


def test_passing_a_signal_at_a_junction_costs_the_wait_once(tmp_path):
    network, note = delayed(tmp_path, [(10, [1, 2, 3], ROAD), (11, [4, 2, 5], ROAD)], {2: SIGNAL})
    for a, b in ((1, 3), (3, 1), (1, 4), (5, 4)):
        assert walk(network, a, b) == approx(200 + DELAY_M)
    assert walk(network, 1, 2) == walk(network, 2, 1) == approx(100 + DELAY_M / 2)
    assert (note.key, note.facts) == ("modes.crossings", {"places": 1, "ways": 0, "metres": DELAY_M})


def test_a_zebra_is_for_who_crosses_not_for_who_walks_along_the_road(tmp_path):
    network, _ = delayed(tmp_path, [(10, [1, 2, 3], ROAD), (11, [4, 2, 5], PATH)], {2: ZEBRA})
    assert walk(network, 1, 3) == approx(200)
    assert walk(network, 4, 5) == approx(200 + DELAY_M)
    assert walk(network, 1, 4) == approx(200 + DELAY_M / 2)


def test_a_crossing_of_a_road_that_nobody_walks_on(tmp_path):
    ways = [(10, [1, 2, 3], {"highway": "trunk", "motorroad": "yes"}), (11, [4, 2, 5], PATH)]
    network, _ = delayed(tmp_path, ways, {2: SIGNAL})
    assert walk(network, 4, 5) == approx(200 + DELAY_M)


@pytest.mark.parametrize("tags", [UNMARKED, {"highway": "bus_stop"}, {"crossing": "zebra"}])
def test_other_places_cost_nothing(tmp_path, tags):
    network, note = delayed(tmp_path, [(10, [1, 2, 3], ROAD), (11, [4, 2, 5], ROAD)], {2: tags})
    assert walk(network, 1, 3) == approx(200)
    assert note.key == "modes.no_crossings"


def test_the_drivers_stop_line_before_a_junction_costs_nothing(tmp_path):
    network, _ = delayed(tmp_path, [(10, [1, 2, 3, 6], ROAD)], {2: SIGNAL, 3: ZEBRA})
    assert walk(network, 1, 6) == approx(300)


def test_a_way_drawn_across_the_road_has_the_wait_once_by_length(tmp_path):
    crossing = {"highway": "footway", "footway": "crossing"}
    ways = [(10, [1, 2, 3], ROAD), (11, [4, 2, 5], crossing), (12, [3, 6], {**crossing, "crossing": "unmarked"})]
    network, note = delayed(tmp_path, ways, {})
    assert walk(network, 4, 5) == approx(200 + DELAY_M)
    assert walk(network, 4, 2) == approx(100 + DELAY_M / 2)
    assert walk(network, 3, 6) == approx(100)
    assert note.facts == {"places": 0, "ways": 1, "metres": DELAY_M}
    both, _ = delayed(tmp_path, ways, {2: ZEBRA})
    assert walk(both, 4, 5) == approx(200 + DELAY_M), "the way and its place are one crossing"


def test_two_crossings_cost_twice(tmp_path):
    ways = [(10, [4, 2, 5], ROAD), (11, [1, 2, 3, 6], PATH), (12, [3, 4], ROAD), (13, [3, 5], ROAD)]
    network, _ = delayed(tmp_path, ways, {2: ZEBRA, 3: SIGNAL})
    assert walk(network, 1, 6) == approx(300 + 2 * DELAY_M)


def test_the_places_of_a_graph_count(tmp_path):
    path = write_graph(tmp_path / "town.graphml", NODES, [(10, [1, 2, 3], ROAD), (11, [4, 2, 5], ROAD)])
    text = path.read_text(encoding="utf-8")
    assert read(path, ("walk",)).crossings.places == frozenset()
    import networkx as nx
    import osmnx

    graph = osmnx.load_graphml(path)
    nx.set_node_attributes(graph, {2: "traffic_signals"}, "highway")
    osmnx.save_graphml(graph, path)
    assert path.read_text(encoding="utf-8") != text
    found = read(path, ("walk",))
    network, _ = with_delay(found.networks["walk"], found.crossings, DELAY_M)
    assert walk(network, 1, 3) == approx(200 + DELAY_M)


def test_a_line_layer_says_that_it_holds_no_crossings(tmp_path):
    path = write_lines(tmp_path / "town.gpkg", NODES, [(10, [1, 2, 3], ROAD)], geofabrik=True)
    found = read(path, ("walk",))
    network, note = with_delay(found.networks["walk"], found.crossings, DELAY_M)
    assert note.key == "modes.no_crossings"
    assert np.array_equal(network.forward_m, found.networks["walk"].forward_m)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([{}, SIGNAL, ZEBRA, UNMARKED]), min_size=6, max_size=6), st.data())
def test_there_and_back_cost_the_same(tmp_path_factory, tags, data):
    kinds = data.draw(st.lists(st.sampled_from([ROAD, PATH]), min_size=4, max_size=4))
    lines = ([1, 2, 3, 6], [4, 2, 5], [4, 3], [1, 5, 6])
    ways = [(10 + n, line, kind) for n, (line, kind) in enumerate(zip(lines, kinds, strict=True))]
    network, note = delayed(tmp_path_factory.mktemp("t"), ways, dict(zip(NODES, tags, strict=True)))
    assert network.backward_m is None
    extra = network.forward_m - network.length_m
    assert (extra >= -1e-9).all()
    assert (extra <= DELAY_M + 1e-9).all()
    assert (note.key == "modes.crossings") == bool((extra > 1e-9).any())
