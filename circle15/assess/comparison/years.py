"""Two years of one place, laid over each other, and the scores of any mixture of the two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.access.measures.floating_catchment_area import two_step
from circle15.access.measures.pair_table import PairTable
from circle15.assess.index import UnitMeans, means_over_people, supply_score, unit_scores
from circle15.assess.index.capacity import adequacy
from circle15.assess.supply import places_per_head
from circle15.assess.units import total
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.index import ReachScore, Scores

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    # Whether each factor is as it is in the new year, in the order of ``FACTORS``.
    State = tuple[bool, ...]

FACTORS = ("facilities", "capacity", "population", "network", "definitions")


@dataclass(frozen=True, eq=False)
class Definitions:
    """By what one year is judged.

    Attributes
    ----------
    circles
        The deciding circle of each service that both years have.
    weights
        (services,): add up to 1.
    score
        How reach is scored.
    cells
        ``urban_rural`` of every cell, which decides the rule that counts it.
    """

    circles: tuple[Circle, ...]
    weights: Floats
    score: ReachScore
    cells: pd.DataFrame


@dataclass(frozen=True, eq=False)
class View:
    """How far every cell is from one service, on the streets of one year, to the facilities of one, by one's rules.

    Attributes
    ----------
    metres
        (cells,): to the facility that decides.
    origin, facility
        Pairs within the limit of the cell's own rule: rows of the cells and of the service's facilities.
    """

    metres: Floats
    origin: Whole
    facility: Whole


@dataclass(frozen=True, eq=False)
class TwoYears:
    """Both years on the same cells; the old one is number 0, the new one 1.

    Attributes
    ----------
    units
        ``level, code, name`` of every unit.
    unit_of_cell
        By level: the row of each cell's unit within its level, -1 where it is in none.
    people
        Per year: persons by group, a column each, on the cells of either year.
    definitions
        Per year.
    views
        By year of the streets, of the facilities and of the definitions: a view per service.
    facilities
        By year of the facilities, of their capacities and flags, and of the definitions under which they were read:
        those of each service, ordered by id.
    supplied, judged
        Services of which both years know enough of capacities, and those of which they also know enough of quality.
    moved
        Which of ``FACTORS`` differ at all.
    """

    units: pd.DataFrame
    unit_of_cell: Mapping[str, Whole]
    people: tuple[pd.DataFrame, pd.DataFrame]
    definitions: tuple[Definitions, Definitions]
    views: Mapping[tuple[int, int, int], tuple[View, ...]]
    facilities: Mapping[tuple[int, int, int], tuple[pd.DataFrame, ...]]
    supplied: frozenset[str]
    judged: frozenset[str]
    moved: State

    @property
    def services(self) -> tuple[str, ...]:
        """Ids, in the order of all arrays."""
        return tuple(circle.service.id for circle in self.definitions[1].circles)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many units each level has."""
        levels = self.units["level"].tolist()
        return {level: levels.count(level) for level in self.unit_of_cell}


@dataclass(frozen=True, eq=False)
class StateValues:
    """The figures of one mixture of the two years.

    Attributes
    ----------
    means
        (units, services): people, access, root access, root supply.
    coverage
        (units, services): share of people in reach.
    scores
        (units,).
    """

    means: UnitMeans
    coverage: Floats
    scores: Scores


def state_values(years: TwoYears, new: State) -> StateValues:
    """The figures where each factor is as in the old or the new year.

    Parameters
    ----------
    years
        Both years.
    new
        Per factor, whether it is as in the new year.
    """
    facilities, capacity, population, network, judged = (int(each) for each in new)
    definitions = years.definitions[judged]
    views = years.views[network, facilities, judged]
    people = years.people[population]
    persons = np.stack([group_persons(people, circle) for circle in definitions.circles], axis=1)
    reach = [reach_of(definitions, *each) for each in zip(definitions.circles, views, strict=True)]
    listed = years.facilities[facilities, capacity, judged]
    supply = np.stack(
        [_root_supply(years, people, *each) for each in zip(definitions.circles, views, listed, strict=True)], axis=1
    )
    scores, covered = (np.stack(each, axis=1) for each in zip(*reach, strict=True))
    layers = np.stack([scores, np.sqrt(scores), supply, covered])
    counts, (access, root_access, root_supply, coverage) = _by_unit(years, layers, persons)
    means = UnitMeans(counts, access, root_access, root_supply)
    return StateValues(means, coverage, unit_scores(means, definitions.weights))


def group_persons(people: pd.DataFrame, circle: Circle) -> Floats:
    """People whom a service counts, per cell."""
    return people[circle.group].to_numpy(dtype=np.float64)


def reach_of(definitions: Definitions, circle: Circle, view: View) -> tuple[Floats, Floats]:
    """Score of reach, and 1 where it is in reach, per cell."""
    limits = circle.limits_m(definitions.cells)
    return definitions.score(view.metres, limits), (view.metres <= limits).astype(np.float64)


def _root_supply(years: TwoYears, people: pd.DataFrame, circle: Circle, view: View, facilities: pd.DataFrame) -> Floats:
    """The root of the supply score of each cell; NaN where the two years do not both know enough."""
    if circle.service.id not in years.supplied:
        return np.full(len(people), np.nan)
    supply = supply_of(years, people, circle, view, facilities)
    everywhere = np.ones(len(supply.table.cost))
    per_head = [two_step(table, everywhere) for table in supply.tables]
    return supply.root_score(np.stack(per_head, axis=1))


@dataclass(frozen=True, eq=False)
class Supply:
    """The places of one service in one mixture of the years, and what they are held against.

    Attributes
    ----------
    table
        Pairs, people and places.
    standards
        Places per head: those that there ought to be, and of these the flagged ones where both years know them.
    flagged
        (facilities,): flagged places; None where not both years know them.
    """

    table: PairTable
    standards: tuple[float, ...]
    flagged: Floats | None

    @property
    def tables(self) -> tuple[PairTable, ...]:
        """With all places, and with the flagged ones."""
        return (self.table,) if self.flagged is None else (self.table, replace(self.table, supply=self.flagged))

    def root_score(self, per_head: Floats) -> Floats:
        """The root of the supply score, (...), of places and of flagged places per head, (..., 1 or 2)."""
        met = [adequacy(per_head[..., kind].ravel(), standard) for kind, standard in enumerate(self.standards)]
        score = supply_score(met[0], met[1] if len(met) > 1 else None)
        return np.sqrt(score).reshape(per_head.shape[:-1])


def supply_of(years: TwoYears, people: pd.DataFrame, circle: Circle, view: View, facilities: pd.DataFrame) -> Supply:
    """The places of a service of which both years know enough."""
    service = circle.service
    table = _supply_table(people, circle, view, facilities)
    residents = total(people[EVERYONE].to_numpy(dtype=np.float64))
    assert service.supply is not None
    standard = places_per_head(service.supply, residents, total(table.demand))
    if service.id not in years.judged or service.quality is None:
        return Supply(table, (standard,), None)
    flags = facilities[f"flag_{service.quality.flag}"].to_numpy(dtype=np.bool_)
    return Supply(table, (standard, standard * service.quality.share), np.where(flags, table.supply, 0.0))


def _supply_table(people: pd.DataFrame, circle: Circle, view: View, facilities: pd.DataFrame) -> PairTable:
    return PairTable(
        origins=pd.RangeIndex(len(people)),
        facilities=pd.RangeIndex(len(facilities)),
        origin=view.origin,
        facility=view.facility,
        cost=np.zeros(len(view.origin)),
        demand=group_persons(people, circle),
        supply=facilities["capacity"].fillna(0.0).to_numpy(dtype=np.float64),
    )


def _by_unit(years: TwoYears, layers: Floats, persons: Floats) -> tuple[Floats, Floats]:
    """People, (units, services), and the means of layers over them, (layers, units, services)."""
    return sums_over_units(years, persons), np.concatenate(
        [means_over_people(layers, persons, rows, years.counts[level]) for level, rows in years.unit_of_cell.items()],
        axis=1,
    )


def sums_over_units(years: TwoYears, values: Floats) -> Floats:
    """Sums over the cells of every unit: (cells, columns) becomes (units, columns)."""
    parts = []
    for level, rows in years.unit_of_cell.items():
        sums = np.zeros((years.counts[level], values.shape[1]))
        np.add.at(sums, rows[rows >= 0], values[rows >= 0])
        parts.append(sums)
    return np.concatenate(parts)
