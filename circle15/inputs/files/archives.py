"""Zip archives that can be unpacked without harm."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from circle15.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1_000_000
# No list and no county's layer swells beyond these; a bomb of a few kilobytes swells to terabytes.
MOST_UNPACKED_BYTES = 2_000 * MEGABYTE
MOST_ENTRIES = 10_000
# Repetitive sheets shrink to a hundredth; only small archives may say more of themselves.
MOST_RATIO = 200
SMALL_BYTES = 50 * MEGABYTE


def require_modest_zip(path: Path) -> None:
    """Raise ``DataError`` where a zip archive is damaged, or says of itself that it swells beyond reason.

    Only the archive's directory is read, nothing is unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise DataError("sheets.damaged_zip", file=path.name) from fault
    unpacked = sum(entry.file_size for entry in entries)
    ratio = unpacked / max(path.stat().st_size, 1)
    if unpacked > MOST_UNPACKED_BYTES or len(entries) > MOST_ENTRIES or (unpacked > SMALL_BYTES and ratio > MOST_RATIO):
        raise DataError("sheets.zip_bomb", file=path.name, megabytes=unpacked / MEGABYTE, entries=len(entries))
