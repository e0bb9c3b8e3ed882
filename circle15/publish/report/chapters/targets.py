"""Targets of the place's documents, and what is missing to them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from circle15.publish.report.document import Figure, Heading
from circle15.publish.report.numbers import Row, count, derived, rows_of
from circle15.publish.report.tables import table
from circle15.publish.report.telling import counted, figure_cell, joined, name_cell, paragraph, tell, word_cell
from circle15.publish.targets import need_in_words, number_in_words, title_of, value_in_words
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.publish.report.document import Block, Cell, Sentence
    from circle15.publish.report.material import Material
    from circle15.publish.report.telling import Fact

KEYS = ("document", "indicator_id", "year")
STATES = ("met", "short", "unjudged")
JUDGED = ("met", "short")
# So many targets that are not met are named in the text.
NAMED = 5


def targets(m: Material) -> tuple[Block, ...]:
    """The chapter; nothing where the study names no targets of its year."""
    frame = this_year(m)
    if frame.empty:
        return ()
    rows = rows_of(frame, "targets", KEYS, m.lang)
    return (
        Heading(2, say("report_targets.overall", m.lang)),
        *paragraph(targets_told(m), *_short(rows, m)),
        *m.picture("targets"),
        *_table(rows, m),
    )


def this_year(m: Material) -> pd.DataFrame:
    """The targets of the year that the study is of."""
    frame = m.results.targets
    year = m.results.study.study.day.year
    return frame[(frame["year"] == year) & (frame["role"] != "baseline")]


def targets_told(m: Material) -> Sentence | None:
    """How many targets of the year are met."""
    frame = this_year(m)
    if frame.empty:
        return None
    numbers = {state: _number(frame, state, m) for state in STATES}
    every = count(len(frame), derived("targets", "of year"), m.lang)
    year = Figure(str(m.results.study.study.day.year), m.results.study.study.day.year, derived("study", "year"))
    return counted("report_targets.told", every, m.lang, year=year, **numbers)


def _number(frame: pd.DataFrame, state: str, m: Material) -> Figure:
    judged = frame["state"].isin(JUDGED)
    number = int((~judged).sum()) if state == "unjudged" else int((frame["state"] == state).sum())
    return count(number, derived("targets", state), m.lang)


def _short(rows: tuple[Row, ...], m: Material) -> list[Sentence]:
    """What is not met, with what it takes."""
    short = [row for row in rows if row["state"] == "short"]
    if not short:
        return []
    named = joined([_short_told(row, m) for row in short[:NAMED]], m.lang, "report.semicolon")
    key = "report_targets.short" if len(short) <= NAMED else "report_targets.short_first"
    return [tell(key, m.lang, named=named)]


def _short_told(row: Row, m: Material) -> Sentence:
    facts: dict[str, Fact] = {"name": row["indicator"], "value": value_figure(row, m), "target": _target_figure(row)}
    need = need_in_words(row.values, m.lang)
    if not need:
        return tell("report_targets.one_short", m.lang, **facts)
    return tell("report_targets.one_short_need", m.lang, **facts, need=Figure(need, row["needed"], row.origin("need")))


def value_figure(row: Row, m: Material) -> Figure:
    """What stands, with its unit."""
    text = value_in_words(row.values, m.lang)
    unit = "" if math.isnan(row["value"]) or row["done"] else row["unit"]
    return Figure(text + unit, row["value"], row.origin("value_in_words"))


def _target_figure(row: Row) -> Figure:
    text = row["target_text"] or number_in_words(row["target"])
    return Figure(text, row["target"], row.origin("target_text"))


def _table(rows: tuple[Row, ...], m: Material) -> tuple[Block, ...]:
    cells = [_row(row, m) for row in rows]
    columns = (
        ("indicator", 3.0),
        ("target_document", 2.0),
        ("state", 1.1),
        ("target", 1.3),
        ("value", 1.4),
        ("need", 1.8),
    )
    title = tell("report_targets.table", m.lang)
    return table(title, columns, cells, m.lang, texts=3)


def _row(row: Row, m: Material) -> tuple[Cell, ...]:
    need = need_in_words(row.values, m.lang)
    return (
        name_cell(row["indicator"]),
        name_cell(title_of(row["document"])),
        word_cell(say(f"targets.state_{row['state']}", m.lang)),
        figure_cell(_target_figure(row)),
        figure_cell(value_figure(row, m)),
        figure_cell(Figure(need, row["needed"], row.origin("need"))) if need else word_cell(say("report.dash", m.lang)),
    )
