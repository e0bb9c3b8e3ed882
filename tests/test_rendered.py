"""Each check of printed reports finds what it looks for."""

import io

import docx
import pytest
from docx.shared import Mm
from made_results import made_results
from rendered import (
    Word,
    all_text,
    beyond_the_text,
    broken_headers,
    empty_pages,
    empty_sections,
    lost_letters,
    over_one_another,
    wide_tables,
    without_glyph,
    words_of,
)

from circle15.publish.report.compose import report_of
from circle15.publish.report.material import Material
from circle15.publish.report.word.write import docx_bytes


def saved(word):
    held = io.BytesIO()
    word.save(held)
    return held.getvalue()


@pytest.fixture(scope="module")
def content():
    made = made_results(columns=32, rows=24, points=8)
    return docx_bytes(report_of(Material(made, {"versions": {}, "inputs": {}}, "f" * 64, "en")))


def word(text, left, right, top=100.0, page=1):
    return Word(page, left, top, right, top + 12.0, text)


def test_a_report_has_no_empty_section_and_no_wide_table(content):
    assert empty_sections(content) == []
    assert wide_tables(content) == []


def test_an_empty_section_is_found():
    made = docx.Document()
    for level, text in ((1, "一"), (2, "（一）"), (2, "（二）"), (1, "二")):
        made.add_heading(text, level)
        if text == "（二）":
            made.add_paragraph("正文")
    assert empty_sections(saved(made)) == ["（一）", "二"]


def test_a_wide_table_is_found():
    made = docx.Document()
    table = made.add_table(1, 2)
    for column in table.columns:
        column.width = Mm(100)
    assert wide_tables(saved(made)) == [200.0]


def test_words_beyond_the_text_are_found():
    inside, outside, number = word("甲", 80, 520), word("乙", 500, 540), word("12", 560, 575, top=770)
    assert beyond_the_text([inside, outside, number], 28.0, 184.0, 264.0) == [outside]


def test_words_over_one_another_are_found():
    one, two, below = word("Kindergarten", 80, 140), word("School", 130, 170), word("甲", 90, 120, top=112.0)
    other_page = word("乙", 80, 140, page=2)
    assert over_one_another([one, two, below, other_page]) == [(one, two)]


def test_lost_letters_and_broken_headers_are_found(content):
    text = all_text(content)
    whole = [word(text, 80, 500)]
    assert lost_letters(content, whole) == {}
    heads = {cell.text for table in docx.Document(io.BytesIO(content)).tables for cell in table.rows[0].cells}
    printed = [word(text, 80, 500) for text in heads]
    assert broken_headers(content, printed) == []
    assert lost_letters(content, [word(text.replace("y", "", 1), 80, 500)]) == {"y": 1}
    cut = [word(text.replace("Coverage", "Coverag e"), 80, 500) for text in heads]
    assert broken_headers(content, cut) == ["Coverage"]


def test_letters_without_a_picture_and_empty_pages_are_found():
    assert without_glyph("甲A 乙\ue001", [(0x41, 0x5A), (0x7532, 0x7532), (0xE000, 0xF8FF)]) == ["乙", "\ue001"]
    assert empty_pages([word("—", 80, 90), word("1", 90, 95), word("甲", 80, 90, page=2)], 3) == [1, 3]


def test_the_words_of_a_page_are_read():
    markup = '<word xMin="1.5" yMin="2" xMax="30.25" yMax="14">A&amp;B</word>'
    assert words_of(markup, 7) == [Word(7, 1.5, 2.0, 30.25, 14.0, "A&B")]
