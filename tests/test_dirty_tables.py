import datetime

import openpyxl
import pytest
from dirty_outcomes import EQUAL, SILENT, outcome_of
from dirty_tables import dirty_table
from facility_lists import DAY, listed, read_lists, read_rows, square_county, write_xlsx

from circle15.inputs.facilities.answers import says_yes
from circle15.inputs.facilities.operation import status_kind
from circle15.inputs.files.columns import find_columns
from circle15.inputs.files.tables import read_table, read_tables, rows_set_aside
from circle15.inputs.files.values.dates import Day, read_date
from circle15.inputs.files.values.numbers import read_quantity

CODE = "52330212264816900X"


@pytest.fixture(scope="module")
def zones():
    return square_county()


@pytest.mark.parametrize("seeds", [range(first, first + 5) for first in (0, 5, 10, 15, 20)], ids=str)
def test_no_row_is_lost_and_no_cell_silently_wrong(tmp_path, zones, seeds):
    outcomes = [outcome_of(dirty_table(seed), zones, tmp_path) for seed in seeds]
    assert [found.unaccounted for found in outcomes] == [[]] * len(outcomes)
    assert [told for found in outcomes for told in found.told if told[0] == SILENT] == []
    cells = sum((found.cells for found in outcomes), start=type(outcomes[0].cells)())
    assert cells[EQUAL] > 0.98 * cells.total() > 200


def test_the_judge_sees_what_is_wrong(tmp_path, zones, monkeypatch):
    """A reader that drops a decimal, or a row, is found out."""
    monkeypatch.setattr("circle15.inputs.facilities.capacity.read_quantity", lambda text: read_quantity(text[:1]))
    assert sum(outcome_of(dirty_table(seed), zones, tmp_path).cells[SILENT] for seed in range(4)) > 5
    monkeypatch.setattr("circle15.inputs.facilities.tables.rows_set_aside", lambda _table, _kind: ())
    assert any(outcome_of(dirty_table(seed), zones, tmp_path).unaccounted for seed in range(4))


# --- headers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "name"),
    [("①经度", "经度"), ("★经度", "经度"), ("经度★", "经度"), ("X（经度）", "x经度"),
    ("位置（坐标）/② X（经度）【必填】", "x经度"), ("托位数/个", "托位数")],
)  # fmt: skip
def test_what_forms_put_around_a_header(header, name):
    assert find_columns([header, "备注"], [name]) == (header,)


def test_numbered_headers_are_no_numbers(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("1.名称,坐标,\n,1.东经,2.北纬\n甲,120.01,30.27\n", encoding="utf-8")
    table = read_table(path)
    assert (table.headers, table.row_numbers) == (("1.名称", "1.东经", "2.北纬"), (3,))


def test_columns_that_are_not_read_are_told(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("甲", 序号="1", 收托人数="40", 备注="")])
    (note,) = read.notes
    assert (note.key, note.facts["columns"]) == ("columns.unused", "收托人数")
    assert note.mend("zh")


def test_one_pair_is_enough_under_a_header_of_pairs(tmp_path, zones):
    rows = [{"名称": name, "经纬度": pair} for name, pair in (("甲", "120.0104,30.2709"), ("乙", "无"), ("丙", "待补"))]
    assert read_rows(tmp_path, zones, rows).names() == ["甲"]


# --- rows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["示例：阳光园", "（示例）某某园", "例：甲园", "示例", "样例1", "例如：甲园", "填写示例：甲"]
)
def test_examples_are_no_facilities(tmp_path, zones, name):
    read = read_rows(tmp_path, zones, [{"街道": "城东", **listed(name)}, {"街道": "城东", **listed("乙")}])
    assert read.names() == ["乙"]
    assert (read.line(2).fate, read.keys(2)) == ("excluded", ["is_example"])


@pytest.mark.parametrize("name", ["示例路托育园", "例外托育", "举例托育", "范例小学"])
def test_names_that_begin_like_examples_are_facilities(tmp_path, zones, name):
    assert read_rows(tmp_path, zones, [listed(name)]).names() == [name]


def test_rows_of_sheets_without_a_list_stand_in_the_ledger(tmp_path, zones):
    write_xlsx(tmp_path / "list.xlsx", {"名单": [listed("甲")], "说明": [{"填写说明": "1.如实填写"}]})
    read = read_lists(tmp_path, zones, {"file": "list.xlsx"})
    said = [(line.sheet, line.row, line.fate, line.name) for line in read.ledger.rows]
    assert said == [
        ("名单", 2, "used", "甲"),
        ("说明", 1, "excluded", "填写说明"),
        ("说明", 2, "excluded", "1.如实填写"),
    ]
    assert read.keys(1) == ["is_elsewhere"]
    (table,) = read_tables(tmp_path / "list.xlsx")
    assert [row.sheet for row in rows_set_aside(table, "childcare")] == ["说明", "说明"]


# --- cells -------------------------------------------------------------------------------------------------------


def test_codes_that_were_typed_as_numbers_are_told(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["名称", "经度", "纬度", "代码"])
    book.active.append(["甲", 120.01, 30.27, 523302122648169009])
    book.active.append(["乙", 120.01, 30.27, 33021200000001])
    book.save(tmp_path / "list.xlsx")
    table = read_table(tmp_path / "list.xlsx")
    assert table.column("代码") == ["523302122648169000", "33021200000001"]
    (note,) = table.notes
    assert (note.key, note.facts["column"], note.facts["row"], note.facts["count"]) == ("sheets.long_number", "D", 2, 1)


@pytest.mark.parametrize(
    ("text", "flag", "answer"),
    [
        ("是（2023年认定）", "普惠", True), ("民办普惠", "普惠", True), ("普惠性民办", "普惠", True), ("☑", "普惠",
        True), ("公办", "公办", True),
        ("否（拟申报普惠）", "普惠", False), ("未认定普惠", "普惠", False), ("民办（非普惠）", "普惠", False),
        ("营利性", "普惠", False),
        ("", "普惠", False), ("民办", "公办", False),
        ("普惠性民办", "公办", False), ("待定", "普惠", None), ("？", "普惠", None),
    ],
)  # fmt: skip
def test_answers_about_a_flag(text, flag, answer):
    assert says_yes(text, flag) is answer


def test_an_unclear_answer_is_told(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("甲", 是否普惠="申报中"), listed("乙", 2000, 是否普惠="是，区级")])
    assert read.layer.facilities.set_index("name")["flag_普惠"].to_dict() == {"甲": False, "乙": True}
    assert (read.keys(2), read.keys(3)) == (["unclear"], [])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("planned", ["待开业", "即将开业", "待启用", "预计9月开业", "拟于明年开业", "待开园"]),
        ("building", ["装修中", "改造中"]),
        ("closed", ["已关门", "空置", "已取缔"]),
        ("open", ["已开园", "未停办"]),
    ],
)
def test_words_of_what_is_not_yet_or_no_more_open(kind, words):
    assert {status_kind(word) for word in words} == {kind}


def test_a_marked_header_still_asks():
    assert (status_kind("否", "★是否运营"), status_kind("是", "（2）是否运营")) == ("closed", "open")


def test_days_parted_by_chinese_marks():
    day = datetime.date(2023, 5, 1)
    assert {read_date(text) for text in ("2023、5、1", "2023。5。1", "2023．5．1")} == {Day(day, day)}


@pytest.mark.parametrize(("text", "value"), [("托位40个", 40), ("托位数：40", 40), ("40个\n（2个班）", 40)])
def test_places_with_what_else_is_said_of_them(tmp_path, zones, text, value):
    assert read_rows(tmp_path, zones, [listed("甲", 托位数=text)]).capacity() == value


# --- ids ---------------------------------------------------------------------------------------------------------


def test_one_body_runs_two_sites_on_two_sheets(tmp_path, zones):
    sheets = {
        "城区": [listed("甲园", 500, 统一社会信用代码=CODE)],
        "乡镇": [listed("乙园", 3000, 统一社会信用代码=CODE)],
    }
    write_xlsx(tmp_path / "list.xlsx", sheets)
    read = read_lists(tmp_path, zones, {"file": "list.xlsx"}, day=DAY)
    assert read.names() == ["乙园", "甲园"]
    told = [{reason.key for reason in line.reasons} for line in read.ledger.rows]
    assert sorted(map(sorted, told)) == [[], ["rows.like_id"]]


def test_an_id_that_several_have_is_told_at_each(tmp_path, zones):
    read = read_rows(tmp_path, zones, [listed("甲园", 500, 编号="A1"), listed("乙园", 3000, 编号="A1")])
    assert ("id_shared" in read.keys(2), "id_shared" in read.keys(3)) == (True, True)
    assert not set(read.layer.facilities["facility_id"]) & {"A1"}
