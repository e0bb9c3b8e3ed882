"""What to call a place that has no name: 某某镇东北部·近某某村."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

# Counter-clockwise from east, as angles run.
SIDES = ("east", "north_east", "north", "north_west", "west", "south_west", "south", "south_east")
MIDDLE = "middle"
# Within this share of a town's size, the side of the square of its area, a place is in its middle.
MIDDLE_SHARE = 1.0 / 6.0


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The names that places are called by.

    Attributes
    ----------
    town_level
        Level of the units that own places: town, or what the study has instead.
    towns
        Name and polygon by code; the whole area stands under "" for places in no town.
    villages
        Name by code, ordered by code.
    village_xy
        (villages, 2): their centroids, metres.
    """

    town_level: str
    towns: Mapping[str, tuple[str, shapely.Geometry]]
    villages: Mapping[str, str]
    village_xy: NDArray[np.float64]

    def name(self, x: float, y: float, town_code: str, village_code: str, lang: str) -> str:
        """The name of a place at (x, y), metres, in ``lang``; ``village_code`` is "" where not known."""
        town, polygon = self.towns[town_code]
        village = self.villages.get(village_code) or self._nearest_village(x, y)
        return area_name(town, side_of(x, y, polygon), village, lang)

    def _nearest_village(self, x: float, y: float) -> str:
        if not self.villages:
            return ""
        at = np.argmin(np.hypot(self.village_xy[:, 0] - x, self.village_xy[:, 1] - y))
        return tuple(self.villages.values())[at]


def town_level(zones: pd.DataFrame) -> str:
    """The level of the units that own places: towns, or what a study without towns has instead."""
    present = set(zones["level"])
    return next(level for level in ("town", "county", "place") if level in present)


def gazetteer(zones: gpd.GeoDataFrame) -> Gazetteer:
    """The names in ``zones`` (level, code, name, geometry; the root first)."""
    owning = town_level(zones)
    towns = zones[zones["level"] == owning]
    villages = zones[zones["level"] == "village"].sort_values("code", kind="stable")
    whole = {"": (zones["name"].iloc[0], zones.geometry.iloc[0])}
    return Gazetteer(
        town_level=owning,
        towns=whole | dict(zip(towns["code"], zip(towns["name"], towns.geometry, strict=True), strict=True)),
        villages=dict(zip(villages["code"], villages["name"], strict=True)),
        village_xy=shapely.get_coordinates(shapely.centroid(villages.geometry.to_numpy())),
    )


def side_of(x: float, y: float, town: shapely.Geometry) -> str:
    """Which part of a town a point lies in: one of ``SIDES``, or ``MIDDLE``.

    Parameters
    ----------
    x, y
        The point, metres.
    town
        The town's polygon, in the same coordinate system.

    Examples
    --------
    >>> side_of(5500, 5600, shapely.box(0, 0, 6000, 6000))
    'north_east'
    """
    east_m, north_m = x - town.centroid.x, y - town.centroid.y
    if math.hypot(east_m, north_m) <= MIDDLE_SHARE * math.sqrt(town.area):
        return MIDDLE
    octant = round(math.atan2(north_m, east_m) / (math.pi / 4)) % len(SIDES)
    return SIDES[octant]


def area_name(town: str, side: str, village: str, lang: str) -> str:
    """The name of an area from its town, the part of the town, and the village it is in or near ("" for none).

    Examples
    --------
    >>> area_name("示例镇", "north_east", "桥头村", "zh")
    '示例镇东北部·近桥头村'
    >>> area_name("示例镇", "middle", "", "zh")
    '示例镇中部'
    """
    part = say(f"assess.side_{side}", lang)
    if not village:
        return say("assess.area_in_town", lang, town=town, side=part)
    return say("assess.area_near_village", lang, town=town, side=part, village=village)


def ordinal(number: int, lang: str) -> str:
    """The number of one of several places of one name.

    Examples
    --------
    >>> [ordinal(number, "zh") for number in (1, 10, 11)]
    ['一', '十', '11']
    """
    ordinals = say("assess.ordinals", lang)
    return ordinals[number - 1] if number <= len(ordinals) else str(number)
