"""Figures that papers and other packages printed."""

import json

import numpy as np
import pandas as pd
import pytest

from circle15.access.measures.cost_to_closest import cost_to_closest
from circle15.access.measures.cumulative import cumulative_cutoff
from circle15.access.measures.decay import binary, negative_exponential
from circle15.access.measures.floating_catchment_area import floating_catchment_area
from circle15.access.measures.gravity import gravity
from circle15.access.measures.redistributing import balanced_floating_catchment_area
from circle15.access.measures.spatial_availability import spatial_availability
from circle15.assess.inequality.concentration import concentration_index, corrected_concentration_index
from circle15.assess.inequality.gini import gini_index
from circle15.assess.inequality.palma import palma_ratio_between
from circle15.assess.inequality.poverty import fgt_poverty
from circle15.assess.inequality.theil import theil_parts, theil_t
from circle15.assess.quantiles import weighted_quantile

FIVE = ["89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff", "89a88cdb5cfffff", "89a88cd909bffff"]


@pytest.fixture(scope="module")
def city(field_data):
    """Belo Horizonte as the R package accessibility (ipeaGIT) ships it: travel times, and what lies in each cell."""
    folder = field_data / "benchmarks" / "belo_horizonte"
    times = pd.read_csv(folder / "travel_matrix.csv.gz")
    pairs = times.rename(columns={"from_id": "origin", "to_id": "facility", "travel_time": "cost"})
    cells = pd.read_csv(folder / "land_use_data.csv.gz", index_col="id")
    return pairs, cells, json.loads((folder / "published.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def five(city):
    """The ways between five cells: what that package's own tests are computed from."""
    pairs, cells, _ = city
    near = pairs[pairs["origin"].isin(FIVE) & pairs["facility"].isin(FIVE)]
    return near, cells.loc[FIVE, "population"], cells.loc[FIVE]


@pytest.fixture(scope="module")
def jobs_in_30_minutes(city):
    pairs, cells, _ = city
    return cumulative_cutoff(pairs, cells["population"], cells["jobs"], 30)


def test_cumulative_opportunities_of_belo_horizonte(city, jobs_in_30_minutes):
    wanted = city[2]["cumulative_30min_jobs"]
    assert jobs_in_30_minutes[list(wanted)].to_dict() == wanted


def test_theil_of_belo_horizonte(city, jobs_in_30_minutes):
    assert round(theil_t(jobs_in_30_minutes, city[1]["population"]), 7) == city[2]["theil_t_cumulative_30min_jobs"]


def test_inequality_and_poverty_of_belo_horizonte(city, jobs_in_30_minutes):
    """The figures that the R package accessibility prints in its vignette on inequality and poverty, and its README."""
    cells, jobs = city[1], jobs_in_30_minutes
    people, income = cells["population"], cells["income_per_capita"]
    parts = theil_parts(jobs, people, cells["income_decile"].fillna(0))
    assert [round(part, 7) for part in parts] == [0.3616631, 0.1280753, 0.2335878]
    assert round(gini_index(jobs, people), 7) == 0.4715251
    earned, held = income.fillna(0).to_numpy(), people.to_numpy(dtype=float)
    low, high = (weighted_quantile(earned, held, share) for share in (0.4, 0.9))
    assert round(palma_ratio_between(jobs, people, earned, low, high), 6) == 3.800465
    assert [round(each, 7) for each in fgt_poverty(jobs, people, 95_368)] == [0.5745378, 0.3277383, 0.2218769]
    assert [round(each, 7) for each in fgt_poverty(jobs, people, 50_000)] == [0.3923817, 0.1776241, 0.1010123]
    # Sixteen cells share their income with another; the package ranks them by row, which is made explicit here.
    rows = income.rank(method="first")
    assert round(concentration_index(jobs, people, rows), 7) == 0.2865013
    assert round(corrected_concentration_index(jobs, people, rows, jobs.min(), jobs.max()), 7) == 0.3346494
    # Those who earn the same share their rank otherwise: no order of rows moves it, nor far from the printed one.
    assert concentration_index(jobs, people, income) == pytest.approx(0.2865013, abs=3e-5)


def test_inequality_of_five_cells_of_belo_horizonte(city, jobs_in_30_minutes):
    """The figures in the tests of the R package accessibility."""
    cells, jobs = city[1].loc[FIVE], jobs_in_30_minutes[FIVE]
    people, income = cells["population"], cells["income_per_capita"]
    found = jobs[people > 0]
    assert round(gini_index(jobs, people), 4) == 0.1386
    assert round(concentration_index(jobs, people, income), 4) == -0.0248
    assert round(corrected_concentration_index(jobs, people, income, found.min(), found.max()), 4) == -0.1314
    assert round(palma_ratio_between(jobs, people, income.fillna(0), 1208.6, 3741.6), 4) == 1.0911
    assert [round(each, 4) for each in fgt_poverty(jobs, people, 100_000)] == [1.0, 0.5588, 0.3256]
    assert fgt_poverty(jobs, people, 10_000) == (0.0, 0.0, 0.0)
    near = ["89a88cd900bffff", *FIVE[:4]]
    parts = theil_parts(jobs_in_30_minutes[near], city[1].loc[near, "population"], city[1].loc[near, "income_decile"])
    assert [round(part, 4) for part in parts] == [0.0852, 0.0515, 0.0337]


def test_gravity_of_belo_horizonte(city):
    pairs, cells, published = city
    found = gravity(pairs, cells["population"], cells["schools"], negative_exponential(0.2))
    wanted = published["gravity_exponential_0.2_schools"]
    assert found[list(wanted)].round(8).to_dict() == wanted


def test_supply_per_head_of_belo_horizonte(city):
    pairs, cells, published = city
    found = floating_catchment_area(pairs, cells["population"], cells["jobs"], binary(50))
    wanted = published["2sfca_binary_50min_jobs_population"]
    assert found[list(wanted)].round(7).to_dict() == wanted


def test_five_cells_of_belo_horizonte(five):
    """The figures in the tests of the R package accessibility."""
    pairs, people, cells = five
    everywhere = lambda cost: np.ones(len(cost))  # noqa: E731 - said in one place
    two_step = floating_catchment_area(pairs, people, cells["jobs"], binary(45))
    assert two_step.round(4).tolist() == [0.0152, 0.1491, 0.1491, 0.1068, 0.0]
    shared = floating_catchment_area(pairs, people, cells["jobs"], everywhere)
    assert shared.round(4).tolist() == [0.1108] * 5
    balanced = balanced_floating_catchment_area(pairs, people, cells["jobs"], binary(45))
    assert balanced.round(4).tolist() == [0.0094, 0.1993, 0.1993, 0.1147, 0.0]
    available = spatial_availability(pairs, people, cells["jobs"], everywhere)
    assert available.round(0).tolist() == [94, 44, 218, 243, 0]
    assert cost_to_closest(pairs, people, cells["schools"]).tolist() == [47, 5.8, 13, 43, 70]
    assert cost_to_closest(pairs, people, cells["schools"], k=3).tolist() == [np.inf] * 5


def test_two_cells_of_belo_horizonte_that_share_the_whole_city(city):
    """The figures in the tests of the R package accessibility."""
    pairs, cells, _ = city
    two, whole = FIVE[:2], (pairs[pairs["origin"].isin(FIVE[:2])], cells["population"], cells["jobs"])
    assert gravity(*whole, negative_exponential(0.5))[two].round(2).tolist() == [14.11, 28.02]
    assert gravity(*whole, negative_exponential(0.6))[two].round(2).tolist() == [6.59, 13.4]
    assert cumulative_cutoff(*whole, 30)[two].tolist() == [22_239, 36_567]
    assert np.floor(floating_catchment_area(*whole, binary(45)))[two].tolist() == [233, 195]
    assert np.floor(spatial_availability(*whole, negative_exponential(0.1)))[two].tolist() == [362_330, 133_722]
    assert spatial_availability(*whole, negative_exponential(0.5))[two].round(1).tolist() == [388_780.8, 107_272.2]
    assert spatial_availability(*whole, negative_exponential(0.6))[two].round(1).tolist() == [389_238.9, 106_814.1]


def test_spatial_availability_of_three_towns():
    """The example of Soukhov et al. (2023)."""
    minutes = {"A": (15, 30, 100), "B": (30, 15, 100), "C": (100, 100, 15)}
    rows = [(town, site, cost) for town, costs in minutes.items() for site, cost in zip("123", costs, strict=True)]
    pairs = pd.DataFrame(rows, columns=["origin", "facility", "cost"])
    people = pd.Series({"A": 50_000, "B": 150_000, "C": 10_000})
    jobs = pd.Series({"1": 100_000, "2": 100_000, "3": 10_000})
    found = spatial_availability(pairs, people, jobs, negative_exponential(0.1))
    assert found.round(0).tolist() == [66_833, 133_203, 9_963]


def test_supply_per_head_of_eleven_tracts():
    """The figure by which Luo and Wang (2003) explain the method: two sites, and one tract that reaches both."""
    reach = {"a": [1, 2, 3, 4, 6, 7, 9, 10], "b": [4, 5, 8, 11]}
    rows = [(tract, site, 20 if tract in near else 40) for site, near in reach.items() for tract in range(1, 12)]
    pairs = pd.DataFrame(rows, columns=["origin", "facility", "cost"])
    found = floating_catchment_area(pairs, pd.Series(1, range(1, 12)), pd.Series(1, ["a", "b"]), binary(30))
    eighth, quarter = 0.125, 0.25
    assert found.tolist() == [
        *[eighth] * 3, eighth + quarter, quarter, eighth, eighth, quarter, eighth, eighth, quarter,
    ]  # fmt: skip
