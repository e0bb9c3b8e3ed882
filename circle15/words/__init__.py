"""Every sentence a planner reads, kept as data: one TOML file per room and language.

A key is ``room.name``; its template takes named facts in braces. Facts are put in as plain text and
never read as templates, so a facility called ``{x}`` shows as ``{x}``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("zh", "en")


@runtime_checkable
class Bilingual(Protocol):
    """Anything with a name in both languages."""

    def in_language(self, lang: str) -> str:
        """The name in ``lang``."""


@cache
def phrasebook(lang: str) -> Mapping[str, str]:
    """All templates of one language, by key.

    Parameters
    ----------
    lang
        One of ``LANGUAGES``.

    Examples
    --------
    >>> phrasebook("en")["terms.town"]
    'Town or street'
    """
    phrases: dict[str, str] = {}
    for room in sorted(files(__package__).joinpath(lang).iterdir(), key=lambda entry: entry.name):
        if room.name.endswith(".toml"):
            entries = tomllib.loads(room.read_text(encoding="utf-8"))
            phrases |= {f"{room.name.removesuffix('.toml')}.{name}": text for name, text in entries.items()}
    return MappingProxyType(phrases)


def say(key: str, lang: str = "zh", /, **facts: object) -> str:
    """One sentence: the template of ``key`` in ``lang`` with its facts put in.

    A fact that has a name in both languages (a catalogue ``Label``) is put in by its name in ``lang``.

    Raises
    ------
    KeyError
        No such template, or a fact that it names is missing: a fault of the program, not of the data.

    Examples
    --------
    >>> say("terms.town", "zh")
    '乡镇（街道）'
    """
    return phrasebook(lang)[key].format_map({name: _named(fact, lang) for name, fact in facts.items()})


def _named(fact: object, lang: str) -> object:
    return fact.in_language(lang) if isinstance(fact, Bilingual) else fact
