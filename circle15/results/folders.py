"""Folders that change from the old result to the new one in one step."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Fill new folders beside ``targets``; put them in place when all are written, or leave everything as it was.

    Yields
    ------
    tuple of Path
        An empty folder per target, to write into.

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
        for draft in drafts:
            shutil.rmtree(draft, ignore_errors=True)
        raise
    _put_in_place(drafts, targets)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _restore(target: Path) -> None:
    """Bring back the old folder where an earlier run was killed between the two renames."""
    if _old(target).exists() and not target.exists():
        _old(target).rename(target)


def _put_in_place(drafts: tuple[Path, ...], targets: tuple[Path, ...]) -> None:
    """Rename every draft to its target, or none: where one cannot be moved, what was moved goes back.

    The old folders step aside first, since Windows renames onto nothing, and no folder that holds an open file.
    """
    try:
        for target in targets:
            shutil.rmtree(_old(target), ignore_errors=True)
            if target.exists():
                target.rename(_old(target))
        for target, draft in zip(targets, drafts, strict=True):
            draft.rename(target)
    except OSError:
        for target, draft in zip(targets, drafts, strict=True):
            if not draft.exists():
                target.rename(draft)
            _restore(target)
            shutil.rmtree(draft, ignore_errors=True)
        raise
    for target in targets:
        shutil.rmtree(_old(target), ignore_errors=True)
