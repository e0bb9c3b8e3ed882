"""Folders that change from the old result to the new one in one step."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.results.processes import is_running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@contextmanager
def replacing(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Fill new folders beside ``targets``; put them in place when all are written, or leave everything as it was.

    Yields
    ------
    tuple of Path
        An empty folder per target, to write into.

    Raises
    ------
    DataError
        Another program holds a file of an old folder open; all targets are as they were.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> home = pathlib.Path(tempfile.mkdtemp())
    >>> with replacing(home / "2026") as (draft,):
    ...     _ = (draft / "a.txt").write_text("done", encoding="utf-8")
    >>> [path.name for path in home.iterdir()]
    ['2026']
    """
    drafts = tuple(_beside(target, "draft") for target in targets)
    for target, draft in zip(targets, drafts, strict=True):
        recover(target)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
    try:
        yield drafts
    except BaseException:
        _remove(drafts)
        raise
    _put_in_place(targets, drafts)


def recover(target: Path) -> None:
    """Put right what runs that were killed have left beside ``target``.

    The old folder comes back where a run was killed between the two renames; drafts and old folders of dead runs go.
    What a run that still goes on has there is left alone.
    """
    olds = _left_by_the_dead(target, "old")
    if olds and not target.exists():
        olds.pop(0).rename(target)
    _remove([*olds, *_left_by_the_dead(target, "draft")])


def prove_writable(*targets: Path) -> None:
    """Find out, before a long computation, whether the results can be put in place after it.

    Raises
    ------
    DataError
        A folder cannot be written, or another program holds a file of it open.
    """
    for target in targets:
        try:
            _try_out(target)
        except OSError as fault:
            raise DataError("results.in_use", folder=str(target)) from fault


def _try_out(target: Path) -> None:
    """Do, with nothing, what putting results in place will do."""
    recover(target)
    draft = _beside(target, "draft")
    absent = [folder for folder in draft.parents if not folder.exists()]
    draft.mkdir(parents=True, exist_ok=True)
    try:
        (draft / "proof").write_bytes(b"")
        if target.exists():
            target.rename(_old(target))
            _old(target).rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        for folder in absent:
            folder.rmdir()


def _beside(target: Path, kind: str) -> Path:
    """A hidden folder of this process, so that two runs of one study are not in each other's way."""
    return target.with_name(f".{target.name}.{kind}.{os.getpid()}")


def _old(target: Path) -> Path:
    return _beside(target, "old")


def _left_by_the_dead(target: Path, kind: str) -> list[Path]:
    """Folders as ``_beside`` names them, whose process no longer runs; in the order of their names."""
    name = re.compile(rf"\.{re.escape(target.name)}\.{kind}\.(\d+)")
    found = sorted(target.parent.iterdir()) if target.parent.exists() else []
    return [path for path in found if (match := name.fullmatch(path.name)) and not is_running(int(match[1]))]


def _put_in_place(targets: Sequence[Path], drafts: Sequence[Path]) -> None:
    """Rename every draft to its target, or, where a folder is held open, leave all targets as they were.

    The old folders step aside first, since Windows renames onto nothing.
    """
    moved: list[tuple[Path, Path]] = []
    try:
        for here, there in [
            *((target, _old(target)) for target in targets if _cleared(target)),
            *zip(drafts, targets, strict=True),
        ]:
            here.rename(there)
            moved.append((here, there))
    except OSError as fault:
        for here, there in reversed(moved):
            there.rename(here)
        _remove(drafts)
        raise DataError("results.in_use", folder=str(fault.filename)) from fault
    _remove([_old(target) for target in targets])


def _cleared(target: Path) -> bool:
    """Whether there is an old result to step aside; nothing is in its way then."""
    if target.exists():
        shutil.rmtree(_old(target), ignore_errors=True)
    return target.exists()


def _remove(folders: Sequence[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
