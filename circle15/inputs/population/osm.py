"""Dwellings in an OpenStreetMap extract: footprints and storeys."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import geopandas as gpd
import osmium
import shapely

from circle15.errors import DataError
from circle15.inputs.files.osm_file import damage, open_osm
from circle15.inputs.files.present import require_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from circle15.inputs.files.boxes import Box

WGS84 = "EPSG:4326"
LONGEST_DEGREES = 0.05  # some 5 km; the longest building is not half as long


@dataclass(frozen=True)
class DwellingRules:
    """What ``catalogue/buildings.toml`` says, each part explained there."""

    dwellings: frozenset[str]
    unsaid: frozenset[str]
    other_use: tuple[str, ...]
    storeys: Mapping[str, float]


@cache
def dwelling_rules() -> DwellingRules:
    """The shipped rules."""
    text = files("circle15.catalogue").joinpath("buildings.toml").read_text(encoding="utf-8")
    rules = tomllib.loads(text)
    return DwellingRules(
        frozenset(rules["dwellings"]), frozenset(rules["unsaid"]), tuple(rules["other_use"]), rules["storeys"]
    )


def is_dwelling(tags: Mapping[str, str], rules: DwellingRules) -> bool:
    """Whether people live in a building with these tags.

    Examples
    --------
    >>> is_dwelling({"building": "yes"}, dwelling_rules())
    True
    >>> is_dwelling({"building": "yes", "amenity": "school"}, dwelling_rules())
    False
    """
    kind = tags.get("building", "")
    said_otherwise = kind in rules.unsaid and any(key in tags for key in rules.other_use)
    return kind in rules.dwellings and not said_otherwise


def storeys(tags: Mapping[str, str], rules: DwellingRules) -> str:
    """What a building's tags say of its storeys, as they say it; "" where they say nothing.

    Examples
    --------
    >>> storeys({"building": "house", "building:levels": "3"}, dwelling_rules())
    '3'
    >>> storeys({"building": "bungalow"}, dwelling_rules())
    '1'
    """
    return tags.get("building:levels") or str(rules.storeys.get(tags["building"], ""))


def read_osm_buildings(path: Path, around: Box | None = None) -> tuple[gpd.GeoDataFrame, int]:
    """The dwellings of an extract, from closed ways and from multipolygons.

    Parameters
    ----------
    path
        A ``.osm.pbf`` or ``.osm`` file.
    around
        West, south, east, north in degrees: buildings that begin farther off than any building is long are left out.

    Returns
    -------
    geopandas.GeoDataFrame
        ``floors`` (text as tagged, "" where not) and footprints, WGS 84.
    int
        Dwellings whose outline does not close, left out.

    Raises
    ------
    DataError
        No such file, or not readable as OpenStreetMap data.
    """
    require_file(path)
    try:
        floors, outlines, broken = _dwellings(path, around)
    except damage() as fault:
        raise DataError("population.osm_unreadable", file=path.name) from fault
    return gpd.GeoDataFrame({"floors": floors}, geometry=shapely.from_wkb(outlines), crs=WGS84), broken


def _dwellings(path: Path, around: Box | None) -> tuple[list[str], list[str], int]:
    rules, factory = dwelling_rules(), osmium.geom.WKBFactory()
    buildings = osmium.filter.KeyFilter("building")
    areas = osmium.filter.EntityFilter(osmium.osm.AREA)
    floors, outlines, broken = [], [], 0
    for area in osmium.FileProcessor(open_osm(path)).with_areas(buildings).with_filter(areas).with_filter(buildings):
        if not isinstance(area, osmium.osm.Area) or not _begins_near(area, around):
            continue
        tags = dict(area.tags)
        if not is_dwelling(tags, rules):
            continue
        try:
            outlines.append(factory.create_multipolygon(area))
        except RuntimeError:  # its rings do not close
            broken += 1
            continue
        floors.append(storeys(tags, rules))
    return floors, outlines, broken


def _begins_near(area: osmium.osm.Area, around: Box | None) -> bool:
    """Whether the first corner of a building lies in a box or no farther from it than a building is long."""
    if around is None:
        return True
    corner = next((ring[0] for ring in area.outer_rings()), None)
    if corner is None or not corner.location.valid():
        return True
    west, south, east, north = around
    across = west - LONGEST_DEGREES <= corner.lon <= east + LONGEST_DEGREES
    return across and south - LONGEST_DEGREES <= corner.lat <= north + LONGEST_DEGREES
