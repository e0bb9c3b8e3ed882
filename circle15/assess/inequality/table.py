"""How unequal access is within every unit: the table of standard measures, per service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.empty import table_of
from circle15.assess.inequality.concentration import concentration_index
from circle15.assess.inequality.gini import gini_index
from circle15.assess.inequality.kolm_pollak import kolm_pollak, kolm_pollak_kappa
from circle15.assess.inequality.palma import palma_ratio
from circle15.assess.inequality.poverty import fgt_poverty
from circle15.assess.inequality.theil import theil_parts, theil_t
from circle15.assess.reach import soft_reach
from circle15.assess.units import ordered_cells, total, units_of
from circle15.model.population import EVERYONE
from circle15.model.zones import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.units import Unit

    Floats = NDArray[np.float64]

INEQUALITY_COLUMNS = (
    "level", "code", "name", "service", "group", "people", "coverage", "uncovered_people", "feasible_coverage",
    "median_min", "p90_min", "equivalent_min", "capped_people", "kappa", "theil", "theil_between", "theil_within",
    "gini", "palma", "concentration_60p", "concentration_low_income", "fgt0", "fgt1", "fgt2",
)  # fmt: skip
# Minutes beyond this count as this in the equivalent, and so do those of people who cannot get there at all: two
# hours, more than any standard asks. Leaving those people out would make a town better by cutting its last road.
MOST_MIN = 120.0
KAPPA_DIGITS = 4
# As much as a study may state: where all are next door the minutes themselves make it as large as one likes.
MOST_KAPPA = 10.0
# The groups by whose share of a cell's residents people are ranked in the concentration index.
RANKED_BY = ("60p", "low_income")
# What other tables say already, in the order in which it stands here.
TOLD = (
    "service", "group", "people", "coverage", "uncovered_people", "served_share", "median_min", "p90_min"
)  # fmt: skip
# The score that counts as enough: within the standard.
ENOUGH = 1.0


@dataclass(frozen=True, eq=False)
class _Spread:
    """One service over the cells: its people, their capped minutes, and their score of reach."""

    circle: Circle
    kappa: float
    persons: Floats
    minutes: Floats
    score: Floats
    far: NDArray[np.bool_]


def kappas(cells: pd.DataFrame, circles: Sequence[Circle], epsilon: float) -> dict[str, float]:
    """Kappa per minute of each service, from the minutes of everybody in these cells; to ``KAPPA_DIGITS`` digits.

    So few, that the very number used here can be told and written down for later years.

    Parameters
    ----------
    cells
        ``urban_rural``, ``persons_<group>``, ``<service>_m``.
    circles
        The deciding circle of each service.
    epsilon
        Atkinson's aversion to inequality.
    """
    cells = ordered_cells(cells)
    found = {
        circle.service.id: (np.minimum(circle.minutes(cells), MOST_MIN), circle.persons(cells)) for circle in circles
    }
    return {
        id_: float(f"{min(kolm_pollak_kappa(minutes, persons, epsilon), MOST_KAPPA):.{KAPPA_DIGITS}g}")
        for id_, (minutes, persons) in found.items()
    }


def inequality_table(
    cells: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    circles: Sequence[Circle],
    coverage: pd.DataFrame,
    states: pd.DataFrame,
    kappa: Mapping[str, float],
) -> pd.DataFrame:
    """Coverage, minutes and the measures of inequality of every unit and service.

    Parameters
    ----------
    cells
        ``cell_id``, ``<level>_code``, ``urban_rural``, ``persons_<group>``, ``<service>_m``.
    zones
        ``level, code, name, parent_code``.
    circles
        The deciding circle of each service.
    coverage, states
        ``coverage`` and ``service_states`` as in ``Results``.
    kappa
        Per minute, by service id.

    Returns
    -------
    pandas.DataFrame
        ``INEQUALITY_COLUMNS``, per unit in the order of ``zones`` and per service. ``coverage``, ``uncovered_people``
        and the minutes are those of the coverage table, ``feasible_coverage`` the share who find a place.
        ``equivalent_min`` is the Kolm-Pollak equivalent of minutes, those of ``capped_people`` counted as
        ``MOST_MIN``. Theil, Gini, Palma, concentration and FGT are of the score of reach (1 within the standard,
        falling to 0 at twice the standard) whichever score the index takes; Theil splits between the units of the next
        level and within them, NaN where there are none. All NaN where nobody of the group lives; Theil, Gini and
        concentration also where nobody scores anything, Palma where the worst-off two fifths score nothing.
    """
    cells = ordered_cells(cells)
    spreads = [_spread(cells, circle, kappa[circle.service.id]) for circle in circles]
    ranks = {group: _share_of_residents(cells, group) for group in RANKED_BY}
    below = {level: _level_below(level, zones) for level in dict.fromkeys(zones["level"])}
    known = _known(coverage, states)
    rows = []
    for unit in units_of(zones, cells):
        groups = _groups_below(unit, cells, zones, below[unit.level])
        for spread in spreads:
            figures = known[unit.level, unit.code, spread.circle.service.id]
            rows.append((unit.level, unit.code, unit.name, *figures, *_measures(unit, spread, groups, ranks)))
    return table_of(rows, INEQUALITY_COLUMNS)


def _spread(cells: pd.DataFrame, circle: Circle, kappa: float) -> _Spread:
    minutes = circle.minutes(cells)
    return _Spread(
        circle=circle,
        kappa=kappa,
        persons=circle.persons(cells),
        minutes=np.minimum(minutes, MOST_MIN),
        score=soft_reach(circle.metres(cells), circle.limits_m(cells)),
        far=minutes > MOST_MIN,
    )


def _share_of_residents(cells: pd.DataFrame, group: str) -> Floats:
    """The group's share of each cell's residents; NaN where nobody lives, or where the group is not known."""
    column, everyone = f"persons_{group}", cells[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64)
    if column not in cells:
        return np.full(len(cells), np.nan)
    members = cells[column].to_numpy(dtype=np.float64)
    share: Floats = np.divide(members, everyone, out=np.full(len(cells), np.nan), where=everyone > 0)
    return share


def _level_below(level: str, zones: gpd.GeoDataFrame) -> str:
    """The next narrower level that the study has; "" where there is none."""
    present = set(zones["level"])
    return next((other for other in LEVELS[LEVELS.index(level) + 1 :] if other in present), "")


def _groups_below(unit: Unit, cells: pd.DataFrame, zones: gpd.GeoDataFrame, level: str) -> NDArray[np.object_] | None:
    """The unit of the level below that each of a unit's cells lies in; None where it has none."""
    if not level or not ((zones["level"] == level) & (zones["parent_code"] == unit.code)).any():
        return None
    codes: NDArray[np.object_] = cells[f"{level}_code"].to_numpy(dtype=object)[unit.rows]
    return codes


def _known(coverage: pd.DataFrame, states: pd.DataFrame) -> dict[tuple[str, str, str], tuple[object, ...]]:
    """What other tables say already, by level, code and service: from the group to the minutes."""
    key = ["level", "code", "service"]
    figures = coverage.drop_duplicates(key).merge(states[[*key, "served_share"]], on=key, how="left", validate="1:1")
    units = zip(*(figures[column] for column in key), strict=True)
    return dict(zip(units, zip(*(figures[column] for column in TOLD), strict=True), strict=True))


def _measures(
    unit: Unit, spread: _Spread, groups: NDArray[np.object_] | None, ranks: Mapping[str, Floats]
) -> tuple[float, ...]:
    rows = unit.rows
    persons, score = spread.persons[rows], spread.score[rows]
    theil = (theil_t(score, persons), np.nan, np.nan) if groups is None else theil_parts(score, persons, groups)
    return (
        kolm_pollak(spread.minutes[rows], persons, spread.kappa) if total(persons) > 0 else np.nan,
        total(persons[spread.far[rows]]),
        spread.kappa,
        *theil,
        gini_index(score, persons),
        palma_ratio(score, persons),
        *(concentration_index(score, persons, ranks[group][rows]) for group in RANKED_BY),
        *fgt_poverty(score, persons, ENOUGH),
    )
