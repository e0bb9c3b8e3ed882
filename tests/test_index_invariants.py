"""What must hold of the index of any district; ``scripts/verify.py index`` runs the same checks in large numbers."""

import pytest
import supplied_towns as towns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = settings(derandomize=True, deadline=None, max_examples=5, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**32)


@CASES
@given(towns.districts(), SEEDS)
def test_bounds_splits_grouping_and_draws(district, seed):
    found = towns.indexed(district)
    towns.check_bounds(found)
    towns.check_grouping(found, seed)
    towns.check_drawn(district, found, seed)


@CASES
@given(towns.districts())
def test_capacity_and_quality_are_two_step_catchments_in_plain_loops(district):
    towns.check_supply(district, towns.indexed(district))


@pytest.mark.parametrize("name", list(towns.ADDITIONS), ids=lambda name: name.replace(" ", "-"))
@CASES
@given(district=towns.districts(), seed=SEEDS)
def test_an_addition_never_lowers_a_score(name, district, seed):
    towns.check_addition(district, towns.indexed(district), name, seed)


@CASES
@given(towns.districts(), SEEDS)
def test_splitting_and_merging_towns_changes_nothing_for_the_county(district, seed):
    towns.check_split_and_merged(district, towns.indexed(district), seed)


@CASES
@given(towns.districts(), st.sampled_from([0.01, 0.5, 3.0, 1000.0]))
def test_scaling_everyone_changes_supply_per_head_alone(district, factor):
    towns.check_scaled(district, towns.indexed(district), factor)


@CASES
@given(towns.districts())
def test_all_served_and_adequate_is_one_and_none_is_zero(district):
    towns.check_extremes(district)


@CASES
@given(towns.districts(), SEEDS)
def test_what_a_unit_lacks_adds_up_to_its_scores(district, seed):
    towns.check_explained(district, towns.indexed(district), seed)
