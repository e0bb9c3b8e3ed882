"""The list as a workbook: there and back through an office's hands, and files that must not be overwritten."""

import datetime
import hashlib
import json
import shutil

import geopandas as gpd
import openpyxl
import pytest
from click.testing import CliRunner
from issue_towns import hamlet, keep_run, run_of_town

from circle15.cli.commands import build_cli
from circle15.errors import ConfigurationError, DataError, UsageError
from circle15.pipeline.issues.updating import update_issues
from circle15.results.issue_register import load_register

CORE = hamlet(8, 3, 100, 4)
WEST, EAST, SOUTH = hamlet(1, 0, 40), hamlet(15, 5, 50), hamlet(15, 0, 60)
PEOPLE = CORE | WEST | EAST | SOUTH
CENTRE = ("clinic", "k1", '=HYPERLINK("http://x","中心站")', 9, 3, None)
WEST_SITE = ("clinic", "k2", "西站", 2, 0, None)
WEST_ID, EAST_ID, SOUTH_ID = "WZ-339901001-001", "WZ-339901002-002", "WZ-339901002-001"
OPEN, CLOSED = "未销号", "已销号"


@pytest.fixture(scope="module")
def runs():
    return {
        "2025": run_of_town("2025", PEOPLE, [CENTRE]),
        "2026": run_of_town("2026", PEOPLE, [CENTRE, WEST_SITE]),
        "2027": run_of_town("2027", PEOPLE, [CENTRE]),
    }


@pytest.fixture(scope="module")
def first(runs, tmp_path_factory):
    """A workspace whose first period has been entered."""
    home = tmp_path_factory.mktemp("home")
    keep_run(runs["2025"], home)
    update_issues(home, None, None, "zh")
    return home


@pytest.fixture
def home(first, tmp_path):
    shutil.copytree(first, tmp_path / "work")
    return tmp_path / "work"


def listed(home):
    return home / "data" / "processed" / "gezi" / "issues" / "问题清单.xlsx"


def rows_of(home, sheet=OPEN):
    page = openpyxl.load_workbook(listed(home))[sheet]
    header, *rows = page.iter_rows(values_only=True)
    return {row[0]: dict(zip(header, row, strict=True)) for row in rows}


class Edited:
    """The list opened as an office opens it; saved when the block ends."""

    def __init__(self, home):
        self.path = listed(home)

    def __enter__(self):
        self.book = openpyxl.load_workbook(self.path)
        self.page = self.book[OPEN]
        return self

    def __exit__(self, *_):
        self.book.save(self.path)

    def column(self, header):
        return next(cell.column for cell in self.page[1] if cell.value == header)

    def row(self, id_):
        return next(cell.row for cell in self.page["A"] if cell.value == id_)

    def put(self, id_, header, value):
        self.page.cell(self.row(id_), self.column(header)).value = value


def test_the_list_says_who_where_how_many_why_and_what_would_mend_it(home):
    west = rows_of(home)[WEST_ID]
    assert (west["服务"], west["乡镇（街道）"], west["现有人数"], west["原因"]) == (
        "社区卫生服务站",
        "西镇",
        120,
        "附近没有设施",
    )
    assert west["最省的办法（估算）"] == "新设 1 处，经纬度见问题清单：约可覆盖本片区 120 人（共 120 人）"
    assert (west["责任单位"], west["期限"], west["状态"]) == ("卫健", "2026-12-31", "新增")


def test_what_the_office_fills_in_survives_the_next_run(home, runs):
    with Edited(home) as book:
        book.put(WEST_ID, "责任人", "张三")
        book.put(WEST_ID, "进展", "已选址，\n正在招标")
        book.put(EAST_ID, "责任单位", "东镇人民政府")
        book.put(EAST_ID, "期限", "2027年3月31日")
        book.put(SOUTH_ID, "办结时间", datetime.date(2026, 5, 1))
    keep_run(runs["2026"], home)
    updated = update_issues(home, "gezi", None, "zh")
    still, closed = rows_of(home), rows_of(home, CLOSED)
    assert (closed[WEST_ID]["责任人"], closed[WEST_ID]["进展"]) == ("张三", "已选址，\n正在招标")
    assert (still[EAST_ID]["责任单位"], still[EAST_ID]["期限"]) == ("东镇人民政府", "2027-03-31")
    assert still[SOUTH_ID]["办结时间"] == "2026-05-01"
    assert "新增的“西站”（约 100 米，2.5 分钟）" in closed[WEST_ID]["核对依据"]
    assert len(updated.taken) == 5
    assert updated.ledger.counts() == {"used": 3, "fixed": 0, "excluded": 0}


def test_a_second_update_takes_nothing_and_writes_the_same_bytes(home):
    with Edited(home) as book:
        book.put(WEST_ID, "备注", "x")
    update_issues(home, None, None, "zh")
    update_issues(home, None, None, "zh")
    folder = listed(home).parent
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}
    again = update_issues(home, None, None, "zh")
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}
    assert again.taken == ()
    assert after == before


def test_sorted_filtered_moved_and_renamed_by_excel(home):
    with Edited(home) as book:
        header, *rows = [list(row) for row in book.page.iter_rows(values_only=True)]
        rows.sort(key=lambda row: row[0], reverse=True)
        at = header.index("进展")
        for row in rows:
            row[at] = f"进展 {row[0]}"
        header[at] = "进展情况*"
        page = book.book.create_sheet("本周", 0)
        page.append(["格子县问题清单（周报）"])
        for row in [header, *rows]:
            page.append(row[::-1])
        del book.book[OPEN]
    update_issues(home, None, None, "zh")
    assert {id_: row["进展"] for id_, row in rows_of(home).items()} == {
        id_: f"进展 {id_}" for id_ in (WEST_ID, EAST_ID, SOUTH_ID)
    }


def test_deleted_rows_and_columns_lose_no_words(home):
    with Edited(home) as book:
        book.put(WEST_ID, "进展", "甲")
        book.put(EAST_ID, "备注", "乙")
    update_issues(home, None, None, "zh")
    with Edited(home) as book:
        book.page.delete_rows(book.row(WEST_ID))
        book.page.delete_cols(book.column("备注"))
    update_issues(home, None, None, "zh")
    rows = rows_of(home)
    assert (rows[WEST_ID]["进展"], rows[EAST_ID]["备注"]) == ("甲", "乙")


def test_an_emptied_cell_is_emptied_and_an_emptied_default_comes_back(home):
    with Edited(home) as book:
        book.put(WEST_ID, "进展", "甲")
        book.put(WEST_ID, "责任单位", "乡里")
    update_issues(home, None, None, "zh")
    with Edited(home) as book:
        book.put(WEST_ID, "进展", None)
        book.put(WEST_ID, "责任单位", None)
    update_issues(home, None, None, "zh")
    west = rows_of(home)[WEST_ID]
    assert (west["进展"], west["责任单位"]) == (None, "卫健")


def test_a_due_that_names_no_day_is_kept_and_told(home):
    with Edited(home) as book:
        book.put(WEST_ID, "期限", "尽快")
        book.put(EAST_ID, "期限", "2027年3月31日")
    updated = update_issues(home, None, None, "zh")
    (note,) = [note for row in updated.ledger.rows for note in row.reasons]
    assert (note.key, note.facts) == ("issues.due_no_day", {"said": "尽快", "due": "2026-12-31"})
    assert rows_of(home)[WEST_ID]["期限"] == "尽快"


def test_columns_of_the_offices_own_stay(home, runs):
    with Edited(home) as book:
        book.page.cell(1, book.page.max_column + 1).value = "督办领导"
        book.put(WEST_ID, "督办领导", "李四")
    keep_run(runs["2026"], home)
    update_issues(home, None, None, "zh")
    assert rows_of(home, CLOSED)[WEST_ID]["督办领导"] == "李四"
    assert rows_of(home)[EAST_ID]["督办领导"] is None


def test_a_second_column_of_remarks_is_kept_beside_the_first(home):
    with Edited(home) as book:
        book.put(WEST_ID, "备注", "一")
        at = book.page.max_column + 1
        book.page.cell(1, at).value = "备注"
        book.page.cell(book.row(WEST_ID), at).value = "二"
    update_issues(home, None, None, "zh")
    west = rows_of(home)[WEST_ID]
    assert (west["备注"], west["备注 (2)"]) == ("一", "二")


def test_a_list_written_by_an_update_that_died_before_its_register_is_read_all_the_same(home):
    kept = home / "kept"
    shutil.copytree(listed(home).parent / "registry", kept)
    keep_run(run_of_town("2026", PEOPLE | hamlet(1, 5, 70), [CENTRE]), home)
    update_issues(home, None, None, "zh")
    with Edited(home) as book:
        book.put("WZ-339901001-002", "进展", "甲")
    shutil.rmtree(listed(home).parent / "registry")
    kept.rename(listed(home).parent / "registry")
    updated = update_issues(home, None, None, "zh")
    assert updated.ledger.counts()["excluded"] == 0
    assert rows_of(home)["WZ-339901001-002"]["进展"] == "甲"


def test_a_column_that_the_list_called_otherwise_before_is_not_taken_for_the_offices(home):
    register = listed(home).parent / "registry" / "registry.json"
    told = json.loads(register.read_text(encoding="utf-8"))
    told["words"]["own"].append("旧列")
    register.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    with Edited(home) as book:
        book.page.cell(1, book.page.max_column + 1).value = "旧列"
        book.put(WEST_ID, "旧列", "算出来的")
    assert update_issues(home, None, None, "zh").taken == ()
    assert "旧列" not in rows_of(home)[WEST_ID]


def test_ids_mended_doubled_unknown_and_missing(home):
    with Edited(home) as book:
        at = book.row(WEST_ID)
        book.page.cell(at, 1).value = "ｗｚ—339901001—1"
        book.page.cell(at, book.column("进展")).value = "甲"
        for id_, word in ((EAST_ID, "乙"), ("WZ-339901009-001", "丙"), (None, "丁")):
            row = [None] * book.page.max_column
            row[0], row[book.column("进展") - 1] = id_, word
            book.page.append(row)
        book.put(EAST_ID, "进展", "另一说")
    updated = update_issues(home, None, None, "zh")
    rows = rows_of(home)
    assert rows[WEST_ID]["进展"] == "甲"
    assert rows[EAST_ID]["进展"] is None  # two say differently: neither is taken
    keys = sorted(note.key for row in updated.ledger.rows for note in row.reasons)
    assert keys == [
        "issues.conflict", "issues.conflict", "issues.id_mended", "issues.id_missing", "issues.id_twice",
        "issues.id_unknown",
    ]  # fmt: skip
    book = openpyxl.load_workbook(listed(home))
    unplaced = list(book["未能对应"].iter_rows(values_only=True))
    assert [(row[0], row[unplaced[0].index("进展")]) for row in unplaced[1:]] == [
        ("WZ-339901009-001", "丙"),
        (None, "丁"),
    ]
    told = " ".join(str(cell) for row in book["回读记录"].iter_rows(values_only=True) for cell in row)
    assert "未能对应" in told
    assert "另一说" in told


def test_a_row_mended_among_the_unplaced_is_taken(home):
    with Edited(home) as book:
        row = [None] * book.page.max_column
        row[0], row[book.column("进展") - 1] = "旧号", "丙"
        book.page.append(row)
    update_issues(home, None, None, "zh")
    update_issues(home, None, None, "zh")
    book = openpyxl.load_workbook(listed(home))
    book["未能对应"]["A2"].value = EAST_ID
    book[OPEN].delete_rows(next(cell.row for cell in book[OPEN]["A"] if cell.value == EAST_ID))
    book.save(listed(home))
    update_issues(home, None, None, "zh")
    assert rows_of(home)[EAST_ID]["进展"] == "丙"
    assert "未能对应" not in openpyxl.load_workbook(listed(home)).sheetnames


def test_a_lost_workbook_loses_no_words(home):
    with Edited(home) as book:
        book.put(WEST_ID, "进展", "甲")
    update_issues(home, None, None, "zh")
    listed(home).unlink()
    update_issues(home, None, None, "zh")
    assert rows_of(home)[WEST_ID]["进展"] == "甲"


def test_the_list_in_english_is_read_back_into_chinese(home):
    update_issues(home, None, None, "en")
    book = openpyxl.load_workbook(listed(home))
    page = book["Open"]
    header = [cell.value for cell in page[1]]
    page.cell(2, header.index("Progress") + 1).value = "site chosen"
    id_ = page.cell(2, 1).value
    book.save(listed(home))
    update_issues(home, None, None, "zh")
    row = rows_of(home)[id_]
    assert (row["进展"], row["责任单位"]) == ("site chosen", "卫健")


def test_text_never_becomes_a_formula_or_a_link(home, runs):
    with Edited(home) as book:
        for at, word in enumerate(("=1+1", "http://evil.example", "@SUM(A1)")):
            cell = book.page.cell(2 + at, book.column("备注"))
            cell.value, cell.data_type = word, "s"
    keep_run(runs["2026"], home)
    update_issues(home, None, None, "zh")
    book = openpyxl.load_workbook(listed(home))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
    assert {"=1+1", "http://evil.example", "@SUM(A1)"} <= {cell.value for cell in cells}


def test_the_list_under_another_name_is_not_read_and_that_is_told(home):
    folder = listed(home).parent
    for name in ("问题清单（卫健）.xlsx", "回填.csv", "~$问题清单（卫健）.xlsx", "说明.txt"):
        (folder / name).write_bytes(listed(home).read_bytes())
    told = CliRunner().invoke(build_cli("zh"), ["issues", "--folder", str(home)], catch_exceptions=False)
    assert "回填.csv、问题清单（卫健）.xlsx，没有读入" in told.output
    assert "说明.txt" not in told.output


def test_choices_are_offered_for_the_handling(home):
    page = openpyxl.load_workbook(listed(home))[OPEN]
    (offered,) = page.data_validations.dataValidation
    assert offered.formula1 == '"未启动,办理中,已办结待核,暂缓"'
    assert not offered.showErrorMessage


# --- Files that must not be overwritten ---


def refused(home, key):
    folder = listed(home).parent
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(DataError) as fault:
        update_issues(home, None, None, "zh")
    assert fault.value.key == key
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return fault.value.sentence("zh")


@pytest.mark.parametrize("sign", ["~$问题清单.xlsx", ".~lock.问题清单.xlsx#", ".~问题清单.xlsx"])
def test_open_in_another_program(home, sign):
    (listed(home).parent / sign).write_bytes(b"")
    assert sign in refused(home, "issues.open_elsewhere")


def test_cut_short(home):
    listed(home).write_bytes(listed(home).read_bytes()[:2000])
    assert "未予覆盖" in refused(home, "issues.workbook_damaged")


def test_no_workbook_at_all(home):
    listed(home).write_text("编号,进展\n1,2\n", encoding="utf-8")
    refused(home, "issues.workbook_damaged")


def test_without_the_column_of_ids(home):
    with Edited(home) as book:
        for page in book.book:
            page["A1"].value = "号码"
    refused(home, "issues.no_id_column")


def test_with_the_register_gone(home):
    shutil.rmtree(listed(home).parent / "registry")
    assert "备份" in refused(home, "issues.register_missing")


# --- Periods and places ---


def test_an_older_period_again_leaves_later_ones_and_the_list_as_they_were(home, runs):
    for period in ("2026", "2027"):
        keep_run(runs[period], home)
    straight = update_issues(home, None, None, "zh")
    assert straight.entered == ("2026", "2027")
    assert rows_of(home)[WEST_ID]["状态"] == "反复"
    before = load_register(listed(home).parent / "registry")
    again = update_issues(home, None, "2025", "zh")
    assert again.entered == ("2025", "2026", "2027")
    assert again.registry.entries == before.entries
    assert rows_of(home)[WEST_ID]["状态"] == "反复"
    assert "曾于 2026 销号，本期又有 120 人" in rows_of(home)[WEST_ID]["核对依据"]


def test_a_run_that_has_changed_is_entered_again_by_itself(home):
    assert update_issues(home, None, None, "zh").entered == ()
    changed = run_of_town("2025", PEOPLE, [CENTRE, WEST_SITE])
    keep_run(changed, home)
    updated = update_issues(home, None, None, "zh")
    assert updated.entered == ("2025",)
    assert sorted(updated.states["id"]) == sorted([EAST_ID, SOUTH_ID])


def test_a_period_or_place_that_has_not_been_run(home, tmp_path):
    with pytest.raises(ConfigurationError, match="2031"):
        update_issues(home, None, "2031", "zh")
    with pytest.raises(ConfigurationError, match="circle15 run"):
        update_issues(tmp_path / "empty", None, None, "zh")
    shutil.copytree(home / "data" / "processed" / "gezi", home / "data" / "processed" / "other")
    with pytest.raises(UsageError, match="gezi、other"):
        update_issues(home, None, None, "zh")


def test_layers_carry_the_ids(home):
    layer = gpd.read_file(listed(home).parent / "issues.gpkg", layer="issues").set_index("id")
    assert layer.at[WEST_ID, "geometry"].area == 3 * 100**2
    assert layer.at[WEST_ID, "unit"] == "卫健"
    points = gpd.read_file(listed(home).parent / "issues.gpkg", layer="fixes").set_index("id")
    assert points.at[WEST_ID, "geometry"].coords[0] == (560_250.0, 3_310_050.0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_says_what_closed(home, runs, lang):
    keep_run(runs["2026"], home)
    told = CliRunner().invoke(build_cli(lang), ["issues", "gezi", "--folder", str(home)])
    assert told.exit_code == 0, told.output
    assert WEST_ID in told.output
    assert "问题清单.xlsx" in told.output
