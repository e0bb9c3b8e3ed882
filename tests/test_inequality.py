import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from unequal_people import CLOSE, People, check_people, unequal_people

from circle15.assess.inequality.concentration import concentration_index, corrected_concentration_index
from circle15.assess.inequality.gini import gini_index
from circle15.assess.inequality.kolm_pollak import kolm_pollak, kolm_pollak_kappa
from circle15.assess.inequality.palma import palma_ratio
from circle15.assess.inequality.poverty import fgt_poverty
from circle15.assess.inequality.theil import theil_parts, theil_t
from circle15.errors import DataError

# Some hundredth of a person 649 minutes away, twenty thousand half a minute: their exponentials are no floats.
FAR = People(np.array([0.5, 649.0]), np.array([20_302.0, 0.01]), np.zeros(2), np.zeros(2))


@settings(max_examples=150, derandomize=True, deadline=None)
@given(unequal_people())
@example(FAR)
def test_measures_as_their_definitions_say(people):
    assert check_people(people) <= CLOSE


def test_theil_of_one_who_has_all():
    assert theil_t([0, 0, 0, 8], [1, 1, 1, 1]) == pytest.approx(math.log(4), abs=1e-15)
    parts = theil_parts([0, 0, 4, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert parts == pytest.approx((math.log(2), math.log(2), 0.0), abs=1e-15)


def test_groups_in_which_nobody_lives_or_nobody_has_anything_take_no_part():
    assert theil_parts([1, 3, 9, 0], [1, 1, 0, 2], ["a", "a", "b", "c"]).within == pytest.approx(
        theil_t([1, 3], [1, 1])
    )


def test_nobody_and_nothing_have_no_measure():
    for values, weights in (([], []), ([1.0, 2.0], [0.0, 0.0])):
        poverty = fgt_poverty(values, weights, 1.0)
        assert all(map(math.isnan, (*poverty, kolm_pollak(values, weights, 0.1), palma_ratio(values, weights))))
        assert math.isnan(kolm_pollak_kappa(values, weights, 1.0))
    nothing = [0.0, 0.0], [3.0, 4.0]
    assert all(map(math.isnan, (theil_t(*nothing), gini_index(*nothing), palma_ratio(*nothing))))
    assert math.isnan(concentration_index(*nothing, [1, 2]))
    assert fgt_poverty(*nothing, 1.0) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("values", "weights", "key"),
    [
        ([1, -1], [1, 1], "inequality.not_a_value"),
        ([1, math.nan], [1, 1], "inequality.not_a_value"),
        ([1, 1], [1, -1], "inequality.not_people"),
        ([1, 1], [1, math.inf], "inequality.not_people"),
        ([1, 1, 1], [1, 1], "inequality.unlike_lengths"),
    ],
)
def test_what_is_no_quantity_is_refused(values, weights, key):
    for measure in (theil_t, gini_index, palma_ratio, lambda x, w: kolm_pollak(x, w, 0.1)):
        with pytest.raises(DataError) as fault:
            measure(values, weights)
        assert fault.value.key == key


def test_a_value_where_nobody_lives_may_be_anything():
    assert gini_index([1, 3, math.nan, -5], [1, 1, 0, 0]) == 0.25
    assert kolm_pollak([7, math.inf], [1, 0], 0.1) == 7.0


@pytest.mark.parametrize("wrong", [-0.1, math.nan, math.inf])
def test_an_aversion_or_line_that_is_none_is_refused(wrong):
    with pytest.raises(DataError):
        kolm_pollak([1], [1], wrong)
    with pytest.raises(DataError):
        kolm_pollak_kappa([1], [1], wrong)
    with pytest.raises(DataError):
        fgt_poverty([1], [1], wrong)


def test_equivalent_by_hand():
    """Ten minutes and thirty, a person each: kappa is 40 / 1000."""
    kappa = kolm_pollak_kappa([10, 30], [1, 1], 1.0)
    assert kappa == pytest.approx(0.04)
    by_hand = math.log((math.exp(0.4) + math.exp(1.2)) / 2) / 0.04
    assert kolm_pollak([10, 30], [1, 1], kappa) == pytest.approx(by_hand, abs=1e-12)
    assert by_hand == pytest.approx(21.9488, abs=1e-4)


def test_equivalent_where_exponents_are_huge_or_tiny():
    assert kolm_pollak([0, 1e6], [1, 1], 1.0) == pytest.approx(1e6 - math.log(2), abs=1e-6)
    assert kolm_pollak([1.0, 3.0], [1, 1], 1e-14) == pytest.approx(2.0, abs=1e-12)
    assert kolm_pollak([1.0, 3.0], [1, 1], 0.0) == 2.0
    assert kolm_pollak([0.0, 0.0], [1, 1], kolm_pollak_kappa([0.0, 0.0], [1, 1], 1.0)) == 0.0
    assert math.isinf(kolm_pollak([5.0, math.inf], [100, 1e-9], 0.1))


def test_kappa_of_values_next_to_nothing_is_a_number():
    assert math.isfinite(kolm_pollak_kappa([5e-324, 0.0], [1, 1], 1.0))
    assert kolm_pollak([5e-324, 0.0], [1, 1], kolm_pollak_kappa([5e-324, 0.0], [1, 1], 1.0)) <= 5e-324


def test_equal_values_have_exactly_that_equivalent():
    for value in (0.1, 1 / 3, 12.7, 119.99999999999999):
        assert kolm_pollak(np.full(7, value), np.arange(1, 8) / 3.0, 0.0371) == value


def test_cells_of_unknown_rank_are_left_out_of_concentration():
    assert concentration_index([1, 2, 50], [1, 1, 9], [1, 2, math.nan]) == concentration_index([1, 2], [1, 1], [1, 2])
    assert math.isnan(concentration_index([1, 2], [1, 1], [math.nan, math.nan]))
    assert math.isnan(corrected_concentration_index([1, 2], [1, 1], [1, 2], 3, 3))
