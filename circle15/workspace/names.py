"""Names of folders and files that every system takes."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from circle15.errors import UsageError
from circle15.inputs.files.paths import is_device
from circle15.inputs.recognise.found import shown

if TYPE_CHECKING:
    from collections.abc import Collection

_ID = re.compile(r"[A-Za-z0-9_\-\u4e00-\u9fff]+")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9_\-\u4e00-\u9fff]+")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|[. ]+$')
LONGEST_ID, LONGEST_PART = 60, 120


def place_id(place: str, wanted: str | None) -> str:
    """The id of a place: the one wanted, else made of its name.

    Raises
    ------
    UsageError
        The wanted id is no name of a folder, or nothing of the place's name can be one.

    Examples
    --------
    >>> place_id("上城区 (杭州)", None), place_id("上城区", "shangcheng")
    ('上城区_杭州', 'shangcheng')
    """
    if wanted is not None:
        if not _ID.fullmatch(wanted) or is_device(wanted) or len(wanted) > LONGEST_ID:
            raise UsageError("init.bad_id", found=shown(wanted))
        return wanted
    made = _NOT_IN_ID.sub("_", unicodedata.normalize("NFKC", place)).strip("_-")[:LONGEST_ID]
    if not made or is_device(made):
        raise UsageError("init.no_id", place=shown(place))
    return made


def copy_name(name: str, taken: Collection[str]) -> str:
    """A file's name in the study's folder: the same, but for what some system does not take or is taken already.

    Parameters
    ----------
    name
        Its name in its own folder, with ``/`` between.
    taken
        Names already given, without folders and in lower case: accounts of rows go by these.

    Examples
    --------
    >>> copy_name("路网/主 城.shp", ()), copy_name('a"b.csv', ()), copy_name("2026/A.csv", ("a.csv",))
    ('路网/主 城.shp', 'a_b.csv', '2026/A_2.csv')
    """
    parts = [_fit(part) for part in name.split("/")]
    path = PurePosixPath(*parts)
    candidate, number = path, 1
    while candidate.name.lower() in taken:
        number += 1
        candidate = path.with_name(f"{path.stem}_{number}{path.suffix}")
    return str(candidate)


def _fit(part: str) -> str:
    clean = "".join(character if character.isprintable() else "_" for character in part)
    clean = _NOT_IN_NAMES.sub("_", clean)
    stem, dot, suffix = clean.rpartition(".")
    clean = f"{stem[:LONGEST_PART]}{dot}{suffix}" if dot else suffix[:LONGEST_PART]
    return f"_{clean}" if is_device(clean) else clean
