"""Least walking and most index from plain tables of distances: large ones, whole numbers, and what bounds tell."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from siting_problems import siting_town

from circle15.siting import Effort, of_distances, solve
from circle15.siting.choice import USUAL
from circle15.siting.gains.bounds import GainPairs, gain_bounds, greedy_start
from circle15.siting.gains.branches import branched
from circle15.siting.gains.most_gained import most_gained
from circle15.siting.p_median import p_median
from circle15.siting.rows import stairs
from circle15.siting.rules import only_so_many


def scattered(places, seed):
    """Straight distances between places of different size, all of them candidates."""
    dice = np.random.default_rng(seed)
    at = dice.uniform(0, 10_000, (places, 2))
    names = [f"{place:03d}" for place in range(places)]
    metres = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    return pd.DataFrame(metres, names, names), pd.Series(np.round(dice.gamma(1, 30, places)) + 1, names)


def test_a_table_whose_stairs_would_take_gigabytes_is_solved_with_proof():
    table, persons = scattered(420, 7)
    plan = solve(of_distances(table, 12, persons=persons))
    nearest = table[list(plan.new)].min(axis=1)
    assert plan.proven
    assert len(plan.new) == 12
    assert np.isclose(plan.value, float((nearest * persons).sum()), rtol=1e-12)


@pytest.fixture(scope="module", params=range(40))
def town(request):
    return siting_town(request.param)


def pairs_of(town):
    metres, cell, candidate = town.pairs
    gain = town.persons[cell] * np.sqrt(np.clip(2.0 - metres / town.limit_m[cell], 0.0, 1.0))
    return GainPairs(gain, cell, candidate, np.zeros(len(town.persons)))


@pytest.mark.parametrize("rounds", [1, 5, 80])
def test_no_choice_is_better_than_the_bounds_tell(town, rounds):
    every, rules = pairs_of(town), town.rules
    pairs = every.where(~rules.forbidden[every.candidate], every.with_sites(rules.must))
    start, choices = greedy_start(pairs, rules, USUAL), town.choices()
    if start is None or not choices:
        return
    value = pairs.value(start, town.candidates)
    bounds = gain_bounds(pairs, rules, pairs.with_sites(rules.must), value, replace(USUAL, rounds=rounds))
    for choice in choices:
        sites = np.array(choice, dtype=np.int64)
        stands = np.isin(np.arange(town.candidates), sites)
        worth = pairs.value(sites, town.candidates)
        assert worth <= bounds.bound + 1e-9
        assert worth <= bounds.if_in[stands].min(initial=np.inf) + 1e-9
        assert worth <= bounds.if_out[~stands].min(initial=np.inf) + 1e-9
        assert (pairs.with_sites(stands) >= bounds.least(worth) - 1e-9).all()


def test_pairs_and_stairs_are_worth_the_same(town):
    pairs = pairs_of(town)
    rows = stairs(pairs.gain, pairs.cell, pairs.candidate, pairs.base, town.candidates)
    for choice in town.choices()[:20]:
        sites = np.array(choice, dtype=np.int64)
        assert np.isclose(rows.value(sites), pairs.value(sites, town.candidates), rtol=1e-12, atol=1e-12)


def test_branches_find_what_greedy_choice_misses():
    # Three cells on a line; the middle site looks best at first, and both ends together are better.
    gain = np.array([3.0, 2.0, 2.0, 3.0, 0.5, 0.5])
    pairs = GainPairs(gain, np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 2, 0, 2]), np.zeros(3))
    rules = only_so_many(2, 3)
    root = gain_bounds(pairs, rules, np.zeros(3), 0.0, USUAL)
    found = branched(pairs, rules, root, 0.0, USUAL, 50)
    assert max(found.value, pairs.value(root.sites, 3)) == 6.5
    assert most_gained(pairs.gain, pairs.cell, pairs.candidate, 3, rules).sites.tolist() == [0, 2]


def test_a_gain_in_whole_numbers_is_proven_by_the_next_whole_number():
    dice = np.random.default_rng(3)
    metres = pd.DataFrame(dice.integers(1, 30, (40, 40)).astype(float))
    plan = solve(of_distances(metres, 4))
    assert plan.proven
    assert plan.value == plan.bound == float(metres[[int(name) for name in plan.new]].min(axis=1).sum())


def table_of(cells, candidates, seed):
    dice = np.random.default_rng(seed)
    names = [f"c{number:02d}" for number in range(cells)], [f"s{number:02d}" for number in range(candidates)]
    return pd.DataFrame(dice.uniform(0, 1000, (cells, candidates)), *names)


@pytest.mark.parametrize("gap", [0.05, 0.3])
def test_good_enough_is_told_with_its_own_gap(gap):
    problem = of_distances(table_of(40, 25, 0), 4)
    best, rough = solve(problem), solve(problem, Effort(gap=gap))
    assert best.proven
    assert not rough.proven
    assert rough.gap <= gap + 1e-9
    assert rough.bound <= best.value <= rough.value


def test_one_place_of_a_million_does_not_hide_how_the_others_walk():
    table = table_of(30, 12, 5)
    table.iloc[0] = 500.0
    table.iloc[0, 0] = 0.0
    persons = pd.Series(1e-3, index=table.index)
    persons.iloc[0] = 1e9
    plan = solve(of_distances(table, 3, persons=persons))
    walked = {
        pair: float((table[["s00", *pair]].min(axis=1) * persons).sum()) for pair in combinations(table.columns[1:], 2)
    }
    best = min(walked, key=walked.__getitem__)
    assert plan.new == ("s00", *best)
    assert np.isclose(plan.value, walked[best], rtol=1e-12)
    assert plan.proven


@pytest.mark.parametrize("beyond_m", [1e3, 1e7, 1e9])
def test_how_far_those_count_whom_all_reach_leaves_no_trace(beyond_m):
    problem = of_distances(table_of(20, 10, 3), 3)
    plan, other = solve(problem), solve(replace(problem, beyond_m=beyond_m))
    assert (plan.new, plan.value, plan.proven) == (other.new, other.value, other.proven)


@pytest.mark.parametrize("objective", ["distance", "index"])
def test_where_nothing_is_gained_no_more_close_and_stand_than_must(objective):
    # "c" has to close, which makes room for "b"; but all are reached by "a" already.
    problem = of_distances(pd.DataFrame([[100.0] * 4], ["here"], list("abcd")), 1, objective, limit_m=200.0)
    kinds = problem.candidates.assign(kind=["kept", "new", "closing", "closing"], town=["甲", "乙", "丙", "乙"])
    plan = solve(replace(problem, candidates=kinds, moves=1, caps={"丙": 0}, close_at_most=1))
    assert (plan.new, plan.closed) == ((), ("c",))


def test_a_cell_at_each_site_walks_nothing():
    table = table_of(8, 8, 1) * (1.0 - np.eye(8))
    plan = solve(replace(of_distances(table, 8), beyond_m=1e6))
    assert (plan.value, plan.bound, plan.proven) == (0.0, 0.0, True)


def test_without_rounds_one_is_done():
    problem = of_distances(table_of(10, 6, 2), 2)
    assert solve(problem, Effort(rounds=0)).new == solve(problem).new


@pytest.mark.parametrize("seed", [7, 25])
def test_a_gap_that_is_asked_for_is_a_part_of_the_walking_also_within_a_budget(seed):
    dice = np.random.default_rng(seed)
    cells, sites = dice.random((40, 2)) * 3000, dice.random((13, 2)) * 3000
    metres = np.round(np.hypot(*(cells[:, None] - sites).transpose(2, 0, 1)) / 200) * 200
    persons, cost = dice.integers(1, 60, 40).astype(float), dice.integers(1, 9, 13).astype(float)
    budget, most = float(dice.integers(5, 25)), int(dice.integers(3, 7))
    rules = replace(only_so_many(most, 13), cost=cost, budget=budget)
    pairs = metres.ravel(), *np.divmod(np.arange(40 * 13), 13)
    found = p_median(persons, *pairs, rules, np.full(40, 4500.0), Effort(gap=0.05))
    assert found.gap <= 0.05
