import json

import numpy as np
import pandas as pd
import pytest
from siting_problems import (
    check_centre,
    check_fewest,
    check_least_walking,
    check_most,
    check_one_fewer,
    check_order_of_cells,
    check_placed,
    siting_town,
)

from circle15.siting.fewest_sites import fewest_sites
from circle15.siting.most_covered import most_covered
from circle15.siting.p_centre import p_centre
from circle15.siting.p_median import p_median
from circle15.siting.rows import cover_rows
from circle15.siting.rules import only_so_many

NUMBERS = range(60)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_problem_is_solved_as_by_trying_all(number):
    town = siting_town(number)
    choices = town.choices()
    check_most(town, town.cover, choices, town.reached)
    check_most(town, town.stairs, choices, town.reach)
    check_placed(town, choices)
    check_least_walking(town, choices)
    check_fewest(town, choices)
    check_centre(town, choices)


@pytest.mark.parametrize("number", range(0, 60, 3))
def test_a_candidate_more_never_lowers_the_best(number):
    town = siting_town(number)
    check_one_fewer(town, town.choices())


@pytest.mark.parametrize("number", range(0, 60, 3))
def test_the_order_of_cells_leaves_no_trace(number):
    check_order_of_cells(siting_town(number), number)


def test_the_towns_tried_hold_every_rule():
    towns = [siting_town(number) for number in NUMBERS]
    assert sum(np.isfinite(town.budget) for town in towns) > 10
    assert sum(bool(town.near) for town in towns) > 5
    assert sum(bool(town.must) for town in towns) > 10
    assert sum(not town.choices() for town in towns) > 3


@pytest.fixture(scope="module")
def san_francisco(field_data):
    folder = field_data / "benchmarks" / "san_francisco"
    pairs = pd.read_csv(folder / "network_distance.csv")
    cells, sites = sorted(pairs["DestinationName"].unique()), sorted(pairs["name"].unique())
    people = pairs.drop_duplicates("DestinationName").set_index("DestinationName")["demand"].reindex(cells)
    return {
        "people": people.to_numpy(np.float64),
        "metres": pairs["distance"].to_numpy(np.float64),
        "cell": np.searchsorted(cells, pairs["DestinationName"].to_numpy(str)),
        "candidate": np.searchsorted(sites, pairs["name"].to_numpy(str)),
        "published": json.loads((folder / "published.json").read_text(encoding="utf-8")),
    }


def within_5_km(city):
    near = city["metres"] <= 5000
    return cover_rows(city["people"], city["cell"][near], city["candidate"][near], 16)


def test_the_fewest_stores_of_san_francisco_are_as_published(san_francisco):
    found = fewest_sites(within_5_km(san_francisco), only_so_many(16, 16))
    assert found.proven
    assert found.value == san_francisco["published"]["lscp_5000m_sites"]


def test_the_most_people_of_san_francisco_are_as_published(san_francisco):
    found = most_covered(within_5_km(san_francisco), only_so_many(4, 16))
    assert found.proven
    assert found.value == san_francisco["published"]["mclp_5000m_p4_people"]


def test_the_least_walking_of_san_francisco_is_as_published(san_francisco):
    farthest = np.zeros(len(san_francisco["people"]))
    np.maximum.at(farthest, san_francisco["cell"], san_francisco["metres"])
    pairs = (san_francisco[name] for name in ("people", "metres", "cell", "candidate"))
    found = p_median(*pairs, only_so_many(4, 16), farthest)
    assert found.proven
    assert round(found.value, 4) == san_francisco["published"]["p_median_p4_total"]


def test_the_longest_way_of_san_francisco_is_as_published(san_francisco):
    pairs = (san_francisco[name] for name in ("metres", "cell", "candidate"))
    found = p_centre(*pairs, len(san_francisco["people"]), only_so_many(4, 16))
    assert found.proven
    assert round(found.value, 2) == san_francisco["published"]["p_center_p4_metres"]
