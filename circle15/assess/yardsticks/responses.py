"""Drive-time response: how many minutes by car, on average and for nine in ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.empty import table_of
from circle15.assess.quantiles import weighted_quantile
from circle15.assess.rules import is_rural
from circle15.assess.units import ordered_cells, total, units_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.units import Unit

RESPONSE_COLUMNS = (
    "level", "code", "name", "service", "urban_rural", "minutes", "people", "without_way", "mean_min", "p90_min",
    "within_share",
)  # fmt: skip
NO_DATA = float("nan")
CLASSES = ("", "urban", "rural")


def responses_table(cells: pd.DataFrame, zones: gpd.GeoDataFrame, circles: Sequence[Circle]) -> pd.DataFrame:
    """Mean and 90th percentile of the minutes by car, of every unit and of its urban and rural people.

    Parameters
    ----------
    cells
        ``cell_id``, ``<level>_code``, ``urban_rural``, ``persons_<group>``, ``<service>_m``.
    zones
        ``level, code, name``.
    circles
        The deciding circle of each service; those that nobody here drives for, or that do not come to people, are
        left out.

    Returns
    -------
    pandas.DataFrame
        ``RESPONSE_COLUMNS``, per unit in the order of ``zones`` and per service: all, then urban and rural people where
        the unit has both. Only people whose own rule goes by car are counted, or all where the service comes to
        people. ``minutes`` is the standard, NaN for both classes together where theirs differ. ``without_way`` are
        people whom no car can get to: they count as ``inf`` in ``p90_min`` and are left out of ``mean_min``, which is
        NaN where there are no others. ``within_share`` is of all of them. The minutes are of driving alone.
    """
    cells = ordered_cells(cells)
    driven = [(circle, _counted(circle, cells)) for circle in circles]
    rural = is_rural(cells)
    rows = [
        (unit.level, unit.code, unit.name, circle.service.id, *row)
        for unit in units_of(zones, cells)
        for circle, counted in driven
        if counted.any()
        for row in _rows(unit, circle, cells, counted, rural)
    ]
    return table_of(rows, RESPONSE_COLUMNS)


def _counted(circle: Circle, cells: pd.DataFrame) -> NDArray[np.bool_]:
    """The cells whose people drive, or are driven to."""
    by_car: NDArray[np.bool_] = circle.modes(cells) == "drive"
    return np.ones(len(cells), dtype=np.bool_) if circle.service.travel == "from_site" else by_car


def _rows(
    unit: Unit, circle: Circle, cells: pd.DataFrame, counted: NDArray[np.bool_], rural: NDArray[np.bool_]
) -> Iterator[tuple[object, ...]]:
    here = unit.rows[counted[unit.rows]]
    classes = {"": here, "urban": here[~rural[here]], "rural": here[rural[here]]}
    both = bool(len(classes["urban"]) and len(classes["rural"]))
    same = circle.urban.minutes == circle.rural.minutes
    for kind in CLASSES if both else CLASSES[:1]:
        rows = classes[kind]
        mixed = both and kind == "" and not same
        rule = circle.rural if len(rows) and rural[rows].all() else circle.urban
        yield (kind, NO_DATA if mixed else rule.minutes, *_figures(circle, cells, rows))


def _figures(circle: Circle, cells: pd.DataFrame, rows: NDArray[np.int64]) -> tuple[float, ...]:
    persons, minutes = circle.persons(cells)[rows], circle.minutes(cells)[rows]
    people, found = total(persons), np.isfinite(minutes)
    reached = total(persons[found])
    return (
        people,
        total(persons[~found]),
        total(persons[found] * minutes[found]) / reached if reached > 0 else NO_DATA,
        weighted_quantile(minutes, persons, 0.9),
        total(persons[circle.served(cells)[rows]]) / people if people > 0 else NO_DATA,
    )
