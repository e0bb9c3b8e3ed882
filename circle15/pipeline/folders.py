"""Where a study's results and reports lie."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error, collecting
from circle15.inputs.study_file import read_study
from circle15.results.folders import prove_writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circle15.model.study import About

STUDY_FILE = "study.toml"
CHECK_FOLDER = "check"
SEARCHES_FOLDER = "searches"
STREETS_FOLDER = "streets"


def is_study(path: Path) -> bool:
    """Whether a word of the command line means a study's file or its folder, and not the id of a place."""
    return path.suffix.lower() == ".toml" or (path / STUDY_FILE).is_file()


def study_path(study: Path) -> Path:
    """The study file, where its folder or the id of its place may be named instead."""
    if study.is_dir():
        return study / STUDY_FILE
    is_id = not study.exists() and len(study.parts) == 1 and study.suffix == ""
    return next(_studies_of(study.name), study) if is_id else study


def _studies_of(place: str) -> Iterator[Path]:
    """The study files of a place below ``data/raw`` of this folder: by the name of its folder, else by its id."""
    raw = Path("data", "raw")
    files = sorted(raw.glob(f"*/{STUDY_FILE}"))
    yield from (file for file in files if file.parent.name == place)
    yield from (file for file in files if _id_of(file) == place)


def _id_of(file: Path) -> str:
    """The id that a study file gives its place; "" where it says none or cannot be read."""
    try:
        about = tomllib.loads(file.read_text(encoding="utf-8-sig"))["study"]
        return str(about["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def output_folders(study_file: Path) -> tuple[Path, Path]:
    """Where the tables and the maps of a study lie."""
    about, home = read_study(study_file).study, workspace_of(study_file)
    tables = home / "data" / "processed" / about.id / about.period
    return tables, home / "maps" / about.id / about.period


def prove_outputs(study_file: Path) -> None:
    """Find out before a long run whether its results can be written; not for a study that is wrong itself.

    Raises
    ------
    DataError
        A folder cannot be written, or another program holds a file of it open.
    """
    faults: list[Circle15Error] = []
    with collecting(faults):
        folders = output_folders(study_file)
    if not faults:
        prove_writable(*folders)


def report_folder(study: Path, about: About) -> Path:
    """Where the report of a study lies: ``data/processed/<place>/check/<period>``."""
    return workspace_of(study) / "data" / "processed" / about.id / CHECK_FOLDER / about.period


def searches_folder(study: Path, about: About) -> Path:
    """Where a study's searches are kept between runs: ``data/processed/<place>/searches``. It may be deleted."""
    return workspace_of(study) / "data" / "processed" / about.id / SEARCHES_FOLDER


def streets_folder(study: Path, about: About) -> Path:
    """Where a study's finished streets are kept: ``data/processed/<place>/streets``. It may be deleted."""
    return workspace_of(study) / "data" / "processed" / about.id / STREETS_FOLDER


def workspace_of(study: Path) -> Path:
    """The folder above ``data/raw/<place>/study.toml`` or ``data/raw/<place>/<period>/study.toml``.

    Elsewhere it is the study's own folder.

    Examples
    --------
    >>> from pathlib import Path
    >>> home = Path("/home/li").resolve()
    >>> [workspace_of(home / "data" / "raw" / place / "study.toml") == home for place in ("shili", "shili/2025")]
    [True, True]
    """
    folder = study.resolve().parent
    return next((up.parents[1] for up in list(folder.parents)[:2] if up.parts[-2:] == ("data", "raw")), folder)
