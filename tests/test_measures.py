from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured_towns import CUTOFFS, DECAYS, shuffled, towns

from circle15.access.measures.choice import choice, choice_of_services
from circle15.access.measures.compound import compound_cost, compound_score
from circle15.access.measures.cost_to_closest import cost_to_closest, passive_cost_to_closest
from circle15.access.measures.cumulative import (
    cumulative_cutoff,
    cumulative_interval,
    cutoffs_of,
    passive_cumulative_cutoff,
    passive_cumulative_interval,
)
from circle15.access.measures.decay import (
    binary,
    epanechnikov,
    gaussian,
    gaussian_within,
    inverse_power,
    linear,
    logistic,
    negative_exponential,
    step,
    within,
)
from circle15.access.measures.floating_catchment_area import (
    floating_catchment_area,
    inverted_floating_catchment_area,
    supply_ratio,
    two_step,
    unused_supply,
)
from circle15.access.measures.gravity import gravity, passive_gravity
from circle15.access.measures.pair_table import pair_table
from circle15.access.measures.redistributing import (
    balanced_floating_catchment_area,
    three_step_floating_catchment_area,
)
from circle15.access.measures.spatial_availability import spatial_availability

HARD = settings(derandomize=True, deadline=None, max_examples=40)
BY_DECAY = (
    gravity,
    passive_gravity,
    floating_catchment_area,
    supply_ratio,
    unused_supply,
    inverted_floating_catchment_area,
    balanced_floating_catchment_area,
    three_step_floating_catchment_area,
    spatial_availability,
)
BY_CUTOFF = (cumulative_cutoff, passive_cumulative_cutoff, choice)
BY_NONE = (cost_to_closest, passive_cost_to_closest)
decays = st.sampled_from(sorted(DECAYS))


def frame(*rows):
    return pd.DataFrame(list(rows), columns=["origin", "facility", "cost"]).astype({"cost": float})


def all_of(town, name, cutoff):
    """Every measure of a town, by name."""
    given_decay = DECAYS[name][0]
    found = {measure.__name__: measure(*town.whole, given_decay) for measure in BY_DECAY}
    found |= {measure.__name__: measure(*town.whole, cutoff) for measure in BY_CUTOFF}
    found |= {measure.__name__: measure(*town.whole) for measure in BY_NONE}
    found["cumulative_interval"] = cumulative_interval(*town.whole, cutoff, cutoff + 5)
    found["passive_cumulative_interval"] = passive_cumulative_interval(*town.whole, cutoff, cutoff + 5)
    found["choice_of_services"] = choice_of_services(*town.whole, town.service, cutoff)
    return found


def with_site(town, cost, supply, name):
    """The town with one more site that every origin reaches at its own of some costs, where that is not NaN."""
    pairs = frame(*((i, name, c) for i, c in zip(town.demand.index, cost, strict=False) if c == c))
    return replace(
        town,
        pairs=pd.concat([town.pairs, pairs], ignore_index=True) if len(pairs) else town.pairs,
        supply=pd.concat([town.supply, pd.Series({name: float(supply)})]),
    )


# ---- properties of all measures --------------------------------------------------------------------------------------


@HARD
@given(towns(), decays, st.sampled_from(CUTOFFS), st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_no_bit(town, name, cutoff, seed):
    there = all_of(shuffled(town, seed), name, cutoff)
    for measure, here in all_of(town, name, cutoff).items():
        np.testing.assert_array_equal(there[measure].reindex(here.index), here, err_msg=measure)


@HARD
@given(towns(), decays, st.sampled_from(CUTOFFS))
def test_doubled_supply_doubles_and_doubled_demand_halves_to_the_bit(town, name, cutoff):
    more, fuller = replace(town, supply=town.supply * 2), replace(town, demand=town.demand * 2)
    f = DECAYS[name][0]
    for measure in (gravity, floating_catchment_area, balanced_floating_catchment_area, spatial_availability):
        np.testing.assert_array_equal(measure(*more.whole, f), 2 * measure(*town.whole, f))
    np.testing.assert_array_equal(cumulative_cutoff(*more.whole, cutoff), 2 * cumulative_cutoff(*town.whole, cutoff))
    for measure in (floating_catchment_area, balanced_floating_catchment_area, three_step_floating_catchment_area):
        np.testing.assert_array_equal(measure(*fuller.whole, f), measure(*town.whole, f) / 2)
    np.testing.assert_array_equal(passive_gravity(*fuller.whole, f), 2 * passive_gravity(*town.whole, f))


@HARD
@given(towns(), st.sampled_from(CUTOFFS))
def test_the_unit_of_cost_does_not_matter_where_the_cutoff_has_it_too(town, cutoff):
    seconds = replace(town, pairs=town.pairs.assign(cost=town.pairs["cost"] * 64))
    for measure in BY_CUTOFF:
        np.testing.assert_array_equal(measure(*seconds.whole, cutoff * 64), measure(*town.whole, cutoff))
    for maker in (binary, linear, gaussian, gaussian_within, epanechnikov):
        there = floating_catchment_area(*seconds.whole, maker(cutoff * 64))
        np.testing.assert_array_equal(there, floating_catchment_area(*town.whole, maker(cutoff)))
    np.testing.assert_array_equal(cost_to_closest(*seconds.whole), 64 * cost_to_closest(*town.whole))


@HARD
@given(towns(), st.integers(1, 4))
def test_cumulative_measures_rise_with_the_cutoff_and_costs_with_k(town, k):
    for measure in BY_CUTOFF:
        found = [measure(*town.whole, cutoff) for cutoff in CUTOFFS]
        assert all((less <= more).all() for less, more in pairwise(found))
    for measure in BY_NONE:
        assert (measure(*town.whole, k) <= measure(*town.whole, k + 1)).all()


@HARD
@given(towns(), st.sampled_from(CUTOFFS), decays)
def test_measures_that_are_another_by_definition_equal_it_to_the_bit(town, cutoff, name):
    counted = cumulative_cutoff(*town.whole, cutoff)
    np.testing.assert_array_equal(gravity(*town.whole, binary(cutoff)), counted)
    np.testing.assert_array_equal(cumulative_interval(*town.whole, cutoff, cutoff), counted)
    np.testing.assert_array_equal(cost_to_closest(*town.whole) <= cutoff, choice(*town.whole, cutoff) > 0)
    one_each = replace(town, supply=(town.supply > 0).astype(float))
    np.testing.assert_array_equal(cumulative_cutoff(*one_each.whole, cutoff), choice(*town.whole, cutoff))
    f = DECAYS[name][0]
    by_head = spatial_availability(*town.whole, f)
    np.testing.assert_allclose(by_head, floating_catchment_area(*town.whole, f) * town.demand, rtol=1e-12)
    mirrored = replace(
        town,
        pairs=town.pairs.rename(columns={"origin": "facility", "facility": "origin"}),
        demand=town.supply,
        supply=town.demand,
    )
    np.testing.assert_array_equal(
        inverted_floating_catchment_area(*mirrored.whole, f), floating_catchment_area(*town.whole, f)
    )


@HARD
@given(towns(), decays, st.sampled_from([0.5, 1.0, 2.0]))
def test_what_is_handed_out_is_the_supply_that_has_people_in_reach(town, name, alpha):
    f = DECAYS[name][0]
    used = (town.supply - unused_supply(*town.whole, f)).sum()
    assert (floating_catchment_area(*town.whole, f) * town.demand).sum() == pytest.approx(used, rel=1e-12)
    assert (three_step_floating_catchment_area(*town.whole, f) * town.demand).sum() == pytest.approx(used, rel=1e-12)
    assert spatial_availability(*town.whole, f, alpha).sum() == pytest.approx(used, rel=1e-12)
    reached = town.demand[gravity(*town.whole, f) > 0].sum()
    assert (inverted_floating_catchment_area(*town.whole, f) * town.supply).sum() == pytest.approx(reached, rel=1e-12)
    reached_by = passive_gravity(*town.whole, f) > 0
    assert unused_supply(*town.whole, f).equals(town.supply.where(~reached_by, 0.0).rename("unused_supply"))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    towns(),
    decays,
    st.lists(st.sampled_from([np.nan, 0.0, 5.0, 12.0, 15.0, 29.0]), min_size=12, max_size=12),
    st.sampled_from([0.0, 0.1, 7.0, 60.0]),
    st.sampled_from([-1, 17.5, 99]),
)
def test_another_site_never_lowers_supply_per_head_by_a_bit_wherever_its_id_falls(town, name, cost, supply, site):
    if len(town.supply) and isinstance(town.supply.index[0], str):
        site = f"site{site}"
    more, f = with_site(town, cost, supply, site), DECAYS[name][0]
    assert (floating_catchment_area(*more.whole, f) >= floating_catchment_area(*town.whole, f)).all()
    assert (gravity(*more.whole, f) >= gravity(*town.whole, f)).all()
    assert (cost_to_closest(*more.whole) <= cost_to_closest(*town.whole)).all()
    slack = 1 - 1e-12
    before = balanced_floating_catchment_area(*town.whole, f)
    assert (balanced_floating_catchment_area(*more.whole, f) >= before * slack).all()


@HARD
@given(towns(), decays, st.floats(0, 100), st.integers(0, 5))
def test_more_supply_in_a_site_never_lowers_supply_per_head(town, name, more, which):
    if not len(town.supply):
        return
    supply = town.supply.copy()
    supply.iloc[which % len(supply)] += more
    f = DECAYS[name][0]
    here, there = (
        floating_catchment_area(town.pairs, town.demand, given_supply, f) for given_supply in (town.supply, supply)
    )
    assert (there >= here).all()


AMOUNTS = st.sampled_from([0.0, 5e-324, 1e-310, 1e-200, 1e-100, 1.0, 1e15])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(AMOUNTS, min_size=3, max_size=3),
    st.lists(AMOUNTS, min_size=2, max_size=2),
    st.lists(st.sampled_from([0.0, 5e-324, 1e-200, 1.0, 15.0, 1e200, 1.7e308]), min_size=6, max_size=6),
    st.sampled_from([1e-100, 1e-50, 1.0, 15.0, 1e100]),
)
def test_whatever_the_numbers_results_are_numbers(people, seats, cost, parameter):
    rows = [(i, j, cost[3 * j + i]) for j in range(2) for i in range(3)]
    whole = frame(*rows), pd.Series(people), pd.Series(seats)
    flat = lambda c: np.full(len(c), 1e-190)  # noqa: E731 - said in one place
    makers = (binary, linear, negative_exponential, gaussian, gaussian_within, epanechnikov)
    for f in (flat, *(maker(parameter) for maker in makers), logistic(parameter, parameter)):
        for measure in BY_DECAY:
            found = measure(*whole, f)
            assert np.isfinite(found).all(), f"{measure.__name__}: {found.tolist()}"
            assert (found >= 0).all()


# ---- by hand ---------------------------------------------------------------------------------------------------------


def test_supply_per_head_in_a_town_worked_by_hand():
    pairs = frame(("a", "x", 4), ("b", "x", 12), ("b", "y", 5), ("c", "y", 14), ("c", "z", 40))
    demand, supply = pd.Series({"a": 50, "b": 100, "c": 100, "d": 70}), pd.Series({"x": 30, "y": 61, "z": 9})
    binary_ratio = {"x": 30 / 150, "y": 61 / 200, "z": 0.0}
    found = floating_catchment_area(pairs, demand, supply, binary(15))
    assert supply_ratio(pairs, demand, supply, binary(15)).to_dict() == binary_ratio
    assert found.to_dict() == {"a": 0.2, "b": 0.2 + 0.305, "c": 0.305, "d": 0.0}
    stepped = floating_catchment_area(pairs, demand, supply, step({5: 1.0, 10: 0.68, 15: 0.22}))
    x, y = 30 / (50 + 22), 61 / (100 + 22)
    assert stepped.to_dict() == pytest.approx({"a": x, "b": 0.22 * x + y, "c": 0.22 * y, "d": 0.0}, rel=1e-15)


def test_a_wider_cutoff_can_lower_supply_per_head():
    pairs = frame(("a", "x", 5), ("b", "x", 20))
    demand, supply = pd.Series({"a": 10, "b": 30}), pd.Series({"x": 10})
    assert floating_catchment_area(pairs, demand, supply, binary(15)).to_dict() == {"a": 1.0, "b": 0.0}
    assert floating_catchment_area(pairs, demand, supply, binary(20)).to_dict() == {"a": 0.25, "b": 0.25}


SHARED = frame(("a", "x", 5), ("b", "x", 5))
AND_ANOTHER = frame(("a", "x", 5), ("b", "x", 5), ("a", "y", 5))
TEN_EACH = pd.Series({"a": 10, "b": 10})


def test_in_3sfca_another_site_lowers_the_one_origin_that_reaches_it():
    before = three_step_floating_catchment_area(SHARED, TEN_EACH, pd.Series({"x": 20}), binary(15))
    after = three_step_floating_catchment_area(AND_ANOTHER, TEN_EACH, pd.Series({"x": 20, "y": 1}), binary(15))
    assert before.to_dict() == {"a": 1.0, "b": 1.0}
    assert after.to_dict() == pytest.approx({"a": 20 / 15 / 2 + 1 / 10, "b": 20 / 15}, rel=1e-15)
    assert after["a"] < before["a"]


def test_in_bfca_a_site_without_supply_raises_everyone_and_an_empty_origin_lowers_them():
    plain = floating_catchment_area(AND_ANOTHER, TEN_EACH, pd.Series({"x": 20, "y": 0}), binary(15))
    assert plain.to_dict() == {"a": 1.0, "b": 1.0}
    before = balanced_floating_catchment_area(SHARED, TEN_EACH, pd.Series({"x": 20}), binary(15))
    after = balanced_floating_catchment_area(AND_ANOTHER, TEN_EACH, pd.Series({"x": 20, "y": 0}), binary(15))
    assert (after > before).all()
    field = pd.concat([SHARED, frame(("c", "x", 5))], ignore_index=True)
    emptier = pd.concat([TEN_EACH, pd.Series({"c": 0})])
    assert (
        balanced_floating_catchment_area(field, emptier, pd.Series({"x": 20}), binary(15))[["a", "b"]] < before
    ).all()
    same = floating_catchment_area(field, emptier, pd.Series({"x": 20}), binary(15))
    assert same[["a", "b"]].to_dict() == {"a": 1.0, "b": 1.0}


def test_nobody_drops_out_and_nothing_is_missing_without_any_pair():
    demand, supply = pd.Series({"b": 10, "a": 20}), pd.Series({"y": 5, "x": 6})
    for measure in BY_DECAY:
        found = measure(frame(), demand, supply, binary(15))
        here = supply if measure in (passive_gravity, supply_ratio, unused_supply) else demand
        here = supply if measure is inverted_floating_catchment_area else here
        expected = [5.0, 6.0] if measure is unused_supply else [0.0, 0.0]
        assert (found.index.tolist(), found.tolist()) == (here.index.tolist(), expected)
    assert cost_to_closest(frame(), demand, supply).to_dict() == {"b": np.inf, "a": np.inf}
    assert passive_cost_to_closest(frame(), demand, supply).to_dict() == {"y": np.inf, "x": np.inf}


def test_a_town_of_nobody_and_nothing_has_results_of_no_rows():
    nobody = pd.Series([], dtype=float)
    assert len(floating_catchment_area(frame(), nobody, nobody, linear(15))) == 0
    assert len(cumulative_interval(frame(), pd.Series([]), pd.Series([]), 5, 9)) == 0
    assert len(choice_of_services(frame(), nobody, nobody, pd.Series([], dtype=object), 15)) == 0


def test_a_pair_of_infinite_cost_is_out_of_reach_in_every_measure():
    far, near = frame(("a", "x", 5), ("a", "y", np.inf), ("b", "y", np.inf)), frame(("a", "x", 5))
    demand, supply = pd.Series({"a": 10, "b": 10}), pd.Series({"x": 5, "y": 6})
    for measure in BY_DECAY:
        np.testing.assert_array_equal(
            measure(far, demand, supply, lambda c: np.ones(len(c))),
            measure(near, demand, supply, lambda c: np.ones(len(c))),
        )
    assert cost_to_closest(far, demand, supply, 2).tolist() == [np.inf, np.inf]


def test_a_closed_site_is_no_facility_and_an_empty_cell_no_origin():
    pairs, demand = frame(("a", "x", 3), ("a", "y", 9), ("b", "y", 2)), pd.Series({"a": 10, "b": 0})
    supply = pd.Series({"x": 0, "y": 6})
    assert cost_to_closest(pairs, demand, supply).tolist() == [9.0, 2.0]
    assert passive_cost_to_closest(pairs, demand, supply).tolist() == [3.0, 9.0]
    assert choice(pairs, demand, supply, 15).tolist() == [1.0, 1.0]
    service = pd.Series({"y": "clinic", "x": "canteen", "elsewhere": "fitness"})
    assert choice_of_services(pairs, demand, supply, service, 15).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("ids", "dtype"),
    [(["b", "a"], "object"), (["b", "a"], "str"), (["b", "a"], "category"), ([7, 3], "int32"), ([7.5, 3], "float64")],
    ids=["objects", "texts", "categories", "whole numbers", "fractions"],
)
def test_ids_of_every_type_are_found(ids, dtype):
    index = pd.Index(ids).astype(dtype)
    pairs = pd.DataFrame({"origin": index, "facility": index, "cost": [4, 20]})
    found = gravity(pairs, pd.Series([1, 1], index=index), pd.Series([5, 6], index=index), binary(15))
    assert found.tolist() == [5.0, 0.0]
    pd.testing.assert_index_equal(found.index, index)


def test_what_is_given_is_not_changed_and_a_decay_cannot_change_it():
    pairs, demand, supply = frame(("b", "x", 4), ("a", "x", 20)), pd.Series({"a": 10, "b": 3}), pd.Series({"x": 5})
    copies = [thing.copy() for thing in (pairs, demand, supply)]

    def careless(cost):
        cost[cost > 15] = 0.0
        return cost

    with pytest.raises(ValueError, match="read-only"):
        gravity(pairs, demand, supply, careless)
    for measure in BY_DECAY:
        measure(pairs, demand, supply, linear(15))
    for thing, copy in zip((pairs, demand, supply), copies, strict=True):
        assert thing.equals(copy)


def test_a_prepared_table_is_evaluated_again_with_other_people():
    pairs, supply = frame(("a", "x", 4), ("b", "x", 9)), pd.Series({"x": 12})
    table = pair_table(pairs, pd.Series({"a": 10, "b": 30}), supply)
    fewer = replace(table, demand=np.array([10.0, 14.0]))
    weight = table.weights(binary(15))
    assert two_step(table, weight).tolist() == [0.3, 0.3]
    assert two_step(fewer, weight).tolist() == [0.5, 0.5]


def test_cutoffs_of_an_interval_end_with_it_where_a_step_does():
    assert cutoffs_of(10, 11, 0.1).tolist()[-1] == 11.0
    assert len(cutoffs_of(10, 11, 0.1)) == 11
    assert cutoffs_of(0.1, 0.3, 0.1).tolist() == [0.1, 0.2, 0.3]  # (0.3 - 0.1) / 0.1 is a little below 2
    assert cutoffs_of(15, 15, 1).tolist() == [15.0]
    assert cutoffs_of(10, 12.9, 1).tolist() == [10.0, 11.0, 12.0]


def test_a_compound_rule_is_met_where_its_last_part_is():
    demand, sites = pd.Series({"a": 10, "b": 20}), pd.Series({"x": 1, "y": 1, "z": 1})
    library = cost_to_closest(frame(("a", "x", 12), ("b", "x", 3)), demand, sites[["x"]])
    gyms = cost_to_closest(frame(("a", "y", 2), ("a", "z", 8), ("b", "y", 1)), demand, sites[["y", "z"]], k=2)
    assert compound_cost([library, gyms]).to_dict() == {"a": 12.0, "b": np.inf}
    assert compound_cost([gyms.iloc[::-1], library]).to_dict() == {"b": np.inf, "a": 12.0}
    scores = [linear(16)(np.array([cost])).item() for cost in (12.0, 8.0)]
    parts = [pd.Series({"a": score}) for score in scores]
    assert compound_score(parts).to_dict() == {"a": 0.25}


def test_weights_at_the_cutoff_itself_and_just_before_it():
    just_before = np.nextafter(15.0, 0)
    for maker in (linear, gaussian_within, epanechnikov):
        beyond, end, before = maker(15)(np.array([np.nextafter(15.0, 99), 15.0, just_before]))
        assert (beyond, end) == (0.0, 0.0)
        assert 0 < before < 1e-15
    assert within(15, gaussian(9))(np.array([15.0, 15.1]))[1] == 0
    assert binary(15)(np.array([just_before, 15.0])).tolist() == [1.0, 1.0]
    assert inverse_power(2)(np.array([2.0])).tolist() == [0.25]
