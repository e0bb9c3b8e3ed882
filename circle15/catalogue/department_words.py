"""Which department of the catalogue a text means: 市卫生健康局 is the department of health."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.catalogue.entries import Department

FILE = "department_words.toml"


def department_named(text: str, departments: Mapping[str, Department]) -> str:
    """The id of the department that a text names first; "" where it names none.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> known = load_catalogue().departments
    >>> [department_named(text, known) for text in ("市卫生健康局", "区发改局、区建设交通局", "市交通运输局", "")]
    ['health', 'development_reform', '', '']
    """
    found = [
        (text.index(word), -len(word), id_)
        for id_, department in departments.items()
        for word in (*_words().get(id_, ()), department.label.zh)
        if word and word in text
    ]
    return min(found)[2] if found else ""


@cache
def _words() -> dict[str, tuple[str, ...]]:
    read = tomllib.loads(files("circle15.catalogue").joinpath(FILE).read_text(encoding="utf-8"))
    return {id_: tuple(words) for id_, words in read.items()}
