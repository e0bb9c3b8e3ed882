"""The parts of the index: means over people per unit and service, which add up over any grouping of cells.

So the district's index is computed from its own means, and the towns' table gives exactly the same as the cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from circle15.assess.reach import soft_reach
from circle15.assess.rules import counted_classes, is_rural
from circle15.assess.units import Unit, listed_level, ordered_cells, total, units_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd

    from circle15.assess.circles import Circle
    from circle15.assess.index.capacity import SupplyScores

ReachScore = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

# Means over people of scores of cells; the last is the mean of the square of a mean.
MEANS = ("access", "root_access", "capacity", "quality", "root_supply")
PART_COLUMNS = ("level", "code", "service", "people", *MEANS, "listed_root_square")
# The level of the two that are no administrative units: all cells of towns of one class.
CLASS_LEVEL = "class"
NO_DATA = float("nan")
NOTHING: Mapping[str, SupplyScores] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class CellScores:
    """The scores of one service per cell, ordered by cell_id.

    Attributes
    ----------
    service
        Its id.
    persons
        People of its group.
    means
        By the names of ``MEANS``: what is averaged over people; None where nothing is known of it.
    """

    service: str
    persons: NDArray[np.float64]
    means: Mapping[str, NDArray[np.float64] | None]


def index_parts(
    cells: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    circles: Sequence[Circle],
    score: ReachScore = soft_reach,
    supplies: Mapping[str, SupplyScores] = NOTHING,
) -> pd.DataFrame:
    """Means over people of every unit for every service.

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
    supplies
        Scores of capacity and quality of each cell, ordered by cell_id, by service; those without data are left out.

    Returns
    -------
    pandas.DataFrame
        ``PART_COLUMNS``, per unit in the order of ``zones``, then for all cells of urban and of rural towns (level
        ``class``), and per service: ``people`` of the group; ``access`` ``sum(p r) / sum(p)``, ``root_access``
        ``sum(p sqrt(r)) / sum(p)``, and so ``capacity`` of m, ``quality`` of q, ``root_supply`` of ``sqrt(u)``;
        ``listed_root_square`` the mean over people of the squared root access of their listed unit (town). NaN where
        there are no people or no data, and ``listed_root_square`` below the listed level.
    """
    cells = ordered_cells(cells)
    scored = [cell_scores(cells, circle, score, supplies.get(circle.service.id)) for circle in circles]
    level = listed_level(set(zones["level"]))
    towns = cells[f"{level}_code"].to_numpy(dtype=object)
    above = levels_above(zones, level)
    rows = []
    for unit in (*units_of(zones, cells), *class_units(cells)):
        listed = _groups(unit.rows, towns) if unit.level in above else ()
        rows += [_part(unit, each, listed, own=unit.level == level) for each in scored]
    return pd.DataFrame(rows, columns=list(PART_COLUMNS))


def cell_scores(cells: pd.DataFrame, circle: Circle, score: ReachScore, supply: SupplyScores | None) -> CellScores:
    """What is averaged over people, of every cell.

    Parameters
    ----------
    cells
        Ordered by cell_id.
    circle
        The deciding circle.
    score
        Of a distance against its limit.
    supply
        Scores of capacity and quality; None where there is no data.
    """
    reach = score(circle.metres(cells), circle.limits_m(cells))
    capacity, quality, joint = (None, None, None) if supply is None else (supply.capacity, supply.quality, supply.score)
    means = {
        "access": reach,
        "root_access": np.sqrt(reach),
        "capacity": capacity,
        "quality": quality,
        "root_supply": None if joint is None else np.sqrt(joint),
    }
    return CellScores(circle.service.id, circle.persons(cells), means)


def class_units(cells: pd.DataFrame) -> Iterator[Unit]:
    """All cells of towns of each class that occurs; an unknown class counts as urban."""
    rural = is_rural(cells)
    for kind in counted_classes(cells["urban_rural"].unique()):
        yield Unit(CLASS_LEVEL, kind, kind, np.flatnonzero(rural if kind == "rural" else ~rural))


def levels_above(zones: pd.DataFrame, level: str) -> set[str]:
    """The levels of ``zones``, which are ordered from the widest, that hold units of ``level``."""
    levels = list(zones["level"].unique())
    return set(levels[: levels.index(level)])


def _groups(rows: NDArray[np.int64], towns: NDArray[np.object_]) -> tuple[NDArray[np.int64], ...]:
    """The rows of a unit by the town that they lie in; those in none together."""
    return tuple(rows[towns[rows] == code] for code in sorted(set(towns[rows].tolist())))


def _part(unit: Unit, scores: CellScores, listed: Sequence[NDArray[np.int64]], *, own: bool) -> tuple[object, ...]:
    """One row of ``PART_COLUMNS``."""
    people = total(scores.persons[unit.rows])
    means = {name: _mean(scores, name, unit.rows, people) for name in MEANS}
    squares = means["root_access"] ** 2 if own else _mean_square(scores, listed, people)
    return (unit.level, unit.code, scores.service, people, *means.values(), squares)


def _mean(scores: CellScores, name: str, rows: NDArray[np.int64], people: float) -> float:
    values = scores.means[name]
    if values is None or not people > 0:
        return NO_DATA
    return total(scores.persons[rows] * values[rows]) / people


def _mean_square(scores: CellScores, listed: Sequence[NDArray[np.int64]], people: float) -> float:
    if not (listed and people > 0):
        return NO_DATA
    persons = np.array([total(scores.persons[rows]) for rows in listed])
    peopled = [(own, rows) for own, rows in zip(persons.tolist(), listed, strict=True) if own > 0]
    return total(np.array([own * _mean(scores, "root_access", rows, own) ** 2 for own, rows in peopled])) / people


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
            rows.append((level, code, service, *_combined(below)))
    return pd.DataFrame(rows, columns=list(PART_COLUMNS))


def _combined(below: pd.DataFrame) -> Iterator[float]:
    """People, and the means over people of all other figures."""
    persons = below["people"].to_numpy(dtype=np.float64)
    people = total(persons)
    yield people
    for column in (*MEANS, "listed_root_square"):
        values = below[column].to_numpy(dtype=np.float64)
        yield total(persons * values) / people if people > 0 else NO_DATA
