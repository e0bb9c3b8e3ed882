"""What to call a place that has no name: 某某镇东北部·近某某村."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from circle15.words import say

if TYPE_CHECKING:
    import shapely

# Counter-clockwise from east, as angles run.
SIDES = ("east", "north_east", "north", "north_west", "west", "south_west", "south", "south_east")
MIDDLE = "middle"
# Within this share of a town's size, the side of the square of its area, a place is in its middle.
MIDDLE_SHARE = 1.0 / 6.0


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
    >>> import shapely
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
