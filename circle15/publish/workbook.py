"""Tables as one Excel workbook."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from circle15.publish.tables import sheets
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from circle15.publish.tables import Form, Lines, Sheet
    from circle15.results import Results

NUMBER_FORMATS: dict[Form, str] = {
    "count": "#,##0",
    "share": "0.0%",
    "score": "0.0",
    "points": "[>=0.005]+0.00;[<=-0.005]-0.00;0.00",
    "minutes": "0.0",
    "metres": "#,##0",
    "degrees": "0.000000",
    "ratio": "0.000",
    "plain": "General",
}
# Traffic lights, each with a word in it, since colours alone cannot be told apart by everyone.
LIGHTS = {"green": "#C6E0B4", "amber": "#FFE699", "red": "#F4B084", "grey": "#D9D9D9"}
# Text from users is data: a name that begins with = must not become a formula, nor one with :// a link.
AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# What is less than this is what sums in binary leave of nought.
DUST = 1e-9
# A fixed moment, so that the same results give the same bytes.
CREATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
# Widths in places of a Latin character.
WIDEST_TEXT, WIDEST_SENTENCE, NARROWEST, NUMBER_PLACES = 26, 100, 4, 8
FILL_PLACES = 12
FEW_COLUMNS = 2
FIRST_WIDE_CHARACTER = 0x2E80
LINE_POINTS, HEADING_POINTS = 15.0, 21.0
# Of a sheet's 1,048,576 rows, with room for headings.
MOST_ROWS = 1_000_000
COUNT_DECIMALS = 2
POINT_DECIMALS = 6
# The codes of Excel for sheets of paper, and how many places of a Latin character can still be read across the first.
A4, A3 = 9, 8
WIDEST_ON_A4 = 200
WIDEST_ON_ONE_LINE = 16
FONT = "微软雅黑"
# Lines of a chart, apart in grey and to colour-blind eyes, and the point that is marked.
LINE_COLOURS = ("#0B6470", "#E69F00", "#7F7F7F")
MARKED = "#C0392B"


def write_workbook(results: Results, path: Path, lang: str) -> None:
    """Write ``tables.xlsx``: all tables of a run."""
    write_sheets(sheets(results, lang), path, results.study.study.place, lang)


def write_sheets(tables: Iterable[Sheet], path: Path, title: str, lang: str) -> None:
    """Write a workbook: a sheet per table, headers frozen and filtered, 无数据 and 不可达 as words."""
    workbook = xlsxwriter.Workbook(path, AS_TYPED)
    workbook.set_properties({"title": title, "author": "circle15", "created": CREATED})
    formats = _formats(workbook)
    for sheet in tables:
        for part in _within_limits(sheet):
            _write_sheet(workbook, part, formats, lang)
    try:
        workbook.close()
    except FileCreateError as fault:
        raise OSError(f"{path.name}: {fault}") from fault


def _within_limits(sheet: Sheet) -> Iterator[Sheet]:
    """The sheet; a table with more rows than a sheet holds as several, numbered."""
    yield replace(sheet, rows=sheet.rows[:MOST_ROWS])
    for number, start in enumerate(range(MOST_ROWS, len(sheet.rows), MOST_ROWS), start=2):
        yield replace(sheet, title=f"{sheet.title} {number}", rows=sheet.rows[start : start + MOST_ROWS], heading=())


def _formats(workbook: Any) -> dict[str, Any]:  # noqa: ANN401  xlsxwriter has no types
    plain = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    formats: dict[str, Any] = {
        form: workbook.add_format({**plain, "num_format": code}) for form, code in NUMBER_FORMATS.items()
    }
    formats["text"] = workbook.add_format({**plain, "text_wrap": True, "indent": 1})
    for name, colour in LIGHTS.items():
        formats[name] = workbook.add_format({**plain, "bg_color": colour, "align": "center"})
    formats["to_fill"] = workbook.add_format(
        {**plain, "text_wrap": True, "indent": 1, "num_format": "@", "bg_color": "#FFF8DC", "border": 4}
    )
    formats["missing"] = workbook.add_format({**plain, "font_color": "#7F7F7F", "align": "right"})
    formats["heading"] = workbook.add_format({**plain, "bold": True, "font_size": 12})
    formats["header"] = workbook.add_format(
        {**plain, "bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "text_wrap": True, "align": "center"}
    )
    return formats


def _write_sheet(workbook: Any, sheet: Sheet, formats: dict[str, Any], lang: str) -> None:  # noqa: ANN401
    page, widths = workbook.add_worksheet(sheet.title), _widths(sheet)
    for line, words in enumerate(sheet.heading):
        page.set_row(line, HEADING_POINTS)
        page.write_string(line, 0, words, formats["heading"])
    top = len(sheet.heading)
    page.set_row(top, _height([column.header for column in sheet.columns], widths))
    for at, column in enumerate(sheet.columns):
        page.write_string(top, at, column.header, formats["header"])
        page.set_column(at, at, widths[at])
    for line, row in enumerate(sheet.rows, start=top + 1):
        page.set_row(line, _height(row, widths))
        for at, value in enumerate(row):
            if sheet.columns[at].to_fill:
                _write_to_fill(page, line, at, str(value), formats)
            else:
                _write_cell(page, line, at, value, sheet.columns[at].form, formats, lang)
    _offer_choices(page, top, sheet)
    if sheet.drawn is not None and sheet.rows:
        _draw(workbook, page, top, sheet, sheet.drawn)
    _set_up(page, top, sheet, sum(widths))


def _write_to_fill(page: Any, line: int, at: int, text: str, formats: dict[str, Any]) -> None:  # noqa: ANN401
    """A cell that is truly empty where there is nothing in it yet, so that filters for blanks find it."""
    if text:
        page.write_string(line, at, text, formats["to_fill"])
    else:
        page.write_blank(line, at, None, formats["to_fill"])


def _draw(workbook: Any, page: Any, top: int, sheet: Sheet, drawn: Lines) -> None:  # noqa: ANN401
    """A chart of lines to the right of the table, the marked row larger."""
    chart = workbook.add_chart({"type": "line"})
    first, last = top + 1, top + len(sheet.rows)
    for number, column in enumerate(drawn.columns):
        points = [
            {"fill": {"color": MARKED}, "border": {"color": MARKED}}
            if row == drawn.marked_row and number == 0
            else None
            for row in range(len(sheet.rows))
        ]
        line = {
            "name": [sheet.title, top, column],
            "categories": [sheet.title, first, drawn.over, last, drawn.over],
            "values": [sheet.title, first, column, last, column],
            "line": {"color": LINE_COLOURS[number % len(LINE_COLOURS)], "width": 2.25},
            "marker": {"type": "circle", "size": 7, "fill": {"color": LINE_COLOURS[number % len(LINE_COLOURS)]}},
        }
        chart.add_series(line | ({"points": points} if any(points) else {}))
    font = {"name": FONT, "size": 10}
    chart.set_title({"name": drawn.title, "name_font": {**font, "size": 12}, "overlay": False})
    chart.set_x_axis({"name": sheet.columns[drawn.over].header, "name_font": font, "num_font": font})
    chart.set_y_axis({"num_font": font, "num_format": "#,##0", "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": 720, "height": 400})
    page.insert_chart(top, len(sheet.columns) + 1, chart)


def _offer_choices(page: Any, top: int, sheet: Sheet) -> None:  # noqa: ANN401
    """Lists to choose from, which nobody is held to: another word may be typed."""
    for at, column in enumerate(sheet.columns):
        if column.choices and sheet.rows:
            offered = {"validate": "list", "source": list(column.choices), "show_error": False}
            page.data_validation(top + 1, at, top + len(sheet.rows), at, offered)


def _set_up(page: Any, top: int, sheet: Sheet, places: int) -> None:  # noqa: ANN401
    """Freeze and filter the headers; print across on A4, a wide table on A3, headers on every page."""
    page.freeze_panes(top + 1, 0)
    page.autofilter(top, 0, top + max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(A3 if places > WIDEST_ON_A4 else A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)


def _write_cell(page: Any, line: int, at: int, value: Any, form: Form, formats: dict[str, Any], lang: str) -> None:  # noqa: ANN401
    if form == "light":
        page.write_string(line, at, say(f"targets.light_{value}", lang), formats[value])
        return
    if form == "text" or isinstance(value, str):
        page.write_string(line, at, str(value), formats["text"])
        return
    number = float(value)
    if math.isnan(number):
        page.write_string(line, at, say("terms.no_data", lang), formats["missing"])
    elif math.isinf(number):
        page.write_string(line, at, say("tables.unreachable", lang), formats["missing"])
    else:
        page.write_number(line, at, _written(number, form), formats[form])


def _written(number: float, form: Form) -> float:
    """A score out of 100; all without the dust of sums in binary, which a spreadsheet would show: -0.0% for -1e-13."""
    if abs(number) < DUST:
        return 0.0
    if form == "score":
        return number * 100
    if form == "points":
        return round(number * 100, POINT_DECIMALS)
    return round(number, COUNT_DECIMALS) if form == "count" else number


def _widths(sheet: Sheet) -> list[int]:
    """Per column, in places: wide enough for most texts, narrow enough that the sheet can be read when printed.

    Headers and long texts wrap. A table of few columns holds sentences, and gets the width of a page for them.
    """
    usual = WIDEST_SENTENCE if len(sheet.columns) <= FEW_COLUMNS else WIDEST_TEXT
    widths = []
    for at, column in enumerate(sheet.columns):
        widest = column.widest or usual
        texts = max((_places(row[at]) for row in sheet.rows if isinstance(row[at], str)), default=0)
        number = NARROWEST if column.form == "text" else NUMBER_PLACES
        if column.to_fill:  # empty as yet, and somebody has to write in it
            number = column.widest or FILL_PLACES
        widths.append(max(min(texts, widest), min(_header_places(column.header), widest), number) + 3)
    return widths


def _header_places(header: str) -> int:
    """What a header needs: one line, or two where it is long, the second not of its last bracket alone."""
    places = _places(header)
    return places if places <= WIDEST_ON_ONE_LINE else math.ceil(places / 2) + 2


def _height(texts: Iterable[object], widths: Sequence[int]) -> float:
    """Points that a row takes when its texts wrap: told outright, since not every program works it out."""
    lines = [
        math.ceil(_places(text) / (width - 2))
        for text, width in zip(texts, widths, strict=True)
        if isinstance(text, str)
    ]
    return LINE_POINTS * max([1, *lines])


def _places(text: object) -> int:
    """How wide a text is; a Chinese character takes two places."""
    return sum(2 if ord(character) > FIRST_WIDE_CHARACTER else 1 for character in str(text))
