import numpy as np
import pandas as pd
import pytest
from crowded_towns import (
    check_assignment,
    check_bounds,
    check_shortages,
    crowded_city,
    crowded_town,
    of_linear_programme,
)

from circle15.access import transport
from circle15.access.assignment import assign_places, shortages, unit_of
from circle15.errors import DataError

TOWNS = 100


def named(pairs, need, capacity):
    frame = pd.DataFrame(pairs, columns=["origin", "facility", "cost"])
    return frame, pd.Series(need, dtype=float), pd.Series(capacity, dtype=float)


def test_as_many_find_a_place_as_networkx_finds_with_no_more_travel():
    found = [check_assignment(crowded_town(number)) for number in range(TOWNS)]
    short = sum(each.served.sum() < each.need.sum() for each in found)
    assert 20 < short < TOWNS  # towns with and without a shortage are among them


def test_full_sets_lack_what_halls_condition_says():
    for number in range(40):
        town = crowded_town(number)
        check_shortages(town, assign_places(town.pairs, town.need, town.capacity))


def test_a_linear_programme_agrees():
    for number in range(40):
        town = crowded_town(number)
        found = assign_places(town.pairs, town.need, town.capacity)
        most, travel = of_linear_programme(town)
        assert found.served.sum() == pytest.approx(most, abs=1e-7)
        assert (found.sent * town.pairs["cost"]).sum() == pytest.approx(travel, abs=1e-6)


def test_a_city_with_long_chains_of_moves_agrees_with_a_linear_programme():
    city = crowded_city(1)
    found = assign_places(city.pairs, city.need, city.capacity)
    most, travel = of_linear_programme(city)
    assert most < city.need.sum()
    assert found.served.sum() == pytest.approx(most, abs=1e-7)
    assert (found.sent * city.pairs["cost"]).sum() == pytest.approx(travel, rel=1e-9)
    check_bounds(city, found)


def test_room_that_runs_out_is_added_without_a_trace(monkeypatch):
    city = crowded_city(2, cells=300, facilities=30)
    ample = assign_places(city.pairs, city.need, city.capacity)
    monkeypatch.setattr(transport, "FIRST_SLOTS", 1)
    monkeypatch.setattr(transport, "FIRST_WAITING", 1)
    scant = assign_places(city.pairs, city.need, city.capacity)
    assert scant.sent.tolist() == ample.sent.tolist()
    for number in range(10):
        check_assignment(crowded_town(number))


def test_another_place_never_lowers_how_many_are_served():
    for number in range(40):
        town = crowded_town(number)
        before = assign_places(town.pairs, town.need, town.capacity).served.sum()
        for facility in town.capacity.index:
            more = town.capacity.where(town.capacity.index != facility, town.capacity + 1.0)
            assert assign_places(town.pairs, town.need, more).served.sum() >= before


def test_the_order_of_rows_leaves_no_trace():
    for number in range(20):
        town = crowded_town(number)
        one = assign_places(town.pairs, town.need, town.capacity)
        pairs = town.pairs.sample(frac=1.0, random_state=number)
        other = assign_places(pairs, town.need.iloc[::-1], town.capacity.iloc[::-1])
        pd.testing.assert_series_equal(one.sent.sort_index(), other.sent.sort_index(), check_exact=True)
        pd.testing.assert_series_equal(one.served, other.served, check_exact=True)


def test_the_same_for_ids_that_are_whole_numbers():
    for number in range(10):
        town = crowded_town(number)
        ids = {name: place for place, name in enumerate((*town.need.index, *town.capacity.index))}
        pairs = town.pairs.assign(**{name: town.pairs[name].map(ids) for name in ("origin", "facility")})
        one = assign_places(town.pairs, town.need, town.capacity)
        other = assign_places(pairs, town.need.rename(ids), town.capacity.rename(ids))
        assert one.sent.tolist() == other.sent.tolist()


# One street, a village every kilometre: a - 1 - b - 2 - c. Village b is half-way between two schools.
STREET = [("a", 1, 1.0), ("b", 1, 1.0), ("b", 2, 1.0), ("c", 2, 1.0)]


def test_villagers_with_a_choice_make_room_for_those_without():
    pairs, need, capacity = named(STREET, {"a": 10, "b": 10, "c": 4}, {1: 10, 2: 14})
    found = assign_places(pairs, need, capacity)
    assert found.sent.tolist() == [10.0, 0.0, 10.0, 4.0]
    assert found.nearest.to_dict() == {1: 20.0, 2: 4.0}  # b lies between both: the smaller one counts as nearest
    assert found.served.to_dict() == {"a": 10.0, "b": 10.0, "c": 4.0}
    assert shortages(pairs, found)["set"].isna().all()


def test_a_chain_of_moves_is_found():
    chain = [("a", 1, 1.0), ("a", 2, 5.0), ("b", 2, 1.0), ("b", 3, 5.0), ("c", 3, 1.0), ("c", 4, 5.0)]
    pairs, need, capacity = named([*chain, ("d", 1, 0.5)], dict.fromkeys("abcd", 10), {1: 10, 2: 10, 3: 10, 4: 10})
    found = assign_places(pairs, need, capacity)
    assert found.sent.tolist() == [0.0, 10.0, 0.0, 10.0, 0.0, 10.0, 10.0]


def test_where_some_must_go_without_travel_decides_and_the_set_is_told():
    pairs, need, capacity = named(STREET, {"a": 10, "b": 10, "c": 10}, {1: 10, 2: 10})
    pairs["cost"] = [3.0, 1.0, 2.0, 4.0]
    found = assign_places(pairs, need, capacity)
    assert found.served.sum() == 20.0
    assert found.served["b"] == 10.0
    short = shortages(pairs, found)
    assert short["set"].tolist() == [1, 1]
    assert short["set_missing"].tolist() == [10.0, 10.0]


def test_sets_that_share_nobody_are_told_apart():
    pairs, need, capacity = named([("a", 1, 1.0), ("b", 2, 1.0), ("c", 3, 1.0)], dict.fromkeys("abc", 5), [9, 3, 1])
    capacity.index = [1, 2, 3]
    short = shortages(pairs, assign_places(pairs, need, capacity))
    assert short["set"].tolist() == [None, 2, 3]
    assert short["set_missing"].tolist() == [0.0, 2.0, 4.0]


def test_of_facilities_equally_near_the_smaller_is_taken():
    pairs, need, capacity = named([("a", 2, 1.0), ("a", 1, 1.0), ("a", 3, 1.0)], {"a": 5}, {3: 4, 2: 4, 1: 4})
    found = assign_places(pairs, need, capacity)
    assert found.assigned.to_dict() == {1: 4.0, 2: 1.0, 3: 0.0}


def test_places_left_beyond_all_need_and_fractions_of_people_are_exact():
    pairs, need, capacity = named([("a", 1, 1 / 3), ("b", 1, 0.1)], {"a": 0.1, "b": 1 / 3}, {1: 1e15})
    found = assign_places(pairs, need, capacity)
    assert found.served["a"] == pytest.approx(0.1, abs=1e-15)
    assert found.served.sum() == found.assigned.sum() == found.need.sum()


def test_sums_of_many_small_shares_are_exact():
    dice = np.random.default_rng(5)
    pairs = pd.DataFrame({"origin": np.repeat(np.arange(4000), 3), "facility": np.tile(np.arange(3), 4000)})
    pairs["cost"] = dice.random(len(pairs)) * 15
    need = pd.Series(dice.random(4000) / 7)
    found = assign_places(pairs, need, pd.Series([50.3, 90.7, 60.1]))
    backwards = sum(reversed(found.served.tolist()))
    assert found.served.sum() == found.assigned.sum() == found.sent.sum() == backwards
    assert (found.assigned.to_numpy() == found.capacity.to_numpy()).all()
    assert unit_of(float(need.sum())) == found.unit


@pytest.mark.parametrize(
    ("town", "missing"),
    [
        (([], {}, {}), []),
        (([], {"a": 5}, {1: 5}), [0.0]),
        (([("a", 1, 0.0)], {"a": 0}, {1: 0}), [0.0]),
        (([("a", 1, 0.0)], {"a": 5}, {1: 0}), [5.0]),
    ],
    ids=["nothing", "nobody-reaches", "no-need", "no-places"],
)
def test_towns_without_anything_to_give_out(town, missing):
    pairs, need, capacity = named(*town)
    found = assign_places(pairs, need, capacity)
    assert found.served.sum() == found.assigned.sum() == 0.0
    assert shortages(pairs, found)["set_missing"].tolist() == missing


@pytest.mark.parametrize(
    ("pairs", "need", "capacity", "fragment"),
    [
        ([("a", 1, 1.0)], {"a": -1}, {1: 5}, "need"),
        ([("a", 1, 1.0)], {"a": 1}, {1: np.nan}, "capacity"),
        ([("a", 1, np.inf)], {"a": 1}, {1: 5}, "cost"),
        ([("a", 1, 1.0), ("a", 1, 2.0)], {"a": 1}, {1: 5}, "重复"),
        ([("b", 1, 1.0)], {"a": 1}, {1: 5}, "origin"),
        ([("a", 2, 1.0)], {"a": 1}, {1: 5}, "facility"),
    ],
    ids=["negative-need", "unknown-capacity", "endless-way", "pair-twice", "unknown-cell", "unknown-site"],
)
def test_what_is_no_town_is_refused(pairs, need, capacity, fragment):
    with pytest.raises(DataError) as fault:
        assign_places(*named(pairs, need, capacity))
    assert fragment in str(fault.value)
