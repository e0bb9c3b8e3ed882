"""What files are taken for."""

import os
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
import xlsxwriter
from messy_folders import points_csv

from circle15.catalogue.loader import load_catalogue
from circle15.errors import UsageError
from circle15.inputs.recognise import folder as folder_module
from circle15.inputs.recognise.facilities import which_service
from circle15.inputs.recognise.folder import recognise_folder
from circle15.inputs.recognise.units import find_unit_columns

CATALOGUE = load_catalogue()


def recognised(folder):
    return recognise_folder(folder, CATALOGUE)


def only(folder):
    (found,) = recognised(folder)
    return found


def keys(found):
    return [note.key for note in found.remarks]


def write_csv(path, text, encoding="gb18030"):
    path.write_text(text, encoding=encoding)


# --- lists of facilities ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "names", "service"),
    [
        ("托育机构", ["甲", "乙"], "childcare"),
        ("名单", ["城东社区卫生服务站", "城西村卫生室"], "clinic"),
        ("名单", ["城东社区卫生服务中心", "城西卫生院"], "health_centre"),
        ("高级中学", ["甲", "乙"], "high_school"),
        ("名单", ["第一中学", "第二初级中学"], "middle_school"),
        ("助联体服务点", ["甲"], "aid_point"),
        ("助联体", ["甲"], "aid_station"),
        ("老年助餐", ["甲"], "canteen"),
        ("公交站", ["东门", "西门"], ""),
        ("名单", [], ""),
    ],
)
def test_a_list_is_of_the_service_that_its_label_or_else_its_names_say(label, names, service):
    assert which_service(label, names, CATALOGUE.services)[0] == service


def test_a_label_holds_against_names_and_says_so():
    service, remarks = which_service("托育机构名单", ["甲幼儿园", "乙幼儿园", "丙幼儿园托班"], CATALOGUE.services)
    assert service == "childcare"
    assert [note.key for note in remarks] == ["init.names_disagree"]


def test_a_mixed_list_is_of_no_service():
    service, remarks = which_service("学校", ["一小学", "二小学", "三初中", "四初中"], CATALOGUE.services)
    assert service == ""
    assert remarks[0].facts["services"] == "初中、小学"


@pytest.mark.parametrize(
    ("header", "columns", "datum"),
    [
        ("名称,经度,纬度", {}, ""),
        ("名称,经度（高德）,纬度（高德）", {}, "gcj02"),
        ("名称,BD09经度X,BD09纬度Y", {"lon": "BD09经度X", "lat": "BD09纬度Y"}, "bd09"),
        ("名称,X,Y", {"lon": "X", "lat": "Y"}, ""),
        ("设施,wgs_lon,wgs_lat", {"name": "设施"}, "wgs84"),
    ],
)
def test_columns_are_named_only_where_aliases_do_not_find_them(tmp_path, header, columns, datum):
    points_csv(tmp_path / "小学.csv", ["一小学", "二小学"], header)
    found = only(tmp_path)
    assert (found.kind, found.service) == ("facilities", "primary_school")
    assert (dict(found.columns), found.datum) == (columns, datum)


def test_of_two_pairs_of_coordinates_one_is_taken_with_its_own_latitude(tmp_path):
    text = "名称,纬度(高德),经度(百度),纬度(百度),经度(高德)\n甲食堂,30.2,120.51,30.22,120.5\n"
    write_csv(tmp_path / "食堂.csv", text)
    found = only(tmp_path)
    assert dict(found.columns) == {"lon": "经度(百度)", "lat": "纬度(百度)"}
    assert (found.datum, keys(found)) == ("bd09", ["init.several_columns"])


def test_longitude_and_latitude_in_one_column(tmp_path):
    write_csv(tmp_path / "托育.csv", '名称,位置点\n甲,"120.51,30.22"\n乙,"120.52,30.23"\n')
    assert dict(only(tmp_path).columns) == {"lonlat": "位置点"}


def test_a_list_without_coordinates_is_told_by_its_headers(tmp_path):
    write_csv(tmp_path / "幼儿园.csv", "名称,地址\n甲幼儿园,某路\n")
    found = only(tmp_path)
    assert (found.kind, keys(found)) == ("nothing", ["init.no_coordinates"])
    assert found.remarks[0].facts["columns"] == "名称、地址"


def test_every_sheet_is_looked_at(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "全部.xlsx")) as book:
        for name in ("幼儿园", "小学"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["名称", "经度", "纬度"])
            sheet.write_row(1, 0, ["甲", 120.5, 30.2])
        book.add_worksheet("说明")
    found = recognised(tmp_path)
    assert [(each.part, each.service) for each in found] == [
        ("幼儿园", "kindergarten"),
        ("小学", "primary_school"),
        ("说明", ""),
    ]


# --- figures and units --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "level"),
    [
        ("区划代码,名称,常住人口\n330102001,甲街道,300\n330102002,乙街道,400\n", "totals", "town"),
        ("乡镇,村,常住人口\n甲镇,一村,300\n甲镇,二村,400\n", "totals", "village"),
        ("街道,低保人数\n甲街道,3\n乙街道,4\n", "groups", "town"),
        ("代码,名称\n330102001001,一社区\n330102001002,二社区\n", "official_units", "village"),
        ("旧代码,新代码\n330104,330102\n", "crosswalk", ""),
        ("科目,金额\n办公,100\n", "nothing", ""),
    ],
)
def test_tables_of_units(tmp_path, text, kind, level):
    write_csv(tmp_path / "表.csv", text)
    found = only(tmp_path)
    assert (found.kind, found.level) == (kind, level)


def test_a_village_table_goes_by_its_villages_though_it_names_towns_too():
    units = find_unit_columns({"乡镇": ["甲镇", "甲镇"], "村": ["一村", "二村"]})
    assert (units.name, units.level, units.own) == ("村", "village", (("name", "村"),))


def test_codes_of_the_units_above_are_no_codes_of_the_units():
    units = find_unit_columns({"代码": ["330102001", "330102001"], "名称": ["一社区", "二社区"]})
    assert (units.code, units.name, units.level) == ("", "名称", "village")


# --- layers and rasters -------------------------------------------------------------------------------------------


def square(x, size=0.0001):
    return shapely.box(x, 30, x + size, 30 + size)


LAYERS = {
    "towns": (
        {"名称": ["甲街道", "乙镇"], "代码": ["330102001", "330102002"]},
        [square(120, 0.1), square(120.1, 0.1)],
        "zones",
    ),
    "floors": ({"层数": [3, 5]}, [square(120), square(121)], "buildings"),
    "many small ones": ({"a": list(range(200))}, [square(120 + n / 1000) for n in range(200)], "buildings"),
    "dwellings": ({"fclass": ["residential", "forest"]}, [square(120), square(121)], "landuse"),
    "large and unknown": ({"a": [1, 2]}, [square(120, 1), square(122, 1)], "nothing"),
    "streets": ({"fclass": ["primary"]}, [shapely.LineString([(120, 30), (121, 31)])], "streets"),
    "rivers": ({"a": [1]}, [shapely.LineString([(120, 30), (121, 31)])], "nothing"),
    "places": ({"name": ["甲幼儿园", "乙幼儿园"]}, [shapely.Point(120, 30), shapely.Point(121, 30)], "facilities"),
}


@pytest.mark.parametrize("case", LAYERS)
def test_layers(tmp_path, case):
    columns, shapes, kind = LAYERS[case]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4490).to_file(tmp_path / "layer.gpkg")
    found = only(tmp_path)
    assert found.kind == kind
    assert found.level == ("town" if kind == "zones" else "")


def test_a_chinese_shapefile_without_cpg_gets_its_encoding(tmp_path):
    frame = gpd.GeoDataFrame({"名称": ["甲街道", "乙镇"]}, geometry=[square(120, 0.1), square(120.1, 0.1)], crs=4490)
    frame.to_file(tmp_path / "t.shp", encoding="GBK")
    (tmp_path / "t.cpg").unlink(missing_ok=True)
    found = only(tmp_path)
    assert (found.kind, found.level, found.encoding) == ("zones", "town", "GB18030")
    assert found.names == ("甲街道", "乙镇")


def test_each_layer_of_a_file_is_told_by_its_name(tmp_path):
    frame = gpd.GeoDataFrame({"名称": ["甲街道", "乙镇"]}, geometry=[square(120, 0.1), square(120.1, 0.1)], crs=4490)
    for layer in ("one", "two"):
        frame.to_file(tmp_path / "a.gpkg", layer=layer)
    assert [(found.kind, found.part) for found in recognised(tmp_path)] == [("zones", "one"), ("zones", "two")]


def test_a_zipped_shapefile_is_taken_for_what_it_packs(tmp_path):
    frame = gpd.GeoDataFrame({"名称": ["甲街道", "乙镇"]}, geometry=[square(120, 0.1), square(120.1, 0.1)], crs=4490)
    frame.to_file(tmp_path / "t.shp", encoding="GBK")
    (tmp_path / "t.cpg").unlink(missing_ok=True)
    parts = sorted(tmp_path.glob("t.*"))
    with zipfile.ZipFile(tmp_path / "乡镇.zip", "w") as archive:
        for part in parts:
            archive.write(part, f"边界/{part.name}")
    for part in parts:
        part.unlink()
    found = only(tmp_path)
    assert (found.kind, found.level, found.path.name) == ("zones", "town", "乡镇.zip")
    assert found.names == ("甲街道", "乙镇")
    assert found.encoding == ""  # nothing can be put beside it


def test_each_shapefile_of_a_zip_is_taken_for_what_it_is(tmp_path):
    frame = gpd.GeoDataFrame({"名称": ["甲街道", "乙镇"]}, geometry=[square(120, 0.1), square(120.1, 0.1)], crs=4490)
    frame.to_file(tmp_path / "t.shp", encoding="UTF-8")
    parts = sorted(tmp_path.glob("t.*"))
    with zipfile.ZipFile(tmp_path / "区划.zip", "w") as archive:
        for part in parts:
            archive.write(part, f"图层/乡镇{part.suffix}")
        archive.writestr("图层/村.shp", b"")
    for part in parts:
        part.unlink()
    towns, villages = recognised(tmp_path)
    assert (towns.kind, towns.part, towns.level, towns.names) == ("zones", "乡镇", "town", ("甲街道", "乙镇"))
    assert (villages.kind, villages.part, keys(villages)) == ("nothing", "村", ["init.cannot_read"])


def test_what_the_group_of_headers_says_of_the_datum(tmp_path):
    write_csv(tmp_path / "托育.csv", "名称,坐标（高德）,\n,经度,纬度\n甲,120.51,30.22\n")
    assert only(tmp_path).datum == "gcj02"


@pytest.mark.parametrize(
    ("name", "values", "crs", "bands", "kind", "key"),
    [
        ("人口.tif", np.ones((9, 9)), 4326, 1, "raster", []),
        ("x.tif", np.ones((9, 9)), 4326, 1, "raster", ["init.unsure_raster"]),
        ("pop.tif", np.where(np.eye(9), -9999, 1.0), 4326, 1, "raster", []),
        ("neg.tif", np.linspace(-5, 5, 81).reshape(9, 9), 4326, 1, "nothing", ["init.negative_raster"]),
        ("dem.tif", np.ones((9, 9)), 4326, 1, "nothing", ["init.other_raster"]),
        ("photo.tif", np.ones((9, 9)), 4326, 3, "nothing", ["init.other_raster"]),
    ],
    ids=["named", "unnamed", "undeclared nodata", "negative", "elevation", "picture"],
)
def test_rasters(tmp_path, name, values, crs, bands, kind, key):
    profile = {
        "driver": "GTiff",
        "width": 9,
        "height": 9,
        "dtype": "float64",
        "transform": rasterio.Affine(0.01, 0.0, 120.0, 0.0, -0.01, 30.0),
    }
    with rasterio.open(tmp_path / name, "w", count=bands, crs=crs, **profile) as file:
        for band in range(bands):
            file.write(values, band + 1)
    found = only(tmp_path)
    assert (found.kind, keys(found)) == (kind, key)


# --- folders ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.xlsx", b"no workbook", "init.cannot_read"),
        ("a.csv", b"headers,only", "init.cannot_read"),
        ("a.gpkg", b"no layer", "init.cannot_read"),
        ("a.shp", b"no layer", "init.cannot_read"),
        ("a.json", b'{"a": 1}', "init.cannot_read"),
        ("a.tif", b"no raster", "init.cannot_read"),
        ("a.osm.pbf", b"no extract", "init.cannot_read"),
        ("a.docx", b"PK", "init.other_format"),
        ("a.zip", b"PK", "init.archive"),
        ("a.csv", b"", "init.empty_file"),
        ("~$a.xlsx", b"lock", "init.hidden"),
    ],
)
def test_a_file_of_no_use_is_told_with_its_reason(tmp_path, name, content, key):
    (tmp_path / name).write_bytes(content)
    assert keys(only(tmp_path)) == [key]


def test_a_file_that_only_points_to_another_is_not_followed(tmp_path):
    looked, elsewhere = tmp_path / "looked", tmp_path / "elsewhere"
    looked.mkdir()
    elsewhere.mkdir()
    roads = gpd.GeoDataFrame({"fclass": ["path"]}, geometry=[shapely.LineString([(120, 30), (121, 31)])], crs=4326)
    roads.to_file(elsewhere / "roads.geojson", driver="GeoJSON")
    (looked / "roads.json").write_text(
        f"<OGRVRTDataSource><OGRVRTLayer name='roads'><SrcDataSource>{elsewhere / 'roads.geojson'}</SrcDataSource>"
        "</OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    with rasterio.open(
        elsewhere / "pop.tif", "w", driver="GTiff", width=9, height=9, count=1, dtype="float64", crs=4326,
        transform=rasterio.Affine(0.01, 0.0, 120.0, 0.0, -0.01, 30.0),
    ) as file:  # fmt: skip
        file.write(np.ones((9, 9)), 1)
    (looked / "ppp.tif").write_text(
        "<VRTDataset rasterXSize='9' rasterYSize='9'><SRS>EPSG:4326</SRS><GeoTransform>120,0.01,0,30,0,-0.01"
        "</GeoTransform><VRTRasterBand dataType='Float64' band='1'><SimpleSource><SourceFilename>"
        f"{elsewhere / 'pop.tif'}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand>"
        "</VRTDataset>",
        encoding="utf-8",
    )
    assert [(found.name, found.kind, keys(found)) for found in recognised(looked)] == [
        ("ppp.tif", "nothing", ["init.cannot_read"]),
        ("roads.json", "nothing", ["init.cannot_read"]),
    ]


def test_an_extract_that_declares_entities_is_not_parsed(tmp_path):
    (tmp_path / "a.osm").write_text('<!DOCTYPE osm [<!ENTITY a "aa">]><osm version="0.6"></osm>', encoding="utf-8")
    found = only(tmp_path)
    assert (found.kind, keys(found)) == ("nothing", ["init.cannot_read"])
    assert found.remarks[0].facts["problem"].fault.key == "osm.xml_entities"


def test_a_shapefile_counts_once(tmp_path):
    frame = gpd.GeoDataFrame({"fclass": ["path"]}, geometry=[shapely.LineString([(120, 30), (121, 31)])], crs=4490)
    frame.to_file(tmp_path / "roads.shp")
    assert [found.name for found in recognised(tmp_path)] == ["roads.shp"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_told_and_never_followed(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    points_csv(outside / "小学.csv", ["一小学"])
    (inside / "folder").symlink_to(outside, target_is_directory=True)
    (inside / "小学.csv").symlink_to(outside / "小学.csv")
    (inside / "loop").symlink_to(inside, target_is_directory=True)
    assert [(found.name, keys(found)) for found in recognised(inside)] == [
        (name, ["init.link"]) for name in ("folder", "loop", "小学.csv")
    ]


def test_a_large_file_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setitem(folder_module.LARGEST_BYTES, "table", 10)
    points_csv(tmp_path / "小学.csv", ["一小学"])
    assert keys(only(tmp_path)) == ["init.too_large"]


def test_a_folder_of_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_module, "MOST_FILES", 2)
    for number in range(3):
        (tmp_path / f"{number}.docx").write_bytes(b"x")
    with pytest.raises(UsageError, match="超过 2 个"):
        recognised(tmp_path)


def test_folders_are_searched_so_deep_and_no_deeper(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_module, "DEEPEST", 1)
    deep = tmp_path / "一" / "二"
    deep.mkdir(parents=True)
    points_csv(tmp_path / "一" / "小学.csv", ["一小学"])
    points_csv(deep / "小学.csv", ["一小学"])
    assert [(found.name, found.kind) for found in recognised(tmp_path)] == [
        ("一/二", "nothing"),
        ("一/小学.csv", "facilities"),
    ]


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(UsageError, match="找不到文件夹"):
        recognised(tmp_path / "nowhere")
