"""Which cells are of towns and which of the country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

from circle15.assess.rules import counted_classes

if TYPE_CHECKING:
    from circle15.catalogue.entries import UrbanRural
    from circle15.model.population import PopulationGrid
    from circle15.model.zones import Zones


def class_of_cells(zones: Zones, people: PopulationGrid) -> pd.Series:
    """The class of each cell's unit: the narrowest one that has a class; "" where none has."""
    classes = pd.Series("", index=people.cells.index)
    for level in zones.levels:
        units = zones.at_level(level)
        own = people.cells[f"{level}_code"].map(units.set_index("code")["urban_rural"]).fillna("")
        classes = classes.mask(own != "", own)
    return classes


def classes_present(zones: Zones | None, people: PopulationGrid | None) -> tuple[UrbanRural, ...]:
    """The classes that people are counted by; where they could not be read, those of the units as far as known."""
    if zones is None:
        return counted_classes([""])
    if people is None:
        return counted_classes(zones.frame["urban_rural"])
    return counted_classes(class_of_cells(zones, people))


def rural_area(zones: Zones) -> shapely.Geometry:
    """The ground of rural towns, by the narrowest unit that has a class."""
    area = shapely.MultiPolygon()
    for level in zones.levels:
        units = zones.at_level(level)
        area = shapely.difference(area, shapely.union_all(units.geometry[units["urban_rural"] == "urban"]))
        area = shapely.union(area, shapely.union_all(units.geometry[units["urban_rural"] == "rural"]))
    return area
