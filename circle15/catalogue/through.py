"""Kinds of street that a mode only passes through."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from circle15.catalogue.entries import Mode


@cache
def through_kinds(mode: Mode) -> frozenset[str]:
    """The kinds on which nobody gets in or out, so that no home and no site may join the streets there.

    Examples
    --------
    >>> sorted(through_kinds("drive")), sorted(through_kinds("walk"))
    (['motorway', 'motorway_link'], [])
    """
    if mode != "drive":
        return frozenset()
    text = files(__package__).joinpath("driving.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["highway"]["through"])
