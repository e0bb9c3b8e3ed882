"""The invented county, from its raw files to its outputs."""

import json

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from pandas.testing import assert_frame_equal

from circle15.pipeline.fingerprints import sha256
from circle15.results import Results

# Tables of the GeoPackage that tell of the others.
OF_THE_FILE = ("notes", "fields", "layer_styles")
# A site far away and one without coordinates.
NOT_SITED = ["托育机构.xlsx", "老年食堂.xlsx"]


@pytest.fixture(scope="module")
def tables(demo_years):
    return demo_years / "data" / "processed" / "shili" / "2026"


@pytest.fixture(scope="module")
def results(tables):
    return Results.load(tables)


def test_it_ends_with_the_countys_table_and_where_the_map_lies(demo_years):
    told = (demo_years / "told.txt").read_text(encoding="utf-8")
    assert "示例县" in told
    assert told.count("街道") > 4
    assert told.splitlines()[-2].endswith(str(demo_years / "maps" / "shili" / "2026" / "index.html"))
    assert told.splitlines()[-1].endswith(f"circle15 compare 2025 2026 --folder {demo_years}")


def test_the_manifest_names_every_output_with_its_hash(demo_years, tables):
    manifest = json.loads((tables / "run.json").read_text(encoding="utf-8"))
    written = {path.name: path for path in tables.iterdir() if path.name != "run.json"}
    assert manifest["outputs"] == {name: sha256(path) for name, path in sorted(written.items())}
    raw = demo_years / "data" / "raw" / "shili"
    assert manifest["inputs"] == {name: sha256(raw / name) for name in manifest["inputs"]}
    assert set(manifest["inputs"]) == {path.name for path in raw.iterdir() if path.is_file()}


def test_the_manifest_tells_the_rules_and_the_system_of_coordinates(tables, results):
    manifest = json.loads((tables / "run.json").read_text(encoding="utf-8"))
    assert manifest["crs"] == results.cells.crs.to_string()
    assert manifest["rules"]["walking"]["factor"] == {"steps": 2.0}
    assert "yes" in manifest["rules"]["buildings"]["dwellings"]


def test_the_towns_add_up_to_the_county_exactly(results):
    coverage = results.coverage
    assert set(coverage["level"]) == {"county", "town", "village"}
    circle = coverage.groupby(["level", "code", "service"]).cumcount()  # the one that decides, then the further ones
    for _, rows in coverage.groupby(["service", circle]):
        county = rows[rows["level"] == "county"].iloc[0]
        towns = rows[rows["level"] == "town"]
        assert towns["people"].sum() == county["people"]
        assert towns["covered_people"].sum() == county["covered_people"]
        assert towns["uncovered_people"].sum() == county["uncovered_people"]


def test_every_person_is_counted_by_one_rule(results):
    key = ["level", "code", "service"]
    sums = results.rules.groupby(key)[["people", "covered_people"]].sum()
    deciding = results.coverage.drop_duplicates(key).set_index(key)
    assert_frame_equal(sums, deciding.loc[sums.index, ["people", "covered_people"]], check_exact=True)
    assert (deciding.drop(index=sums.index).query("service != 'all_services'")["people"] == 0).all()
    modes = results.rules.groupby("service")["mode"].unique().map(sorted)
    assert modes["health_centre"] == ["drive", "walk"]
    assert modes["childcare"] == ["cycle", "walk"]
    assert modes["clinic"] == ["walk"]


def test_pairs_and_cells_are_of_one_mode(results):
    nearest = results.pairs[results.pairs["service"] == "health_centre"].sort_values(["metres", "facility_id"])
    nearest = nearest.drop_duplicates("cell_id").set_index("cell_id")
    cells = results.cells.set_index("cell_id").loc[nearest.index]
    assert (cells["health_centre_mode"] == nearest["mode"]).all()
    assert (cells["health_centre_m"] == nearest["metres"]).all()
    assert (cells["health_centre_facility"] == nearest["facility_id"]).all()
    assert np.allclose(nearest["minutes"], nearest["metres"] / 60 / nearest["mode"].map({"walk": 1.2, "drive": 10.0}))


def test_people_meet_the_official_totals(results):
    towns = results.index[results.index["level"] == "town"]
    assert results.cells["persons_all"].sum() == pytest.approx(300_426, rel=1e-9)
    assert np.allclose(towns["people"], towns["people"].round(), rtol=1e-9)


def test_every_cell_is_in_one_unit_of_each_level(results):
    zones = results.zones
    for level in ("county", "town", "village"):
        assert set(results.cells[f"{level}_code"]) <= set(zones.loc[zones["level"] == level, "code"])
    town_of_village = zones.set_index("code")["parent_code"]
    assert (results.cells["village_code"].map(town_of_village) == results.cells["town_code"]).all()


def test_each_area_says_who_why_and_how_far(results):
    areas = results.underserved
    assert {"none_near", "barrier", "island"} <= set(areas["reason"])
    assert (areas["people"] > 0).all()
    assert areas["area_id"].is_unique
    for _, rows in areas.groupby("service"):
        assert rows["people"].is_monotonic_decreasing
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))


def test_the_same_is_in_the_geopackage(tables, results):
    layers = set(pyogrio.list_layers(tables / "results.gpkg")[:, 0])
    assert layers == {
        *("zones", "cells", "facilities", "underserved", "isochrones", "patch"),
        *("coverage", "index", "index_parts", "index_slices", "rules", "pairs", "ledger", "factors"),
        "compared_people",
        *("service_states", "loads", "catchments", "edge_effects"),
        *("uncertainty", "settled_pairs", "sensitivity", "removals", "weight_scenarios", "scheme_weights", "targets"),
        *("inequality", "gaps", "presence", "disagreements", "ratios", "flag_shares", "responses"),
        *OF_THE_FILE,
    }
    cells = gpd.read_file(tables / "results.gpkg", layer="cells")
    assert cells["cell_id"].tolist() == results.cells["cell_id"].tolist()
    assert cells.crs == results.cells.crs
    assert (cells["childcare_m"] == results.cells["childcare_m"]).all()


def test_the_geopackage_carries_the_notes_and_tells_every_field(tables, results):
    notes = pyogrio.read_dataframe(tables / "results.gpkg", layer="notes")
    assert notes["sentence"].tolist() == [note.sentence("zh") for note in results.notes]
    told = pyogrio.read_dataframe(tables / "results.gpkg", layer="fields")
    layers = [layer for layer in pyogrio.list_layers(tables / "results.gpkg")[:, 0] if layer not in OF_THE_FILE]
    written = [
        (layer, field) for layer in layers for field in pyogrio.read_info(tables / "results.gpkg", layer)["fields"]
    ]
    assert list(zip(told["layer"], told["field"], strict=True)) == written
    assert (told["meaning"].str.len() > 0).all()


def test_the_workbook_has_headers_for_people_and_no_formula(tables, results):
    workbook = openpyxl.load_workbook(tables / "tables.xlsx")
    assert "指标说明" in workbook.sheetnames
    sheet = workbook["均衡可及指数"]
    assert [cell.value for cell in sheet[1]][:6] == ["层级", "代码", "名称", "档", "名次区间", "人口（人）"]
    assert sheet.max_row == len(results.index) + 1
    assert sheet["H2"].value == pytest.approx(results.index["balanced_access"][0] * 100, rel=1e-12)
    assert not any(cell.data_type == "f" for page in workbook for row in page.iter_rows() for cell in row)


def test_every_row_of_every_list_is_accounted_for(demo_years, results):
    raw = demo_years / "data" / "raw" / "shili"
    ledger = results.ledger
    for source in results.study.facilities:
        path = raw / source.file
        listed = (
            pd.read_excel(path, engine="openpyxl") if path.suffix == ".xlsx" else pd.read_csv(path, encoding="gb18030")
        )
        assert sorted(ledger.loc[ledger["file"] == source.file, "row"]) == list(range(2, len(listed) + 2))
    assert ledger.loc[ledger["fate"] == "excluded", "file"].tolist() == NOT_SITED


def test_no_sheet_is_too_wide_to_print_and_wrapped_rows_are_high_enough(tables):
    workbook = openpyxl.load_workbook(tables / "tables.xlsx")
    for sheet in workbook:
        assert sum(column.width for column in sheet.column_dimensions.values()) <= 300, sheet.title
    meanings = workbook["指标说明"]
    width = meanings.column_dimensions["B"].width
    wrapped = 0
    for row in range(2, meanings.max_row + 1):
        text = meanings.cell(row, 2).value
        places = sum(2 if "\u4e00" <= character <= "\u9fff" else 1 for character in text)
        if places > width:
            assert meanings.row_dimensions[row].height >= 30
            wrapped += 1
    assert wrapped >= 3
