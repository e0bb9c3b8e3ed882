"""``circle15 vary``: a finished run with another speed, limit or weight, beside what it found."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from circle15.cli.parts import command, folder_option, options_of
from circle15.errors import UsageError
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd
    from rich.table import Table

    from circle15.pipeline.variation import Variation, Varied
    from circle15.results import Results

METRES = "m"


def vary_command(lang: str) -> click.Command:
    """The command."""

    def vary(
        place: str | None,
        speeds: tuple[str, ...],
        limits: tuple[str, ...],
        weights: tuple[str, ...],
        reach: str | None,
        period: str | None,
        folder: Path,
    ) -> None:
        from circle15.pipeline.finished import finished_run
        from circle15.pipeline.variation import varied
        from circle15.results import Results

        variation = _variation(speeds, limits, weights, reach)
        results = Results.load(finished_run(folder, place, period))
        _show(results, varied(results, variation), lang)

    option = options_of("vary", lang)
    return command(
        "vary",
        lang,
        vary,
        click.Argument(["place"], metavar=say("vary.place_metavar", lang), required=False),
        *(option(name, called=f"{name}s", multiple=True) for name in ("speed", "limit", "weight")),
        click.Option(["--reach"], type=click.Choice(["soft", "strict"]), help=say("vary.help_reach", lang)),
        option("period"),
        folder_option(lang),
    )


def _variation(
    speeds: tuple[str, ...], limits: tuple[str, ...], weights: tuple[str, ...], reach: str | None
) -> Variation:
    """What the options say.

    Raises
    ------
    UsageError
        Not ``name=number``, or nothing is to be otherwise.
    """
    from circle15.pipeline.variation import Variation

    if not (speeds or limits or weights or reach):
        raise UsageError("vary.nothing")
    in_metres = [text for text in limits if text.strip().lower().endswith(METRES)]
    return Variation(
        speeds_m_s=dict(_pair("--speed", text) for text in speeds),
        minutes=dict(_pair("--limit", text) for text in limits if text not in in_metres),
        metres=dict(_pair("--limit", text.strip()[: -len(METRES)]) for text in in_metres),
        weight_factors=dict(_pair("--weight", text) for text in weights),
        reach=cast("Literal['soft', 'strict'] | None", reach),
    )


def _pair(option: str, text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not (name.strip() and math.isfinite(value)):
        raise UsageError("vary.no_pair", option=option, found=text)
    return name.strip(), value


def _show(results: Results, found: Varied, lang: str) -> None:
    """Print the league before and after, then the coverage of each service."""
    from rich.markup import escape

    from circle15.catalogue.entries import Label
    from circle15.cli.console import standard_output

    console = standard_output()
    console.print(_index_table(results, found, lang))
    console.print(_coverage_table(results, found, lang))
    if found.unsearched:
        names = Label.listing(results.catalogue.services[id_].label for id_ in found.unsearched)
        console.print(escape(say("vary.unsearched", lang, services=names)), soft_wrap=True)
    console.print(escape(say("vary.not_written", lang)), soft_wrap=True)


def _index_table(results: Results, found: Varied, lang: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from circle15.cli.league import scores_shown

    about, level = results.study.study, results.listed_level()
    table = Table(title=escape(say("vary.index_title", lang, place=about.place, period=about.period)))
    table.add_column(say(f"terms.{level}", lang))
    figures = scores_shown(results.index)
    for figure in figures:
        table.add_column(say(f"cli.column_{figure}", lang), justify="right")
    after = {(unit["level"], unit["code"]): unit for unit in found.assessed.index.to_dict("records")}
    for old in _listed(results.index, level):
        new = after[old["level"], old["code"]]
        table.add_row(escape(str(old["name"])), *(_step(old[name], new[name], 100.0, lang) for name in figures))
    return table


def _listed(index: pd.DataFrame, level: str) -> list[dict[Hashable, Any]]:
    """The units of a level, best first, and the whole area, which is the first of all."""
    listed = index[index["level"] == level].sort_values("balanced_access", ascending=False, kind="stable")
    root = index.iloc[:1] if index["level"].iloc[0] != level else index.iloc[:0]
    return [*listed.to_dict("records"), *root.to_dict("records")]


def _coverage_table(results: Results, found: Varied, lang: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(say("vary.coverage_title", lang)))
    for key in ("vary.service", "vary.coverage", "vary.uncovered"):
        table.add_column(say(key, lang), justify="left" if key == "vary.service" else "right")
    before, after = (_of_root(coverage) for coverage in (results.coverage, found.assessed.coverage))
    for service, old in before.items():
        new, known = after[service], results.catalogue.services.get(service)
        table.add_row(
            escape(say("vary.all_services", lang) if known is None else known.label.in_language(lang)),
            _step(old["coverage"], new["coverage"], 100.0, lang),
            _step(old["uncovered_people"], new["uncovered_people"], 1.0, lang),
        )
    return table


def _of_root(coverage: pd.DataFrame) -> dict[str, dict[Hashable, Any]]:
    """The deciding circles of the whole area, by service: the first of each."""
    rows = coverage[(coverage["level"] == coverage["level"].iloc[0]) & (coverage["code"] == coverage["code"].iloc[0])]
    return {row["service"]: row for row in rows.drop_duplicates("service").to_dict("records")}


def _step(old: float, new: float, scale: float, lang: str) -> str:
    """``12.3 → 14.0``, or one figure where both are shown alike."""
    before, after = (_figure(value, scale, lang) for value in (old, new))
    return before if before == after else f"{before} → {after}"


def _figure(value: float, scale: float, lang: str) -> str:
    if math.isnan(value):
        return say("terms.no_data", lang)
    return f"{value * scale:.1f}" if scale != 1.0 else f"{value:,.0f}"
