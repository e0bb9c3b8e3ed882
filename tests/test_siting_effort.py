"""How hard is tried: without time the best found comes with its own bound, and time is shared out."""

from dataclasses import replace

import numpy as np
import pytest
from siting_plans import OBJECTIVES, Oracle, plan_problem, solved_or_refused
from siting_problems import village_problem

from circle15.siting import Effort, solve
from circle15.siting.choice import USUAL, unlimited
from circle15.siting.curve import curve
from circle15.siting.dual import dual_bound
from circle15.siting.greedy import greedy_sites, rounded_sites
from circle15.siting.markets import RoomForAll
from circle15.siting.most_covered import most_covered
from circle15.siting.most_placed import most_placed
from circle15.siting.rows import cover_rows
from circle15.siting.rules import only_so_many
from circle15.siting.trade_off import trade_off

NO_TIME = Effort(left_s=lambda: 0.0)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("number", range(330, 336))
def test_without_time_the_plan_keeps_to_the_rules_and_its_bound_holds(number, objective):
    problem = plan_problem(number, objective)
    best, _ = solved_or_refused(problem)
    if best is None:
        return
    plan = solve(problem, NO_TIME)
    assert Oracle(problem).allows(frozenset(plan.sites.index))
    sign = -1.0 if objective in ("distance", "longest", "everyone") else 1.0
    assert sign * plan.value <= sign * best.value + 1e-6
    assert sign * plan.bound >= sign * best.value - 1e-6


@pytest.fixture(scope="module")
def county():
    """Three thousand cells around forty towns, and two hundred candidates among them."""
    dice = np.random.default_rng(15)
    towns = dice.uniform(0, 15_000, (40, 2))
    cells = towns[dice.integers(0, 40, 3000)] + dice.normal(0, 900, (3000, 2))
    sites = cells[::15] + dice.normal(0, 60, (200, 2))
    cell, candidate = np.nonzero(np.hypot(*(cells[:, None] - sites).transpose(2, 0, 1)) <= 1000.0)
    return cover_rows(np.round(dice.lognormal(2.5, 1.2, 3000)), cell, candidate, 200)


@pytest.mark.parametrize("sites", [5, 25])
def test_people_in_clusters_are_sited_with_proof(county, sites):
    found = most_covered(county, only_so_many(sites, 200), Effort(ties=0))
    assert found.proven
    rough = most_covered(county, only_so_many(sites, 200), Effort(gap=0.01, ties=0))
    assert rough.gap <= 0.01
    assert rough.value <= found.value <= rough.bound
    assert found.nodes < 50


def test_the_relaxation_leads_to_good_sites(county):
    rules = only_so_many(25, 200)
    greedy = county.value(greedy_sites(county, rules))
    dual = dual_bound(RoomForAll(county), rules, greedy, 0.0, 2000)
    rounded = county.value(rounded_sites(county, rules, dual.share))
    assert (dual.bound - rounded) / dual.bound < 0.02
    assert dual.share.min() >= 0.0
    assert np.isclose(dual.share.sum(), 25.0)


def test_few_places_among_many_pairs_are_bounded_closely(county):
    capacity = np.where(np.arange(200) % 2 == 0, 400.0, 900.0)
    found = most_placed(county, capacity, only_so_many(12, 200), Effort(ties=0))
    assert found.gap < 0.01
    assert found.value <= 12 * 900.0


def test_the_same_is_found_twice(county):
    one, two = (most_covered(county, only_so_many(12, 200), USUAL) for _ in range(2))
    assert (one.sites.tolist(), one.value, one.bound, one.nodes) == (
        two.sites.tolist(),
        two.value,
        two.bound,
        two.nodes,
    )


def test_time_is_shared_among_the_parts_that_are_left():
    left = [100.0]
    whole = Effort(left_s=lambda: left[0])
    part = whole.share(4)
    assert part.left_s() == 25.0
    left[0] = 80.0
    assert part.left_s() == 5.0
    assert whole.share(1) is whole
    assert USUAL.share(5).left_s is unlimited


def test_curve_and_trade_off_tell_how_far_they_are():
    told = []
    problem = replace(village_problem(), sites=2)
    curve(problem, told=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    told.clear()
    trade_off(problem, told=lambda done, of: told.append((done, of)))
    assert told[-1] == (5, 5)
