"""Words by which files are recognised: of services, datums, kinds of file."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from circle15.inputs.files.columns import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from circle15.catalogue.entries import Service

    Words = Mapping[str, tuple[str, ...]]

_PARTS = re.compile(r"[、，,;；（）()]")


@cache
def vocabulary(kind: str) -> Words:
    """One table of ``catalogue/recognition.toml``: words by what they say.

    Examples
    --------
    >>> vocabulary("datum")["bd09"][0]
    '百度'
    """
    return MappingProxyType({name: tuple(words) for name, words in _load("recognition.toml")[kind].items()})


def _load(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("circle15.catalogue").joinpath(name).read_text(encoding="utf-8"))


def service_words(services: Mapping[str, Service]) -> Words:
    """The words of every service: its own, and the parts of its label."""
    known = _load("service_words.toml")
    return {
        id_: (*known.get(id_, ()), *(part.strip() for part in _PARTS.split(service.label.zh) if part.strip()))
        for id_, service in services.items()
    }


def said(text: str, words: Words) -> tuple[str, ...]:
    """What a text speaks of, each once, in the order of ``words``; of words that overlap the longest counts.

    Examples
    --------
    >>> said("城东社区卫生服务站", {"centre": ("卫生服务中心", "社区"), "station": ("卫生服务站", "社区卫生服务站")})
    ('station',)
    """
    left = plain(text)
    found = set()
    for word, name in sorted(((plain(word), each) for each in words for word in words[each]), key=_longest_first):
        if word in left:
            found.add(name)
            left = left.replace(word, "\0")
    return tuple(name for name in words if name in found)


def _longest_first(entry: tuple[str, str]) -> tuple[int, str, str]:
    return (-len(entry[0]), *entry)


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether any of ``words`` stands in a text, whatever its case and width."""
    there = plain(text)
    return any(plain(word) in there for word in words)


def hinted_datum(*texts: str) -> str:
    """The datum that the first telling text speaks of; "" where none does, or where it speaks of several.

    Examples
    --------
    >>> hinted_datum("经度（高德）", "名单（百度）"), hinted_datum("经度"), hinted_datum("高德转wgs84")
    ('gcj02', '', '')
    """
    for text in texts:
        found = said(text, vocabulary("datum"))
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def total_names() -> tuple[str, ...]:
    """The headers by which a column of official totals is known."""
    return tuple(_load("totals.toml")["columns"]["total"])


def status_words() -> tuple[str, ...]:
    """The words of headers that count people by a status: 低保, 残疾."""
    return tuple(word for words in _load("totals.toml")["status"].values() for word in words)
