"""The figures beside the index, as tables on the console."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.beside import side_in_words
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.results import Results

INEQUALITY = (
    "service", "coverage", "uncovered_people", "feasible", "median", "theil", "gini", "concentration"
)  # fmt: skip
GAPS = ("service", "compared", "people", "coverage_gap", "access_gap")
# Gaps between the groups of ages for one service are in the tables alone: they are many.
COMPARED = ("urban_rural", "young", "old")
PRESENCE = ("service", "presence", "ratio", "missing", "flags", "response")


def show_beside(results: Results, lang: str) -> None:
    """Print the whole area's inequality, gaps, presence, ratios, flags and response, and how much disagrees."""
    from circle15.cli.console import standard_output

    console = standard_output()
    for table in beside_tables(results, lang):
        console.print(table)
    if len(results.disagreements):
        console.print(escape(_disagreements_line(results, lang)), soft_wrap=True)


def beside_tables(results: Results, lang: str) -> tuple[Table, ...]:
    """The tables of ``show_beside``: those that have rows."""
    tables = (_inequality(results, lang), _gaps(results, lang), _presence(results, lang))
    return tuple(table for table in tables if table.row_count)


def _table(title: str, columns: tuple[str, ...], lang: str) -> Table:
    table = Table(title=escape(title))
    for column in columns:
        side = "left" if column in ("service", "compared") else "right"
        table.add_column(say(f"beside.column_{column}", lang), justify=side, overflow="fold")  # type: ignore[arg-type]
    return table


def _root(results: Results) -> tuple[str, str, str]:
    """Level, code and name of the whole area."""
    first = results.zones.iloc[0]
    return str(first["level"]), str(first["code"]), str(first["name"])


def _own(frame: pd.DataFrame, results: Results) -> list[Any]:
    """The rows of the whole area."""
    level, code, _ = _root(results)
    return list(frame[(frame["level"] == level) & (frame["code"] == code)].itertuples(index=False))


def _inequality(results: Results, lang: str) -> Table:
    about = results.study.study
    title = say("beside.title_inequality", lang, place=about.place, period=about.period, unit=_root(results)[2])
    table = _table(title, INEQUALITY, lang)
    for row in _own(results.inequality, results):
        minutes = (row.median_min, row.p90_min, row.equivalent_min)
        table.add_row(
            _service(results, row.service, lang),
            _share(row.coverage, lang),
            f"{row.uncovered_people:,.0f}",
            _share(row.feasible_coverage, lang),
            " / ".join(_number(each, 1, lang) for each in minutes),
            f"{_number(row.theil, 3, lang)} ({_number(row.theil_between, 3, lang)})",
            f"{_number(row.gini, 3, lang)} / {_number(row.palma, 2, lang)}",
            _number(row.concentration_60p, 3, lang),
        )
    return table


def _gaps(results: Results, lang: str) -> Table:
    table = _table(say("beside.title_gaps", lang), GAPS, lang)
    compared = (row for row in _own(results.gaps, results) if row.comparison in COMPARED)
    for row in compared:
        first, second = (side_in_words(side, results, lang) for side in (row.first, row.second))
        table.add_row(
            _service(results, row.service, lang),
            escape(f"{first} - {second}"),
            f"{row.people_first:,.0f} / {row.people_second:,.0f}",
            _points(row.coverage_gap, lang),
            _points(row.access_gap, lang),
        )
    return table


def _presence(results: Results, lang: str) -> Table:
    table = _table(say("beside.title_presence", lang, unit=_root(results)[2]), PRESENCE, lang)
    frames = (results.presence, results.ratios, results.flag_shares, results.responses)
    own = [_own(frame, results) for frame in frames]
    for service in results.catalogue.services:
        parts = [[row for row in rows if row.service == service] for rows in own]
        if any(parts):
            table.add_row(_service(results, service, lang), *_yardsticks(parts, lang))
    return table


def _yardsticks(parts: list[list[Any]], lang: str) -> list[str]:
    """The cells of one service: presence, ratio and what is missing, flags, response; a dash where nothing is asked."""
    presence, ratio, flags, response = parts
    dash = say("beside.none_asked", lang)
    return [
        *([_present(row, lang) for row in presence] or [dash]),
        *([_per_1000(row, lang) for row in ratio] or [dash]),
        *([_number(row.places_missing, 0, lang) for row in ratio] or [dash]),
        "\n".join(escape(f"{row.flag} {_share(row.flag_share, lang)}") for row in flags) or dash,
        "\n".join(_response(row, lang) for row in response) or dash,
    ]


def _present(row: Any, lang: str) -> str:  # noqa: ANN401  a row of pandas
    return f"{_share(row.presence_share, lang)} ({_share(row.share_with_delivery, lang)})"


def _per_1000(row: Any, lang: str) -> str:  # noqa: ANN401
    standard = say("beside.none_asked", lang) if math.isnan(row.standard_per_1000) else f"{row.standard_per_1000:g}"
    return f"{_number(row.per_1000, 2, lang)} ({standard})"


def _response(row: Any, lang: str) -> str:  # noqa: ANN401
    kind = say(f"beside.class_{row.urban_rural or 'both'}", lang)
    return escape(f"{kind} {_number(row.mean_min, 1, lang)} / {_number(row.p90_min, 1, lang)}")


def _disagreements_line(results: Results, lang: str) -> str:
    kinds = results.disagreements["disagreement"]
    facts = {
        "present": int((kinds == "present_not_reached").sum()),
        "reached": int((kinds == "reached_not_present").sum()),
    }
    return say("beside.line_disagreements", lang, **facts)


def _service(results: Results, service: str, lang: str) -> str:
    if service == ALL_SERVICES:
        return say("tables.all_services", lang)
    return escape(results.catalogue.services[service].label.in_language(lang))


def _number(value: float, decimals: int, lang: str) -> str:
    if math.isnan(value):
        return say("terms.no_data", lang)
    return say("tables.unreachable", lang) if math.isinf(value) else f"{value:,.{decimals}f}"


def _share(value: float, lang: str) -> str:
    return say("terms.no_data", lang) if math.isnan(value) else f"{value:.1%}"


def _points(value: float, lang: str) -> str:
    """A gap in percentage points, with its sign."""
    return say("terms.no_data", lang) if math.isnan(value) else f"{100 * value:+.1f}"
