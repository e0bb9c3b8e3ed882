"""The words that rows of facility lists use, kept as data in ``catalogue/facility_rows.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from circle15.inputs.files.columns import plain

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def row_words(table: str) -> Mapping[str, tuple[str, ...]]:
    """The words of one table of the file, by kind and as plain text; of a text, its characters.

    Examples
    --------
    >>> row_words("status")["denials"][:3]
    ('未', '不', '非')
    """
    text = files("circle15.catalogue").joinpath("facility_rows.toml").read_text(encoding="utf-8")
    kinds = tomllib.loads(text)[table].items()
    return MappingProxyType({kind: tuple(_plain(word) for word in words) for kind, words in kinds})


def _plain(word: str) -> str:
    return plain(word) or word[:1]


def names_none(text: str, table: str) -> bool:
    """Whether a cell only says that nothing is known: 无, /, 不详.

    Examples
    --------
    >>> names_none("——", "blank"), names_none("０", "blank"), names_none("至今", "dates")
    (True, False, True)
    """
    said = plain(text)
    return not said or said in row_words(table)["none"]
