"""The words of a file of changes to the streets, kept as data."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from circle15.inputs.files.columns import plain
from circle15.inputs.streets.uses import MODES
from circle15.inputs.streets.walking import AREA, kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.catalogue.entries import Mode

DEFAULT_KIND = "footway"


@cache
def patch_words(table: str) -> Mapping[str, tuple[str, ...]]:
    """One table of ``catalogue/patch.toml``: ``actions``, ``columns``, ``kinds`` or ``modes``.

    Examples
    --------
    >>> patch_words("actions")["bridge"][0]
    '新增桥'
    """
    text = files("circle15.catalogue").joinpath("patch.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: tuple(words) for name, words in tomllib.loads(text)[table].items()})


def action_of(text: str) -> str | None:
    """What a row asks for: ``path``, ``bridge``, ``gate``, ``block``, ``open``, ``close``; None for another word.

    Examples
    --------
    >>> action_of(" 封闭 道路"), action_of("拆除")
    ('block', None)
    """
    return _known("actions", text)


def kind_of(text: str) -> str | None:
    """The kind of a path, by its Chinese word or as OpenStreetMap calls it; None for another word.

    Examples
    --------
    >>> kind_of("台阶"), kind_of(""), kind_of("residential"), kind_of("高架")
    ('steps', 'footway', 'residential', None)
    """
    said = plain(text)
    if not said:
        return DEFAULT_KIND
    return said if said in kinds() and said != AREA else _known("kinds", text)


def modes_of(text: str) -> tuple[tuple[Mode, ...], tuple[str, ...]]:
    """The modes that a row names, in the order of ``MODES``, and the words for none.

    Examples
    --------
    >>> modes_of("驾车；步行"), modes_of("骑行/马车"), modes_of("")
    ((('walk', 'drive'), ()), (('cycle',), ('马车',)), ((), ()))
    """
    words = [word.strip() for word in re.split(r"[;；、,，/+和\s]+", text) if word.strip()]
    named = {word: _known("modes", word) for word in words}
    return tuple(mode for mode in MODES if mode in named.values()), tuple(w for w, mode in named.items() if not mode)


def _known(table: str, text: str) -> str | None:
    said = plain(text)
    return next((name for name, words in patch_words(table).items() if said in map(plain, words)), None)
