"""What the facilities that were opened, closed or moved have done to every unit: the facilities' part, site by site."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.access.measures.floating_catchment_area import ratio_of_supply
from circle15.assess.comparison.shapley import weight_of_set
from circle15.assess.comparison.sites import SiteScores, site_parts
from circle15.assess.comparison.sums import SiteSupplies, sum_parts
from circle15.assess.comparison.years import FACTORS, group_persons, sums_over_units, supply_of
from circle15.assess.index import ALPHA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from circle15.assess.comparison.sums import Score
    from circle15.assess.comparison.years import Definitions, State, StateValues, TwoYears

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

SITE_MEASURES = ("coverage", "access", "root_access", "root_supply", "balanced_access", "quality", "overall")
SITE_COLUMNS = (
    "level", "code", "name", "service", "change", "old_id", "new_id", "site", *SITE_MEASURES, "people_in_reach",
)  # fmt: skip
# What happened, where a standard asks for several sites at once and the changed ones are told together.
SEVERAL = "several"


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

    @cached_property
    def together(self) -> bool:
        """Whether all changed sites stand in one row."""
        return bool((self.named["change"] == SEVERAL).any())


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
        ``SITE_COLUMNS``, of units that a site did anything to, and of the whole area (the first unit). Over the sites
        of a service, ``coverage``, ``access``, ``root_access`` and ``root_supply`` add up to the facilities' part in
        the split of that unit and service; over all services, ``balanced_access``, ``quality`` and ``overall`` to that
        of the unit. ``people_in_reach`` are those who gained (or, below 0, lost) a site in reach by it, all else as in
        the new year.
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
            supply = _supply_means(years, sites, state, persons, shape)
            for measure, part in _parts_of_state(years, sites, state, values, (*means, supply)).items():
                found[measure] += weight_of_set(sum(state), len(FACTORS)) * part
    return _rows(years, sites, found, _people_in_reach(years, sites, of_cells[1, 1], shape))


def _parts_of_state(
    years: TwoYears,
    sites: ChangedSites,
    state: State,
    values: Callable[[State], StateValues],
    means: tuple[Floats, ...],
) -> dict[str, Floats]:
    """By measure, (units, sites): what the sites do where the other factors are as ``state`` says.

    ``H = sum(w h)`` is the root of balanced access, ``V = sum(w v)`` that of quality, and the root of the overall score
    is their weighted mean. What each site adds to these roots does not hang on the others, so its Shapley part in a
    square ``X^2`` is its own part in ``X`` times ``X`` without all changed sites plus ``X`` with them.
    """
    coverage, access, root_access, root_supply = means
    ends = values((False, *state)), values((True, *state))
    present = np.where(ends[0].means.people > 0, years.definitions[int(state[-1])].weights, 0.0)
    known = np.where(np.isnan(ends[0].means.root_supply), 0.0, present)
    reach = _share(present, sites.number) * np.nan_to_num(root_access)
    supply = _share(known, sites.number) * np.nan_to_num(root_supply)
    return {
        "coverage": coverage,
        "access": access,
        "root_access": root_access,
        "root_supply": root_supply,
        "balanced_access": _squared(reach, [end.scores.balanced_access for end in ends]),
        "quality": _squared(supply, [end.scores.quality for end in ends]),
        "overall": _squared(ALPHA * reach + (1.0 - ALPHA) * supply, [end.scores.overall for end in ends]),
    }


def _share(weights: Floats, number: int) -> Floats:
    """The share of one service in the weights of every unit, (units, 1)."""
    whole = weights.sum(axis=1)
    share: Floats = np.divide(weights[:, number], whole, out=np.zeros(len(whole)), where=whole > 0)
    return share[:, None]


def _squared(roots: Floats, ends: list[Floats]) -> Floats:
    """Parts in a score, from parts in its root; ``ends`` is the score without and with all changed sites."""
    both: Floats = np.sqrt(ends[0]) + np.sqrt(ends[1])
    return np.where(roots != 0, roots * both[:, None], 0.0)


def _supply_means(
    years: TwoYears, sites: ChangedSites, state: State, persons: Floats, shape: tuple[int, int]
) -> Floats:
    """Means over people of the parts in the root of supply, by unit and site; NaN where it is not known."""
    circle = years.definitions[int(state[-1])].circles[sites.number]
    if circle.service.id not in years.supplied:
        return np.full(shape, np.nan)
    base, supplies, score = _supplies(years, sites, state)
    return _unit_means(years, persons, supplies.home, supplies.site, sum_parts(base, supplies, score), shape)


def _supplies(years: TwoYears, sites: ChangedSites, state: State) -> tuple[Floats, SiteSupplies, Score]:
    """What unchanged sites add to every home, what changed ones added and add, and the score of a sum."""
    capacity, people, network, judged = (int(each) for each in state)
    circle, number = years.definitions[judged].circles[sites.number], sites.number
    ids = [sites.named[name] for name in ("old_id", "new_id")]
    sides, base, count = [], np.empty(0), len(sites.named)
    for year in (0, 1):
        listed = years.facilities[year, capacity, judged][number]
        supply = supply_of(years, years.people[people], circle, years.views[network, year, judged][number], listed)
        everywhere = np.ones(len(supply.table.cost))
        ratios = np.stack([ratio_of_supply(table, everywhere) for table in supply.tables], axis=1)
        site = _numbers(ids[year], listed, several=sites.together)
        home, changed, added = supply.table.origin, site[supply.table.facility], ratios[supply.table.facility]
        base = np.zeros((len(years.people[people]), ratios.shape[1]))
        same = changed < 0
        np.add.at(base, home[same], added[same])
        sides.append((home[~same].astype(np.int64) * count + changed[~same], added[~same]))
    pairs = np.union1d(sides[0][0], sides[1][0])
    before, after = (_sums_of(*side, pairs) for side in sides)
    return base, SiteSupplies(pairs // count, pairs % count, before, after), supply.root_score


def _sums_of(numbers: Whole, values: Floats, pairs: Whole) -> Floats:
    """The sums of values by their number, in the order of ``pairs``."""
    sums = np.zeros((len(pairs), values.shape[1]))
    np.add.at(sums, np.searchsorted(pairs, numbers), values)
    return sums


def _numbers(ids: pd.Series, listed: pd.DataFrame, *, several: bool) -> Whole:
    """The changed site that each facility is, -1 for one that has not changed; ``several`` are one together."""
    if several:
        return np.zeros(len(listed), dtype=np.int64)
    number = {id_: at for at, id_ in enumerate(ids) if id_}
    return np.array([number.get(id_, -1) for id_ in listed["facility_id"]], dtype=np.int64)


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
