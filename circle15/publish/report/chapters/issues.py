"""The list of issues: how many are open, closed or back again, who answers for them, and the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from circle15.assess.issues.states import counts_of
from circle15.publish.issue_rows import issue_rows
from circle15.publish.report.document import Figure, Heading
from circle15.publish.report.numbers import Row, count, derived
from circle15.publish.report.tables import table
from circle15.publish.report.telling import figure_cell, joined, name_cell, paragraph, tell
from circle15.publish.retold import area_retold
from circle15.words import say

if TYPE_CHECKING:
    from circle15.publish.issue_rows import Listing
    from circle15.publish.report.document import Block, Sentence
    from circle15.publish.report.material import Material

# So many issues stand in the report's table; all of them in the list.
LISTED = 15


def issues(m: Material) -> tuple[Block, ...]:
    """The chapter; nothing where the run has not been entered into a list."""
    if m.listing is None:
        return ()
    return (
        Heading(2, say("report_issues.overall", m.lang)),
        *paragraph(issues_told(m), _departments(m.listing, m)),
        Heading(2, say("report_issues.largest", m.lang)),
        *_table(m.listing, m),
    )


def _open(listing: Listing) -> set[str]:
    return set(listing.states.loc[listing.states["is_open"].astype(bool), "id"])


def issues_told(m: Material) -> Sentence | None:
    """How many issues there are, and what came of them in the period."""
    if m.listing is None:
        return None
    counts = counts_of(m.listing.history, m.period)
    numbers = {
        "open": len(_open(m.listing)),
        "new": counts["new"],
        "returned": counts["returned"],
        "closed": counts["closed"] + counts["nobody"],
    }
    figures = {name: count(value, derived("issues", name), m.lang) for name, value in numbers.items()}
    if not numbers["open"] and not numbers["closed"]:
        return tell("report_issues.none", m.lang)
    return tell("report_issues.told", m.lang, **figures)


def _departments(listing: Listing, m: Material) -> Sentence | None:
    """How many open issues each department answers for, most first."""
    catalogue, still = m.results.catalogue, _open(listing)
    numbers: dict[str, int] = {}
    for id_, service in zip(listing.registry.issued["id"], listing.registry.issued["service"], strict=True):
        if id_ in still and service in catalogue.services:
            department = catalogue.services[service].department
            numbers[department] = numbers.get(department, 0) + 1
    if not numbers:
        return None
    named = joined(
        [
            tell(
                "report_issues.of_department",
                m.lang,
                department=catalogue.departments[each].label,
                count=count(numbers[each], derived("issues", "open", department=each), m.lang),
            )
            for each in sorted(numbers, key=lambda each: (-numbers[each], each))
        ],
        m.lang,
    )
    return tell("report_issues.departments", m.lang, named=named)


def largest(m: Material) -> list[dict[str, Any]]:
    """The open issues with most people."""
    assert m.listing is not None
    rows = [row for row in issue_rows(m.listing, m.lang) if row["is_open"]]
    return sorted(rows, key=lambda row: (-row["weight"], row["id"]))[:LISTED]


def _table(listing: Listing, m: Material) -> tuple[Block, ...]:
    rows = largest(m)
    every = len(_open(listing))
    if not rows:
        return paragraph(tell("report_issues.nothing_open", m.lang))
    facts = {"every": count(every, derived("issues", "open"), m.lang)}
    key = "shown_all" if every == len(rows) else "shown"
    facts |= {} if every == len(rows) else {"count": count(len(rows), derived("issues", "shown"), m.lang)}
    told = tell(f"report_issues.{key}", m.lang, **facts)
    cells, units = [], frozenset(map(str, m.results.zones["name"]))
    for values in rows:
        row = Row("issues", values, ("id",), m.lang)
        cells.append(
            (
                name_cell(values["id"]),
                name_cell(area_retold(values["place"], units, m.lang)),
                name_cell(values["service"]),
                name_cell(values["fix"]),
                figure_cell(Figure(row.count("weight").shown, float(values["weight"]), row.origin("people_last"))),
                name_cell(values["due"]),
            )
        )
    columns = (("issue", 1.8), ("area", 2.0), ("service", 1.7), ("fix", 3.2), ("people_concerned", 0.9), ("due", 1.4))
    notes = (tell("report_issues.note_table", m.lang),)
    title = tell("report_issues.table", m.lang)
    return (*paragraph(told), *table(title, columns, cells, m.lang, notes, texts=4))
