"""The workbook of a run as an annex: what stands first, in which order, and how it is printed."""

import zipfile

import openpyxl
import pytest
from hostile_names import NAMES, hostile_results

from circle15.publish.contents import CHAPTERS, in_order, sources_sheet, with_contents
from circle15.publish.tables import Column, Sheet, sheets
from circle15.publish.workbook import write_sheets, write_workbook
from circle15.words import LANGUAGES, phrasebook


@pytest.fixture(scope="module")
def results():
    return hostile_results()


@pytest.fixture(scope="module")
def path(results, tmp_path_factory):
    path = tmp_path_factory.mktemp("annex") / "tables.xlsx"
    write_workbook(results, path, "zh", "ab" * 32)
    return path


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def test_the_first_sheet_lists_the_others_with_what_they_answer(book):
    first = book.worksheets[0]
    assert first.title == "目录"
    rows = list(first.iter_rows(min_row=6, values_only=True))
    assert [title for _, title, _, _ in rows] == book.sheetnames[1:]
    assert all(answer.endswith("？") for _, _, answer, _ in rows)
    for _, title, _, count in rows:
        page = book[title]
        assert count == page.max_row - int(page.auto_filter.ref.split(":")[0][1:])
    assert "ab" * 32 in first["A4"].value


def test_sheets_stand_in_the_order_of_a_report_and_what_is_new_before_the_annex():
    names = ["definitions", "index", "somethingnew", "coverage", "facilities", "notes", "targets", "underserved"]
    made = in_order(Sheet(name, (), (), name=name) for name in names)
    expected = ["facilities", "index", "coverage", "underserved", "targets", "somethingnew", "notes", "definitions"]
    assert [sheet.name for sheet in made] == expected


def test_every_sheet_of_a_run_has_its_place_and_its_question(results):
    placed = {name for names in CHAPTERS.values() for name in names}
    assert {sheet.name for sheet in sheets(results, "zh")} <= placed
    for lang in LANGUAGES:
        assert {f"contents.answers_{name}" for name in placed} <= set(phrasebook(lang))
        assert all(sheet.name for sheet in with_contents(results, sheets(results, lang), "", lang))


def test_sources_name_every_file_of_the_study_once_with_who_gave_it(results):
    rows = {row[0]: row[1:] for row in sources_sheet(results, "zh").rows}
    assert rows["zones.gpkg"] == ("行政区划", "县民政局", "2025-06-30", "")
    assert rows["streets.osm.pbf"] == ("路网", "OpenStreetMap", "2025-06-30", "ODbL")
    assert rows["people.tif"] == ("人口", "县统计局", "2024-12-31", "")
    assert rows["幼儿园.xlsx"] == ("幼儿园", "县民政局", "", "")
    assert len(rows) == 3 + 8


def test_every_sheet_is_frozen_filtered_and_printed_across_with_its_headers_again(book):
    for page in book.worksheets:
        head = int(page.auto_filter.ref.split(":")[0][1:])
        assert page.freeze_panes.endswith(str(head + 1))
        assert page.page_setup.orientation == "landscape"
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.print_title_rows == f"${head}:${head}"
        assert page.title in page.oddHeader.left.text
        assert "第 &P 页" in page.oddFooter.center.text


def test_wide_tables_keep_what_a_row_is_of_in_sight(book):
    assert book["覆盖率"].freeze_panes == "D2"
    assert book["指标说明"].freeze_panes == "A2"


def test_a_place_name_is_text_at_the_head_of_every_printed_page(tmp_path):
    sheet = Sheet("甲", (Column("列", "text"),), (("值",),))
    for number, name in enumerate(NAMES):
        write_sheets((sheet,), tmp_path / f"{number}.xlsx", name, "zh")
        page = openpyxl.load_workbook(tmp_path / f"{number}.xlsx")["甲"]
        assert page["A2"].value == "值"
        with zipfile.ZipFile(tmp_path / f"{number}.xlsx") as parts:
            assert b"</headerFooter>" in parts.read("xl/worksheets/sheet1.xml")


def test_twice_the_same_bytes(results, path, tmp_path):
    write_workbook(results, tmp_path / "tables.xlsx", "zh", "ab" * 32)
    assert (tmp_path / "tables.xlsx").read_bytes() == path.read_bytes()
