"""A study looked over: what its files are like, before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error, DataError, Faults, UsageError
from circle15.inputs.study_file import named_place, read_study
from circle15.model.quality import FileAccount, Quality
from circle15.pipeline.folders import report_folder, study_path
from circle15.pipeline.progress import untold
from circle15.pipeline.reading.accounts import kind_label
from circle15.pipeline.reading.findings import fault_finding, quality_of
from circle15.pipeline.reading.study_files import read_all
from circle15.publish.quality.report import write_quality
from circle15.results.folders import prove_writable, replacing

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.model.study import Study
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.study_files import Reading


@dataclass(frozen=True, eq=False)
class CheckedStudy:
    """What a check found.

    Attributes
    ----------
    quality
        Every finding, and the verdict.
    folder
        Where the report lies; None where the study does not even say what place it is of.
    reading
        What was read; None where the study file itself is at fault.
    faults
        The errors behind the findings.
    """

    quality: Quality
    folder: Path | None
    reading: Reading | None
    faults: tuple[Circle15Error, ...]


def check_study(study: Path, progress: Progress = untold, lang: str = "zh") -> CheckedStudy:
    """Read everything a study names and write what it is like; nothing is searched or computed.

    Parameters
    ----------
    study
        The ``study.toml``, or the folder that holds it.
    progress
        Told of each stage as it begins, and how far it has come.
    lang
        Language of the report: ``zh`` or ``en``.

    Raises
    ------
    UsageError
        The file is no study.
    DataError
        The folder of the report cannot be written.
    """
    path = study_path(study)
    try:
        about = read_study(path)
    except UsageError:
        raise
    except Circle15Error as fault:
        return _refused(path, fault, lang)
    return check_files(about, path, progress, lang)


def check_files(study: Study, path: Path, progress: Progress, lang: str) -> CheckedStudy:
    """Check the files of a study that is sound itself, and write the report."""
    folder = report_folder(path, study.study)
    prove_writable(folder)
    reading = read_all(study, path, progress)
    quality = quality_of(reading)
    with replacing(folder) as (draft,):
        write_quality(quality, draft, lang)
    return CheckedStudy(quality, folder, reading, tuple(each.fault for each in reading.gathered.faults))


def _refused(path: Path, fault: Circle15Error, lang: str) -> CheckedStudy:
    """A study file that is wrong itself; its report is written where it says at least its place and period."""
    faults = fault.faults if isinstance(fault, Faults) else (fault,)
    about = named_place(path)
    account = FileAccount(path.name, "study", kind_label("study"), state="faulty")
    findings = tuple(fault_finding(each, path.name) for each in faults)
    quality = Quality(about.place if about else "", about.period if about else "", (account,), findings)
    folder = None if about is None else report_folder(path, about)
    written = folder is not None and _written(quality, folder, lang)
    return CheckedStudy(quality, folder if written else None, None, faults)


def _written(quality: Quality, folder: Path, lang: str) -> bool:
    """Write the report; where that cannot be, the faults are still worth telling."""
    try:
        with replacing(folder) as (draft,):
            write_quality(quality, draft, lang)
    except (OSError, DataError):
        return False
    return True
