"""``circle15 whatif``: a page to open, close and resize sites in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from circle15.cli.parts import FILE, command, options_of
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY_M = 300
BYTES_PER_MB = 1_000_000


def whatif_command(lang: str) -> click.Command:
    """The command."""

    def whatif(study: Path, period: str | None, service: Sequence[str], every: int) -> None:
        from circle15.cli.watching import telling
        from circle15.pipeline.scenarios.whatif import WhatIfAsked, write_whatif

        with telling(lang) as tell:
            page = write_whatif(study, WhatIfAsked(tuple(service), every, period), tell, lang)
        click.echo(say("whatif.page_at", lang, path=page, size=page.stat().st_size / BYTES_PER_MB))

    option = options_of("whatif", lang)
    return command(
        "whatif",
        lang,
        whatif,
        click.Argument(["study"], type=FILE, metavar=say("cli.study_metavar", lang)),
        option("period"),
        option("service", multiple=True),
        option("every", click.IntRange(min=50, max=5000), default=EVERY_M),
    )
