"""Units by their names, and where they lie on the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyproj

from circle15.model.ledger import Place
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from circle15.model.zones import Zones


def to_degrees(crs: pyproj.CRS) -> pyproj.Transformer:
    """From a coordinate system to WGS 84 degrees."""
    return transformer(crs, 4326)


def main_level(zones: Zones) -> str:
    """The level whose units are compared: towns; where a study has none its counties, else the whole place."""
    return next(level for level in ("town", "county", "place", "village") if level in zones.levels)


def unit_names(zones: Zones, level: str) -> dict[str, str]:
    """Names of the units of one level by code."""
    units = zones.at_level(level)
    return dict(zip(units["code"], units["name"], strict=True))


def unit_place(zones: Zones, level: str, code: str, file: str, sheet: str = "", row: int = 0) -> Place:
    """A place within a unit, for what is found about it in a file; without degrees where there is no such unit."""
    frame = zones.frame
    own = frame[(frame["level"] == level) & (frame["code"] == code)]
    if own.empty:
        return Place(file, sheet, row)
    point = own.geometry.iloc[0].representative_point()
    lon, lat = to_degrees(zones.crs).transform(point.x, point.y)
    return Place(file, sheet, row, lon=float(lon), lat=float(lat))
