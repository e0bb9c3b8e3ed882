"""A scenario beside the study as it is: a workbook, and sentences written from its numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.scenario_alone import alone_sheet
from circle15.publish.tables import Column, Sheet
from circle15.publish.workbook import write_sheets
from circle15.results.store import note_of
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from circle15.publish.tables import Form
    from circle15.results import Results
    from circle15.results.scenario import BeforeAfter

    Forms = tuple[Form, Form]

# Figures of coverage: the form of the figure itself, and of the step between two.
COVERAGE_FORMS: dict[str, Forms] = {
    "people": ("count", "count"),
    "covered_people": ("count", "count"),
    "coverage": ("share", "points"),
}
SCORES = ("balanced_access", "access", "balance", "quality", "overall")
TABLES = ("open", "close", "resize", "path", "people")
# Changes of less than this are none: dust of sums in binary.
NOTHING = 5e-7
# Steps of the score of less than this would be told as 0.00 points.
LEAST_STEP = 5e-5
NOBODY = 0.5
UNITS_TOLD = 5


def write_before_after(found: BeforeAfter, results: Results, path: Path, lang: str) -> None:
    """Write ``before_after.xlsx``."""
    write_sheets(scenario_sheets(found, results, lang), path, results.study.study.place, lang)


def scenario_sheets(found: BeforeAfter, results: Results, lang: str) -> tuple[Sheet, ...]:
    """All sheets, in the order in which they are read."""
    alone = [alone_sheet(found, results, _heading(results, lang), lang)] if len(found.alone) else []
    return (
        _summary(found, results, lang),
        *alone,
        _units(found, results, lang),
        _services(found, results, lang),
        _changes(results, lang),
        _notes(results, lang),
    )


def scenario_told(found: BeforeAfter, results: Results, lang: str) -> list[str]:
    """What a scenario changes, in sentences, the whole area first."""
    named = _service_names(results, lang)
    rows = found.services[found.services["service"] != ALL_SERVICES]
    root = rows[(rows["level"] == rows["level"].iloc[0]) & (rows["code"] == rows["code"].iloc[0])]
    lines = [_score_told(found.units.iloc[0], lang)]
    for row in root.to_dict("records"):
        step = row["covered_people_after"] - row["covered_people_before"]
        if abs(step) >= NOBODY or abs(row["people_after"] - row["people_before"]) >= NOBODY:
            lines.append(_covered_told(row, named[str(row["service"])], step, lang))
    if len(lines) == 1:
        lines.append(say("scenario.told_nobody", lang))
    return [*lines, *_units_told(found, results, lang)]


def _covered_told(row: Mapping[Any, Any], service: str, step: float, lang: str) -> str:
    """The people of one service within reach: more, fewer, or as many of other numbers."""
    facts = {name: row[name] for name in ("covered_people_after", "people_after")}
    facts |= {when: row[f"coverage_{when}"] if row[f"people_{when}"] > 0 else 0.0 for when in ("before", "after")}
    if abs(step) < NOBODY:
        return say("scenario.told_as_many", lang, service=service, people_before=row["people_before"], **facts)
    facts |= {"covered_people_before": row["covered_people_before"], "step": abs(step)}
    return say("scenario.told_more" if step > 0 else "scenario.told_fewer", lang, service=service, **facts)


def _score_told(unit: pd.Series, lang: str) -> str:
    ends = [unit[f"balanced_access_{when}"] for when in ("before", "after")]
    if any(end != end for end in ends):
        return say("scenario.told_no_score", lang, name=unit["name"])
    step = ends[1] - ends[0]
    if abs(step) < NOTHING:
        return say("scenario.told_same", lang, name=unit["name"], before=ends[0] * 100)
    if abs(step) < LEAST_STEP:
        return say("scenario.told_hardly", lang, name=unit["name"], before=ends[0] * 100)
    key = "scenario.told_up" if step > 0 else "scenario.told_down"
    facts = {"before": ends[0] * 100, "after": ends[1] * 100, "step": abs(step) * 100}
    return say(key, lang, name=unit["name"], **facts)


def _units_told(found: BeforeAfter, results: Results, lang: str) -> list[str]:
    """The listed units whose score changes most."""
    units = found.units[found.units["level"] == results.listed_level()]
    if len(units) < 2:
        return []
    step = (units["balanced_access_after"] - units["balanced_access_before"]).fillna(0.0)
    lines, mark = [], say("scenario.between", lang)
    for key, sign in (("scenario.told_most_up", 1.0), ("scenario.told_most_down", -1.0)):
        moved = units.assign(step=sign * step)
        moved = moved[moved["step"] >= LEAST_STEP].sort_values("step", ascending=False, kind="stable")
        if len(moved):
            most = zip(moved["name"].head(UNITS_TOLD), moved["step"], strict=False)
            told = mark.join(f"{name} {points * 100:.2f}" for name, points in most)
            lines.append(say(key, lang, count=len(moved), of=len(units), units=told))
    return lines


def _service_names(results: Results, lang: str) -> dict[str, str]:
    names = {id_: service.label.in_language(lang) for id_, service in results.catalogue.services.items()}
    return {ALL_SERVICES: say("scenario.all_services", lang), **names}


def _summary(found: BeforeAfter, results: Results, lang: str) -> Sheet:
    lines = scenario_told(found, results, lang)
    note = [found.scenario.note] if found.scenario.note else []
    return _text_sheet("summary", [*note, *lines], results, lang)


def _units(found: BeforeAfter, results: Results, lang: str) -> Sheet:
    units = found.units.assign(level=found.units["level"].map(lambda level: say(f"terms.{level}", lang)))
    shown = [name for name in SCORES if units[f"{name}_after"].notna().any()]
    columns = [Column(say(f"scenario.{name}", lang), "text") for name in ("level", "code", "name")]
    values = units[["level", "code", "name"]].copy()
    figures: dict[str, Forms] = {"people": ("count", "count"), **dict.fromkeys(shown, ("score", "points"))}
    for name, forms in figures.items():
        columns += _three_columns(name, forms, lang)
        values = values.assign(**_ends(units, name))
    return _sheet("units", columns, values, results, lang)


def _services(found: BeforeAfter, results: Results, lang: str) -> Sheet:
    rows = found.services
    groups = {id_: group.label.in_language(lang) for id_, group in results.catalogue.groups.items()}
    values = rows[["level", "code", "name", "service", "group"]].assign(
        level=rows["level"].map(lambda level: say(f"terms.{level}", lang)),
        service=rows["service"].map(_service_names(results, lang)),
        group=rows["group"].map(lambda group: groups.get(group, str(group))),
    )
    columns = [Column(say(f"scenario.{name}", lang), "text") for name in ("level", "code", "name", "service", "group")]
    for name, forms in COVERAGE_FORMS.items():
        columns += _three_columns(name, forms, lang)
        values = values.assign(**_ends(rows, name))
    return _sheet("services", columns, values, results, lang)


def _three_columns(name: str, forms: Forms, lang: str) -> list[Column]:
    """A figure before and after, and the step between."""
    label, (ends, step) = say(f"scenario.{name}", lang), forms
    return [
        Column(say(f"scenario.of_{when}", lang, figure=label), form)
        for when, form in (("before", ends), ("after", ends), ("step", step))
    ]


def _ends(rows: pd.DataFrame, name: str) -> dict[str, pd.Series]:
    before, after = rows[f"{name}_before"], rows[f"{name}_after"]
    return {f"{name}_before": before, f"{name}_after": after, f"{name}_step": after - before}


def _changes(results: Results, lang: str) -> Sheet:
    """What the scenario changes, from the ledger: every table of its file."""
    names = _service_names(results, lang)
    rows = results.ledger[results.ledger["sheet"].isin(TABLES) & results.ledger["file"].isin(_files(results))]
    told = [
        (
            say(f"scenario.table_{row['sheet']}", lang),
            float(row["row"]),
            names.get(str(row["kind"]), ""),
            str(row["name"]),
            str(row["object_id"]),
            " ".join(note_of(note).sentence(lang) for note in json.loads(str(row["reasons"]) or "[]")),
        )
        for row in rows.to_dict("records")
    ]
    heads = ("change", "number", "service", "name", "id", "remark")
    columns = tuple(Column(say(f"scenario.{head}", lang), "count" if head == "number" else "text") for head in heads)
    return Sheet(say("scenario.sheet_changes", lang), columns, tuple(told), _heading(results, lang))


def _files(results: Results) -> list[str]:
    """The files of scenarios in the ledger."""
    return [file for file in results.ledger["file"].unique() if str(file).lower().endswith(".toml")]


def _notes(results: Results, lang: str) -> Sheet:
    return _text_sheet("notes", [note.sentence(lang) for note in results.notes], results, lang)


def _text_sheet(name: str, lines: Sequence[str], results: Results, lang: str) -> Sheet:
    rows = tuple((line,) for line in lines)
    column = Column(say(f"scenario.sheet_{name}", lang), "text")
    return Sheet(say(f"scenario.sheet_{name}", lang), (column,), rows, _heading(results, lang))


def _sheet(name: str, columns: Sequence[Column], values: pd.DataFrame, results: Results, lang: str) -> Sheet:
    rows = tuple(values.itertuples(index=False, name=None))
    return Sheet(say(f"scenario.sheet_{name}", lang), tuple(columns), rows, _heading(results, lang))


def _heading(results: Results, lang: str) -> tuple[str, ...]:
    about = results.study.study
    return (say("scenario.heading", lang, place=about.place, period=about.period),)
