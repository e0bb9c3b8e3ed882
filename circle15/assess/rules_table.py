"""By which rule each person was counted: people and those covered, per unit, service and class of town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.coverage import parts_of
from circle15.assess.rules import CLASSES, is_rural
from circle15.assess.units import ordered_cells, total, units_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.units import Unit
    from circle15.catalogue.entries import UrbanRural

    Shares = dict[UrbanRural, float]

RULE_COLUMNS = (
    "level", "code", "name", "service", "urban_rural", "mode", "minutes", "limit_m", "people", "covered_people",
)  # fmt: skip


def rules_table(cells: pd.DataFrame, zones: gpd.GeoDataFrame, circles: Sequence[Circle]) -> pd.DataFrame:
    """The rules of the circles that decide, and how many people of every unit each of them counted.

    Parameters
    ----------
    cells
        As for ``coverage_table``.
    zones
        ``level, code, name``.
    circles
        The deciding circle of each service.

    Returns
    -------
    pandas.DataFrame
        ``RULE_COLUMNS``, per unit in the order of ``zones``, per service in the order of ``circles``, urban before
        rural: a row for each class of which the unit has cells. ``urban_rural`` is the class that people were
        counted as, ``urban`` where it is not known; ``limit_m`` is metres of level travel by ``mode``. Over the
        classes of a unit and service, ``people`` and ``covered_people`` add up to those of the coverage table
        exactly.
    """
    cells = ordered_cells(cells)
    rural = is_rural(cells)
    counted = [(circle, circle.persons(cells), circle.served(cells)) for circle in circles]
    rows = [
        row
        for unit in units_of(zones, cells)
        for circle, persons, served in counted
        for row in _rows(unit, circle, persons[unit.rows], served[unit.rows], rural[unit.rows])
    ]
    return pd.DataFrame(rows, columns=list(RULE_COLUMNS))


def _rows(
    unit: Unit, circle: Circle, persons: NDArray[np.float64], served: NDArray[np.bool_], rural: NDArray[np.bool_]
) -> Iterator[tuple[object, ...]]:
    people = total(persons)
    covered, _ = parts_of(people, total(persons[served]))
    of_people = _by_class(people, persons, rural)
    of_covered = _by_class(covered, np.where(served, persons, 0.0), rural)
    for kind in CLASSES:
        if (rural if kind == "rural" else ~rural).any():
            rule = circle.rule(kind)
            yield (
                *(unit.level, unit.code, unit.name, circle.service.id, kind, rule.mode, rule.minutes, rule.limit_m),
                of_people[kind],
                of_covered[kind],
            )


def _by_class(whole: float, persons: NDArray[np.float64], rural: NDArray[np.bool_]) -> Shares:
    """The whole as the sums of the two classes; where one has nobody, all of it is the other's."""
    rural_persons, urban_persons = total(persons[rural]), total(persons[~rural])
    if not urban_persons > 0:
        return {"urban": 0.0, "rural": whole}
    if not rural_persons > 0:
        return {"urban": whole, "rural": 0.0}
    first, second = parts_of(whole, min(rural_persons, whole))
    return {"urban": second, "rural": first}
