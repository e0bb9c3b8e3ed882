"""Gaps between people: urban and rural, and the youngest and oldest (一老一小) against all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.empty import table_of
from circle15.assess.inequality.people import NO_DATA, weighted_mean
from circle15.assess.reach import soft_reach
from circle15.assess.rules import is_rural
from circle15.assess.units import ordered_cells, total, units_of
from circle15.catalogue.entries import ALL_SERVICES
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.units import Unit
    from circle15.catalogue.entries import Group

    Floats = NDArray[np.float64]
    Side = tuple[float, float, float]

GAP_COLUMNS = (
    "level", "code", "name", "comparison", "first", "second", "service", "people_first", "people_second",
    "coverage_first", "coverage_second", "coverage_gap", "access_first", "access_second", "access_gap",
)  # fmt: skip
# Of whom a group is young or old: infants and kindergarten children, and from the age of retirement on.
YOUNG_TO, OLD_FROM, OLDEST = 5, 60, 150
NOBODY = (0.0, NO_DATA, NO_DATA)


@dataclass(frozen=True, eq=False)
class _Scored:
    """One service over the cells: whether each is within reach, its score, and the weight of the service."""

    circle: Circle
    served: NDArray[np.bool_]
    score: Floats
    weight: float

    def side(self, cells: pd.DataFrame, group: str, rows: NDArray[np.int64]) -> Side:
        """People of a group in some cells, the share within reach, and their mean score."""
        persons = cells[f"persons_{group}"].to_numpy(dtype=np.float64)[rows]
        people = total(persons)
        if not people > 0:
            return NOBODY
        return people, total(persons[self.served[rows]]) / people, weighted_mean(self.score[rows], persons)


def gaps_table(
    cells: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    circles: Sequence[Circle],
    groups: Mapping[str, Group],
    weights: Mapping[str, float],
) -> pd.DataFrame:
    """Who is served better than whom: always the first minus the second, so that above 0 the first is better off.

    Parameters
    ----------
    cells
        ``cell_id``, ``<level>_code``, ``urban_rural``, ``persons_<group>``, ``<service>_m``.
    zones
        ``level, code, name``.
    circles
        The deciding circle of each service.
    groups
        The catalogue's groups by id.
    weights
        Of each service, for the rows of all services.

    Returns
    -------
    pandas.DataFrame
        ``GAP_COLUMNS``, per unit above the villages in the order of ``zones``. ``comparison``:

        - ``urban_rural``: urban against rural people of the group, per service and over all; only of units with both;
        - ``young``, ``old``: a service for those of up to 5 years, or from 60 on, against all services together, and
          all such services together against all;
        - ``group_residents``: of a service for everyone, the people of a group of ages against all residents.

        ``coverage`` is the share within reach, ``access`` the mean score of reach; of several services the mean of
        their figures by weight, services without people left out. NaN where one side has nobody.
    """
    cells = ordered_cells(cells)
    scored = [_scored(circle, cells, weights[circle.service.id]) for circle in circles]
    rural = is_rural(cells)
    rows = [
        (unit.level, unit.code, unit.name, *row)
        for unit in units_of(zones, cells)
        if unit.level != "village"
        for row in (
            *_urban_rural(unit, cells, scored, rural),
            *_young_and_old(unit, cells, scored, groups),
            *_groups(unit, cells, scored, groups),
        )
    ]
    return table_of(rows, GAP_COLUMNS)


def _scored(circle: Circle, cells: pd.DataFrame, weight: float) -> _Scored:
    return _Scored(circle, circle.served(cells), soft_reach(circle.metres(cells), circle.limits_m(cells)), weight)


def _urban_rural(
    unit: Unit, cells: pd.DataFrame, scored: Sequence[_Scored], rural: NDArray[np.bool_]
) -> Iterator[tuple[object, ...]]:
    town, country = unit.rows[~rural[unit.rows]], unit.rows[rural[unit.rows]]
    if not (len(town) and len(country)):
        return
    sides = [
        (each, each.side(cells, each.circle.group, town), each.side(cells, each.circle.group, country))
        for each in scored
    ]
    for each, first, second in sides:
        yield _row("urban_rural", "urban", "rural", each.circle.service.id, first, second)
    people = cells[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64)
    firsts = _together([(each.weight, first) for each, first, _ in sides], total(people[town]))
    seconds = _together([(each.weight, second) for each, _, second in sides], total(people[country]))
    yield _row("urban_rural", "urban", "rural", ALL_SERVICES, firsts, seconds)


def _young_and_old(
    unit: Unit, cells: pd.DataFrame, scored: Sequence[_Scored], groups: Mapping[str, Group]
) -> Iterator[tuple[object, ...]]:
    everyone = total(cells[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64)[unit.rows])
    sides = [(each, each.side(cells, each.circle.group, unit.rows)) for each in scored]
    every = _together([(each.weight, side) for each, side in sides], everyone)
    for kind, belongs in (("young", is_young), ("old", is_old)):
        # Services whose group has no figures here are counted by another, and say nothing of the young or old.
        own = [(each, side) for each, side in sides if belongs(groups.get(each.circle.group))]
        for each, side in own:
            yield _row(kind, each.circle.group, ALL_SERVICES, each.circle.service.id, side, every)
        if own:
            people = _people_of({each.circle.group: side[0] for each, side in own}, groups)
            together = _together([(each.weight, side) for each, side in own], people)
            yield _row(kind, kind, ALL_SERVICES, ALL_SERVICES, together, every)


def _groups(
    unit: Unit, cells: pd.DataFrame, scored: Sequence[_Scored], groups: Mapping[str, Group]
) -> Iterator[tuple[object, ...]]:
    aged = [id_ for id_, group in groups.items() if f"persons_{id_}" in cells and (is_young(group) or is_old(group))]
    for each in scored:
        if each.circle.group == each.circle.service.group == EVERYONE:
            every = each.side(cells, EVERYONE, unit.rows)
            for id_ in aged:
                first = each.side(cells, id_, unit.rows)
                yield _row("group_residents", id_, EVERYONE, each.circle.service.id, first, every)


def is_young(group: Group | None) -> bool:
    """Whether a group is of infants or kindergarten children."""
    return group is not None and group.to_age is not None and group.to_age <= YOUNG_TO


def is_old(group: Group | None) -> bool:
    """Whether a group is of older people."""
    return group is not None and group.from_age is not None and group.from_age >= OLD_FROM


def _people_of(counted: Mapping[str, float], groups: Mapping[str, Group]) -> float:
    """The people of several groups of ages together: one that lies within another is not counted twice."""
    ages = {id_: (groups[id_].from_age or 0, groups[id_].to_age or OLDEST) for id_ in counted}
    widest = [
        id_
        for id_, (low, high) in ages.items()
        if not any(first <= low and high <= last for other, (first, last) in ages.items() if other != id_)
    ]
    return math.fsum(counted[id_] for id_ in widest)


def _together(sides: Sequence[tuple[float, Side]], people: float) -> Side:
    """Several services as one: the mean of their figures by weight."""
    known = [(weight, side) for weight, side in sides if side[0] > 0]
    weights = np.array([weight for weight, _ in known], dtype=np.float64)
    coverage, access = (np.array([side[at] for _, side in known], dtype=np.float64) for at in (1, 2))
    return people, weighted_mean(coverage, weights), weighted_mean(access, weights)


def _row(comparison: str, first: str, second: str, service: str, one: Side, other: Side) -> tuple[object, ...]:
    return (
        *(comparison, first, second, service, one[0], other[0]),
        *(one[1], other[1], one[1] - other[1]),
        *(one[2], other[2], one[2] - other[2]),
    )
