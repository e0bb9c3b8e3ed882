"""What is told about a plan: the curve of p, why each site, and what lies between people and index."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from siting_problems import THOROUGH, as_existing, problem_of, siting_town, village_problem

from circle15.errors import ConfigurationError
from circle15.siting import SitingProblem, solve
from circle15.siting.curve import curve, knee_of
from circle15.siting.explained import explain
from circle15.siting.trade_off import trade_off

# Random towns with two new sites or more to choose from five candidates or more.
NUMBERS = (1001, 1025, 1028, 1034)


@pytest.fixture(params=NUMBERS)
def town(request):
    return as_existing(siting_town(request.param))


def numbers_of(sites):
    return tuple(sorted(int(site[1:]) for site in sites))


@pytest.mark.parametrize("objective", ["people", "index", "distance", "places"])
def test_a_curve_is_best_at_every_number_of_sites(town, objective):
    problem = problem_of(town, objective)
    found = curve(problem, THOROUGH).points
    values = found["value"].to_numpy() * (-1 if objective == "distance" else 1)
    assert (np.diff(values) >= -1e-9).all()
    for point in found.itertuples():
        plan = solve(replace(problem, sites=point.new_sites), THOROUGH)
        assert np.isclose(plan.value, point.value)
        assert plan.new == point.candidates or np.isclose(plan.value, values[0])


@pytest.mark.parametrize("objective", ["people", "index", "distance", "places"])
def test_the_runner_up_is_the_best_exchange_of_one_site(town, objective):
    plan = solve(problem_of(town, objective), THOROUGH)
    why = explain(plan)
    score = getattr(town, {"people": "reached", "index": "reach", "distance": "walked", "places": "placed"}[objective])
    standing = numbers_of(plan.sites.index)
    for site, row in why.sites.iterrows():
        others = tuple(number for number in standing if number != int(site[1:]))
        assert np.isclose(row["value_without"], score(others))
        exchanged = [tuple(sorted((*others, new))) for new in range(town.candidates) if new not in standing]
        values = [score(choice) for choice in exchanged if town.allows(choice)]
        if not values:
            assert row["runner_up"] == ""
            continue
        assert town.allows(numbers_of([row["runner_up"], *(f"s{number}" for number in others)]))
        best = min(values) if objective == "distance" else max(values)
        assert np.isclose(row["runner_up_value"], best)


def test_who_is_new_and_who_depends_on_a_site_by_trying(town):
    plan = solve(problem_of(town, "people"), THOROUGH)
    why = explain(plan)
    standing, before = numbers_of(plan.sites.index), tuple(sorted(town.must))
    was = town.nearest_m(before) <= town.limit_m
    for site, row in why.sites.iterrows():
        own = town.metres[:, int(site[1:])] <= town.limit_m
        others = tuple(number for number in standing if number != int(site[1:]))
        assert np.isclose(row["persons_in_reach"], town.persons[own].sum())
        assert np.isclose(row["persons_new"], town.persons[own & ~was].sum())
        assert np.isclose(row["persons_only"], plan.value - town.reached(others))
        by_unit = why.newly.loc[why.newly["candidate"] == site, "persons"]
        assert np.isclose(by_unit.sum(), row["persons_new"])
        for share in why.shares[why.shares["candidate"] == site].itertuples():
            both = own & (town.metres[:, int(share.other[1:])] <= town.limit_m)
            assert np.isclose(share.persons, town.persons[both].sum())


def test_units_add_up_to_the_plan(town):
    plan = solve(problem_of(town, "index"), THOROUGH)
    units = explain(plan).units
    assert np.isclose(units["persons"].sum(), plan.persons)
    assert np.isclose(units["reached_after"].sum(), plan.reached)
    assert np.isclose((np.sqrt(units["balanced_after"]) * units["persons"]).sum(), plan.value)
    assert (units["balanced_after"].fillna(0.0) >= units["balanced_before"].fillna(0.0) - 1e-12).all()


def test_between_people_and_index_neither_gains_without_the_other_losing(town):
    found = trade_off(problem_of(town, "people"), THOROUGH)
    assert (np.diff(found["people"]) <= 1e-9).all()
    assert (np.diff(found["index"]) >= -1e-9).all()
    assert np.isclose(found["people"].iloc[0], solve(problem_of(town, "people"), THOROUGH).value)
    assert np.isclose(found["index"].iloc[-1], solve(problem_of(town, "index"), THOROUGH).value)


def test_a_village_is_explained_by_hand():
    village = village_problem()
    cells = village.cells.assign(persons_60plus=[5.0, 6.0, 7.0, 1.0])
    why = explain(solve(replace(village, cells=cells)))
    assert why.sites.to_dict("records") == [
        {
            "persons_in_reach": 100.0,
            "persons_new": 20.0,
            "persons_only": 20.0,
            "value_without": 80.0,
            "runner_up": "s3",
            "runner_up_value": 100.0,
        }
    ]
    assert why.newly.to_dict("records") == [{"candidate": "s2", "unit": "西村", "persons": 20.0, "persons_60plus": 7.0}]
    assert why.shares.to_numpy().tolist() == [["s2", "s1", 80.0]]
    assert why.units.loc["西村"].tolist() == [20.0, 0.0, 20.0, 0.0, 1.0]


def test_a_plan_without_new_sites_is_explained_by_empty_tables():
    why = explain(solve(replace(village_problem(), sites=0)))
    assert (len(why.sites), len(why.newly), len(why.shares)) == (0, 0, 0)


def test_a_curve_begins_where_the_floors_can_be_met():
    found = curve(replace(village_problem(), sites=2, floors={"乙镇": 1}))
    assert found.points["new_sites"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("value", "knee"),
    [
        ([0.0, 50.0, 80.0, 90.0, 95.0], 2),
        ([100.0, 50.0, 20.0, 10.0, 5.0], 2),
        ([np.inf, 50.0, 20.0, 10.0, 5.0], 2),
        ([0.0, 10.0, 20.0, 30.0], None),
        ([5.0, 5.0, 5.0, 5.0], None),
        ([0.0, 1.0], None),
    ],
)
def test_the_knee_by_hand(value, knee):
    assert knee_of(np.array(value), np.arange(len(value))) == knee


def test_everyone_has_no_curve():
    with pytest.raises(ConfigurationError, match="everyone"):
        curve(replace(village_problem(), objective="everyone"))


@pytest.mark.parametrize("objective", ["people", "places", "index", "distance", "longest", "everyone"])
def test_every_objective_is_explained(objective):
    why = explain(solve(replace(village_problem(), objective=objective)))
    assert len(why.sites) == 1
    assert (why.sites["runner_up"].iloc[0] == "") == (objective == "longest")
    assert why.units["persons"].sum() == 105.0


def test_where_places_are_short_the_runner_up_stands_where_people_have_none():
    """In reach of a full site are 90 people without a place; elsewhere six hamlets of two."""
    cells = pd.DataFrame({"persons": [100.0, *[2.0] * 6], "unit": "村", "limit_m": 1000.0}, index=list("tabcdef"))
    near, far = ["n1", "n2"], [f"h{each}" for each in "abcdef"]
    kind = ["kept", *["new"] * 8]
    sites = pd.DataFrame({"name": "", "town": "镇", "kind": kind, "places": 10.0}, index=["old", *near, *far])
    ways = [("t", "old"), ("t", "n1"), ("t", "n2"), *zip("abcdef", far, strict=True)]
    pairs = pd.DataFrame(ways, columns=["cell", "candidate"]).assign(metres=100.0)
    why = explain(solve(SitingProblem(cells, sites, pairs, sites=1, objective="places")))
    told = why.sites[["runner_up", "runner_up_value", "value_without"]]
    assert told.reset_index().to_numpy().tolist() == [["n1", "n2", 20.0, 10.0]]
