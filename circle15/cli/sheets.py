"""``circle15 sheets``: map sheets for print and wall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from circle15.cli.extras import require_drawing
from circle15.cli.formats import formats_of
from circle15.cli.parts import FILE, command
from circle15.words import say

if TYPE_CHECKING:
    from circle15.publish.sheets.layout import Size

SIZES: tuple[Size, ...] = ("a4", "a3")
FORMATS = ("png", "pdf")


def sheets_command(lang: str) -> click.Command:
    """The command."""

    def sheets(
        study: Path, period: str | None, town: str | None, service: str | None, size: Size, formats: str
    ) -> None:
        kinds = formats_of(formats, FORMATS, "map_sheets.no_format")
        require_drawing()
        from circle15.cli.watching import telling
        from circle15.pipeline.sheets import Asked, make_sheets

        with telling(lang) as tell:
            made = make_sheets(Asked(study, period, town, service, size, kinds), lang, tell)
        for key in made.lacking:
            click.echo(say(f"map_sheets.{key}", lang))
        click.echo(say("map_sheets.written", lang, count=len(made.files), path=made.folder))

    def option(names: list[str], word: str, kind: click.ParamType[Any], default: str | None = None) -> click.Option:
        told, metavar = say(f"map_sheets.help_{word}", lang), say(f"map_sheets.{word}_metavar", lang)
        return click.Option(names, type=kind, default=default, show_default=False, help=told, metavar=metavar)

    return command(
        "sheets",
        lang,
        sheets,
        click.Argument(["study"], type=FILE, metavar=say("cli.study_metavar", lang)),
        option(["--period"], "period", click.STRING),
        option(["--town"], "town", click.STRING),
        option(["--service"], "service", click.STRING),
        option(["--size"], "size", click.Choice(SIZES), SIZES[0]),
        option(["--format", "formats"], "format", click.STRING, ",".join(FORMATS)),
    )
