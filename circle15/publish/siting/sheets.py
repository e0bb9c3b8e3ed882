"""What a siting found as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.publish.siting.telling import heading, siting_told, towns_level
from circle15.publish.tables import Column, Lines, Sheet
from circle15.publish.workbook import write_sheets
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Catalogue
    from circle15.publish.tables import Form
    from circle15.results.siting import SitingRecord

# How each column is shown; one that is not named here is text.
FORMS: dict[str, Form] = {
    "number": "count",
    "lon": "degrees",
    "lat": "degrees",
    "places": "count",
    "cost": "plain",
    "persons_in_reach": "persons",
    "persons_new": "persons",
    "persons_only": "persons",
    "value_without": "count",
    "runner_up_value": "count",
    "persons": "persons",
    "people": "count",
    "reached": "count",
    "reached_before": "count",
    "reached_after": "count",
    "reached_step": "count",
    "coverage_before": "share",
    "coverage_after": "share",
    "coverage_step": "points",
    "balanced_access_before": "score",
    "balanced_access_after": "score",
    "balanced_access_step": "points",
    "overall_before": "score",
    "overall_after": "score",
    "access_before": "score",
    "access_after": "score",
    "balance_before": "score",
    "balance_after": "score",
    "new_sites": "count",
    "value": "count",
    "bound": "count",
    "more": "count",
    "coverage": "share",
    "index": "count",
    "share": "share",
    "cells": "count",
    "nearest_m": "metres",
    "gained": "persons",
    "of_people": "share",
    "of_gain": "share",
}
WIDEST = {"candidates": 90}
SITE_COLUMNS = (
    "number", "change", "candidate", "name", "town_name", "lon", "lat", "places", "cost", "persons_in_reach",
    "persons_new", "persons_only", "value_without", "runner_up", "runner_up_name", "runner_up_value",
)  # fmt: skip
UNIT_COLUMNS = (
    "level", "code", "name", "people", "reached_before", "reached_after", "reached_step", "coverage_before",
    "coverage_after", "coverage_step", "balanced_access_before", "balanced_access_after", "balanced_access_step",
    "access_before", "access_after", "balance_before", "balance_after", "overall_before", "overall_after",
)  # fmt: skip


def write_siting_workbook(record: SitingRecord, catalogue: Catalogue, path: Path, lang: str) -> None:
    """Write ``siting.xlsx``."""
    write_sheets(siting_sheets(record, catalogue, lang), path, heading(record, lang), lang)


def siting_sheets(record: SitingRecord, catalogue: Catalogue, lang: str) -> tuple[Sheet, ...]:
    """All sheets, in the order in which they are read; those of which nothing is known are left out."""
    sheets = (
        _summary(record, catalogue, lang),
        _table("sites", sites_numbered(record, lang), SITE_COLUMNS, record, lang),
        _gained(record, catalogue, lang),
        _shares(record, lang),
        _units(record, lang),
        _curve(record, lang),
        _unreachable(record, lang),
        _groups(record, catalogue, lang),
        _trade_off(record, lang),
    )
    return (*(sheet for sheet in sheets if sheet.rows), _definitions(record, lang))


def sites_numbered(record: SitingRecord, lang: str) -> pd.DataFrame:
    """The sites with the numbers by which the map and the sheets call them: those that open, from 1."""
    sites = pd.DataFrame(record.sites.drop(columns="geometry"))
    change = [say(f"sited.change_{word}", lang) for word in sites["change"]]
    return sites.assign(number=site_numbers(record), change=change)


def site_numbers(record: SitingRecord) -> list[float]:
    """The number of each site that opens, from 1, in the order of the record; NaN for one that closes."""
    opens = record.sites["change"] == "open"
    return [float(number) for number in opens.cumsum().where(opens)]


def _summary(record: SitingRecord, catalogue: Catalogue, lang: str) -> Sheet:
    rows = tuple((line,) for line in siting_told(record, catalogue, lang))
    column = (Column(say("sited.sheet_summary", lang), "text"),)
    return Sheet(say("sited.sheet_summary", lang), column, rows, (heading(record, lang),))


def _table(
    name: str, frame: pd.DataFrame, columns: Sequence[str], record: SitingRecord, lang: str, drawn: Lines | None = None
) -> Sheet:
    heads = tuple(
        Column(say(f"sited.column_{column}", lang), FORMS.get(column, "text"), WIDEST.get(column, 0))
        for column in columns
    )
    rows = tuple(frame[list(columns)].itertuples(index=False, name=None))
    return Sheet(say(f"sited.sheet_{name}", lang), heads, rows, (heading(record, lang),), drawn=drawn)


def _of_site(record: SitingRecord, frame: pd.DataFrame) -> pd.DataFrame:
    """With the number and the name of the site of each row, in their order."""
    known = dict(
        zip(record.sites["candidate"], zip(site_numbers(record), record.sites["name"], strict=True), strict=True)
    )
    numbers = [known.get(candidate, (float("nan"), ""))[0] for candidate in frame["candidate"]]
    names = [known.get(candidate, (float("nan"), ""))[1] for candidate in frame["candidate"]]
    return frame.assign(number=numbers, site_name=names).sort_values("number", kind="stable")


def _gained(record: SitingRecord, catalogue: Catalogue, lang: str) -> Sheet:
    """By site and village the people newly reached, a column per group."""
    table = _of_site(record, record.gained)
    groups = [group for group in catalogue.groups if group in set(table["group"])]
    wide = table.pivot_table(
        index=["number", "site_name", "unit", "unit_name"], columns="group", values="persons", aggfunc="sum"
    )
    wide = wide.reindex(columns=groups).fillna(0.0).reset_index()
    order = record.group if record.group in groups else "unit"
    wide = wide.sort_values(["number", order, "unit"], ascending=[True, order == "unit", True])
    own = ("number", "site_name", "unit", "unit_name")
    heads = [Column(say(f"sited.column_{column}", lang), FORMS.get(column, "text")) for column in own]
    heads += [Column(catalogue.groups[group].label.in_language(lang), "persons") for group in groups]
    rows = tuple(wide[[*own, *groups]].itertuples(index=False, name=None))
    return Sheet(say("sited.sheet_gained", lang), tuple(heads), rows, (heading(record, lang),))


def _shares(record: SitingRecord, lang: str) -> Sheet:
    table = _of_site(record, record.shares).sort_values(["number", "persons"], ascending=[True, False], kind="stable")
    return _table("shares", table, ("number", "site_name", "other", "other_name", "persons"), record, lang)


def _units(record: SitingRecord, lang: str) -> Sheet:
    units = record.units
    steps = {f"{name}_step": units[f"{name}_after"] - units[f"{name}_before"] for name in STEPPED}
    table = units.assign(level=units["level"].map(lambda level: say(f"terms.{level}", lang)), **steps)
    return _table("units", table, UNIT_COLUMNS, record, lang)


STEPPED = ("reached", "coverage", "balanced_access")


def _curve(record: SitingRecord, lang: str) -> Sheet:
    curve = record.curve
    more = curve["people"].diff().fillna(0.0)
    knee = [say("sited.knee", lang) if count == record.knee else "" for count in curve["new_sites"]]
    proven = [say(f"sited.proven_{'yes' if done else 'no'}", lang) for done in curve["proven"]]
    table = curve.assign(reached=curve["people"], more=more, knee=knee, proven=proven)
    columns = ("new_sites", "reached", "coverage", "more", "index", "value", "bound", "proven", "knee", "candidates")
    marked = next((at for at, count in enumerate(curve["new_sites"]) if count == record.knee), None)
    drawn = Lines(say("sited.curve_title", lang), 0, (1, 4), marked)
    return _table("curve", table, columns, record, lang, drawn)


def _unreachable(record: SitingRecord, lang: str) -> Sheet:
    nearest = record.unreachable.groupby(["unit", "reason"])["nearest_m"].min().rename("nearest_m").reset_index()
    table = record.unreachable_units.merge(nearest, on=["unit", "reason"], how="left")
    table = table.assign(reason=[say(f"sited.reason_{reason}", lang) for reason in table["reason"]])
    return _table("unreachable", table, ("unit", "unit_name", "reason", "persons", "cells", "nearest_m"), record, lang)


def _groups(record: SitingRecord, catalogue: Catalogue, lang: str) -> Sheet:
    table = record.groups
    labels = {group: entry.label.in_language(lang) for group, entry in catalogue.groups.items()}
    names = [
        labels.get(id_, id_) if kind == "group" else say(f"sited.{kind}_{id_}", lang)
        for kind, id_ in zip(table["kind"], table["id"], strict=True)
    ]
    whole = table.groupby("kind")[["persons", "gained"]].transform("sum")
    apart = table["kind"] != "group"  # groups of people overlap, so that shares of their sum would mean nothing
    table = table.assign(
        kind=[say(f"sited.kind_{kind}", lang) for kind in table["kind"]],
        id=names,
        of_people=(table["persons"] / whole["persons"].where(whole["persons"] > 0)).where(apart),
        of_gain=(table["gained"] / whole["gained"].where(whole["gained"] > 0)).where(apart),
    )
    return _table("groups", table, ("kind", "id", "persons", "gained", "of_people", "of_gain"), record, lang)


def _trade_off(record: SitingRecord, lang: str) -> Sheet:
    proven = [say(f"sited.proven_{'yes' if done else 'no'}", lang) for done in record.trade_off["proven"]]
    table = record.trade_off.assign(reached=record.trade_off["people"], proven=proven)
    return _table("trade_off", table, ("share", "reached", "index", "proven", "candidates"), record, lang)


def _definitions(record: SitingRecord, lang: str) -> Sheet:
    keys = [key for key in phrasebook(lang) if key.startswith("sited.define_")]
    rows = tuple((say(f"sited.column_{key.removeprefix('sited.define_')}", lang), say(key, lang)) for key in keys)
    columns = (Column(say("sited.term", lang), "text"), Column(say("sited.meaning", lang), "text"))
    return Sheet(say("sited.sheet_definitions", lang), columns, rows, (heading(record, lang),))


__all__ = ["site_numbers", "sites_numbered", "siting_sheets", "towns_level", "write_siting_workbook"]
