import dataclasses

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from made_results import made_results

from circle15.assess.catchments import catchments_table
from circle15.assess.circles import deciding_circles
from circle15.assess.edge_effects import edge_effects
from circle15.assess.loads import loads_table
from circle15.assess.places import places_of_services
from circle15.assess.states import share_columns, states_table
from circle15.catalogue.entries import Supply
from circle15.pipeline.notes.capacity import capacity_notes
from circle15.pipeline.run import LEDGER_COLUMNS
from circle15.publish.fields import fields_table
from circle15.publish.geopackage import write_geopackage
from circle15.publish.tables import sheets
from circle15.publish.workbook import write_workbook
from circle15.results.results import CAPACITY
from circle15.results.store import load_results, save_frames, save_manifest, settings_of
from circle15.words import LANGUAGES


def pairs_of(results, services):
    """Every cell and site of some services, 1.3 times the straight distance apart, as far as 2 km."""
    tables = []
    for service in services:
        sites = results.facilities[results.facilities["service"] == service]
        gaps = [results.cells[axis].to_numpy()[:, None] - getattr(sites.geometry, axis).to_numpy() for axis in "xy"]
        metres = 1.3 * np.hypot(*gaps)
        cell, site = np.nonzero(metres <= 2000)
        ids = results.cells["cell_id"].to_numpy()[cell], sites["facility_id"].to_numpy()[site]
        found = metres[cell, site]
        columns = {"cell_id": ids[0], "facility_id": ids[1], "service": service, "metres": found}
        tables.append(pd.DataFrame(columns | {"minutes": found / 66.0}))
    return pd.concat(tables, ignore_index=True)


@pytest.fixture(scope="module")
def found():
    """The invented county with places: too few for infants, none known for the kindergartens."""
    made = made_results(counts=[8, 14, 9, 6, 7, 20, 16, 6])
    services = dict(made.catalogue.services)
    unit = services["childcare"].capacity_unit
    for id_, supply in (("childcare", Supply(4.5, "residents")), ("kindergarten", Supply(1000, "group"))):
        services[id_] = dataclasses.replace(services[id_], supply=supply, capacity_unit=unit)
    named = {
        id_: tuple(dataclasses.replace(source, document="a text") for source in each.sources)
        for id_, each in services.items()
    }
    services = {id_: dataclasses.replace(each, sources=named[id_]) for id_, each in services.items()}
    services["canteen"] = dataclasses.replace(services["canteen"], capacity_unit=unit)
    catalogue = dataclasses.replace(made.catalogue, services=services)
    known = made.facilities["service"].isin(["childcare"])
    capacity = made.facilities["capacity"].where(~known, 3.0)
    facilities = made.facilities.assign(capacity=capacity, inside=np.arange(len(capacity)) % 5 > 0)
    made = dataclasses.replace(made, catalogue=catalogue, facilities=facilities)
    circles = deciding_circles(catalogue, made.counted_groups())
    return made, circles, places_of_services(made.cells, pairs_of(made, services), facilities, circles)


@pytest.fixture(scope="module")
def results(found):
    made, circles, places = found
    cells = made.cells.assign(
        **{name: share.reindex(made.cells["cell_id"]).to_numpy() for name, share in share_columns(places)}
    )
    ordered = cells.sort_values("cell_id", ignore_index=True)
    metres = {circle.service.id: circle.metres(ordered) for circle in circles}
    farther = {id_: values + 500.0 for id_, values in metres.items()}
    return dataclasses.replace(
        made,
        cells=cells,
        service_states=states_table(made.zones, places),
        loads=loads_table(places),
        catchments=catchments_table(places),
        edge_effects=edge_effects(ordered, made.zones, circles, metres, farther),
        index_parts=pd.DataFrame({"level": ["town"]}),
        ledger=pd.DataFrame(columns=list(LEDGER_COLUMNS)),
    )


def sheet(results, title, lang="zh"):
    (one,) = (each for each in sheets(results, lang) if each.title == title)
    return pd.DataFrame(one.rows, columns=[column.header for column in one.columns]), one


def test_the_states_are_told_with_what_is_not_known_as_such(results):
    frame, _ = sheet(results, "三种状态")
    county = frame[frame["层级"] == "县（市、区）"].set_index("服务")
    assert county.loc["托育机构", "有服务（人）"] > 0
    assert county.loc["托育机构", "可达但容量不足（人）"] > 0
    assert county.loc["托育机构", "应有名额（个）"] > 0
    assert np.isnan(county.loc["幼儿园", "有服务（人）"])  # no kindergarten's capacity is known
    assert county.loc["老年食堂", "不可达（人）"] > 0


def test_the_facilities_that_lack_most_stand_first_and_blanks_are_blank(results):
    frame, _ = sheet(results, "设施负荷")
    infants = frame[frame["服务"] == "托育机构"]
    lacking = pd.to_numeric(infants["全组缺额（个）"].replace("", 0.0))
    assert (np.diff(lacking) <= 0).all()
    assert lacking.iloc[0] > 0
    assert infants["状态"].iloc[0] == "名额不足"
    assert (infants.loc[infants["缺额组"] == "", "组内设施数"] == "").all()
    kindergartens = frame[frame["服务"] == "幼儿园"]
    assert set(kindergartens["状态"]) == {"容量未知"}


def test_a_service_area_is_one_row_with_every_group_nearest(results):
    frame, one = sheet(results, "服务范围")
    assert len(frame) == len(results.facilities)
    assert frame["设施编号"].is_unique
    infants = frame[frame["服务"] == "托育机构"]
    assert np.allclose(infants["就近：0-2岁（人）"], infants["就近服务对象（人）"])
    assert {column.form for column in one.columns if column.header.startswith("就近：")} == {"count"}


def test_the_border_is_told_per_unit_and_service(results):
    frame, _ = sheet(results, "界外影响")
    assert len(frame) == len(results.zones) * len(results.catalogue.services)
    assert (frame["因界外而覆盖（人）"] >= 0).all()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_header_and_field_is_in_words(results, lang):
    headers = [column.header for one in sheets(results, lang) if one.name in CAPACITY for column in one.columns]
    assert [header for header in headers if "_" in header] == []
    layers = {name: getattr(results, name) for name in CAPACITY} | {"cells": results.cells}
    meanings = fields_table(layers, results, lang)
    assert meanings.loc[(meanings["meaning"] == "") & (meanings["layer"] != "cells"), "field"].tolist() == []
    shares = meanings[meanings["field"].str.endswith("_served_share")]
    assert len(shares) == len(results.catalogue.services)
    assert (shares["meaning"] != "").all()


def test_the_new_figures_are_explained_in_the_workbook(results):
    meanings = dict(sheets(results, "zh")[-1].rows)
    assert {"有服务（人）", "可达但容量不足（人）", "状态", "缺额组", "因界外而覆盖（人）"} <= set(meanings)
    assert "不代表录取或优先次序" in meanings["可达但容量不足（人）"]


def test_results_come_back_as_they_were_saved(results, tmp_path):
    save_frames(results, tmp_path)
    save_manifest(settings_of(results), tmp_path)
    again = load_results(tmp_path)
    for name in CAPACITY:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(results, name), check_exact=True)
    assert again.catalogue == results.catalogue


def test_the_same_results_give_the_same_bytes(results, tmp_path):
    for name in ("one", "two"):
        write_workbook(results, tmp_path / f"{name}.xlsx", "zh")
        write_geopackage(results, tmp_path / f"{name}.gpkg", "zh")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()
    assert set(CAPACITY) <= set(pyogrio.list_layers(tmp_path / "one.gpkg")[:, 0])
    assert "三种状态" in openpyxl.load_workbook(tmp_path / "one.xlsx", read_only=True).sheetnames


def test_notes_say_for_which_services_nothing_is_told_of_places(found):
    notes = {note.key: note for note in capacity_notes(found[2])}
    share = notes["capacity.per_head"]
    assert share.facts["service"].zh == "托育机构"
    assert "每千常住人口" in share.sentence("zh")
    assert "per 1000" in share.sentence("en")
    assert notes["capacity.unknown"].facts["service"].zh == "幼儿园"
    assert notes["capacity.no_standard"].facts["services"].zh == "老年食堂"
    assert "托育机构" in notes["capacity.outside"].facts["counts"].zh
    assert all(note.sentence(lang) for note in notes.values() for lang in LANGUAGES)


def test_a_run_without_these_tables_gives_empty_sheets(results):
    bare = made_results(counts=[8, 14, 9, 6, 7, 20, 16, 6])
    bare = dataclasses.replace(bare, ledger=results.ledger)
    for title in ("三种状态", "设施负荷", "服务范围", "界外影响"):
        assert len(sheet(bare, title)[0]) == 0
