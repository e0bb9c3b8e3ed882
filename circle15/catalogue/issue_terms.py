"""The letters of services in the ids of issues, and what the columns of the list that an office fills in are called."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _terms() -> dict[str, dict[str, Any]]:
    terms: dict[str, dict[str, Any]] = tomllib.loads(
        files("circle15.catalogue").joinpath("issues.toml").read_text(encoding="utf-8")
    )
    return terms


def service_letters(service: str) -> str:
    """The letters of a service; one that has none of its own goes by its id in small letters.

    Examples
    --------
    >>> service_letters("childcare"), service_letters("post_office")
    ('TY', 'post_office')
    """
    return str(_terms()["codes"].get(service, service.lower()))


def header_names() -> Mapping[str, tuple[str, ...]]:
    """What the column of each field may be called, in both languages."""
    return MappingProxyType({field: tuple(names) for field, names in _terms()["headers"].items()})
