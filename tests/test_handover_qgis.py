"""The project opened in QGIS itself; skipped where there is none."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hostile_names import NAMES, hostile_results

from circle15.publish.geopackage import write_geopackage
from circle15.publish.handover.project import write_project
from circle15.publish.handover.xml_text import xml_text

# QGIS' own modules are made for the system's Python.
PYTHON = "/usr/bin/python3"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def results():
    return hostile_results()


@pytest.fixture(scope="module")
def opened(results, tmp_path_factory):
    asked = [PYTHON, "-c", "import qgis.core"]
    if not shutil.which(PYTHON) or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("no QGIS for the system's Python")
    folder = tmp_path_factory.mktemp("qgis")
    write_geopackage(results, folder / "results.gpkg")
    write_project(results, folder / "results.qgz", "results.gpkg")
    moved = folder.with_name(f"{folder.name}_搬到别处")
    folder.rename(moved)  # nothing of the project hangs on where it was written
    script = Path(__file__).with_name("opened_in_qgis.py")
    told = subprocess.run(
        [PYTHON, script, moved / "results.qgz", moved / "picture.png"],
        capture_output=True, timeout=240, check=True, env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(moved)},
    )  # fmt: skip
    return json.loads(told.stdout)


def test_it_opens_whole_in_its_system(results, opened):
    assert opened["read"]
    assert opened["crs"] == f"EPSG:{results.cells.crs.to_epsg()}"
    assert [id_ for id_, layer in opened["layers"].items() if not layer["valid"]] == []
    shapes = [layer for layer in opened["layers"].values() if layer["renderer"]]
    assert {layer["crs"] for layer in shapes} == {opened["crs"]}
    assert {layer["features"] for layer in shapes} > {len(results.cells), len(results.facilities)}
    assert all(layer["features"] > 0 for layer in shapes)


def test_it_is_drawn_as_written(opened):
    kinds = {id_: layer["renderer"] for id_, layer in opened["layers"].items()}
    assert kinds["circle15_index_listed"] == kinds["circle15_cells_childcare"] == "RuleRenderer"
    assert kinds["circle15_sites"] == kinds["circle15_bands_childcare"] == "categorizedSymbol"
    assert kinds["circle15_border_town"] == "singleSymbol"
    assert opened["layers"]["circle15_index_listed"]["labels"]
    assert opened["colours"] > 3
    defaults = {name: layer["renderer"] for name, layer in opened["defaults"].items()}
    assert defaults == {
        "zones": "RuleRenderer", "cells": "RuleRenderer", "facilities": "categorizedSymbol",
        "underserved": "categorizedSymbol", "isochrones": "categorizedSymbol",
    }  # fmt: skip


def test_changes_to_streets_are_layers_of_points_lines_and_areas(opened):
    counts = {id_: layer["features"] for id_, layer in opened["layers"].items() if "patch" in id_}
    assert counts == {"circle15_patch_point": 2, "circle15_patch_line": 2, "circle15_patch_polygon": 1}


def test_its_words_are_chinese(opened):
    names = [layer["name"] for layer in opened["layers"].values()] + opened["groups"]
    assert [name for name in names if name and not CHINESE.search(name)] == []
    sites = opened["layers"]["circle15_sites"]
    assert sites["legend"][:2] == ["托育机构", "幼儿园"]
    assert sites["aliases"]["facility_id"] == opened["defaults"]["facilities"]["aliases"]["facility_id"] == "设施编号"


def test_names_are_shown_as_typed_and_never_taken_for_markup(opened):
    assert {xml_text(name) for name in opened["names"]} == set(map(xml_text, NAMES))
    assert not any("<" in tip for tip in opened["tips"])
    assert any("&lt;script>" in tip for tip in opened["tips"])
