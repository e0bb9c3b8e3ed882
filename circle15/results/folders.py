"""Folders that change from the old result to the new one in one step."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from circle15.errors import DataError

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
    drafts = tuple(target.with_name(f".{target.name}.draft") for target in targets)
    for target, draft in zip(targets, drafts, strict=True):
        _restore(target)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
    try:
        yield drafts
    except BaseException:
        _remove(drafts)
        raise
    _put_in_place(targets, drafts)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _restore(target: Path) -> None:
    """Bring back the old folder where an earlier run was killed between the two renames."""
    if _old(target).exists() and not target.exists():
        _old(target).rename(target)


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
