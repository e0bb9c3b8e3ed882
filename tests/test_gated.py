"""Gated compounds: residents walk out, visitors walk in, nobody walks through."""

from dataclasses import replace

import numpy as np
from gated_towns import GatedStreets, gated_towns
from hypothesis import given, settings
from lattice_towns import check_nearest, check_pairs, streets

from circle15.access.isochrones import facility_isochrones, reach_grid, service_isochrones
from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.access.pairs import pairs_within

# A street in the west (0-1), a compound's way across the middle (1-2), a street in the east (2-3), a detour of 1,000 m.
PLACES = [[0, 0], [100, 0], [300, 0], [400, 0]]
ENDS = [[0, 1], [1, 2], [2, 3], [1, 2]]
DETOUR = {3: [[100, 400], [300, 400]]}


def compound(private):
    network = streets(PLACES, ENDS, DETOUR)
    return replace(network, restricted=np.array([False, private, False, False]))


def metres(network, cell, door):
    cells, doors = (join_to_edges(network, np.array([xy], dtype=float), 300) for xy in (cell, door))
    pairs = pairs_within(network, cells, doors, np.array([0]), 1e9)
    nearest = nearest_facility(network, cells, doors, np.array([0])).metres.tolist()
    assert pairs["metres"].tolist() == [m for m in nearest if np.isfinite(m)]
    return nearest[0]


def test_nobody_walks_through_a_compound():
    assert metres(compound(private=False), [50, 0], [350, 0]) == 300
    assert metres(compound(private=True), [50, 0], [350, 0]) == 100 + 1000


def test_residents_walk_out_by_the_nearer_gate_and_visitors_in():
    assert metres(compound(private=True), [150, 0], [350, 0]) == 200
    assert metres(compound(private=True), [350, 0], [150, 0]) == 200


def test_neighbours_within_a_compound_reach_each_other_inside():
    network = streets([[0, 0], [100, 0], [200, 0], [100, 50]], [[0, 1], [1, 2], [1, 3]])
    network = replace(network, restricted=np.array([True, True, False]))
    assert metres(network, [10, 0], [190, 0]) == 180


def test_a_compound_without_a_gate_is_left_by_nobody():
    network = streets([[0, 0], [100, 0], [200, 0], [300, 0]], [[0, 1], [2, 3]])
    network = replace(network, restricted=np.array([True, False]))
    assert metres(network, [10, 0], [290, 0]) == np.inf
    assert metres(network, [10, 0], [90, 0]) == 80


def test_two_compounds_in_a_row_are_not_a_way_through():
    row = streets([[0, 0], [100, 0], [200, 0], [300, 0], [400, 0]], [[0, 1], [1, 2], [2, 3], [3, 4]])
    between = replace(row, restricted=np.array([False, True, False, True]))
    assert metres(between, [150, 0], [350, 0]) == 200
    assert metres(between, [50, 0], [350, 0]) == np.inf


@settings(max_examples=60, deadline=None)
@given(gated_towns())
def test_every_walk_is_that_of_the_oracle(town):
    table = GatedStreets(town).metres()
    whole = (town.network, town.cells, town.entrances, town.entrance_facility)
    check_nearest(town, nearest_facility(*whole), table)
    check_pairs(town, pairs_within(*whole, town.limit_m), table)


@settings(max_examples=30, deadline=None)
@given(gated_towns())
def test_gates_never_shorten_a_walk_and_no_gates_change_no_bit(town):
    whole = (town.cells, town.entrances, town.entrance_facility)
    gated = nearest_facility(town.network, *whole)
    plain = nearest_facility(replace(town.network, restricted=None), *whole)
    assert (gated.metres >= plain.metres - 1e-9).all()
    none = replace(town.network, restricted=np.zeros(town.network.edge_count, dtype=bool))
    same = nearest_facility(none, *whole)
    assert same.metres.tobytes() == plain.metres.tobytes()
    assert same.facility.tobytes() == plain.facility.tobytes()


def test_the_area_of_reach_ends_at_the_gate():
    network = compound(private=True)
    door = join_to_edges(network, np.array([[50.0, 0.0]]), 300)
    grid = reach_grid(network, door, 300.0, spacing_m=12.5, max_leg_m=300)
    for areas in (
        service_isochrones(network, grid, door, [300.0]),
        facility_isochrones(network, grid, door, np.array([0]), [300.0]),
    ):
        reached = areas.geometry.iloc[0]
        assert reached.contains_properly(areas.geometry.iloc[0].representative_point())
        east = [point for point in ((350, 0), (390, 0)) if reached.intersects(_point(point))]
        assert east == [], "the street behind the compound is 350 m away through it, and 1,050 m around"
        assert reached.intersects(_point((200, 0))), "inside the compound residents walk"


def _point(xy):
    import shapely

    return shapely.Point(xy)
