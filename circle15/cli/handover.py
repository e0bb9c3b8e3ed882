"""``circle15 handover``: layers of a finished run for QGIS and ArcGIS."""

from __future__ import annotations

from pathlib import Path

import click

from circle15.cli.formats import formats_of
from circle15.cli.parts import FILE, command
from circle15.words import say

ALL = "qgz,shp,gdb"


def handover_command(lang: str) -> click.Command:
    """The command."""

    def handover(study: Path, period: str | None, formats: str, out: Path | None) -> None:
        from circle15.pipeline.handover import hand_over
        from circle15.publish.handover.package import FORMATS

        wanted = formats_of(formats, FORMATS, "handover.unknown_format")
        folder = hand_over(study, period, wanted, out, lang)
        click.echo(say("handover.written", lang, path=folder))
        for each in wanted:
            name, about = say(f"handover.of_{each}", lang), say(f"handover.about_{each}", lang)
            click.echo(say("handover.written_format", lang, name=name, about=about))

    def option(names: list[str], word: str, kind: click.ParamType, default: str | None = None) -> click.Option:  # type: ignore[type-arg]
        told, metavar = say(f"handover.help_{word}", lang), say(f"handover.{word}_metavar", lang)
        return click.Option(names, type=kind, default=default, show_default=False, help=told, metavar=metavar)

    return command(
        "handover",
        lang,
        handover,
        click.Argument(["study"], type=FILE, metavar=say("cli.study_metavar", lang)),
        option(["--format", "formats"], "format", click.STRING, ALL),
        option(["--period"], "period", click.STRING),
        option(["--out"], "out", FILE),
    )
