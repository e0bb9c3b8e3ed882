"""Polygons matched to official lists of units: by code, by name, and never by mere likeness."""

import geopandas as gpd
import pytest
from peopled_places import METRIC, square

from circle15.errors import DataError
from circle15.inputs.zones.read import read_zones
from circle15.inputs.zones.unit_names import plain_code, stem
from circle15.model.study import OfficialUnits, ZoneSource


def read(folder, units, *lines, level="town", county=("330102", "上城区")):
    """Units side by side, each 1 km2, from (code, name), in one county; and an official list."""
    shapes = [square(at * 1000, 0, at * 1000 + 1000, 1000) for at in range(len(units))]
    frame = gpd.GeoDataFrame({"名称": [name for _, name in units]}, geometry=shapes, crs=METRIC)
    if any(code for code, _ in units):
        frame["代码"] = [code for code, _ in units]
    frame.to_file(folder / "units.gpkg")
    whole = square(0, 0, len(units) * 1000, 1000)
    gpd.GeoDataFrame({"代码": [county[0]], "名称": [county[1]]}, geometry=[whole], crs=METRIC).to_file(
        folder / "c.gpkg"
    )
    (folder / "名录.csv").write_text("\n".join(lines), encoding="utf-8")
    sources = [ZoneSource(file="c.gpkg", level="county"), ZoneSource(file="units.gpkg", level=level)]
    zones, ledger, notes = read_zones(
        sources, folder, frame.crs, "县", "c", [OfficialUnits(file="名录.csv", level=level)]
    )
    assert all(note.sentence(lang) for note in notes for lang in ("zh", "en"))
    units = zones.at_level(level)
    return dict(zip(units["code"], units["name"], strict=True)), ledger, notes


def of_file(ledger, file):
    return [(row.row, row.fate, [reason.key for reason in row.reasons]) for row in ledger.rows if row.file == file]


def test_codes_are_taken_from_the_list_where_the_layer_has_none(tmp_path):
    units, ledger, notes = read(
        tmp_path, [("", "望江街道办事处"), ("", "小营街道")],
        "区划代码,名称", "330102001,望江街道", "330102002000,小营街道", "330103001,潮鸣街道",
    )  # fmt: skip
    assert units == {"330102001": "望江街道", "330102002": "小营街道"}
    assert of_file(ledger, "units.gpkg") == [
        (1, "fixed", ["official.name_set", "official.code_added"]),
        (2, "fixed", ["official.code_added"]),
    ]
    assert of_file(ledger, "名录.csv") == [(2, "used", []), (3, "used", []), (4, "excluded", ["official.elsewhere"])]
    assert notes == ()


def test_the_same_code_in_twelve_digits_is_the_same_unit_and_its_official_name_holds(tmp_path):
    units, ledger, _ = read(tmp_path, [("330102001000", "望江镇"), ("330102002", "小营街道")],
        "区划代码,名称", "330102001,望江街道", "330102002,小营街道")  # fmt: skip
    assert units == {"330102001": "望江街道", "330102002": "小营街道"}
    assert of_file(ledger, "units.gpkg") == [(1, "fixed", ["official.name_set", "official.code_set"]), (2, "used", [])]


def test_what_is_only_alike_is_suggested_and_left_alone(tmp_path):
    units, ledger, notes = read(tmp_path, [("", "望江新街道"), ("", "小营街道")],
        "区划代码,名称", "330102001,望江街道", "330102002,小营街道")  # fmt: skip
    assert units == {"望江新街道": "望江新街道", "330102002": "小营街道"}
    assert [note.key for note in notes] == ["official.not_listed_like", "official.no_polygon_like"]
    assert "是不是“望江街道”" in notes[0].sentence("zh")
    assert (notes[1].at.file, notes[1].at.row) == ("名录.csv", 2)
    assert of_file(ledger, "名录.csv")[0] == (2, "excluded", ["official.no_polygon_like"])


def test_a_name_that_two_units_share_without_its_ending_matches_neither(tmp_path):
    units, _, notes = read(
        tmp_path, [("", "城关社区"), ("", "城关村")], "名称,区划代码", "城关居委会,330102001001", level="village"
    )
    assert set(units) == {"城关社区", "城关村"}
    assert [note.key.removesuffix("_like") for note in notes] == ["official.not_listed"] * 2 + ["official.no_polygon"]


def test_units_below_follow_the_new_code_of_their_county(tmp_path):
    shapes = [square(0, 0, 1000, 1000), square(1000, 0, 2000, 1000)]
    county = gpd.GeoDataFrame({"名称": ["上城"]}, geometry=[square(0, 0, 2000, 1000)], crs=METRIC)
    county.to_file(tmp_path / "c.gpkg")
    gpd.GeoDataFrame({"名称": ["甲镇", "乙镇"]}, geometry=shapes, crs=METRIC).to_file(tmp_path / "t.gpkg")
    (tmp_path / "县.csv").write_text("代码,名称\n330102,上城区", encoding="utf-8")
    sources = [ZoneSource(file="c.gpkg", level="county"), ZoneSource(file="t.gpkg", level="town")]
    zones, _, _ = read_zones(sources, tmp_path, county.crs, "县", "c", [OfficialUnits(file="县.csv", level="county")])
    assert zones.root["code"].item() == "330102"
    assert set(zones.at_level("town")["parent_code"]) == {"330102"}


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        ("official.no_name_column", ("代码,甲", "1,2")),
        ("official.code_twice", ("代码,名称", "330102001,甲", "330102001000,乙")),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(tmp_path, key, lines):
    with pytest.raises(DataError) as fault:
        read(tmp_path, [("", "甲镇"), ("", "乙镇")], *lines)
    assert fault.value.key == key
    assert "名录.csv" in fault.value.sentence("zh")


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("望江街道", "望江 街道办事处", "town"),
        ("城厢镇", "城厢镇人民政府", "town"),
        ("近江社区", "近江社区居民委员会", "village"),
        ("红旗村", "红旗村委会", "village"),
        ("红旗村", "红旗生产大队", "village"),
    ],
)
def test_names_that_mean_the_same(one, other, level):
    assert stem(one, level) == stem(other, level)


def test_names_and_codes_that_do_not():
    assert stem("城区", "county") != stem("城县", "county")
    assert plain_code("330102001001", "town") == "330102001001"
    assert plain_code("330102001001", "village") == "330102001001"
