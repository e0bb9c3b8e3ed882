"""Large files are read only around the area, and nothing of the result tells."""

import geopandas as gpd
import numpy as np
import osmium
import pyproj
import pytest
import shapely

from circle15.inputs.files import boxes, layers
from circle15.inputs.files.boxes import degrees_around, may_touch
from circle15.inputs.files.layers import read_layer
from circle15.inputs.population.osm import read_osm_buildings
from circle15.inputs.streets.lines import read_line_ways
from circle15.inputs.streets.osm import read_osm_ways
from circle15.inputs.streets.ways import touching

METRIC = pyproj.CRS("EPSG:4549")
AROUND = (120.0, 30.0, 120.1, 30.08)
WALKERS = {"walk": AROUND}


def scattered_lines(count=400):
    """Lines short and long, some bent around the corners of the box, some of several parts, one without a shape."""
    rng = np.random.default_rng(7)
    begin = rng.uniform([119.7, 29.7], [120.4, 30.4], (count, 2))
    steps = rng.uniform(-1, 1, (count, 3, 2)) * rng.choice([0.003, 0.05, 0.3], (count, 1, 1))
    lines = [shapely.LineString([at, *(at + step)]) for at, step in zip(begin, steps, strict=True)]
    lines[0] = shapely.LineString([(119.95, 30.05), (119.95, 30.12), (120.05, 30.12)])  # only its box meets the box
    lines[1] = shapely.MultiLineString([lines[2], lines[3]])
    lines[4] = None
    return lines


def whole(monkeypatch):
    """Let every feature pass as one that may touch the box."""
    monkeypatch.setattr(boxes, "may_touch", lambda bounds, *_: np.ones(len(bounds), dtype=bool))


def same_ways(one, other):
    assert (one.read, one.left_out, one.notes) == (other.read, other.left_out, other.notes)
    for part in ("way_id", "kind", "start", "vertex_id", "vertex_xy"):
        assert np.array_equal(getattr(one.ways, part), getattr(other.ways, part)), part


@pytest.mark.parametrize("crs", [4326, 4490, 4549, 3857])
@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson"])
@pytest.mark.parametrize("with_ids", [True, False])
def test_line_ways(tmp_path, monkeypatch, crs, ending, with_ids):
    lines = scattered_lines()
    kinds = np.random.default_rng(1).choice(["residential", "motorway", "footway"], len(lines))
    columns = {"fclass": kinds} | ({"osm_id": [str(1000 - at) for at in range(len(lines))]} if with_ids else {})
    path = tmp_path / f"roads.{ending}"
    gpd.GeoDataFrame(columns, geometry=lines, crs=4326).to_crs(4326 if ending == "geojson" else crs).to_file(path)
    some = read_line_ways(path, None, METRIC, WALKERS)
    whole(monkeypatch)
    same_ways(some, read_line_ways(path, None, METRIC, WALKERS))
    assert 0 < len(some.ways) < len(lines) / 2


def test_only_what_is_near_is_read(tmp_path):
    lines = scattered_lines()
    path = tmp_path / "roads.gpkg"
    gpd.GeoDataFrame({"fclass": "path"}, index=range(len(lines)), geometry=lines, crs=4326).to_file(path)
    near = read_layer(path, around=AROUND)
    everything = layers.read_layer(path)
    assert len(near) < len(everything) / 2
    touches = everything.geometry.intersects(shapely.box(*AROUND))
    assert set(everything.index[touches]) <= set(near.index)
    assert near.geometry.loc[near.index[0]].equals(everything.geometry.loc[near.index[0]])


def test_a_box_in_metres_is_inside_its_box_of_degrees():
    bounds = np.array([400_000.0, 3_300_000.0, 480_000.0, 3_360_000.0])
    west, south, east, north = degrees_around(bounds, METRIC)
    rim = shapely.get_coordinates(shapely.segmentize(shapely.box(*bounds).exterior, 500.0))
    lon, lat = pyproj.Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True).transform(*rim.T)
    assert west < lon.min() < lon.max() < east
    assert south < lat.min() < lat.max() < north


def test_what_has_no_place_is_left_to_the_reader():
    strange = np.array([[np.nan] * 4, [500.0, 500.0, 501.0, 501.0], [150.0, 10.0, 150.0, 10.0]])
    assert may_touch(strange, pyproj.CRS(4326), AROUND).all()


def write_town(path):
    """Streets and houses in and around the box."""
    rng = np.random.default_rng(3)
    at = np.round(rng.uniform([119.7, 29.7], [120.4, 30.4], (300, 2)), 6)
    with osmium.SimpleWriter(str(path)) as writer:
        corners = [(0.0, 0.0), (0.001, 0.0), (0.001, 0.001), (0.0, 0.001)]
        for house, (lon, lat) in enumerate(at):
            for corner, (east, north) in enumerate(corners):
                place = (round(lon + east, 7), round(lat + north, 7))
                writer.add_node(osmium.osm.mutable.Node(id=10 * house + corner + 1, location=place))
        for house in range(len(at)):
            ring = [10 * house + corner + 1 for corner in (0, 1, 2, 3, 0)]
            writer.add_way(osmium.osm.mutable.Way(id=house + 1, nodes=ring, tags={"building": "house"}))
        for street in range(len(at) - 1):
            ends = [10 * street + 1, 10 * street + 11, *([9_999_999] if street % 9 == 0 else [])]
            writer.add_way(osmium.osm.mutable.Way(id=1000 + street, nodes=ends, tags={"highway": "residential"}))
    return path


def test_osm_ways(tmp_path):
    path = write_town(tmp_path / "town.osm.pbf")
    everything, some = read_osm_ways(path, METRIC, {"walk": None}), read_osm_ways(path, METRIC, WALKERS)
    degrees = pyproj.Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)
    lonlat = np.stack(degrees.transform(*everything.ways.vertex_xy.T), axis=1)
    near = touching(everything.ways.start, lonlat, AROUND)
    expected = everything.ways.take(near)
    for part in ("way_id", "kind", "start", "vertex_id", "vertex_xy"):
        assert np.array_equal(getattr(some.ways, part), getattr(expected, part)), part
    assert some.box == everything.box
    assert some.read == everything.read
    assert some.left_out["walk"]["outside"] == (~near).sum() > 50


def test_osm_buildings(tmp_path):
    path = write_town(tmp_path / "town.osm.pbf")
    everything, _ = read_osm_buildings(path)
    some, _ = read_osm_buildings(path, AROUND)
    box = shapely.box(*AROUND)
    inside = [shape.wkb for shape in everything.geometry if shape.intersects(box)]
    assert inside == [shape.wkb for shape in some.geometry if shape.intersects(box)]
    assert 0 < len(inside) < len(some) < len(everything) / 2
