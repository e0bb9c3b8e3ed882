"""People from buildings: floor area, residential land, and the dwellings of OpenStreetMap."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from peopled_places import GROUPS, METRIC, X0, Y0, county_of_four_towns, keys, square, zones_of

from circle15.errors import DataError
from circle15.inputs.population.gridding import split_by_grid
from circle15.inputs.population.osm import read_osm_buildings
from circle15.inputs.population.read import read_population
from circle15.model.study import LandUseSource, PopulationSource, TotalsSource

ONE_COUNTY = zones_of(("county", "c", "", square(-1000, -1000, 1000, 1000)))
TWO_TOWNS = zones_of(
    ("county", "c", "", square(-1000, -1000, 1000, 1000)),
    ("town", "A", "c", square(-1000, -1000, 0, 1000)),
    ("town", "B", "c", square(0, -1000, 1000, 1000)),
)


def write_layer(folder, file, shapes, **columns):
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=METRIC).to_file(folder / file)
    return file


def house(west, south, side=10):
    return square(west, south, west + side, south + side)


def source(**said):
    return PopulationSource(buildings="房屋.gpkg", floors="层数", **said)


def test_people_live_by_floor_area(tmp_path):
    write_layer(tmp_path, "房屋.gpkg", [house(5, 5), house(205, 5), house(220, 5, side=20)], 层数=[6, 2, 1])
    grid, _, notes = read_population(source(total_persons=1200), tmp_path, ONE_COUNTY, 100, GROUPS)
    assert grid.persons["all"].tolist() == pytest.approx([600, 600])
    assert grid.cells["x"].tolist() == [X0 + 50, X0 + 250]
    assert grid.cells["residential_m2"].isna().all()
    assert "population.floors_unknown" not in keys(notes)


def test_unknown_floors_count_as_the_study_says_and_are_told(tmp_path):
    shapes = [house(at, 5) for at in (5, 105, 205, 305, 405)]
    write_layer(tmp_path, "房屋.gpkg", shapes, 层数=["6", "0", None, "六", "9999"])
    grid, _, notes = read_population(source(total_persons=180, floors_unknown=3), tmp_path, ONE_COUNTY, 100, GROUPS)
    assert grid.persons["all"].tolist() == pytest.approx([60, 30, 30, 30, 30])
    assert keys(notes)["population.floors_unknown"] == {"file": "房屋.gpkg", "count": 4, "of": 5, "floors": 3.0}


@pytest.mark.parametrize("header", ["层数", "Floor", "建筑层数", "楼层（层）"])
def test_floors_are_found_by_a_usual_header(tmp_path, header):
    write_layer(tmp_path, "房屋.gpkg", [house(5, 5), house(205, 5)], **{header: [6, 2]})
    unnamed = PopulationSource(buildings="房屋.gpkg", total_persons=800)
    grid, _, notes = read_population(unnamed, tmp_path, ONE_COUNTY, 100, GROUPS)
    assert grid.persons["all"].tolist() == pytest.approx([600, 200])
    assert not {"population.no_floors_column", "population.floors_unknown"} & keys(notes).keys()


def test_without_a_column_of_floors_all_count_alike_and_that_is_told(tmp_path):
    write_layer(tmp_path, "房屋.gpkg", [house(5, 5), house(205, 5)], 用途=["住宅", "住宅"])
    unnamed = PopulationSource(buildings="房屋.gpkg", total_persons=800, floors_unknown=2)
    grid, _, notes = read_population(unnamed, tmp_path, ONE_COUNTY, 100, GROUPS)
    assert grid.persons["all"].tolist() == pytest.approx([400, 400])
    told = keys(notes)["population.no_floors_column"]
    assert told == {"file": "房屋.gpkg", "of": 2, "floors": 2.0, "columns": "用途"}


def test_buildings_need_an_official_total(tmp_path):
    with pytest.raises(DataError) as caught:
        read_population(source(), tmp_path, ONE_COUNTY, 100, GROUPS)
    assert caught.value.key == "population.buildings_need_totals"


def test_buildings_elsewhere_are_refused(tmp_path):
    write_layer(tmp_path, "房屋.gpkg", [house(5000, 5)], 层数=[1])
    with pytest.raises(DataError) as caught:
        read_population(source(total_persons=9), tmp_path, ONE_COUNTY, 100, GROUPS)
    assert caught.value.key == "population.no_buildings"


def test_shapes_without_an_area_are_told_and_crossed_rings_mended(tmp_path):
    bow_tie = shapely.Polygon([(X0, Y0), (X0 + 20, Y0 + 20), (X0 + 20, Y0), (X0, Y0 + 20)])
    write_layer(tmp_path, "房屋.gpkg", [bow_tie, shapely.Point(X0, Y0), house(305, 5)], 层数=[1, 1, 2])
    grid, _, notes = read_population(source(total_persons=400), tmp_path, ONE_COUNTY, 100, GROUPS)
    assert grid.persons["all"].tolist() == pytest.approx([200, 200])
    assert keys(notes)["population.not_polygons"]["count"] == 1


def test_only_buildings_on_residential_land_count_unless_a_town_has_none_there(tmp_path):
    write_layer(
        tmp_path, "房屋.gpkg", [house(-150, 5), house(-350, 5), house(105, 5), house(305, 5)], 层数=[1, 1, 1, 3]
    )
    write_layer(
        tmp_path, "用地.gpkg", [square(-200, 0, -100, 100), square(0, 0, 999, 999)], fclass=["residential", "farm"]
    )
    (tmp_path / "人口.csv").write_text("代码,人口\nA,100\nB,400\n", encoding="utf-8")
    given_totals = TotalsSource(file="人口.csv", level="town")
    said = source(landuse=LandUseSource(file="用地.gpkg"), totals=given_totals)
    grid, _, notes = read_population(said, tmp_path, TWO_TOWNS, 100, GROUPS)
    assert grid.persons["all"].tolist() == pytest.approx([100, 100, 300])
    assert grid.cells["residential_m2"].tolist() == pytest.approx([10_000, 0, 0])
    told = keys(notes)
    assert told["population.none_on_residential_land"] == {"unit": "名B", "code": "B", "buildings": 2}
    assert told["population.on_residential_land"]["counted"] == 3


def test_residential_land_elsewhere_masks_nothing(tmp_path):
    write_layer(tmp_path, "房屋.gpkg", [house(5, 5)], 层数=[1])
    write_layer(tmp_path, "用地.gpkg", [square(5000, 0, 5100, 100)], fclass=["residential"])
    said = source(landuse=LandUseSource(file="用地.gpkg"), total_persons=9)
    grid, _, notes = read_population(said, tmp_path, ONE_COUNTY, 100, GROUPS)
    assert grid.persons["all"].tolist() == pytest.approx([9])
    assert grid.cells["residential_m2"].tolist() == [0.0]
    assert "population.none_on_residential_land" in keys(notes)


def test_values_that_are_never_residential_are_refused(tmp_path):
    write_layer(tmp_path, "用地.gpkg", [square(0, 0, 100, 100)], fclass=["farm"])
    said = source(landuse=LandUseSource(file="用地.gpkg"), total_persons=9)
    with pytest.raises(DataError) as caught:
        read_population(said, tmp_path, ONE_COUNTY, 100, GROUPS)
    assert caught.value.facts["found"] == "farm"


def test_residential_land_is_measured_once_within_the_area_with_or_without_people(tmp_path):
    rng = np.random.default_rng(5)
    blobs = shapely.buffer(shapely.points(X0 + rng.uniform(-1200, 1200, 40), Y0 + rng.uniform(-1200, 1200, 40)), 137.0)
    write_layer(tmp_path, "用地.gpkg", blobs, fclass=["residential"] * 40)
    write_layer(tmp_path, "房屋.gpkg", shapely.buffer(shapely.centroid(blobs), 5), 层数=[2] * 40)
    said = source(landuse=LandUseSource(file="用地.gpkg"), total_persons=9)
    grid, _, _ = read_population(said, tmp_path, ONE_COUNTY, 100, GROUPS)
    land = shapely.union_all(blobs).intersection(ONE_COUNTY.root.geometry.iloc[0])
    assert grid.cells["residential_m2"].sum() == pytest.approx(land.area, rel=1e-9)
    assert (grid.persons["all"] == 0).any()
    for x, y, square_m in grid.cells[["x", "y", "residential_m2"]].sample(30, random_state=1).itertuples(index=False):
        assert square_m == pytest.approx(land.intersection(shapely.box(x - 50, y - 50, x + 50, y + 50)).area, abs=1e-5)


@given(st.lists(st.tuples(st.floats(-2e3, 2e3), st.floats(-2e3, 2e3)), min_size=3, max_size=8), st.integers(100, 1000))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_cutting_along_the_grid_keeps_the_area(corners, cell_m):
    hull = shapely.convex_hull(shapely.multipoints(np.add(corners, (X0, Y0))))
    if hull.area < 1:
        return
    cut = split_by_grid(np.array([hull]), cell_m)
    assert cut["area_m2"].sum() == pytest.approx(hull.area, rel=1e-9)
    assert not cut.duplicated(["row", "column"]).any()
    assert (cut["area_m2"] <= cell_m**2 * (1 + 1e-9)).all()


def test_towns_sum_to_the_district_and_shuffled_rows_change_nothing(tmp_path):
    rng = np.random.default_rng(11)
    shapes = [house(*at) for at in rng.uniform(-3000, 3000, (300, 2))]
    land = [house(*at, side=700) for at in rng.uniform(-3000, 3000, (40, 2))]
    floors = rng.integers(1, 30, 300)
    grids = []
    for order, land_order in ((np.arange(300), np.arange(40)), (rng.permutation(300), rng.permutation(40))):
        write_layer(tmp_path, "房屋.gpkg", [shapes[at] for at in order], 层数=floors[order])
        write_layer(tmp_path, "用地.gpkg", [land[at] for at in land_order], fclass=["residential"] * 40)
        said = source(landuse=LandUseSource(file="用地.gpkg"), total_persons=12_345)
        grids.append(read_population(said, tmp_path, county_of_four_towns(), 100, GROUPS)[0])
    first, second = grids
    assert first.cells.equals(second.cells)
    assert first.persons.equals(second.persons)
    assert first.persons["all"].sum() == pytest.approx(12_345, rel=1e-9)
    assert first.persons["all"].groupby(first.cells["town_code"]).sum().sum() == pytest.approx(12_345, rel=1e-9)


OSM = """<?xml version="1.0"?>
<osm version="0.6">
{nodes}
  <way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
    <tag k="building" v="apartments"/><tag k="building:levels" v="6"/></way>
  <way id="2"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="5"/>
    <tag k="building" v="yes"/><tag k="amenity" v="school"/></way>
  <way id="3"><nd ref="9"/><nd ref="10"/><nd ref="11"/><nd ref="12"/><nd ref="9"/></way>
  <way id="4"><nd ref="13"/><nd ref="14"/><nd ref="15"/><nd ref="16"/><nd ref="13"/></way>
  <way id="5"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="5"/><tag k="building" v="garage"/></way>
  <relation id="1"><member type="way" ref="3" role="outer"/><member type="way" ref="4" role="inner"/>
    <tag k="type" v="multipolygon"/><tag k="building" v="bungalow"/></relation>
</osm>
"""


def corner_nodes():
    """Four corners each of four squares: two houses, a school's, and a house with a court."""
    corners = []
    for west, size in ((0.0, 0.001), (0.01, 0.001), (0.02, 0.001), (0.02025, 0.0005)):
        south = 0.0 if size == 0.001 else 0.00025
        corners += [(west, south), (west + size, south), (west + size, south + size), (west, south + size)]
    return "\n".join(
        f'  <node id="{at}" lon="{120 + lon:.6f}" lat="{30 + lat:.6f}"/>'
        for at, (lon, lat) in enumerate(corners, start=1)
    )


def test_the_dwellings_of_an_extract_are_ways_and_multipolygons(tmp_path):
    path = tmp_path / "小区.osm"
    path.write_text(OSM.format(nodes=corner_nodes()), encoding="utf-8")
    frame, broken = read_osm_buildings(path)
    assert (sorted(frame["floors"]), broken) == (["1", "6"], 0)
    by_floors = frame.set_index("floors").geometry
    assert by_floors["6"].area == pytest.approx(1e-6, rel=1e-6)
    assert by_floors["1"].area == pytest.approx(0.75e-6, rel=1e-6)  # with its court cut out


def test_a_file_that_is_no_extract_is_refused(tmp_path):
    path = tmp_path / "小区.osm.pbf"
    path.write_bytes(b"no extract")
    with pytest.raises(DataError) as caught:
        read_osm_buildings(path)
    assert caught.value.key == "population.osm_unreadable"


def test_an_extract_without_buildings_is_refused(tmp_path):
    (tmp_path / "空.osm").write_text('<osm version="0.6"></osm>', encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_population(PopulationSource(buildings="空.osm", total_persons=1), tmp_path, ONE_COUNTY, 100, GROUPS)
    assert caught.value.key == "population.no_buildings"
