"""``circle15 report``: the annual report of a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from circle15.cli.extras import require_drawing, require_word
from circle15.cli.listed import formats_of
from circle15.cli.parts import FILE, command, options_of
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from circle15.pipeline.progress import Progress

WORD = "docx"
FORMATS = (WORD, "html", "pdf")
DEFAULT = "docx,html"


def report_command(lang: str) -> click.Command:
    """The command."""

    def report(study: Path, compare: str | None, template: Path | None, formats: str) -> None:
        kinds = formats_of(formats, FORMATS, "report.format_unknown")
        require_drawing()
        if WORD in kinds:
            require_word()
        from circle15.pipeline.products.reporting import Asked, make_report

        asked = Asked(study, compare, template, kinds)
        files = make_report(asked, lang, _teller(lang))
        for path in files.kept:
            click.echo(say("report.kept", lang, path=path))
        for path in files.written:
            click.echo(say("report.written", lang, path=path))

    option = options_of("report", lang)
    return command(
        "report",
        lang,
        report,
        click.Argument(["study"], type=FILE, metavar=say("report.study_metavar", lang)),
        option("compare"),
        option("template", FILE),
        option("format", called="formats", default=DEFAULT),
    )


def _teller(lang: str) -> Progress:
    """Tells each stage on standard error as it begins."""

    def tell(stage: str, *_: int) -> None:
        key = next((f"{room}.stage_{stage}" for room in ("report", "comparison") if _known(room, stage, lang)), "")
        if key:
            click.echo(f"· {say(key, lang)}", err=True)

    return tell


def _known(room: str, stage: str, lang: str) -> bool:
    return f"{room}.stage_{stage}" in phrasebook(lang)
