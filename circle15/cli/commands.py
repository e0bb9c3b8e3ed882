"""The commands. What they need is imported inside them, so that ``--help`` answers at once."""

from __future__ import annotations

from pathlib import Path

import click

from circle15.cli.changes import changes_command
from circle15.cli.compare import compare_command
from circle15.cli.fetch import fetch_command
from circle15.cli.handover import handover_command
from circle15.cli.help import Commands, context_class, help_without_command
from circle15.cli.index import index_command
from circle15.cli.init import init_command
from circle15.cli.issues import issues_command
from circle15.cli.parts import FILE, command, help_option, language_option, version_option
from circle15.cli.report import report_command
from circle15.cli.scenario import scenario_command
from circle15.cli.sheets import sheets_command
from circle15.cli.site import site_command
from circle15.cli.targets import targets_command
from circle15.cli.vary import vary_command
from circle15.cli.whatif import whatif_command
from circle15.words import say


def build_cli(lang: str) -> click.Group:
    """All commands, with their help in ``lang``."""
    group = Commands(
        name="circle15",
        help=say("cli.help", lang),
        params=[language_option(lang), version_option(lang), help_option(lang)],
        commands=[
            _demo(lang),
            init_command(lang),
            _check(lang),
            _run(lang),
            index_command(lang),
            vary_command(lang),
            targets_command(lang),
            site_command(lang),
            scenario_command(lang),
            whatif_command(lang),
            issues_command(lang),
            report_command(lang),
            sheets_command(lang),
            handover_command(lang),
            changes_command(lang),
            compare_command(lang),
            _services(lang),
            fetch_command(lang),
        ],
        add_help_option=False,
        subcommand_metavar=say("cli.command_metavar", lang),
        options_metavar=say("cli.options_metavar", lang),
        invoke_without_command=True,
        callback=help_without_command,
    )
    for each in (group, *group.commands.values()):
        each.context_class = context_class(lang)
    return group


def _check(lang: str) -> click.Command:
    def check(study: Path) -> None:
        from circle15.cli.quality_page import show_check
        from circle15.cli.watching import watched_check

        checked = watched_check(study, lang)
        show_check(checked, lang)
        if checked.faults:
            click.get_current_context().exit(1)

    metavar = say("cli.study_metavar", lang)
    return command("check", lang, check, click.Argument(["study"], type=FILE, metavar=metavar))


def _run(lang: str) -> click.Command:
    def run(study: Path, scenario: Path | None) -> None:
        from circle15.cli.console import show_results
        from circle15.cli.scenario import run_under
        from circle15.cli.watching import watched_run

        if scenario is not None:
            run_under(study, scenario, lang)
            return
        show_results(watched_run(study, lang), lang)

    metavar, file = say("cli.study_metavar", lang), say("scenario.scenario_metavar", lang)
    option = click.Option(["--scenario"], type=FILE, metavar=file, help=say("scenario.help_scenario", lang))
    return command("run", lang, run, click.Argument(["study"], type=FILE, metavar=metavar), option)


def _demo(lang: str) -> click.Command:
    def demo(folder: Path, years: bool) -> None:
        from circle15.cli.console import show_results
        from circle15.cli.watching import watched_run
        from circle15.sample.county import write_county

        click.echo(say("cli.writing_sample", lang))
        raw = folder / "data" / "raw" / "shili"
        study = _run_past(raw, lang) if years else write_county(raw)
        show_results(watched_run(study, lang), lang)
        if years:
            click.echo(say("comparison.demo_next", lang, folder=folder))

    metavar = say("cli.folder_metavar", lang)
    return command(
        "demo",
        lang,
        demo,
        click.Argument(["folder"], type=FILE, metavar=metavar, required=False, default=Path()),
        click.Option(["--years"], is_flag=True, help=say("comparison.help_demo_years", lang)),
    )


def _run_past(raw: Path, lang: str) -> Path:
    """Write both years of the invented county and run the past one; gives today's study."""
    from circle15.cli.watching import watched_run
    from circle15.sample.years import write_years

    past, study = write_years(raw)
    watched_run(past, lang)
    return study


def _services(lang: str) -> click.Command:
    def services(study: Path | None) -> None:
        from circle15.cli.console import show_services

        show_services(study, lang)

    option = click.Option(
        ["--study"], type=FILE, metavar=say("cli.study_metavar", lang), help=say("cli.help_services_study", lang)
    )
    return command("services", lang, services, option)
