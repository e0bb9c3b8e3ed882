"""What ``circle15 site`` prints: new sites, what they change, the proof, the curve, and who cannot be reached."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from circle15.catalogue.entries import Label
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rich.table import Table

    from circle15.pipeline.siting.sited_study import SitedStudy
    from circle15.pipeline.siting.writing import WrittenSiting

UNITS_SHOWN = 8
LEAST_PERSONS, FEW = 0.5, "<1"


def show_sites(found: SitedStudy, lang: str) -> None:
    """Print the new sites, what they change, how good they are proven to be, and who cannot be reached."""
    from rich.markup import escape

    from circle15.cli.console import standard_output

    console = standard_output()
    console.print(_table(found, lang))
    for line in _lines(found, lang):
        console.print(escape(line), soft_wrap=True)
    for table in (_curve(found, lang), _trade_off(found, lang)):
        if table is not None:
            console.print(table)
    if found.curve is not None and found.curve.knee is not None:
        console.print(escape(say("candidates.knee", lang, sites=found.curve.knee)), soft_wrap=True)


def show_written(written: WrittenSiting, found: SitedStudy, study: Path, lang: str) -> None:
    """Print what a run under the plan finds, where everything lies, and how to compute it whole."""
    from rich.markup import escape

    from circle15.cli.console import standard_output
    from circle15.publish.siting.telling import effects_told

    console = standard_output()
    told = effects_told(written.record, found.inputs.catalogue, lang)
    told += [say("sited.written_at", lang, path=written.page)]
    told += [say("sited.scenario_at", lang, study=study, path=written.scenario)]
    for line in told:
        console.print(escape(line), soft_wrap=True)


def _table(found: SitedStudy, lang: str) -> Table:
    from circle15.pipeline.siting.plan_scenario import villages_of

    labels = Label.listing(each.label for each in found.services)
    title = say("siting.title", lang, service=labels, sites=len(found.plan.new))
    heads = [say(f"siting.{head}", lang) for head in ("candidate", "name", "town", "persons_new", "runner_up")]
    heads.insert(4, say(f"losses.column_{found.plan.objective}", lang))
    table = _headed(title, heads, right=(3, 4))
    names, villages = _names(found), villages_of(found, found.plan.problem.candidates.loc[list(found.plan.new)])
    for id_, site in found.plan.sites.join(found.why.sites, how="inner").to_dict("index").items():
        people = [_people(site["persons_new"]), _lost(found, site, lang)]
        where = str(site["name"]) or villages[id_]
        _add(table, str(id_), where, names.get(site["town"], ""), *people, str(site["runner_up"]))
    return table


def _lost(found: SitedStudy, site: Mapping[Any, Any], lang: str) -> str:
    """What the plan loses without a site, in what was sought."""
    from circle15.publish.siting.losses import lost

    plan = found.plan
    if plan.objective in ("people", "everyone"):
        return _people(site["persons_only"])
    without = float(site["value_without"])
    return (
        say("losses.unreached", lang)
        if math.isinf(without)
        else _people(max(lost(plan.objective, plan.value, without), 0.0))
    )


def _people(persons: float) -> str:
    """People in whole numbers; fewer than half a person are not told as nobody."""
    return FEW if 0 < persons < LEAST_PERSONS else f"{persons:,.0f}"


def _headed(title: str, heads: list[str], right: tuple[int, ...]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title))
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number in right else "left")
    return table


def _add(table: Table, *cells: str) -> None:
    from rich.markup import escape

    table.add_row(*map(escape, cells))


def _names(found: SitedStudy) -> dict[str, str]:
    zones = found.inputs.zones.frame
    return dict(zip(zones["code"], zones["name"], strict=True))


def _lines(found: SitedStudy, lang: str) -> Iterator[str]:
    from circle15.pipeline.siting.sited_study import closings_told
    from circle15.publish.siting.telling import sought_word, value_told

    plan, mark = found.plan, say("siting.between", lang)
    costs = plan.problem.candidates.reindex(columns=["cost"])["cost"].loc[list(plan.sites.index)]
    yield value_told(sought_word(plan.objective, costs), plan.before, plan.value, plan.persons, lang)
    if len(found.services) > 1:
        yield say("candidates.weighted", lang)
    yield say("siting.proven", lang) if plan.proven else say("siting.gap", lang, bound=plan.bound, gap=100 * plan.gap)
    yield say("siting.solved_in", lang, seconds=found.solved_s)
    yield from (note.sentence(lang) for note in closings_told(found))
    if plan.closed:
        names = plan.problem.candidates.loc[list(plan.closed), "name"]
        yield say("candidates.closed", lang, count=len(names), names=mark.join(map(str, names[:UNITS_SHOWN])))
    if found.unknown_places:
        yield say("siting.places_unknown", lang, count=found.unknown_places)
    if (plan.problem.candidates["origin"] == "street").any():
        yield say("siting.candidates_are", lang)
    yield from (note.sentence(lang) for note in found.notes)


def _curve(found: SitedStudy, lang: str) -> Table | None:
    if found.curve is None:
        return None
    heads = [say(f"candidates.curve_{head}", lang) for head in ("sites", "value", "people", "index", "bound")]
    table = _headed(say("candidates.curve_title", lang), heads, right=(0, 1, 2, 3, 4))
    for point in found.curve.points.to_dict("records"):
        proven = say("candidates.is_proven", lang) if point["proven"] else f"{point['bound']:,.0f}"
        figures = [f"{point[name]:,.0f}" for name in ("new_sites", "value", "people", "index")]
        _add(table, *figures, proven)
    return table


def _trade_off(found: SitedStudy, lang: str) -> Table | None:
    if found.trade_off is None:
        return None
    heads = [say(f"candidates.curve_{head}", lang) for head in ("share", "people", "index", "candidates")]
    table = _headed(say("candidates.trade_off_title", lang), heads, right=(0, 1, 2))
    mark = say("siting.between", lang)
    for point in found.trade_off.to_dict("records"):
        figures = [f"{point['share']:.0%}", *(f"{point[name]:,.0f}" for name in ("people", "index"))]
        _add(table, *figures, mark.join(map(str, point["candidates"])))
    return table
