"""Map sheets of a finished run, drawn and put in place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from circle15.errors import UsageError
from circle15.pipeline.located import locate
from circle15.pipeline.products.sheet_material import sheet_material
from circle15.pipeline.progress import untold
from circle15.pipeline.writing import refresh_page
from circle15.publish.sheets.drawn import sheets_of
from circle15.results import Results
from circle15.results.folders import prove_writable, replacing
from circle15.results.single_files import putting

if TYPE_CHECKING:
    from circle15.pipeline.progress import Progress
    from circle15.publish.sheets.drawn import Sheet
    from circle15.publish.sheets.layout import Size
    from circle15.publish.sheets.material import Material

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
    located = locate(asked.study, asked.period)
    home, run = located.home, located.run
    progress("load")
    results = Results.load(run)
    towns, services = chosen_towns(results, asked), chosen_services(results, asked)
    folder = home / "maps" / run.parent.name / run.name / SHEETS_FOLDER / asked.size
    prove_writable(folder)
    progress("streets")
    material, lacking = sheet_material(home, run, results, lang)
    material.require_letters()
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
