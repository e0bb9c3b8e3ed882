"""The report on a study's files: nothing lost, nothing that runs, the same bytes each time."""

import json
import re
import zipfile

import openpyxl
import pytest
from made_quality import LIST, made_quality
from made_results import HOSTILE_NAMES

from circle15.catalogue.findings import informing, only_informs
from circle15.model.ledger import mend_of
from circle15.model.quality import Finding, Quality
from circle15.publish import workbook
from circle15.publish.quality.page import SCRIPTS, quality_html
from circle15.publish.quality.payload import MOST_OF_A_KIND
from circle15.publish.quality.report import write_quality
from circle15.publish.quality.sheets import quality_sheets
from circle15.publish.tables import Column, Sheet
from circle15.words import phrasebook


@pytest.fixture(scope="module")
def quality():
    return made_quality(faulty=True)


@pytest.fixture(scope="module")
def book(quality, tmp_path_factory):
    folder = tmp_path_factory.mktemp("quality")
    write_quality(quality, folder)
    return openpyxl.load_workbook(folder / "data_quality.xlsx")


def content_of(html):
    return json.loads(re.search(r'id="c15-content">(.*?)</script>', html, re.DOTALL).group(1))


def test_every_key_that_only_informs_has_a_sentence():
    keys, beginnings = informing()
    sentences = phrasebook("zh")
    assert keys - set(sentences) == set()
    assert all(any(key.startswith(beginning) for key in sentences) for beginning in beginnings)
    assert not only_informs("facilities.some_new_key")


def test_every_mend_is_of_a_sentence():
    keys = {key.replace(".", "_") for key in phrasebook("zh")}
    mends = [key.removeprefix("mends.") for key in phrasebook("zh") if key.startswith("mends.")]
    assert [mend for mend in mends if mend not in keys] == []
    assert mend_of("facilities.no_coordinates", "zh")
    assert mend_of("facilities.no_coordinates", "en")


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        ([], "ready"),
        (["information"], "ready"),
        (["information", "warning"], "remarks"),
        (["warning", "fault"], "refused"),
    ],
    ids=["nothing", "informed", "warned", "at fault"],
)
def test_the_gravest_finding_makes_the_verdict(severities, verdict):
    findings = tuple(Finding(severity, "terms.town") for severity in severities)
    assert Quality("", "", (), findings).verdict == verdict


def test_the_workbook_lists_every_finding_with_its_place_and_mend(quality, book):
    rows = list(book["问题清单"].iter_rows(values_only=True))
    assert rows[0][:8] == ("序号", "级别", "文件", "工作表", "行号", "字段", "问题", "怎么改")
    assert [row[0] for row in rows[1:]] == list(range(1, len(quality.findings) + 1))
    assert [row[6] for row in rows[1:]] == [finding.sentence("zh") for finding in quality.findings]
    third = rows[3]
    at = quality.findings[2].at
    assert third[1:6] == ("！ 提示", LIST, "Sheet1", at.row, "经度")
    assert third[7] == mend_of("facilities.no_coordinates", "zh")
    assert third[8:10] == (pytest.approx(at.lon, abs=1e-9), pytest.approx(at.lat, abs=1e-9))


def test_the_workbook_accounts_for_every_row(quality, book):
    rows = list(book["数据台账"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(quality.ledger.rows)
    assert [row[6] for row in rows[-7:]] == ["=1+1", *HOSTILE_NAMES]
    assert {row[3] for row in rows} == {"采用", "排除"}
    assert rows[0][4] == "托育机构"


def test_the_overview_says_the_verdict_and_what_became_of_each_file(quality, book):
    page = book["概况"]
    assert page["A2"].value == "结论：× 不能运行"
    rows = {row[0]: row for row in page.iter_rows(min_row=6, values_only=True)}
    account = quality.files[2]
    assert rows[LIST][4:8] == (account.rows_in, account.used, account.fixed, account.excluded)
    assert account.rows_in == account.used + account.fixed + account.excluded
    assert rows["小学.csv"][3:] == ("有错误", *[""] * 4, 1, 0)
    assert rows["a.csv"][3] == "未检查"


def test_headers_are_frozen_filtered_and_nothing_is_a_formula_or_a_link(book):
    for title, top, frozen in (("概况", 5, "A6"), ("问题清单", 1, "A2"), ("数据台账", 1, "C2")):
        page = book[title]
        assert page.freeze_panes == frozen  # the account is wider than a screen: file and sheet stay in sight
        assert page.auto_filter.ref.startswith(f"A{top}:")
        assert page.page_setup.orientation == "landscape"
        cells = [cell for row in page.iter_rows() for cell in row]
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)


def test_a_table_with_more_rows_than_a_sheet_holds_goes_on_in_another(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 10)
    sheet = Sheet("台账", (Column("行", "count"),), tuple((float(at),) for at in range(25)), ("标题",))
    workbook.write_sheets([sheet], tmp_path / "long.xlsx", "", "zh")
    book = openpyxl.load_workbook(tmp_path / "long.xlsx")
    assert book.sheetnames == ["台账", "台账 2", "台账 3"]
    told = [row[0] for page in book for row in page.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert told == list(range(25))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_findings_give_the_same_bytes(tmp_path, lang):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_quality(made_quality(faulty=True), tmp_path / name, lang)
    for file in ("data_quality.html", "data_quality.xlsx"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_the_page_holds_all_it_needs_and_names_no_other_host(quality):
    html = quality_html(quality)
    assert not re.search(r'<(link|script|img|iframe)[^>]*(src|href)="?(https?:)?//', html)
    assert "default-src 'none'" in html.split("<title>")[0].replace("&#39;", "'")
    outside = html.split("<script", 1)[0]
    assert all(name not in outside for name in HOSTILE_NAMES)
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == 2
    assert SCRIPTS[-1] == ("quality", "report.js")


def test_the_page_carries_every_finding_once_with_its_place(quality):
    content = content_of(quality_html(quality))
    told = {one["n"]: one for group in content["groups"] for one in group["findings"]}
    assert sorted(told) == list(range(1, len(quality.findings) + 1))
    for number, finding in enumerate(quality.findings, start=1):
        assert told[number]["what"] == finding.sentence("zh")
        assert ("at" in told[number]) == finding.located
    assert [group["count"] for group in content["groups"] if group["severity"] == "warning"] == [24, 1]


def test_a_kind_with_very_many_findings_is_counted_whole_and_listed_in_part():
    quality = made_quality(excluded=MOST_OF_A_KIND + 200)
    html = quality_html(quality)
    group = next(group for group in content_of(html)["groups"] if group["severity"] == "warning")
    assert group["count"] == MOST_OF_A_KIND + 201
    assert len(group["findings"]) == MOST_OF_A_KIND
    assert len(html) < 900_000


def test_a_report_without_place_zones_or_rows_is_one_too(tmp_path):
    nothing = Quality("", "", (), (Finding("fault", "study.not_utf8", {"file": "study.toml"}),))
    write_quality(nothing, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "data_quality.xlsx")
    assert book["概况"]["A1"].value == "数据质量报告"
    assert content_of((tmp_path / "data_quality.html").read_text(encoding="utf-8"))["shapes"]["root"] == []


def test_control_characters_and_long_texts_do_not_break_the_workbook(tmp_path):
    names = ("a\x00b\x08c", "长" * 40_000, "\U0001f600", "")
    findings = tuple(Finding("warning", "quality.facility_on_island", {"name": name}) for name in names)
    write_quality(Quality("县", "2026", (), findings), tmp_path)
    with zipfile.ZipFile(tmp_path / "data_quality.xlsx") as book:
        assert book.testzip() is None
    assert openpyxl.load_workbook(tmp_path / "data_quality.xlsx")["问题清单"].max_row == len(names) + 1


def test_english_holds_no_chinese_but_names(quality):
    sheets = quality_sheets(quality, "en")
    words = [sheet.title for sheet in sheets] + [column.header for sheet in sheets for column in sheet.columns]
    words += [line.replace("示例县", "") for sheet in sheets for line in sheet.heading]
    assert [word for word in words if re.search(r"[\u4e00-\u9fff]", word)] == []
