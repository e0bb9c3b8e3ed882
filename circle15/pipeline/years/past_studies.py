"""The study that a finished run was made of: where it lies, and whether its files are still what they were."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.pipeline.fingerprints import sha256
from circle15.results.store import load_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# A place's study, one of its periods, and a study that is its own workspace.
WHERE = ("data/raw/*", "data/raw/*/*", ".")


@dataclass(frozen=True)
class PastStudy:
    """The raw files behind a run.

    Attributes
    ----------
    period
        That of the run.
    path
        Its study file; None where no study of this place and period lies in the workspace any more.
    changed, missing
        Files that are not what the run read, and those that are not there.
    """

    period: str
    path: Path | None
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether all files are there, whatever is in them."""
        return self.path is not None and not self.missing


def past_study(home: Path, run: Path) -> PastStudy:
    """Find the study of a run, and hold its files against the hashes that the run wrote down.

    Parameters
    ----------
    home
        The workspace.
    run
        ``data/processed/<place>/<period>``.
    """
    place, period, inputs = run.parent.name, run.name, load_manifest(run)["inputs"]
    paths = list(_studies(home, next(iter(inputs), ""), place, period))
    if not paths:
        return PastStudy(period, None)
    # Of several copies the one that differs least.
    found = [_held_against(period, path, inputs) for path in paths]
    return min(found, key=lambda study: len(study.changed) + len(study.missing))


def _studies(home: Path, name: str, place: str, period: str) -> Iterator[Path]:
    """Study files of a place and period, the nearest first."""
    for pattern in WHERE:
        folders = [home] if pattern == "." else sorted(home.glob(pattern))
        for path in [folder / name for folder in folders]:
            if path.is_file() and _about(path) == (place, period):
                yield path


def _about(path: Path) -> tuple[object, object]:
    """The place and period that a study file is of; of a damaged one neither."""
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("study", {})
    except (OSError, ValueError):
        return "", ""
    return (about.get("id"), about.get("period")) if isinstance(about, dict) else ("", "")


def _held_against(period: str, path: Path, inputs: Mapping[str, str]) -> PastStudy:
    there = {name: path.parent / name for name in inputs}
    missing = [name for name, file in there.items() if not file.is_file()]
    changed = [name for name, file in there.items() if file.is_file() and sha256(file) != inputs[name]]
    return PastStudy(period, path, tuple(changed), tuple(missing))
