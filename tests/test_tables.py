import dataclasses

import openpyxl
import pandas as pd
import pytest
from made_results import made_results

from circle15.catalogue.entries import Reach
from circle15.pipeline.run import LEDGER_COLUMNS
from circle15.publish.standards import standards_in_words
from circle15.publish.tables import Column, Sheet, _definitions, sheets
from circle15.publish.workbook import write_sheets, write_workbook


@pytest.fixture(scope="module")
def results():
    made = made_results(counts=[8, 14, 9, 6, 7, 20, 16, 6])
    return dataclasses.replace(made, ledger=pd.DataFrame(columns=list(LEDGER_COLUMNS)))


def with_standards(results, **reaches):
    """The study with other standards for its first service."""
    first = next(iter(results.catalogue.services.values()))
    services = {**results.catalogue.services, first.id: dataclasses.replace(first, **reaches)}
    catalogue = dataclasses.replace(results.catalogue, services=services)
    return dataclasses.replace(results, catalogue=catalogue), first.id


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_figure_is_explained_twice_under_one_name(lang):
    names = [name for name, _ in _definitions(lang).rows]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_headers_wrap_between_words(tmp_path):
    header = "Responsibilities of administrations"
    write_sheets([Sheet("x", (Column(header, "text"),), ())], tmp_path / "x.xlsx", "x", "en")
    page = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert page.column_dimensions["A"].width > max(map(len, header.split())) + 2


def test_a_standard_is_told_by_the_measure_that_decides(results):
    metres = Reach(minutes=15, metres=1000, decides="metres")
    changed, id_ = with_standards(results, urban=metres, rural=metres)
    told = pd.Series(standards_in_words(changed, "zh"), index=changed.coverage["service"])
    assert set(told[id_]) == {"步行1000米"}
    assert set(told["all_services"]) == {"各项服务各按其标准"}


def test_both_standards_are_told_where_a_unit_has_both_classes_and_they_differ(results):
    changed, id_ = with_standards(results, urban=Reach(minutes=15), rural=Reach(minutes=20))
    codes = changed.zones.loc[changed.zones["level"] == "town", "code"].tolist()
    classes = changed.cells["town_code"].map({codes[0]: "urban", codes[1]: "rural"}).fillna("")
    changed = dataclasses.replace(changed, cells=changed.cells.assign(urban_rural=classes))
    keys = changed.coverage[["level", "code", "service"]].assign(told=standards_in_words(changed, "zh"))
    told = keys[keys["service"] == id_].set_index(["level", "code"])["told"]
    assert told["town", codes[0]] == "步行15分钟"
    assert told["town", codes[1]] == "步行20分钟"
    assert told["town", codes[2]] == "步行15分钟"
    assert set(told["county"]) == {"城镇步行15分钟；乡村步行20分钟"}


def test_the_standard_stands_beside_its_minutes_and_metres(results):
    (sheet,) = (sheet for sheet in sheets(results, "zh") if sheet.title == "覆盖率")
    headers = [column.header for column in sheet.columns]
    at = headers.index("标准")
    assert headers[at : at + 3] == ["标准", "标准（分钟）", "标准折合距离（米）"]


def test_an_area_names_its_town_its_group_and_the_facility(results):
    (sheet,) = (sheet for sheet in sheets(results, "zh") if sheet.title == "薄弱片区")
    headers = [column.header for column in sheet.columns]
    assert "人口（人）" not in headers
    row = dict(zip(headers, sheet.rows[0], strict=True))
    area = results.underserved.iloc[0]
    assert row["未覆盖服务对象（人）"] == area["people"]
    towns = results.zones.set_index("code")["name"]
    assert row["所在乡镇"] == towns[area["town_code"]]
    names = results.facilities.set_index("facility_id")["name"]
    assert row["最近设施"] == names[area["nearest_facility_id"]]
    assert row["服务对象"] == results.catalogue.groups[results.counted_groups()[area["service"]]].label.zh


def test_what_a_reader_meets_is_explained(results):
    meanings = dict(sheets(results, "zh")[-1].rows)
    assert {"标准", "依据", "无数据", "不可达", "未覆盖服务对象（人）"} <= set(meanings)
    assert "超过一成" in meanings["到达时间90分位（分钟）"]


def test_counts_are_rounded_in_the_workbook_alone(results, tmp_path):
    index = results.index.assign(people=300426.0000000045)
    write_workbook(dataclasses.replace(results, index=index), tmp_path / "tables.xlsx", "zh")
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx")["均衡可及指数"]
    assert sheet["D2"].value == 300426
    assert sheet["F2"].value == pytest.approx(index["balanced_access"][0] * 100, rel=1e-12)


def test_the_dust_of_sums_is_no_number_below_nought(tmp_path):
    forms = ("share", "score", "points", "ratio", "minutes", "count")
    rows = ((-4.6e-13,) * len(forms), (-0.0,) * len(forms))
    write_sheets((Sheet("甲", tuple(Column(form, form) for form in forms), rows),), tmp_path / "a.xlsx", "", "zh")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["甲"]
    assert {str(cell.value) for row in page.iter_rows(min_row=2) for cell in row} == {"0"}
