"""What an OSM extract holds beside streets: the administrative boundaries of counties and towns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import osmium

from circle15.errors import Circle15Error, DataError
from circle15.inputs.files.osm_file import damage, open_osm
from circle15.inputs.files.readable import require_readable
from circle15.inputs.recognise.found import Found, Told
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEVEL_NUMBERS = {"6": "county", "8": "town"}
# Larger extracts are not searched for boundaries: that would take minutes.
SEARCHED_BYTES = 300_000_000


def recognise_osm(path: Path, name: str) -> tuple[Found, ...]:
    """The streets of an extract, and its boundaries by level.

    Parameters
    ----------
    path, name
        The file, and its name in the folder.
    """
    size = path.stat().st_size
    streets = Found(path, name, "streets", rows=size)
    if size > SEARCHED_BYTES:
        return (streets,)
    try:
        require_readable(path, vouched=True)  # whether it may be cut short is for the check to ask
        units = _unit_names(path)
    except Circle15Error as fault:
        return (_unread(streets, fault),)
    found = [
        Found(path, name, "zones", level=level, names=tuple(sorted(units[level]))) for level in units if units[level]
    ]
    return (streets, *found)


def _unread(streets: Found, fault: Circle15Error) -> Found:
    return replace(streets, kind="nothing", remarks=(Note("init.cannot_read", {"problem": Told(fault)}),))


def _unit_names(path: Path) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {level: set() for level in LEVEL_NUMBERS.values()}
    try:
        for level, name in _boundaries(path):
            names[level].add(name)
    except damage() as fault:
        raise DataError("zones.unreadable_osm", file=path.name) from fault
    return names


def _boundaries(path: Path) -> Iterator[tuple[str, str]]:
    """Level and name of each administrative boundary that has both."""
    wanted = osmium.filter.TagFilter(("boundary", "administrative"))
    for item in osmium.FileProcessor(open_osm(path), osmium.osm.RELATION).with_filter(wanted):
        level = LEVEL_NUMBERS.get(item.tags.get("admin_level") or "")
        if level is not None and item.tags.get("name"):
            yield level, item.tags["name"]
