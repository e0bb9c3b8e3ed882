import datetime
import random

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from dirty_lists import dirty_list
from facility_lists import (
    BELT_M,
    CRS,
    DAY,
    EAST,
    NORTH,
    SERVICES,
    SIDE,
    degrees_at,
    listed,
    read_lists,
    read_rows,
    square_county,
    write_csv,
    write_xlsx,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circle15.errors import ConfigurationError, DataError, Faults
from circle15.inputs.facilities.capacity import read_capacity
from circle15.inputs.facilities.operation import Said, judge, status_kind
from circle15.inputs.facilities.projected import looks_like
from circle15.inputs.facilities.same import plain_address, plain_name
from circle15.model.ledger import Place

CELL = Place("a.csv", row=2, field="托位数")
LIKE_NEW = {"derandomize": True, "deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.fixture(scope="module")
def zones():
    return square_county()


# --- capacity ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "text", "value", "key"),
    [
        ("childcare", "40", 40, ""),
        ("childcare", "40.0", 40, ""),
        ("childcare", "40张", 40, "rows.capacity_read"),
        ("childcare", "40个托位", 40, "rows.capacity_read"),
        ("childcare", "约50", 50, "rows.capacity_about"),
        ("childcare", "50余人", 50, "rows.capacity_about"),
        ("childcare", "１２０", 120, "rows.capacity_read"),
        ("childcare", "1,200", 1200, "rows.capacity_read"),
        ("childcare", "12个班", np.nan, "rows.capacity_unit"),
        ("childcare", "300平方米", np.nan, "rows.capacity_unit"),
        ("childcare", "300㎡", np.nan, "rows.capacity_unit"),
        ("childcare", "30-40", np.nan, "facilities.capacity_unread"),
        ("childcare", "若干", np.nan, "facilities.capacity_unread"),
        ("childcare", "/", np.nan, "facilities.capacity_unread"),
        ("childcare", "-5", np.nan, "rows.capacity_negative"),
        ("childcare", "", np.nan, ""),
        ("fitness", "1.2万平方米", 12000, "rows.capacity_read"),
        ("fitness", "350 ㎡", 350, "rows.capacity_read"),
        ("fitness", "60人", np.nan, "rows.capacity_unit"),
        ("aed", "2台", 2, "rows.capacity_read"),
        ("day_care", "20张", 20, "rows.capacity_read"),
        ("day_care", "300平方米", np.nan, "rows.capacity_unit"),
        ("kindergarten", "12个班", np.nan, "rows.capacity_unit"),
        ("kindergarten", "360人", 360, "rows.capacity_read"),
    ],
)
def test_a_capacity_is_read_and_said(service, text, value, key):
    read = read_capacity(text, SERVICES[service], CELL)
    assert read.value == pytest.approx(value, nan_ok=True)
    assert [fix.key for fix in read.fixes] == ([key] if key else [])
    assert all((fix.at is CELL and fix.mend("zh")) or fix.key == "rows.capacity_read" for fix in read.fixes)


@pytest.mark.parametrize(
    ("text", "key"), [("0", "rows.capacity_zero"), ("1", ""), ("1000", ""), ("1001", "rows.capacity_beyond")]
)
def test_an_unlikely_capacity_is_kept_and_told(text, key):
    read = read_capacity(text, SERVICES["childcare"], CELL)
    assert read.value == float(text)
    assert [remark.key for remark in read.remarks] == ([key] if key else [])


def test_a_header_may_count_in_ten_thousands():
    cell = Place("a.csv", row=2, field="建筑面积（万平方米）")
    assert read_capacity("1.5", SERVICES["fitness"], cell).value == 15000
    assert read_capacity("1.5", SERVICES["fitness"], cell).fixes


def test_an_area_is_no_capacity_of_places(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("甲", 建筑面积="800")])
    assert np.isnan(read.layer.facilities["capacity"].item())
    assert [note.key for note in read.notes] == ["rows.capacity_header"]
    read = read_rows(tmp_path, zones, [listed("甲", 建筑面积="800", 托位数="60")])
    assert read.capacity() == 60
    assert [(note.key, note.facts["columns"]) for note in read.notes] == [("columns.unused", "建筑面积")]
    read = read_rows(tmp_path, zones, [listed("甲", 建筑面积="800", 床位数="60")], service="fitness")
    assert read.capacity() == 800
    # What the study maps is the planner's own choice.
    read = read_rows(tmp_path, zones, [listed("甲", 建筑面积="80")], columns={"capacity": "建筑面积"})
    assert read.capacity() == 80


# --- in operation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("open", "运营 在营 正常 开放 使用中 正常运营 试运营 已开业 开业 未停用 Open 存续 在业"),
        ("building", "在建 建设中 施工 正在施工 建设中（预计明年开放）"),
        (
            "closed",
            "已建成未投用 停用 关闭 撤销 注销 暂停 停业 已关闭 暂停开放 停止运营 未营业 不开放 尚未启用 撤并",
        ),
        ("planned", "拟建 规划 待建 筹建 规划中 筹备中"),
        ("unknown", "一级 已备案 民办 1 是"),
        ("", "/ 无 —"),
    ],
)
def test_words_of_a_status(kind, words):
    assert {word: status_kind(word) for word in words.split()} == dict.fromkeys(words.split(), kind)


def verdict(status="", opened="", closed="", day=DAY):
    said = [Said(text, CELL) for text in (status, opened, closed)]
    found = judge(*said, day)
    return tuple(
        [note.key.removeprefix("rows.") for note in part] for part in (found.faults, found.fixes, found.remarks)
    )


@pytest.mark.parametrize(
    ("cells", "faults", "fixes", "remarks"),
    [
        ((), [], [], []),
        (("在营",), [], [], []),
        (("在建",), ["building"], [], []),
        (("拟建",), ["planned"], [], []),
        (("停用",), ["closed"], [], []),
        (("已备案",), [], [], ["status_unknown"]),
        (("", "2026-06-30"), [], [], []),
        (("", "2026-07-01"), ["opened_after"], [], []),
        (("在营", "2026.7.1"), ["opened_after"], [], []),
        (("", "2026年6月"), [], [], []),  # its last day is the study's
        (("", "2026"), [], ["opened_within"], []),
        (("", "2027"), ["opened_after"], [], []),
        (("", "不详"), [], [], []),
        (("", "去年夏天"), [], [], ["date_unread"]),
        (("", "", "2026-06-30"), ["closed_before"], [], []),
        (("", "", "2026-07-01"), [], [], []),
        (("", "", "2026"), ["closed_within"], [], []),
        (("停用", "", "2026-07-01"), [], ["closed_since"], []),
        (("在营", "", "2025-01-01"), ["closed_before"], [], ["status_contradicts"]),
        (("在建", "2019-09"), ["building"], [], ["status_contradicts"]),
        (("在建", "2026-12"), ["opened_after", "building"], [], []),
        (("", "2020-01-01", "2019-01-01"), ["closed_before"], [], ["closed_first"]),
    ],
)
def test_only_what_is_in_operation_on_the_day_counts(cells, faults, fixes, remarks):
    assert verdict(*cells) == (faults, fixes, remarks)


def test_a_month_counts_as_begun():
    middle = datetime.date(2026, 6, 15)
    assert verdict("", "2026年6月", day=middle) == ([], ["opened_within"], [])
    assert verdict("", "", "2026年6月", day=middle) == (["closed_within"], [], [])


@settings(**LIKE_NEW, max_examples=100)
@given(st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31)), st.dates(), st.dates())
def test_exact_dates_decide_as_arithmetic_does(day, opened, closed):
    opened, closed = (each.replace(year=2015 + each.year % 20, day=min(each.day, 28)) for each in (opened, closed))
    faults, _, _ = verdict("", opened.isoformat(), closed.isoformat(), day)
    assert (not faults) == (opened <= day < closed)


def test_status_and_dates_of_a_list(tmp_path, zones):
    rows = [
        listed("甲", 100, 运营状态="在营", 开业时间="2020.5.1"),
        listed("乙", 300, 运营状态="在建", 开业时间=""),
        listed("丙", 500, 运营状态="在营", 开业时间="2026年9月"),
        listed("丁", 700, 运营状态="已备案", 开业时间="45047"),
        listed("戊", 900, 运营状态="", 开业时间="", 关闭时间="2025-12-31"),
    ]
    read = read_rows(tmp_path, zones, rows)
    assert read.names() == ["丁", "甲"]
    assert [read.keys(row) for row in range(2, 7)] == [
        [], ["building"], ["opened_after"], ["status_unknown"], ["closed_before"],
    ]  # fmt: skip
    assert [read.line(row).fate for row in (4, 5)] == ["excluded", "used"]
    reason = read.line(4).reasons[0]
    assert (reason.at.field, reason.at.row) == ("开业时间", 4)
    assert (round(reason.at.lon, 6), round(reason.at.lat, 6)) == tuple(round(x, 6) for x in degrees_at(500, 1000))
    earlier = read_rows(tmp_path, zones, rows, day=datetime.date(2025, 6, 30))
    assert earlier.names() == ["丁", "戊", "甲"]


# --- coordinates -------------------------------------------------------------------------------------------------


def dms(value):
    seconds = round(value * 3600, 3)
    return f"{int(seconds // 3600)}°{int(seconds % 3600 // 60)}′{seconds % 60:.3f}″"


LON, LAT = degrees_at(1000, 1000)


@pytest.mark.parametrize(
    ("cells", "fate"),
    [
        ({"经度": f"{LON}", "纬度": f"{LAT}"}, "used"),
        ({"经度": f"{LON}°E", "纬度": f"{LAT}°N"}, "fixed"),
        ({"经度": f"东经{dms(LON)}", "纬度": f"北纬{dms(LAT)}"}, "fixed"),
        ({"经度": dms(LON), "纬度": dms(LAT)}, "fixed"),
        ({"经纬度": f"{LON},{LAT}"}, "used"),
        ({"经纬度": f"{LAT}，{LON}"}, "fixed"),
        ({"坐标": f"({LON} {LAT})"}, "fixed"),
        ({"位于": f"{LON},{LAT}"}, "used"),  # found by what it holds
        ({"经度": f"{LON},{LAT}", "纬度": ""}, "fixed"),
        ({"经度": f"{LON},{LAT}", "纬度": f"{LON},{LAT}"}, "fixed"),
    ],
)
def test_coordinates_in_any_form(tmp_path, zones, cells, fate):
    read = read_rows(tmp_path, zones, [{"名称": "甲", **cells}])
    spot = read.layer.entrances[["x", "y"]].to_numpy()[0]
    assert spot == pytest.approx([EAST + 1000, NORTH + 1000], abs=0.2)
    assert read.line(2).fate == fate
    assert (read.line(2).lon, read.line(2).lat) == pytest.approx((LON, LAT), abs=2e-6)


def swap(row):
    return {**row, "经度": row["纬度"], "纬度": row["经度"]}


def test_one_swapped_row_is_excluded_with_its_mend(tmp_path, zones):
    far = {"名称": "远", "经度": "43.8", "纬度": "87.6"}  # Urumqi, swapped
    read = read_rows(tmp_path, zones, [listed("甲"), swap(listed("乙", 500)), listed("丙", 900), far])
    assert [read.keys(row) for row in (3, 5)] == [["swapped_row"], ["swapped_row"]]
    assert read.line(3).reasons[0].mend("zh") == "把这一行的经度和纬度对调。"
    assert np.isnan(read.line(3).lon)


def test_letters_that_say_that_columns_are_swapped_count_as_swapped(tmp_path, zones):
    rows = [{"名称": str(n), "经度": f"{LAT}°N", "纬度": f"{LON}°E"} for n in range(3)]
    with pytest.raises(DataError) as fault:
        read_rows(tmp_path, zones, rows)
    assert fault.value.key == "facilities.swapped"


@pytest.mark.parametrize("east_m", [0, 300_000], ids=["here", "elsewhere"])
def test_a_whole_list_swapped_is_one_error(tmp_path, zones, east_m):
    with pytest.raises(DataError) as fault:
        read_rows(tmp_path, zones, [swap(listed(str(n), east_m + 100 * n)) for n in range(4)])
    assert (fault.value.key, fault.value.facts["swapped"]) == ("facilities.swapped", 4)


@pytest.mark.parametrize(
    ("x", "y", "zh"),
    [
        ("500123", "3350456", "不带带号的高斯投影米制坐标"),
        ("3350456.5", "500123.5", "不带带号的高斯投影米制坐标"),
        ("40500123", "3350456", "带带号的高斯投影米制坐标（3度带第40带，中央经线120°）"),
        ("3350456", "20712345", "带带号的高斯投影米制坐标（6度带第20带，中央经线117°）"),
        ("13358338.9", "3503549.8", "网络墨卡托米制坐标"),
        ("120041234", "30281234", "缺小数点的经纬度"),
        ("1e5", "7", ""),
    ],
)
def test_metres_are_called_by_their_name(tmp_path, zones, x, y, zh):
    rows = [{"名称": str(n), "经度": x, "纬度": y} for n in range(3)]
    with pytest.raises(DataError) as fault:
        read_rows(tmp_path, zones, rows)
    if zh:
        assert fault.value.key == "facilities.not_degrees"
        assert zh in fault.value.sentence("zh")
        mixed = read_rows(tmp_path, zones, [listed("好"), *rows])
        assert mixed.keys(3) == ["out_of_range"]
        assert zh in mixed.line(3).reasons[0].sentence("zh")


def test_a_place_without_degrees_or_metres():
    assert looks_like(270.0, 30.0, 120.0).zh == "既非经纬度也非常见的米制坐标"


def test_beyond_the_surroundings_is_told_in_kilometres(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("内"), listed("邻", SIDE + BELT_M - 1), listed("远", SIDE + 50_000)])
    inside = dict(zip(read.layer.facilities["name"], read.layer.facilities["inside"], strict=True))
    assert inside == {"内": True, "邻": False}
    note = read.line(4).reasons[0]
    assert note.key == "facilities.too_far"
    assert note.facts["km"] == pytest.approx(52, abs=0.2)
    assert read.line(4).lon == pytest.approx(degrees_at(SIDE + 50_000, 1000)[0], abs=1e-5)


# --- sheets ------------------------------------------------------------------------------------------------------


def test_every_sheet_of_a_workbook_is_read(tmp_path, zones):
    sheets = {
        "东镇": [listed("甲", 100, 编号="1", 托位数="10"), listed("乙", 300, 编号="2", 托位数="20")],
        "西镇": [listed("丙", 500, 编号="1", 托位数="30")],
    }
    write_xlsx(tmp_path / "a.xlsx", sheets)
    read = read_lists(tmp_path, zones, {"file": "a.xlsx", "date": "2026-05-01"})
    assert read.layer.facilities["facility_id"].tolist() == ["2", "childcare:a.xlsx:东镇:1", "childcare:a.xlsx:西镇:1"]
    assert read.layer.facilities["sheet"].tolist() == ["东镇", "东镇", "西镇"]
    assert read.layer.facilities["as_of"].unique().tolist() == ["2026-05-01"]
    assert read.capacity() == 60
    assert [(line.sheet, line.row) for line in read.ledger.rows] == [("东镇", 2), ("东镇", 3), ("西镇", 2)]
    assert read.line(2, sheet="西镇").reasons[0].key == "rows.like_id"


def test_a_sheet_without_coordinates_beside_one_that_has_them(tmp_path, zones):
    bare = [{"名称": name, "地址": "东街1号", "编号": "", "托位数": "9"} for name in ("丙", "丁")]
    write_xlsx(tmp_path / "a.xlsx", {"东镇": [listed("甲", 编号="", 地址="", 托位数="")], "西镇": bare})
    read = read_lists(tmp_path, zones, {"file": "a.xlsx"})
    assert [read.line(row, sheet="西镇").fate for row in (2, 3)] == ["excluded"] * 2
    assert read.line(2, sheet="西镇").reasons[0].key == "rows.sheet_without_coordinates"
    write_xlsx(tmp_path / "b.xlsx", {"西镇": bare})
    with pytest.raises(DataError, match="没有经纬度列"):
        read_lists(tmp_path, zones, {"file": "b.xlsx"})


def test_rows_that_are_no_data_stand_in_the_ledger(tmp_path, zones):
    lon, lat = degrees_at(100, 100)
    lines = ["序号,名称,经度,纬度,托位数", f"1,甲,{lon},{lat},40", "合计,,,,40", "备注：截至六月底,,,,"]
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    read = read_lists(tmp_path, zones, {"file": "list.csv"})
    assert [(line.row, line.fate) for line in read.ledger.rows] == [(2, "used"), (3, "excluded"), (4, "excluded")]
    assert read.capacity() == 40


# --- several sites in one row ------------------------------------------------------------------------------------


def both(*places, separator="/"):
    """Cells of longitude and latitude of several places, metres east."""
    degrees = [degrees_at(east, 1000) for east in places]
    return {axis: separator.join(f"{each[at]:.7f}" for each in degrees) for at, axis in enumerate(("经度", "纬度"))}


def test_a_row_of_two_sites_is_parted(tmp_path, zones):
    rows = [{"名称": "甲园/乙园", **both(500, 2500), "托位数": "60", "编号": "7", "地址": "东街1号/西街2号"}]
    read = read_rows(tmp_path, zones, rows)
    facilities = read.layer.facilities.set_index("facility_id")
    assert facilities["name"].to_dict() == {"7-1": "甲园", "7-2": "乙园"}
    assert facilities["address"].to_dict() == {"7-1": "东街1号", "7-2": "西街2号"}
    assert facilities["capacity"].to_dict() == pytest.approx({"7-1": 60.0, "7-2": np.nan}, nan_ok=True)
    line = read.line(2)
    assert (line.fate, line.object_id, line.name) == ("fixed", "7-1、7-2", "甲园/乙园")
    assert read.keys(2) == ["split", "split_capacity"]


def test_sites_with_capacities_of_their_own(tmp_path, zones):
    rows = [{"名称": "实验托育（本部、东校区）", **both(500, 2500, separator="、"), "托位数": "60、40张"}]
    read = read_rows(tmp_path, zones, rows)
    facilities = read.layer.facilities.set_index("name")["capacity"].to_dict()
    assert facilities == {"实验托育（本部）": 60.0, "实验托育（东校区）": 40.0}
    assert read.keys(2) == ["split", "capacity_read"]


def test_sites_with_pairs_in_one_cell(tmp_path, zones):
    pairs = ";".join("{:.6f},{:.6f}".format(*degrees_at(east, 1000)) for east in (500, 2500))
    read = read_rows(tmp_path, zones, [{"名称": "甲小学本部/东校区", "经纬度": pairs}])
    assert read.names() == ["甲小学东校区", "甲小学本部"]


def test_one_site_of_a_row_may_lie_far_off(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("好"), {"名称": "甲/乙", **both(500, 90_000), "托位数": "60"}])
    assert (read.line(3).fate, read.keys(3)) == ("fixed", ["split", "split_capacity", "too_far"])
    assert read.names() == ["好", "甲"]


def test_a_name_with_a_slash_and_one_place_stays_one(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("甲/乙"), listed("丙/丁", 600, 地址="东街1号/西街2号")])
    assert read.names() == ["丙/丁", "甲/乙"]
    assert (read.line(2).reasons, read.keys(3)) == ((), ["perhaps_several"])


def test_several_coordinates_of_one_name_are_not_guessed(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("好"), {"名称": "甲园", **both(500, 2500)}])
    assert (read.line(3).fate, read.keys(3)) == ("excluded", ["several_coordinates"])


# --- duplicates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阳光托育", "阳光 托育"),
        ("阳光托育（东区）", "阳光托育(东区)"),
        ("ＡＢＣ托育", "abc托育"),
        ("阳光托育有限公司", "阳光托育"),
        ("阳光托育·东区", "阳光托育东区"),
    ],
)
def test_names_that_are_one(one, other):
    assert plain_name(one) == plain_name(other) != ""


def test_names_and_addresses_that_are_not_one():
    assert plain_name("阳光托育（东区）") != plain_name("阳光托育（西区）")
    assert plain_name("有限公司") == "有限公司"
    assert plain_address("东街1-2号") != plain_address("东街12号")
    assert plain_address("城关镇") == ""


def test_one_name_within_fifty_metres_is_one(tmp_path, zones):
    rows = [listed("阳光托育", 1000, 托位数="40"), listed("阳光托育有限公司", 1049, 托位数="45", 地址="东街1号"),
            listed("阳光托育", 1151, 托位数="30")]  # fmt: skip
    read = read_rows(tmp_path, zones, rows)
    assert sorted(read.layer.facilities["capacity"]) == [30, 45]
    assert (read.line(3).fate, read.keys(3), read.keys(2)) == (
        "excluded", ["repeats_name"], ["capacity_differs"],
    )  # fmt: skip
    assert read.line(3).object_id == read.line(2).object_id
    assert "第2行" in read.line(3).reasons[0].sentence("zh")
    assert read.layer.facilities["address"].tolist().count("东街1号") == 1


def test_a_chain_of_near_rows_is_one(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("甲", 1000 + 45 * n) for n in (2, 0, 3, 1)])
    assert len(read.layer.facilities) == 1
    assert read.ledger.counts() == {"used": 1, "fixed": 0, "excluded": 3}


def test_what_is_not_merged_is_listed(tmp_path, zones):
    rows = [
        listed("甲", 1000, 编号="1", 地址="东街1号"),
        listed("甲", 1030, 编号="2"),
        listed("乙", 1200, 编号="3", 地址="东街 1号"),
    ]
    read = read_rows(tmp_path, zones, rows, merge=["id"])
    assert len(read.layer.facilities) == 3
    assert [read.keys(row) for row in (2, 3, 4)] == [[], ["like_name"], ["like_address"]]
    assert read.ledger.counts()["used"] == 3
    assert [note.key for note in read.notes] == ["rows.doubted", "rows.alike"]
    merged = read_rows(tmp_path, zones, rows, merge=["id", "name", "address"])
    assert len(merged.layer.facilities) == 1
    assert [merged.keys(row) for row in (2, 3, 4)] == [[], ["repeats_name"], ["repeats_address"]]
    assert len(merged.layer.entrances) == 1


def test_an_address_far_away_is_another_place(tmp_path, zones):
    rows = [listed("甲", 100, 地址="人民路1号"), listed("乙", 3000, 地址="人民路1号")]
    read = read_rows(tmp_path, zones, rows, merge=["address"])
    assert len(read.layer.facilities) == 2
    assert read.keys(3) == ["like_address"]


def test_without_any_rule_rows_of_one_id_stay_apart(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("甲", 100, 编号="1")] * 3 + [listed("", 500)] * 2, merge=[])
    assert len(read.layer.facilities) == 5
    assert read.layer.facilities["facility_id"].is_unique


def test_entrances_far_apart_or_of_other_names_are_told(tmp_path, zones):
    rows = [listed("一小", 100, 编号="1"), listed("一小", 700, 编号="1"), listed("二小", 100, 编号="1")]
    read = read_rows(tmp_path, zones, rows)
    assert len(read.layer.entrances) == 2
    assert [set(read.keys(row)) for row in (2, 3, 4)] == [set(), {"entrance_apart"}, {"entrance_named"}]


def test_one_id_for_two_names_far_apart_is_an_id_given_twice(tmp_path, zones):
    rows = [listed("一小", 100, 编号="1"), listed("二小", 2000, 编号="1"), listed("二小（东门）", 2100, 编号="1")]
    read = read_rows(tmp_path, zones, rows)
    assert read.layer.facilities["facility_id"].str.fullmatch("childcare-[0-9a-f]{8}").all()
    assert [read.keys(row) for row in (2, 3, 4)] == [
        ["id_shared"],
        ["like_id", "id_shared"],
        ["id_shared", "entrance_named"],
    ]
    assert sorted(read.layer.entrances["facility"].value_counts()) == [1, 2]


def test_what_stands_for_no_id_and_no_name(tmp_path, zones):
    rows = [listed("甲", 100, 编号="/"), listed("乙", 900, 编号="/"), listed("无", 1500, 编号="无", 地址="东街1号")]
    read = read_rows(tmp_path, zones, rows)
    assert read.names() == ["东街1号", "乙", "甲"]
    assert read.line(4).name == "无"


def test_a_code_that_is_the_same_in_every_row_is_no_id(tmp_path, zones):
    rows = [listed(f"{n}园", 40 * n, 1000 + 1500 * (n % 2), 代码="330102") for n in range(90)]
    read = read_rows(tmp_path, zones, rows)
    assert len(read.layer.facilities) == 90
    assert read.layer.facilities["facility_id"].is_unique


def test_last_years_list_beside_this_years(tmp_path, zones):
    write_csv(
        tmp_path / "2025.csv",
        [listed("甲", 100, 编号="1", 托位数="50", 普惠="是"), listed("乙", 900, 托位数="30"), listed("丁", 3000)],
    )
    write_csv(tmp_path / "2026.csv", [listed("甲", 400, 编号="1", 托位数="40"), listed("乙", 920), listed("丙", 2000)])
    sources = [{"file": f"{year}.csv", "date": f"{year}-01-01"} for year in (2025, 2026)]
    read = read_lists(tmp_path, zones, *sources)
    facilities = read.layer.facilities.set_index("name")
    assert sorted(facilities.index) == ["丁", "丙", "乙", "甲"]
    # The later list speaks; the earlier one only fills in what it leaves open.
    assert facilities["capacity"].to_dict() == pytest.approx(
        {"甲": 40, "乙": 30, "丙": np.nan, "丁": np.nan}, nan_ok=True
    )
    assert facilities["as_of"].to_dict() == {
        "甲": "2026-01-01",
        "乙": "2026-01-01",
        "丙": "2026-01-01",
        "丁": "2025-01-01",
    }
    assert not facilities.loc["甲", "flag_普惠"]
    assert read.keys(2, "2025.csv") == ["repeats_id", "capacity_differs"]
    assert read.keys(3, "2025.csv") == ["repeats_name"]
    other_way = read_lists(tmp_path, zones, *sources[::-1])
    pd.testing.assert_frame_equal(read.layer.facilities, other_way.layer.facilities)
    pd.testing.assert_frame_equal(read.layer.entrances, other_way.layer.entrances)


def test_a_credit_code_is_the_same_body_in_two_lists(tmp_path, zones):
    code = "52330102MJ87654321"[:18]
    write_csv(tmp_path / "a.csv", [listed("旧名", 100, 编号=code)])
    write_csv(tmp_path / "b.csv", [listed("新名", 900, 编号=code)])
    assert len(read_lists(tmp_path, zones, {"file": "a.csv"}, {"file": "b.csv"}).layer.facilities) == 1
    assert len(read_lists(tmp_path, zones, {"file": "a.csv"}, {"file": "b.csv", "merge": []}).layer.facilities) == 2


def test_a_thousand_rows_of_one_spot(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("甲", 托位数="5")] * 1000)
    assert (len(read.layer.facilities), read.capacity()) == (1, 5)


# --- layers ------------------------------------------------------------------------------------------------------


def test_a_layer_is_read_as_a_table_is(tmp_path, zones):
    frame = gpd.GeoDataFrame(
        {
            "名称": ["甲", "甲 ", "乙", "丙"],
            "托位": ["40张", "40", "12个班", "9"],
            "状态": ["在营", "在营", "在营", "在建"],
        },
        geometry=[shapely.Point(EAST + x, NORTH + 500) for x in (100, 120, 900, 1500)],
        crs=CRS,
    )
    frame.to_file(tmp_path / "a.gpkg")
    read = read_lists(tmp_path, zones, {"file": "a.gpkg", "date": "2026-03-01"})
    assert [read.keys(row) for row in range(1, 5)] == [
        ["capacity_read"],
        ["repeats_name"],
        ["capacity_unit"],
        ["building"],
    ]
    assert read.names() == ["乙", "甲"]
    assert read.line(3).reasons[0].at.field == "托位"
    assert read.layer.facilities["as_of"].tolist() == ["2026-03-01"] * 2


def test_a_role_of_its_own_header(tmp_path, zones):
    row = {"机构": "甲", "处": f"{LON},{LAT}", "景": "停业"}
    mapped = {"name": "机构", "lonlat": "处", "status": "景"}
    assert read_rows(tmp_path, zones, [row], columns=mapped).keys(2) == ["closed"]
    with pytest.raises((ConfigurationError, Faults), match="lonlat"):
        read_rows(tmp_path, zones, [row], columns={"status": "景", "lonlats": "处"})


# --- what holds of any list --------------------------------------------------------------------------------------

CELLS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["甲", "甲 ", "乙", "乙有限公司", "", "甲/乙"]),
        "own_id": st.sampled_from(["", "", "1", "2"]),
        "east": st.sampled_from(["0", "0.5", "40", "80", "900", "6100", "0/900", "x", ""]),
        "capacity": st.sampled_from(["", "3", "9", "40张", "12个班", "-1", "0", "5/6"]),
        "address": st.sampled_from(["", "东街1号", "东街１号", "城关镇"]),
        "status": st.sampled_from(["", "在营", "在建", "？"]),
    }
)
RULES = st.sampled_from([("id", "name"), ("id",), (), ("id", "name", "address")])


def made(cells):
    east = cells["east"]
    places = [float(part) for part in east.split("/")] if east not in ("x", "") else []
    spot = both(*places) if places else {"经度": east, "纬度": east}
    said = {"编号": "own_id", "托位数": "capacity", "地址": "address", "状态": "status"}
    return {"名称": cells["name"], **spot, **{header: cells[key] for header, key in said.items()}}


@settings(**LIKE_NEW, max_examples=25)
@given(st.lists(CELLS, min_size=1, max_size=9), RULES, st.randoms(use_true_random=False))
def test_every_row_has_one_fate_and_order_leaves_no_trace(tmp_path, zones, drawn, merge, shuffler: random.Random):
    rows = [listed("锚", 2000, 2000), *(made(cells) for cells in drawn)]
    read = read_rows(tmp_path, zones, rows, merge=merge)
    assert [line.row for line in read.ledger.rows] == list(range(2, len(rows) + 2))
    assert sum(read.ledger.counts().values()) == len(rows)
    again = read_rows(tmp_path, zones, shuffler.sample(rows, len(rows)), merge=merge)
    same = [column for column in read.layer.facilities if column != "row"]
    pd.testing.assert_frame_equal(read.layer.facilities[same], again.layer.facilities[same])
    pd.testing.assert_frame_equal(read.layer.entrances, again.layer.entrances)
    assert read.ledger.counts() == again.ledger.counts()


@settings(**LIKE_NEW, max_examples=25)
@given(st.lists(CELLS, min_size=1, max_size=9), st.integers(0, 8))
def test_a_row_written_again_changes_no_total(tmp_path, zones, drawn, which):
    rows = [listed("锚", 2000, 2000), *(made(cells) for cells in drawn)]
    read = read_rows(tmp_path, zones, rows)
    again = read_rows(tmp_path, zones, [*rows, rows[which % len(rows)]])
    assert again.capacity() == read.capacity()
    assert len(again.layer.facilities) == len(read.layer.facilities)


@pytest.mark.parametrize("seed", range(12))
def test_made_up_lists_come_out_as_they_were_made(tmp_path, zones, seed):
    made = dirty_list(seed)
    write_csv(tmp_path / "list.csv", made.rows)
    read = read_lists(tmp_path, zones, {"file": "list.csv"})
    assert len(read.ledger.rows) == len(made.rows)
    assert read.ledger.counts()["excluded"] == made.excluded + made.totals
    facilities = read.layer.facilities
    found = dict(zip(facilities["name"].map(plain_name), facilities["capacity"].fillna(-1), strict=True))
    assert found == {plain_name(name): -1 if site[0] is None else site[0] for name, site in made.sites.items()}
