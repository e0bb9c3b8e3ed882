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
    people = city[1]["population"]
    relative = jobs_in_30_minutes / np.average(jobs_in_30_minutes, weights=people)
    parts = relative * np.log(relative.where(relative > 0, 1.0))
    assert round(np.average(parts, weights=people), 7) == city[2]["theil_t_cumulative_30min_jobs"]


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
