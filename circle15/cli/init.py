"""``circle15 init``: a workspace of one's own."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from circle15.cli.listed import listed
from circle15.cli.parts import FILE, command
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.workspace.make import Made


def init_command(lang: str) -> click.Command:
    """Make a workspace, with a study to fill in or one proposed from existing files."""

    def init(place: str, folder: Path, source: Path | None, id_: str | None, period: str | None, services: str) -> None:
        from circle15.workspace.make import Wanted, make_workspace

        year = period or str(datetime.datetime.now(tz=datetime.UTC).year)
        ids = tuple(listed(services))
        show_made(make_workspace(Wanted(place, folder, year, id_, source, ids, lang)), lang)

    def option(name: str, *, metavar: str, **settings: object) -> click.Option:
        told = {"metavar": say(f"init.metavar_{metavar}", lang), "help": say(f"init.help_{name}", lang)}
        return click.Option([f"--{name}", OWN_NAMES.get(name, name)], **told, **settings)  # type: ignore[arg-type]

    return command(
        "init",
        lang,
        init,
        click.Argument(["place"], metavar=say("init.metavar_place", lang)),
        option("folder", metavar="folder", type=FILE, default="."),
        option("from", metavar="folder", type=FILE, default=None),
        option("id", metavar="id", default=None),
        option("period", metavar="period", default=None),
        option("services", metavar="services", default=""),
    )


# Options named by words that Python keeps to itself.
OWN_NAMES = {"from": "source", "id": "id_"}


def show_made(made: Made, lang: str) -> None:
    """Tell what was made, what is asked, and what comes next."""
    lines = [say("init.made", lang, study=made.study)]
    lines += [say("init.copied", lang, count=len(made.copied), folder=made.study.parent)] if made.copied else []
    renamed = [(source, name) for source, name in made.copied if not source.replace("\\", "/").endswith(f"/{name}")]
    lines += [say("init.copied_renamed", lang)] if renamed else []
    lines += [f"  {say('init.copied_file', lang, source=source, name=name)}" for source, name in renamed]
    if made.templates:
        lines.append(say("init.templates_made", lang, count=len(made.templates), folder=made.templates[0].parent))
    if made.account:
        lines += [say("init.account_title", lang), *(f"  {sentence}" for sentence in made.account)]
    if made.questions:
        lines.append(say("init.questions_title", lang))
        lines += [f"  {at}. {note.sentence(lang)}" for at, note in enumerate(made.questions, start=1)]
    lines.append(say("init.next", lang, study=made.study))
    for line in lines:
        click.echo(line)
