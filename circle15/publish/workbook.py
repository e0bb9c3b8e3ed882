"""Tables as one Excel workbook."""

from __future__ import annotations

import datetime
import io
import math
import re
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from circle15.publish.contents import with_contents
from circle15.publish.handover.xml_text import xml_text
from circle15.publish.tables import sheets
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from circle15.publish.tables import Form, Lines, Sheet
    from circle15.results import Results

NUMBER_FORMATS: dict[Form, str] = {
    "count": "#,##0",
    # Fewer than half a person are not shown as nobody.
    "persons": '[=0]0;[<0.5]"<1";#,##0',
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
FEW_ROWS = 36
FIRST_WIDE_CHARACTER = 0x2E80
WIDE = re.compile(f"[^\0-{chr(FIRST_WIDE_CHARACTER)}]")
LINE_POINTS, HEADING_POINTS = 15.0, 21.0
# Of a sheet's 1,048,576 rows, with room for headings.
MOST_ROWS = 1_000_000
COUNT_DECIMALS = 2
POINT_DECIMALS = 6
# The codes of Excel for sheets of paper, and how many places of a Latin character can still be read across the first.
A4, A3 = 9, 8
WIDEST_ON_A4 = 200
WIDEST_ON_ONE_LINE = 16
# Beyond this a table is wider than a screen; the columns that stay in sight may take so much of it.
WIDEST_ON_SCREEN, WIDEST_KEPT, MOST_KEPT = 150, 70, 4
# Excel takes 255 characters for the head of a page.
LONGEST_IN_HEADER = 80
RULE = "#DDE3E5"
FONT = "微软雅黑"
# Lines of a chart, apart in grey and to colour-blind eyes, and the point that is marked.
LINE_COLOURS = ("#0B6470", "#E69F00", "#7F7F7F")
MARKED = "#C0392B"


def write_workbook(results: Results, path: Path, lang: str, mark: str = "") -> None:
    """Write ``tables.xlsx``: all tables of a run, with a table of contents before them.

    Parameters
    ----------
    mark
        What tells these results from others.
    """
    about = results.study.study
    title = say("contents.workbook", lang, place=about.place, period=about.period)
    write_sheets(with_contents(results, sheets(results, lang), mark, lang), path, title, lang)


def write_sheets(tables: Iterable[Sheet], path: Path, title: str, lang: str) -> None:
    """Write a workbook: a sheet per table, headers frozen and filtered, 无数据 and 不可达 as words.

    ``title`` stands at the head of every printed page.
    """
    made = io.BytesIO()  # a disk that fills up then stops one plain write, and no archive that is left open
    workbook = xlsxwriter.Workbook(made, AS_TYPED)
    workbook.set_properties({"title": xml_text(title), "author": "circle15", "created": CREATED})
    formats = _formats(workbook)
    for sheet in tables:
        for part in _within_limits(sheet):
            page = _write_sheet(workbook, part, formats, lang)
            _set_print(page, part.title, title, lang)
    try:
        workbook.close()
    except FileCreateError as fault:
        raise OSError(f"{path.name}: {fault}") from fault
    path.write_bytes(made.getbuffer())


def _within_limits(sheet: Sheet) -> Iterator[Sheet]:
    """The sheet; a table with more rows than a sheet holds as several, numbered."""
    yield replace(sheet, rows=sheet.rows[:MOST_ROWS])
    for number, start in enumerate(range(MOST_ROWS, len(sheet.rows), MOST_ROWS), start=2):
        yield replace(
            sheet, title=f"{sheet.title} {number}", rows=sheet.rows[start : start + MOST_ROWS], heading=(), remarks=()
        )


def _formats(workbook: Any) -> dict[str, Any]:  # noqa: ANN401  xlsxwriter has no types
    letters = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    plain = {**letters, "bottom": 1, "bottom_color": RULE}
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
    formats["heading"] = workbook.add_format({**letters, "bold": True, "font_size": 12})
    formats["remark"] = workbook.add_format({**letters, "font_color": "#44565F"})
    formats["long_remark"] = workbook.add_format({**letters, "font_color": "#44565F", "text_wrap": True})
    formats["header"] = workbook.add_format(
        {**plain, "bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "text_wrap": True, "align": "center"}
    )
    return formats


def _write_sheet(workbook: Any, sheet: Sheet, formats: dict[str, Any], lang: str) -> Any:  # noqa: ANN401
    page, widths = workbook.add_worksheet(sheet.title), _widths(sheet)
    top = _write_heading(page, sheet, widths, formats)
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
    _set_up(page, top, sheet, widths)
    return page


def _write_heading(page: Any, sheet: Sheet, widths: Sequence[int], formats: dict[str, Any]) -> int:  # noqa: ANN401
    """Write the lines above the headers; gives how many there are."""
    for line, words in enumerate(sheet.heading):
        page.set_row(line, HEADING_POINTS)
        page.write_string(line, 0, words, formats["heading"])
    for line, words in enumerate(sheet.remarks, start=len(sheet.heading)):
        lines = math.ceil(_places(words) / sum(widths))
        if lines > 1:  # wrapped across the table
            page.merge_range(line, 0, line, len(widths) - 1, "", formats["long_remark"])
        page.set_row(line, LINE_POINTS * lines + 3)
        page.write_string(line, 0, words, formats["long_remark" if lines > 1 else "remark"])
    return len(sheet.heading) + len(sheet.remarks)


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
    chart.set_title({"name": xml_text(drawn.title), "name_font": {**font, "size": 12}, "overlay": False})
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


def _set_up(page: Any, top: int, sheet: Sheet, widths: Sequence[int]) -> None:  # noqa: ANN401
    """Freeze and filter the headers; codes kept as text are no mistake; print headers on every page."""
    page.freeze_panes(top + 1, _kept_in_sight(sheet, widths))
    page.autofilter(top, 0, top + max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    page.set_landscape()
    page.set_paper(A3 if sum(widths) > WIDEST_ON_A4 else A4)
    page.fit_to_pages(1, 1 if FEW_ROWS >= len(sheet.rows) > FEW_ROWS // 2 else 0)  # no page for a row or two
    page.repeat_rows(top)


def _kept_in_sight(sheet: Sheet, widths: Sequence[int]) -> int:
    """How many columns stay when a wide table is moved: those that say what a row is of, unless they fill a screen."""
    if sum(widths) <= WIDEST_ON_SCREEN:
        return 0
    leading = list(takewhile(lambda column: column.form == "text", sheet.columns))[:MOST_KEPT]
    kept = len(leading)
    while sum(widths[:kept]) > WIDEST_KEPT:
        kept -= 1
    return kept


def _set_print(page: Any, sheet: str, title: str, lang: str) -> None:  # noqa: ANN401
    """What stands on every printed page: what the table is, of what study, and the number of the page."""
    page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    page.center_horizontally()
    as_large = {"scale_with_doc": False}  # whatever the table is shrunk to
    page.set_header(f"&L&10{_in_header(sheet)}&R&10{_in_header(title)}", as_large)
    page.set_footer(f"&C&9{say('contents.page', lang, page='&P', pages='&N')}", as_large)


def _in_header(text: str) -> str:
    """A text as the head of a page takes it: & begins a code there; a head has no room for more.

    Examples
    --------
    >>> _in_header("A&B")
    ' A&&B'
    """
    return f" {xml_text(text)[:LONGEST_IN_HEADER].replace('&', '&&')}"


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
    return round(number, COUNT_DECIMALS) if form in ("count", "persons") else number


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
    """What a header needs: one line, or two where it is long, the second not of its last bracket alone; whole words."""
    places = _places(header)
    longest = max((len(word) for word in re.findall(r"[!-~]+", header)), default=0)
    return places if places <= WIDEST_ON_ONE_LINE else max(math.ceil(places / 2) + 2, longest)


def _height(texts: Iterable[object], widths: Sequence[int]) -> float:
    """Points that a row takes when its texts wrap: told outright, since not every program works it out."""
    lines = [
        math.ceil(_places(text) / (width - 2))
        for text, width in zip(texts, widths, strict=True)
        if isinstance(text, str)
    ]
    return LINE_POINTS * max([1, *lines])


def _places(text: object) -> int:
    """How wide a text is; a Chinese character takes two places.

    Examples
    --------
    >>> _places("15分钟 A")
    8
    """
    words = str(text)
    return len(words) if words.isascii() else len(words) + len(WIDE.findall(words))
