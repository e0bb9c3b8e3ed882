"""Names that this program has made, in the language of who reads them.

A run calls areas, and a siting calls its sites, in the language that it was started in: 望江街道东北部·近渡口社区.
Such a name is put together of the names of units, which stay as they are, and of words, which are those of the reader.
What is not made by these templates is a person's own name for something, and stays untouched.
"""

from __future__ import annotations

import re
import string
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from circle15.assess.place_names import MIDDLE, SIDES, ordinal
from circle15.words import LANGUAGES, phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Collection

    from circle15.catalogue.entries import Label
    from circle15.results import Results

ANYTHING = ".+?"
# More areas of one name no study has.
MOST_ALIKE = 1000


def with_areas_retold(results: Results, lang: str) -> Results:
    """The same results, their under-served areas called in a language."""
    units = frozenset(map(str, results.zones["name"]))
    names = [area_retold(str(name), units, lang) for name in results.underserved["name"]]
    return replace(results, underserved=results.underserved.assign(name=names))


def area_retold(name: str, units: Collection[str], lang: str) -> str:
    """The name of an area in a language.

    Parameters
    ----------
    units
        The names of the units that areas are called by.

    Examples
    --------
    >>> area_retold("东镇北部·近桥村（之二）", {"东镇", "桥村"}, "en")
    'Northern 东镇, near 桥村 (2)'
    >>> area_retold("东镇北部", {"西镇"}, "en")
    '东镇北部'
    """
    for source in (each for each in LANGUAGES if each != lang):
        numbers = _numbers(source)
        again = _read("assess.area_again", name, source, number=_one_of(tuple(numbers)))
        found = _single_area(again["name"] if again else name, units, source, lang)
        if found and again:
            return say("assess.area_again", lang, name=found, number=ordinal(numbers[again["number"]], lang))
        if found:
            return found
    return name


def _single_area(name: str, units: Collection[str], source: str, lang: str) -> str:
    """The name of an area that is not numbered; "" where it is none."""
    sides = {say(f"assess.side_{side}", source): side for side in (*SIDES, MIDDLE)}
    for key in ("assess.area_near_village", "assess.area_in_town"):
        found = _read(key, name, source, side=_one_of(tuple(sides)))
        if found and {found["town"], found.get("village", found["town"])} <= set(units):
            return say(key, lang, **{**found, "side": say(f"assess.side_{sides[found['side']]}", lang)})
    return ""


def site_retold(name: str, services: Collection[Label], lang: str) -> str:
    """The name of a proposed site in a language.

    Examples
    --------
    >>> from circle15.catalogue.entries import Label
    >>> site_retold("托育机构新设2（桥村）", [Label("托育机构", "Childcare centre")], "en")
    'New Childcare centre 2 (桥村)'
    """
    for source in (each for each in LANGUAGES if each != lang):
        again = _read("sited.site_again", name, source)
        if again:
            inner = site_retold(again["name"], services, lang)
            return name if inner == again["name"] else say("sited.site_again", lang, name=inner)
        labels = {label.in_language(source): label for label in services}
        for key in ("sited.site_at", "sited.site_number"):
            found = _read(key, name, source, service=_one_of(tuple(labels)), number=r"\d+")
            if found:
                return say(key, lang, **{**found, "service": labels[found["service"]]})
    return name


def _read(key: str, text: str, source: str, **fields: str) -> dict[str, str]:
    """What fills the template of ``key`` in a language where it says ``text``; nothing where it does not.

    Parameters
    ----------
    fields
        What a field may hold, as a regular expression; anything else may hold anything.
    """
    parts = []
    for words, field, _, _ in string.Formatter().parse(phrasebook(source)[key]):
        parts.append(re.escape(words))
        parts += [f"(?P<{field}>{fields.get(field, ANYTHING)})"] if field else []
    found = re.fullmatch("".join(parts), text, re.DOTALL)
    return found.groupdict() if found else {}


@cache
def _numbers(lang: str) -> dict[str, int]:
    """The numbers of places of one name, by what stands for them."""
    return {ordinal(number, lang): number for number in range(1, MOST_ALIKE)}


@cache
def _one_of(texts: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, texts))
