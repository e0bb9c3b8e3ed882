"""The finished run that a word of the command line means, and where its files lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from circle15.errors import ConfigurationError
from circle15.inputs.study_file import read_study
from circle15.pipeline.finished import BETWEEN, PROCESSED, finished_run
from circle15.pipeline.folders import is_study, output_folders, study_path, workspace_of
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


def locate(study: Path, period: str | None = None) -> Located:
    """The run that a word of the command line means.

    Parameters
    ----------
    study
        A study file or its folder, or the id of a place that has been run.
    period
        None for the study's own; of a place without a study file the last that has been run.

    Raises
    ------
    ConfigurationError
        It has not been run.
    """
    if is_study(study):
        file = study_path(study)
        own = output_folders(file)[0]
        run = own if period is None else own.parent / period
        if not (run / MANIFEST).is_file():
            raise ConfigurationError("report.not_run", folder=str(run.parent), period=run.name)
        return Located(run, workspace_of(file), read_study(file).report, file.parent)
    run = _run_of(str(study), period)
    return Located(run, Path(), None, Path("data", "raw", run.parent.name))


def _run_of(place: str, period: str | None) -> Path:
    """The run of a place and period in this workspace; the last one where none is named.

    Raises
    ------
    ConfigurationError
        There is none; it tells which there are.
    """
    processed = Path(*PROCESSED)
    runs = sorted(path.parent for path in processed.glob(f"*/*/{MANIFEST}"))
    own = [run.name for run in runs if run.parent.name == place]
    if not own:
        known = BETWEEN.join(dict.fromkeys(run.parent.name for run in runs)) or "-"
        raise ConfigurationError("report.place_not_run", place=place, folder=str(processed), known=known)
    if period is not None and period not in own:
        known = BETWEEN.join(own)
        raise ConfigurationError("report.period_of_place_not_run", place=place, period=period, known=known)
    return finished_run(Path(), place, period)
