"""Travel by direction: one-way streets, slopes, and legs that count otherwise than the streets."""

from dataclasses import replace

import numpy as np
import pytest
from gated_towns import GatedStreets, gated_towns
from hypothesis import given, settings
from lattice_towns import CutStreets, check_nearest, check_pairs, directed_towns, streets, towns

from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.access.pairs import pairs_within
from circle15.errors import DataError
from circle15.model.network import reversed_streets

ONE_WAY = [np.inf]


def whole(town):
    return town.network, town.cells, town.entrances, town.entrance_facility


def metres(network, cell, door, leg_factor=1.0):
    cells, doors = (join_to_edges(network, np.array([xy], dtype=float), 300, leg_factor) for xy in (cell, door))
    nearest = nearest_facility(network, cells, doors, np.array([0]))
    pairs = pairs_within(network, cells, doors, np.array([0]), 1e9)
    assert pairs["metres"].tolist() == [way_m for way_m in nearest.metres.tolist() if np.isfinite(way_m)]
    assert (nearest.facility == -1).tolist() == np.isinf(nearest.metres).tolist()
    return nearest.metres[0]


@pytest.mark.parametrize(("cell", "door", "way_m"), [(20, 70, 50), (70, 20, np.inf), (40, 40, 0), (0, 100, 100)])
def test_a_one_way_street_is_gone_one_way(cell, door, way_m):
    street = streets([[0, 0], [100, 0]], [[0, 1]], back_factor=ONE_WAY)
    assert metres(street, [cell, 0], [door, 0]) == way_m
    assert metres(reversed_streets(street), [door, 0], [cell, 0]) == way_m


def one_way_round():
    """A square of one-way streets, against the clock: 0 -> 1 -> 2 -> 3 -> 0, each of 100 m."""
    return streets([[0, 0], [100, 0], [100, 100], [0, 100]], [[0, 1], [1, 2], [2, 3], [3, 0]], back_factor=ONE_WAY * 4)


def test_who_has_passed_a_door_goes_round_the_block():
    assert metres(one_way_round(), [20, 0], [70, 0]) == 50
    assert metres(one_way_round(), [70, 0], [20, 0]) == 30 + 300 + 20


def test_from_a_corner_every_street_that_meets_there_is_taken():
    # Joined to the street 0 -> 1 at its end, and to 3 -> 0 at its end: no need to go along either.
    assert metres(one_way_round(), [100, 0], [100, 40]) == 40
    assert metres(one_way_round(), [0, 0], [30, 0]) == 30
    assert metres(one_way_round(), [110, -10], [100, 40]) == pytest.approx(np.hypot(10, 10) + 40)


def test_a_one_way_lattice_by_hand():
    # Avenues northward at x = 0 and southward at x = 100, streets eastward at y = 100 and westward at y = 0.
    #   (0,100) -> (100,100)
    #      ^            v
    #    (0,0)  <-  (100,0) <-> (200,0), which costs 1.5 times as much eastward as it is long, and 0.5 times westward
    town = streets(
        [[0, 0], [100, 0], [100, 100], [0, 100], [200, 0]],
        [[0, 3], [3, 2], [2, 1], [1, 0], [1, 4]],
        factor=[1, 1, 1, 1, 1.5],
        back_factor=[np.inf] * 4 + [0.5],
    )
    assert metres(town, [0, 10], [200, 0]) == 90 + 100 + 100 + 150
    assert metres(town, [200, 0], [0, 10]) == 50 + 100 + 10
    assert metres(town, [150, 5], [0, 50]) == 5 + 25 + 100 + 50
    assert metres(town, [0, 50], [150, 5]) == 50 + 100 + 100 + 75 + 5


def test_who_cannot_leave_or_arrive_has_no_way_and_does_no_harm():
    # A street that leads only into the place where another leads only out of.
    trap = streets([[0, 0], [100, 0], [200, 0]], [[0, 1], [2, 1]], back_factor=[np.inf] * 2)
    assert metres(trap, [100, 0], [50, 0]) == np.inf
    assert metres(trap, [150, 0], [50, 0]) == np.inf
    assert metres(trap, [150, 5], [100, 5]) == 5 + 50 + 5


def test_legs_are_walked_and_count_by_their_factor():
    street = streets([[0, 0], [100, 0]], [[0, 1]])
    assert metres(street, [20, 3], [70, 4], leg_factor=5.0) == 50 + 5 * (3 + 4)
    far = join_to_edges(street, np.array([[0.0, 200.0]]), 200, 5.0)
    assert (far.on_network[0], far.leg_m[0], far.leg_travel_m[0]) == (True, 200.0, 1000.0)


@pytest.mark.parametrize(
    ("there", "back"), [(np.inf, np.inf), (5.0, np.nan), (np.nan, np.inf), (5.0, -1.0), (np.inf, -np.inf)]
)
def test_an_edge_of_no_use_or_with_bad_metres_is_refused(there, back):
    street = streets([[0, 0], [100, 0]], [[0, 1]])
    with pytest.raises(DataError):
        replace(street, forward_m=np.array([there]), backward_m=np.array([back]))


def test_an_edge_with_a_direction_too_few_is_refused():
    with pytest.raises(DataError):
        replace(one_way_round(), backward_m=np.full(3, np.inf))


@settings(derandomize=True, deadline=None, max_examples=80)
@given(directed_towns())
def test_directed_ways_equal_networkx_on_cut_streets(town):
    table = CutStreets(town).metres()
    check_nearest(town, nearest_facility(*whole(town)), table)
    check_pairs(town, pairs_within(*whole(town), town.limit_m), table)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(gated_towns(directed_towns))
def test_directed_ways_by_gated_compounds_are_those_of_the_oracle(town):
    table = GatedStreets(town).metres()
    check_nearest(town, nearest_facility(*whole(town)), table)
    check_pairs(town, pairs_within(*whole(town), town.limit_m), table)


@settings(derandomize=True, deadline=None)
@given(gated_towns(directed_towns))
def test_reversed_streets_give_the_way_back_to_the_last_bit(town):
    door, cell = town.entrances.take(np.array([0])), town.cells.take(np.array([0]))
    there = nearest_facility(town.network, cell, door, np.array([0])).metres
    back = nearest_facility(reversed_streets(town.network), door, cell, np.array([0])).metres
    assert there.tobytes() == back.tobytes()


@settings(derandomize=True, deadline=None)
@given(towns())
def test_on_level_ground_there_is_as_far_as_back_to_the_last_bit(town):
    door, cell = town.entrances.take(np.array([0])), town.cells.take(np.array([0]))
    there = nearest_facility(town.network, cell, door, np.array([0])).metres
    back = nearest_facility(town.network, door, cell, np.array([0])).metres
    assert there.tobytes() == back.tobytes()
    same = replace(town.network, backward_m=town.network.forward_m.copy())
    assert nearest_facility(same, cell, door, np.array([0])).metres.tobytes() == there.tobytes()


@settings(derandomize=True, deadline=None)
@given(directed_towns())
def test_metres_are_multiples_of_the_step_so_seconds_scale_with_speed(town):
    found = nearest_facility(*whole(town)).metres
    found = found[np.isfinite(found)]
    assert (found * 2.0**34 == np.rint(found * 2.0**34)).all()
    assert (found / 1.2 * 2 == found / 0.6).all()
