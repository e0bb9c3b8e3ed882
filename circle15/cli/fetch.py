"""``circle15 fetch``: the only command that needs the internet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from circle15.cli.parts import command
from circle15.words import say

if TYPE_CHECKING:
    from circle15.inputs.download.servers import Servers
    from circle15.pipeline.fetching import Fetched

RAW = ("data", "raw")
STUDY_FILE = "study.toml"


def fetch_command(lang: str) -> click.Command:
    """The command."""

    def fetch(place: str, server: str | None, search: str | None) -> None:
        _show(_fetched(place, _servers(server, search), lang), lang)

    return command(
        "fetch",
        lang,
        fetch,
        click.Argument(["place"], metavar=say("fetch.place_metavar", lang)),
        click.Option(["--server"], metavar=say("fetch.address_metavar", lang), help=say("fetch.help_server", lang)),
        click.Option(["--search"], metavar=say("fetch.address_metavar", lang), help=say("fetch.help_search", lang)),
    )


def _servers(server: str | None, search: str | None) -> Servers:
    from circle15.inputs.download.servers import Servers, public_servers

    known = public_servers()
    return Servers((server,) if server else known.overpass, search or known.nominatim)


def _fetched(place: str, servers: Servers, lang: str) -> Fetched:
    """Fetch for a study where ``place`` is one, else for the place of that name."""
    from rich.console import Console
    from rich.progress import Progress

    from circle15.errors import UsageError
    from circle15.inputs.download.asking import Patience

    try:
        import osmnx  # noqa: F401 - an extra; asked for before anything else
    except ImportError as fault:
        raise UsageError("fetch.needs_osmnx") from fault
    from circle15.pipeline.fetching import fetch_by_name, fetch_for_study
    from circle15.workspace.names import place_id

    study, patience = _study(place), Patience()
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(say("fetch.asking", lang), total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        if study is not None:
            return fetch_for_study(study, servers, patience, tell)
        folder = Path().joinpath(*RAW, place_id(place, None))  # the folder that init would make for it
        return fetch_by_name(place, folder, servers, patience, tell)


def _study(place: str) -> Path | None:
    """The study that is meant: by its file, its folder, or the name of its folder in the workspace."""
    candidates = (Path(place), Path(place) / STUDY_FILE, Path().joinpath(*RAW, place, STUDY_FILE))
    return next((path for path in candidates if path.is_file()), None)


def _show(fetched: Fetched, lang: str) -> None:
    facts = {"nodes": fetched.nodes, "ways": fetched.ways, "relations": fetched.relations, "path": fetched.extract}
    click.echo(say("fetch.done", lang, **facts))
    click.echo(say("fetch.for_study", lang, file=fetched.extract.name, date=fetched.date or "-"))
