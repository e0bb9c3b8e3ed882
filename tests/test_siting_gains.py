"""Least walking and most index from plain tables of distances: large ones, whole numbers, and what bounds tell."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from siting_problems import siting_town

from circle15.siting import of_distances, solve
from circle15.siting.choice import USUAL
from circle15.siting.gain_bounds import GainPairs, gain_bounds, greedy_start
from circle15.siting.gain_branches import branched
from circle15.siting.most_gained import most_gained
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
