"""Random districts as arrays, scored by the program's own formulas without tables, and what must hold of their index.

The tables of the same districts (``supplied_towns``) are held against these scores to the last bit, so that what is
found here in ten thousand districts holds of what the program writes.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import supplied_towns as tables
from supplied_towns import (
    CIRCLES,
    FLAG,
    SCORES,
    SERVICES,
    TOLD,
    WEIGHTS,
    District,
    assert_close,
    indexed,
    made_zones,
)

from circle15.access.measures.pair_table import PairTable
from circle15.assess.index import ALPHA, UnitMeans, unit_scores
from circle15.assess.index.capacity import capacity_score, quality_score, supply_score
from circle15.assess.index.parts import MEANS
from circle15.assess.index.scores import exact_mean
from circle15.assess.places import MOST_UNKNOWN
from circle15.assess.reach import soft_reach, strict_reach
from circle15.assess.supply import places_per_head
from circle15.assess.units import total

GIVEN = np.array([WEIGHTS[service] for service in SERVICES])
GROUPS = tuple(circle.group for circle in CIRCLES)
LIMITS = np.array([[circle.urban.limit_m, circle.rural.limit_m] for circle in CIRCLES])
WHOLE = 0
NEVER_LOWER = ("access", "balanced_access", "quality", "overall")
REACH = ("access", "balanced_access", "balance", "balance_people", "balance_services")
METRES = (0.0, 100.0, 499.9, 500.0, 500.1, 720.0, 720.1, 900.0, 1200.0, 1440.0, 1800.0, 2500.0, np.inf)


@dataclass(frozen=True, eq=False)
class Sites:
    """Facilities, by id: ``service`` is a number, ``capacity`` NaN where unknown, ``told`` whether lists tell flags."""

    service: np.ndarray
    capacity: np.ndarray
    flag: np.ndarray
    told: np.ndarray

    def __len__(self):
        return len(self.service)


@dataclass(frozen=True, eq=False)
class Towns:
    """Cells by id with people, towns and villages (-1: none), and ``metres`` (cells, facilities), ``inf``: no way."""

    persons: dict
    town: np.ndarray
    village: np.ndarray
    rural: np.ndarray
    classes: tuple
    sites: Sites
    metres: np.ndarray
    towns: int
    villages: int
    strict: bool

    @cached_property
    def units(self):
        """Rows of the cells of the county, of every town, of every village, and of every class."""
        every = np.arange(len(self.town))
        by_town = [np.flatnonzero(self.town == town) for town in range(self.towns)]
        own = self.town * self.villages + self.village
        by_village = [
            np.flatnonzero((own == number) & (self.village >= 0)) for number in range(self.towns * self.villages)
        ]
        by_class = [rows for kind in (~self.rural, self.rural) if len(rows := np.flatnonzero(kind))]
        return [every, *by_town, *by_village, *by_class]


@dataclass(frozen=True, eq=False)
class Scored:
    """Scores per unit, the means that they are made of, (units, services) by name, and the supply data."""

    scores: object
    means: dict
    supplies: dict

    @property
    def data(self):
        """Which services have a score of capacity, and which of quality too."""
        return {service: quality is not None for service, (_, _, quality) in self.supplies.items()}


def scored(towns):
    """The index of a district, by the formulas that the program's tables are made with."""
    score = strict_reach if towns.strict else soft_reach
    reach = [score(_nearest(towns, number), limits) for number, limits in enumerate(_limits(towns))]
    supplies = {number: found for number in range(len(CIRCLES)) if (found := _supply(towns, number)) is not None}
    columns = {name: np.full((len(towns.units), len(CIRCLES)), np.nan) for name in ("people", *MEANS)}
    for number, group in enumerate(GROUPS):
        _, capacity, quality = supplies.get(number, (None, None, None))
        joint = None if capacity is None else np.sqrt(supply_score(capacity, quality))
        of_cells = (reach[number], np.sqrt(reach[number]), capacity, quality, joint)
        persons = towns.persons[group]
        for unit, rows in enumerate(towns.units):
            people = columns["people"][unit, number] = total(persons[rows])
            for name, values in zip(MEANS, of_cells, strict=True):
                if values is not None and people > 0:
                    columns[name][unit, number] = total(persons[rows] * values[rows]) / people
    return Scored(unit_scores(_unit_means(towns, columns), GIVEN, exact_mean), columns, supplies)


def _unit_means(towns, columns):
    """With the mean square of the towns' root access for the whole alone: a town holds no towns."""
    squares = np.full_like(columns["people"], np.nan)
    own = slice(1, 1 + towns.towns)
    people, roots = columns["people"][own], columns["root_access"][own]
    for number in range(len(CIRCLES)):
        here = people[:, number] > 0
        if here.any():
            parts = people[here, number] * roots[here, number] ** 2
            squares[WHOLE, number] = total(parts) / columns["people"][WHOLE, number]
    named = (columns[name] for name in ("people", "access", "root_access", "root_supply"))
    return UnitMeans(*named, squares)


def _limits(towns):
    return LIMITS[:, towns.rural.astype(int)]


def _nearest(towns, number):
    return towns.metres[:, towns.sites.service == number].min(axis=1, initial=np.inf)


def _supply(towns, number):
    """Places per head, m and q (None: not known) of each cell; None where there is no data."""
    service, persons = CIRCLES[number].service, towns.persons[GROUPS[number]]
    if service.supply is None or not total(persons) > 0:
        return None
    own = np.flatnonzero(towns.sites.service == number)
    origin, facility = np.nonzero(towns.metres[:, own] <= _limits(towns)[number][:, None])
    reached = own[np.unique(facility)]
    if np.isnan(towns.sites.capacity[reached]).sum() > MOST_UNKNOWN * len(reached):
        return None
    known = np.nan_to_num(towns.sites.capacity[own])
    indexes = pd.RangeIndex(len(persons)), pd.RangeIndex(len(own))
    table = PairTable(*indexes, origin, facility, np.zeros(len(origin)), persons, known)
    standard = places_per_head(service.supply, total(towns.persons["all"]), total(persons))
    everywhere = np.ones(len(origin))
    capacity = capacity_score(table, everywhere, standard)
    target, untold = service.quality, (~towns.sites.told[reached]).sum()
    if target is None or untold > MOST_UNKNOWN * len(reached):
        return _per_head(table), capacity, None
    flagged = np.where(towns.sites.flag[own], known, 0.0)
    return _per_head(table), capacity, quality_score(table, everywhere, flagged, standard, target.share)


def _per_head(table):
    """2SFCA written out."""
    people = np.bincount(table.facility, weights=table.demand[table.origin], minlength=len(table.supply))
    ratio = np.divide(table.supply, people, out=np.zeros(len(people)), where=people > 0)
    return np.bincount(table.origin, weights=ratio[table.facility], minlength=len(table.demand))


# --- Generating ---


def made_towns(seed):
    """A district drawn from a seed: 1 to 16 cells, up to 4 towns, up to 12 facilities."""
    rng = np.random.default_rng(seed)
    size, towns, villages = int(rng.integers(1, 17)), int(rng.integers(1, 5)), int(rng.integers(0, 3))
    town = rng.integers(0, towns, size)
    village = np.where(rng.random(size) < 0.1, -1, rng.integers(0, max(villages, 1), size))
    classes = tuple(rng.choice(["urban", "rural", ""], 4).tolist())
    infants = np.where(rng.random(size) < 0.3, 0.0, np.round(rng.uniform(0.01, 50.0, size), 2))
    others = np.where(rng.random(size) < 0.2, 0.0, np.round(rng.uniform(0.0, 500.0, size), 2))
    count = int(rng.integers(0, 13))
    sites = made_sites(rng, count, float(rng.choice([0.0, 0.1, 0.5])), float(rng.choice([0.0, 0.1, 0.6])))
    loose = rng.random((size, count)) < 0.4
    metres = np.where(loose, rng.uniform(0.0, 2500.0, (size, count)), rng.choice(METRES, (size, count)))
    rural = np.array([classes[each] == "rural" for each in town])
    persons = {"0-2": infants, "all": infants + others}
    strict = bool(rng.random() < 0.3)
    return Towns(persons, town, village, rural, classes, sites, metres, towns, villages, strict)


def made_sites(rng, count, unknown, untold):
    capacity = np.where(rng.random(count) < unknown, np.nan, rng.choice([0.0, 1.0, 2.0, 7.5, 30.0, 400.0], count))
    told = rng.random(count) >= untold
    return Sites(rng.integers(0, len(CIRCLES), count), capacity, (rng.random(count) < 0.5) & told, told)


def as_district(towns):
    """The same district as the tables that a run has of it, rows in another order than by id."""
    rng = np.random.default_rng(len(towns.town))
    size, count = len(towns.town), len(towns.sites)
    cells = pd.DataFrame({"cell_id": [f"c{number:02d}" for number in range(size)], "county_code": "1"})
    cells["town_code"] = [f"1{code}" for code in towns.town]
    if towns.villages:
        both = zip(towns.town, towns.village, strict=True)
        cells["village_code"] = [f"1{own}{village}" if village >= 0 else "" for own, village in both]
    cells["urban_rural"] = [towns.classes[own] for own in towns.town]
    cells["persons_0-2"], cells["persons_all"] = towns.persons["0-2"], towns.persons["all"]
    sites = pd.DataFrame(
        {
            "facility_id": [f"f{number:03d}" for number in range(count)],
            "service": [SERVICES[number] for number in towns.sites.service],
            "name": [f"site {number}" for number in range(count)],
            "inside": True,
            "capacity": towns.sites.capacity,
            FLAG: towns.sites.flag,
            TOLD: np.where(towns.sites.told, "普惠", ""),
        }
    ).astype(dict.fromkeys(["facility_id", "service", "name", TOLD], object))
    rows, columns = rng.permutation(size), rng.permutation(count)
    return District(
        cells.iloc[rows].reset_index(drop=True),
        sites.iloc[columns].reset_index(drop=True).astype({"inside": bool, FLAG: bool, "capacity": float}),
        towns.metres[np.ix_(rows, columns)],
        made_zones(towns.towns, towns.villages),
        strict=towns.strict,
    )


# --- What must hold ---


def another_site(towns, rng, *, known=True, told=True):
    """The district with one facility more, at any place among them."""
    new = made_sites(rng, 1, 0.0 if known else 1.0, 0.0 if told else 1.0)
    at = int(rng.integers(0, len(towns.sites) + 1))
    sites = Sites(*(np.insert(old, at, own[0]) for old, own in zip(_arrays(towns), _arrays_of(new), strict=True)))
    return replace(towns, sites=sites, metres=np.insert(towns.metres, at, rng.choice(METRES, len(towns.town)), axis=1))


def _arrays(towns):
    return _arrays_of(towns.sites)


def _arrays_of(sites):
    return sites.service, sites.capacity, sites.flag, sites.told


def _changed(towns, rng, **changes):
    """One facility with other values, or the district as it is where there is none."""
    if not len(towns.sites):
        return towns
    at = int(rng.integers(0, len(towns.sites)))
    arrays = {}
    for name, change in changes.items():
        values = getattr(towns.sites, name).copy()
        values[at] = change(values[at])
        arrays[name] = values
    return replace(towns, sites=replace(towns.sites, **arrays))


def more_places(towns, rng):
    """More places where they are known; where not, a known number."""
    more = float(rng.choice([0.0, 0.5, 3.0, 1000.0]))
    return _changed(towns, rng, capacity=lambda before: np.nan_to_num(before) + more)


ADDITIONS = {
    "facility": another_site,
    "facility of unknown capacity": lambda towns, rng: another_site(towns, rng, known=False),
    "facility of untold flags": lambda towns, rng: another_site(towns, rng, told=False),
    "places": more_places,
    "flag": lambda towns, rng: _changed(towns, rng, flag=lambda _: True, told=lambda _: True),
}
# These never take data away.
GIVES_DATA = ("facility", "places", "flag")


def check_addition(towns, before, name, seed):
    """Nothing falls by an addition, not by a bit; returns whether the supply data stayed the same."""
    after = scored(ADDITIONS[name](towns, np.random.default_rng(seed)))
    same = before.data == after.data
    if name in GIVES_DATA:
        assert all(after.data.get(service, False) >= quality for service, quality in before.data.items())
    for figure in NEVER_LOWER if same else NEVER_LOWER[:2]:
        _never_lower(getattr(before.scores, figure), getattr(after.scores, figure), figure)
    alike = [number for number in range(len(CIRCLES)) if before.data.get(number) == after.data.get(number)]
    for figure in MEANS:
        _never_lower(before.means[figure][:, alike], after.means[figure][:, alike], figure)
    return same


def _never_lower(old, new, figure):
    assert (np.isnan(old) == np.isnan(new)).all(), figure
    assert (new[~np.isnan(new)] >= old[~np.isnan(old)]).all(), figure


def check_bounds(found):
    """All scores between 0 and 1, EA at most A, and the factors of balance multiply to it."""
    scores = found.scores
    for name in SCORES:
        values = getattr(scores, name)
        assert ((values >= 0) & (values <= 1) | np.isnan(values)).all(), name
    known, served = ~np.isnan(scores.access), scores.access > 0
    assert (scores.balanced_access[known] <= scores.access[known]).all()
    assert_close((scores.balance_people * scores.balance_services)[served], scores.balance[served])
    assert np.isnan(scores.balance[known & ~served]).all()
    whole = served.copy()
    whole[1:] = False
    assert_close((scores.balance_between * scores.balance_within)[whole], scores.balance_people[whole])
    assert np.isnan(scores.balance_between[1:]).all()
    told = ~np.isnan(scores.quality)
    both = (ALPHA * np.sqrt(scores.balanced_access) + (1 - ALPHA) * np.sqrt(scores.quality)) ** 2
    assert_close(both[told], scores.overall[told])


def check_grouping(towns, found, seed):
    """The county from its towns, straight or by regions put together at random, is the county from its cells."""
    rng = np.random.default_rng(seed)
    own = {name: values[1 : 1 + towns.towns] for name, values in found.means.items()}
    region = rng.integers(0, 3, towns.towns)
    regions = _together(own, [np.flatnonzero(region == number) for number in range(3)])
    for parts in (_together(own, [np.arange(towns.towns)]), _together(regions, [rng.permutation(3)])):
        means = UnitMeans(*(parts[name] for name in ("people", "access", "root_access", "root_supply")))
        scores = unit_scores(means, GIVEN)
        for name in (*REACH, "quality", "overall", "quality_weight"):
            assert_close(getattr(scores, name)[0], getattr(found.scores, name)[WHOLE])


def _together(parts, groups):
    """Means over people of units put together, by plain sums."""
    people = np.array([parts["people"][rows].sum(axis=0) for rows in groups])
    found = {"people": people}
    for name in MEANS:
        sums = np.array([np.nansum(parts["people"][rows] * parts[name][rows], axis=0) for rows in groups])
        unknown = np.array([np.isnan(parts[name][rows]).all(axis=0) for rows in groups])
        means = np.divide(sums, people, out=np.full(people.shape, np.nan), where=people > 0)
        found[name] = np.where(unknown, np.nan, means)
    return found


def check_split_and_merged(towns, found, seed):
    """Cells put into other towns of the same class change nothing for the county, not by a bit."""
    others = np.random.default_rng(seed).integers(0, 9, len(towns.town))
    again = scored(replace(towns, town=others, towns=9, villages=0))
    for name in (*REACH, "quality", "overall", "quality_weight"):
        one, other = getattr(found.scores, name)[WHOLE], getattr(again.scores, name)[WHOLE]
        assert one == other or (np.isnan(one) and np.isnan(other)), name


def check_extremes(towns):
    """All served and adequate is 1; nobody served and no places is 0, its balance no data."""
    every = np.ones(len(CIRCLES), dtype=bool)
    houses = Sites(np.arange(len(CIRCLES)), np.full(len(CIRCLES), 1e12), every, every)
    near = np.full((len(towns.town), len(CIRCLES)), 10.0)
    best = scored(replace(towns, sites=houses, metres=near))
    none = scored(replace(towns, sites=Sites(*(each[:0] for each in _arrays_of(houses))), metres=near[:, :0]))
    peopled = best.means["people"].sum(axis=1) > 0
    for name in NEVER_LOWER:
        assert (getattr(best.scores, name)[peopled] == 1.0).all()
        assert (getattr(none.scores, name)[peopled] == 0.0).all()
    assert (best.scores.balance[peopled] == 1.0).all()
    assert np.isnan(none.scores.balance).all()


def check_scaled(towns, found, factor):
    """As many times more people: reach as before, so many times less supply per head; with the places all as before."""
    crowded = replace(towns, persons={group: persons * factor for group, persons in towns.persons.items()})
    more = scored(crowded)
    for name in REACH:
        assert_close(getattr(more.scores, name), getattr(found.scores, name), rtol=1e-10)
    assert more.data == found.data
    for service, (per_head, _, _) in found.supplies.items():
        assert_close(more.supplies[service][0] * factor, per_head, rtol=1e-10)
    grown = scored(replace(crowded, sites=replace(towns.sites, capacity=towns.sites.capacity * factor)))
    for name in SCORES:
        assert_close(getattr(grown.scores, name), getattr(found.scores, name), rtol=1e-9)


def check_tables(towns, found, seed):
    """The tables of the district say the same, and what they are opened into adds up to them."""
    district = as_district(towns)
    made = check_same(towns, found, indexed(district))
    tables.check_supply(district, made)
    tables.check_grouping(made, seed)
    tables.check_drawn(district, made, seed)
    tables.check_explained(district, made, seed)


def check_same(towns, found, tables):
    """Means, scores and supply of the tables are those of the arrays, to the last bit; gives the tables."""
    units = len(towns.units)
    for name in ("people", *MEANS):
        table = tables.parts[name].to_numpy(dtype=float).reshape(units, len(CIRCLES))
        assert np.array_equal(table, found.means[name], equal_nan=True), name
    for name in SCORES:
        own = getattr(found.scores, name)
        table = tables.index[name].to_numpy(dtype=float)
        assert np.array_equal(table, own[: len(table)], equal_nan=True), name
    assert tables.data == {SERVICES[number]: quality for number, quality in found.data.items()}
    for number, (per_head, capacity, quality) in found.supplies.items():
        scores = tables.supplies[SERVICES[number]]
        assert_close(scores.per_head, per_head)
        assert np.array_equal(scores.capacity, capacity)
        assert (quality is None) == (scores.quality is None)
        assert quality is None or np.array_equal(scores.quality, quality)
    return tables
