"""Map sheets of a finished run, drawn and put in place."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from circle15.assess.issues.states import state_history, states_in
from circle15.errors import UsageError
from circle15.model.issue_rows import OFFICE_FIELDS
from circle15.model.ledger import Ledger
from circle15.model.period import last_of_kind
from circle15.pipeline.causes import COMPARED
from circle15.pipeline.issues import ISSUES, REGISTRY, run_hash
from circle15.pipeline.located import locate_period
from circle15.pipeline.progress import untold
from circle15.pipeline.sheet_streets import sheet_streets
from circle15.pipeline.writing import refresh_page
from circle15.publish.issue_layers import issue_shapes
from circle15.publish.issue_rows import Listing, issue_rows
from circle15.publish.sheets.drawn import sheets_of
from circle15.publish.sheets.material import Material, Project
from circle15.results import Results
from circle15.results.folders import prove_writable, replacing
from circle15.results.issue_register import load_register
from circle15.results.single_files import putting
from circle15.results.siting import load_sitings

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.pipeline.progress import Progress
    from circle15.publish.sheets.drawn import Sheet
    from circle15.publish.sheets.layout import Size

SHEETS_FOLDER, STAGE = "sheets", "sheets"
BETWEEN = "、"


@dataclass(frozen=True)
class Asked:
    """What a planner asks for.

    Attributes
    ----------
    study
        A study file or its folder, or the id of a place that has been run.
    period
        None for the study's own.
    town, service
        One town (name or code) and one service (id) alone; None for all sheets.
    size
        Of the paper.
    formats
        ``png``, ``pdf``, or both.
    """

    study: Path
    period: str | None = None
    town: str | None = None
    service: str | None = None
    size: Size = "a4"
    formats: tuple[str, ...] = ("png", "pdf")


@dataclass(frozen=True)
class Sheets:
    """Where sheets lie, and what was missing to draw them whole: names in ``words/map_sheets``."""

    folder: Path
    files: tuple[str, ...]
    lacking: tuple[str, ...]


def make_sheets(asked: Asked, lang: str, progress: Progress = untold) -> Sheets:
    """Draw the sheets of a finished run into ``maps/<place>/<period>/sheets/<size>``.

    Without a town or service all sheets are drawn, and the folder's old ones go; else the others stay.

    Raises
    ------
    ConfigurationError
        The study has not been run for this period.
    UsageError
        There is no such town or service, or several of one name.
    DataError
        No font writes all names, or a file is open in another program: nothing is changed then.
    """
    home, run = locate_period(asked.study, asked.period)
    progress("load")
    results = Results.load(run)
    towns, services = chosen_towns(results, asked), chosen_services(results, asked)
    folder = home / "maps" / run.parent.name / run.name / SHEETS_FOLDER / asked.size
    prove_writable(folder)
    progress("streets")
    material, lacking = gathered(home, run, results, lang)
    assert material.face is not None  # a font that lacks a character is told before anything is drawn
    whole = asked.town is None and asked.service is None
    sheets = sheets_of(material, towns, services, asked.size, whole=whole)
    progress(STAGE)
    if whole:
        with replacing(folder) as (draft,):
            files = _draw_all(sheets, material, draft, asked.formats, progress)
    else:
        files = _draw_some(sheets, material, folder, asked.formats, progress)
    refresh_page(run, results)
    told = {"lacks_streets": True, "lacks_issues": bool(towns), "lacks_comparison": whole}
    return Sheets(folder, files, tuple(key for key in lacking if told[key]))


def chosen_towns(results: Results, asked: Asked) -> list[str]:
    """The codes of the listed units that get a sheet.

    Raises
    ------
    UsageError
        None is called so, or several are.
    """
    zones = results.zones[results.zones["level"] == results.listed_level()].sort_values("code", kind="stable")
    if asked.town is None:
        return [] if asked.service is not None else [str(code) for code in zones["code"]]
    found = zones[(zones["code"] == asked.town) | (zones["name"] == asked.town)]
    if found.empty:
        known = BETWEEN.join(zones["name"])
        raise UsageError("map_sheets.no_town", town=asked.town, known=known)
    if len(found) > 1:
        raise UsageError("map_sheets.several_towns", town=asked.town, codes=BETWEEN.join(found["code"]))
    return [str(found["code"].iloc[0])]


def chosen_services(results: Results, asked: Asked) -> list[str]:
    """The ids of the services that get a sheet.

    Raises
    ------
    UsageError
        There is none of this id.
    """
    services = results.catalogue.services
    if asked.service is None:
        return [] if asked.town is not None else list(services)
    named = {id_ for id_, each in services.items() if asked.service in (id_, each.label.zh, each.label.en)}
    if not named:
        raise UsageError("map_sheets.no_service", service=asked.service, known=BETWEEN.join(services))
    return sorted(named)


def gathered(home: Path, run: Path, results: Results, lang: str) -> tuple[Material, tuple[str, ...]]:
    """What sheets are drawn from, and what of it is not at hand."""
    bare, lacking = without_issues(home, run, results, lang)
    issues = open_issues(run, results, lang)
    return replace(bare, issues=issues or ()), (*lacking, *(("lacks_issues",) if issues is None else ()))


def without_issues(home: Path, run: Path, results: Results, lang: str) -> tuple[Material, tuple[str, ...]]:
    """The same for sheets of the whole district, which show no issues."""
    streets = sheet_streets(home, run, results)
    split, before = last_split(run)
    material = Material(
        results=results,
        lang=lang,
        **({} if streets is None else {"streets": streets}),
        issues=(),
        projects=proposed(home, run, results),
        split=split,
        before=before,
    )
    lacking = {"lacks_streets": streets is None, "lacks_comparison": split is None}
    return material, tuple(key for key, lacks in lacking.items() if lacks)


def open_issues(run: Path, results: Results, lang: str) -> tuple[dict[str, Any], ...] | None:
    """The issues that were open at the end of the period; None where this very run has not been entered."""
    registry = load_register(run.parent / ISSUES / REGISTRY)
    entry = registry.entry(run.name)
    if entry is None or entry.run != run_hash(run):
        return None
    history = state_history(registry)
    listing = Listing(registry, history, states_in(history, registry, run.name), results, (), Ledger())
    shapes, words = issue_shapes(listing), registry.words
    towns = dict(zip(registry.sightings["id"], registry.sightings["town_code"], strict=True))
    rows = [row for row in issue_rows(listing, lang) if row["is_open"] and row["checked"] == run.name]
    told = []
    for row in rows:
        id_ = row["id"]
        office = {name: words.of(id_, name) or words.written.get(id_, {}).get(name, "") for name in OFFICE_FIELDS}
        people = row["people_last"] if math.isnan(row["people"]) else row["people"]
        told.append(row | office | {"people": people, "town_code": towns[id_], "geometry": shapes[id_]})
    return tuple(told)


def proposed(home: Path, run: Path, results: Results) -> tuple[Project, ...]:
    """The new sites of every siting of this period."""
    crs = results.cells.crs
    return tuple(
        _project(row, record.service, record.name)
        for record in load_sitings(home, run.parent.name, run.name)
        for row in record.new_sites.to_crs(crs).itertuples(index=False)
    )


def _project(row: Any, service: str, plan: str) -> Project:  # noqa: ANN401  a row of sites
    return Project(
        service, str(row.name or row.candidate), row.geometry.x, row.geometry.y, float(row.persons_new), plan,
        str(row.town),
    )  # fmt: skip


def last_split(run: Path) -> tuple[pd.DataFrame | None, str]:
    """The split of the last comparison that has been written with this period as the newer one, and the older one."""
    suffix = f"_{run.name}"
    folders = [each for each in (run.parent / COMPARED).glob(f"*{suffix}") if (each / "split.parquet").is_file()]
    before = last_of_kind(run.name, [each.name.removesuffix(suffix) for each in folders]) if folders else ""
    if not before:
        return None, ""
    return pd.read_parquet(run.parent / COMPARED / f"{before}{suffix}" / "split.parquet"), before


def _draw_all(
    sheets: list[Sheet], material: Material, folder: Path, formats: tuple[str, ...], progress: Progress
) -> tuple[str, ...]:
    """Draw sheets into a folder; gives the names of the files."""
    files = []
    for done, sheet in enumerate(sheets):
        progress(STAGE, done, len(sheets))
        for name, content in sheet.files(material, formats):
            (folder / name).write_bytes(content)
            files.append(name)
    progress(STAGE, len(sheets), len(sheets))
    return tuple(files)


def _draw_some(
    sheets: list[Sheet], material: Material, folder: Path, formats: tuple[str, ...], progress: Progress
) -> tuple[str, ...]:
    """Draw sheets beside others of a folder, and put them in place together."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{sheet.stem}.{kind}" for sheet in sheets for kind in formats]
    with putting(*(folder / name for name in names)) as drafts:
        places = iter(drafts)
        for done, sheet in enumerate(sheets):
            progress(STAGE, done, len(sheets))
            for _, content in sheet.files(material, formats):
                next(places).write_bytes(content)
    return tuple(names)
