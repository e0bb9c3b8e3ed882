"""Streets prepared for many searches give what the plain search gives, to the last bit."""

import numpy as np
import pytest
from gated_towns import gated_towns
from hypothesis import given, settings
from hypothesis import strategies as st
from lattice_towns import directed_towns, streets, towns

from circle15.access import elimination
from circle15.access.elimination import prepare
from circle15.access.joins import join_to_edges
from circle15.access.layout import streets_of
from circle15.access.nearest import nearest_facility, nearest_of_services, reach_from_entrances
from circle15.access.vertices import vertex_joins


def whole(town):
    return town.network, town.cells, town.entrances, town.entrance_facility


def reach(town, prepared=None):
    return reach_from_entrances(town.network, town.entrances, town.entrance_facility, prepared=prepared)


@pytest.mark.parametrize("most", [0, 1, 2, 3, 8, 1000])
def test_however_small_the_core_is_nothing_changes(monkeypatch, most):
    monkeypatch.setattr(elimination, "MOST_NEIGHBOURS", most)

    @settings(derandomize=True, deadline=None, max_examples=60)
    @given(st.one_of(towns(), directed_towns(), gated_towns(directed_towns)))
    def check(town):
        prepared = prepare(streets_of(town.network))
        assert sorted(prepared.place.tolist()) == list(range(len(prepared.place)))
        for ours, plain in zip(reach(town, prepared), reach(town), strict=True):
            assert ours.tobytes() == plain.tobytes()
        assert (
            nearest_facility(*whole(town), prepared).metres.tobytes() == nearest_facility(*whole(town)).metres.tobytes()
        )

    check()


def test_all_nodes_are_taken_out_where_any_number_of_neighbours_may_be(monkeypatch):
    monkeypatch.setattr(elimination, "MOST_NEIGHBOURS", 1000)
    star = streets([[0, 0], *([x, 100] for x in range(30))], [[0, n] for n in range(1, 31)])
    prepared = prepare(streets_of(star))
    assert len(prepared.core.start) == 1
    assert len(prepared.to) == 30, "the rays first, each with one neighbour"


def test_links_grow_beyond_their_first_room(monkeypatch):
    monkeypatch.setattr(elimination, "MOST_NEIGHBOURS", 1000)
    rng = np.random.default_rng(5)
    net = streets(
        rng.uniform(0, 1000, (40, 2)), [[a, b] for a in range(40) for b in range(a)], factor=rng.uniform(1, 9, 780)
    )
    doors = join_to_edges(net, net.node_xy[:3], 300)
    plain, ours = (reach_from_entrances(net, doors, np.arange(3), prepared=p) for p in (None, prepare(streets_of(net))))
    assert ours.metres.tobytes() == plain.metres.tobytes()


@settings(derandomize=True, deadline=None, max_examples=30)
@given(gated_towns(directed_towns), st.sampled_from([1, 4]), st.integers(1, 25))
def test_threads_and_preparing_change_no_byte(town, threads, services):
    one = (town.entrances, town.entrance_facility)
    told = []
    found = nearest_of_services(
        town.network, town.cells, {str(n): one for n in range(services)}, threads, lambda *done: told.append(done)
    )
    plain = nearest_facility(*whole(town))
    assert list(found) == [str(n) for n in range(services)]
    assert told == [(n + 1, services) for n in range(services)]
    for nearest in found.values():
        assert nearest.metres.tobytes() == plain.metres.tobytes()
        assert nearest.facility.tobytes() == plain.facility.tobytes()


@settings(derandomize=True, deadline=None, max_examples=60)
@given(directed_towns())
def test_vertices_at_nodes_have_the_metres_of_the_nodes(town):
    vertices = vertex_joins(town.network)
    found = nearest_facility(town.network, vertices, town.entrances, town.entrance_facility).metres
    at_nodes = reach(town).metres
    first, last = town.network.line_start[:-1], town.network.line_start[1:] - 1
    # The end of a one-way street is the node where it ends; a street without length is its first node.
    np.testing.assert_array_equal(found[first], at_nodes[town.network.from_node])
    long = town.network.length_m > 0
    np.testing.assert_array_equal(found[last][long], at_nodes[town.network.to_node][long])
