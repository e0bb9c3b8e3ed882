"""Small random siting problems, and the best of all choices by trying every one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from circle15.siting import SitingProblem
from circle15.siting.choice import Effort
from circle15.siting.dual import dual_bound
from circle15.siting.fewest_sites import fewest_sites
from circle15.siting.greedy import greedy_sites
from circle15.siting.interchange import improved_sites
from circle15.siting.markets import RoomForAll, SoManyPlaces
from circle15.siting.most_covered import most_covered
from circle15.siting.most_placed import greedily_placed, most_placed
from circle15.siting.p_centre import p_centre
from circle15.siting.p_median import p_median
from circle15.siting.rows import cover_rows, stairs
from circle15.siting.rules import Rules
from circle15.siting.settled import left_rules, settled

FAR_M = 3000.0
# Small problems have many equally good choices: all of them are looked through.
THOROUGH = Effort(ties=1000)


@dataclass(frozen=True)
class SitingTown:
    """Everything as plain as can be: no rows, no merging, numbers of candidates in sets."""

    persons: np.ndarray
    metres: np.ndarray
    limit_m: np.ndarray
    sites: int
    cost: np.ndarray
    budget: float
    town: np.ndarray
    floor: np.ndarray
    cap: np.ndarray
    must: frozenset
    forbidden: frozenset
    near: tuple
    places: np.ndarray

    @property
    def candidates(self):
        return self.metres.shape[1]

    def allows(self, choice):
        per_town = [sum(self.town[site] == town for site in choice) for town in range(len(self.floor))]
        return (
            len(choice) <= self.sites
            and sum(self.cost[site] for site in choice) <= self.budget
            and all(low <= own <= high for low, own, high in zip(self.floor, per_town, self.cap, strict=True))
            and self.must <= set(choice)
            and not self.forbidden & set(choice)
            and not any(one in choice and other in choice for one, other in self.near)
        )

    def choices(self):
        """All that the rules allow, by their number of sites, then ordered like words."""
        every = [choice for size in range(self.candidates + 1) for choice in combinations(range(self.candidates), size)]
        return list(filter(self.allows, every))

    def nearest_m(self, choice):
        return self.metres[:, list(choice)].min(axis=1, initial=np.inf)

    def reached(self, choice):
        return float(self.persons[self.nearest_m(choice) <= self.limit_m].sum())

    def reach(self, choice):
        """Persons by the root of their reach: 1 within the limit, falling to 0 at twice that."""
        return float(self.persons @ np.sqrt(np.clip(2.0 - self.nearest_m(choice) / self.limit_m, 0.0, 1.0)))

    def walked(self, choice):
        return float(self.persons @ np.minimum(self.nearest_m(choice), FAR_M))

    def placed(self, choice):
        """Who finds a place: the least cut between people and sites, over all sets of sites."""
        least = np.inf
        for size in range(len(choice) + 1):
            for full in combinations(choice, size):
                others = [site for site in choice if site not in full]
                cut = self.places[list(full)].sum() + self.persons[self.nearest_m(others) <= self.limit_m].sum()
                least = min(least, cut)
        return float(least)

    def price(self, choice):
        return float(sum(self.cost[site] for site in choice))

    def covers_all(self, choice):
        can = (self.metres <= self.limit_m[:, None]).any(axis=1) & (self.persons > 0)
        return bool((self.nearest_m(choice) <= self.limit_m)[can].all())

    def longest_m(self, choice):
        can = np.isfinite(self.metres).any(axis=1)
        return float(self.nearest_m(choice)[can].max(initial=0.0))

    @property
    def rules(self):
        numbers = np.arange(self.candidates)
        return Rules(
            sites=self.sites,
            cost=self.cost,
            town=self.town,
            floor=self.floor,
            cap=self.cap,
            must=np.isin(numbers, list(self.must)),
            forbidden=np.isin(numbers, list(self.forbidden)),
            budget=self.budget,
            apart=np.array(self.near, dtype=np.int64).reshape(-1, 2),
        )

    @property
    def pairs(self):
        cell, candidate = np.nonzero(np.isfinite(self.metres))
        return self.metres[cell, candidate], cell, candidate

    @property
    def cover(self):
        metres, cell, candidate = self.pairs
        near = metres <= self.limit_m[cell]
        return cover_rows(self.persons, cell[near], candidate[near], self.candidates)

    @property
    def stairs(self):
        metres, cell, candidate = self.pairs
        gain = self.persons[cell] * np.sqrt(np.clip(2.0 - metres / self.limit_m[cell], 0.0, 1.0))
        return stairs(gain, cell, candidate, np.zeros(len(self.persons)), self.candidates)


def siting_town(number):
    """A town of up to 12 cells and 7 candidates, the same one for the same number."""
    dice = np.random.default_rng(number)
    cells, candidates, towns = int(dice.integers(1, 13)), int(dice.integers(1, 8)), int(dice.integers(1, 4))
    coarse = dice.choice([1.0, 50.0, 400.0])  # coarse metres make many ties
    at_cells, at_sites = dice.random((cells, 2)) * 2000, dice.random((candidates, 2)) * 2000
    metres = np.round(np.hypot(*(at_cells[:, None] - at_sites).transpose(2, 0, 1)) / coarse) * coarse
    metres[metres > dice.choice([800.0, 1500.0, 2900.0])] = np.inf
    priced = dice.random() < 0.4
    must = {site for site in range(candidates) if dice.random() < 0.12}
    forbidden = {site for site in range(candidates) if dice.random() < 0.12} - must
    near = dice.random() < 0.4
    pairs = tuple(pair for pair in combinations(range(candidates), 2) if near and dice.random() < 0.2)
    persons = dice.integers(0, dice.choice([3, 60]), cells) * dice.choice([1.0, 0.37])
    places = np.floor(dice.random(candidates) * 2 * persons.sum() / candidates * dice.choice([0.5, 1.0, 3.0]))
    places[dice.random(candidates) < 0.1] = np.inf
    return SitingTown(
        persons=persons,
        metres=metres,
        limit_m=dice.choice([300.0, 500.0, 800.0], cells) if dice.random() < 0.3 else np.full(cells, 600.0),
        sites=int(dice.integers(1, candidates + 1)),
        cost=dice.integers(0, 9, candidates).astype(float) if priced else np.ones(candidates),
        budget=float(dice.integers(2, 20)) if priced else float("inf"),
        town=dice.integers(0, towns, candidates),
        floor=(dice.random(towns) < 0.25).astype(np.int64),
        cap=dice.integers(1, candidates + 1, towns) if dice.random() < 0.4 else np.full(towns, candidates),
        must=frozenset(must),
        forbidden=frozenset(forbidden),
        near=pairs,
        places=places,
    )


def best_of(choices, score):
    """The first of the best choices, and its score; sums of equal terms may differ in their last bits."""
    scores = np.array([score(choice) for choice in choices])
    best = scores.max()
    return choices[int(np.argmax(scores >= best - 1e-9 * abs(best)))], float(best)


def check_most(town, rows, choices, score):
    """Rows are worth what the score says; greedy, interchange and bound hold; the first of the best is found."""
    found = most_covered(rows, town.rules, THOROUGH)
    if not choices:
        assert found is None
        return 0
    for choice in choices[:: max(1, len(choices) // 8)]:
        assert np.isclose(rows.value(np.array(choice, dtype=np.int64)), score(choice), rtol=1e-12, atol=1e-9)
    best, value = best_of(choices, score)
    assert found is not None
    assert found.proven
    assert np.isclose(found.value, value, rtol=1e-9, atol=1e-9)
    assert found.bound >= value * (1 - 1e-9)
    assert tuple(found.sites.tolist()) == best, (found.sites, best)
    check_below(town, rows, value)
    check_dual(town, rows, choices, score)
    return 1


def check_below(town, rows, value):
    """What greedy choice and interchange find keeps to the rules, and is no better than the best."""
    greedy = greedy_sites(rows, town.rules)
    if greedy is None:
        return
    better = improved_sites(rows, town.rules, greedy, 3)
    assert town.allows(tuple(greedy.tolist()))
    assert town.allows(tuple(better.tolist()))
    assert rows.value(greedy) <= rows.value(better) + 1e-9
    assert rows.value(better) <= value * (1 + 1e-9) + 1e-9


def check_dual(town, rows, choices, score):
    """After few rounds as after many, no choice with or without a candidate is better than its bound says."""
    left = settled(rows, town.rules)
    if not len(left.free) or greedy_sites(left.rows, left.rules) is None:
        return
    scores = np.array([score(choice) for choice in choices]) - left.covered
    for rounds in (1, 4, 60):
        dual = dual_bound(RoomForAll(left.rows), left.rules, 0.0, 0.0, rounds)
        assert scores.max() <= dual.bound + 1e-9
        for at, site in enumerate(left.free.tolist()):
            within = np.array([site in choice for choice in choices])
            assert scores[within].max(initial=-np.inf) <= dual.if_in[at] + 1e-9
            assert scores[~within].max(initial=-np.inf) <= dual.if_out[at] + 1e-9


def check_placed(town, choices):
    found = most_placed(town.cover, town.places, town.rules, THOROUGH)
    if not choices:
        assert found is None
        return
    best, value = best_of(choices, town.placed)
    assert found.proven
    assert np.isclose(found.value, value, rtol=1e-9, atol=1e-9)
    assert tuple(found.sites.tolist()) == best, (found.sites, best)
    greedy = greedily_placed(town.cover, town.places, town.rules)
    assert greedy is None or town.placed(tuple(greedy.tolist())) <= value * (1 + 1e-9)
    check_placed_dual(town, choices)


def check_placed_dual(town, choices):
    left, free, standing = left_rules(town.rules)
    market = SoManyPlaces(town.cover, np.minimum(town.places, town.persons.sum()), free, standing)
    scores = np.array([town.placed(choice) for choice in choices])
    for rounds in (1, 30):
        dual = dual_bound(market, left, 0.0, 0.0, rounds)
        assert scores.max() <= dual.bound + 1e-9
        for at, site in enumerate(free.tolist()):
            within = np.array([site in choice for choice in choices])
            assert scores[within].max(initial=-np.inf) <= dual.if_in[at] + 1e-9
            assert scores[~within].max(initial=-np.inf) <= dual.if_out[at] + 1e-9


def check_least_walking(town, choices):
    found = p_median(town.persons, *town.pairs, town.rules, np.full(len(town.persons), FAR_M), THOROUGH)
    if not choices:
        assert found is None
        return
    best, value = best_of(choices, lambda choice: -town.walked(choice))
    assert found.proven
    assert np.isclose(found.value, -value, rtol=1e-9, atol=1e-6)
    assert found.bound <= -value * (1 + 1e-9) + 1e-6
    assert tuple(found.sites.tolist()) == best


def check_fewest(town, choices):
    found = fewest_sites(town.cover, town.rules, THOROUGH)
    covering = [choice for choice in choices if town.covers_all(choice)]
    if not covering:
        assert found is None
        return 0
    best, value = best_of(covering, lambda choice: -town.price(choice))
    assert (found.proven, found.value, tuple(found.sites.tolist())) == (True, -value, best)
    return 1


def check_centre(town, choices):
    found = p_centre(*town.pairs, len(town.persons), town.rules, THOROUGH)
    reaching = [choice for choice in choices if np.isfinite(town.longest_m(choice))]
    if not reaching or not np.isfinite(town.metres).any():
        assert found is None
        return
    longest = min(map(town.longest_m, reaching))
    best, _ = best_of([c for c in reaching if town.longest_m(c) == longest], lambda choice: -town.price(choice))
    assert (found.value, found.bound, tuple(found.sites.tolist())) == (longest, longest, best)


def check_one_fewer(town, choices):
    """Without one of the candidates the best is no better."""
    if choices:
        whole = most_covered(town.cover, town.rules, THOROUGH).value
        last = town.candidates - 1
        fewer = most_covered(
            town.cover, replace(town.rules, forbidden=town.rules.forbidden | (np.arange(last + 1) == last))
        )
        assert fewer is None or fewer.value <= whole + 1e-9


def check_order_of_cells(town, number):
    """Cells in another order give the same sites."""
    order = np.random.default_rng(number).permutation(len(town.persons))
    other = replace(town, persons=town.persons[order], metres=town.metres[order], limit_m=town.limit_m[order])
    for one, two in ((town.cover, other.cover), (town.stairs, other.stairs)):
        a, b = most_covered(one, town.rules, THOROUGH), most_covered(two, town.rules, THOROUGH)
        assert (a is None) == (b is None)
        assert a is None or a.sites.tolist() == b.sites.tolist()


TOWNS = ("甲镇", "乙镇", "丙镇")


def problem_of(town, objective, spread=1.0):
    """A random town as a problem by ids; its musts are existing sites that stay."""
    cells, candidates = town.metres.shape
    cell, candidate = np.nonzero(np.isfinite(town.metres))
    ids = np.array([f"s{number}" for number in range(candidates)])
    table = {
        "name": [f"点{number}" for number in range(candidates)],
        "town": [TOWNS[number] for number in town.town],
        "kind": ["kept" if number in town.must else "new" for number in range(candidates)],
        "forbidden": [number in town.forbidden for number in range(candidates)],
        "places": town.places,
    }
    if np.isfinite(town.budget):
        table["cost"] = town.cost * spread
    return SitingProblem(
        cells=pd.DataFrame(
            {"persons": town.persons, "unit": [f"村{n % 2}" for n in range(cells)], "limit_m": town.limit_m},
            index=[f"c{number:02d}" for number in range(cells)],
        ),
        candidates=pd.DataFrame(table, index=ids),
        pairs=pd.DataFrame(
            {
                "cell": [f"c{number:02d}" for number in cell],
                "candidate": ids[candidate],
                "metres": town.metres[cell, candidate],
            }
        ),
        sites=max(town.sites - len(town.must), 0),
        objective=objective,
        budget=town.budget * spread,
        floors={TOWNS[number]: int(floor) for number, floor in enumerate(town.floor) if number in town.town},
        caps={TOWNS[number]: int(cap) for number, cap in enumerate(town.cap)},
        beyond_m=3000.0,
    )


def as_existing(town):
    """The same town where what must stand exists already and costs nothing."""
    cost = np.where(np.isin(np.arange(town.candidates), list(town.must)), 0.0, town.cost)
    floor = np.where(np.isin(np.arange(len(town.floor)), town.town), town.floor, 0)
    sites = max(town.sites, len(town.must))
    return replace(town, cost=cost, near=(), floor=floor, sites=sites)


def village_problem():
    """Three villages along a road, 900 m apart, each with a candidate; the first has a site already."""
    cells = pd.DataFrame(
        {"persons": [50.0, 30.0, 20.0, 5.0], "unit": ["东村", "中村", "西村", "山村"], "limit_m": 1000.0},
        index=["c1", "c2", "c3", "c4"],
    )
    candidates = pd.DataFrame(
        {
            "name": ["东点", "中点", "西点"],
            "town": ["甲镇", "甲镇", "乙镇"],
            "kind": ["kept", "new", "new"],
            "cost": [0.0, 3.0, 2.0],
            "places": [20.0, 40.0, 40.0],
            "x_m": [0.0, 900.0, 1800.0],
            "y_m": 0.0,
        },
        index=["s1", "s2", "s3"],
    )
    far = {("c1", "s1"): 0.0, ("c1", "s2"): 900.0, ("c2", "s1"): 900.0, ("c2", "s2"): 0.0, ("c2", "s3"): 900.0}
    far |= {("c3", "s2"): 900.0, ("c3", "s3"): 0.0, ("c4", "s3"): 1500.0}
    pairs = pd.DataFrame({"cell": [c for c, _ in far], "candidate": [s for _, s in far], "metres": list(far.values())})
    return SitingProblem(cells, candidates, pairs, sites=1)
