"""The tables as one Excel workbook."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from circle15.publish.tables import sheets
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.publish.tables import Form, Sheet
    from circle15.results import Results

NUMBER_FORMATS: dict[Form, str] = {
    "count": "#,##0",
    "share": "0.0%",
    "score": "0.0",
    "minutes": "0.0",
    "metres": "#,##0",
}
# Text from users is data: a name that begins with = must not become a formula, nor one with :// a link.
AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# A fixed moment, so that the same results give the same bytes.
CREATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
WIDEST_CHARACTERS = 60
COUNT_DECIMALS = 2
FONT = "微软雅黑"


def write_workbook(results: Results, path: Path, lang: str) -> None:
    """Write ``tables.xlsx``: a sheet per table, headers frozen and filtered, 无数据 and 不可达 as words."""
    workbook = xlsxwriter.Workbook(path, AS_TYPED)
    workbook.set_properties({"title": results.study.study.place, "author": "circle15", "created": CREATED})
    formats = _formats(workbook)
    for sheet in sheets(results, lang):
        _write_sheet(workbook, sheet, formats, lang)
    try:
        workbook.close()
    except FileCreateError as fault:
        raise OSError(f"{path.name}: {fault}") from fault


def _formats(workbook: Any) -> dict[str, Any]:  # noqa: ANN401  xlsxwriter has no types
    plain = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    formats: dict[str, Any] = {
        form: workbook.add_format({**plain, "num_format": code}) for form, code in NUMBER_FORMATS.items()
    }
    formats["text"] = workbook.add_format({**plain, "text_wrap": True})
    formats["missing"] = workbook.add_format({**plain, "font_color": "#7F7F7F", "align": "right"})
    formats["header"] = workbook.add_format(
        {**plain, "bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "text_wrap": True, "align": "center"}
    )
    return formats


def _write_sheet(workbook: Any, sheet: Sheet, formats: dict[str, Any], lang: str) -> None:  # noqa: ANN401
    page = workbook.add_worksheet(sheet.title)
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, column.header, formats["header"])
        page.set_column(at, at, _width(sheet, at))
    for line, row in enumerate(sheet.rows, start=1):
        for at, value in enumerate(row):
            _write_cell(page, line, at, value, sheet.columns[at].form, formats, lang)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write_cell(page: Any, line: int, at: int, value: Any, form: Form, formats: dict[str, Any], lang: str) -> None:  # noqa: ANN401
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
    """A score out of 100; a count without the dust of sums in binary, which a spreadsheet would show."""
    if form == "score":
        return number * 100
    return round(number, COUNT_DECIMALS) if form == "count" else number


def _width(sheet: Sheet, at: int) -> float:
    """Wide enough for the header and the longest text; a Chinese character takes two places."""
    texts = [sheet.columns[at].header] + [row[at] for row in sheet.rows if isinstance(row[at], str)]
    longest = max(sum(2 if ord(character) > 0x2E80 else 1 for character in str(text)) for text in texts)
    return min(longest, WIDEST_CHARACTERS) + 3
