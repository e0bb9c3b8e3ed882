import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from lattice_towns import CutStreets, check_coverage, check_nearest, covered_cells, directed_towns, streets, towns

from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility, nearest_from_reach, reach_from_entrances

SQUARE = [[0, 0], [100, 0], [100, 100], [0, 100]]


def nearest_at(network, cells, doors, owners=None):
    owners = np.arange(len(doors)) if owners is None else np.array(owners)
    origins = join_to_edges(network, np.array(cells, dtype=float), 300)
    return nearest_facility(network, origins, join_to_edges(network, np.array(doors, dtype=float), 300), owners)


def search(town):
    return nearest_facility(town.network, town.cells, town.entrances, town.entrance_facility)


def test_both_legs_are_walked():
    assert nearest_at(streets(SQUARE, [[0, 1], [1, 2]]), [[10, 5]], [[107, 50]]).metres.tolist() == [5 + 90 + 50 + 7]


def test_two_points_on_one_edge_meet_along_it():
    found = nearest_at(streets(SQUARE, [[0, 1]]), [[10, 0], [90, 0]], [[40, 3]])
    assert found.metres.tolist() == [33.0, 53.0]


def test_the_way_round_is_taken_where_it_is_shorter_than_along_the_edge():
    detour = streets([[0, 0], [100, 0]], [[0, 1], [0, 1]], bends={0: [[0, 500], [100, 500]]})
    found = nearest_at(detour, [[0, 100], [0, 450]], [[100, 100]])
    by_the_ends, along_the_edge = 100 + 100 + 100, 50 + 100 + 400
    assert found.metres.tolist() == [by_the_ends, along_the_edge]


def test_a_loop_is_walked_either_way_round():
    loop = streets([[0, 0], [100, 0]], [[0, 0], [0, 1]], bends={0: [[0, 300], [-300, 300], [-300, 0]]})
    found = nearest_at(loop, [[-2, 10], [50, 0]], [[-290, -5]])
    assert found.metres.tolist() == [2 + 10 + 290 + 5, 50 + 290 + 5]


def test_a_facility_has_several_entrances():
    found = nearest_at(streets(SQUARE, [[0, 1], [1, 2]]), [[0, 0], [100, 90]], [[30, 0], [100, 100]], [4, 4])
    assert found.metres.tolist() == [30.0, 10.0]
    assert found.facility.tolist() == [4, 4]


def test_of_facilities_as_near_the_smaller_number_is_taken():
    network = streets(SQUARE, [[0, 1], [1, 2]])
    assert nearest_at(network, [[100, 0]], [[50, 0], [100, 50]], [8, 3]).facility.tolist() == [3]
    assert nearest_at(network, [[50, 0]], [[40, 0], [60, 0]], [8, 3]).facility.tolist() == [3]


def test_streets_without_length_pass_the_smaller_number_on():
    network = streets([[0, 0], [0, 0], [0, 0], [50, 0]], [[1, 0], [1, 2], [2, 3]])
    doors = join_to_edges(network, np.array([[0.0, 0.0], [0.0, 0.0]]), 300)
    reach = reach_from_entrances(network, doors, np.array([2, 1]))
    assert reach.facility.tolist() == [1, 1, 1, 1]


def test_nobody_reaches_another_island_or_a_facility_off_the_network():
    network = streets([*SQUARE, [500, 0], [520, 0]], [[0, 1], [4, 5]])
    found = nearest_at(network, [[510, 0], [50, 800]], [[50, 0], [510, 700]])
    assert np.isinf(found.metres).all()
    assert found.facility.tolist() == [-1, -1]


def test_without_facilities_or_without_cells():
    network = streets(SQUARE, [[0, 1]])
    nobody = np.zeros((0, 2))
    assert np.isinf(nearest_at(network, [[0, 0]], nobody).metres).all()
    assert len(nearest_at(network, nobody, [[0, 0]]).metres) == 0


def test_a_limit_leaves_further_nodes_unreached():
    network = streets(SQUARE, [[0, 1], [1, 2]])
    doors = join_to_edges(network, np.array([[0.0, 0.0]]), 300)
    assert reach_from_entrances(network, doors, np.array([0]), 150).metres.tolist() == [0.0, 100.0, np.inf, np.inf]
    assert reach_from_entrances(network, doors, np.array([0]), 200).metres.tolist() == [0.0, 100.0, 200.0, np.inf]


@settings(derandomize=True, deadline=None, max_examples=100)
@given(towns())
def test_metres_facilities_and_covered_cells_equal_networkx_on_cut_streets(town):
    table = CutStreets(town).metres()
    found = search(town)
    check_nearest(town, found, table)
    check_coverage(town, found, table)


def test_a_sum_of_powers_of_two_is_a_set():
    assert covered_cells(2**70 + 2**3 + 1) == {0, 3, 70}


@settings(derandomize=True, deadline=None)
@given(st.one_of(towns(), directed_towns()), st.integers(0, 2**32 - 1))
def test_one_more_entrance_never_lengthens_a_way(town, seed):
    at = np.random.default_rng(seed).uniform(town.network.node_xy.min(axis=0), town.network.node_xy.max(axis=0))
    more = dataclasses.replace(
        town,
        entrance_xy=np.vstack([town.entrance_xy, at]),
        entrance_facility=np.append(town.entrance_facility, town.entrance_facility.max() + 1),
    )
    assert (search(more).metres <= search(town).metres).all()


@settings(derandomize=True, deadline=None)
@given(towns())
def test_the_order_of_entrances_changes_nothing(town):
    turned = dataclasses.replace(
        town, entrance_xy=town.entrance_xy[::-1], entrance_facility=town.entrance_facility[::-1]
    )
    np.testing.assert_array_equal(search(turned).metres, search(town).metres)
    np.testing.assert_array_equal(search(turned).facility, search(town).facility)


@settings(derandomize=True, deadline=None)
@given(towns())
def test_the_numbers_of_facilities_do_not_change_metres(town):
    renumbered = dataclasses.replace(town, entrance_facility=town.entrance_facility.max() - town.entrance_facility)
    np.testing.assert_array_equal(search(renumbered).metres, search(town).metres)


@settings(derandomize=True, deadline=None)
@given(towns())
def test_the_way_there_is_as_long_as_the_way_back(town):
    door, cell = town.entrances.take(np.array([0])), town.cells.take(np.array([0]))
    there = nearest_facility(town.network, cell, door, np.array([0])).metres
    back = nearest_facility(town.network, door, cell, np.array([0])).metres
    np.testing.assert_allclose(there, back, rtol=0, atol=1e-9)


@settings(derandomize=True, deadline=None)
@given(towns(), st.sampled_from([0.5, 2.0, 4.0]))
def test_a_town_twice_the_size_has_ways_twice_as_long(town, scale):
    network = town.network
    larger = dataclasses.replace(
        network,
        node_xy=network.node_xy * scale,
        line_xy=network.line_xy * scale,
        length_m=network.length_m * scale,
        forward_m=network.forward_m * scale,
    )
    cells = join_to_edges(larger, town.cell_xy * scale, 300 * scale)
    doors = join_to_edges(larger, town.entrance_xy * scale, 300 * scale)
    np.testing.assert_allclose(  # parts of edges are rounded to multiples of 2**-34 m
        nearest_facility(larger, cells, doors, town.entrance_facility).metres,
        search(town).metres * scale,
        rtol=0,
        atol=1e-8,
    )


def test_one_reach_serves_many_lists_of_points():
    network = streets(SQUARE, [[0, 1], [1, 2]])
    doors, owners = join_to_edges(network, np.array([[30.0, 0.0]]), 300), np.array([0])
    reach = reach_from_entrances(network, doors, owners)
    for at in ([[0.0, 0.0]], [[40.0, 0.0], [100.0, 100.0]]):
        cells = join_to_edges(network, np.array(at), 300)
        np.testing.assert_array_equal(
            nearest_from_reach(network, reach, cells, doors, owners).metres,
            nearest_facility(network, cells, doors, owners).metres,
        )
