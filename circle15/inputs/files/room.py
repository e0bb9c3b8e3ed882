"""Room on the disk, taken up for a moment before a library writes that would end the program where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = b"\0" * 2**20


def require_room(path: Path, size_bytes: int) -> None:
    """Find out, by writing as much and taking it away again, whether a file of this size can be written here.

    Raises
    ------
    OSError
        The disk is full, or the folder may not be written to.
    """
    try:
        with path.open("wb") as file:
            for start in range(0, size_bytes, len(BLOCK)):
                file.write(BLOCK[: size_bytes - start])
    finally:
        path.unlink(missing_ok=True)
