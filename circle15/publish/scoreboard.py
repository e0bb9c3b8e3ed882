"""``晾晒表.xlsx``: the scoreboard of a period by domain, department, town and level, beside the period before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from circle15.assess.issues.columns import records
from circle15.assess.target_counts import ALL, MET, TARGET_COUNTS
from circle15.publish.tables import Column, Sheet
from circle15.publish.workbook import write_sheets
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from circle15.publish.tables import Form
    from circle15.results import Results

FORMS: dict[str, Form] = {
    "services": "count", "residents": "count", "people": "count", "covered_people": "count",
    "uncovered_people": "count", "uncovered_people_change": "count", "coverage": "share", "coverage_change": "share",
    "access": "score", "balanced_access": "score", "balanced_access_change": "score", "balance": "score",
    "quality": "score", "overall": "score", "overall_change": "score", "tier": "count", "issues_open": "count",
    "issues_open_change": "count", "issues_new": "count", "issues_returned": "count", "issues_closed": "count",
    **dict.fromkeys(TARGET_COUNTS, "count"),
}  # fmt: skip
FIGURES = (
    "people", "covered_people", "uncovered_people", "uncovered_people_change", "coverage", "coverage_change", "access",
    "balanced_access", "balanced_access_change", "balance", "quality", "overall", "overall_change", "issues_open",
    "issues_open_change", "issues_new", "issues_returned", "issues_closed",
)  # fmt: skip


def write_scoreboard(table: pd.DataFrame, period: str, results: Results, path: Path, lang: str) -> None:
    """Write the squares of one period; ``table`` is what ``assess.scoreboard.compared`` gives."""
    title = say("scoreboard.title", lang, place=results.study.study.place, period=period)
    write_sheets(scoreboard_sheets(table[table["period"] == period], results, lang), path, title, lang)


def scoreboard_sheets(now: pd.DataFrame, results: Results, lang: str) -> tuple[Sheet, ...]:
    """By domain, by department, by both, by town, and all units; with what the columns mean."""
    root = now["level"] == next(iter(now["level"]), "")
    towns = now["level"] == results.listed_level()
    one, other = now["domain"] == ALL, now["department"] == ALL
    whole = one & other
    parts = {
        "domains": (now[root & other], ("domain",)),
        "departments": (now[root & one], ("department",)),
        "crossed": (now[root & ~one & ~other], ("domain", "department")),
        "towns": (now[towns & whole], ("name", "tier")),
        "town_domains": (now[towns & other & ~one], ("name", "domain")),
        "town_departments": (now[towns & one & ~other], ("name", "department")),
        "levels": (now[whole], ("level", "name")),
    }
    sheets = [_sheet(name, rows, keys, results, lang) for name, (rows, keys) in parts.items()]
    return (*sheets, _definitions(lang))


def _sheet(name: str, rows: pd.DataFrame, keys: Sequence[str], results: Results, lang: str) -> Sheet:
    kept = [key for key in keys if key != "tier" or rows["tier"].notna().any()]
    targets = TARGET_COUNTS if rows[MET].notna().any() else ()
    figures = ("services", *FIGURES, *targets)
    columns = tuple(Column(say(f"scoreboard.{each}", lang), FORMS.get(each, "text")) for each in (*kept, *figures))
    told = tuple(
        (*(_key(row, key, results, lang) for key in kept), *(row[each] for each in figures))
        for row in records(_ordered(rows, name))
    )
    before = rows["before"].iloc[0] if len(rows) else ""
    line = say("scoreboard.against", lang, before=before) if before else say("scoreboard.against_none", lang)
    return Sheet(say(f"scoreboard.sheet_{name}", lang), columns, told, (line,))


def _ordered(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Towns by tier, which is what can be told of their order; all else as it comes."""
    return rows.sort_values(["tier", "code"], kind="stable") if name == "towns" else rows


def _key(row: dict[str, Any], key: str, results: Results, lang: str) -> object:
    if key in ("name", "tier"):
        return row[key]
    if key == "level":
        return say(f"terms.{row['level']}", lang)
    if row[key] == ALL:
        return say("scoreboard.all", lang)
    known = results.catalogue.domains if key == "domain" else results.catalogue.departments
    return known[row[key]].label.in_language(lang) if row[key] in known else row[key]


def _definitions(lang: str) -> Sheet:
    keys = [key for key in phrasebook(lang) if key.startswith("scoreboard.define_")]
    rows = tuple((say(key.replace("define_", ""), lang), say(key, lang)) for key in keys)
    columns = (Column(say("tables.figure", lang), "text"), Column(say("tables.meaning", lang), "text"))
    return Sheet(say("tables.sheet_definitions", lang), columns, rows)
