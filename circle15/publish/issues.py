"""The list of issues as a workbook that goes to the offices and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from circle15.assess.issues.columns import records
from circle15.model.issue_rows import OFFICE_FIELDS
from circle15.publish.issue_rows import by_issue, issue_rows
from circle15.publish.issue_telling import evidence_of, persons
from circle15.publish.tables import Column, Sheet
from circle15.publish.workbook import write_sheets
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from circle15.assess.issues.registry import Registry
    from circle15.publish.issue_rows import Listing
    from circle15.publish.tables import Form
    from circle15.results import Results

FORMS: dict[str, Form] = {
    "people": "count",
    "people_first": "count",
    "people_last": "count",
    "fix_people": "count",
    "straight_m": "metres",
    "network_m": "metres",
    "nearest_min": "minutes",
    "detour": "ratio",
    "lon": "degrees",
    "lat": "degrees",
    "returned": "count",
}
WIDE = {
    "fix": 40,
    "evidence": 48,
    "progress": 34,
    "remark": 26,
    "about": 60,
    "reason": 18,
    "id": 20,
    "place": 24,
    "together": 40,
}
OPEN_FIRST = ("id", "state", "service", "town", "place", "people", "reason", "fix")
CLOSED_FIRST = ("id", "state", "checked", "service", "town", "place", "people_last", "people", "evidence")
OPEN_THEN = ("evidence", "lon", "lat", "first_seen")
CLOSED_THEN = ("first_seen", "last_seen")
DETAILS = (
    "id", "state", "service", "kind", "group", "town", "village", "place", "people_first", "people_last", "fix_people",
    "nearest", "straight_m", "network_m", "nearest_min", "detour", "together", "first_seen", "last_seen", "returned",
)  # fmt: skip
HISTORY = ("id", "period", "state", "service", "town", "place", "people", "evidence", "run")
RUN_CHARACTERS = 12


def write_issues(listing: Listing, path: Path, lang: str) -> None:
    """Write ``问题清单.xlsx``."""
    title = say("issues.title", lang, place=listing.results.study.study.place)
    write_sheets(issue_sheets(listing, lang), path, title, lang)


def issue_sheets(listing: Listing, lang: str) -> tuple[Sheet, ...]:
    """Open issues, closed ones, figures, every state there was, what was read back, and how to read all this."""
    rows = issue_rows(listing, lang)
    still_open = [row for row in rows if row["is_open"]]
    closed = [row for row in rows if not row["is_open"]]
    sheets = [
        _list("open", still_open, OPEN_FIRST, OPEN_THEN, listing, lang),
        _list("closed", closed, CLOSED_FIRST, CLOSED_THEN, listing, lang),
        _details(rows, lang),
        _history(listing, rows, lang),
        _read_back(listing, lang),
        *_unplaced(listing, lang),
        _guide(listing, lang),
    ]
    return tuple(sheets)


def default_words(registry: Registry, results: Results, states: pd.DataFrame, lang: str) -> dict[str, dict[str, str]]:
    """What the list says of its own in fields that the office may change, by id: the department, and when it is due."""
    services, departments = results.catalogue.services, results.catalogue.departments
    service_of = dict(zip(registry.issued["id"], registry.issued["service"], strict=True))
    found = {}
    for state in records(states):
        service = services.get(service_of[state["id"]])
        unit = "" if service is None else departments[service.department].label.in_language(lang)
        found[str(state["id"])] = {"unit": unit, "due": str(state["due"])}
    return found


def own_headers(lang: str) -> tuple[str, ...]:
    """Every header that the list uses of its own."""
    return tuple(sorted(text for key, text in phrasebook(lang).items() if key.startswith("issues.head_")))


def _list(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    first: tuple[str, ...],
    then: tuple[str, ...],
    listing: Listing,
    lang: str,
) -> Sheet:
    words = listing.registry.words
    columns = (
        *(_column(each, lang) for each in first),
        *_office_columns(lang),
        *(Column(header, "text", to_fill=True) for header in words.headers),
        *(_column(each, lang) for each in then),
    )
    told = tuple(
        (
            *(row[each] for each in first),
            *(words.of(row["id"], each) or words.written.get(row["id"], {}).get(each, "") for each in OFFICE_FIELDS),
            *(words.extra.get(row["id"], {}).get(header, "") for header in words.headers),
            *(row[each] for each in then),
        )
        for row in rows
    )
    return Sheet(say(f"issues.sheet_{name}", lang), columns, told)


def _column(name: str, lang: str) -> Column:
    return Column(say(f"issues.head_{name}", lang), FORMS.get(name, "text"), WIDE.get(name, 0))


def _office_columns(lang: str) -> tuple[Column, ...]:
    choices = tuple(say("issues.handling_choices", lang).split("|"))
    return tuple(
        Column(
            say(f"issues.head_{name}", lang), "text", WIDE.get(name, 0), to_fill=True,
            choices=choices if name == "handling" else (),
        )
        for name in OFFICE_FIELDS
    )  # fmt: skip


def _details(rows: Sequence[Mapping[str, Any]], lang: str) -> Sheet:
    """The figures behind each issue; it has none of the office's columns and is not read back."""
    told = tuple(tuple(row[name] for name in DETAILS) for row in rows)
    return Sheet(say("issues.sheet_details", lang), tuple(_column(name, lang) for name in DETAILS), told)


def _history(listing: Listing, rows: Sequence[Mapping[str, Any]], lang: str) -> Sheet:
    """Every state of every issue, issue by issue; it has none of the office's columns and is not read back."""
    by_id = {row["id"]: row for row in rows}
    seen, checks = by_issue(listing.registry.sightings), by_issue(listing.registry.checks)
    told = []
    for state in records(listing.history):
        issue = dict(by_id[state["id"]])
        evidence = evidence_of(state, seen[state["id"]], checks.get(state["id"], {}), listing, lang)
        own = {
            "period": state["period"],
            "state": say(f"issues.state_{state['state']}", lang),
            "people": state["people"],
            "evidence": evidence,
            "run": state["run"][:RUN_CHARACTERS],
        }
        told.append(tuple((issue | own)[name] for name in HISTORY))
    return Sheet(say("issues.sheet_history", lang), tuple(_column(name, lang) for name in HISTORY), tuple(told))


def _read_back(listing: Listing, lang: str) -> Sheet:
    """What was taken over from the list as it came back, and what was not."""
    columns = tuple(
        Column(say(f"issues.back_{name}", lang), "text", 50) for name in ("id", "field", "old", "new", "told")
    )
    rows = [(taken.id, field_words(taken.field, lang), taken.old, taken.new, "") for taken in listing.taken]
    for row in listing.ledger.rows:
        for note in row.reasons:
            where = say("issues.back_row", lang, sheet=row.sheet, row=row.row)
            rows.append((row.object_id or row.name, where, "", "", note_words(note.key, note.facts, lang)))
    return Sheet(say("issues.sheet_back", lang), columns, tuple(rows))


def note_words(key: str, facts: Mapping[str, object], lang: str) -> str:
    """A note of reading back, with its field by the name of its column."""
    named = {name: field_words(str(fact), lang) if name == "field" else fact for name, fact in facts.items()}
    return say(key, lang, **named)


def field_words(name: str, lang: str) -> str:
    """The header of one of the office's fields; a column of its own goes by its own."""
    plain = name.removeprefix("+")
    return say(f"issues.head_{plain}", lang) if name in OFFICE_FIELDS else plain


def _unplaced(listing: Listing, lang: str) -> tuple[Sheet, ...]:
    """Rows that no issue could be found for: mend the id there, and the next run takes them."""
    words = listing.registry.words
    if not words.unplaced:
        return ()
    columns = (
        Column(say("issues.head_id", lang), "text", WIDE["id"], to_fill=True),
        _column("about", lang),
        *_office_columns(lang),
        *(Column(header, "text", to_fill=True) for header in words.headers),
    )
    names = ("id", "about", *OFFICE_FIELDS, *(f"+{header}" for header in words.headers))
    rows = tuple(tuple(row.get(name, "") for name in names) for row in words.unplaced)
    return (Sheet(say("issues.sheet_unplaced", lang), columns, rows),)


def _guide(listing: Listing, lang: str) -> Sheet:
    """How to read and fill in the list, and what lies behind its figures."""
    entries = listing.registry.entries
    facts = {
        "place": listing.results.study.study.place,
        "period": entries[-1].period,
        "periods": "、".join(entry.period for entry in entries),
        "months": entries[-1].due_months,
        "scattered": persons(sum(entries[-1].scattered.values())),
    }
    heads = [key for key in phrasebook(lang) if key.startswith("issues.guide_")]
    rows = tuple((say(f"{key.replace('guide_', 'topic_')}", lang), _filled(key, facts, lang)) for key in heads)
    columns = (Column(say("issues.guide", lang), "text", 20), Column(say("issues.meaning", lang), "text", 110))
    return Sheet(say("issues.sheet_guide", lang), columns, rows)


def _filled(key: str, facts: Mapping[str, object], lang: str) -> str:
    return say(key, lang, **facts)
