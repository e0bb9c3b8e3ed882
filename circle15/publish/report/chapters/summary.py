"""The summary: five numbers that matter, and what to know about them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.publish.report.chapters.areas import areas_told
from circle15.publish.report.chapters.basis import residents
from circle15.publish.report.chapters.change import headline
from circle15.publish.report.chapters.coverage import (
    ends_told,
    everything_told,
    known,
    uncovered_turns,
)
from circle15.publish.report.chapters.index import gap_of, interval_of, league_rows
from circle15.publish.report.chapters.issues import issues_told
from circle15.publish.report.chapters.siting import sitings_told
from circle15.publish.report.chapters.targets import targets_told
from circle15.publish.report.document import Cell, Heading, Sentence
from circle15.publish.report.numbers import count, derived
from circle15.publish.report.tables import table
from circle15.publish.report.telling import figure_cell, paragraph, tell, word_cell
from circle15.words import say

if TYPE_CHECKING:
    from circle15.publish.report.document import Block, Figure, Side
    from circle15.publish.report.material import Material
    from circle15.publish.report.telling import Fact

LEAST = 5e-4


def summary(m: Material) -> tuple[Block, ...]:
    """What stands before the first chapter."""
    return (
        Heading(1, say("report_summary.title", m.lang)),
        *paragraph(_scope(m), _index(m), headline(m)),
        *_table(m),
        *paragraph(ends_told(m), everything_told(m), _areas(m)),
        *paragraph(targets_told(m), issues_told(m), sitings_told(m)),
    )


def _scope(m: Material) -> Sentence:
    own = int(m.results.facilities["inside"].astype(bool).sum())
    facts: dict[str, Fact] = {
        "people": residents(m),
        "services": count(len(m.results.catalogue.services), derived("catalogue", "services"), m.lang),
        "facilities": count(own, derived("facilities", "inside"), m.lang),
    }
    return tell("report_summary.scope", m.lang, place=m.place, **facts)


def _index(m: Material) -> Sentence | None:
    row = m.index
    if row is None or math.isnan(row["balanced_access"]):
        return tell("report_index.no_data", m.lang, place=m.place)
    interval = interval_of(m)
    told = tell("report_summary.index", m.lang, place=m.place, score=row.score("balanced_access"))
    return told if interval is None else Sentence((*told.pieces, *interval.pieces))


def _areas(m: Material) -> Sentence:
    if m.results.underserved.empty:
        return tell("report_summary.no_areas", m.lang)
    return areas_told(m)


def _table(m: Material) -> tuple[Block, ...]:
    """The five numbers, and what they were where that is known."""
    rows = [_index_row(m), _gap_row(m), _everything_row(m), _lacking_row(m), _areas_row(m)]
    columns = (("figure", 3.4), ("value", 1.8), ("meaning", 5.0))
    made = table(tell("report_summary.table", m.lang), columns, rows, m.lang)
    sides: tuple[Side, ...] = ("left", "centre", "left")
    return tuple(
        replace(each, columns=tuple(replace(c, side=side) for c, side in zip(each.columns, sides, strict=True)))
        for each in made
    )


def _row(key: str, figure: Figure | None, m: Material, **facts: Fact) -> tuple[Cell, ...]:
    value = word_cell(say("terms.no_data", m.lang)) if figure is None else figure_cell(figure)
    named, about = (tell(f"report_summary.{part}_{key}", m.lang, **facts) for part in ("figure", "about"))
    return Cell(named), value, Cell(about)


def _index_row(m: Material) -> tuple[Cell, ...]:
    return _row("index", None if m.index is None else m.index.score("balanced_access"), m)


def _gap_row(m: Material) -> tuple[Cell, ...]:
    """How far the listed units are apart; where one alone has an index, the service that fewest have in reach."""
    rows = league_rows(m) if m.has_towns else ()
    if len(rows) < 2:
        return _lowest_row(m)
    return _row("gap", gap_of(rows), m, unit=Sentence((m.unit_word,)))


def _lowest_row(m: Material) -> tuple[Cell, ...]:
    rows = sorted(known(m.coverage_rows()), key=lambda row: (row["coverage"], row["service"]))
    if not rows:
        return _row("lowest", None, m, service=say("terms.no_data", m.lang))
    return _row("lowest", rows[0].share("coverage"), m, service=m.service(rows[0]["service"]))


def _everything_row(m: Material) -> tuple[Cell, ...]:
    row = m.all_services()
    return _row("everything", None if row is None else row.share("coverage"), m)


def _lacking_row(m: Material) -> tuple[Cell, ...]:
    return _row("lacking", uncovered_turns(m) if known(m.coverage_rows()) else None, m)


def _areas_row(m: Material) -> tuple[Cell, ...]:
    return _row("areas", count(len(m.results.underserved), derived("underserved", "areas"), m.lang), m)
