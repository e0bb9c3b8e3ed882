"""Changes to the streets: each against towns worked by hand, and properties on random towns."""

import datetime
import json
from dataclasses import replace

import networkx as nx
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from lattice_towns import CORNER, CRS, MAX_LEG_M, as_read, lines_of, streets, towns

from circle15.access.joins import join_to_edges
from circle15.access.pairs import pairs_within
from circle15.errors import ConfigurationError, DataError
from circle15.inputs.streets.changes import NO_CHANGES, Change, parse_shape, read_changes
from circle15.inputs.streets.patch import apply_changes
from circle15.model.ledger import Place
from circle15.model.study import PatchSource

# Shrinking a town takes minutes; the seed of a failure is told.
GENERATE = (Phase.explicit, Phase.reuse, Phase.generate)
DAY = datetime.date(2025, 12, 31)


def walked(node_xy, ends, bends=None):
    """Streets with the kinds that a reader gives them."""
    return as_read(streets(node_xy, ends, bends))


def change(action, shape, name="甲", row=2):
    return Change(Place("改.xlsx", "", row), action, name, "footway", shape, ())


def path(*xy, **more):
    return change("path", shapely.LineString(xy), **more)


def patched(network, *changes, compounds="gated"):
    return apply_changes(network, changes, compounds)


def metres_at(network, a, b):
    """Walking metres between the nodes at two places; the nearest node if none is just there."""
    graph = nx.Graph()
    graph.add_nodes_from(range(network.node_count))
    for u, v, m in zip(network.from_node.tolist(), network.to_node.tolist(), network.forward_m.tolist(), strict=True):
        if m < graph.get_edge_data(u, v, {"weight": np.inf})["weight"]:
            graph.add_edge(u, v, weight=m)
    u, v = (int(np.argmin(np.hypot(*(network.node_xy - np.array(xy)).T))) for xy in (a, b))
    try:
        return nx.dijkstra_path_length(graph, u, v)
    except nx.NetworkXNoPath:
        return np.inf


# Two streets side by side, 100 m apart, joined far in the east only.
LADDER = walked([[0, 0], [1000, 0], [1000, 100], [0, 100]], [[0, 1], [1, 2], [2, 3]])


def test_a_path_joins_the_streets_at_its_ends():
    done = patched(LADDER, path([0, 0], [0, 100]))
    assert metres_at(done.network, [0, 0], [0, 100]) == 100
    assert [row.fate for row in done.ledger.rows] == ["used"]
    assert done.shapes["action"].tolist() == ["path"]


def test_streets_keep_their_names():
    named = replace(LADDER, way_names={1: "文一路"})
    assert patched(named, path([0, 0], [0, 100])).network.way_names == {1: "文一路"}


def test_ends_near_a_street_are_led_to_it_and_the_metres_told():
    done = patched(LADDER, path([500, 5], [500, 92]))
    assert metres_at(done.network, [0, 0], [0, 100]) == pytest.approx(500 + 100 + 500)
    (row,) = done.ledger.rows
    assert row.fate == "fixed"
    assert [note.key for note in row.reasons] == ["patch.moved"]
    assert row.reasons[0].facts["metres"] == pytest.approx(8)


def test_an_end_too_far_from_any_street_is_an_island_and_said_so():
    done = patched(LADDER, path([400, 40], [600, 50]))
    assert [note.key for note in done.ledger.rows[0].reasons] == ["patch.island"]
    assert metres_at(done.network, [0, 0], [0, 100]) == 2100


def test_a_path_meets_the_streets_it_crosses_and_a_bridge_does_not():
    cross = walked([[0, 0], [200, 0], [100, -100], [100, -50], [100, 50], [100, 100]], [[0, 1], [2, 3], [4, 5]])
    way = [[100, -100], [100, 100]]
    met = patched(cross, path(*way)).network
    assert metres_at(met, [0, 0], [100, 100]) == pytest.approx(200)
    over = patched(cross, change("bridge", shapely.LineString(way))).network
    assert metres_at(over, [0, 0], [100, 100]) == np.inf
    assert metres_at(over, [100, -100], [100, 100]) == pytest.approx(200)


def test_two_paths_in_a_row_meet_and_crossing_paths_too():
    halves = path([300, 0], [300, 50], row=2), path([305, 52], [305, 100], row=3)
    assert metres_at(patched(LADDER, *halves).network, [0, 0], [0, 100]) < 720
    cross = path([300, 0], [400, 100], row=2), path([400, 0], [300, 100], row=3)
    both = patched(LADDER, *cross).network
    assert metres_at(both, [350, 50], [0, 0]) == pytest.approx(300 + 50 * 2**0.5)


def test_a_gate_leads_through_a_wall_to_the_other_side():
    done = patched(LADDER, change("gate", shapely.Point(700, 40)), compounds="as_mapped")
    assert done.ledger.rows[0].reasons[0].key == "patch.gate_one_side"
    near = walked([[0, 0], [1000, 0], [1000, 40], [0, 40]], [[0, 1], [1, 2], [2, 3]])
    done = patched(near, change("gate", shapely.Point(100, 15)))
    assert metres_at(done.network, [0, 0], [0, 40]) == pytest.approx(240)
    drawn_on_it = patched(near, change("gate", shapely.Point(100, 0)))
    assert metres_at(drawn_on_it.network, [0, 0], [0, 40]) == pytest.approx(240)


def test_a_road_is_blocked_at_a_point_along_a_line_and_within_a_polygon():
    ring = walked([[0, 0], [400, 0], [400, 400], [0, 400]], [[0, 1], [1, 2], [2, 3], [3, 0]])
    at_point = patched(ring, change("block", shapely.Point(200, 4)))
    assert metres_at(at_point.network, [0, 0], [400, 0]) == 1200
    assert at_point.network.length_m.sum() == pytest.approx(1600)
    along = patched(ring, change("block", shapely.LineString([[100, 3], [250, 3]])))
    assert metres_at(along.network, [0, 0], [400, 0]) == 1200
    assert along.network.length_m.sum() == pytest.approx(1450)
    assert along.shapes.geometry.iloc[0].length == pytest.approx(150)
    within = patched(ring, change("block", shapely.box(100, -50, 300, 50)))
    assert within.network.length_m.sum() == pytest.approx(1400)
    nowhere = patched(ring, change("block", shapely.Point(200, 200)))
    assert nowhere.ledger.rows[0].fate == "excluded"
    assert nowhere.network is not None


def test_a_blocked_line_leaves_the_streets_that_cross_it():
    cross = walked([[0, 0], [200, 0], [100, -100], [100, 100], [100, 0]], [[0, 4], [4, 1], [2, 4], [4, 3]])
    done = patched(cross, change("block", shapely.LineString([[20, 0], [180, 0]])))
    assert metres_at(done.network, [100, -100], [100, 100]) == 200
    assert metres_at(done.network, [0, 0], [200, 0]) == np.inf


ESTATE = replace(
    walked([[0, 0], [100, 0], [200, 0], [300, 0]], [[0, 1], [1, 2], [2, 3]]),
    restricted=np.array([False, True, False]),
)
QUARTER = shapely.box(90, -10, 210, 10)


def test_compounds_are_opened_and_closed():
    assert ESTATE.restricted.any()
    opened = patched(ESTATE, change("open", QUARTER), compounds="as_mapped")
    assert opened.network.length_m.sum() == pytest.approx(300)
    assert opened.network.restricted is None
    as_mapped = patched(ESTATE, compounds="as_mapped")
    assert as_mapped.network.edge_count == 2
    public = replace(ESTATE, restricted=None)
    for mode in ("as_mapped", "gated", "open"):
        closed = patched(public, change("close", QUARTER), compounds=mode)
        assert closed.network.restricted.sum() == 1 + 2, "cut at the border of the polygon, 10 m each side"
    nothing = patched(public, change("open", QUARTER))
    assert nothing.ledger.rows[0].reasons[0].key == "patch.nothing_inside_open"


def test_no_changes_leave_the_very_same_network():
    assert patched(LADDER).network is LADDER


@st.composite
def lines(draw):
    coordinate = st.floats(-100, 900, width=32)
    points = draw(st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=4, unique=True))
    return shapely.LineString(np.array(points) + CORNER)


@settings(max_examples=12, deadline=None, phases=GENERATE, suppress_health_check=list(HealthCheck))
@given(towns(), st.lists(lines(), min_size=1, max_size=3), st.data())
def test_a_path_never_lengthens_a_walk_and_a_block_never_shortens_one(town, drawn, data):
    network = as_read(town.network)
    assume((network.length_m > 0).all())
    node = st.sampled_from(np.union1d(network.from_node, network.to_node).tolist())
    pairs = data.draw(st.lists(st.tuples(node, node), min_size=1, max_size=6))
    paths = [path(*line.coords, row=row) for row, line in enumerate(drawn)]
    more = patched(network, *paths).network
    again = patched(network, *paths[::-1]).network
    assert again.node_xy.tobytes() == more.node_xy.tobytes(), "the order of rows leaves no trace"
    assert again.forward_m.tobytes() == more.forward_m.tobytes()
    beyond = path([-5000, -5000], [-5000, -4900], name="so that something is left to walk on")
    less = patched(network, beyond, *(change("block", line.buffer(30)) for line in drawn))
    before = _between(network, pairs)
    assert (_between(more, pairs) <= before + 1e-6).all()
    assert (_between(less.network, pairs) >= before - 1e-6).all()


def _between(network, pairs):
    graph = nx.Graph()
    names = network.node_osm_id
    graph.add_nodes_from(names.tolist())
    tails, heads = names[network.from_node].tolist(), names[network.to_node].tolist()
    ends = zip(tails, heads, network.forward_m.tolist(), strict=True)
    for u, v, m in ends:
        if m < graph.get_edge_data(u, v, {"weight": np.inf})["weight"]:
            graph.add_edge(u, v, weight=m)
    found = []
    for a, b in pairs:
        try:
            found.append(nx.dijkstra_path_length(graph, a, b))
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            found.append(np.inf)
    return np.array(found)


@settings(max_examples=8, deadline=None, phases=GENERATE, suppress_health_check=list(HealthCheck))
@given(towns(), st.integers(0, 10**6), st.floats(0.05, 0.95))
def test_a_path_added_and_blocked_again_leaves_all_walks(town, seed, share):
    network = as_read(town.network)
    assume((network.length_m > 0).all())
    edge = seed % network.edge_count
    a, b = network.node_xy[network.from_node[edge]], network.node_xy[network.to_node[edge]] + [0.0, 700.0]
    line = shapely.LineString([a, b])
    blocked = change("block", line.interpolate(share, normalized=True), row=3)
    both = patched(network, path(*line.coords), blocked).network
    pairs = [(i % network.node_count, (i * 7 + 3) % network.node_count) for i in range(6)]
    plain = patched(network, path(*line.coords)).network
    assert (_between(both, pairs) >= _between(plain, pairs) - 1e-6).all()


@settings(max_examples=20, deadline=None, phases=GENERATE, suppress_health_check=list(HealthCheck))
@given(towns(), st.integers(0, 10**6), st.sampled_from(["path", "bridge"]))
def test_a_path_of_which_every_piece_is_blocked_is_none(town, seed, action):
    network = as_read(town.network)
    assume((network.length_m > 0).all())
    edge = seed % network.edge_count
    a, b = network.node_xy[network.from_node[edge]], network.node_xy[network.to_node[edge]] + [130.0, 700.0]
    added = change(action, shapely.LineString([a, b]))
    plain = patched(network, added).network
    own = plain.way_id < 0
    assume(own.any())
    middles = [line.interpolate(0.5, normalized=True) for line in np.array(lines_of(plain))[own]]
    others = shapely.MultiLineString(list(np.array(lines_of(plain))[~own]))
    assume(all(point.distance(others) > 1.0 for point in middles))
    both = patched(network, added, *(change("block", point, row=3 + i) for i, point in enumerate(middles))).network
    nodes = np.union1d(network.from_node, network.to_node).tolist()
    pairs = [(nodes[i % len(nodes)], nodes[(i * 7 + 3) % len(nodes)]) for i in range(12)]
    np.testing.assert_allclose(_between(both, pairs), _between(network, pairs), rtol=0, atol=1e-6)
    _same_from_cell_to_door(network, both, town)


def _same_from_cell_to_door(before, after, town):
    """Cells and doors that join the very same street in both have the same metres between them."""
    owner = np.arange(len(town.entrance_xy))
    points = []
    for xy in (town.cell_xy, town.entrance_xy):
        old, new = (join_to_edges(network, xy, MAX_LEG_M) for network in (before, after))
        same = before.way_id[old.edge] == after.way_id[new.edge]
        points.append((old.take(same), new.take(same), same))
    (old_cells, new_cells, _), (old_doors, new_doors, kept) = points
    old, new = (
        pairs_within(network, cells, doors, owner[kept], 1e9)
        for network, cells, doors in ((before, old_cells, old_doors), (after, new_cells, new_doors))
    )
    assert new[["origin", "facility"]].to_numpy().tolist() == old[["origin", "facility"]].to_numpy().tolist()
    np.testing.assert_allclose(new["metres"], old["metres"], rtol=0, atol=1e-6)


def test_a_path_added_and_blocked_along_its_line_is_none():
    line = path([0, 0], [0, 100])
    both = patched(LADDER, line, change("block", line.shape, row=3)).network
    assert metres_at(both, [0, 0], [0, 100]) == metres_at(LADDER, [0, 0], [0, 100]) == 2100


def write(folder, rows, name="改.csv", header="动作,坐标,名称,启用日期,停用日期"):
    (folder / name).write_text("\n".join([header, *rows]), encoding="utf-8")
    return PatchSource(file=name, datum="wgs84")


def test_rows_of_a_table_are_accounted_for_one_by_one(tmp_path):
    rows = [
        '新增道路,"121.60 29.90, 121.61 29.90",西桥,,',
        "修路,121.6 29.9,乙,,",
        "封闭道路,,丙,,",
        "新增桥,121.6 29.9,丁,,",
        "封闭道路,121.6 29.9,戊,2026.3,",
        "封闭道路,121.6 29.9,己,,2024年",
        "封闭道路,121.6 29.9,庚,不久,",
    ]
    changes, aside, _ = read_changes(write(tmp_path, rows), tmp_path, CRS, DAY)
    assert aside.rows == ()
    keys = [[note.key.removeprefix("patch.") for note in one.against] for one in changes]
    assert keys == [[], ["unknown_action"], ["no_place"], ["wrong_shape"], ["not_yet"], ["over"], ["bad_date"]]
    assert [one.at.row for one in changes] == [2, 3, 4, 5, 6, 7, 8]
    assert changes[0].at.lon == pytest.approx(121.605)
    for one in changes:
        for note in one.against:
            assert note.sentence("zh")
            assert note.sentence("en")


def test_titles_totals_and_remarks_of_a_table_are_in_the_account(tmp_path):
    rows = [
        "动作,坐标,名称,启用日期,停用日期",
        '新增道路,"121.60 29.90, 121.61 29.90",西桥,,',
        "封闭道路,121.6 29.9,丙,,",
        "合计,,2,,",
        "注：坐标为现场测量,,,,",
    ]
    changes, aside, _ = read_changes(write(tmp_path, rows, header="路网修补表,,,,"), tmp_path, CRS, DAY)
    assert [one.at.row for one in changes] == [3, 4]
    assert [(row.row, row.fate, row.kind) for row in aside.rows] == [
        (1, "excluded", "patch"),
        (5, "excluded", "patch"),
        (6, "excluded", "patch"),
    ]
    assert [row.reasons[0].key for row in aside.rows] == ["sheets.is_title", "sheets.is_total", "sheets.is_remark"]


def test_a_table_must_say_its_datum_and_what_to_do(tmp_path):
    source = write(tmp_path, ["新增道路,121.6 29.9,甲,,"])
    with pytest.raises(ConfigurationError):
        read_changes(source.model_copy(update={"datum": None}), tmp_path, CRS, DAY)
    other = write(tmp_path, ["甲,121.6 29.9"], header="地名,坐标")
    with pytest.raises(DataError):
        read_changes(other, tmp_path, CRS, DAY)


def test_a_layer_is_wgs84_and_one_drawn_on_another_datum_says_so(tmp_path):
    feature = {
        "type": "Feature",
        "properties": {"动作": "新增出入口", "名称": "东门", "启用日期": None},
        "geometry": {"type": "Point", "coordinates": [121.6, 29.9]},
    }
    empty = {"type": "FeatureCollection", "features": []}
    (tmp_path / "改.geojson").write_text(json.dumps(empty | {"features": [feature]}), encoding="utf-8")
    (tmp_path / "空.geojson").write_text(json.dumps(empty), encoding="utf-8")
    (one,), _, _ = read_changes(PatchSource(file="改.geojson"), tmp_path, CRS, DAY)
    there = pyproj.Transformer.from_crs(4326, CRS, always_xy=True).transform(121.6, 29.9)
    assert np.hypot(one.shape.x - there[0], one.shape.y - there[1]) < 1e-6
    (moved,), _, _ = read_changes(PatchSource(file="改.geojson", datum="gcj02"), tmp_path, CRS, DAY)
    assert 300 < moved.shape.distance(one.shape) < 700
    assert read_changes(PatchSource(file="空.geojson"), tmp_path, CRS, DAY) == NO_CHANGES


@pytest.mark.parametrize("text", ["", "路口", "POINT EMPTY", "LINESTRING(", "1 2 3"])
def test_what_is_no_shape_is_none(text):
    assert parse_shape(text) is None
