"""Streets that a mode only passes: cars go along them, and nobody gets in or out there."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from assessed_towns import make_service
from lattice_towns import streets
from mode_towns import read, write_osm
from ruled_town import LENGTH_M, X0, Y0, county, inputs_of, road

from circle15.access.isochrones import reach_grid, service_isochrones
from circle15.access.joins import join_to_edges
from circle15.assess.circles import deciding_circles
from circle15.catalogue.entries import Reach
from circle15.errors import DataError
from circle15.model.zones import Zones
from circle15.pipeline.search.edge_effects import effects_of_border
from circle15.pipeline.search.joining import joinable_edges
from circle15.pipeline.search.kept import KeptArrays
from circle15.pipeline.search.kept_searches import kept_joins
from circle15.pipeline.search.searching import cells_frame, search
from circle15.words import say

DRIVE = Reach(minutes=15, mode="drive")
CENTRE = make_service("centre", "all", urban=DRIVE, rural=DRIVE)
SITES = [("centre", "centre-0", 0.0, "")]
KINDS = ("residential", "motorway", "motorway_link")


def with_motorway():
    """The road, and a motorway 12 m north of it that is met at both ends: a metre along it counts as one."""
    old = road("drive")
    ends = np.column_stack([old.from_node, old.to_node])
    last = old.node_count - 1
    far = [[X0, Y0 + 12.0], [X0 + LENGTH_M, Y0 + 12.0]]
    new = streets(np.vstack([old.node_xy, far]), [*ends, [last + 1, last + 2], [0, last + 1], [last, last + 2]])
    forward_m, backward_m = new.length_m.copy(), new.length_m.copy()
    forward_m[: len(ends)], backward_m[: len(ends)] = old.forward_m, old.backward_m
    kind = np.array([0] * len(ends) + [1, 2, 2], dtype=np.int16)
    return replace(new, forward_m=forward_m, backward_m=backward_m, kind=kind, kinds=KINDS, mode="drive")


def driven(zones=None):
    inputs = inputs_of([CENTRE], SITES, zones)
    return replace(inputs, networks={**inputs.networks, "drive": with_motorway()})


def test_homes_beside_a_motorway_join_the_road_and_are_driven_along_the_motorway():
    inputs = driven()
    found = search(inputs)
    cells = cells_frame(inputs, found)
    joins = found.by_mode["drive"].cells
    assert joins.leg_m.tolist() == [10.0] * 4
    assert joins.foot_xy[:, 1].tolist() == [Y0] * 4
    # Westward along the road a metre counts as three; eastward to the motorway as two, and then back along it.
    by_motorway = [2 * (LENGTH_M - at) + 12 + LENGTH_M + 12 + 100 for at in (2500.0, 3500.0)]
    assert cells["centre_m"].tolist() == [3 * 500 + 100, 3 * 1500 + 100, *by_motorway]


def test_on_foot_and_where_no_street_is_only_passed_all_may_be_joined():
    assert joinable_edges(road("walk")) is None
    assert joinable_edges(road("drive")) is None
    assert joinable_edges(replace(with_motorway(), mode="walk")) is None
    assert joinable_edges(with_motorway()).tolist() == [True] * 8 + [False] * 3


def test_a_motorway_alone_inside_the_border_is_no_way_for_anyone():
    whole = county()
    north = shapely.box(X0, Y0 + 5, X0 + LENGTH_M, Y0 + 500)
    inputs = driven(Zones(whole.frame.assign(geometry=shapely.intersection(whole.frame.geometry.to_numpy(), north))))
    found = search(inputs)
    cells = cells_frame(inputs, found)
    table = effects_of_border(inputs, found, cells, deciding_circles(inputs.catalogue, {"centre": "all"}))
    assert (table["coverage_without_outside_facilities"] > 0).all()
    assert (table["coverage_inside_only"] == 0).all()


def test_areas_of_reach_do_not_spread_from_a_motorway():
    xy = [[0, 0], [2000, 0], [0, 200], [2000, 200]]
    network = streets(xy, [[0, 1], [2, 3], [0, 2]], factor=[1.0, 0.1, 0.1])
    joinable = np.array([True, False, False])
    door = join_to_edges(network, np.array([[0.0, 0.0]]), 300, joinable=joinable)

    def area(mask):
        grid = reach_grid(network, door, 900.0, spacing_m=12.5, max_leg_m=300, joinable=mask)
        return service_isochrones(network, grid, door, [900.0]).geometry.iloc[0]

    beside_motorway = shapely.Point(1500, 190)
    assert area(None).contains(beside_motorway)
    assert not area(joinable).contains(beside_motorway)
    assert area(joinable).contains(shapely.Point(700, 100))


def test_streets_to_drive_on_that_are_all_motorways_are_refused_as_they_are_read(tmp_path):
    nodes = {1: (0, 0), 2: (200, 0), 3: (0, 200)}
    ways = [(10, [1, 2], {"highway": "motorway"}), (11, [1, 3], {"highway": "footway"})]
    path = write_osm(tmp_path / "town.osm", nodes, ways)
    assert list(read(path, ("walk",)).networks) == ["walk"]
    with pytest.raises(DataError) as fault:
        read(path, ("walk", "drive"))
    assert fault.value.key == "modes.only_passed"
    assert "town.osm" in say(fault.value.key, "zh", **fault.value.facts)


def test_streets_of_which_changes_leave_motorways_alone_are_told_in_the_search():
    inputs = driven()
    network = inputs.networks["drive"]
    only = replace(network, kind=np.ones(network.edge_count, dtype=np.int16))
    with pytest.raises(DataError) as fault:
        search(replace(inputs, networks={**inputs.networks, "drive": only}))
    assert fault.value.key == "access.nowhere_to_join"


def test_kept_joins_are_not_taken_over_where_other_streets_may_be_joined(tmp_path):
    kept, network, home = KeptArrays(tmp_path), with_motorway(), np.array([[X0 + 250.0, Y0 + 10.0]])
    masks = (None, joinable_edges(network), None)
    assert [kept_joins(kept, network, home, 300.0, 10.0, mask).leg_m.tolist() for mask in masks] == [[2], [10], [2]]
