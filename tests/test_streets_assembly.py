import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from circle15.errors import DataError
from circle15.inputs.streets.assembly import assemble
from circle15.inputs.streets.walking import kind_number
from circle15.inputs.streets.ways import Ways, join_ways, no_ways, starts

CRS = pyproj.CRS.from_epsg(4550)
ARRAYS = (
    "node_xy node_osm_id from_node to_node length_m forward_m kind way_id line_start line_xy".split()  # noqa: SIM905
)


def town(places, *lines):
    """Ways along named vertices: ``places`` gives each name's metres, a line is (way id, names, kind)."""
    number = {name: row for row, name in enumerate(places, start=1)}
    names = [name for _, vertices, _ in lines for name in vertices]
    return Ways(
        np.array([way_id for way_id, _, _ in lines], dtype=np.int64),
        np.array([kind_number(kind) for _, _, kind in lines], dtype=np.int16),
        starts(np.array([len(vertices) for _, vertices, _ in lines], dtype=np.int64)),
        np.array([number[name] for name in names], dtype=np.int64),
        np.array([places[name] for name in names], dtype=np.float64),
    )


def edges(network, places):
    """Every edge as (node, node, metres, way id), by the names of its nodes, in alphabetical order."""
    name = dict(enumerate(places, start=1))
    ends = [
        [name[network.node_osm_id[node]] for node in pair]
        for pair in zip(network.from_node, network.to_node, strict=True)
    ]
    rows = zip(ends, network.length_m.tolist(), network.way_id.tolist(), strict=True)
    return sorted((*sorted(pair), metres, way) for pair, metres, way in rows)


def check(network):
    """What every network must fulfil."""
    line = np.repeat(np.arange(network.edge_count), np.diff(network.line_start))
    lines = shapely.linestrings(network.line_xy, indices=line)
    assert np.allclose(network.length_m, shapely.length(lines), rtol=1e-12, atol=0)
    assert (network.line_xy[network.line_start[:-1]] == network.node_xy[network.from_node]).all()
    assert (network.line_xy[network.line_start[1:] - 1] == network.node_xy[network.to_node]).all()
    assert (network.from_node <= network.to_node).all()
    assert (network.length_m > 0).all()
    assert set(np.concatenate([network.from_node, network.to_node]).tolist()) == set(range(network.node_count))
    assert len(set(network.node_osm_id.tolist())) == network.node_count


def test_a_way_is_cut_where_another_meets_it_and_keeps_its_bends():
    places = {"a": (0, 0), "b": (30, 0), "c": (30, 40), "d": (100, 40), "e": (30, 140)}
    network = assemble(town(places, (7, "abcd", "residential"), (8, "ce", "steps")), CRS)
    check(network)
    assert edges(network, places) == [("a", "c", 70.0, 7), ("c", "d", 70.0, 7), ("c", "e", 100.0, 8)]
    assert network.forward_m[network.way_id == 8].tolist() == [200.0]
    assert network.forward_m[network.way_id == 7].tolist() == [70.0, 70.0]


def test_a_bridge_without_a_common_vertex_stays_apart():
    places = {"a": (0, 0), "b": (100, 0), "c": (50, -50), "d": (50, 50)}
    network = assemble(town(places, (1, "ab", "primary"), (2, "cd", "footway")), CRS)
    assert edges(network, places) == [("a", "b", 100.0, 1), ("c", "d", 100.0, 2)]
    assert len(network.island_street_m) == 2


def test_a_way_that_meets_itself_is_cut_there():
    places = {"a": (0, 0), "b": (10, 0), "c": (20, 0), "d": (20, 10), "e": (10, 10), "f": (10, -10)}
    network = assemble(town(places, (1, "abcdebf", "path")), CRS)
    check(network)
    assert edges(network, places) == [("a", "b", 10.0, 1), ("b", "b", 40.0, 1), ("b", "f", 10.0, 1)]


def test_a_roundabout_is_cut_at_its_streets_and_where_it_closes():
    places = {"a": (0, 0), "b": (10, 0), "c": (10, 10), "d": (0, 10), "x": (50, 10)}
    network = assemble(town(places, (1, "abcda", "primary"), (2, "cx", "primary")), CRS)
    check(network)
    assert edges(network, places) == [("a", "c", 20.0, 1), ("a", "c", 20.0, 1), ("c", "x", 40.0, 2)]


def test_a_lone_ring_is_one_loop():
    places = {"a": (0, 0), "b": (10, 0), "c": (10, 10), "d": (0, 10)}
    network = assemble(town(places, (1, "abcda", "pedestrian")), CRS)
    check(network)
    assert edges(network, places) == [("a", "a", 40.0, 1)]


def test_parallel_streets_both_stay():
    places = {"a": (0, 0), "b": (10, 0), "c": (5, 12)}
    network = assemble(town(places, (1, "ab", "residential"), (2, "acb", "footway")), CRS)
    assert edges(network, places) == [("a", "b", 10.0, 1), ("a", "b", 26.0, 2)]


def test_repeated_vertices_are_dropped_and_a_way_of_one_place_with_them():
    places = {"a": (0, 0), "b": (10, 0), "c": (20, 0)}
    network = assemble(town(places, (1, "aabbbc", "path"), (2, "bb", "path")), CRS)
    assert edges(network, places) == [("a", "c", 20.0, 1)]


def test_neighbours_at_the_same_place_become_one_node_and_stay_connected():
    places = {"a": (0, 0), "b": (10, 0), "c": (10, 0), "d": (10, 0), "e": (20, 0), "f": (10, 5)}
    network = assemble(town(places, (1, "ab", "path"), (2, "bcd", "path"), (3, "de", "path"), (4, "df", "path")), CRS)
    check(network)
    assert edges(network, places) == [("a", "b", 10.0, 1), ("b", "e", 10.0, 3), ("b", "f", 5.0, 4)]
    assert len(network.island_street_m) == 1


def test_nothing_to_walk_on_is_an_error():
    with pytest.raises(DataError, match="没有可步行"):
        assemble(no_ways(), CRS)


def test_nodes_near_each_other_are_numbered_near_each_other():
    names = [f"{x},{y}" for x in range(4) for y in range(4)]
    places = {name: tuple(10.0 * int(part) for part in name.split(",")) for name in names}
    places |= {name: (x / 10, y / 10) for name, (x, y) in places.items()}  # squares of 1 m
    rows = [(y, [f"{x},{y}" for x in range(4)], "path") for y in range(4)]
    columns = [(10 + x, [f"{x},{y}" for y in range(4)], "path") for x in range(4)]
    network = assemble(town(places, *rows, *columns), CRS)
    check(network)
    first_quarter = {tuple(xy) for xy in network.node_xy[:4].tolist()}
    assert first_quarter == {(0, 0), (0, 1), (1, 0), (1, 1)}


@st.composite
def random_towns(draw):
    """Walks on a small lattice: self-crossings, repeats, overlaps and two vertices at one place among them."""
    node = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 1))
    walks = draw(st.lists(st.lists(node, min_size=2, max_size=7), min_size=1, max_size=6))
    places = {(x, y, twin): (10.0 * x, 10.0 * y) for x in range(4) for y in range(4) for twin in range(2)}
    kinds = draw(st.lists(st.sampled_from(["path", "steps"]), min_size=len(walks), max_size=len(walks)))
    return town(places, *((way, walk, kind) for way, (walk, kind) in enumerate(zip(walks, kinds, strict=True))))


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(random_towns(), st.randoms(use_true_random=False))
def test_the_order_of_the_ways_leaves_no_trace(ways, random):
    if not (shapely.length(shapely.linestrings(ways.vertex_xy, indices=ways.way_of_vertex)) > 0).any():
        return
    order = list(range(len(ways)))
    random.shuffle(order)
    alone = [ways.take(np.arange(len(ways)) == way) for way in order]
    network = assemble(ways, CRS)
    assert same(network, assemble(join_ways(alone), CRS))
    check(network)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(random_towns())
def test_no_street_metres_are_lost_or_made(ways):
    drawn_m = shapely.length(shapely.linestrings(ways.vertex_xy, indices=ways.way_of_vertex)).sum()
    if drawn_m > 0:
        assert assemble(ways, CRS).length_m.sum() == pytest.approx(drawn_m, rel=1e-12)
