"""``circle15 handover``: layers of a finished run for QGIS and ArcGIS."""

from __future__ import annotations

from pathlib import Path

import click

from circle15.cli.listed import formats_of
from circle15.cli.parts import FILE, command, options_of
from circle15.words import say

ALL = "qgz,shp,gdb"


def handover_command(lang: str) -> click.Command:
    """The command."""

    def handover(study: Path, period: str | None, formats: str, out: Path | None) -> None:
        from circle15.cli.watching import telling
        from circle15.pipeline.products.handover import hand_over
        from circle15.publish.handover.package import FORMATS

        wanted = formats_of(formats, FORMATS, "handover.unknown_format")
        with telling(lang) as tell:
            folder = hand_over(study, period, wanted, out, lang, tell)
        click.echo(say("handover.written", lang, path=folder))
        for each in wanted:
            name, about = say(f"handover.of_{each}", lang), say(f"handover.about_{each}", lang)
            click.echo(say("handover.written_format", lang, name=name, about=about))

    option = options_of("handover", lang)
    return command(
        "handover",
        lang,
        handover,
        click.Argument(["study"], type=FILE, metavar=say("cli.study_metavar", lang)),
        option("format", called="formats", default=ALL),
        option("period"),
        option("out", FILE),
    )
