"""``circle15 site``: where the next sites of a service go, and how good they are proven to be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from circle15.cli.parts import FILE, command
from circle15.errors import UsageError
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from circle15.pipeline.siting import SitedStudy
    from circle15.siting.problem import Objective

OBJECTIVES = ("people", "places", "index", "distance", "longest", "everyone")
UNITS_SHOWN = 8
# Fewer would be told as nobody.
LEAST_PERSONS = 0.5
EVERY_M = 300


def site_command(lang: str) -> click.Command:
    """The command."""

    def site(study: Path, service: str, sites: int, capacity: float | None, objective: str | None, every: int) -> None:
        from circle15.cli.watching import telling
        from circle15.pipeline.siting import Asked, site_study

        wanted = objective or ("people" if capacity is None else "places")
        if (wanted == "places") != (capacity is not None):
            raise UsageError("siting.capacity_and_places")
        asked = Asked(service, sites, cast("Objective", wanted), capacity, every)
        with telling(lang) as tell:
            found = site_study(study, asked, tell)
        _show(found, lang)

    def option(name: str, kind: click.ParamType[Any], **more: Any) -> click.Option:  # noqa: ANN401  click's own
        told, metavar = say(f"siting.help_{name}", lang), say(f"siting.{name}_metavar", lang)
        return click.Option([f"--{name}"], type=kind, help=told, metavar=metavar, show_default=False, **more)

    return command(
        "site",
        lang,
        site,
        click.Argument(["study"], type=FILE, metavar=say("cli.study_metavar", lang)),
        option("service", click.STRING, required=True),
        option("sites", click.IntRange(min=0), required=True),
        option("capacity", click.FloatRange(min=0)),
        click.Option(["--objective"], type=click.Choice(OBJECTIVES), help=say("siting.help_objective", lang)),
        option("every", click.IntRange(min=50, max=5000), default=EVERY_M),
    )


def _show(found: SitedStudy, lang: str) -> None:
    """Print the new sites, what they change, how good they are proven to be, and who cannot be reached."""
    from rich.markup import escape

    from circle15.cli.console import standard_output

    console = standard_output()
    console.print(_table(found, lang))
    for line in _lines(found, lang):
        console.print(escape(line), soft_wrap=True)


def _table(found: SitedStudy, lang: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    heads = ("candidate", "name", "town", "persons_new", "persons_only", "runner_up")
    table = Table(title=escape(say("siting.title", lang, service=found.service.label, sites=len(found.plan.new))))
    for head in heads:
        table.add_column(say(f"siting.{head}", lang), justify="right" if head.startswith("persons") else "left")
    names = _names(found)
    for id_, site in found.plan.sites.join(found.why.sites, how="inner").to_dict("index").items():
        people = [f"{site[name]:,.0f}" for name in ("persons_new", "persons_only")]
        town = names.get(site["town"], "")
        table.add_row(*map(escape, (str(id_), str(site["name"]), town, *people, str(site["runner_up"]))))
    return table


def _names(found: SitedStudy) -> dict[str, str]:
    zones = found.inputs.zones.frame
    return dict(zip(zones["code"], zones["name"], strict=True))


def _lines(found: SitedStudy, lang: str) -> Iterator[str]:
    plan = found.plan
    yield say(f"siting.value_{plan.objective}", lang, before=plan.before, value=plan.value, persons=plan.persons)
    yield say("siting.proven", lang) if plan.proven else say("siting.gap", lang, bound=plan.bound, gap=100 * plan.gap)
    people = plan.unreachable_by_unit()
    people = people[people >= LEAST_PERSONS]
    if len(people):
        names, mark = _names(found), say("siting.between", lang)
        units = mark.join(f"{names.get(str(unit), unit)} {n:,.0f}" for unit, n in people.head(UNITS_SHOWN).items())
        yield say("siting.unreachable", lang, persons=float(people.sum()), units=units, count=len(people))
    if found.unknown_places:
        yield say("siting.places_unknown", lang, count=found.unknown_places)
    yield say("siting.candidates_are", lang)
