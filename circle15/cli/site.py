"""``circle15 site``: where the next sites of a service go, and how good they are proven to be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from circle15.cli.listed import listed
from circle15.cli.parts import DATUMS, FILE, Finite, command, options_of
from circle15.errors import UsageError
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.model.study import Datum
    from circle15.pipeline.siting.asked import Asked
    from circle15.pipeline.siting.sited_study import SitedStudy
    from circle15.siting.problem import Objective

OBJECTIVES = ("people", "places", "index", "distance", "longest", "everyone")
STREETS = ("squares", "junctions", "along", "none")
# Beyond these an answer is a slip of the pen: sites, places, metres, seconds.
MOST_SITES, MOST_PLACES, FARTHEST_M, LONGEST_S = 10_000, 100_000, 50_000, 86_400
# Options that answer keys of [siting].
ANSWERS = {
    "streets": "streets",
    "budget": "budget",
    "cost": "cost",
    "apart": "apart_m",
    "move": "move",
    "close_at_most": "close_at_most",
    "close_saves": "close_saves",
    "grow": "grow",
}


def site_command(lang: str) -> click.Command:
    """The command."""

    def site(study: Path, **options: Any) -> None:  # noqa: ANN401  as click hands them over
        from circle15.cli.site_page import show_sites, show_written
        from circle15.cli.watching import telling
        from circle15.pipeline.siting.writing import write_siting

        asked = asked_by(options)
        found = watched_siting(study, asked, lang)
        show_sites(found, lang)
        with telling(lang) as tell:
            written = write_siting(found, asked, study, options["name"], lang, tell)
        show_written(written, found, study, lang)

    return command(
        "site", lang, site, click.Argument(["study"], type=FILE, metavar=_metavar("study", lang)), *_options(lang)
    )


def watched_siting(study: Path, asked: Asked, lang: str) -> SitedStudy:
    """Check a study and site in it.

    Raises
    ------
    Circle15Error
        The study cannot be run, or nothing can be sited as asked; where the report on its files lies has been told.
    """
    from circle15.cli.watching import refusal_told, telling
    from circle15.pipeline.reading.checking import check_study
    from circle15.pipeline.siting.asked import require_fitting
    from circle15.pipeline.siting.sited_study import site_checked

    require_fitting(asked)
    with telling(lang) as tell:
        checked = check_study(study, tell, lang)
        with refusal_told(checked, lang):
            return site_checked(checked, asked, tell)


def asked_by(options: dict[str, Any]) -> Asked:
    """What the options of the command ask for.

    Raises
    ------
    UsageError
        Options that do not go together.
    """
    from circle15.pipeline.siting.asked import Asked

    services = listed(options["service"])
    if not services:
        raise UsageError("candidates.no_service")
    if len(services) > 1 and not options["shared"]:
        raise UsageError("candidates.not_shared", services=", ".join(services))
    return Asked(
        service=services[0],
        sites=options["sites"],
        objective=_objective(options),
        places=options["capacity"],
        every_m=options["every"],
        also=tuple(services[1:]),
        settings=_settings(options),
        files=tuple(options["candidates"]),
        datum=cast("Datum | None", options["datum"]),
        seconds=options["time"],
        curve=options["curve"],
        trade_off=options["trade_off"],
    )


def _objective(options: dict[str, Any]) -> Objective:
    wanted = options["objective"] or ("people" if options["capacity"] is None else "places")
    if wanted != "places" and options["capacity"] is not None:
        raise UsageError("siting.capacity_and_places")
    if options["curve"] and wanted == "everyone":
        raise UsageError("siting.no_curve")
    return cast("Objective", wanted)


def _settings(options: dict[str, Any]) -> dict[str, object]:
    """The keys of ``[siting]`` that the command answers."""
    found: dict[str, object] = {key: options[name] for name, key in ANSWERS.items() if options[name] is not None}
    found |= {"close_allowed": True} if options["close_allowed"] else {}
    found |= {name: _by_name(options[name[:-1]]) for name in ("floors", "caps") if options[name[:-1]]}
    found |= {name: tuple(options[name]) for name in ("must", "forbid") if options[name]}
    buildings = listed(options["buildings"] or "")
    return found | ({"buildings": tuple(buildings)} if buildings else {})


def _by_name(told: Sequence[str]) -> dict[str, int]:
    """城关镇=1 as a town and its number.

    Raises
    ------
    UsageError
        It is written otherwise.
    """
    found: dict[str, int] = {}
    for each in told:
        name, mark, number = each.replace("＝", "=").rpartition("=")
        if not (mark and name.strip() and number.strip().isdecimal()):
            raise UsageError("candidates.no_number", text=each)
        found[name.strip()] = int(number)
    return found


def _options(lang: str) -> list[click.Option]:
    names, numbers, text = _namer(lang), Finite, click.STRING
    return [
        names("service", text, required=True),
        names("sites", click.IntRange(min=0, max=MOST_SITES)),
        names("capacity", numbers(min=0, max=MOST_PLACES)),
        names("objective", click.Choice(OBJECTIVES)),
        names("shared", is_flag=True),
        names("candidates", FILE, multiple=True),
        names("datum", click.Choice(DATUMS)),
        names("buildings", text),
        names("streets", click.Choice(STREETS)),
        names("every", click.IntRange(min=50, max=5000)),
        names("budget", numbers(min=0)),
        names("cost", numbers(min=0)),
        names("floor", text, multiple=True),
        names("cap", text, multiple=True),
        names("must", text, multiple=True),
        names("forbid", text, multiple=True),
        names("apart", numbers(min=0, max=FARTHEST_M)),
        names("close-allowed", is_flag=True),
        names("close-at-most", click.IntRange(min=0, max=MOST_SITES)),
        names("close-saves", numbers(min=0)),
        names("move", click.IntRange(min=0, max=MOST_SITES)),
        names("grow", numbers(min=0, min_open=True, max=MOST_PLACES)),
        names("time", numbers(min=1, max=LONGEST_S)),
        names("curve", is_flag=True),
        names("trade-off", is_flag=True),
        options_of("sited", lang)("name"),
    ]


def _namer(lang: str) -> Any:  # noqa: ANN401  a function of click's own arguments
    def option(name: str, kind: click.ParamType[Any] | None = None, **more: Any) -> click.Option:  # noqa: ANN401
        word = name.replace("-", "_")
        if kind is not None and not isinstance(kind, click.Choice):
            more["metavar"] = _metavar(word, lang)
        return click.Option(
            [f"--{name}"], type=kind, help=say(f"candidates.help_{word}", lang), show_default=False, **more
        )

    return option


def _metavar(word: str, lang: str) -> str:
    return say("cli.study_metavar" if word == "study" else f"candidates.{word}_metavar", lang)
