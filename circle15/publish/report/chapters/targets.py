"""Targets of the place's documents, and what is missing to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.report.document import Figure, Heading, Name
from circle15.publish.report.numbers import Row, count, derived, rows_of
from circle15.publish.report.tables import table
from circle15.publish.report.telling import figure_cell, joined, name_cell, paragraph, tell, word_cell
from circle15.publish.targets import need_in_words, number_in_words, title_of, value_beside_target
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.publish.report.document import Block, Cell, Sentence
    from circle15.publish.report.material import Material
    from circle15.publish.report.telling import Fact
    from circle15.results import Results

KEYS = ("document", "indicator_id", "year")
STATES = ("met", "short", "unjudged")
JUDGED = ("met", "short")
# So many targets that are not met, and that cannot be judged, are named in the text.
NAMED, UNJUDGED_NAMED = 5, 10


def targets(m: Material) -> tuple[Block, ...]:
    """The chapter; nothing where the study names no targets of its year."""
    frame = of_the_year(m.results)
    if frame.empty:
        return ()
    rows = rows_of(frame, "targets", KEYS, m.lang)
    return (
        Heading(2, say("report_targets.overall", m.lang)),
        *paragraph(targets_told(m), *_short(rows, m), _unjudged(rows, m)),
        *m.picture("targets"),
        *_table(rows, m),
    )


def of_the_year(results: Results) -> pd.DataFrame:
    """The targets of the year that the study is of."""
    frame, year = results.targets, results.study.study.day.year
    return frame[(frame["year"] == year) & (frame["role"] != "baseline")]


def targets_told(m: Material) -> Sentence | None:
    """How many targets of the year are met."""
    frame = of_the_year(m.results)
    if frame.empty:
        return None
    numbers = {state: _number(frame, state, m) for state in STATES}
    parts = [tell(f"report_targets.told_{state}", m.lang, number=each) for state, each in numbers.items() if each.value]
    day = m.results.study.study.day
    return tell(
        "report_targets.told", m.lang, count=count(len(frame), derived("targets", "of year"), m.lang),
        year=Figure(str(day.year), day.year, derived("study", "year")),
        day=say("report.day", m.lang, year=day.year, month=day.month, day=day.day), parts=joined(parts, m.lang),
    )  # fmt: skip


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
    facts: dict[str, Fact] = {
        "name": row["indicator"],
        "value": _value_figure(row, m),
        "target": _target_figure(row),
        "unit": "" if row["done"] else row["unit"],
    }
    need = need_in_words(row.values, m.lang)
    if not need:
        return tell("report_targets.one_short", m.lang, **facts)
    return tell("report_targets.one_short_need", m.lang, **facts, need=Figure(need, row["needed"], row.origin("need")))


def _value_figure(row: Row, m: Material) -> Figure:
    """What stands."""
    return Figure(value_beside_target(row.values, m.lang), row["value"], row.origin("value_in_words"))


def _target_figure(row: Row) -> Figure:
    text = row["target_text"] or number_in_words(row["target"])
    return Figure(text, row["target"], row.origin("target_text"))


def _unjudged(rows: tuple[Row, ...], m: Material) -> Sentence | None:
    """What cannot be judged, by name."""
    open_ = [row for row in rows if row["state"] not in JUDGED]
    if not open_:
        return None
    named = joined([Name(row["indicator"]) for row in open_[:UNJUDGED_NAMED]], m.lang, "report.and")
    key = "report_targets.unjudged" if len(open_) <= UNJUDGED_NAMED else "report_targets.unjudged_first"
    return tell(key, m.lang, named=named)


def _table(rows: tuple[Row, ...], m: Material) -> tuple[Block, ...]:
    """The targets that are judged; the document of each where there are several."""
    judged = [row for row in rows if row["state"] in JUDGED]
    several = len({row["document"] for row in judged}) > 1
    cells = [_row(row, m) for row in judged]
    columns = [
        ("indicator", 3.2), ("target_document", 2.4), ("state", 1.0), ("unit_of_measure", 0.9), ("target", 1.0),
        ("value", 1.0), ("need", 1.7),
    ]  # fmt: skip
    if not several:
        del columns[1]
        cells = [(row[0], *row[2:]) for row in cells]
    notes = tuple(
        tell("report_targets.source", m.lang, document=title_of(document))
        for document in dict.fromkeys(row["document"] for row in judged)
        if not several
    )
    title = tell("report_targets.table", m.lang)
    return table(title, columns, cells, m.lang, notes, texts=len(columns) - 3)


def _row(row: Row, m: Material) -> tuple[Cell, ...]:
    need = need_in_words(row.values, m.lang)
    return (
        name_cell(row["indicator"]),
        name_cell(title_of(row["document"])),
        word_cell(say(f"targets.state_{row['state']}", m.lang)),
        name_cell(row["unit"]),
        figure_cell(_target_figure(row)),
        figure_cell(_value_figure(row, m)),
        figure_cell(Figure(need, row["needed"], row.origin("need"))) if need else word_cell(say("report.dash", m.lang)),
    )
