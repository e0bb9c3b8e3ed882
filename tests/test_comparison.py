"""The split of a change: adds up, is symmetric, gives nothing for nothing; and the example of the docs."""

import re
from pathlib import Path

import numpy as np
import pytest
from compared_years import faults_of_games, faults_of_years, two_years
from hypothesis import given, settings
from hypothesis import strategies as st

from circle15.assess.comparison.shapley import shapley_parts
from circle15.assess.comparison.split import mixtures, split_table
from circle15.assess.comparison.years import FACTORS

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_parts_add_up_and_what_has_not_changed_has_none(seed):
    assert faults_of_years(seed) == []


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_games_and_sites_against_all_their_sets(seed):
    assert faults_of_games(seed) == []


def test_two_causes_that_do_the_same_have_the_same_part():
    values = np.array([0.0, 1.0, 1.0, 5.0, 2.0, 4.0, 4.0, 9.0])
    first, second, _ = shapley_parts(values)
    assert first == second


def test_an_unknown_value_leaves_all_parts_unknown():
    assert np.isnan(shapley_parts(np.array([0.0, 1.0, np.nan, 3.0]))).all()


def test_the_same_year_twice_gives_nothing_but_zeros():
    years, _ = two_years(5, (False,) * 5)
    split = split_table(years, mixtures(years))
    assert (split[["change", *FACTORS]].fillna(0.0) == 0.0).all(axis=None)


@pytest.mark.parametrize("factor", range(5), ids=FACTORS)
def test_one_factor_alone_has_the_whole_change(factor):
    years, _ = two_years(4, tuple(at == factor for at in range(5)))
    split = split_table(years, mixtures(years))
    known = split[split["change"].notna()]
    assert np.abs(known[FACTORS[factor]] - known["change"]).max() < 1e-12
    assert (known["change"] != 0).any()


def test_the_old_year_under_new_definitions_stands_between():
    years, _ = two_years(3, (False, False, False, False, True))
    split = split_table(years, mixtures(years))
    assert (split["old_under_new"] - split["new"]).abs().max() == 0
