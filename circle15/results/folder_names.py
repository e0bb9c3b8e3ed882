"""Names of planners as names of folders that every system allows."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from circle15.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

MOST_CHARACTERS = 60
# What may stand in a folder's name as it is: letters, digits, Chinese characters, - and _.
_OTHERS = re.compile(r"[^A-Za-z0-9_\-\u4e00-\u9fff]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def folder_name(name: str) -> str:
    """A folder's name for a name: the same where that is allowed, else with a hash, so that two never share one.

    Names that differ in capitals alone share it on Windows.

    Examples
    --------
    >>> folder_name("方案一"), folder_name("2027 年"), folder_name("con"), folder_name("..")
    ('方案一', '2027_年-539877', 'con-1143da', '-5ec1f7')
    """
    kept = _OTHERS.sub("_", name).strip("_")[:MOST_CHARACTERS]
    if kept == name and not _RESERVED.fullmatch(name):
        return name
    return f"{kept}-{hashlib.sha256(name.encode('utf-8')).hexdigest()[:6]}"


def require_own(folder: Path, other: str, name: str) -> None:
    """Of two names that differ in capitals alone, Windows would write the second over the first.

    Parameters
    ----------
    folder
        Where a name leads.
    other, name
        Whose files lie there, and whose are to.

    Raises
    ------
    DataError
        They are such names.

    Examples
    --------
    >>> from pathlib import Path
    >>> require_own(Path("A1"), "A1", "A1")
    >>> require_own(Path("A1"), "A1", "a1")
    Traceback (most recent call last):
    circle15.errors.DataError: 文件夹“A1”已被方案“A1”占用，与“a1”只差大小写。请给方案换一个名称。
    """
    if other != name and other.casefold() == name.casefold():
        raise DataError("scenario.folder_taken", folder=str(folder), other=other, name=name)
