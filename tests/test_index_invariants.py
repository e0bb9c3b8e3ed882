"""What must hold of the index of any district; ``scripts/verify.py index`` runs the same checks in large numbers."""

import arrayed_towns as towns
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MANY = settings(derandomize=True, deadline=None, max_examples=100)
FEW = settings(derandomize=True, deadline=None, max_examples=5)
SEEDS = st.integers(0, 2**48)
DISTRICTS = SEEDS.map(towns.made_towns)


@MANY
@given(DISTRICTS, SEEDS)
def test_bounds_splits_and_grouping(district, seed):
    found = towns.scored(district)
    towns.check_bounds(found)
    towns.check_grouping(district, found, seed)


@FEW
@given(DISTRICTS, SEEDS)
def test_the_tables_of_a_district_are_its_arrays_to_the_last_bit_and_add_up(district, seed):
    towns.check_tables(district, towns.scored(district), seed)


@pytest.mark.parametrize("name", list(towns.ADDITIONS), ids=lambda name: name.replace(" ", "-"))
@MANY
@given(district=DISTRICTS, seed=SEEDS)
def test_an_addition_never_lowers_a_score(name, district, seed):
    towns.check_addition(district, towns.scored(district), name, seed)


@MANY
@given(DISTRICTS, SEEDS)
def test_splitting_and_merging_towns_changes_nothing_for_the_county(district, seed):
    towns.check_split_and_merged(district, towns.scored(district), seed)


@MANY
@given(DISTRICTS, st.sampled_from([0.01, 0.5, 3.0, 1000.0]))
def test_scaling_everyone_changes_supply_per_head_alone(district, factor):
    towns.check_scaled(district, towns.scored(district), factor)


@MANY
@given(DISTRICTS)
def test_all_served_and_adequate_is_one_and_none_is_zero(district):
    towns.check_extremes(district)
