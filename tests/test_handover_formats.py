"""Shapefiles, geodatabases and the workbook beside them: whole, readable by others, nothing lost unsaid."""

import openpyxl
import pandas as pd
import pyogrio
import pyproj
import pytest
from hostile_names import NAMES, hostile_results

from circle15.cli.listed import formats_of
from circle15.errors import UsageError
from circle15.publish.handover import shapefiles
from circle15.publish.handover.exported import exported_layers, plain
from circle15.publish.handover.package import FORMATS as ALL
from circle15.publish.handover.package import write_package
from circle15.publish.handover.shapefiles import cut_text
from circle15.publish.handover.short_names import LONGEST, short_names
from circle15.publish.handover.xml_text import xml_text

FORMATS = ("shp", "gdb")
ALIAS = b"GDAL:OGR:alternative_name"


@pytest.fixture(scope="module")
def results():
    return hostile_results()


@pytest.fixture(scope="module")
def package(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    write_package(results, folder, FORMATS, "0" * 64, "zh")
    return folder


def as_written(names):
    return {xml_text(name).strip() for name in names}


@pytest.mark.parametrize("system", [4490, 4550])
def test_every_layer_is_there_in_both_systems_with_all_its_rows(results, package, system):
    for layer in exported_layers(results, "zh"):
        shapefile = package / f"shp_EPSG{system}" / f"{layer.name}.shp"
        for path, name in ((shapefile, layer.name), (package / "gdb" / f"circle15_EPSG{system}.gdb", layer.name)):
            info = pyogrio.read_info(path, layer=name)
            assert (info["features"], info["crs"]) == (len(layer.frame), f"EPSG:{system}")
    moved = pyogrio.read_dataframe(package / f"shp_EPSG{system}" / "facilities.shp").to_crs(results.cells.crs)
    assert moved.geometry.distance(results.facilities.geometry.reset_index(drop=True)).max() < 1e-3


def test_changes_to_streets_are_parted_by_geometry(package):
    names = {name for name, _ in pyogrio.list_layers(package / "gdb" / "circle15_EPSG4490.gdb")}
    assert {"patch_point", "patch_line", "patch_polygon"} <= names
    assert pyogrio.read_info(package / "shp_EPSG4490" / "patch_line.shp")["geometry_type"] == "LineString"


def test_fields_have_names_that_every_reader_takes(package):
    for path in sorted(package.glob("shp_*/*.dbf")):
        names = [str(name) for name in pyogrio.read_info(path)["fields"]]
        assert len({name.upper() for name in names}) == len(names)
        assert all(name.isascii() and len(name) <= LONGEST and name.replace("_", "").isalnum() for name in names)
        assert path.with_suffix(".cpg").read_text(encoding="ascii") == "GB18030"
        assert path.read_bytes()[29] == 0x4D


def test_a_name_is_read_as_it_was_typed_or_told_to_be_cut(results, package):
    read = pyogrio.read_dataframe(package / "shp_EPSG4490" / "facilities.shp")
    assert as_written(read["name"]) == as_written(map(cut_text, map(xml_text, results.facilities["name"])))
    rows = list(openpyxl.load_workbook(package / "字段说明.xlsx")["截短的文字"].iter_rows(min_row=2, values_only=True))
    assert ("facilities", "name", "长" * 300 + "尾") in {(file, field, text) for file, _, field, text in rows}
    database = pyogrio.read_dataframe(package / "gdb" / "circle15_EPSG4490.gdb", layer="facilities")
    assert as_written(database["name"]) == as_written(NAMES)


def test_the_bytes_of_a_dbf_are_chinese_for_readers_that_know_gb18030_alone(package):
    raw = (package / "shp_EPSG4490" / "facilities.dbf").read_bytes()
    assert "𠮷野家".encode("gb18030") in raw
    assert "零\u200b宽".encode("gb18030") in raw


def test_the_workbook_explains_every_field_of_every_file(package):
    book = openpyxl.load_workbook(package / "字段说明.xlsx")
    rows = list(book["字段说明"].iter_rows(min_row=2, values_only=True))
    told = {(file, field) for file, _, _, field, *_ in rows if field}
    for path in sorted(package.glob("shp_EPSG4490/*.dbf")):
        assert {(path.stem, str(name)) for name in pyogrio.read_info(path)["fields"]} <= told
    database = package / "gdb" / "circle15_EPSG4490.gdb"
    told = {(file, field) for file, _, field, *_ in rows}
    for name, _ in pyogrio.list_layers(database):
        fields = pyogrio.read_info(database, layer=name)["fields"]
        assert {(name.removesuffix("_"), str(field)) for field in fields} <= told
    assert all(meaning for *_, meaning, _ in rows)


def test_fields_of_a_geodatabase_are_named_in_words(package):
    _, table = pyogrio.read_arrow(package / "gdb" / "circle15_EPSG4490.gdb", layer="unit_town")
    aliases = {
        field.name: (field.metadata or {}).get(b"GDAL:OGR:alternative_name", b"").decode() for field in table.schema
    }
    assert (aliases["balanced_access"], aliases["childcare_coverage"]) == ("均衡可及", "托育机构覆盖率")


def test_what_cannot_be_reached_is_empty_and_truth_is_a_number():
    frame = pd.DataFrame({"metres": [1.5, float("inf"), float("nan")], "inside": [True, False, True]})
    made = plain(frame)
    assert made["metres"].isna().tolist() == [False, True, True]
    assert made["inside"].tolist() == [1, 0, 1]


def test_short_names_are_the_same_in_any_order_of_long_ones_and_never_alike():
    names = [f"service_of_a_long_name_{number}_covered" for number in range(120)] + ["Name", "NAME", "1", "普惠", ""]
    short = short_names(names)
    assert len({each.upper() for each in short.values()}) == len(names)
    assert all(len(each) <= LONGEST and each[0].isalpha() for each in short.values())


def test_fields_of_a_layer_s_second_file_are_explained_too(results, tmp_path, monkeypatch):
    monkeypatch.setattr(shapefiles, "MOST_FIELDS", 12)
    write_package(results, tmp_path, ("shp",), "0" * 64, "zh")
    (path,) = tmp_path.glob("*.xlsx")
    _, *rows = openpyxl.load_workbook(path)["字段说明"].iter_rows(values_only=True)
    named = {(row[0], row[1]): row[3] for row in rows}
    assert all(named[layer.name, field.name] for layer in exported_layers(results, "zh") for field in layer.fields)
    assert any(str(short).startswith("cells_2: ") for short in named.values())


def test_twice_the_same_bytes(results, package, tmp_path):
    write_package(results, tmp_path, FORMATS, "0" * 64, "zh")
    for path in sorted(package.rglob("*")):
        if path.is_file():
            assert (tmp_path / path.relative_to(package)).read_bytes() == path.read_bytes(), path.name


def test_a_system_is_china_s_in_china(package):
    assert pyproj.CRS.from_wkt((package / "shp_EPSG4490" / "cells.prj").read_text()).equals(
        4490, ignore_axis_order=True
    )


@pytest.mark.parametrize("text", ["kml", "", "shp,kml"])
def test_a_format_that_is_not_known_is_told(text):
    with pytest.raises(UsageError) as fault:
        formats_of(text, ALL, "handover.unknown_format")
    assert "qgz、shp、gdb" in fault.value.sentence("zh")
