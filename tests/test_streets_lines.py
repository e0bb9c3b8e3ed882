import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from circle15.errors import DataError
from circle15.inputs.streets.lines import near_misses
from circle15.inputs.streets.read import read_streets

CRS = pyproj.CRS.from_epsg(4550)
LON, LAT, STEP = 121.5, 29.9, 0.001

GRID = {
    "a": (0, 0), "b": (1, 0), "c": (2, 0), "d": (1, 1), "e": (1, -1), "f": (2, 1), "g": (2, -1),
}  # fmt: skip


def line(names):
    return shapely.LineString([(LON + STEP * GRID[name][0], LAT + STEP * GRID[name][1]) for name in names])


def layer(**columns):
    columns.setdefault("osm_id", [str(100 + row) for row in range(len(columns["geometry"]))])
    return gpd.GeoDataFrame(columns, crs="EPSG:4326")


def read(path, layer=None, bounds=None):
    return read_streets(path, layer=layer, crs=CRS, bounds=bounds)


def save(frame, path):
    frame.to_file(path)
    return path


def pairs(network):
    place = {tuple(round(part, 3) for part in xy): name for name, xy in GRID.items()}
    lon, lat = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(*network.node_xy.T)
    names = [
        place[round((x - LON) / STEP, 3) + 0.0, round((y - LAT) / STEP, 3) + 0.0] for x, y in zip(lon, lat, strict=True)
    ]
    ends = zip(network.from_node, network.to_node, network.way_id.tolist(), strict=True)
    return sorted((*sorted((names[a], names[b])), way) for a, b, way in ends)


TOWN = {
    "fclass": ["residential", "track_grade3", "motorway", "unknown", "steps"],
    "geometry": [line("abc"), line("db"), line("be"), line("cg"), line("cf")],
}
WALKED = [("a", "b", 100), ("b", "c", 100), ("b", "d", 101), ("c", "f", 104), ("c", "g", 103)]


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson"])
def test_names_are_kept_by_way(tmp_path, ending):
    named = layer(**TOWN, name=["文一路", "", "高速", None, " 学院路 "])
    assert read(save(named, tmp_path / f"roads.{ending}"))[0].way_names == {100: "文一路", 104: "学院路"}
    assert read(save(layer(**TOWN), tmp_path / f"bare.{ending}"))[0].way_names == {}


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson"])
def test_a_geofabrik_layer_meets_at_inner_vertices_too(tmp_path, ending):
    network, notes = read(save(layer(**TOWN), tmp_path / f"roads.{ending}"))
    assert pairs(network) == WALKED
    assert [network.kinds[kind] for kind in network.kind[np.argsort(network.way_id)]] == [
        "residential", "residential", "track", "road", "steps",
    ]  # fmt: skip
    steps_m = network.length_m[network.way_id == 104].sum()
    assert network.forward_m.sum() == pytest.approx(network.length_m.sum() + steps_m)
    assert network.node_osm_id.tolist() == list(range(6))
    said = {note.key: note.facts for note in notes}
    assert said["network.ways"] == {"file": f"roads.{ending}", "read": 5, "kept": 4, "left_out": 1}
    assert said["network.left_out_never"] == {"ways": 1}


def test_the_order_of_the_lines_and_their_own_system_leave_no_trace(tmp_path):
    frame = layer(**TOWN)
    one, _ = read(save(frame, tmp_path / "one.gpkg"))
    two, _ = read(save(frame.iloc[[3, 0, 4, 2, 1]], tmp_path / "two.gpkg"))
    metric, _ = read(save(frame.to_crs(4549), tmp_path / "metric.gpkg"))
    for name in ("node_xy", "from_node", "to_node", "length_m", "way_id", "line_xy", "line_start", "kind"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
        assert np.array_equal(getattr(one, name), getattr(metric, name))


def test_a_bridge_stays_apart_and_a_multiline_is_taken_apart(tmp_path):
    bridge = shapely.LineString([(LON + STEP / 2, LAT - STEP), (LON + STEP / 2, LAT + STEP)])
    two = shapely.MultiLineString([line("ab"), line("cf")])
    network, _ = read(save(layer(fclass=["primary", "path"], geometry=[bridge, two]), tmp_path / "roads.gpkg"))
    assert network.edge_count == len(network.island_street_m) == 3
    assert sorted(network.way_id.tolist()) == [100, 101, 101]


def test_tags_beside_highway_count_and_features_without_a_line_are_counted(tmp_path):
    frame = layer(
        highway=["residential", "residential", "trunk", None, "path"],
        access=["private", "private", None, None, None],
        foot=[None, "yes", None, None, None],
        motorroad=[None, None, "yes", None, None],
        geometry=[line("ab"), line("bc"), line("bd"), line("be"), None],
    )
    network, notes = read(save(frame, tmp_path / "streets.gpkg"))
    assert pairs(network) == [("b", "c", 101)]
    left_out = {note.key: note.facts["ways"] for note in notes if note.key.startswith("network.left_out_")}
    assert left_out == {
        "network.left_out_access": 1,
        "network.left_out_motorroad": 1,
        "network.left_out_unlisted": 1,
        "network.left_out_no_line": 1,
    }


def test_lines_without_ids_are_named_by_their_rows(tmp_path):
    frame = layer(**TOWN).drop(columns="osm_id")
    network, _ = read(save(frame, tmp_path / "roads.gpkg"))
    assert sorted(set(network.way_id.tolist())) == [0, 1, 3, 4]


def test_lines_beyond_the_bounds_are_left_out(tmp_path):
    x, y = pyproj.Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform(LON, LAT)
    network, notes = read(save(layer(**TOWN), tmp_path / "roads.gpkg"), bounds=(x - 50, y - 50, x + 60, y + 50))
    assert pairs(network) == [("a", "c", 100)]
    assert {note.key: note.facts for note in notes}["network.left_out_outside"] == {"ways": 3}


def test_dead_ends_that_nearly_meet_a_street_are_counted(tmp_path):
    def metres(*places):
        return shapely.LineString([(500_000 + x, 3_300_000 + y) for x, y in places])

    drawn = [metres((0, 0), (100, 0)), metres((50, 0.3), (50, 60)), metres((80, 0.8), (80, 60)), metres((0, 0), (0, 9))]
    frame = gpd.GeoDataFrame({"fclass": "path", "geometry": drawn}, crs=4550)
    network, notes = read(save(frame, tmp_path / "cad.gpkg"))
    assert near_misses(network) == 1
    assert {note.key: note.facts for note in notes}["network.near_misses"] == {"ends": 1, "metres": 0.5}


def test_a_layer_without_classes_names_the_fields_it_has(tmp_path):
    frame = layer(类型=["主干道"], geometry=[line("ab")])
    with pytest.raises(DataError, match="类型") as caught:
        read(save(frame, tmp_path / "道路.gpkg"))
    assert caught.value.key == "network.no_class"


@pytest.mark.parametrize(
    ("frame", "key"),
    [
        (layer(fclass=["motorway"], geometry=[line("ab")]), "network.no_highways"),
        (layer(fclass=["path"], geometry=[shapely.Point(LON, LAT)]), "network.no_highways"),
        (layer(fclass=["path"], geometry=[line("ab")]).set_crs(None, allow_override=True), "layers.no_crs"),
        (layer(fclass=["path"], geometry=[line("ab")]).set_crs(4214, allow_override=True), "layers.old_datum"),
        (
            layer(fclass=["path"], geometry=[shapely.LineString([(500_000, 3_300_000), (500_100, 3_300_000)])]),
            "network.not_on_earth",
        ),
    ],
    ids=["only_motorways", "points", "no_crs", "beijing_54", "metres_called_degrees"],
)
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_layer_that_cannot_be_used_is_said(tmp_path, frame, key):
    with pytest.raises(DataError) as caught:
        read(save(frame, tmp_path / "roads.gpkg"))
    assert caught.value.key == key
    assert "roads.gpkg" in str(caught.value)


def test_two_layers_need_a_name(tmp_path):
    path = tmp_path / "all.gpkg"
    layer(**TOWN).to_file(path, layer="roads")
    layer(**TOWN).to_file(path, layer="rails")
    with pytest.raises(DataError) as caught:
        read(path)
    assert caught.value.key == "layers.which_layer"
    assert pairs(read(path, layer="roads")[0]) == WALKED
