"""Excel templates of facility lists: headers that are found, lists to choose from, an example, and how to fill in."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import xlsxwriter

from circle15.inputs.files.columns import aliases
from circle15.inputs.files.values.coordinates import CHINA_LAT, CHINA_LON
from circle15.publish.workbook import AS_TYPED, CREATED, FONT
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.catalogue.entries import Service

Check = Literal["text", "longitude", "latitude", "count", "date", "status", "flag", "kind"]

ROWS = 2000  # for which entries are checked
# West, east and south, north of China, degrees.
BOUNDS = {"longitude": CHINA_LON, "latitude": CHINA_LAT}
FIRST_DAY, LAST_DAY = datetime.date(1949, 1, 1), datetime.date(2100, 12, 31)
STATUSES = ("running", "building", "closed", "planned")
GUIDE_WIDTHS = (16, 8, 66, 26)
LINE_POINTS = 17.0
# The column of the guide that holds the words for kinds, and the workbook's name for it: a list within a rule may not
# be longer than 255 characters.
KINDS_COLUMN, KINDS = 5, "circle15_kinds"


@dataclass(frozen=True)
class TemplateColumn:
    """One column: its header, what it is for, what may stand in it, whether it must be filled in, and an example."""

    header: str
    meaning: str
    check: Check
    required: bool
    example: str | float
    width: int


def template_columns(service: Service, lang: str) -> tuple[TemplateColumn, ...]:
    """The columns of one service's template, left to right.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> [each.header for each in template_columns(load_catalogue().services["childcare"], "zh")][:4]
    ['编号', '名称', '地址', '经度']
    """
    label = service.label.in_language(lang)
    columns = [
        _column("id", "text", lang, example="A001", width=12),
        _column(
            "name", "text", lang, required=True, example=say("template.example_name", lang, service=label), width=34
        ),
        _column("address", "text", lang, example=say("template.example_address", lang), width=34),
        _column("lon", "longitude", lang, required=True, example=120.123456, width=14),
        _column("lat", "latitude", lang, required=True, example=30.123456, width=14),
    ]
    if service.capacity_unit is not None:
        columns.append(_capacity(service, lang))
    if service.needs:
        columns.append(_kind(service, lang))
    columns.append(_column("status", "status", lang, example=say("template.status_running", lang), width=10))
    columns.append(_column("opened", "date", lang, example="2026-06-30", width=14))
    columns.append(_column("closed", "date", lang, example="", width=14))
    columns += [_flag(flag, lang) for flag in service.quality_flags]
    if service.presence is not None:
        columns.append(_column("serves", "text", lang, example=say("template.example_serves", lang), width=24))
    return tuple(columns)


def _column(
    role: str, check: Check, lang: str, *, required: bool = False, example: str | float, width: int
) -> TemplateColumn:
    meaning = say(f"template.meaning_{role}", lang)
    return TemplateColumn(say(f"template.header_{role}", lang), meaning, check, required, example, width)


def _capacity(service: Service, lang: str) -> TemplateColumn:
    """The capacity by its own word where the aliases know it: 托位数, 床位数; else 容量."""
    unit = service.capacity_unit
    known = aliases("facility")["capacity"]
    named = [] if unit is None or lang != "zh" else [f"{unit.zh}数", unit.zh]
    header = next((name for name in named if name in known), say("template.header_capacity", lang))
    meaning = say("template.meaning_capacity", lang, unit=unit)
    return TemplateColumn(header, meaning, "count", required=False, example=40, width=10)


def _kind(service: Service, lang: str) -> TemplateColumn:
    """What kind of site it is, where the standard asks for several; the first word of the first need as example."""
    parted = "；" if lang == "zh" else "; "
    needs = parted.join(
        say("template.need", lang, need=need.label, count=need.count, words="、".join(need.words))
        for need in service.needs
    )
    meaning = say("template.meaning_kind", lang, needs=needs)
    return TemplateColumn(say("template.header_kind", lang), meaning, "kind", True, kinds_of(service)[0], 18)


def kinds_of(service: Service) -> list[str]:
    """The words for kinds of sites that a service's standard knows, need by need; none where it asks for no kinds."""
    return [word for need in service.needs for word in need.words or (need.label.zh,)]


def _flag(flag: str, lang: str) -> TemplateColumn:
    return TemplateColumn(f"是否{flag}", say("template.meaning_flag", lang, flag=flag), "flag", False, yes(lang), 10)


def yes(lang: str) -> str:
    """The word that says a flag holds."""
    return say("template.yes", lang)


def write_template(path: Path, service: Service, lang: str) -> None:
    """Write the template of one service: a sheet to fill in, and a sheet that explains it; the same bytes each time."""
    columns = template_columns(service, lang)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {**AS_TYPED, "in_memory": True}) as workbook:
        workbook.set_properties({"author": "circle15", "created": CREATED, "title": service.label.in_language(lang)})
        formats = _formats(workbook)
        _write_list(workbook.add_worksheet(say("template.sheet", lang)), columns, formats, lang)
        guide = workbook.add_worksheet(say("template.guide", lang))
        _write_guide(guide, columns, formats, lang)
        if service.needs:
            _write_kinds(workbook, guide, kinds_of(service), formats)
    path.write_bytes(made.getbuffer())


def _formats(workbook: Any) -> dict[str, Any]:  # noqa: ANN401  xlsxwriter has no types
    plain = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    head = {**plain, "bold": True, "font_color": "#FFFFFF", "align": "center", "border": 1}
    return {
        "text": workbook.add_format({**plain, "num_format": "@"}),
        "number": workbook.add_format(plain),
        "degrees": workbook.add_format({**plain, "num_format": "0.000000"}),
        "date": workbook.add_format({**plain, "num_format": "yyyy-mm-dd"}),
        "required": workbook.add_format({**head, "bg_color": "#B5481F"}),
        "optional": workbook.add_format({**head, "bg_color": "#1F4E5F"}),
        "example": workbook.add_format({**plain, "italic": True, "font_color": "#7F7F7F", "bg_color": "#EEEEEE"}),
        "wrapped": workbook.add_format({**plain, "text_wrap": True, "border": 1, "valign": "top"}),
        "title": workbook.add_format({**plain, "bold": True, "font_size": 14}),
        "line": workbook.add_format({**plain, "text_wrap": True, "valign": "top"}),
    }


FORMAT_OF: dict[Check, str] = {
    "text": "text", "longitude": "degrees", "latitude": "degrees", "count": "number", "date": "date", "status": "text",
    "flag": "text", "kind": "text",
}  # fmt: skip


def _write_list(page: Any, columns: tuple[TemplateColumn, ...], formats: dict[str, Any], lang: str) -> None:  # noqa: ANN401
    page.set_row(0, 22)
    page.set_row(1, 20)
    for at, column in enumerate(columns):
        page.set_column(at, at, column.width, formats[FORMAT_OF[column.check]])
        page.write_string(0, at, column.header, formats["required" if column.required else "optional"])
        write = page.write_number if isinstance(column.example, float | int) else page.write_string
        write(1, at, column.example, formats["example"])
        rule = _rule(column, lang)
        if rule is not None:
            page.data_validation(1, at, ROWS, at, rule)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)


def _rule(column: TemplateColumn, lang: str) -> dict[str, object] | None:
    """What a cell may hold; Excel says so where something else is typed."""
    rule: dict[str, object]
    if column.check in BOUNDS:
        low, high = BOUNDS[column.check]
        rule = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    elif column.check == "count":
        rule = {"validate": "decimal", "criteria": ">=", "value": 0}
    elif column.check == "date":
        rule = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
    elif column.check == "kind":
        # Any text that holds one of the words will do: Excel asks, and does not refuse.
        rule = {"validate": "list", "source": f"={KINDS}", "error_type": "warning"}
    elif column.check in ("status", "flag"):
        rule = {"validate": "list", "source": _choices(column.check, lang)}
    else:
        return None
    message = say(f"template.wrong_{column.check}", lang)
    return {**rule, "ignore_blank": True, "error_title": column.header[:32], "error_message": message}


def _choices(check: Check, lang: str) -> list[str]:
    if check == "flag":
        return [yes(lang), say("template.no", lang)]
    return [say(f"template.status_{status}", lang) for status in STATUSES]


def _write_guide(page: Any, columns: tuple[TemplateColumn, ...], formats: dict[str, Any], lang: str) -> None:  # noqa: ANN401
    for at, width in enumerate(GUIDE_WIDTHS):
        page.set_column(at, at, width)
    page.write_string(0, 0, say("template.guide", lang), formats["title"])
    line = 1
    for name in (
        "how_rows",
        "how_example",
        "how_colours",
        "how_coordinates",
        "how_datum",
        "how_datum_choices",
        "how_one",
    ):
        text = say(f"template.{name}", lang)
        page.merge_range(line, 0, line, len(GUIDE_WIDTHS) - 1, text, formats["line"])
        page.set_row(line, LINE_POINTS * _lines(text, sum(GUIDE_WIDTHS)))
        line += 1
    line += 1
    for at, head in enumerate(("head_column", "head_required", "head_meaning", "head_example")):
        page.write_string(line, at, say(f"template.{head}", lang), formats["optional"])
    for at, column in enumerate(columns, start=line + 1):
        needed = say("template.yes" if column.required else "template.no", lang)
        for place, text in enumerate((column.header, needed, column.meaning, str(column.example))):
            page.write_string(at, place, text, formats["wrapped"])
        page.set_row(
            at, LINE_POINTS * max(_lines(column.meaning, GUIDE_WIDTHS[2]), _lines(str(column.example), GUIDE_WIDTHS[3]))
        )
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _write_kinds(workbook: Any, page: Any, kinds: list[str], formats: dict[str, Any]) -> None:  # noqa: ANN401
    """The words to choose from, right of the guide's table."""
    page.set_column(KINDS_COLUMN, KINDS_COLUMN, 20)
    for row, kind in enumerate(kinds):
        page.write_string(row, KINDS_COLUMN, kind, formats["line"])
    sheet = page.get_name().replace("'", "''")
    workbook.define_name(KINDS, f"='{sheet}'!$F$1:$F${len(kinds)}")


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in so many places; a Chinese character takes two."""
    places = sum(2 if ord(character) > 0x2E80 else 1 for character in text)
    return -(-places // (width - 2)) or 1
