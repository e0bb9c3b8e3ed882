import csv
import datetime
import hashlib
import tomllib
from collections import Counter
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pandas as pd
import pyogrio
import pyproj
import pytest
import python_calamine
import rasterio
import shapely
from scipy.spatial import KDTree

from circle15.inputs.files.datum import to_wgs84
from circle15.model.study import Study
from circle15.sample.grids import Street
from circle15.sample.plan import AGE_COLUMNS, load_plan
from circle15.sample.streets import join_streets
from circle15.sample.terrain import smooth

METRIC = 4549
NOT_WALKED = {"motorway", "construction"}


def checksums(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def folder(county_files):
    return county_files


@pytest.fixture(scope="module")
def study(folder):
    return Study.model_validate(tomllib.loads((folder / "study.toml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def zones(folder):
    layers = {
        level: pyogrio.read_dataframe(folder / "行政区划.gpkg", layer=level) for level in ("county", "town", "village")
    }
    assert {layer.crs.to_epsg() for layer in layers.values()} == {4490}
    return {level: layer.to_crs(METRIC) for level, layer in layers.items()}


@pytest.fixture(scope="module")
def osm(folder):
    """Every way of the extract: tags, node ids, metres; and the tagged nodes."""
    turn = pyproj.Transformer.from_crs(4326, METRIC, always_xy=True)
    places, tagged, ways = {}, {}, []
    for thing in osmium.FileProcessor(str(folder / "shili.osm.pbf")):
        if thing.is_node():
            places[thing.id] = turn.transform(thing.lon, thing.lat)
            if len(thing.tags):
                tagged[thing.id] = dict(thing.tags)
        elif thing.is_way():
            ways.append((dict(thing.tags), [node.ref for node in thing.nodes]))
    return places, tagged, ways


@pytest.fixture(scope="module")
def walkable(osm):
    """The streets as a graph of nodes, edges with metres."""
    places, _, ways = osm
    graph = nx.Graph()
    for tags, nodes in ways:
        if "highway" in tags and tags["highway"] not in NOT_WALKED and tags.get("access") != "private":
            for one, other in pairwise(nodes):
                graph.add_edge(one, other, metres=float(np.hypot(*np.subtract(places[one], places[other]))))
    return graph


@pytest.fixture(scope="module")
def people(folder):
    """Persons of each inhabited pixel and its middle, in metres."""
    with rasterio.open(folder / "人口.tif") as raster:
        persons, transform = raster.read(1), raster.transform
        assert (raster.nodata, raster.crs.to_epsg(), raster.dtypes) == (-99999.0, 4326, ("float32",))
    assert persons.min() == -99999.0
    row, column = np.nonzero(persons > 0)
    lon, lat = transform.c + (column + 0.5) * transform.a, transform.f + (row + 0.5) * transform.e
    points = gpd.GeoDataFrame(
        {"persons": persons[row, column].astype(float)}, geometry=gpd.points_from_xy(lon, lat), crs=4326
    )
    return points.to_crs(METRIC)


def read_list(path):
    if path.suffix == ".csv":
        with pytest.raises(UnicodeDecodeError):
            path.read_text(encoding="utf-8")
        return pd.DataFrame(list(csv.DictReader(path.read_text(encoding="gb18030").splitlines())))
    rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return pd.DataFrame(rows[1:], columns=rows[0])


@pytest.fixture(scope="module")
def lists(folder):
    """Every list by service: its rows as the office has them, with the true place in metres."""
    turn = pyproj.Transformer.from_crs(4326, METRIC, always_xy=True)
    tables = {}
    for each in load_plan().lists:
        table = read_list(folder / each.file)
        lon, lat = (pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float) for name in ("经度", "纬度"))
        table["x"], table["y"] = turn.transform(*to_wgs84(lon, lat, each.datum))
        tables[each.service] = table.rename(columns={each.headers["id"]: "id", each.headers["name"]: "name"})
    return tables


def test_writing_leaves_gdal_as_it_was(folder):
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None
    with rasterio.open(folder / "人口.tif") as raster:
        assert not any("DATE" in name for name in raster.tags())


def test_the_county_is_small_to_carry(folder):
    assert sum(path.stat().st_size for path in folder.iterdir()) < 6_000_000


def test_the_study_names_every_file_with_its_source(folder, study):
    assert (study.study.place, study.study.id, study.study.period) == ("示例县", "shili", "2026")
    sources = [
        *study.zones,
        study.network,
        study.population,
        study.population.totals,
        study.population.landuse,
        *study.facilities,
    ]
    for source in sources:
        assert source.provider == "示例数据，虚构"
        assert source.date == datetime.date(2026, 6, 30)
        assert source.licence
    named = {source.file for source in sources if hasattr(source, "file")} | {study.population.raster, "study.toml"}
    named |= {*study.targets.files, study.targets.reported}
    assert named == {path.name for path in folder.iterdir()}


def test_the_study_declares_each_list_as_the_plan_writes_it(study):
    declared = [(source.service, source.file, source.datum) for source in study.facilities]
    assert declared == [(each.service, each.file, each.datum) for each in load_plan().lists]


def test_units_are_counted_coded_and_classed(zones):
    county, town, village = (zones[level] for level in ("county", "town", "village"))
    assert (len(county), len(town), len(village)) == (1, 12, 90)
    assert Counter(name[-2:] if name.endswith("街道") else name[-1] for name in town["名称"]) == {
        "街道": 5,
        "镇": 5,
        "乡": 2,
    }
    assert set(town["代码"].str.len()) == {9}
    assert set(village["代码"].str.len()) == {12}
    assert village["代码"].is_unique
    assert village["名称"].is_unique
    assert (village["代码"].str[:9] == village["上级代码"]).all()
    assert (village["城乡分类"] == np.where(village["名称"].str.endswith("社区"), "城镇", "乡村")).all()
    assert set(town["城乡分类"]) == {"城镇", "乡村"}


def test_units_share_their_borders_to_the_last_bit(zones):
    county, town, village = (zones[level] for level in ("county", "town", "village"))
    assert 450e6 < county.area.iloc[0] < 650e6
    for layer in (county, town, village):
        assert layer.is_valid.all()
        assert set(layer.geom_type) == {"Polygon"}
        assert layer.area.sum() == pytest.approx(county.area.iloc[0], rel=1e-12)
        one, other = layer.sindex.query(layer.geometry, predicate="intersects")
        shared = shapely.intersection(layer.geometry.values[one], layer.geometry.values[other])
        assert shapely.area(shared[one < other]).sum() < 1e-3
    for code, parts in village.groupby("上级代码"):
        whole = town.loc[town["代码"] == code, "geometry"].iloc[0]
        assert shapely.union_all(parts.geometry.values).symmetric_difference(whole).area < 1e-3


def test_streets_are_of_every_kind_a_real_extract_has(osm):
    _, tagged, ways = osm
    kinds = Counter(tags["highway"] for tags, _ in ways if "highway" in tags)
    assert set(kinds) >= {
        "motorway", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
        "service", "track", "footway", "steps", "pedestrian", "construction",
    }  # fmt: skip
    assert sum(tags.get("bridge") == "yes" and tags.get("highway") == "primary" for tags, _ in ways) == 3
    assert sum(tags.get("access") == "private" for tags, _ in ways) > 10
    assert sum(tags.get("area") == "yes" and nodes[0] == nodes[-1] for tags, nodes in ways) == 2
    assert sum(tags.get("railway") == "rail" for tags, _ in ways) == 1
    assert sum(tags.get("route") == "ferry" for tags, _ in ways) == 1
    assert Counter(tags.get("barrier") for tags in tagged.values())["gate"] > 50
    assert sum(tags.get("barrier") == "fence" for tags, _ in ways) > 30


def test_streets_hang_together_but_for_the_island(osm, walkable, zones):
    places, _, ways = osm
    parts = sorted(
        ((walkable.subgraph(part).size("metres"), sorted(part)) for part in nx.connected_components(walkable)),
        reverse=True,
    )
    metres = sum(part[0] for part in parts)
    assert parts[0][0] / metres > 0.97
    assert metres - parts[0][0] - parts[1][0] < 0.002 * metres
    assert 5_000 < sum(degree != 2 for _, degree in walkable.degree()) < 20_000
    ferry = next(nodes for tags, nodes in ways if tags.get("route") == "ferry")
    assert ferry[0] in parts[1][1]
    assert ferry[-1] in parts[0][1]
    village = zones["village"].set_index("名称").loc["湖心村", "geometry"]
    assert village.contains(shapely.Point(places[ferry[0]]))


def test_streets_reach_past_the_border(osm, walkable, zones):
    places, _, _ = osm
    county = zones["county"].geometry.iloc[0]
    xy = np.array([places[node] for node in walkable])
    beyond = shapely.distance(county, shapely.points(xy))
    assert 1_500 < beyond.max() < 4_500


def test_people_agree_with_the_official_figures_but_for_some_per_cent(folder, people, zones):
    official = read_list(folder / "人口统计.xlsx").set_index("行政区划代码")
    assert official["常住人口"].sum() == 300426
    assert list(official.columns) == ["名称", "常住人口", *AGE_COLUMNS]
    assert (official["60岁及以上"] > official["65岁及以上"]).all()
    assert (official["65岁及以上"] > official["80岁及以上"]).all()
    joined = people.sjoin(zones["town"][["代码", "geometry"]])
    counted = joined.groupby("代码")["persons"].sum()
    miss = (counted / official["常住人口"] - 1).abs()
    assert miss.max() < 0.08
    assert miss.median() > 0.02


def test_people_live_together_and_leave_the_hills_empty(people, zones):
    inside = people[people.within(zones["county"].geometry.iloc[0])]
    assert 8_000 < len(inside) < 12_000
    plan = load_plan()
    middle = shapely.Point(plan.metres((plan.core.centre,))[0])
    assert 0.42 < inside.persons[inside.distance(middle) < 3_300].sum() / inside.persons.sum() < 0.58
    assert 0.1 < len(inside) * 7_500 / zones["county"].area.iloc[0] < 0.2
    village_people = people.sjoin(zones["village"]).groupby("名称")["persons"].sum()
    assert len(village_people) == 90
    assert village_people.min() > 100


def test_land_use_holds_the_people(folder, study, people):
    source = study.population.landuse
    land = pyogrio.read_dataframe(folder / source.file, layer=source.layer).to_crs(METRIC)
    homes = shapely.union_all(land.loc[land[source.column].isin(source.residential), "geometry"].values)
    other = set(land[source.column]) - set(source.residential)
    assert other == {"公共管理与公共服务用地", "公园绿地", "工业用地"}
    near = people.distance(homes) < 70  # a pixel's middle from a home in it
    assert people.persons[near].sum() / people.persons.sum() > 0.9


def test_lists_are_as_long_as_the_offices_say(lists):
    distinct = {service: table["id"].nunique() for service, table in lists.items()}
    assert distinct == {
        "childcare": 34 + 1, "kindergarten": 46 + 1, "primary_school": 40, "middle_school": 17, "health_centre": 12,
        "clinic": 75 + 1, "canteen": 55 + 1, "aid_station": 20, "day_care": 48, "culture": 62,
    }  # fmt: skip
    for table in lists.values():
        assert table.drop_duplicates("id")["name"].is_unique


def test_lists_have_the_odd_rows_that_real_ones_have(lists, zones):
    county = zones["county"].geometry.iloc[0]
    odd = {}
    for service, table in lists.items():
        known = table.loc[table["x"].notna(), ["x", "y"]].to_numpy()
        apart = shapely.distance(county, shapely.points(known))
        odd[service] = (
            int(np.isnan(table["x"]).sum()),
            int(((apart > 0) & (apart < 3_000)).sum()),
            int((apart > 50_000).sum()),
            int(table["id"].duplicated().sum()),
        )
    missing, beyond, far, gates = (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)
    expected = {"canteen": missing, "kindergarten": beyond, "clinic": beyond, "childcare": far, "primary_school": gates}
    assert odd == {service: expected.get(service, (0, 0, 0, 0)) for service in lists}


def test_facilities_stand_beside_streets(lists, osm, walkable):
    places, _, _ = osm
    streets = KDTree(np.array([places[node] for node in walkable]))
    for service, table in lists.items():
        known = table[table["x"].notna() & (table["name"] != "示例县驻外托育园")].drop_duplicates("id", keep="last")
        apart, _ = streets.query(known[["x", "y"]].to_numpy())
        assert apart.max() < 45, service


def test_people_across_the_water_are_near_by_air_and_far_on_foot(lists, osm, walkable, people):
    places, _, _ = osm
    nodes = list(walkable)
    corners = KDTree(np.array([places[node] for node in nodes]))
    sites = lists["childcare"].iloc[:-1][["x", "y"]].to_numpy()
    sources = {nodes[index] for index in corners.query(sites)[1]}
    metres = nx.multi_source_dijkstra_path_length(walkable, sources, weight="metres")
    here = np.stack([people.geometry.x, people.geometry.y], axis=1)
    leg, corner = corners.query(here)
    on_foot = leg + np.array([metres.get(nodes[index], np.inf) for index in corner])
    by_air, _ = KDTree(sites).query(here)
    assert people.persons[(by_air < 700) & (on_foot > 1_400)].sum() > 500
    assert people.persons[np.isinf(on_foot)].sum() > 50
    reached = people.persons[on_foot < 900].sum() / people.persons.sum()
    assert 0.3 < reached < 0.8


def test_gates_are_the_only_way_into_walled_blocks(osm, walkable):
    places, tagged, ways = osm
    gates = {node for node, tags in tagged.items() if tags.get("barrier") == "gate"}
    assert gates <= {node for tags, nodes in ways if "highway" in tags for node in nodes}
    walls = [
        shapely.LineString([places[node] for node in nodes]) for tags, nodes in ways if tags.get("barrier") == "fence"
    ]
    lines = shapely.linestrings([np.array([places[one], places[other]]) for one, other in walkable.edges])
    crossings = shapely.STRtree(lines).query(walls, predicate="intersects")[0]
    per_wall = np.bincount(crossings, minlength=len(walls))
    assert np.median(per_wall) <= 4  # a gate cuts a piece of street in two, and both touch the wall
    assert (per_wall == 0).sum() < 0.3 * len(walls)  # private works are entered by nobody


def street(*corners, at_grade=True):
    return Street(np.array(corners, dtype=float), (("highway", "residential"),), at_grade)


def test_streets_that_cross_or_touch_share_a_node():
    across, along, side = street((0, 0), (10, 0)), street((4, -5), (4, 5)), street((7, 0.01), (7, 9))
    joined = join_streets([across, along, side])
    assert joined[0].xy.tolist() == [[0, 0], [4, 0], [7, 0.01], [10, 0]]
    assert joined[1].xy.tolist() == [[4, -5], [4, 0], [4, 5]]
    assert joined[2].xy.tolist() == [[7, 0.01], [7, 9]]


def test_a_bridge_shares_no_node_with_what_it_crosses():
    joined = join_streets([street((0, 0), (10, 0)), street((4, -5), (4, 5), at_grade=False)])
    assert [len(each.xy) for each in joined] == [2, 2]


def test_smoothing_keeps_the_ends_and_cuts_the_corner():
    line = smooth(np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]]), rounds=1)
    assert line.tolist() == [[0, 0], [1, 0], [3, 0], [4, 1], [4, 3], [4, 4]]
