"""``circle15 index``: the league, its parts, and what lies behind the scores of a unit."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from circle15.cli.parts import FILE, command, folder_option, options_of
from circle15.words import say

if TYPE_CHECKING:
    from circle15.results import Results

CUTS = ("service", "domain", "department", "group")
# What else is printed where it is asked for: an option (its help is ``index.help_<option>``), and the function that
# prints it, ``module:name``, called with the results and the language.
FURTHER: tuple[tuple[str, str], ...] = (
    ("uncertainty", "circle15.cli.uncertainty:show_uncertainty"),
    ("beside", "circle15.cli.beside:show_beside"),
)


def index_command(lang: str) -> click.Command:
    """The command."""

    def index(place: str | None, period: str | None, folder: Path, **asked: object) -> None:
        from circle15.pipeline.explaining import require_workbook
        from circle15.pipeline.finished import finished_run
        from circle15.results import Results

        if isinstance(asked["out"], Path):
            require_workbook(asked["out"])
        _show(Results.load(finished_run(folder, place, period)), asked, lang)

    option = options_of("index", lang)
    return command(
        "index",
        lang,
        index,
        click.Argument(["place"], metavar=say("index.place_metavar", lang), required=False),
        option("unit"),
        option("service"),
        click.Option(["--by"], type=click.Choice(CUTS), help=say("index.help_by", lang)),
        option("period"),
        folder_option(lang),
        option("out", FILE),
        *(click.Option([f"--{name}"], is_flag=True, help=say(f"index.help_{name}", lang)) for name, _ in FURTHER),
    )


def _show(results: Results, asked: dict[str, object], lang: str) -> None:
    """Print what is asked for; write the workbook where a file is named."""
    from circle15.cli.index_tables import show_explanation, show_league, show_slices
    from circle15.pipeline.explaining import explained, write_explanation

    unit, service, kind, out = (asked[name] for name in ("unit", "service", "by", "out"))
    named = (None if unit is None else str(unit), None if service is None else str(service))
    if unit is None:
        show_league(results, named[1], lang)
    if kind is not None:
        show_slices(results, str(kind), named[0], lang)
    explanation = explained(results, *named) if unit is not None or out is not None else None
    if unit is not None and explanation is not None:
        show_explanation(results, explanation, lang, more=out is None)
    for name, printer in FURTHER:
        if asked[name]:
            module, _, function = printer.partition(":")
            getattr(import_module(module), function)(results, lang)
    if isinstance(out, Path) and explanation is not None:
        write_explanation(results, explanation, out, lang)
        click.echo(say("index.written", lang, file=out))
