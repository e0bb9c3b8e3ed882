"""What the system objects to when a file is read or written, in a planner's words."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

SENTENCES = {
    errno.ENOSPC: "cli.disk_full",
    errno.EACCES: "cli.not_permitted",
    errno.EPERM: "cli.not_permitted",
    errno.EROFS: "cli.not_permitted",
    errno.ENAMETOOLONG: "cli.too_long",
}
# Where so little is left, after a draft has been taken away, a writer that failed without a reason found no room.
LEAST_FREE_BYTES = 100_000_000


def system_sentence(fault: OSError, lang: str) -> str:
    """The sentence for a full disk, a file that may not be touched, a path that is too long; else what was said.

    Examples
    --------
    >>> system_sentence(PermissionError(13, "Permission denied", "tables.xlsx"), "zh")
    '“tables.xlsx”打不开或写不进去：可能正在 Excel、WPS 等程序中打开，或者没有读写权限。请关闭它、核对权限后再运行。'
    """
    faults = tuple(_with_causes(fault))
    file = next((_known_to_planners(str(each.filename)) for each in faults if each.filename is not None), "")
    numbers = [number for number in map(_number, faults) if number is not None]
    if not numbers and shutil.disk_usage(Path.cwd()).free < LEAST_FREE_BYTES:
        numbers = [errno.ENOSPC]
    key = next((SENTENCES[number] for number in numbers if number in SENTENCES), "cli.system")
    return say(key, lang, detail=str(fault), file=file or str(fault))


def _known_to_planners(file: str) -> str:
    """The file; of one that is only a draft, which nobody has seen, the folder.

    Examples
    --------
    >>> _known_to_planners("maps/.whatif.draft.7.html"), _known_to_planners("maps/index.html")
    ('maps', 'maps/index.html')
    """
    return str(Path(file).parent) if Path(file).name.startswith(".") else file


def _with_causes(fault: BaseException | None) -> Iterator[OSError]:
    """The fault, and those of the system that led to it."""
    while fault is not None:
        if isinstance(fault, OSError):
            yield fault
        fault = fault.__cause__ or fault.__context__


def _number(fault: OSError) -> int | None:
    """The system's number; a library may give its words alone."""
    if any(words in str(fault) for words in (os.strerror(errno.ENOSPC), "disk is full")):
        return errno.ENOSPC
    return fault.errno
