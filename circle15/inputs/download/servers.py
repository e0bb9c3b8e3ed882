"""Which servers are asked, and for what: kept as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from circle15.catalogue.entries import Service


@dataclass(frozen=True, eq=False)
class Servers:
    """Addresses of the Overpass API, the best first, and of the search for places by name."""

    overpass: tuple[str, ...]
    nominatim: str


@cache
def public_servers() -> Servers:
    """The servers of the catalogue."""
    return Servers(tuple(_content()["overpass"]), _content()["nominatim"])


def tags_of(services: Iterable[Service]) -> dict[str, bool | list[str]]:
    """The tags that an extract is made of: streets, boundaries, homes, and what the services are known by.

    Examples
    --------
    >>> sorted(tags_of([]))
    ['barrier', 'boundary', 'highway', 'landuse']
    """
    tags: dict[str, bool | list[str]] = {
        key: values if values is True else list(values) for key, values in _content()["tags"].items()
    }
    for service in services:
        for pairs in service.osm_tags:
            key, value = pairs[0]
            known = tags.setdefault(key, [])
            if isinstance(known, list) and value not in known:
                known.append(value)
    return {key: sorted(values) if isinstance(values, list) else values for key, values in sorted(tags.items())}


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(files("circle15.catalogue").joinpath("servers.toml").read_text(encoding="utf-8"))
