"""A list of planned projects as scenarios of a study: all of them, by year, and each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.inputs.files.readable import require_readable
from circle15.inputs.scenario.planned import by_year, read_planned
from circle15.inputs.study_file import read_study
from circle15.model.scenario import Scenario
from circle15.model.scenario_text import scenario_text
from circle15.model.study import CandidateSource
from circle15.pipeline.folders import study_path, workspace_of
from circle15.pipeline.reading.study_catalogue import study_catalogue
from circle15.pipeline.reading.study_files import study_zones
from circle15.results.folder_names import folder_name
from circle15.results.scenario import SCENARIOS_FOLDER
from circle15.results.single_files import putting
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.inputs.scenario.planned import PlannedSite
    from circle15.model.ledger import Note
    from circle15.model.study import Datum


@dataclass(frozen=True)
class WrittenScenarios:
    """The scenarios of a list with their files, and the rows that are in none of them."""

    scenarios: tuple[Scenario, ...]
    files: tuple[Path, ...]
    notes: tuple[Note, ...]


def scenarios_from_list(
    study: Path, path: Path, service: str | None, datum: Datum | None, lang: str, *, each: bool
) -> WrittenScenarios:
    """Make scenarios of a list of planned projects and write them to ``data/processed/<place>/scenarios``.

    Parameters
    ----------
    study
        The study file or its folder.
    path
        The list: service, name, coordinates, capacity, opening year.
    service
        Of rows that name none; None where all do.
    datum
        What its degrees are on.
    lang
        Language of the scenarios' names.
    each
        Whether every project is to be a scenario of its own too.

    Raises
    ------
    Circle15Error
        The study or the list cannot be read, or no row has a place.
    """
    file = study_path(study)
    about = read_study(file)
    services = study_catalogue(about, file.parent).services
    if service is not None and service not in services:
        raise DataError("planned.unknown_service", found=service, known=", ".join(services))
    require_readable(path, vouched=False)
    source = CandidateSource(file=path.name, datum=datum, services=() if service is None else (service,))
    planned, notes = read_planned(source, path, study_zones(about, file.parent), services)
    scenarios = planned_scenarios(planned, path.stem, lang, each=each)
    folder = workspace_of(file) / "data" / "processed" / about.study.id / SCENARIOS_FOLDER
    files = tuple(folder / f"{folder_name(scenario.name)}.toml" for scenario in scenarios)
    folder.mkdir(parents=True, exist_ok=True)
    with putting(*files) as drafts:
        for scenario, draft in zip(scenarios, drafts, strict=True):
            draft.write_text(scenario_text(scenario), encoding="utf-8", newline="\n")
    return WrittenScenarios(scenarios, files, notes)


def planned_scenarios(planned: tuple[PlannedSite, ...], stem: str, lang: str, *, each: bool) -> tuple[Scenario, ...]:
    """All projects as one scenario; what has opened by each year; each project by itself where that is asked for."""
    note = say("planned.note", lang, file=stem)
    found = [(say("planned.all", lang, list=stem), tuple(one.site for one in planned))]
    found += [(say("planned.by_year", lang, list=stem, year=year), sites) for year, sites in by_year(planned).items()]
    if each:
        rows = {(one.sheet, one.row): one.site.name for one in planned}
        for (sheet, row), name in rows.items():
            own = tuple(one.site for one in planned if (one.sheet, one.row) == (sheet, row))
            found.append((say("planned.one", lang, list=stem, row=row, name=name), own))
    return tuple(Scenario(name, tuple(dict.fromkeys(sites)), note=note) for name, sites in found)
