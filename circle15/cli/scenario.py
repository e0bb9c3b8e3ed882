"""``circle15 run --scenario`` and ``circle15 scenario``: a study under a scenario; scenarios of planned projects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from circle15.catalogue.entries import ALL_SERVICES
from circle15.cli.parts import DATUMS, FILE, command, options_of
from circle15.words import say

if TYPE_CHECKING:
    from rich.table import Table

    from circle15.model.study import Datum
    from circle15.pipeline.scenarios.scenario import FinishedScenario

FIGURES = ("balanced_access", "access", "overall")
# So many services stand beside the scores where changes are told one by one; the workbook has all.
SERVICES_SHOWN = 4


def scenario_command(lang: str) -> click.Command:
    """The command."""

    def scenario(study: Path, projects: Path, service: str | None, datum: str | None, each: bool) -> None:
        from circle15.pipeline.scenarios.planned import scenarios_from_list

        found = scenarios_from_list(study, projects, service, cast("Datum | None", datum), lang, each=each)
        for note in found.notes:
            click.echo(note.sentence(lang))
        for one, path in zip(found.scenarios, found.files, strict=True):
            click.echo(say("planned.written", lang, name=one.name, sites=len(one.opened), path=path))
        click.echo(say("planned.next", lang, study=study, path=found.files[0]))

    def told(word: str) -> str:
        return say(f"planned.{word}", lang)

    return command(
        "scenario",
        lang,
        scenario,
        click.Argument(["study"], type=FILE, metavar=say("cli.study_metavar", lang)),
        click.Option(
            ["--from-list", "projects"], type=FILE, required=True, help=told("help_list"), metavar=told("list_metavar")
        ),
        options_of("planned", lang)("service"),
        click.Option(["--datum"], type=click.Choice(DATUMS), help=told("help_datum")),
        click.Option(["--each"], is_flag=True, help=told("help_each")),
    )


def run_under(study: Path, file: Path, lang: str) -> None:
    """Run a study under a scenario and show what it changes."""
    from circle15.cli.watching import telling
    from circle15.pipeline.scenarios.scenario import run_scenario

    with telling(lang) as tell:
        run = run_scenario(study, file, tell, lang)
    show(run, lang)


def show(run: FinishedScenario, lang: str) -> None:
    """Print the towns and the services before and after, sentences, and where the tables and the map lie."""
    from rich.markup import escape

    from circle15.cli.console import standard_output
    from circle15.pipeline.scenarios.scenario import WORKBOOK
    from circle15.publish.scenario import scenario_told

    console = standard_output()
    console.print(_units(run, lang))
    console.print(_services(run, lang))
    if len(run.found.alone):
        console.print(_alone(run, lang))
    lines = [*scenario_told(run.found, run.results, lang), run.results.notes[0].sentence(lang)]
    lines.append(say("scenario.before_after_at", lang, path=run.tables / WORKBOOK))
    lines.append(say("cli.tables_at", lang, path=run.tables / "tables.xlsx"))
    lines.append(say("cli.map_at", lang, path=run.maps / "index.html"))
    for line in lines:
        console.print(escape(line), soft_wrap=True)


def _units(run: FinishedScenario, lang: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    about, units, level = run.results.study.study, run.found.units, run.results.listed_level()
    table = Table(title=escape(say("scenario.title", lang, place=about.place, period=about.period)))
    figures = [name for name in FIGURES if units[f"{name}_after"].notna().any()]
    table.add_column(say(f"terms.{level}", lang))
    for figure in figures:
        table.add_column(say(f"scenario.{figure}", lang), justify="right")
    listed = units[units["level"] == level]
    listed = listed.sort_values("balanced_access_after", ascending=False, kind="stable")
    rows = listed.to_dict("records") + (units.head(1).to_dict("records") if len(units) > len(listed) else [])
    for row in rows:
        table.add_row(escape(str(row["name"])), *(_step(row, figure, "score", lang) for figure in figures))
    return table


def _services(run: FinishedScenario, lang: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    rows = run.found.services
    rows = rows[(rows["level"] == rows["level"].iloc[0]) & (rows["code"] == rows["code"].iloc[0])]
    table = Table(title=escape(say("scenario.coverage_title", lang)))
    for name in ("service", "covered_people", "coverage"):
        table.add_column(say(f"scenario.{name}", lang), justify="left" if name == "service" else "right")
    known = run.results.catalogue.services
    for row in rows.to_dict("records"):
        id_ = str(row["service"])
        name = say("scenario.all_services", lang) if id_ == ALL_SERVICES else known[id_].label.in_language(lang)
        figures = (_step(row, "covered_people", "count", lang), _step(row, "coverage", "share", lang))
        table.add_row(escape(name), *figures)
    return table


def _alone(run: FinishedScenario, lang: str) -> Table:
    """What each change does by itself, and all together."""
    from rich.markup import escape
    from rich.table import Table

    from circle15.publish.scenario_alone import alone_figures, alone_heads, alone_rows, most_moved
    from circle15.results.scenario import WHOLE

    table = Table(title=escape(say("alone.title", lang)))
    for name in ("change", "name"):
        table.add_column(say(f"alone.{name}", lang))
    figures = alone_figures(run.found)
    services = sorted((each for each in figures if each not in WHOLE), key=lambda each: -most_moved(run.found, each))
    shown = [at for at, each in enumerate(figures) if each in WHOLE or each in services[:SERVICES_SHOWN]]
    heads = alone_heads(figures, run.results, lang)
    for at in shown:
        table.add_column(escape(heads[at]), justify="right")
    for names, steps in alone_rows(run.found, run.results, lang):
        told = [_signed(steps[at], figures[at] in WHOLE, lang) for at in shown]
        table.add_row(*map(escape, names), *told)
    return table


def _signed(step: float, is_score: bool, lang: str) -> str:
    """A step with its sign; one that would be shown as nothing has none."""
    if step != step:
        return say("terms.no_data", lang)
    text = f"{step * 100:+.2f}" if is_score else f"{step:+,.0f}"
    return text if any(digit in text for digit in "123456789") else text[1:]


def _step(row: dict[Any, Any], figure: str, form: str, lang: str) -> str:
    """``12.3 → 14.0``, or one figure where both are shown alike."""
    ends = [_shown(float(row[f"{figure}_{when}"]), form, lang) for when in ("before", "after")]
    return ends[0] if ends[0] == ends[1] else " → ".join(ends)


def _shown(value: float, form: str, lang: str) -> str:
    if value != value:
        return say("terms.no_data", lang)
    return {"score": f"{value * 100:.2f}", "count": f"{value:,.0f}", "share": f"{value:.1%}"}[form]
