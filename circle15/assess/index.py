"""The balance-access index: access A, balanced access EA, balance B and its split.

Every unit's index comes from two figures per service, and these two add up over any grouping of cells, weighted
by people: access ``A_zs = sum(p r) / sum(p)`` and root access ``h_zs = sum(p sqrt(r)) / sum(p)``. So the district's
index is computed from its own ``A`` and ``h``, and the towns' table gives exactly the same as the cells.

The root is the equally-distributed-equivalent of Atkinson (1970) with inequality aversion 1/2: zeros are real
here, so not the logarithm. ``docs/index.md`` has the definitions and an example worked by hand.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.reach import soft_reach
from circle15.assess.units import ordered_cells, total, units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle

    ReachScore = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

PART_COLUMNS = ("level", "code", "service", "people", "access", "root_access")
INDEX_COLUMNS = (
    "level", "code", "name", "people", "access", "balanced_access", "balance", "balance_people", "balance_services",
)  # fmt: skip
NO_DATA = float("nan")


def index_parts(
    cells: pd.DataFrame, zones: gpd.GeoDataFrame, circles: Sequence[Circle], score: ReachScore = soft_reach
) -> pd.DataFrame:
    """Access and root access of every unit to every service.

    Parameters
    ----------
    cells
        ``cell_id``, ``<level>_code`` per level of ``zones``, ``urban_rural``, ``persons_<group>``, ``<service>_m``;
        in any order.
    zones
        ``level, code, name``.
    circles
        The deciding circle of each service.
    score
        ``soft_reach``, or ``strict_reach`` where the study says so.

    Returns
    -------
    pandas.DataFrame
        ``PART_COLUMNS``, per unit in the order of ``zones`` and per service: ``people`` of the group; ``access``
        ``sum(p r) / sum(p)`` and ``root_access`` ``sum(p sqrt(r)) / sum(p)``, NaN where there are no people.
    """
    cells = ordered_cells(cells)
    scored = [
        (circle.service.id, circle.persons(cells), score(circle.metres(cells), circle.limits_m(cells)))
        for circle in circles
    ]
    rows = [
        (unit.level, unit.code, service, *_mean_part(persons[unit.rows], reach[unit.rows], np.sqrt(reach[unit.rows])))
        for unit in units_of(zones, cells)
        for service, persons, reach in scored
    ]
    return pd.DataFrame(rows, columns=list(PART_COLUMNS))


def _mean_part(
    persons: NDArray[np.float64], access: NDArray[np.float64], root_access: NDArray[np.float64]
) -> tuple[float, float, float]:
    """People, and the means over people of the two figures."""
    people = total(persons)
    if not people > 0:
        return people, NO_DATA, NO_DATA
    return people, total(persons * access) / people, total(persons * root_access) / people


def combine_parts(parts: pd.DataFrame, parent_of: Mapping[str, str], level: str) -> pd.DataFrame:
    """The parts of units above from the parts of the units in them, without going back to the cells.

    Parameters
    ----------
    parts
        ``PART_COLUMNS`` of one level.
    parent_of
        Code of the unit above, by code.
    level
        The level of the units above.

    Returns
    -------
    pandas.DataFrame
        ``PART_COLUMNS`` per unit above, by code, with the services in the order of ``parts``. Equal to what
        ``index_parts`` finds from the cells, but for the rounding of floats.
    """
    parents = parts["code"].map(dict(parent_of))
    rows = []
    for code in sorted(set(parents)):
        for service in parts["service"].unique():
            below = parts[(parents == code) & (parts["service"] == service) & (parts["people"] > 0)]
            figures = (below[column].to_numpy(dtype=np.float64) for column in ("people", "access", "root_access"))
            rows.append((level, code, service, *_mean_part(*figures)))
    return pd.DataFrame(rows, columns=list(PART_COLUMNS))


def index_table(parts: pd.DataFrame, weights: Mapping[str, float], people: pd.DataFrame) -> pd.DataFrame:
    """The index of every unit.

    Parameters
    ----------
    parts
        What ``index_parts`` or ``combine_parts`` gives.
    weights
        Weight of each service; need not add up to 1.
    people
        ``level, code, name, people``: the units to report, with all their people.

    Returns
    -------
    pandas.DataFrame
        ``INDEX_COLUMNS``, in the order of ``people``; fractions of the fixed standard, between 0 and 1. A service
        whose group has no people in a unit is left out there and the others' weights renormalised. ``balance``
        and its factors are NaN where ``access`` is 0; all are NaN where nobody lives.
    """
    of_unit = dict(iter(parts[parts["people"] > 0].groupby(["level", "code"], sort=False)))
    rows = []
    for unit in people.itertuples(index=False):
        present = of_unit.get((unit.level, unit.code), parts.iloc[:0])
        scores = _scores(
            np.array([weights[service] for service in present["service"]], dtype=np.float64),
            np.array(present["access"], dtype=np.float64),
            np.array(present["root_access"], dtype=np.float64),
        )
        rows.append((unit.level, unit.code, unit.name, unit.people, *scores))
    return pd.DataFrame(rows, columns=list(INDEX_COLUMNS))


def _scores(
    weights: NDArray[np.float64], access: NDArray[np.float64], root_access: NDArray[np.float64]
) -> tuple[float, float, float, float, float]:
    """A, EA, B, B_people and B_services of one unit from its services.

    None of them can exceed its bound (EA <= A, factors of B <= 1: Cauchy-Schwarz); ``min`` takes off what the
    rounding of floats puts on top, so that a town of equals has a balance of 1, not 1.0000000000000002.
    """
    if not total(weights) > 0:
        return (NO_DATA,) * 5
    whole_access = _weighted_mean(weights, access)
    root = _weighted_mean(weights, root_access)
    squares = _weighted_mean(weights, root_access**2)
    balanced = min(root**2, whole_access)
    if whole_access == 0:
        return whole_access, balanced, NO_DATA, NO_DATA, NO_DATA
    return (
        whole_access,
        balanced,
        balanced / whole_access,
        min(squares / whole_access, 1.0),
        min(root**2 / squares, 1.0),
    )


def _weighted_mean(weights: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    return math.fsum((weights * values).tolist()) / math.fsum(weights.tolist())
