"""The first sheet of a run's workbook, its sources, and the order of its sheets: that of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from circle15.publish.coordinate_systems import system_name
from circle15.publish.tables import Column, Sheet
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from circle15.results import Results

CHAPTERS: dict[str, tuple[str, ...]] = {
    "basis": ("facilities", "factors", "compared_people"),
    "index": (
        "index", "index_slices", "uncertainty", "settled_pairs", "sensitivity", "removals", "weight_scenarios",
        "scheme_weights",
    ),
    "coverage": ("coverage", "rules", "inequality", "gaps", "edge_effects"),
    "areas": ("underserved",),
    "supply": (
        "service_states", "loads", "catchments", "presence", "disagreements", "ratios", "flag_shares", "responses",
    ),
    "targets": ("targets",),
    "more": (),  # what no chapter names
    "annex": ("notes", "standards", "sources", "ledger", "definitions"),
}  # fmt: skip
FILES = ("file", "raster", "buildings")
WIDEST_ANSWER, WIDEST_FILE = 90, 50


def with_contents(results: Results, tables: Iterable[Sheet], mark: str, lang: str) -> tuple[Sheet, ...]:
    """The sheets in the order of a report, a table of contents before them and the sources among them.

    Parameters
    ----------
    mark
        What tells these results from others; "" where they are not saved.
    """
    listed = in_order([*tables, sources_sheet(results, lang)])
    return (contents_sheet(results, listed, mark, lang), *listed)


def in_order(tables: Iterable[Sheet]) -> list[Sheet]:
    """The sheets by chapter; within one as it names them."""
    order = {name: (at, place) for at, names in enumerate(CHAPTERS.values()) for place, name in enumerate(names)}
    rest = (list(CHAPTERS).index("more"), 0)
    return sorted(tables, key=lambda sheet: order.get(sheet.name, rest))


def contents_sheet(results: Results, tables: Iterable[Sheet], mark: str, lang: str) -> Sheet:
    """Chapter, sheet, the question that it answers, and how many rows it has."""
    chapter_of = {name: chapter for chapter, names in CHAPTERS.items() for name in names}
    rows = tuple(
        (
            say(f"contents.chapter_{chapter_of.get(sheet.name, 'more')}", lang),
            sheet.title,
            _answer(sheet.name, lang),
            float(len(sheet.rows)),
        )
        for sheet in tables
    )
    columns = (
        Column(say("contents.chapter", lang), "text"),
        Column(say("contents.sheet", lang), "text"),
        Column(say("contents.answers", lang), "text", WIDEST_ANSWER),
        Column(say("contents.rows", lang), "count"),
    )
    heading, *remarks = _heading(results, mark, lang)
    return Sheet(say("contents.title", lang), columns, rows, (heading,), "contents", tuple(remarks))


def _answer(name: str, lang: str) -> str:
    key = f"contents.answers_{name}"
    return say(key, lang) if key in phrasebook(lang) else ""


def _heading(results: Results, mark: str, lang: str) -> Iterator[str]:
    about = results.study.study
    yield say("contents.workbook", lang, place=about.place, period=about.period)
    yield say("contents.day", lang, day=about.day.isoformat(), crs=system_name(results.cells.crs, lang))
    yield say("contents.reading", lang)
    if mark:
        yield say("contents.mark", lang, mark=mark)


def sources_sheet(results: Results, lang: str) -> Sheet:
    """Every file that the study names, with who gave it, its date and its licence."""
    names = ("file", "used_for", "provider", "date", "licence")
    columns = tuple(Column(say(f"contents.{name}", lang), "text", WIDEST_FILE) for name in names)
    study = results.study.model_dump(mode="json")
    services = {id_: service.label.in_language(lang) for id_, service in results.catalogue.services.items()}
    rows: list[tuple[object, ...]] = []
    for part, use in _parts(study, ""):
        told = services.get(str(part.get("service", "")), say(f"contents.use_{use}", lang) if use else "")
        given = tuple(str(part.get(name) or "") for name in ("provider", "date", "licence"))
        rows += [(part[key], told, *given) for key in FILES if isinstance(part.get(key), str)]
    return Sheet(say("contents.sources", lang), columns, tuple(dict.fromkeys(rows)), (), "sources")


def _parts(value: Any, use: str) -> Iterator[tuple[dict[str, Any], str]]:  # noqa: ANN401  a study as plain values
    """Every part of a study that may name a file, in the study's order, with what the file is used for."""
    if isinstance(value, dict):
        yield value, use
        for key, inner in value.items():
            yield from _parts(inner, key if f"contents.use_{key}" in phrasebook("zh") else use)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner, use)
