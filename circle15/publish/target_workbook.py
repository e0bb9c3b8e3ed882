"""The workbooks of targets: where a place stands, what a table was read as, and the template for values by hand."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from circle15.inputs.targets.reported import COLUMNS
from circle15.publish.tables import Column, Sheet, target_sheets
from circle15.publish.workbook import write_sheets
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from circle15.catalogue.entries import Catalogue
    from circle15.catalogue.targets.entries import Indicator, TargetSeries
    from circle15.inputs.targets.glued import Glued
    from circle15.inputs.targets.made import Imported
    from circle15.model.ledger import Ledger
    from circle15.model.targets import Reported

TEMPLATE_ROLES = ("id", "name", "year", "value", "source", "by")
CANDIDATES = 3


def write_targets(targets: pd.DataFrame, catalogue: Catalogue, path: Path, place: str, lang: str) -> None:
    """Write ``targets.xlsx``: every indicator and year, and the rules by which they are judged."""
    write_sheets((*target_sheets(targets, catalogue, lang), rules_sheet(lang)), path, place, lang)


def rules_sheet(lang: str) -> Sheet:
    """The rules, a sentence per row."""
    keys = sorted(key for key in phrasebook(lang) if key.startswith("targets.rule_"))
    columns = (Column(say("targets.rules_header", lang), "text"),)
    return Sheet(say("targets.sheet_rules", lang), columns, tuple((say(key, lang),) for key in keys))


def write_imported(imported: Imported, path: Path, lang: str) -> None:
    """Write what a table was read as, in a form that can be imported itself, and the account of its rows."""
    write_sheets((_series_sheet(imported.series, lang), _account_sheet(imported.ledger, lang)), path, path.stem, lang)


def _series_sheet(series: TargetSeries, lang: str) -> Sheet:
    from circle15.catalogue.loader import load_catalogue

    years = sorted({value.year for each in series.indicators for value in each.values})
    names = ("column_domain", "column_number", "column_indicator", "column_unit", "column_kind", "column_compute")
    headers = (*(say(f"targets.{name}", lang) for name in names[:4]), *(f"{year}年" for year in years))
    extra = tuple(say(f"targets.{name}", lang) for name in names[4:])
    domains = load_catalogue().domains
    rows = []
    for each in series.indicators:
        texts = {value.year: value.text for value in each.values}
        domain = domains[each.domain].label.in_language("zh") if each.domain in domains else ""
        compute = each.compute.text() if each.compute else say("targets.by_hand", lang)
        kind = say(f"targets.kind_{each.kind}", lang)
        cells = (domain, each.position, each.name, each.unit, *(texts.get(year, "") for year in years), kind, compute)
        rows.append(cells)
    return Sheet(say("targets.sheet_imported", lang), _texts((*headers, *extra)), tuple(rows))


def _account_sheet(ledger: Ledger, lang: str) -> Sheet:
    headers = tuple(say(f"targets.column_{name}", lang) for name in ("row", "fate", "text", "reason"))
    between = say("tables.between_sentences", lang)
    rows = tuple(
        (
            f"{row.sheet} {row.row}".strip(),
            say(f"tables.fate_{row.fate}", lang),
            row.name,
            between.join(note.sentence(lang) for note in row.reasons),
        )
        for row in ledger.rows
    )
    return Sheet(say("targets.sheet_account", lang), _texts(headers), rows)


def _texts(headers: Sequence[str]) -> tuple[Column, ...]:
    return tuple(Column(header, "text") for header in headers)


def write_proposal(glued: Glued, path: Path, lang: str) -> None:
    """Write the ways to part a table whose cells have run together, for a person to choose from.

    The cells of the years are filled in only where there is one way alone.
    """
    headers = [say(f"targets.column_{name}", lang) for name in ("indicator", "unit")]
    headers += [f"{year}年" for year in glued.years]
    headers += [say("targets.column_run", lang)]
    headers += [say("targets.column_candidate", lang, number=number) for number in range(1, CANDIDATES + 1)]
    headers.append(say("targets.column_ways", lang))
    rows = []
    for row in glued.rows:
        only = row.ways[0] if row.count == 1 else ("",) * len(glued.years)
        ways = ["  ".join(way) for way in row.ways] + [""] * (CANDIDATES - len(row.ways))
        rows.append((row.name, "", *only, row.run, *ways, str(row.count)))
    sheet = Sheet(say("targets.sheet_proposal", lang), _texts(headers), tuple(rows))
    write_sheets((sheet,), path, path.stem, lang)


def template_headers() -> tuple[str, ...]:
    """The headers of the template, as its reader knows them."""
    return (*(COLUMNS[role][0] for role in TEMPLATE_ROLES), "单位", "目标")


def template_rows(
    indicators: Sequence[Indicator], year: int, reported: Sequence[Reported]
) -> tuple[tuple[str, ...], ...]:
    """A row per indicator that has a target in a year, with what has been entered already."""
    known = {entry.indicator: entry for entry in reported if entry.year == year}
    rows = []
    for each in indicators:
        target = each.value_of(year)
        if target is None:
            continue
        entry = known.get(each.id)
        filled = ("", "", "") if entry is None else (entry.text, entry.source, entry.by)
        rows.append((each.id, each.name, str(year), *filled, each.unit, target.text))
    return tuple(rows)


def write_template(rows: Sequence[tuple[str, ...]], path: Path, lang: str) -> None:
    """Write the template as a workbook, or as csv where its name ends so."""
    if path.suffix.lower() == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows((template_headers(), *rows))
        path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
        return
    sheet = Sheet(say("targets.sheet_template", lang), _texts(template_headers()), tuple(rows))
    write_sheets((sheet,), path, path.stem, lang)
