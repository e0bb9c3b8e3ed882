"""What the facilities that were opened, closed or moved have done to every unit: the facilities' part, site by site."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.comparison.shapley import weight_of_set
from circle15.assess.comparison.sites import SiteScores, site_parts
from circle15.assess.comparison.years import FACTORS, group_persons, sums_over_units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from circle15.assess.comparison.years import Definitions, State, StateValues, TwoYears

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

SITE_MEASURES = ("coverage", "access", "root_access", "balanced_access")
SITE_COLUMNS = (
    "level", "code", "name", "service", "change", "old_id", "new_id", "site", *SITE_MEASURES, "people_in_reach",
)  # fmt: skip
POPULATION, NETWORK, DEFINITIONS = (FACTORS.index(name) for name in ("population", "network", "definitions"))


@dataclass(frozen=True, eq=False)
class SiteDistances:
    """How far homes are from the changed sites of one service, and from its others, on one network by one's rules.

    Attributes
    ----------
    base_m
        (cells,): to the nearest of the facilities that both years have where they were.
    home, site
        Rows of the cells and of the service's changed sites: every pair that either year can score.
    before_m, after_m
        Metres where the site was and where it is; ``inf`` where it was not or is not there, or is too far to score.
    """

    base_m: Floats
    home: Whole
    site: Whole
    before_m: Floats
    after_m: Floats


@dataclass(frozen=True, eq=False)
class ChangedSites:
    """The changed sites of one service.

    Attributes
    ----------
    number
        The service's place in ``TwoYears.services``.
    named
        ``change`` (opened, closed, moved, shifted), ``old_id``, ``new_id``, ``site`` (its name): one row each.
    distances
        By year of the streets and of the definitions.
    """

    number: int
    named: pd.DataFrame
    distances: Mapping[tuple[int, int], SiteDistances]


def sites_table(
    years: TwoYears, changed: tuple[ChangedSites, ...], values: Callable[[State], StateValues]
) -> pd.DataFrame:
    """What every changed site did to every unit.

    Parameters
    ----------
    years
        Both years.
    changed
        The changed sites, by service.
    values
        From ``mixtures``.

    Returns
    -------
    pandas.DataFrame
        ``SITE_COLUMNS``, of units that a site did anything to, and of the whole area (the first unit). Over the sites of a service, ``coverage``, ``access``
        and ``root_access`` add up to the facilities' part in the split of that unit and service; over all services,
        ``balanced_access`` adds up to that of the unit. ``people_in_reach`` are those who gained (or, below 0, lost)
        a site in reach by it, all else as in the new year.
    """
    frames = [_of_service(years, sites, values) for sites in changed if len(sites.named)]
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(SITE_COLUMNS))
    return whole.astype(dict.fromkeys((*SITE_MEASURES, "people_in_reach"), "float64"))


def _of_service(years: TwoYears, sites: ChangedSites, values: Callable[[State], StateValues]) -> pd.DataFrame:
    shape = (len(years.units), len(sites.named))
    found = {measure: np.zeros(shape) for measure in SITE_MEASURES}
    of_cells = {key: _cell_parts(years, sites, key) for key in sites.distances}
    for network, judged, people in product((0, 1), repeat=3):
        home, site, parts = of_cells[network, judged]
        persons = group_persons(years.people[people], years.definitions[judged].circles[sites.number])
        means = [_unit_means(years, persons, home, site, part, shape) for part in parts]
        for capacity in (False, True):
            state = (capacity, bool(people), bool(network), bool(judged))
            weight = weight_of_set(sum(state), len(FACTORS))
            for measure, mean in zip(SITE_MEASURES, means, strict=False):
                found[measure] += weight * mean
            found["balanced_access"] += weight * _balanced(years, sites.number, state, values, means[2])
    return _rows(years, sites, found, _people_in_reach(years, sites, of_cells[1, 1], shape))


def _cell_parts(
    years: TwoYears, sites: ChangedSites, key: tuple[int, int]
) -> tuple[Whole, Whole, tuple[Floats, Floats, Floats]]:
    """Per pair of home and site: its parts in coverage, access and root access of the home."""
    definitions, distances = years.definitions[key[1]], sites.distances[key]
    circle = definitions.circles[sites.number]
    limits = circle.limits_m(definitions.cells)
    at_home = limits[distances.home]
    parts = []
    for score in (_within, definitions.score, _root_of(definitions)):
        scores = SiteScores(
            distances.home, distances.site, score(distances.before_m, at_home), score(distances.after_m, at_home)
        )
        parts.append(site_parts(score(distances.base_m, limits), scores))
    return distances.home, distances.site, (parts[0], parts[1], parts[2])


def _within(metres: Floats, limits_m: Floats) -> Floats:
    return (metres <= limits_m).astype(np.float64)


def _root_of(definitions: Definitions) -> Callable[[Floats, Floats], Floats]:
    return lambda metres, limits_m: np.sqrt(definitions.score(metres, limits_m))


def _unit_sums(
    years: TwoYears, persons: Floats, home: Whole, site: Whole, part: Floats, shape: tuple[int, int]
) -> Floats:
    """Persons times parts, added up by unit and site."""
    sums = np.zeros((len(persons), shape[1]))
    np.add.at(sums, (home, site), persons[home] * part)
    return sums_over_units(years, sums)


def _unit_means(
    years: TwoYears, persons: Floats, home: Whole, site: Whole, part: Floats, shape: tuple[int, int]
) -> Floats:
    """Means over people of parts, by unit and site; NaN where there are no people."""
    people = sums_over_units(years, persons[:, None])
    sums = _unit_sums(years, persons, home, site, part, shape)
    means: Floats = np.divide(sums, people, out=np.full(shape, np.nan), where=people > 0)
    return means


def _balanced(
    years: TwoYears, number: int, state: State, values: Callable[[State], StateValues], root_parts: Floats
) -> Floats:
    """Parts in balanced access, (units, sites): ``(H1 - H0)(H1 + H0)``, and the first factor adds up over the sites.

    ``H = sum(w h)`` is the root of balanced access. What each site adds to it does not hang on the others, so its
    Shapley part in the square is its own part in ``H`` times the sum of both.
    """
    without, all_there = values((False, *state)), values((True, *state))
    roots = np.sqrt(without.scores.balanced_access) + np.sqrt(all_there.scores.balanced_access)
    weights = np.where(without.means.people > 0, years.definitions[int(state[-1])].weights, 0.0)
    whole = weights.sum(axis=1)
    share = np.divide(weights[:, number], whole, out=np.zeros(len(whole)), where=whole > 0)
    return np.where(share > 0, share * roots, 0.0)[:, None] * np.nan_to_num(root_parts)


def _people_in_reach(
    years: TwoYears,
    sites: ChangedSites,
    of_cells: tuple[Whole, Whole, tuple[Floats, Floats, Floats]],
    shape: tuple[int, int],
) -> Floats:
    home, site, (covered, _, _) = of_cells
    persons = group_persons(years.people[1], years.definitions[1].circles[sites.number])
    return _unit_sums(years, persons, home, site, covered, shape)


def _rows(years: TwoYears, sites: ChangedSites, found: Mapping[str, Floats], people: Floats) -> pd.DataFrame:
    """A row per unit and site where it did anything; of the whole area always, so that every changed site is named."""
    touched = people != 0
    touched[0] = True
    for values in found.values():
        touched |= np.nan_to_num(values) != 0
    unit, site = np.nonzero(touched)
    columns = {measure: values[unit, site] for measure, values in found.items()} | {
        "people_in_reach": people[unit, site]
    }
    named = sites.named.iloc[site].reset_index(drop=True)
    units = years.units[["level", "code", "name"]].iloc[unit].reset_index(drop=True)
    frame = pd.concat([units, named, pd.DataFrame(columns)], axis=1).assign(service=years.services[sites.number])
    return frame[list(SITE_COLUMNS)]
