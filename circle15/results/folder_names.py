"""Names of planners as names of folders that every system allows."""

from __future__ import annotations

import hashlib
import re

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
