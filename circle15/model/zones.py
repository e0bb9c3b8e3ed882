"""Administrative units of a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.errors import DataError
from circle15.words import say

if TYPE_CHECKING:
    import geopandas as gpd
    import pyproj

# From the widest to the narrowest. A study with one county has that county as its root; a study with several
# has a root of level "place" above them.
LEVELS = ("place", "county", "town", "village")
ZONE_COLUMNS = ("level", "code", "name", "parent_code", "urban_rural", "geometry")


def level_label(level: str) -> Label:
    """A level's name in both languages.

    Examples
    --------
    >>> level_label("town").en
    'Town or street'
    """
    return Label(say(f"terms.{level}", "zh"), say(f"terms.{level}", "en"))


@dataclass(frozen=True, eq=False)
class Zones:
    """The study's area and the units in it.

    Attributes
    ----------
    frame
        ``ZONE_COLUMNS``, ordered by level (widest first) and code; index 0..n-1. ``code`` (str) is unique within
        its level. ``parent_code`` is the code of the unit above ("" for the root). ``urban_rural`` is "urban",
        "rural" or "" where the source does not say. Polygons are valid and in a metric coordinate system.
    """

    frame: gpd.GeoDataFrame

    def __post_init__(self) -> None:
        if self.frame.duplicated(["level", "code"]).any():
            row = self.frame[self.frame.duplicated(["level", "code"])].iloc[0]
            raise DataError("zones.code_twice", level=level_label(row["level"]), code=row["code"], name=row["name"])
        if (self.frame["parent_code"] == "").sum() != 1:
            raise DataError("zones.no_single_root")

    @property
    def crs(self) -> pyproj.CRS:
        """The metric coordinate system."""
        crs: pyproj.CRS = self.frame.crs
        return crs

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels present, widest first."""
        present = set(self.frame["level"])
        return tuple(level for level in LEVELS if level in present)

    def at_level(self, level: str) -> gpd.GeoDataFrame:
        """The units of one level, index 0..n-1."""
        return self.frame[self.frame["level"] == level].reset_index(drop=True)

    @property
    def root(self) -> gpd.GeoDataFrame:
        """The study's whole area, as a frame of one row."""
        return self.frame[self.frame["parent_code"] == ""].reset_index(drop=True)
