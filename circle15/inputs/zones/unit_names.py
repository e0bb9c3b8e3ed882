"""When two writings of a name or a code mean the same unit."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from circle15.inputs.files.columns import plain, without_brackets

# Digits of a code of the national division codes: 330102, 330102001, 330102001001.
DIGITS = {"county": 6, "town": 9, "village": 12}


@cache
def _endings(level: str) -> tuple[str, ...]:
    text = files("circle15.catalogue").joinpath("unit_names.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)["endings"].get(level, [])
    return tuple(sorted(found, key=lambda ending: (-len(ending), ending)))


def stem(name: str, level: str, above: str = "") -> str:
    """What of a name tells a unit from its neighbours: without width, spaces, brackets, the unit above and the ending.

    A name of which one sign would be left stays whole: 城区 is no 城.

    Examples
    --------
    >>> stem("望江街道办事处", "town"), stem("望江 街道（新）", "town"), stem("城厢镇", "town")
    ('望江', '望江', '城厢')
    >>> stem("望江街道近江社区居委会", "village", above="望江街道")
    '近江'
    """
    bare = without_brackets(name) or plain(name)
    lead = plain(above)
    if lead and bare.startswith(lead) and len(bare) > len(lead):
        bare = bare[len(lead) :]
    for ending in _endings(level):
        if bare.endswith(ending) and len(bare) > len(ending) + 1:
            return bare[: -len(ending)]
    return bare


def plain_code(code: str, level: str) -> str:
    """A code in the digits of its level: 330102001000 of a town is 330102001; anything else as it stands.

    Examples
    --------
    >>> plain_code("330102001000", "town"), plain_code("330102", "town"), plain_code("r1155955", "town")
    ('330102001', '330102', 'r1155955')
    """
    bare = plain(code)
    digits = DIGITS.get(level)
    if digits is None or not bare.isdigit() or len(bare) <= digits:
        return bare
    return re.sub(rf"^(\d{{{digits}}})0+$", r"\1", bare)


def code_above(code: str, level: str) -> str:
    """The code of the unit above that a code begins with; "" where it is no national code.

    Examples
    --------
    >>> code_above("330102001", "town"), code_above("r12", "town")
    ('330102', '')
    """
    wider = {"town": DIGITS["county"], "village": DIGITS["town"]}.get(level)
    bare = plain_code(code, level)
    return bare[:wider] if wider and bare.isdigit() and len(bare) == DIGITS[level] else ""
