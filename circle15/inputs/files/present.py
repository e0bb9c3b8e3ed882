"""Whether a file is there at all, found without any library that could read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def require_file(path: Path) -> None:
    """Raise ``DataError`` where ``path`` is not a file that exists."""
    if path.is_dir():
        raise DataError("layers.is_folder", file=path.name, folder=str(path.parent))
    if not path.is_file():
        raise DataError("layers.missing_file", file=path.name, folder=str(path.parent))
