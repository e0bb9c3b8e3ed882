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
    for target, draft in zip(targets, drafts, strict=True):
        _put_in_place(draft, target)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _restore(target: Path) -> None:
    """Bring back the old folder where an earlier run was killed between the two renames."""
    if _old(target).exists() and not target.exists():
        _old(target).rename(target)


def _put_in_place(draft: Path, target: Path) -> None:
    """Rename ``draft`` to ``target``; the old folder steps aside first, since Windows renames onto nothing."""
    old = _old(target)
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)
