"""OSM extracts, opened wherever they lie."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# The endings of OSM files, and the format in osmium's words. Given outright, other dots in a name do not matter.
OSM_FORMATS = {".pbf": "osm.pbf", ".osm": "osm", ".osm.bz2": "osm.bz2", ".osm.gz": "osm.gz"}


def is_osm(file: str) -> bool:
    """Whether a file's name says that it is an OSM extract.

    Examples
    --------
    >>> is_osm("County.osm.PBF"), is_osm("towns.gpkg")
    (True, False)
    """
    return file.lower().endswith(tuple(OSM_FORMATS))


def damage() -> tuple[type[Exception], ...]:
    """What osmium raises at a damaged file: at numbers and places that are none, too."""
    import osmium

    return RuntimeError, OSError, ValueError, osmium.InvalidLocationError


def osm_format(path: Path) -> str:
    """The file's format in osmium's words, "" where its name does not say."""
    name = path.name.lower()
    return next((form for ending, form in OSM_FORMATS.items() if name.endswith(ending)), "")


def open_osm(path: Path) -> Any:  # noqa: ANN401  osmium publishes no types
    """The file as osmium can open it: its own opening knows no Chinese paths on Windows."""
    import osmium

    if sys.platform == "win32" and not str(path).isascii():
        return osmium.io.FileBuffer(path.read_bytes(), osm_format(path))
    return osmium.io.File(str(path), osm_format(path))
