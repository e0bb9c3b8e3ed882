"""Where a place stands against its documents: within a run, and afresh from a finished one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.targets.figures import Evidence
from circle15.assess.targets.table import targets_table
from circle15.catalogue.loader import load_catalogue
from circle15.errors import ConfigurationError, DataError
from circle15.inputs.study_file import read_study
from circle15.inputs.targets.read import glued_in, read_target_file
from circle15.model.study import TargetSettings
from circle15.pipeline.finished import finished_run
from circle15.pipeline.folders import STUDY_FILE, is_study, output_folders, study_path
from circle15.pipeline.reading.target_files import read_plan
from circle15.publish.target_workbook import (
    template_rows,
    write_imported,
    write_proposal,
    write_targets,
    write_template,
)
from circle15.results import Results
from circle15.results.folders import replacing
from circle15.results.store import MANIFEST

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from circle15.catalogue.entries import Catalogue
    from circle15.inputs.targets.made import Imported
    from circle15.model.ledger import Ledger, Note
    from circle15.model.study import About, Study
    from circle15.model.targets import TargetPlan

RAW = ("data", "raw")
TARGETS = "targets"
WORKBOOK, FRAME = "targets.xlsx", "targets.parquet"


@dataclass(frozen=True, eq=False)
class TargetsRun:
    """What the command found: the table, the plan behind it, the run it is of (None before any), and its folder."""

    about: About
    catalogue: Catalogue
    table: pd.DataFrame
    plan: TargetPlan
    results: Results | None
    folder: Path
    ledger: Ledger
    notes: tuple[Note, ...]


def targets_of(results: Results, plan: TargetPlan) -> pd.DataFrame:
    """The table of targets of a run."""
    return targets_table(plan, evidence_of(results), results.study.study.day)


def evidence_of(results: Results) -> Evidence:
    """The tables of a run that figures are read from; the yardsticks' where the run has them."""
    yardsticks = {name: getattr(results, name, pd.DataFrame()) for name in ("presence", "flag_shares", "responses")}
    return Evidence(results.coverage, results.facilities, **yardsticks)


def run_targets(place: str | None, home: Path, period: str | None, lang: str) -> TargetsRun:
    """Read the targets of a study anew, hold the finished run against them, and write the tables.

    Parameters
    ----------
    place
        A study file or its folder, or the id of a place that has been run; None where only one has.
    home
        The workspace, where a place is named by its id.
    period
        The period of the run; None for the last one, or the study's own.

    Raises
    ------
    Circle15Error
        Nothing of the kind has been run, or the targets cannot be read.
    """
    found = locate(place, home, period)
    plan, ledger, notes = read_plan(found.study, found.study_file.parent)
    about = found.study.study if found.results is None else found.results.study.study
    table = _table(plan, found.results, about.day)
    catalogue = load_catalogue() if found.results is None else found.results.catalogue
    folder = found.processed / TARGETS / about.period
    with replacing(folder) as (draft,):
        table.to_parquet(draft / FRAME, index=False, compression="zstd")
        write_targets(table, catalogue, draft / WORKBOOK, about.place, lang)
    return TargetsRun(about, catalogue, table, plan, found.results, folder, ledger, notes)


def _table(plan: TargetPlan, results: Results | None, day: datetime.date) -> pd.DataFrame:
    if results is not None:
        return targets_of(results, plan)
    return targets_table(plan, Evidence(pd.DataFrame(), pd.DataFrame()), day)


@dataclass(frozen=True, eq=False)
class Located:
    """A study and its finished run, if there is one; ``processed`` is ``data/processed/<place>``."""

    study: Study
    study_file: Path
    results: Results | None
    processed: Path


def locate(place: str | None, home: Path, period: str | None) -> Located:
    """The study that a word of the command line means, and its run."""
    if place is not None and is_study(Path(place)):
        file = study_path(Path(place))
        tables = output_folders(file)[0]
        run = tables if period is None else tables.with_name(period)
        found = Results.load(run) if (run / MANIFEST).is_file() else None
        if found is None and period is not None:
            raise ConfigurationError("vary.not_run", folder=str(tables.parent))
        return Located(_with_targets(read_study(file)), file, found, tables.parent)
    run = finished_run(home, place, period)
    results = Results.load(run)
    file = home.joinpath(*RAW, run.parent.name, STUDY_FILE)
    # What the office has entered since the run counts, so the study is read anew where it still lies there.
    study = read_study(file) if file.is_file() else results.study
    return Located(_with_targets(study), file, results, run.parent)


def _with_targets(study: Study) -> Study:
    """The study; where it says nothing of targets, with the shipped documents of its place."""
    return study if study.targets is not None else study.model_copy(update={"targets": TargetSettings()})


def fill_in_template(place: str | None, home: Path, period: str | None, year: int | None, file: Path, lang: str) -> int:
    """Write the template of what has to be entered by hand for a year; how many rows it has.

    Raises
    ------
    DataError
        The file is there already: it may have been filled in.
    ConfigurationError
        No indicator has a target in that year.
    """
    if file.exists():
        raise DataError("targets.template_there", file=str(file))
    found = locate(place, home, period)
    plan = read_plan(found.study, found.study_file.parent)[0]
    about = found.study.study if found.results is None else found.results.study.study
    table = _table(plan, found.results, about.day)
    computed = set(table.loc[table["computed"].notna() & (table["origin"] != "beside"), "indicator_id"])
    by_hand = [each for each in plan.series.indicators if each.id not in computed]
    wanted = about.day.year if year is None else year
    require_year(table, wanted)
    rows = template_rows(by_hand, wanted, plan.reported)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_template(rows, file, lang)
    return len(rows)


def require_year(table: pd.DataFrame, year: int) -> None:
    """Raise ``ConfigurationError`` where no indicator has a target in a year."""
    years = sorted(set(table["year"]))
    if year not in years:
        raise ConfigurationError("targets.no_such_year", year=year, years="、".join(map(str, years)))


def import_table(file: Path, home: Path, place: str, lang: str) -> tuple[Imported, Path]:
    """Read a table of targets and write what it was read as to ``targets/<name>.xlsx`` of the workspace.

    A workbook that lies there with something else in it stays, since a person may have filled it in, and it may be the
    very table that is read; the new one is then called ``<name>-2.xlsx``.

    Raises
    ------
    DataError
        No such file, no table of targets, or one whose cells have run together: then the ways to part it are written.
    """
    if not file.is_file():
        raise DataError("targets.import_missing", file=str(file))
    folder = home / TARGETS
    try:
        imported = read_target_file(file, place)
    except DataError as fault:
        glued = glued_in(file) if fault.key == "targets.run_together" else None
        if glued is not None:
            out = _beside_others(folder, file.stem, lambda path: write_proposal(glued, path, lang))
            raise DataError("targets.run_together_at", **fault.facts, proposal=str(out)) from fault
        raise
    return imported, _beside_others(folder, file.stem, lambda path: write_imported(imported, path, lang))


def _beside_others(folder: Path, name: str, write: Callable[[Path], None]) -> Path:
    """Write a workbook under the first name of its kind that nothing else bears; where it lies."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as held:
        draft = Path(held) / f"{name}.xlsx"
        write(draft)
        names = (name if number == 1 else f"{name}-{number}" for number in count(1))
        targets = (folder / f"{each}.xlsx" for each in names)
        target = next(path for path in targets if not path.exists() or path.read_bytes() == draft.read_bytes())
        if not target.exists():
            draft.replace(target)
        return target
