"""The QGIS project and the styles inside the GeoPackage: whole, Chinese, relative, the same twice."""

import dataclasses
import re
import xml.etree.ElementTree as ET
import zipfile

import pandas as pd
import pyogrio
import pytest
from made_results import HOSTILE_NAMES, made_results

from circle15.pipeline.run import LEDGER_COLUMNS
from circle15.publish.geopackage import write_geopackage
from circle15.publish.handover.project import write_project
from circle15.publish.handover.xml_text import xml_text

DATA = "results.gpkg"


@pytest.fixture(scope="module")
def results():
    made = made_results(columns=24, rows=18, counts=[4, 3, 3, 2, 3, 4, 3, 2], points=24, place=HOSTILE_NAMES[2])
    parts = made.index[["level", "code", "people", "access"]]
    return dataclasses.replace(made, ledger=pd.DataFrame(columns=list(LEDGER_COLUMNS)), index_parts=parts)


@pytest.fixture(scope="module")
def handed(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("handover")
    write_geopackage(results, folder / DATA)
    write_project(results, folder / "results.qgz", DATA)
    return folder


def project(path):
    with zipfile.ZipFile(path) as packed:
        return ET.fromstring(packed.read(f"{path.stem}.qgs"))


def test_every_layer_of_the_project_is_in_the_geopackage_with_the_columns_it_names(handed):
    known = {name for name, _ in pyogrio.list_layers(handed / DATA)}
    for layer in project(handed / "results.qgz").iter("maplayer"):
        file, name, *where = layer.findtext("datasource").split("|")
        table = name.removeprefix("layername=")
        assert file == f"./{DATA}"
        assert table in known
        fields = pyogrio.read_info(handed / DATA, layer=table)["fields"].tolist()
        asked = [rule.get("filter") for rule in layer.iter("rule")] + [part.removeprefix("subset=") for part in where]
        asked += [style.get("fieldName") for style in layer.iter("text-style")]
        asked += [f'"{each.get("attr")}"' for each in layer.iter("renderer-v2") if each.get("attr")]
        assert {column for text in asked for column in re.findall(r'"([^"]+)"', text)} <= set(fields)
        assert [alias.get("field") for alias in layer.iter("alias")] == fields


def test_the_tree_names_every_layer_once_and_in_chinese(handed):
    root = project(handed / "results.qgz")
    leaves = list(root.iter("layer-tree-layer"))
    assert sorted(leaf.get("id") for leaf in leaves) == sorted(each.findtext("id") for each in root.iter("maplayer"))
    names = [each.get("name") for tag in ("layer-tree-layer", "layer-tree-group") for each in root.iter(tag)]
    assert [name for name in names if name is not None and not re.search(r"[\u4e00-\u9fff]", name)] == []


def test_the_project_names_its_system_and_no_path_of_this_computer(results, handed):
    with zipfile.ZipFile(handed / "results.qgz") as packed:
        text = packed.read("results.qgs").decode("utf-8")
    assert str(handed) not in text
    assert "/home" not in text
    root = ET.fromstring(text)
    systems = {each.text for each in root.iter("authid")}
    assert systems == {f"EPSG:{results.cells.crs.to_epsg()}"}
    assert root.findtext("properties/Paths/Absolute") == "false"
    assert root.findtext("title") == f"{HOSTILE_NAMES[2]} 2025 15分钟公共服务圈"


def test_each_layer_has_one_default_style_that_names_its_fields(results, handed):
    styles = pyogrio.read_dataframe(handed / DATA, layer="layer_styles").astype({"useAsDefault": bool})
    default = styles[styles["useAsDefault"]]
    assert default["f_table_name"].is_unique
    assert set(default["f_table_name"]) == {"zones", "cells", "facilities", "underserved", "isochrones"}
    for row in styles.itertuples():
        style = ET.fromstring(row.styleQML)
        assert len(style.findall("renderer-v2")) == 1
        fields = pyogrio.read_info(handed / DATA, layer=row.f_table_name)["fields"]
        assert [alias.get("field") for alias in style.iter("alias")] == list(fields)
        named = [alias.get("name") for alias in style.iter("alias")]
        assert len(set(named)) == len(named)
    services = {service.label.zh for service in results.catalogue.services.values()}
    sites = ET.fromstring(default.set_index("f_table_name")["styleQML"]["facilities"])
    assert {each.get("label") for each in sites.iter("category")} == services


def test_a_choropleth_draws_each_unit_once_whatever_its_value(handed):
    root = project(handed / "results.qgz")
    (layer,) = (each for each in root.iter("maplayer") if each.findtext("id") == "circle15_index_listed")
    rules = [rule.get("filter") for rule in layer.iter("rule")]
    column = '"balanced_access"'
    for value in (None, 0.0, 0.1999, 0.2, 0.5, 0.8, 1.0):
        drawn = [rule for rule in rules if holds(rule, column, value)]
        assert len(drawn) == 1


def holds(rule, column, value):
    """A rule of QGIS worked out by Python."""
    if rule.endswith("IS NULL"):
        return value is None
    return value is not None and eval(rule.replace(column, repr(value)).replace("AND", "and"))


def test_twice_the_same_bytes(results, handed, tmp_path):
    write_geopackage(results, tmp_path / DATA)
    write_project(results, tmp_path / "results.qgz", DATA)
    for name in (DATA, "results.qgz"):
        assert (tmp_path / name).read_bytes() == (handed / name).read_bytes()


def test_characters_that_xml_cannot_hold_are_shown_as_pictures():
    hostile = "".join(map(chr, range(0x20))) + "\ufffe\ud800<&\"'>"
    element = ET.Element("a", {"b": xml_text(hostile)})
    read = ET.fromstring(ET.tostring(element, encoding="unicode")).get("b")
    assert len(read) == len(hostile)
    assert read.endswith("<&\"'>")
    assert "␇" in read
