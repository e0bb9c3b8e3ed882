"""The finished run that a word of the command line means, and where its files lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from circle15.errors import ConfigurationError
from circle15.inputs.study_file import read_study
from circle15.pipeline.finished import BETWEEN, PROCESSED, finished_run
from circle15.pipeline.folders import STUDY_FILE, output_folders, study_path, workspace_of
from circle15.results.store import MANIFEST

if TYPE_CHECKING:
    from circle15.model.study import ReportSettings


@dataclass(frozen=True)
class Located:
    """A finished run, its workspace, what the study says of its report, and the folder of its files."""

    run: Path
    home: Path
    settings: ReportSettings | None
    raw: Path


def locate(study: Path) -> Located:
    """The run that a word of the command line means.

    Raises
    ------
    ConfigurationError
        It has not been run.
    """
    if _is_study(study):
        file = study_path(study)
        run = output_folders(file)[0]
        if not (run / MANIFEST).is_file():
            raise ConfigurationError("report.not_run", folder=str(run.parent), period=run.name)
        return Located(run, workspace_of(file), read_study(file).report, file.parent)
    run = _run_of(Path(), str(study), None)
    return Located(run, Path(), None, Path("data", "raw", run.parent.name))


def locate_period(study: Path, period: str | None) -> tuple[Path, Path]:
    """The workspace, and the run of a period that a word of the command line means; None for the study's own.

    Raises
    ------
    ConfigurationError
        It has not been run.
    """
    if period is None:
        found = locate(study)
        return found.home, found.run
    if _is_study(study):
        file = study_path(study)
        home, place = workspace_of(file), read_study(file).study.id
    else:
        home, place = Path(), str(study)
    return home, _run_of(home, place, period)


def _run_of(home: Path, place: str, period: str | None) -> Path:
    """The run of a place and period; the last one where none is named.

    Raises
    ------
    ConfigurationError
        There is none; it tells which there are.
    """
    processed = home.joinpath(*PROCESSED)
    runs = sorted(path.parent for path in processed.glob(f"*/*/{MANIFEST}"))
    own = [run.name for run in runs if run.parent.name == place]
    if not own:
        known = BETWEEN.join(dict.fromkeys(run.parent.name for run in runs)) or "-"
        raise ConfigurationError("report.place_not_run", place=place, folder=str(processed), known=known)
    if period is not None and period not in own:
        known = BETWEEN.join(own)
        raise ConfigurationError("report.period_of_place_not_run", place=place, period=period, known=known)
    return finished_run(home, place, period)


def _is_study(study: Path) -> bool:
    return study.suffix.lower() == ".toml" or (study / STUDY_FILE).is_file()
