"""Whether the tables of a problem say what they must; all faults in one go."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import Circle15Error, ConfigurationError, DataError, raise_faults
from circle15.siting.problem import CLOSING, KINDS, NEW, OBJECTIVES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circle15.siting.arrays import Flags
    from circle15.siting.problem import SitingProblem


def require_sound(problem: SitingProblem) -> None:
    """Refuse a problem whose tables cannot be computed with.

    Raises
    ------
    DataError, ConfigurationError, Faults
        Ids that occur twice or are unknown; persons, metres, limits, costs or places that are no numbers of 0 or more;
        floors or caps of unknown towns; numbers of sites that cannot be.
    """
    raise_faults([*_of_candidates(problem), *_of_cells(problem.cells), *_of_pairs(problem), *_of_asked(problem)])


def numbers(column: pd.Series) -> pd.Series:
    """A column as numbers; text that is none becomes NaN."""
    found: pd.Series = pd.to_numeric(column, errors="coerce").astype(np.float64)
    return found


def flags(column: pd.Series) -> Flags:
    """A column as answers; one that is missing is no.

    Examples
    --------
    >>> flags(pd.Series([True, None, float("nan"), False])).tolist()
    [True, False, False, False]
    """
    said: Flags = column.eq(True).fillna(False).to_numpy(np.bool_)
    return said


def _wrong(column: pd.Series, above: float = 0.0, infinite: bool = False) -> Iterator[tuple[object, object]]:
    """Ids and contents of entries that are no number of ``above`` or more."""
    found = numbers(column)
    bad = ~((found >= above) & (np.isfinite(found) | (infinite & (found > 0))))
    yield from column[bad].items()


def _of_candidates(problem: SitingProblem) -> Iterator[Circle15Error]:
    table = problem.candidates
    if table.empty:
        yield ConfigurationError("siting.no_candidates")
    for twice in table.index[table.index.duplicated()].unique():
        yield DataError("siting.id_twice", candidate=twice)
    for candidate, kind in table["kind"][~table["kind"].isin(KINDS)].items():
        yield DataError("siting.kind_unknown", candidate=candidate, kind=kind)
    if "cost" in table:
        for candidate, cost in _wrong(table["cost"]):
            yield DataError("siting.cost_wrong", candidate=candidate, cost=cost)
    yield from _of_growth(table)
    yield from _of_places(problem)
    if problem.apart_m > 0:
        yield from _of_coordinates(table)


def _of_growth(table: pd.DataFrame) -> Iterator[Circle15Error]:
    if "grows" not in table:
        return
    grows = table["grows"].fillna("")
    there = grows.isin(table.index[table["kind"] != NEW]) & (table["kind"] == NEW)
    for candidate, site in grows[(grows != "") & ~there].items():
        yield DataError("siting.grows_unknown", candidate=candidate, site=site)


def _of_places(problem: SitingProblem) -> Iterator[Circle15Error]:
    if problem.objective != "places":
        return
    table = problem.candidates
    places = table["places"] if "places" in table else pd.Series(np.nan, index=table.index)
    missing = places.index[places.isna()]
    if len(missing):
        yield DataError("siting.places_missing", count=len(missing), candidate=missing[0])
    for candidate, found in _wrong(places.dropna(), infinite=True):
        yield DataError("siting.places_wrong", candidate=candidate, places=found)


def _of_coordinates(table: pd.DataFrame) -> Iterator[Circle15Error]:
    known = pd.Series(False, index=table.index)
    if {"x_m", "y_m"} <= set(table.columns):
        known = np.isfinite(numbers(table["x_m"])) & np.isfinite(numbers(table["y_m"]))
    for candidate in table.index[~known]:
        yield DataError("siting.apart_without_places", candidate=candidate)


def _of_cells(cells: pd.DataFrame) -> Iterator[Circle15Error]:
    for twice in cells.index[cells.index.duplicated()].unique():
        yield DataError("siting.cell_twice", cell=twice)
    for cell, persons in _wrong(cells["persons"]):
        yield DataError("siting.persons_wrong", cell=cell, persons=persons)
    if "weight" in cells:
        for cell, weight in _wrong(cells["weight"]):
            yield DataError("candidates.weight", cell=cell, weight=weight)
    for cell, limit in _wrong(cells["limit_m"], above=math.ulp(0.0)):
        yield DataError("siting.limit_wrong", cell=cell, limit=limit)


def _of_pairs(problem: SitingProblem) -> Iterator[Circle15Error]:
    pairs = problem.pairs
    for cell in pairs["cell"][~pairs["cell"].isin(problem.cells.index)].unique()[:1]:
        yield DataError("siting.pair_of_unknown_cell", cell=cell)
    for candidate in pairs["candidate"][~pairs["candidate"].isin(problem.candidates.index)].unique()[:1]:
        yield DataError("siting.pair_of_unknown_candidate", candidate=candidate)
    for row, metres in list(_wrong(pairs["metres"]))[:1]:
        pair = pairs.loc[[row]].iloc[0]
        yield DataError("siting.metres_wrong", cell=pair["cell"], candidate=pair["candidate"], metres=metres)
    twice = pairs[pairs.duplicated(["cell", "candidate"])]
    for cell, candidate in zip(twice["cell"][:1], twice["candidate"][:1], strict=True):
        yield DataError("siting.pair_twice", cell=cell, candidate=candidate)


def _of_asked(problem: SitingProblem) -> Iterator[Circle15Error]:
    if problem.objective not in OBJECTIVES:
        yield ConfigurationError("siting.objective_unknown", objective=problem.objective, known=", ".join(OBJECTIVES))
    if not _is_count(problem.sites):
        yield ConfigurationError("siting.sites_wrong", sites=problem.sites)
    if not (problem.apart_m >= 0 and math.isfinite(problem.apart_m)):
        yield ConfigurationError("siting.apart_wrong", metres=problem.apart_m)
    if problem.beyond_m is not None and not (problem.beyond_m >= 0 and math.isfinite(problem.beyond_m)):
        yield ConfigurationError("siting.beyond_wrong", metres=problem.beyond_m)
    towns = set(problem.candidates["town"])
    yield from _of_closings(problem)
    yield from _of_budget(problem)
    for town, count in [*problem.floors.items(), *problem.caps.items()]:
        if not _is_count(count):
            yield ConfigurationError("siting.count_wrong", town=town, count=count)
    for town in problem.floors:
        if town not in towns and problem.floors[town] != 0:
            yield ConfigurationError("siting.town_unknown", town=town)


def _of_closings(problem: SitingProblem) -> Iterator[Circle15Error]:
    for count in (problem.moves, problem.close_at_most):
        if count is not None and not _is_count(count):
            yield ConfigurationError("siting.closings_wrong", count=count)


def _of_budget(problem: SitingProblem) -> Iterator[Circle15Error]:
    if not problem.budget >= 0:
        yield ConfigurationError("siting.budget_wrong", budget=problem.budget)
    table = problem.candidates
    if {"must", "cost"} <= set(table.columns):
        new = flags(table["must"]) & (table["kind"] == NEW).to_numpy()
        least, freed = (float(numbers(table["cost"])[some].sum()) for some in (new, table["kind"] == CLOSING))
        if round(least - freed, 4) > problem.budget:
            yield ConfigurationError("siting.musts_exceed_budget", cost=least, budget=problem.budget)


def _is_count(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and int(value) >= 0
