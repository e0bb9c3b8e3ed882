"""The brief of a period on one page: how it stands, what moved, why, and what is due; sentences made of numbers."""

from __future__ import annotations

import bisect
import datetime
import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from circle15.assess.issues.columns import records
from circle15.assess.issues.losses import list_changes
from circle15.assess.issues.states import counts_of
from circle15.assess.target_counts import ALL, MET, TARGET_COUNTS
from circle15.catalogue.entries import Label
from circle15.model.period import months_after, span_of
from circle15.publish.causes import causes_told
from circle15.publish.issue_rows import issue_rows
from circle15.publish.issue_telling import persons
from circle15.publish.workbook import FIRST_WIDE_CHARACTER
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from circle15.publish.causes import Causes
    from circle15.publish.issue_rows import Listing

# So many are named, that the page stays one.
NAMED = 3
# Scores are told to a tenth of a point; what is less is no change.
LEAST_POINTS = 0.05
# In places; a Chinese character takes two.
LONGEST = 300
LIST_CHANGES = ("added", "closed", "moved", "resized")


@dataclass(frozen=True)
class Brief:
    """A title, and headings with their sentences."""

    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]


def brief_of(listing: Listing, table: pd.DataFrame, period: str, lang: str, causes: Causes | None = None) -> Brief:
    """The brief of one period.

    Parameters
    ----------
    listing
        Issues and their states, the last ones those of this period.
    table
        The scoreboard of all periods, ``assess.scoreboard.compared``.
    period
        Its tag.
    lang
        ``zh`` or ``en``.
    causes
        What moved the whole area's scores since the last period of the same kind, where the two have been compared.
    """
    place = listing.results.study.study.place
    now = table[table["period"] == period]
    sections = {
        "stand": _stand(now, place, period, lang),
        "moved": _moved(now, listing, lang),
        "why": [*_causes(listing, causes, lang), *_why(listing, period, lang)],
        "issues": _issues(listing, period, lang),
        "due": [*_due(listing, period, lang), *_targets(now, period, lang)],
    }
    told = tuple((say(f"brief.heading_{name}", lang), tuple(lines)) for name, lines in sections.items() if lines)
    return Brief(say("brief.title", lang, place=place, period=period), told)


def _stand(now: pd.DataFrame, place: str, period: str, lang: str) -> list[str]:
    """The whole area: its index and who is not covered, beside the period before."""
    if now.empty:
        return [say("brief.no_figures", lang, period=period)]
    whole = now[(now["domain"] == ALL) & (now["department"] == ALL)].iloc[0]
    before = str(whole["before"])
    lines = [
        say("brief.index", lang, place=place, score=_score(whole["balanced_access"], lang))
        + _step(whole["balanced_access_change"] * 100.0, before, LEAST_POINTS, "points", lang),
        say("brief.uncovered", lang, people=persons(whole["people"]), uncovered=persons(whole["uncovered_people"]))
        + _step(whole["uncovered_people_change"], before, 0.5, "people", lang),
    ]
    if not math.isnan(whole["overall"]):
        overall = say("brief.overall", lang, score=_score(whole["overall"], lang))
        lines.append(overall + _step(whole["overall_change"] * 100.0, before, LEAST_POINTS, "points", lang))
    return lines


def _score(value: float, lang: str) -> str:
    return say("terms.no_data", lang) if math.isnan(value) else f"{value * 100:.1f}"


def _step(change: float, before: str, least: float, unit: str, lang: str) -> str:
    """How a figure has changed: up, down, the same, or that there is nothing to compare it with."""
    if not before:
        return say("brief.first", lang)
    if math.isnan(change):
        return say("brief.unknown", lang, before=before)
    if abs(change) < least:
        return say("brief.same", lang, before=before)
    size = f"{abs(change):.1f}" if unit == "points" else persons(abs(change))
    return say(f"brief.{'up' if change > 0 else 'down'}_{unit}", lang, before=before, size=size)


def _moved(now: pd.DataFrame, listing: Listing, lang: str) -> list[str]:
    """The towns and domains that moved most, up and down."""
    if now.empty or not now["before"].iloc[0]:
        return []
    towns = now[(now["level"] == listing.results.listed_level()) & (now["domain"] == ALL) & (now["department"] == ALL)]
    root = now[(now["level"] == now["level"].iloc[0]) & (now["domain"] != ALL) & (now["department"] == ALL)]
    domains = listing.results.catalogue.domains
    named = root.assign(
        name=[domains[id_].label.in_language(lang) if id_ in domains else id_ for id_ in root["domain"]]
    )
    lines = [*_movers("towns", towns, lang), *_movers("domains", named, lang)]
    return lines or [say("brief.nothing_moved", lang)]


def _movers(kind: str, rows: pd.DataFrame, lang: str) -> list[str]:
    points = rows.assign(points=rows["balanced_access_change"] * 100.0)
    up = points[points["points"] >= LEAST_POINTS].sort_values(["points", "code"], ascending=[False, True])
    down = points[points["points"] <= -LEAST_POINTS].sort_values(["points", "code"])
    return [
        say(f"brief.{kind}_{way}", lang, count=len(some), named=_listed(_told(some, lang), len(some), lang))
        for way, some in (("up", up), ("down", down))
        if len(some)
    ]


def _told(rows: pd.DataFrame, lang: str) -> list[str]:
    return [
        say("brief.mover", lang, name=name, change=f"{points:+.1f}", score=_score(score, lang))
        for name, points, score in zip(rows["name"], rows["points"], rows["balanced_access"], strict=True)
    ]


def _listed(names: Sequence[str], count: int, lang: str) -> str:
    """The first few, and how many more there are."""
    told = say("brief.between", lang).join(names[:NAMED])
    return told if count <= NAMED else told + say("brief.more", lang, count=count - NAMED)


def _causes(listing: Listing, causes: Causes | None, lang: str) -> list[str]:
    """What the comparison of the two periods puts the change down to."""
    if causes is None:
        return []
    return [_short(line) for line in causes_told(causes, listing.results.catalogue, lang)]


def _why(listing: Listing, period: str, lang: str) -> list[str]:
    """What changed in lists, standards and people since the period before; and what closed or returned most."""
    registry = listing.registry
    before, lines = registry.before(period), []
    if before:
        lines += [_lists(listing, before, period, lang), *_standards(listing, before, period, lang)]
        lines += _people(listing, before, period, lang)
    rows = [row for row in issue_rows(listing, lang) if row["checked"] == period]
    for name, states in (("closed", ("closed", "nobody")), ("returned", ("returned",))):
        own = sorted((row for row in rows if row["state_id"] in states), key=lambda row: (-row["weight"], row["id"]))
        lines += [
            _short(say(f"brief.{name}_line", lang, **{key: row[key] for key in ("id", "service", "place", "evidence")}))
            for row in own[:NAMED]
        ]
    return lines


def _lists(listing: Listing, before: str, period: str, lang: str) -> str:
    facilities = listing.registry.facilities
    old, new = (facilities[facilities["period"] == each] for each in (before, period))
    changes = list_changes(old, new)
    counts = changes["change"].value_counts()
    told = [say(f"brief.list_{kind}", lang, count=int(counts[kind])) for kind in LIST_CHANGES if counts.get(kind, 0)]
    if not told:
        return say("brief.lists_same", lang, before=before)
    return say("brief.lists", lang, before=before, changes=say("brief.between", lang).join(told))


def _standards(listing: Listing, before: str, period: str, lang: str) -> list[str]:
    old, new = (listing.registry.entry(each) for each in (before, period))
    if old is None or new is None:
        return []
    services = listing.results.catalogue.services
    other = [id_ for id_, limits in new.limits.items() if old.limits.get(id_, limits) != limits]
    labels = [services[id_].label if id_ in services else Label(id_, id_) for id_ in other]
    return [say("brief.standards", lang, services=Label.listing(labels))] if other else []


def _people(listing: Listing, before: str, period: str, lang: str) -> list[str]:
    old, new = (listing.registry.entry(each) for each in (before, period))
    if old is None or new is None or abs(new.people - old.people) < 0.5:
        return []
    way = "more" if new.people > old.people else "fewer"
    facts = {"before": persons(old.people), "now": persons(new.people), "size": persons(abs(new.people - old.people))}
    return [say(f"brief.people_{way}", lang, **facts)]


def _short(sentence: str) -> str:
    """The sentence, cut where it would take more than three lines of the page."""
    ends = list(itertools.accumulate(2 if ord(character) > FIRST_WIDE_CHARACTER else 1 for character in sentence))
    if not ends or ends[-1] <= LONGEST:
        return sentence
    return sentence[: bisect.bisect_right(ends, LONGEST - 2)] + "…"


def _issues(listing: Listing, period: str, lang: str) -> list[str]:
    counts = counts_of(listing.history, period)
    closed = counts["closed"] + counts["nobody"]
    still = int(listing.states["is_open"].sum())
    facts = {"open": still, "new": counts["new"], "returned": counts["returned"], "closed": closed}
    lines = [say("brief.counts" if still or closed else "brief.no_issues", lang, **(facts if still or closed else {}))]
    departments = _by_department(listing, listing.states.loc[listing.states["is_open"], "id"], lang)
    return lines + ([say("brief.departments", lang, named=departments)] if departments else [])


def _by_department(listing: Listing, ids: Iterable[str], lang: str) -> str:
    """How many of some issues each department has, most first."""
    catalogue = listing.results.catalogue
    service_of = dict(zip(listing.registry.issued["id"], listing.registry.issued["service"], strict=True))
    counts: dict[str, int] = {}
    for id_ in ids:
        service = catalogue.services.get(service_of[id_])
        if service is not None:
            counts[service.department] = counts.get(service.department, 0) + 1
    ordered = sorted(counts, key=lambda department: (-counts[department], department))
    return say("brief.between", lang).join(
        say("brief.of_department", lang, department=catalogue.departments[each].label, count=counts[each])
        for each in ordered
    )


def _due(listing: Listing, period: str, lang: str) -> list[str]:
    """What is overdue at the end of the period, and what is due by the end of the next of its kind."""
    span = span_of(period)
    months = {"year": 12, "quarter": 3, "month": 1}[span.kind]
    until = months_after(span.last, months)
    days = {state["id"]: _day(listing, state) for state in records(listing.states) if state["is_open"]}
    late = [id_ for id_, day in days.items() if day <= span.last]
    soon = [id_ for id_, day in days.items() if span.last < day <= until]
    lines = []
    for name, ids, day in (("late", late, span.last), ("soon", soon, until)):
        if ids:
            named = _by_department(listing, ids, lang)
            lines.append(say(f"brief.due_{name}", lang, count=len(ids), day=day.isoformat(), named=named))
    return lines or [say("brief.due_none", lang, day=until.isoformat())]


def _targets(now: pd.DataFrame, period: str, lang: str) -> list[str]:
    """How many of the year's targets are met, where there are any."""
    if now.empty or math.isnan(now[MET].iloc[0]):
        return []
    met, short, unjudged = (int(now[name].iloc[0]) for name in TARGET_COUNTS)
    facts = {"year": span_of(period).last.year, "count": met + short + unjudged, "met": met, "short": short}
    return [say("brief.targets", lang, **facts, unjudged=unjudged)]


def _day(listing: Listing, state: Mapping[str, Any]) -> datetime.date:
    """The day an issue is due: what the office has written, where that is a day."""
    try:
        return datetime.date.fromisoformat(listing.registry.words.of(state["id"], "due"))
    except ValueError:
        return datetime.date.fromisoformat(state["due"])
