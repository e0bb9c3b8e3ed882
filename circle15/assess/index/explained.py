"""Why a unit scores what it scores: its shortfall, opened down to services, villages, facilities and cells.

A root sum falls short of 1 by a sum over services and cells, ``1 - sum(w h) = sum(w p (1 - sqrt(r)) / P)``, and since
``1 - x^2 = (1 - x)(1 + x)`` the points that balanced access lacks are the same terms, each times ``1 + sqrt(EA)``. So
every point lost has its cells, and the parts add up to the score that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.index.parts import CLASS_LEVEL, NOTHING, class_units
from circle15.assess.index.scores import UnitMeans, exact_mean, unit_scores
from circle15.assess.reach import soft_reach
from circle15.assess.units import listed_level, ordered_cells, total, units_of
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.index.capacity import SupplyScores
    from circle15.assess.index.parts import ReachScore
    from circle15.assess.index.scores import Scores
    from circle15.assess.units import Unit

    Floats = NDArray[np.float64]

LOSSES = ("lost_root", "lost_access", "lost_balanced_access", "lost_quality")
CELL_COLUMNS = (
    "service", "cell_id", "unit_code", "unit_name", "facility_id", "facility_name", "people", "people_beyond",
    "minutes", "reach", "supply", *LOSSES,
)  # fmt: skip
SUMMED = ("people", "people_beyond", *LOSSES)
NO_DATA = float("nan")


@dataclass(frozen=True, eq=False)
class Explanation:
    """One unit's scores and what they lack.

    In every table ``lost_root`` adds up to ``1 - sum(w h)``, ``lost_access`` to ``1 - A``, ``lost_balanced_access`` to
    ``1 - EA`` and ``lost_quality`` to ``1 - Q`` (NaN for services without supply data, which quality leaves out), rows
    with the greatest ``lost_balanced_access`` first. ``people_beyond`` are those beyond reach.

    Attributes
    ----------
    level, code, name, people
        The unit and all its people.
    scores
        By the names of ``Scores``.
    services
        ``service, weight, people, people_beyond, access, root_access, root_supply`` and ``LOSSES``: the services whose
        group lives here; weights add up to 1.
    units
        ``unit_code, unit_name, people`` (all residents) and ``LOSSES``: the units next below (villages of a town), or
        the unit itself where it has none; "" those of its cells that are in none.
    facilities
        ``service, facility_id, facility_name, people, people_beyond`` and ``LOSSES``: by the facility that decides for
        each cell, "" where there is none.
    cells
        ``CELL_COLUMNS``: every cell with people of the service's group. ``supply`` is u, NaN where not known.
    """

    level: str
    code: str
    name: str
    people: float
    scores: Mapping[str, float]
    services: pd.DataFrame
    units: pd.DataFrame
    facilities: pd.DataFrame
    cells: pd.DataFrame


def explain(
    cells: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    circles: Sequence[Circle],
    weights: Mapping[str, float],
    facilities: pd.DataFrame,
    unit: tuple[str, str],
    score: ReachScore = soft_reach,
    supplies: Mapping[str, SupplyScores] = NOTHING,
) -> Explanation:
    """Open the scores of one unit down to its cells.

    Parameters
    ----------
    cells, zones, circles, score, supplies
        As for ``index_parts``; cells with ``<service>_facility``. With one circle alone, the score of that service.
    weights
        Weight of each service; need not add up to 1.
    facilities
        ``facility_id, name``.
    unit
        Level and code; level ``class`` for all urban or rural towns.

    Raises
    ------
    KeyError
        There is no such unit.
    """
    cells = ordered_cells(cells)
    own = _unit(cells, zones, unit)
    below = _below(zones, own.level)
    here = cells.iloc[own.rows]
    named = _names_below(zones, own, below)
    codes = here[f"{below}_code"].to_numpy(dtype=object) if below else np.full(len(here), own.code, dtype=object)
    scored = [_scored(here, own.rows, circle, score, supplies.get(circle.service.id)) for circle in circles]
    present = [each for each in scored if each.people > 0]
    means, given = _means(present), np.array([weights[each.circle.service.id] for each in present])
    scores = unit_scores(means, given, exact_mean)
    shares = _shares(given, means, scores)
    table = _cells_table(here, codes, named, present, shares)
    table["facility_name"] = _facility_names(table["facility_id"], facilities)
    residents = here[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64)
    return Explanation(
        level=own.level,
        code=own.code,
        name=own.name,
        people=total(residents),
        scores={name: float(figure[0]) for name, figure in vars(scores).items()},
        services=_services(table, present, shares[0]),
        units=_units(table, codes, residents, named),
        facilities=_summed(table, ["service", "facility_id", "facility_name"]),
        cells=table[list(CELL_COLUMNS)],
    )


def _unit(cells: pd.DataFrame, zones: gpd.GeoDataFrame, wanted: tuple[str, str]) -> Unit:
    units = (*units_of(zones, cells), *class_units(cells))
    return {(unit.level, unit.code): unit for unit in units}[wanted]


def _below(zones: pd.DataFrame, level: str) -> str:
    """The level next below; "" where there is none."""
    levels = list(zones["level"].unique())
    if level == CLASS_LEVEL:
        return listed_level(levels)
    return next(iter(levels[levels.index(level) + 1 :]), "")


def _names_below(zones: pd.DataFrame, own: Unit, below: str) -> dict[str, str]:
    units = zones[zones["level"] == below]
    return {own.code: own.name} | dict(zip(units["code"], units["name"], strict=True))


@dataclass(frozen=True, eq=False)
class _Scored:
    """The cells of one unit by one service."""

    circle: Circle
    persons: Floats
    people: float
    beyond: NDArray[np.bool_]
    minutes: Floats
    facility: NDArray[np.object_]
    reach: Floats
    supply: Floats | None

    def mean(self, values: Floats | None) -> float:
        """Over people."""
        return NO_DATA if values is None else total(self.persons * values) / self.people


def _scored(
    cells: pd.DataFrame, rows: NDArray[np.int64], circle: Circle, score: ReachScore, supply: SupplyScores | None
) -> _Scored:
    persons = circle.persons(cells)
    return _Scored(
        circle=circle,
        persons=persons,
        people=total(persons),
        beyond=~circle.served(cells),
        minutes=circle.minutes(cells),
        facility=cells[f"{circle.service.id}_facility"].to_numpy(dtype=object),
        reach=score(circle.metres(cells), circle.limits_m(cells)),
        supply=None if supply is None else supply.score[rows],
    )


def _means(scored: Sequence[_Scored]) -> UnitMeans:
    """The parts of the one unit, (1, services)."""
    rows = [
        (
            each.people,
            each.mean(each.reach),
            each.mean(np.sqrt(each.reach)),
            each.mean(None if each.supply is None else np.sqrt(each.supply)),
        )
        for each in scored
    ]
    people, access, root, supply = np.array(rows, dtype=np.float64).reshape(-1, 4).T[:, None, :]
    return UnitMeans(people, access, root, supply)


def _shares(weights: Floats, means: UnitMeans, scores: Scores) -> tuple[Floats, Floats]:
    """Per service: its share of the weights, and what a root of its supply that is missing takes from quality."""
    share = weights / max(weights.sum(), np.finfo(np.float64).tiny)
    known = np.where(np.isnan(means.root_supply[0]), 0.0, weights)
    of_quality = known / known.sum() * (1.0 + np.sqrt(scores.quality[0])) if known.sum() > 0 else known * NO_DATA
    return share, of_quality


def _cells_table(
    cells: pd.DataFrame,
    codes: NDArray[np.object_],
    names: Mapping[str, str],
    scored: Sequence[_Scored],
    shares: tuple[Floats, Floats],
) -> pd.DataFrame:
    """A row per service and cell with people of its group."""
    frames = []
    for each, weight, of_quality in zip(scored, *shares, strict=True):
        some = np.flatnonzero(each.persons > 0)
        part = each.persons[some] / each.people
        supply = np.full(len(some), NO_DATA) if each.supply is None else each.supply[some]
        columns = {
            "service": each.circle.service.id,
            "cell_id": cells["cell_id"].to_numpy(dtype=object)[some],
            "unit_code": codes[some],
            "unit_name": [names.get(code, "") for code in codes[some]],
            "facility_id": each.facility[some],
            "people": each.persons[some],
            "people_beyond": np.where(each.beyond[some], each.persons[some], 0.0),
            "minutes": each.minutes[some],
            "reach": each.reach[some],
            "supply": supply,
            "lost_root": weight * part * (1.0 - np.sqrt(each.reach[some])),
            "lost_access": weight * part * (1.0 - each.reach[some]),
            "lost_quality": of_quality * part * (1.0 - np.sqrt(supply)),
        }
        frames.append(pd.DataFrame(columns))
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(CELL_COLUMNS))
    short = total(table["lost_root"].to_numpy(dtype=np.float64))
    table["lost_balanced_access"] = table["lost_root"] * (2.0 - short)
    return table.sort_values(
        ["lost_balanced_access", "service", "cell_id"], ascending=[False, True, True], kind="stable", ignore_index=True
    )


def _facility_names(ids: pd.Series, facilities: pd.DataFrame) -> pd.Series:
    names = dict(zip(facilities["facility_id"], facilities["name"], strict=True))
    return ids.map(names).fillna("")


def _summed(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sums over cells, the greatest loss first, then by key."""
    sums = table.groupby(keys, sort=True, as_index=False)[list(SUMMED)].sum(min_count=1)
    return sums.sort_values("lost_balanced_access", ascending=False, kind="stable", ignore_index=True)


def _services(table: pd.DataFrame, scored: Sequence[_Scored], shares: Floats) -> pd.DataFrame:
    """Sums per service, with its weight and its means."""
    means = pd.DataFrame(
        [
            (
                *(each.circle.service.id, weight),
                *(each.mean(each.reach), each.mean(np.sqrt(each.reach))),
                each.mean(None if each.supply is None else np.sqrt(each.supply)),
            )
            for each, weight in zip(scored, shares.tolist(), strict=True)
        ],
        columns=["service", "weight", "access", "root_access", "root_supply"],
    )
    sums = _summed(table, ["service"]).merge(means, on="service")
    return sums[["service", "weight", "people", "people_beyond", "access", "root_access", "root_supply", *LOSSES]]


def _units(
    table: pd.DataFrame, codes: NDArray[np.object_], residents: Floats, names: Mapping[str, str]
) -> pd.DataFrame:
    """Sums per unit below, with all its residents; those without any loss too."""
    rows = [(code, names.get(code, ""), total(residents[codes == code])) for code in _known(codes)]
    units = pd.DataFrame(rows, columns=["unit_code", "unit_name", "people"])
    sums = table.groupby("unit_code")[list(LOSSES)].sum(min_count=1)
    known = [loss for loss in LOSSES if table[loss].notna().any()]
    joined = units.join(sums, on="unit_code").fillna(dict.fromkeys(known, 0.0))
    return joined.sort_values("lost_balanced_access", ascending=False, kind="stable", ignore_index=True)


def _known(codes: NDArray[np.object_]) -> Iterator[str]:
    yield from sorted(set(codes.tolist()))
