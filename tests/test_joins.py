import numpy as np
import pytest
from hypothesis import given, settings
from lattice_towns import CORNER, check_joins, streets, towns

from circle15.access.curve import morton_order
from circle15.access.joins import join_to_edges
from circle15.access.remarks import cell_remarks, facility_remarks
from circle15.errors import DataError

SQUARE = [[0, 0], [100, 0], [100, 100], [0, 100]]


def test_the_foot_is_on_an_edge_not_at_a_node():
    joins = join_to_edges(streets(SQUARE, [[0, 1], [1, 2]]), np.array([[30.0, 40.0]]), 300)
    assert joins.edge.tolist() == [0]
    assert joins.foot_xy.tolist() == [[30.0, 0.0]]
    assert (joins.share[0], joins.leg_m[0]) == (0.3, 40.0)


def test_the_share_follows_the_bent_line_whatever_its_metres_count():
    network = streets(SQUARE[:3], [[0, 2]], bends={0: [[100, 0]]}, factor=[2.0])
    joins = join_to_edges(network, np.array([[110.0, 25.0]]), 300)
    assert (joins.share[0], joins.leg_m[0]) == (125 / 200, 10.0)


def test_of_edges_as_near_the_smaller_number_is_taken():
    network = streets(SQUARE, [[1, 2], [2, 3], [3, 0], [0, 1]])
    middle, corner = [50.0, 50.0], [-10.0, -10.0]
    assert join_to_edges(network, np.array([middle, corner]), 300).edge.tolist() == [0, 2]


def test_of_places_on_one_edge_as_near_the_first_is_taken():
    closed = streets([[0, 0], [0, 0], [9, 0]], [[0, 1], [1, 2]], bends={0: [[50, 50], [-50, 50]]})
    joins = join_to_edges(closed, np.array([[0.0, -5.0], [0.0, 20.0]]), 300)
    assert joins.edge.tolist() == [0, 0]
    assert joins.share[0] == 0.0
    assert joins.share[1] * closed.length_m[0] == pytest.approx(20 / np.sqrt(2))


def test_a_leg_of_just_the_longest_length_is_walked_and_a_longer_one_is_told():
    joins = join_to_edges(streets(SQUARE, [[0, 1]]), np.array([[50.0, 300.0], [50.0, 300.001]]), 300)
    assert joins.on_network.tolist() == [True, False]
    assert joins.leg_m.tolist() == [300.0, 300.001]


def test_a_point_far_from_every_street_is_joined_exactly():
    joins = join_to_edges(streets(SQUARE, [[0, 1], [2, 3]]), np.array([[1e6, 1e6]]), 300)
    assert joins.edge.tolist() == [1]
    assert joins.leg_m[0] == np.hypot(1e6 - 100, 1e6 - 100)


def test_an_edge_without_length_is_a_place_like_any_other():
    joins = join_to_edges(streets([[0, 0], [0, 0], [50, 0]], [[0, 1]]), np.array([[3.0, 4.0]]), 300)
    assert (joins.leg_m[0], joins.share[0]) == (5.0, 0.0)


def test_islands_are_told():
    network = streets([*SQUARE, [500, 0], [520, 0]], [[4, 5], [0, 1], [1, 2]])
    assert join_to_edges(network, np.array([[510.0, 5.0], [50.0, 5.0]]), 300).island.tolist() == [1, 0]


def test_a_street_that_is_only_passed_is_joined_by_nobody():
    network = streets(SQUARE, [[0, 1], [2, 3]], bends={1: [[50, 90]]})
    points = np.array([[50.0, 10.0], [50.0, 60.0]])
    assert join_to_edges(network, points, 300).edge.tolist() == [0, 1]
    joins = join_to_edges(network, points, 300, joinable=np.array([True, False]))
    assert joins.edge.tolist() == [0, 0]
    assert joins.leg_m.tolist() == [10.0, 60.0]
    joins = join_to_edges(network, points, 300, joinable=np.array([False, True]))
    assert joins.edge.tolist() == [1, 1]
    assert joins.leg_m.tolist() == [80.0, 30.0]


def test_where_every_street_may_be_joined_the_mask_changes_nothing():
    network = streets(SQUARE, [[0, 1], [1, 2], [2, 3]])
    points = np.array([[30.0, 40.0], [99.0, 99.0], [-5.0, 50.0]])
    plain, masked = (join_to_edges(network, points, 300, joinable=mask) for mask in (None, np.ones(3, dtype=bool)))
    for name in ("edge", "share", "leg_m", "leg_travel_m", "on_network", "island", "foot_xy"):
        np.testing.assert_array_equal(getattr(masked, name), getattr(plain, name))


def test_streets_that_nobody_may_join_are_refused():
    with pytest.raises(DataError) as fault:
        join_to_edges(streets(SQUARE, [[0, 1]]), np.array([[0.0, 0.0]]), 300, joinable=np.array([False]))
    assert fault.value.key == "access.nowhere_to_join"
    assert "高速公路" in fault.value.sentence("zh")
    assert "only passed" in fault.value.sentence("en")


@pytest.mark.parametrize("factor", [0.0, -1.0, np.nan, np.inf])
def test_a_leg_factor_that_is_no_number_above_0_is_refused(factor):
    with pytest.raises(DataError) as fault:
        join_to_edges(streets(SQUARE, [[0, 1]]), np.array([[0.0, 0.0]]), 300, factor)
    assert fault.value.key == "access.bad_leg_factor"
    assert str(factor) in fault.value.sentence("zh")


def test_no_points_are_no_joins():
    assert len(join_to_edges(streets(SQUARE, [[0, 1]]), np.zeros((0, 2)), 300)) == 0


def test_a_coordinate_that_is_no_number_is_refused_with_its_row():
    with pytest.raises(DataError) as fault:
        join_to_edges(streets(SQUARE, [[0, 1]]), np.array([[0.0, 0.0], [np.nan, 1.0]]), 300)
    assert "第 2 个点" in fault.value.sentence("zh")
    assert "Point 2" in fault.value.sentence("en")


@settings(derandomize=True, deadline=None)
@given(towns())
def test_joins_equal_the_distance_to_every_edge(town):
    check_joins(town.network, town.cell_xy, town.cells)
    check_joins(town.network, town.entrance_xy, town.entrances)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(towns())
def test_the_order_of_points_changes_nothing(town):
    turned = join_to_edges(town.network, town.cell_xy[::-1], 300)
    for name in ("edge", "share", "leg_m", "leg_travel_m", "on_network", "island", "foot_xy"):
        np.testing.assert_array_equal(getattr(turned, name)[::-1], getattr(town.cells, name))


def test_the_curve_keeps_neighbours_together():
    column, row = np.meshgrid(np.arange(32.0), np.arange(32.0))
    xy = np.stack([column.ravel(), row.ravel()], axis=1) + CORNER
    order = morton_order(xy)
    assert sorted(order.tolist()) == list(range(len(xy)))
    steps = np.hypot(*np.diff(xy[order], axis=0).T)
    assert np.median(steps) == 1.0
    assert steps.mean() < 2.0


def test_people_off_the_network_and_on_islands_are_told():
    network = streets([*SQUARE, [500, 0], [520, 0]], [[0, 1], [1, 2], [4, 5]])
    cells = join_to_edges(network, np.array([[50.0, 5.0], [510.0, 5.0], [50.0, 900.0]]), 300)
    off, adrift = cell_remarks(cells, np.array([10.0, 20.0, 30.0]), 300.0)
    assert off.facts == {"cells": 1, "persons": 30, "max_leg_m": "300"}
    assert adrift.facts == {"cells": 1, "persons": 20, "islands": 1}
    assert "30 人" in off.sentence("zh")
    assert "20 people" in adrift.sentence("en")


def test_facilities_off_the_network_and_on_islands_are_named():
    network = streets([*SQUARE, [500, 0], [520, 0]], [[0, 1], [1, 2], [4, 5]])
    doors = np.array([[50.0, 5.0], [510.0, 5.0], [50.0, 900.0], [50.0, 900.0]])
    joins = join_to_edges(network, doors, 300)
    off, adrift = facility_remarks(joins, np.array([0, 1, 2, 0]), ["甲幼儿园", "乙卫生站", "丙食堂"], 300.0)
    assert off.facts == {"facilities": 1, "names": "丙食堂", "max_leg_m": "300"}
    assert adrift.facts == {"facilities": 1, "names": "乙卫生站"}


def test_where_all_is_well_nothing_is_said():
    joins = join_to_edges(streets(SQUARE, [[0, 1]]), np.array([[50.0, 5.0]]), 300)
    assert cell_remarks(joins, np.ones(1), 300.0) == ()
    assert facility_remarks(joins, np.zeros(1, dtype=int), ["甲"], 300.0) == ()
