"""What lies beyond the border: how much of the coverage hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.coverage import parts_of
from circle15.assess.units import ordered_cells, total, units_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.units import Unit

    Metres = Mapping[str, NDArray[np.float64]]

EDGE_COLUMNS = (
    "level", "code", "name", "service", "group", "people", "coverage", "coverage_without_outside_facilities",
    "coverage_inside_only", "people_gained",
)  # fmt: skip


def edge_effects(
    cells: pd.DataFrame, zones: gpd.GeoDataFrame, circles: Sequence[Circle], inside_facilities: Metres, inside: Metres
) -> pd.DataFrame:
    """Coverage with all that lies around, without the facilities beyond the border, and without the streets there too.

    Parameters
    ----------
    cells
        As for ``coverage_table``, ordered by cell_id.
    zones
        ``level, code, name``.
    circles
        The deciding circle of each service.
    inside_facilities
        By service id, per cell: metres to the facility that decides where only those inside the border count.
    inside
        The same where only the streets inside are walked too.

    Returns
    -------
    pandas.DataFrame
        ``EDGE_COLUMNS``, per unit in the order of ``zones`` and per service. ``people_gained``: those covered thanks to
        what lies beyond the border. Shares are NaN where nobody of the group lives.
    """
    ordered = ordered_cells(cells)
    if not ordered["cell_id"].equals(cells["cell_id"].reset_index(drop=True)):
        raise ValueError("cells must be ordered by cell_id, as the metres are")
    served = [_served(ordered, circle, inside_facilities, inside) for circle in circles]
    rows = [
        _row(unit, circle, circle.persons(ordered)[unit.rows], [each[unit.rows] for each in of_circle])
        for unit in units_of(zones, ordered)
        for circle, of_circle in zip(circles, served, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(EDGE_COLUMNS))


def _served(
    cells: pd.DataFrame, circle: Circle, inside_facilities: Metres, inside: Metres
) -> tuple[NDArray[np.bool_], ...]:
    """Whether each cell is covered: with all, without the facilities outside, without the streets there too."""
    all_metres = circle.metres(cells), inside_facilities[circle.service.id], inside[circle.service.id]
    return tuple(circle.served(cells.assign(**{circle.column: metres})) for metres in all_metres)


def _row(
    unit: Unit, circle: Circle, persons: NDArray[np.float64], served: Sequence[NDArray[np.bool_]]
) -> tuple[object, ...]:
    people = total(persons)
    covered = [parts_of(people, total(persons[each]))[0] for each in served]
    shares = [each / people if people > 0 else float("nan") for each in covered]
    return (
        *(unit.level, unit.code, unit.name, circle.service.id, circle.group, people),
        *shares,
        covered[0] - covered[-1],
    )
