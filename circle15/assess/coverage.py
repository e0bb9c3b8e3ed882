"""Who is covered: people and residential land within reach, per unit and service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.quantiles import weighted_quantile
from circle15.assess.rules import is_rural
from circle15.assess.units import ordered_cells, total, units_of
from circle15.catalogue.entries import ALL_SERVICES
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.units import Unit

COVERAGE_COLUMNS = (
    "level", "code", "name", "service", "group", "minutes", "limit_m", "people", "covered_people",
    "uncovered_people", "coverage", "median_min", "p90_min", "area_coverage",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Tally:
    """What is counted for one circle, per cell: people, whether they are served, their minutes, and the standard."""

    service: str
    group: str
    circle: Circle | None
    persons: NDArray[np.float64]
    served: NDArray[np.bool_]
    minutes: NDArray[np.float64]
    residential_m2: NDArray[np.float64]


def coverage_table(
    cells: pd.DataFrame, zones: gpd.GeoDataFrame, deciding: Sequence[Circle], further: Sequence[Circle] = ()
) -> pd.DataFrame:
    """Coverage of every unit by every circle, and by all services together.

    Parameters
    ----------
    cells
        ``cell_id``, ``<level>_code`` per level of ``zones``, ``urban_rural``, ``residential_m2``,
        ``persons_<group>``, ``<service>_m``; in any order.
    zones
        ``level, code, name``.
    deciding
        The circle of each service that decides.
    further
        Other circles of the same services, reported beside.

    Returns
    -------
    pandas.DataFrame
        ``COVERAGE_COLUMNS``, per unit in the order of ``zones``: the circles in the order of ``deciding``, each
        followed by the further ones of its service, then ``all_services``. ``minutes`` and ``limit_m`` (metres of
        level travel by the rule's mode, whether minutes or metres decide) are those of the unit's rule; where it
        has cells of both classes, or none, those of the urban one: ``rules_table`` tells both. ``people`` are those
        of the group; ``covered_people + uncovered_people`` is ``people`` exactly.
        ``coverage`` is a fraction of people (人口口径), ``area_coverage`` of residential land (面积口径).
        ``median_min`` and ``p90_min`` are people-weighted quantiles of minutes by each cell's rule,
        ``inf`` where too few can get there at all. A unit without people of the group has counts of 0 and NaN
        for the share and the minutes; ``area_coverage`` is NaN where land use is not known or nothing is residential.
        ``all_services`` counts everyone in cells with every service within reach; it has no one speed, hence no
        minutes and no one limit.
    """
    cells = ordered_cells(cells)
    tallies = [_tally(cells, circle) for circle in _service_by_service(deciding, further)]
    tallies.append(_all_services(cells, deciding))
    rural = is_rural(cells)
    rows = [_row(unit, tally, rural[unit.rows]) for unit in units_of(zones, cells) for tally in tallies]
    return pd.DataFrame(rows, columns=list(COVERAGE_COLUMNS))


def _service_by_service(deciding: Sequence[Circle], further: Sequence[Circle]) -> list[Circle]:
    return [
        circle
        for first in deciding
        for circle in (first, *(other for other in further if other.service.id == first.service.id))
    ]


def _tally(cells: pd.DataFrame, circle: Circle) -> _Tally:
    return _Tally(
        service=circle.service.id,
        group=circle.group,
        circle=circle,
        persons=circle.persons(cells),
        served=circle.served(cells),
        minutes=circle.minutes(cells),
        residential_m2=cells["residential_m2"].to_numpy(dtype=np.float64),
    )


def _all_services(cells: pd.DataFrame, deciding: Sequence[Circle]) -> _Tally:
    return _Tally(
        service=ALL_SERVICES,
        group=EVERYONE,
        circle=None,
        persons=cells[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64),
        served=np.logical_and.reduce([circle.served(cells) for circle in deciding]),
        minutes=np.full(len(cells), np.nan),
        residential_m2=cells["residential_m2"].to_numpy(dtype=np.float64),
    )


def _row(unit: Unit, tally: _Tally, rural: NDArray[np.bool_]) -> tuple[object, ...]:
    persons, served = tally.persons[unit.rows], tally.served[unit.rows]
    minutes = tally.minutes[unit.rows]
    people = total(persons)
    covered, uncovered = parts_of(people, total(persons[served]))
    return (
        unit.level, unit.code, unit.name, tally.service, tally.group,
        *_standard(tally.circle, rural),
        people,
        covered,
        uncovered,
        covered / people if people > 0 else np.nan,
        weighted_quantile(minutes, persons, 0.5),
        weighted_quantile(minutes, persons, 0.9),
        _area_coverage(tally.residential_m2[unit.rows], served),
    )  # fmt: skip


def _standard(circle: Circle | None, rural: NDArray[np.bool_]) -> tuple[float, float]:
    """Minutes and limit of the rule that a unit's cells are counted by; NaN for all services together."""
    if circle is None:
        return float("nan"), float("nan")
    rule = circle.rural if len(rural) and rural.all() else circle.urban
    return rule.minutes, rule.limit_m


def parts_of(whole: float, part: float) -> tuple[float, float]:
    """``part`` and the rest, such that they add up to ``whole`` to the last bit.

    The larger of the two lies between half the whole and the whole, so taking it off the whole is exact
    (Sterbenz 1974); the smaller may thereby move by half a unit in the last place of the whole.
    """
    rest = whole - part
    return whole - rest, rest


def _area_coverage(residential_m2: NDArray[np.float64], served: NDArray[np.bool_]) -> float:
    land_m2 = total(residential_m2)
    return total(residential_m2[served]) / land_m2 if land_m2 > 0 else float("nan")
