from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from circle15.errors import ConfigurationError, DataError, Faults, collecting, raise_faults
from circle15.inputs.zones.read import read_zones, zone_codes
from circle15.model.study import ZoneSource

CRS = pyproj.CRS.from_epsg(4549)  # CGCS2000, central meridian 120 E
EAST, NORTH = 500_000, 3_350_000


def square(column, row, side=2000, columns=1, rows=1):
    west, south = EAST + column * side, NORTH + row * side
    return box(west, south, west + columns * side, south + rows * side)


def write(folder, file, shapes, crs=CRS, **columns):
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs).to_file(folder / file)


def read(folder, *sources, crs=CRS):
    faults = []
    with collecting(faults):
        return read_zones([ZoneSource(**source) for source in sources], folder, crs, "示例县", "demo")
    assert all(fault.sentence("zh") != fault.sentence("en") for fault in faults)
    raise_faults(faults)
    return None


def keys(notes):
    for note in notes:
        assert note.sentence("zh") != note.sentence("en")
    return [note.key for note in notes]


@pytest.fixture
def county(tmp_path):
    """A county of two towns side by side, each of two villages."""
    write(tmp_path, "county.gpkg", [square(0, 0, columns=2, rows=2)], 行政区划代码=["330102"], 名称=["甲县"])
    towns = [square(0, 0, rows=2), square(1, 0, rows=2)]
    write(tmp_path, "towns.gpkg", towns, code=["330102001", "330102002"], 乡镇=["东镇", "西乡"], 城乡=["城镇", "220"])
    villages = [square(1, 1), square(0, 0), square(1, 0), square(0, 1)]
    write(tmp_path, "villages.geojson", gpd.GeoSeries(villages, crs=CRS).to_crs(4326), "EPSG:4326", 村=list("丁甲丙乙"))
    return tmp_path


COUNTY = {"file": "county.gpkg", "level": "county"}
TOWNS = {"file": "towns.gpkg", "level": "town"}
VILLAGES = {"file": "villages.geojson", "level": "village"}


def test_three_levels_make_one_tree(county):
    zones, _, notes = read(county, VILLAGES, TOWNS, COUNTY)
    assert zones.levels == ("county", "town", "village")
    assert zones.frame["code"].tolist() == ["330102", "330102001", "330102002", "丁", "丙", "乙", "甲"]
    assert zones.frame["parent_code"].tolist() == [
        "", "330102", "330102", "330102002", "330102002", "330102001", "330102001",
    ]  # fmt: skip
    assert zones.root["name"].item() == "甲县"
    assert zones.at_level("town")["name"].tolist() == ["东镇", "西乡"]
    assert notes == ()
    # The geojson came in degrees; back in metres the squares are themselves again.
    assert zones.at_level("village").area.to_numpy() == pytest.approx(4e6, rel=1e-6)


def test_villages_take_the_class_of_their_town(county):
    zones, _, _ = read(county, COUNTY, TOWNS, VILLAGES)
    assert zones.at_level("town")["urban_rural"].tolist() == ["urban", "rural"]
    assert zones.at_level("village")["urban_rural"].tolist() == ["rural", "rural", "urban", "urban"]
    assert zones.root["urban_rural"].item() == ""


def test_all_are_holds_where_the_column_is_silent(county):
    zones, _, _ = read(county, {**VILLAGES, "all_are": "rural"})
    assert set(zones.at_level("village")["urban_rural"]) == {"rural"}


def test_several_towns_without_a_county_get_a_root_made_of_them(county):
    zones, _, _ = read(county, TOWNS)
    assert zones.levels == ("place", "town")
    assert (zones.root["code"].item(), zones.root["name"].item()) == ("demo", "示例县")
    assert zones.root.area.item() == pytest.approx(16e6)
    assert set(zones.at_level("town")["parent_code"]) == {"demo"}


def test_a_single_town_is_the_root(county):
    zones, _, _ = read(county, {**TOWNS, "only": ["西乡"]}, VILLAGES)
    assert zones.root["code"].item() == "330102002"
    assert zones.at_level("village")["code"].tolist() == ["丁", "丙"]


def test_units_outside_the_level_above_are_left_out_and_named(county):
    _, _, notes = read(county, {**TOWNS, "only": ["330102001"]}, VILLAGES)
    assert keys(notes) == ["zones.outside"]
    assert notes[0].facts["names"] == "丁、丙"
    assert "丁" in notes[0].sentence("zh")


def test_a_lower_level_of_another_place_is_refused(county):
    write(county, "far.gpkg", [square(50, 50)], name=["远村"])
    with pytest.raises(DataError, match=r"far\.gpkg"):
        read(county, COUNTY, {"file": "far.gpkg", "level": "village"})


def test_only_names_a_unit_that_is_not_there(county):
    with pytest.raises(ConfigurationError, match="南镇"):
        read(county, {**TOWNS, "only": ["东镇", "南镇"]})


def test_the_parent_column_decides_over_the_larger_overlap(county):
    write(county, "villages.gpkg", [square(0, 0), square(0, 1)], name=["甲", "乙"], 所属乡镇=["西乡", "?"])
    zones, _, _ = read(county, TOWNS, {"file": "villages.gpkg", "level": "village"})
    assert zones.at_level("village")["parent_code"].tolist() == ["330102001", "330102002"]


def test_the_metric_system_follows_the_middle(county):
    assert read(county, TOWNS, crs=None)[0].crs.to_epsg() == 4549


def test_a_system_of_degrees_is_refused(county):
    with pytest.raises(ConfigurationError, match="米"):
        read(county, TOWNS, crs=pyproj.CRS.from_epsg(4490))


@pytest.mark.parametrize("epsg", [3857, 32719, 3035])  # Web Mercator, a zone of Chile, a grid of Europe
def test_a_system_whose_metres_are_none_here_is_refused(county, epsg):
    with pytest.raises(ConfigurationError, match="与实地相差"):
        read(county, TOWNS, crs=pyproj.CRS.from_epsg(epsg))


@pytest.mark.parametrize("epsg", [4548, 4550, 32650, 32651])
def test_a_neighbouring_zone_is_taken(county, epsg):
    assert read(county, TOWNS, crs=pyproj.CRS.from_epsg(epsg))[0].crs.to_epsg() == epsg


def test_the_order_of_rows_and_files_changes_nothing(county):
    frame = gpd.read_file(county / "towns.gpkg").iloc[::-1]
    frame.to_file(county / "reversed.gpkg")
    one, _, _ = read(county, COUNTY, TOWNS, VILLAGES)
    other, _, _ = read(county, VILLAGES, {**TOWNS, "file": "reversed.gpkg"}, COUNTY)
    pd.testing.assert_frame_equal(pd.DataFrame(one.frame), pd.DataFrame(other.frame))


# --- shapes ------------------------------------------------------------------------------------------------------


def test_a_polygon_that_crosses_itself_is_mended_and_measured(tmp_path):
    x, y = EAST, NORTH
    bow = shapely.Polygon([(x, y), (x + 2000, y + 2000), (x + 2000, y), (x, y + 2000)])
    write(tmp_path, "towns.gpkg", [bow, square(2, 0)], name=["甲", "乙"])
    zones, _, notes = read(tmp_path, TOWNS)
    assert keys(notes) == ["zones.mended"]
    assert notes[0].facts["count"] == 1
    # Signed, the two halves of the bow cancel; mended they are two triangles of 1 km2.
    assert notes[0].facts["change_m2"] == pytest.approx(2e6)
    assert zones.at_level("town").area.tolist() == pytest.approx([4e6, 2e6])
    assert zones.frame.is_valid.all()


def test_heights_are_dropped(tmp_path):
    write(tmp_path, "towns.gpkg", [shapely.force_3d(square(0, 0), 12.0), square(1, 0)], name=["甲", "乙"])
    zones, _, _ = read(tmp_path, TOWNS)
    assert not zones.frame.has_z.any()


def test_an_exclave_drawn_as_its_own_feature_joins_its_unit(tmp_path):
    shapes = [square(0, 0), square(1, 0), square(5, 5)]
    write(tmp_path, "towns.gpkg", shapes, code=["1", "2", "1"], name=["甲", "乙", "甲"])
    zones, _, notes = read(tmp_path, TOWNS)
    assert keys(notes) == ["zones.parts_joined"]
    assert zones.at_level("town").area.tolist() == pytest.approx([8e6, 4e6])


def test_one_code_with_two_names_is_refused(tmp_path):
    write(tmp_path, "towns.gpkg", [square(0, 0), square(1, 0)], code=["1", "1"], name=["甲", "乙"])
    with pytest.raises(DataError, match="重复"):
        read(tmp_path, TOWNS)


@pytest.mark.parametrize(
    ("side_m", "wide_m", "fate"),
    [
        (2000, 0.0004, "silent"),  # 0.8 m2: the rounding of coordinates
        (2000, 1.0, "noted"),  # 2,000 m2 of 4 km2
        (2000, 49.0, "noted"),  # narrower than 50 m, 2.45 % of 4 km2
        (2000, 51.0, "refused"),  # wider than 50 m, above 1 ha
        (200, 30.0, "refused"),  # narrow, but 15 % of 4 ha
        (100, 2.0, "noted"),  # 200 m2 of 1 ha
    ],
)
def test_land_that_two_towns_claim(tmp_path, side_m, wide_m, fate):
    one = box(EAST, NORTH, EAST + side_m + wide_m, NORTH + side_m)
    other = box(EAST + side_m, NORTH, EAST + 2 * side_m, NORTH + side_m)
    write(tmp_path, "towns.gpkg", [one, other], name=["甲镇", "乙镇"])
    if fate == "refused":
        with pytest.raises(DataError) as fault:
            read(tmp_path, TOWNS)
        assert fault.value.facts["m2"] == pytest.approx(side_m * wide_m, rel=1e-6)
        assert "甲镇" in str(fault.value)
        assert "乙镇" in str(fault.value)
    else:
        _, _, notes = read(tmp_path, TOWNS)
        assert keys(notes) == (["repair.overlaps"] if fate == "noted" else [])


def test_land_of_two_claims_goes_to_the_longer_border_and_both_rows_say_so(tmp_path):
    # 甲 claims a strip of 10 m x 1000 m of 乙: 甲 lies along its length, 乙 along its length and both ends.
    strip = box(EAST + 990, NORTH + 500, EAST + 1010, NORTH + 1500)
    one = box(EAST, NORTH, EAST + 1000, NORTH + 2000).union(strip)
    other = box(EAST + 1000, NORTH, EAST + 2000, NORTH + 2000)
    write(tmp_path, "towns.gpkg", [other, one], name=["乙", "甲"])
    zones, ledger, notes = read(tmp_path, TOWNS)
    assert keys(notes) == ["repair.overlaps"]
    assert (notes[0].facts["count"], notes[0].facts["m2"]) == (1, pytest.approx(10_000))
    assert zones.at_level("town").area.tolist() == pytest.approx([2e6, 2e6])
    assert [(row.row, row.fate, row.reasons[0].key) for row in ledger.rows] == [
        (1, "fixed", "repair.overlap_kept"),
        (2, "fixed", "repair.overlap_lost"),
    ]
    at = ledger.rows[0].reasons[0].at
    assert (at.file, at.row) == ("towns.gpkg", 1)
    x, y = pyproj.Transformer.from_crs(4326, CRS, always_xy=True).transform(at.lon, at.lat)
    assert EAST + 1000 < x < EAST + 1010
    assert NORTH + 500 < y < NORTH + 1500


def test_a_gap_between_towns_is_filled_where_it_is_a_sliver_and_told_where_it_is_not(tmp_path):
    lake = box(EAST + 2500, NORTH + 500, EAST + 2700, NORTH + 700)  # 4 ha
    write(tmp_path, "county.gpkg", [square(0, 0, columns=2)], name=["县"])
    narrow = box(EAST, NORTH, EAST + 1990, NORTH + 2000)
    write(tmp_path, "towns.gpkg", [narrow, square(1, 0) - lake], name=["甲", "乙"])
    zones, ledger, notes = read(tmp_path, COUNTY, TOWNS)
    assert keys(notes) == ["repair.gaps", "repair.nobodys"]
    assert notes[0].facts["m2"] == pytest.approx(20_000)
    assert notes[1].facts["m2"] == pytest.approx(40_000)
    assert (notes[1].at.lon, notes[1].at.lat) != (pytest.approx(0), pytest.approx(0))
    assert zones.at_level("town").area.sum() == pytest.approx(8e6 - 40_000, rel=1e-12)
    assert Counter(row.fate for row in ledger.rows) == {"used": 2, "fixed": 1}


def test_a_town_that_sticks_out_ends_at_its_county_and_the_rest_is_filled(tmp_path):
    write(tmp_path, "county.gpkg", [square(0, 0, columns=2)], name=["县"])
    shifted = [shapely.affinity.translate(square(at, 0), 8, 0) for at in (0, 1)]
    write(tmp_path, "towns.gpkg", shifted, name=["甲", "乙"])
    zones, ledger, notes = read(tmp_path, COUNTY, TOWNS)
    assert keys(notes) == ["repair.clips", "repair.gaps"]
    assert [note.facts["m2"] for note in notes] == pytest.approx([16_000, 16_000])
    assert zones.root.area.item() == 8e6
    assert zones.at_level("town").area.sum() == pytest.approx(8e6, rel=1e-12)
    assert [row.reasons[0].key for row in ledger.rows if row.file == "towns.gpkg"] == [
        "repair.gap_filled",
        "repair.clipped",
    ]


def test_a_village_takes_its_land_to_the_town_that_its_row_names(tmp_path):
    write(tmp_path, "towns.gpkg", [square(0, 0, rows=2), square(1, 0, rows=2)], name=["东镇", "西乡"])
    villages = [square(0, 0), square(0, 1), square(1, 0), square(1, 1)]
    write(tmp_path, "v.gpkg", villages, name=list("甲乙丙丁"), 所属乡镇=["西乡", "东镇", "西乡", "西乡"])
    zones, _, notes = read(tmp_path, TOWNS, {"file": "v.gpkg", "level": "village"})
    assert keys(notes) == ["repair.taken"]
    assert zones.at_level("town").area.tolist() == pytest.approx([4e6, 12e6])
    inside = zone_codes(zones, np.array([[EAST + 500, NORTH + 500]])).iloc[0]
    assert (inside["town_code"], inside["village_code"]) == ("西乡", "甲")


def test_every_row_is_accounted_for(tmp_path):
    shapes = [square(0, 0), square(0, 0), None, square(1, 0), square(9, 9)]
    write(tmp_path, "county.gpkg", [square(0, 0, columns=2)], name=["县"])
    write(tmp_path, "towns.gpkg", shapes, name=["甲", "甲", "丙", "乙", "丁"], code=list("11324"))
    _, ledger, _ = read(tmp_path, COUNTY, TOWNS)
    told = [(row.row, row.object_id, row.fate, [reason.key for reason in row.reasons]) for row in ledger.rows]
    assert told == [
        (1, "县", "used", []),
        (1, "1", "used", []),
        (2, "1", "excluded", ["repair.duplicate"]),
        (3, "3", "excluded", ["repair.no_shape"]),
        (4, "2", "used", []),
        (5, "4", "excluded", ["repair.outside"]),
    ]
    assert {row.kind for row in ledger.rows} == {"zones"}


def test_rows_that_only_leaves_aside_are_in_the_ledger(county):
    _, ledger, _ = read(county, {**TOWNS, "only": ["东镇"]})
    assert [(row.name, row.fate) for row in ledger.rows] == [("东镇", "used"), ("西乡", "excluded")]


# --- files that say too little -----------------------------------------------------------------------------------


def test_no_names_at_all(tmp_path):
    write(tmp_path, "towns.gpkg", [square(0, 0)], colour=["red"])
    with pytest.raises(DataError, match="colour"):
        read(tmp_path, TOWNS)


def test_the_same_name_twice_without_codes(tmp_path):
    write(tmp_path, "towns.gpkg", [square(0, 0), square(1, 0)], name=["城关镇", "城关镇"])
    with pytest.raises(DataError, match="城关镇"):
        read(tmp_path, TOWNS)


def test_lines_are_no_units(tmp_path):
    write(tmp_path, "towns.gpkg", [shapely.LineString(square(0, 0).exterior)], name=["甲"])
    with pytest.raises(DataError, match=r"towns\.gpkg"):
        read(tmp_path, TOWNS)


def test_no_coordinate_system_and_the_old_datums(tmp_path):
    write(tmp_path, "none.shp", [square(0, 0)], name=["a"])
    (tmp_path / "none.prj").unlink()
    write(tmp_path, "old.gpkg", [square(0, 0)], crs="EPSG:2437", name=["甲"])  # Beijing 1954
    with pytest.raises(Faults) as faults:
        read(tmp_path, {"file": "none.shp", "level": "town"}, {"file": "old.gpkg", "level": "county"})
    assert [fault.key for fault in faults.value.faults] == ["layers.no_crs", "layers.old_datum"]


def test_metres_labelled_as_degrees_and_a_layer_without_features(tmp_path):
    write(tmp_path, "wrong.gpkg", [square(0, 0)], crs="EPSG:4490", name=["甲"])
    with pytest.raises(DataError, match="米当成了度"):
        read(tmp_path, {"file": "wrong.gpkg", "level": "town"}, crs=None)
    write(tmp_path, "empty.gpkg", [], name=[])
    with pytest.raises(DataError, match="没有面要素"):
        read(tmp_path, {"file": "empty.gpkg", "level": "town"}, crs=None)


def test_a_class_that_says_neither_is_noted(tmp_path):
    write(tmp_path, "towns.gpkg", [square(0, 0), square(1, 0)], name=["甲", "乙"], 类别=["城镇", "不详"])
    zones, _, notes = read(tmp_path, {**TOWNS, "urban_rural": "类别"})
    assert keys(notes) == ["zones.class_unknown"]
    assert zones.at_level("town")["urban_rural"].tolist() == ["", "urban"]


def test_codes_read_as_numbers_stay_codes(tmp_path):
    write(tmp_path, "towns.gpkg", [square(0, 0), square(1, 0)], code=[330102001.0, 330102002.0], name=["甲", "乙"])
    assert read(tmp_path, TOWNS)[0].at_level("town")["code"].tolist() == ["330102001", "330102002"]


def test_two_columns_equally_good(tmp_path):
    write(tmp_path, "towns.gpkg", [square(0, 0)], **{"名称(旧)": ["甲"], "名称(新)": ["乙"]})
    with pytest.raises(DataError, match="名称"):
        read(tmp_path, TOWNS)
    assert read(tmp_path, {**TOWNS, "name": "名称(新)"})[0].root["name"].item() == "乙"


# --- points in units ---------------------------------------------------------------------------------------------


def test_points_on_a_shared_border_go_to_the_smaller_code(county):
    zones, _, _ = read(county, COUNTY, TOWNS, VILLAGES)
    xy = np.array([[EAST + 2000, NORTH + 500], [EAST + 2001, NORTH + 500], [EAST - 1, NORTH], [EAST + 4000, NORTH]])
    codes = zone_codes(zones, xy)
    assert list(codes.columns) == ["county_code", "town_code", "village_code"]
    assert codes["town_code"].tolist() == ["330102001", "330102002", "", "330102002"]
    assert codes["county_code"].tolist() == ["330102", "330102", "", "330102"]


def test_no_points(county):
    zones, _, _ = read(county, COUNTY)
    assert zone_codes(zones, np.empty((0, 2))).shape == (0, 1)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(points=st.lists(st.tuples(st.integers(-3, 43), st.integers(-3, 43)), min_size=1, max_size=30))
def test_codes_equal_asking_every_unit(lattice, points):
    xy = np.array(points, dtype=float) * 100 + [EAST, NORTH]
    towns = lattice.at_level("town")
    expected = [
        min(
            [code for code, shape in zip(towns["code"], towns.geometry, strict=True) if shape.covers(point)], default=""
        )
        for point in shapely.points(xy)
    ]
    assert zone_codes(lattice, xy)["town_code"].tolist() == expected


@pytest.fixture(scope="module")
def lattice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lattice")
    cells = [(column, row) for column in range(4) for row in range(4)]
    write(folder, "towns.gpkg", [square(*cell, side=1000) for cell in cells], name=[f"t{c}{r}" for c, r in cells])
    return read(folder, TOWNS)[0]


# --- OSM and real files ------------------------------------------------------------------------------------------

MUNICIPALITIES = [
    "Balzers", "Eschen", "Gamprin", "Mauren", "Planken", "Ruggell", "Schaan", "Schellenberg", "Triesen",
    "Triesenberg", "Vaduz",
]  # fmt: skip


def test_an_osm_file_needs_an_admin_level(tmp_path):
    with pytest.raises(ConfigurationError, match="admin_level"):
        read(tmp_path, {"file": "x.osm.pbf", "level": "town"})


def test_a_file_that_is_no_osm(tmp_path):
    (tmp_path / "x.osm.pbf").write_bytes(b"not a pbf at all")
    with pytest.raises(DataError, match=r"x\.osm\.pbf"):
        read(tmp_path, {"file": "x.osm.pbf", "level": "town", "admin_level": 8})


def test_the_municipalities_of_liechtenstein(field_data):
    source = {"file": "liechtenstein.osm.pbf", "level": "town", "admin_level": 8}
    zones, _, notes = read(field_data / "liechtenstein", source, crs=None)
    towns = zones.at_level("town")
    assert sorted(towns["name"]) == MUNICIPALITIES
    assert towns["code"].str.fullmatch(r"r\d+").all()
    assert zones.crs.to_epsg() == 32632
    assert zones.root.area.item() == pytest.approx(160.5e6, rel=0.01)  # 160.5 km2
    assert towns.area.sum() == pytest.approx(zones.root.area.item(), rel=1e-9)
    incomplete = next(note for note in notes if note.key == "zones.incomplete")
    assert incomplete.facts["count"] == 11  # three in Austria, eight in Switzerland
    assert "Feldkirch" in incomplete.sentence("en")


def test_one_country_as_county_above_its_municipalities(field_data):
    zones, _, _ = read(
        field_data / "liechtenstein",
        {"file": "liechtenstein.osm.pbf", "level": "county", "admin_level": 2, "only": ["Liechtenstein"]},
        {"file": "liechtenstein.osm.pbf", "level": "town", "admin_level": 8},
        crs=None,
    )
    assert zones.root["code"].item() == "r1155955"
    assert set(zones.at_level("town")["parent_code"]) == {"r1155955"}


def test_the_districts_of_hangzhou(field_data):
    zones, _, _ = read(field_data / "hangzhou", {"file": "districts.gpkg", "level": "county"}, crs=None)
    assert zones.at_level("county")["code"].tolist() == ["330102", "330105", "330106", "330108"]
    assert zones.levels == ("place", "county")
    assert zones.crs.to_epsg() == 4549


def test_ninety_counties_of_zhejiang(field_data):
    zones, _, _ = read(field_data, {"file": "zhejiang_counties.gpkg", "level": "county"}, crs=None)
    assert len(zones.at_level("county")) == 90


# --- units drawn over the unit around them ------------------------------------------------------------------------


def island_county(folder, inner, **more):
    """A county of 6 km that is one town, and a town drawn over it."""
    write(folder, "county.gpkg", [square(0, 0, columns=3, rows=3)], code=["330102"], name=["甲县"])
    shapes = [square(0, 0, columns=3, rows=3), inner, *more.get("others", ())]
    codes = [f"33010200{n}" for n in range(1, len(shapes) + 1)]
    write(folder, "towns.gpkg", shapes, code=codes, name=[f"镇{code[-1]}" for code in codes])
    return read(folder, COUNTY, TOWNS)


def test_a_town_drawn_over_the_town_around_it_holds_its_land(tmp_path):
    zones, ledger, notes = island_county(tmp_path, square(1, 1))
    areas = zones.at_level("town").set_index("code").area
    assert areas.tolist() == [32e6, 4e6]
    [cut] = [note for note in notes if note.key == "enclaves.cut"]
    assert (cut.facts["inner"], cut.facts["outer"]) == ("镇2（330102002）", "镇1（330102001）")
    assert cut.facts["m2"] == 4e6
    assert np.isfinite([cut.at.lon, cut.at.lat]).all()
    fates = {row.object_id: (row.fate, [note.key for note in row.reasons]) for row in ledger.rows}
    assert fates["330102001"] == ("fixed", ["enclaves.lost"])
    assert fates["330102002"] == ("fixed", ["enclaves.kept"])


def test_a_town_within_a_town_within_a_town(tmp_path):
    zones, _, notes = island_county(tmp_path, square(1, 1), others=[shapely.buffer(square(1, 1).centroid, 500)])
    areas = zones.at_level("town").set_index("code").area
    assert areas.sum() == pytest.approx(36e6, rel=1e-12)
    assert areas["330102003"] == pytest.approx(500**2 * np.pi, rel=0.01)
    assert areas["330102002"] == pytest.approx(4e6 - areas["330102003"], rel=1e-12)
    assert keys(notes).count("enclaves.cut") == 3


@pytest.mark.parametrize(
    "inner",
    [square(0, 0, columns=3, rows=2), square(2, 0, columns=2), square(0, 0, columns=3, rows=3)],
    ids=["most of it", "half outside", "all of it"],
)
def test_what_lies_not_within_stays_a_fault(tmp_path, inner):
    with pytest.raises((DataError, Faults)):
        island_county(tmp_path, inner)


def test_a_thin_arm_of_land_of_no_town_is_told(tmp_path):
    write(tmp_path, "county.gpkg", [square(0, 0, columns=2)], code=["330102"], name=["甲县"])
    lake = shapely.union(square(0.5, 0.5, side=1000), square(75, 45, side=20, columns=25, rows=2))
    towns = [shapely.difference(square(0, 0), lake), shapely.difference(square(1, 0), lake)]
    write(tmp_path, "towns.gpkg", towns, code=["330102001", "330102002"], name=["东镇", "西乡"])
    zones, _, notes = read(tmp_path, COUNTY, TOWNS)
    told = {note.key: note.facts for note in notes}
    area = shapely.intersection(lake, square(0, 0, columns=2)).area
    assert told["repair.nobodys"]["m2"] == pytest.approx(area)
    assert told["repair.nobodys_arms"]["narrow_m2"] == pytest.approx(area - 1e6)
    assert told["repair.nobodys_arms"]["m2"] + zones.at_level("town").area.sum() == pytest.approx(8e6)
