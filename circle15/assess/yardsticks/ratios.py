"""Ratio: places per 1000 people of every unit, and the places missing to the standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.empty import table_of
from circle15.assess.units import ordered_cells, total, units_of
from circle15.assess.yardsticks.units import facility_units
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle

RATIO_COLUMNS = (
    "level", "code", "name", "service", "base", "base_people", "facilities", "unknown_facilities", "supply",
    "per_1000", "per_head", "standard_per_1000", "standard_places", "places_missing",
)  # fmt: skip
NO_DATA = float("nan")


def ratios_table(
    cells: pd.DataFrame, facilities: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, circles: Sequence[Circle]
) -> pd.DataFrame:
    """What every unit has per head, whoever may reach it.

    Parameters
    ----------
    cells
        ``cell_id``, ``<level>_code``, ``persons_<group>``.
    facilities
        ``service, inside, capacity`` (NaN where not known), points.
    zones
        ``level, code, name, geometry``.
    circles
        The deciding circle of each service; those that count no places are left out.

    Returns
    -------
    pandas.DataFrame
        ``RATIO_COLUMNS``, per unit in the order of ``zones`` and per service. ``base`` is the group that the standard
        counts by: everyone where it counts residents, else the service's group; without a standard the group counted.
        ``supply`` is of the unit's own facilities whose capacity is known; ``unknown_facilities`` are those of which it
        is not, and while there are any ``supply`` is what there is at least and ``places_missing`` what is lacking at
        most. Where all are unknown, ``supply`` and all that follows from it are NaN; a unit without facilities has 0.
        ``standard_places`` are those due by the standard, ``places_missing`` how many fewer there are, 0 where there
        are more; both NaN where there is no standard for the people counted. Figures per head are NaN where nobody of
        the base lives.
    """
    cells = ordered_cells(cells)
    held = {str(level): codes.to_numpy() for level, codes in facility_units(facilities, zones).items()}
    capacity = facilities["capacity"].to_numpy(dtype=np.float64)
    counted = [
        (
            circle,
            cells[f"persons_{base_of(circle)}"].to_numpy(dtype=np.float64),
            facilities["service"].to_numpy() == circle.service.id,
        )
        for circle in circles
        if circle.service.capacity_unit is not None
    ]
    rows = [
        (
            unit.level,
            unit.code,
            unit.name,
            *_row(circle, persons[unit.rows], capacity[own & (held[unit.level] == unit.code)]),
        )
        for unit in units_of(zones, cells)
        for circle, persons, own in counted
    ]
    return table_of(rows, RATIO_COLUMNS)


def base_of(circle: Circle) -> str:
    """The group whose heads a service's places are counted by."""
    supply = circle.service.supply
    return EVERYONE if supply is not None and supply.of == "residents" else circle.group


def standard_of(circle: Circle) -> float:
    """Places per 1000 of the base; NaN where no number says it of those who are counted.

    A standard per child says nothing of all residents, who are counted where there are no figures of children.
    """
    supply = circle.service.supply
    if supply is None or (supply.of == "group" and circle.group != circle.service.group):
        return NO_DATA
    return supply.per_1000


def _row(circle: Circle, persons: NDArray[np.float64], capacity: NDArray[np.float64]) -> tuple[object, ...]:
    """The figures of one unit from its people of the base and the capacities of its facilities."""
    known, people = ~np.isnan(capacity), total(persons)
    supply = total(capacity[known]) if known.any() or not len(capacity) else NO_DATA
    per_head = supply / people if people > 0 else NO_DATA
    standard = standard_of(circle)
    due = standard * people / 1000.0
    return (
        *(circle.service.id, base_of(circle), people, float(len(capacity)), float((~known).sum())),
        *(supply, 1000.0 * per_head, per_head, standard, due),
        max(due - supply, 0.0) if not np.isnan(due - supply) else NO_DATA,
    )
