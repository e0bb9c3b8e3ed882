"""The tables that ``circle15 index`` prints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
from rich.markup import escape
from rich.table import Table

from circle15.assess.index.parts import CLASS_LEVEL
from circle15.cli.console import standard_output
from circle15.cli.league import score_text, standings
from circle15.pipeline.explaining import service_of, unit_of
from circle15.publish.index import explanation_tables, slice_names, unit_name
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.assess.index.explained import Explanation
    from circle15.results import Results

LEAGUE = ("balanced_access", "access", "balance", "balance_people", "balance_services", "quality", "overall")
SLICE = ("balanced_access", "access", "balance", "quality", "overall")
ROWS_SHOWN = 10
NOTHING_TOLD: Mapping[str, Mapping[tuple[str, str], str]] = MappingProxyType({})


def show_league(results: Results, service: str | None, lang: str) -> None:
    """Print the scores of the listed units and of the whole, of all services or of one."""
    console, about = standard_output(), results.study.study
    facts = {"place": about.place, "period": about.period}
    if service is None:
        rows = pd.concat([results.index, _of_classes(results)])
        title = say("index.league_title", lang, **facts)
        console.print(_league(results, rows, LEAGUE, title, lang, standings(results, lang)))
        for line in _remarks(results, lang):
            console.print(escape(line), soft_wrap=True)
        return
    own = service_of(results, service)
    rows = results.index_slices
    rows = rows[(rows["slice"] == "service") & (rows["slice_id"] == own.id)]
    title = say("index.service_title", lang, service=own.label, **facts)
    console.print(_league(results, rows, SLICE, title, lang))


def _of_classes(results: Results) -> pd.DataFrame:
    """The whole index of all urban and all rural towns."""
    rows = results.index_slices
    return rows[(rows["level"] == CLASS_LEVEL) & (rows["slice"] == "all")]


def _league(
    results: Results,
    rows: pd.DataFrame,
    figures: Sequence[str],
    title: str,
    lang: str,
    told: Mapping[str, Mapping[tuple[str, str], str]] = NOTHING_TOLD,
) -> Table:
    """Scores of the listed units, the whole and the classes; ``told`` are texts by header, and by level and code."""
    level = results.listed_level()
    table = Table(title=escape(title))
    table.add_column(say(f"terms.{level}", lang))
    for header in told:
        table.add_column(header)
    for figure in ("people", *figures):
        table.add_column(say(f"index.{figure}", lang), justify="right")
    listed = rows[rows["level"] == level].sort_values("balanced_access", ascending=False, kind="stable")
    whole = rows[rows["level"] == results.zones["level"].iloc[0]].iloc[:1]
    classes = rows[rows["level"] == CLASS_LEVEL]
    for part in (listed, whole if whole["level"].iloc[0] != level else whole.iloc[:0], classes):
        if len(part):
            table.add_section()
        for row in part.to_dict("records"):
            scores = (score_text(row[figure], lang) for figure in figures)
            texts = (by_unit.get((row["level"], row["code"]), "") for by_unit in told.values())
            name = escape(unit_name(row["level"], row["name"], lang))
            table.add_row(name, *texts, f"{row['people']:,.0f}", *scores)
    return table


def _remarks(results: Results, lang: str) -> list[str]:
    """How balance of the whole divides, and what quality speaks of."""
    whole = results.index.iloc[0]
    level = results.listed_level()
    lines = []
    if not math.isnan(whole["balance_between"]):
        facts = {"unit": whole["name"], "level": say(f"terms.{level}", lang)}
        facts |= {
            name: score_text(whole[column], lang)
            for name, column in (
                ("balance", "balance"),
                ("services", "balance_services"),
                ("between", "balance_between"),
                ("within", "balance_within"),
            )
        }
        lines.append(say("index.split", lang, **facts))
    if math.isnan(whole["quality"]):
        return [*lines, say("index.no_quality", lang)]
    if whole["quality_weight"] < 1:
        lines.append(say("index.quality_weight", lang, weight=f"{whole['quality_weight']:.0%}"))
    return lines


def show_slices(results: Results, kind: str, unit: str | None, lang: str) -> None:
    """Print the parts of a unit's index; of the whole also those of the listed units beside each other."""
    level, code = unit_of(results, unit)
    rows, names = results.index_slices, slice_names(results, lang)[kind]
    rows = rows[rows["slice"] == kind]
    console, word = standard_output(), say(f"index_sheets.slice_{kind}", lang)
    console.print(_slices(rows[(rows["level"] == level) & (rows["code"] == code)], names, word, lang))
    if unit is None:
        console.print(_matrix(results, rows, names, word, lang))


def _slices(rows: pd.DataFrame, names: Mapping[str, str], word: str, lang: str) -> Table:
    name = unit_name(str(rows["level"].iloc[0]), str(rows["name"].iloc[0]), lang)
    table = Table(title=escape(say("index.by_title", lang, unit=name, slice=word)))
    table.add_column(word)
    for figure in ("people", "weight", *SLICE):
        table.add_column(say(f"index.{figure}", lang), justify="right")
    for row in rows.to_dict("records"):
        scores = (score_text(row[figure], lang) for figure in SLICE)
        table.add_row(escape(names[row["slice_id"]]), f"{row['people']:,.0f}", f"{row['weight']:.1%}", *scores)
    return table


def _matrix(results: Results, rows: pd.DataFrame, names: Mapping[str, str], word: str, lang: str) -> Table:
    """Balanced access of the listed units, a column per slice."""
    level = results.listed_level()
    table = Table(title=escape(say("index.matrix_title", lang, slice=word)))
    table.add_column(say(f"terms.{level}", lang))
    ids = list(dict.fromkeys(rows["slice_id"]))
    for slice_id in ids:
        table.add_column(escape(names[slice_id]), justify="right", overflow="fold")
    shown = rows[rows["level"].isin([level, CLASS_LEVEL])]
    for (at, _), own in shown.groupby(["level", "code"], sort=False):
        scores = own.set_index("slice_id")["balanced_access"]
        name = unit_name(str(at), str(own["name"].iloc[0]), lang)
        table.add_row(escape(name), *(score_text(scores[slice_id], lang) for slice_id in ids))
    return table


def show_explanation(results: Results, explanation: Explanation, lang: str, *, more: bool) -> None:
    """Print what one unit's scores lack: by service, by unit below, by facility, and by cell for one service alone."""
    console = standard_output()
    tables = explanation_tables(explanation, results, lang)
    score = explanation.scores["balanced_access"]
    facts = {"unit": unit_name(explanation.level, explanation.name, lang), "score": score_text(score, lang)}
    title = say("index.why_title", lang, lost=score_text(1.0 - score, lang), **facts)
    console.print(_lost(tables["lost_services"], ("service",), title, lang))
    places: list[tuple[str, tuple[str, ...], str]] = [
        ("lost_facilities", ("service", "facility_name"), "facilities_title")
    ]
    if set(explanation.units["unit_code"]) != {explanation.code}:  # a village has no units below
        places.insert(0, ("lost_units", ("unit_name",), "units_title"))
    if len(explanation.services) == 1:
        places.append(("lost_cells", ("cell_id", "unit_name", "facility_name", "cell_minutes"), "cells_title"))
    for name, columns, heading in places:
        console.print(_lost(tables[name], columns, say(f"index.{heading}", lang, count=len(tables[name])), lang))
    if more:
        console.print(escape(say("index.more_in_file", lang)), soft_wrap=True)


WORDS = {
    "service": "why_service", "unit_name": "why_unit", "facility_name": "why_facility", "cell_id": "why_cell",
    "cell_minutes": "why_minutes", "people": "people", "group_people": "why_people",
    "people_beyond_reach": "why_beyond",
    "lost_balanced_access": "why_lost", "lost_quality": "why_quality",
}  # fmt: skip
FIGURES = ("people", "group_people", "people_beyond_reach", "lost_balanced_access", "lost_quality")


def _lost(rows: pd.DataFrame, columns: Sequence[str], title: str, lang: str) -> Table:
    """The rows that cost most, the others together, and the sum that the score lacks."""
    figures = [figure for figure in FIGURES if figure in rows]
    table = Table(title=escape(title))
    for column in (*columns, *figures):
        table.add_column(say(f"index.{WORDS[column]}", lang), justify="right" if column in figures else "left")
    for _, row in rows.iloc[:ROWS_SHOWN].iterrows():
        table.add_row(*(_shown(row[column], column, lang) for column in (*columns, *figures)))
    rest = rows.iloc[ROWS_SHOWN:]
    blank = [""] * (len(columns) - 1)
    if len(rest):
        table.add_row(say("index.rest", lang, count=len(rest)), *blank, *_sums(rest, figures, lang))
    table.add_section()
    table.add_row(say("index.all_lost", lang), *blank, *_sums(rows, figures, lang))
    return table


def _sums(rows: pd.DataFrame, figures: Sequence[str], lang: str) -> list[str]:
    """Sums of points; people of several services are not summed."""
    whole = ("lost_balanced_access", "lost_quality")
    return [_shown(rows[each].sum(min_count=1), each, lang) if each in whole else "" for each in figures]


def _shown(value: object, column: str, lang: str) -> str:
    if isinstance(value, str):
        return escape(value)
    number = float(value)  # type: ignore[arg-type]  # the other columns hold numbers
    if math.isnan(number):
        return say("terms.no_data", lang)
    if column.startswith("lost"):
        return f"{number * 100:.2f}"
    if math.isinf(number):
        return say("tables.unreachable", lang)
    return f"{number:,.1f}" if column == "cell_minutes" else f"{number:,.0f}"
