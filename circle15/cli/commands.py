"""The commands. What they need is imported inside them, so that ``--help`` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from circle15 import __version__
from circle15.cli.help import context_class
from circle15.words import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = click.Path(path_type=Path)


def build_cli(lang: str) -> click.Group:
    """All commands, with their help in ``lang``."""
    group = click.Group(
        name="circle15",
        help=say("cli.help", lang),
        params=[_language_option(lang), _version_option(lang), _help_option(lang)],
        commands=[_run(lang), _demo(lang), _services(lang)],
        add_help_option=False,
        subcommand_metavar=say("cli.command_metavar", lang),
        options_metavar=say("cli.options_metavar", lang),
        no_args_is_help=True,
    )
    group.callback = lambda **_: None
    for command in (group, *group.commands.values()):
        command.context_class = context_class(lang)
    return group


def _command(name: str, lang: str, callback: Callable[..., None], *params: click.Parameter) -> click.Command:
    return click.Command(
        name=name,
        callback=callback,
        help=say(f"cli.help_{name}", lang),
        params=[*params, _language_option(lang), _help_option(lang)],
        add_help_option=False,
        options_metavar=say("cli.options_metavar", lang),
    )


def _language_option(lang: str) -> click.Option:
    return click.Option(
        ["--lang"], type=click.Choice(LANGUAGES), default=lang, help=say("cli.help_lang", lang), expose_value=False
    )


def _help_option(lang: str) -> click.Option:
    return _telling("--help", say("cli.help_help", lang), lambda ctx: ctx.get_help())


def _version_option(lang: str) -> click.Option:
    return _telling("--version", say("cli.help_version", lang), lambda _: f"circle15 {__version__}")


def _telling(name: str, help_text: str, text: Callable[[click.Context], str]) -> click.Option:
    """An option that tells something and ends the command."""

    def tell(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo(text(ctx))
            ctx.exit()

    return click.Option([name], is_flag=True, is_eager=True, expose_value=False, callback=tell, help=help_text)


def _run(lang: str) -> click.Command:
    def run(study: Path) -> None:
        from circle15.cli.console import show_results, watched_run

        show_results(watched_run(study, lang), lang)

    metavar = say("cli.study_metavar", lang)
    return _command("run", lang, run, click.Argument(["study"], type=FILE, metavar=metavar))


def _demo(lang: str) -> click.Command:
    def demo(folder: Path) -> None:
        from circle15.cli.console import show_results, watched_run
        from circle15.sample.county import write_county

        click.echo(say("cli.writing_sample", lang))
        study = write_county(folder / "data" / "raw" / "shili")
        show_results(watched_run(study, lang), lang)

    metavar = say("cli.folder_metavar", lang)
    return _command(
        "demo", lang, demo, click.Argument(["folder"], type=FILE, metavar=metavar, required=False, default=Path())
    )


def _services(lang: str) -> click.Command:
    def services(study: Path | None) -> None:
        from circle15.cli.console import show_services

        show_services(study, lang)

    option = click.Option(
        ["--study"], type=FILE, metavar=say("cli.study_metavar", lang), help=say("cli.help_services_study", lang)
    )
    return _command("services", lang, services, option)
