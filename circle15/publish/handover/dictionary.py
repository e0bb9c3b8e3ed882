"""The workbook that goes with all formats: which layers there are, what fields and codes mean, which texts were cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.fields import fields_table
from circle15.publish.handover.attributes import code_list, codes_of
from circle15.publish.handover.geodatabase import geodatabase_name
from circle15.publish.tables import Column, Sheet
from circle15.publish.workbook import write_sheets
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from circle15.publish.handover.exported import Exported
    from circle15.publish.handover.shapefiles import CutText, ShapefileField
    from circle15.publish.tables import Form
    from circle15.results import Results

WIDE = 70
LONG = ("meaning", "full_text", "value")


def write_dictionary(
    results: Results,
    exported: Sequence[Exported],
    shapefile_fields: Sequence[ShapefileField],
    cut: Sequence[CutText],
    about: Sequence[tuple[str, str]],
    path: Path,
    lang: str,
) -> None:
    """Write the workbook; ``about`` is pairs of what and its value, for the first sheet."""
    sheets = [
        _sheet("about", ("what", "value"), about, lang),
        _layers(exported, lang),
        _fields(results, exported, shapefile_fields, lang),
        _codes(results, exported, lang),
    ]
    if cut:
        rows = [(each.layer, each.row, each.field, each.text) for each in cut]
        sheets.append(_sheet("cut", ("file", "row", "field", "full_text"), rows, lang))
    write_sheets(sheets, path, say("handover.dictionary", lang), lang)


def _sheet(name: str, headers: Iterable[str], rows: Iterable[tuple[object, ...]], lang: str) -> Sheet:
    forms: dict[str, Form] = {"rows": "count"}
    columns = tuple(
        Column(
            say(f"handover.head_{header}", lang),
            forms.get(header, "text"),
            WIDE if header in ("meaning", "full_text") else 0,
        )
        for header in headers
    )
    return Sheet(say(f"handover.sheet_{name}", lang), columns, tuple(rows))


def _layers(exported: Sequence[Exported], lang: str) -> Sheet:
    kinds = {True: say("handover.a_layer", lang), False: say("handover.a_table", lang)}
    rows = [(each.name, each.title, kinds[each.has_shapes], each.source, len(each.frame)) for each in exported]
    return _sheet("layers", ("file", "title", "kind", "source", "rows"), rows, lang)


def _fields(
    results: Results, exported: Sequence[Exported], shapefile_fields: Sequence[ShapefileField], lang: str
) -> Sheet:
    frames: dict[str, pd.DataFrame] = {each.source: each.frame for each in exported}
    meanings = {(row.layer, row.field): row.meaning for row in fields_table(frames, results, lang).itertuples()}
    short = {(each.layer, each.name): _in_shapefile(each) for each in reversed(shapefile_fields)}
    rows = [
        (
            layer.name,
            field.name,
            geodatabase_name(field.name),
            short.get((layer.name, field.name), ""),
            field.alias,
            meanings.get((layer.source, field.name), "") or field.alias,
            _list_name(code_list(layer.source, field.name), lang),
        )
        for layer in exported
        for field in layer.fields
    ]
    return _sheet("fields", ("file", "field", "in_gdb", "short", "alias", "meaning", "codes"), rows, lang)


def _in_shapefile(field: ShapefileField) -> str:
    """What a field is called in a shapefile; with the file where it is not in the layer's first one."""
    return field.short if field.file == field.layer else f"{field.file}: {field.short}"


def _list_name(name: str, lang: str) -> str:
    return say(f"handover.codes_{name}", lang) if name else ""


def _codes(results: Results, exported: Sequence[Exported], lang: str) -> Sheet:
    used = {code_list(layer.source, field.name) for layer in exported for field in layer.fields}
    rows = [
        (_list_name(name, lang), code, label)
        for name, codes in codes_of(results, lang).items()
        if name in used
        for code, label in codes.items()
    ]
    return _sheet("codes", ("codes", "code", "label"), rows, lang)
