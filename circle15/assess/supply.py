"""How many places a head of the group ought to find: the yardstick of the three states and of the index's capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.assess.units import total
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    import pandas as pd

    from circle15.assess.circles import Circle
    from circle15.catalogue.entries import Supply

NO_DATA = float("nan")


def places_per_head(supply: Supply, residents: float, group_people: float) -> float:
    """Places per head of the group, from a standard that counts the group or all residents.

    ``4.5 places per 1000 residents`` is the same for every infant of a district: the places that its residents make
    due, divided by its infants. One figure for the whole district, so that no town is measured by its own age mix.

    Parameters
    ----------
    supply
        The standard.
    residents, group_people
        All residents of the district, and those of the group counted.

    Returns
    -------
    float
        NaN where there is nobody of the group.

    Examples
    --------
    A district of 100,000 with 2,000 infants needs 450 places, 0.225 per infant:

    >>> from circle15.catalogue.entries import Supply
    >>> places_per_head(Supply(4.5, "residents"), 100_000, 2_000)
    0.225
    >>> places_per_head(Supply(1000, "group"), 100_000, 2_000)
    1.0
    """
    if not group_people > 0:
        return NO_DATA
    if supply.of == "group":
        return supply.per_1000 / 1000.0
    return supply.per_1000 * residents / 1000.0 / group_people


def standard_per_head(cells: pd.DataFrame, circle: Circle) -> float:
    """The service's standard as places per head of the people counted; NaN where there is none for them.

    A standard of the group (one place per child) says nothing of those who are counted in its stead where the place has
    no figures for the group; one of residents holds all the same, spread over whoever is counted.
    """
    supply = circle.service.supply
    if supply is None or (supply.of == "group" and circle.group != circle.service.group):
        return NO_DATA
    residents = total(cells[f"persons_{EVERYONE}"].to_numpy(dtype=float))
    return places_per_head(supply, residents, total(circle.persons(cells)))
