"""Single files that change from the old to the new in one step, beside files that others keep in the same folder."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def require_closed(path: Path) -> None:
    """Find out whether another program holds a file open.

    Excel puts a file that begins with ``~$`` beside an open workbook, WPS one with ``.~``, LibreOffice one with
    ``.~lock.``; on Windows the open file cannot be written either.

    Raises
    ------
    DataError
        It is held open, or cannot be written.
    """
    held = next((sign for sign in _signs(path) if sign.exists()), None)
    if held is not None:
        raise DataError("issues.open_elsewhere", file=str(path), sign=held.name)
    if path.exists():
        try:
            with path.open("r+b"):
                pass
        except OSError as fault:
            raise DataError("issues.cannot_write", file=str(path)) from fault


def _signs(path: Path) -> tuple[Path, ...]:
    """What programs put beside a file that they hold open."""
    names = (f"~${path.name}", f"~${path.name[2:]}", f".~{path.name}", f".~lock.{path.name}#")
    return tuple(path.with_name(name) for name in names)


@contextmanager
def putting(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Write drafts beside ``targets`` and put them in place together; nothing is changed where one cannot be.

    Yields
    ------
    tuple of Path
        A file to write per target, of the same ending.

    Raises
    ------
    DataError
        Another program holds a target open; all are as they were.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> home = pathlib.Path(tempfile.mkdtemp())
    >>> with putting(home / "a.txt") as (draft,):
    ...     _ = draft.write_text("done", encoding="utf-8")
    >>> [path.name for path in home.iterdir()]
    ['a.txt']
    """
    drafts = tuple(_beside(target, "draft") for target in targets)
    _remove(drafts)
    try:
        yield drafts
        _put_in_place(targets, drafts)
    finally:
        _remove(drafts)


def _beside(target: Path, kind: str) -> Path:
    return target.with_name(f".{target.stem}.{kind}.{os.getpid()}{target.suffix}")


def _put_in_place(targets: Sequence[Path], drafts: Sequence[Path]) -> None:
    """Put each draft in place; where one fails give back those replaced before it."""
    olds: list[tuple[Path, Path | None]] = []
    try:
        for target, draft in zip(targets, drafts, strict=True):
            if draft.exists():
                old = _beside(target, "old") if target.exists() else None
                if old is not None:
                    shutil.copy2(target, old)
                olds.append((target, old))
                draft.replace(target)
    except OSError as fault:
        for target, old in olds:
            _give_back(target, old)
        raise DataError("issues.cannot_write", file=str(fault.filename)) from fault
    finally:
        _remove([old for _, old in olds if old is not None])


def _give_back(target: Path, old: Path | None) -> None:
    if old is None:
        target.unlink(missing_ok=True)
    elif old.exists():
        old.replace(target)


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
