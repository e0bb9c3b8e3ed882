"""Names of the files of sheets: those of towns and services, as every system allows them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from circle15.publish.drawing.letters import drawable

if TYPE_CHECKING:
    from collections.abc import Sequence

# What Windows allows in no name, and what would have to be escaped elsewhere.
FORBIDDEN = re.compile(r"[<>:\"/\\|?*\s.%$&'`^!#;,{}()\[\]~=+]+")
MOST_LETTERS = 40


def file_stems(kind: str, names: Sequence[str], codes: Sequence[str]) -> list[str]:
    """A name without ending per thing, no two alike even where capitals are not told apart.

    Examples
    --------
    >>> file_stems("乡镇", ["茶坞镇", "a/b", "A?b", ""], ["1", "2", "3", "4"])
    ['乡镇_茶坞镇', '乡镇_a_b_2', '乡镇_A_b_3', '乡镇_4']
    """
    plain = [_plain(name) for name in names]
    folded = [name.casefold() for name in plain]
    stems = []
    for name, fold, code in zip(plain, folded, codes, strict=True):
        alone = name and folded.count(fold) == 1
        stems.append("_".join([kind, name] if alone else [part for part in (kind, name, _plain(code)) if part]))
    return stems


def _plain(name: str) -> str:
    """A name with an underscore for whatever some system does not allow."""
    composed = unicodedata.normalize("NFC", drawable(name))
    return FORBIDDEN.sub("_", composed)[:MOST_LETTERS].strip("_")
