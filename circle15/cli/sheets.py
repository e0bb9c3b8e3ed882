"""``circle15 sheets``: map sheets for print and wall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from circle15.cli.extras import require_drawing
from circle15.cli.listed import formats_of
from circle15.cli.parts import FILE, command, options_of
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
        from circle15.pipeline.products.sheets import Asked, make_sheets

        with telling(lang) as tell:
            made = make_sheets(Asked(study, period, town, service, size, kinds), lang, tell)
        for key in made.lacking:
            click.echo(say(f"map_sheets.{key}", lang))
        click.echo(say("map_sheets.written", lang, count=len(made.files), path=made.folder))

    option = options_of("map_sheets", lang)
    return command(
        "sheets",
        lang,
        sheets,
        click.Argument(["study"], type=FILE, metavar=say("cli.study_metavar", lang)),
        option("period"),
        option("town"),
        option("service"),
        option("size", click.Choice(SIZES), default=SIZES[0]),
        option("format", called="formats", default=",".join(FORMATS)),
    )
