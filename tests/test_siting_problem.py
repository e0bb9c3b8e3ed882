"""A problem by ids: what is refused, what cannot be reached, and that the order of tables leaves no trace."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from siting_plans import solved_or_refused
from siting_problems import THOROUGH, as_existing, problem_of, siting_town, village_problem

from circle15.errors import Circle15Error
from circle15.siting import SitingProblem, solve


@pytest.fixture
def village():
    return village_problem()


SCORES = {"people": "reached", "places": "placed", "index": "reach", "distance": "walked"}


@pytest.mark.parametrize("objective", SCORES)
@pytest.mark.parametrize("number", range(100, 116))
def test_ids_give_what_numbers_give(number, objective):
    town = as_existing(siting_town(number))
    choices, score = town.choices(), getattr(town, SCORES[objective])
    plan, refused = solved_or_refused(problem_of(town, objective, spread=0.1))
    if plan is None:
        assert not choices or refused in ("siting.more_than_candidates", "siting.none_in_reach")
        return
    best = (min if objective == "distance" else max)(map(score, choices))
    assert plan.proven
    assert np.isclose(plan.value, best, rtol=1e-9, atol=1e-9)
    standing = tuple(sorted(int(site[1:]) for site in plan.sites.index))
    assert standing in choices
    assert np.isclose(score(standing), best, rtol=1e-9, atol=1e-9)
    assert np.isclose(plan.reached, town.reached(standing))
    assert plan.new == tuple(f"s{site}" for site in standing if site not in town.must)


@pytest.mark.parametrize("number", range(100, 116))
def test_those_whom_no_candidate_reaches_are_named_exactly(number):
    town = as_existing(siting_town(number))
    try:
        plan = solve(problem_of(town, "people"), THOROUGH)
    except Circle15Error:
        return
    open_to = [site for site in range(town.candidates) if site not in town.forbidden]
    out = (town.nearest_m(open_to) > town.limit_m) & (town.persons > 0)
    assert plan.unreachable["cell"].tolist() == [f"c{number:02d}" for number in np.flatnonzero(out)]
    assert np.isclose(plan.unreachable_by_unit().sum(), town.persons[out].sum())
    assert np.isclose(plan.reachable + plan.unreachable["persons"].sum(), plan.persons)


@pytest.mark.parametrize("number", range(100, 112))
def test_the_order_of_the_tables_leaves_no_trace(number):
    dice, town = np.random.default_rng(number), as_existing(siting_town(number))
    one = problem_of(town, "people")
    cells, candidates = (table.iloc[dice.permutation(len(table))] for table in (one.cells, one.candidates))
    other = replace(one, cells=cells, candidates=candidates, pairs=one.pairs.iloc[dice.permutation(len(one.pairs))])
    try:
        plan = solve(one, THOROUGH)
    except Circle15Error as fault:
        with pytest.raises(type(fault), match=fault.sentence()[:8]):
            solve(other, THOROUGH)
        return
    again = solve(other, THOROUGH)
    assert (again.new, again.value, again.bound) == (plan.new, plan.value, plan.bound)
    pd.testing.assert_frame_equal(again.sites, plan.sites)
    pd.testing.assert_frame_equal(again.unreachable, plan.unreachable)


def test_most_people_by_hand(village):
    plan = solve(village)
    assert (plan.before, plan.value, plan.new, plan.proven) == (80.0, 100.0, ("s2",), True)
    assert plan.unreachable_by_unit().to_dict() == {"山村": 5.0}
    assert plan.unreachable["nearest_m"].tolist() == [1500.0]


def test_most_places_by_hand(village):
    plan = solve(replace(village, objective="places"))
    assert (plan.before, plan.value, plan.new) == (20.0, 60.0, ("s2",))
    assert plan.sites["placed"].to_dict() == {"s1": 20.0, "s2": 40.0}


def test_a_budget_rules_out_what_is_too_dear(village):
    assert solve(replace(village, budget=2.0)).new == ("s3",)
    assert solve(replace(village, budget=1.9)).new == ()


def test_costs_that_add_up_to_the_budget_in_decimals_fit_it(village):
    cheap = village.candidates.assign(cost=[0.0, 0.1, 0.2])
    plan = solve(replace(village, candidates=cheap, sites=2, budget=0.3, objective="distance", beyond_m=5000.0))
    assert plan.new == ("s2", "s3")


def test_a_distance_between_sites_holds_against_those_that_exist(village):
    assert solve(replace(village, apart_m=900.0)).new == ("s2",)
    assert solve(replace(village, apart_m=900.1)).new == ("s3",)


def test_everyone_costs_as_little_as_can_be(village):
    plan = solve(replace(village, objective="everyone", sites=2))
    assert (plan.value, plan.bound, plan.new) == (2.0, 2.0, ("s3",))


def test_the_longest_way_by_hand(village):
    plan = solve(replace(village, objective="longest"))
    assert (plan.value, plan.before, plan.new) == (1500.0, np.inf, ("s3",))


def test_the_index_counts_who_is_nearly_reached(village):
    plan = solve(replace(village, objective="index"))
    assert plan.new == ("s3",)
    assert np.isclose(plan.value, 100.0 + 5.0 * np.sqrt(0.5))


@pytest.fixture
def far_village(village):
    """The same, where the site that is there is out of reach of the first village, and may close."""
    pairs = village.pairs[~((village.pairs["cell"] == "c1") & (village.pairs["candidate"] == "s1"))]
    closing = village.candidates.assign(kind=["closing", "new", "new"])
    return replace(village, candidates=closing, pairs=pairs)


def test_an_existing_site_may_be_moved_to_a_better_place(far_village):
    moved = solve(replace(far_village, sites=0, moves=1))
    assert (moved.new, moved.closed, moved.value) == (("s2",), ("s1",), 100.0)
    stays = solve(replace(far_village, sites=0, moves=1, close_at_most=0))
    assert (stays.new, stays.closed) == ((), ())


def test_a_closing_makes_no_room_by_itself_and_none_is_proposed_that_earns_nothing(far_village):
    plan = solve(replace(far_village, sites=1))
    assert (plan.new, plan.closed, plan.value) == (("s2",), (), 100.0)
    plan = solve(replace(far_village, sites=1, moves=1))
    assert (plan.new, plan.closed, plan.value) == (("s2",), (), 100.0)


def test_a_closing_earns_by_the_money_that_it_frees(far_village):
    saving = far_village.candidates.assign(cost=[1.5, 3.0, 2.0])
    plan = solve(replace(far_village, candidates=saving, sites=2, budget=1.5))
    assert (plan.new, plan.closed, plan.value) == (("s2",), ("s1",), 100.0)
    plan = solve(replace(far_village, candidates=saving, sites=2, budget=3.0))
    assert (plan.new, plan.closed) == (("s2",), ())


def test_a_closing_earns_by_the_cap_and_the_distance_that_it_makes_room_in(far_village):
    assert solve(replace(far_village, caps={"甲镇": 1})).closed == ("s1",)
    assert solve(replace(far_village, apart_m=1000.0)).closed == ("s1",)
    assert solve(replace(far_village, apart_m=900.0)).closed == ()


def test_everyone_is_reached_cheapest_where_closing_is_worth_its_money(far_village):
    saving = far_village.candidates.assign(cost=[4.0, 3.0, 2.0])
    plan = solve(replace(far_village, candidates=saving, sites=2, objective="everyone", budget=0.0))
    assert (plan.new, plan.closed, plan.value, plan.bound, plan.proven) == (("s2",), ("s1",), -1.0, -1.0, True)


def test_an_answer_that_is_missing_is_no(village):
    answers = pd.Series([False, np.nan, None], index=village.candidates.index, dtype=object)
    plan = solve(replace(village, candidates=village.candidates.assign(must=answers, forbidden=answers)))
    assert plan.new == solve(village).new


def test_a_site_that_adds_nothing_is_not_proposed(village):
    assert solve(replace(village, sites=2)).new == ("s2",)


def candidates_with(problem, **columns):
    return {"candidates": problem.candidates.assign(**columns)}


FAULTS = {
    "sites_more_than_candidates": (lambda _: {"sites": 3}, "siting.more_than_candidates"),
    "sites_negative": (lambda _: {"sites": -1}, "siting.sites_wrong"),
    "sites_half": (lambda _: {"sites": 1.5}, "siting.sites_wrong"),
    "no_candidates": (
        lambda p: {"candidates": p.candidates.iloc[:0], "pairs": p.pairs.iloc[:0], "sites": 0},
        "siting.no_candidates",
    ),
    "nobody_in_reach": (lambda p: {"pairs": p.pairs.assign(metres=1001.0)}, "siting.none_in_reach"),
    "no_pairs": (lambda p: {"pairs": p.pairs.iloc[:0]}, "siting.none_in_reach"),
    "cost_nan": (lambda p: candidates_with(p, cost=[0.0, np.nan, 1.0]), "siting.cost_wrong"),
    "cost_negative": (lambda p: candidates_with(p, cost=[0.0, -1.0, 1.0]), "siting.cost_wrong"),
    "cost_text": (lambda p: candidates_with(p, cost=["0", "三万", "1"]), "siting.cost_wrong"),
    "places_text": (
        lambda p: candidates_with(p, places=["40张", "1", "1"]) | {"objective": "places"},
        "siting.places_wrong",
    ),
    "places_missing": (
        lambda p: candidates_with(p, places=[40, None, 1]) | {"objective": "places"},
        "siting.places_missing",
    ),
    "id_twice": (
        lambda p: {"candidates": pd.concat([p.candidates, p.candidates.iloc[1:2]])},
        "siting.id_twice",
    ),
    "cell_twice": (lambda p: {"cells": pd.concat([p.cells, p.cells.iloc[1:2]])}, "siting.cell_twice"),
    "kind_unknown": (lambda p: candidates_with(p, kind=["旧", "new", "new"]), "siting.kind_unknown"),
    "grows_unknown": (lambda p: candidates_with(p, grows=["", "s9", ""]), "siting.grows_unknown"),
    "growth_is_no_new_site": (lambda p: candidates_with(p, grows=["s1", "", ""]), "siting.grows_unknown"),
    "persons_nan": (lambda p: {"cells": p.cells.assign(persons=np.nan)[:1]}, "siting.persons_wrong"),
    "limit_zero": (lambda p: {"cells": p.cells.assign(limit_m=0.0)}, "siting.limit_wrong"),
    "metres_nan": (lambda p: {"pairs": p.pairs.assign(metres=np.nan)}, "siting.metres_wrong"),
    "pair_twice": (lambda p: {"pairs": pd.concat([p.pairs, p.pairs[:1]], ignore_index=True)}, "siting.pair_twice"),
    "pair_of_unknown_cell": (lambda p: {"cells": p.cells[1:]}, "siting.pair_of_unknown_cell"),
    "pair_of_unknown_candidate": (lambda p: {"candidates": p.candidates[:2]}, "siting.pair_of_unknown_candidate"),
    "floors_above_sites": (lambda _: {"floors": {"甲镇": 2, "乙镇": 1}}, "siting.floors_exceed"),
    "floor_above_candidates": (lambda _: {"floors": {"乙镇": 2}, "sites": 2}, "siting.floor_unmet"),
    "floor_above_cap": (lambda _: {"floors": {"乙镇": 1}, "caps": {"乙镇": 0}}, "siting.floor_above_cap"),
    "floor_of_unknown_town": (lambda _: {"floors": {"丁镇": 1}}, "siting.town_unknown"),
    "floor_text": (lambda _: {"floors": {"乙镇": "一"}}, "siting.count_wrong"),
    "cap_exceeded": (lambda _: {"caps": {"甲镇": 0}}, "siting.cap_exceeded"),
    "must_and_forbidden": (
        lambda p: candidates_with(p, must=[False, True, False], forbidden=[False, True, False]),
        "siting.must_and_must_not",
    ),
    "musts_above_sites": (lambda p: candidates_with(p, must=[False, True, True]), "siting.more_musts"),
    "musts_above_budget": (
        lambda p: candidates_with(p, must=[False, True, False]) | {"budget": 2.0},
        "siting.musts_exceed_budget",
    ),
    "budget_nan": (lambda _: {"budget": np.nan}, "siting.budget_wrong"),
    "objective_unknown": (lambda _: {"objective": "best"}, "siting.objective_unknown"),
    "beyond_no_number": (lambda _: {"beyond_m": float("nan")}, "siting.beyond_wrong"),
    "beyond_negative": (lambda _: {"beyond_m": -1.0}, "siting.beyond_wrong"),
    "beyond_endless": (lambda _: {"beyond_m": float("inf")}, "siting.beyond_wrong"),
    "apart_negative": (lambda _: {"apart_m": -1.0}, "siting.apart_wrong"),
    "apart_without_coordinates": (
        lambda p: {"candidates": p.candidates.drop(columns="x_m"), "apart_m": 5.0},
        "siting.apart_without_places",
    ),
    "too_few_for_everyone": (
        lambda _: {"objective": "everyone", "sites": 0},
        "siting.not_everyone",
    ),
    "no_choice_keeps_apart": (
        lambda _: {"floors": {"乙镇": 1}, "apart_m": 5000.0},
        "siting.no_choice",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_problem_is_refused_with_one_sentence(village, fault):
    change, key = FAULTS[fault]
    with pytest.raises(Circle15Error) as found:
        solve(replace(village, **change(village)))
    keys = {each.key for each in getattr(found.value, "faults", (found.value,))}
    assert key in keys
    for lang in ("zh", "en"):
        assert "{" not in found.value.sentence(lang)


def test_all_faults_are_told_at_once(village):
    wrong = village.candidates.assign(cost=[-1.0, np.nan, 2.0], kind=["kept", "新", "new"])
    with pytest.raises(Circle15Error) as found:
        solve(replace(village, candidates=wrong))
    assert [fault.key for fault in found.value.faults] == ["siting.kind_unknown"] + ["siting.cost_wrong"] * 2


def test_a_problem_that_takes_too_much_memory_is_refused_before_it_starts(village, monkeypatch):
    monkeypatch.setattr("circle15.siting.memory.MOST_GB", 0.2)
    with pytest.raises(Circle15Error, match="内存") as found:
        solve(village)
    assert found.value.key == "siting.too_large"


def test_towns_may_go_by_numbers():
    """One site: without the floor it goes to where most people are, with it to the other town."""
    cells = pd.DataFrame({"persons": [30.0, 5.0], "unit": "", "limit_m": 500.0}, index=["a", "b"])
    sites = pd.DataFrame({"name": ["s1", "s2"], "town": [1, 2], "kind": "new"}, index=["s1", "s2"])
    pairs = pd.DataFrame({"cell": ["a", "b"], "candidate": ["s1", "s2"], "metres": 100.0})
    problem = SitingProblem(cells, sites, pairs, sites=1)
    assert solve(problem).new == ("s1",)
    assert solve(replace(problem, floors={2: 1})).new == ("s2",)
    assert solve(replace(problem, caps={1: 0})).new == ("s2",)
