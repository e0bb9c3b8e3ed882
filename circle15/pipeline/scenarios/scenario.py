"""A study run as a scenario would have it: read once, changed, computed, and held beside itself as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from circle15.assess.before_after import services_before_after, units_before_after
from circle15.inputs.scenario.read import read_scenario
from circle15.inputs.study_file import read_study
from circle15.model.ledger import Note
from circle15.pipeline.folders import study_path, workspace_of
from circle15.pipeline.progress import untold
from circle15.pipeline.reading.named_files import input_files
from circle15.pipeline.reading.study_files import read_all
from circle15.pipeline.reading.study_inputs import searching_inputs
from circle15.pipeline.run import compute
from circle15.pipeline.scenarios.assessed import assessed_only
from circle15.pipeline.scenarios.each_alone import each_alone
from circle15.pipeline.scenarios.inputs import with_scenario
from circle15.pipeline.writing import write_run
from circle15.publish.scenario import write_before_after
from circle15.results.folder_names import require_own
from circle15.results.folders import prove_writable
from circle15.results.scenario import SCENARIO_FILE, BeforeAfter, save_before_after, scenario_folders

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.model.scenario import Scenario
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.results import Results

WORKBOOK = "before_after.xlsx"


@dataclass(frozen=True, eq=False)
class FinishedScenario:
    """Results under a scenario, what it changed, and where the tables and the map lie."""

    results: Results
    found: BeforeAfter
    tables: Path
    maps: Path


def run_scenario(study: Path, file: Path, progress: Progress = untold, lang: str = "zh") -> FinishedScenario:
    """Run a study as a scenario would have it, and write everything beside the run of the study as it is.

    Parameters
    ----------
    study, progress, lang
        As ``run.run_study`` takes them.
    file
        The scenario.

    Raises
    ------
    Circle15Error
        A file, a setting or the scenario is wrong; nothing is written then.
    """
    path, scenario = study_path(study), read_scenario(file)
    told = read_study(path)
    about = told.study
    folders = scenario_folders(workspace_of(path), about.id, scenario.name, about.period)
    _require_own(folders[0], scenario.name)
    prove_writable(*folders)
    base = searching_inputs(read_all(told, path, progress))
    changed = with_scenario(base, scenario, file.name, path.parent, progress)
    results, found = compared_run(base, changed, scenario, progress, lang)
    found = replace(found, alone=each_alone(base, found, file.name, path.parent, progress))
    base.kept.trim()
    progress("write")

    def beside(draft: Path) -> None:
        save_before_after(found, draft)
        write_before_after(found, results, draft / WORKBOOK, lang)

    write_run(results, {**input_files(base.study, path), file.name: file}, *folders, lang, beside)
    return FinishedScenario(results, found, *folders)


def compared_run(
    base: StudyInputs, changed: StudyInputs, scenario: Scenario, progress: Progress, lang: str
) -> tuple[Results, BeforeAfter]:
    """The results of a study under a scenario, and the same figures without it."""
    progress("base")
    before = assessed_only(base)
    results = named_after(compute(changed, progress, lang), scenario)
    units = units_before_after(before.index, results.index)
    return results, BeforeAfter(scenario, units, services_before_after(before.coverage, results.coverage))


def named_after(results: Results, scenario: Scenario) -> Results:
    """Results whose place bears the scenario's name, so that no page of them is taken for the study as it is."""
    about = results.study.study
    place = f"{about.place}（{scenario.name}）"
    study = results.study.model_copy(update={"study": about.model_copy(update={"place": place})})
    counts = {name: len(getattr(scenario, name)) for name in ("opened", "closed", "resized", "paths", "people")}
    note = Note("scenario.applied", {"name": scenario.name, **counts})
    return replace(results, study=study, notes=(note, *results.notes))


def _require_own(folder: Path, name: str) -> None:
    there = folder / SCENARIO_FILE
    if there.is_file():
        require_own(folder, read_scenario(there).name, name)
