import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from lattice_towns import CutStreets, check_pairs, streets, towns

from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.access.pairs import pairs_of, pairs_within

SQUARE = [[0, 0], [100, 0], [100, 100], [0, 100]]


def pairs_at(network, cells, doors, owners, limit_m):
    origins = join_to_edges(network, np.array(cells, dtype=float), 300)
    entrances = join_to_edges(network, np.array(doors, dtype=float), 300)
    return pairs_within(network, origins, entrances, np.array(owners), limit_m)


def search(town, limit_m=None):
    return pairs_within(town.network, town.cells, town.entrances, town.entrance_facility, limit_m or town.limit_m)


def test_pairs_by_hand():
    network = streets(SQUARE, [[0, 1], [1, 2]])
    pairs = pairs_at(network, [[0, 0], [100, 50]], [[50, 0], [100, 100], [0, 0]], [5, 2, 2], 100)
    assert pairs.to_dict("list") == {
        "origin": [0, 0, 1, 1],
        "facility": [2, 5, 2, 5],
        "metres": [0.0, 50.0, 50.0, 100.0],
    }
    assert pairs.dtypes.astype(str).tolist() == ["int32", "int32", "float64"]


def test_a_way_of_just_the_limit_counts():
    network = streets(SQUARE, [[0, 1]])
    assert len(pairs_at(network, [[0, 0]], [[60, 0]], [0], 60)) == 1
    assert len(pairs_at(network, [[0, 0]], [[60, 0]], [0], np.nextafter(60, 0))) == 0


def test_on_one_long_edge_a_pair_needs_neither_end():
    network = streets([[0, 0], [5000, 0]], [[0, 1]])
    assert pairs_at(network, [[2400, 3], [4000, 0]], [[2500, 4]], [0], 200)["metres"].tolist() == [107.0]


def test_who_has_no_way_is_in_no_pair_without_a_limit():
    apart = streets([*SQUARE, [500, 0], [520, 0]], [[0, 1], [4, 5]])
    assert pairs_at(apart, [[0, 0]], [[510, 0], [50, 0]], [0, 1], np.inf)["facility"].tolist() == [1]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_and_blocks_change_no_byte_and_progress_is_told(monkeypatch, threads):
    network = streets(SQUARE, [[0, 1], [1, 2], [2, 3]])
    cells, doors = np.linspace([0, 3], [100, 3], 50), np.linspace([97, 0], [97, 100], 40)
    origins, entrances = join_to_edges(network, cells, 300), join_to_edges(network, doors, 300)
    owners = np.random.default_rng(3).permutation(40)
    whole = pairs_within(network, origins, entrances, owners, 150.0)
    monkeypatch.setattr("circle15.access.pairs.BLOCK", 7)
    told = []
    parts = pairs_within(network, origins, entrances, owners, 150.0, threads, lambda *done: told.append(done))
    assert told == [(done, 6) for done in range(1, 7)]
    for column in whole:
        assert parts[column].to_numpy().tobytes() == whole[column].to_numpy().tobytes()


def test_no_pairs_is_an_empty_frame_with_its_columns():
    pairs = pairs_at(streets(SQUARE, [[0, 1]]), np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, dtype=int), 100)
    assert pairs.columns.tolist() == ["origin", "facility", "metres"]
    assert len(pairs) == 0


def test_more_pairs_than_the_first_room_holds():
    network = streets(SQUARE, [[0, 1], [1, 2]])
    cells, doors = np.linspace([0, 0], [100, 0], 200), np.linspace([100, 0], [100, 100], 50)
    pairs = pairs_at(network, cells, doors, np.arange(50), 1000)
    assert len(pairs) == 200 * 50
    expected = (100 - cells[pairs["origin"], 0]) + doors[pairs["facility"], 1]
    np.testing.assert_allclose(pairs["metres"], expected, atol=1e-9)
    assert pairs.sort_values(["origin", "facility"]).index.equals(pairs.index)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(towns())
def test_pairs_equal_networkx_on_cut_streets(town):
    check_pairs(town, search(town), CutStreets(town).metres())


@settings(derandomize=True, deadline=None)
@given(towns())
def test_the_smallest_pair_of_a_cell_is_its_nearest_to_the_last_bit(town):
    nearest = nearest_facility(town.network, town.cells, town.entrances, town.entrance_facility)
    smallest = search(town, 1e9).groupby("origin")["metres"].min()
    np.testing.assert_array_equal(smallest.index, np.flatnonzero(np.isfinite(nearest.metres)))
    np.testing.assert_array_equal(smallest, nearest.metres[smallest.index])


@settings(derandomize=True, deadline=None)
@given(towns())
def test_a_longer_limit_only_adds_pairs(town):
    near, far = search(town), search(town, town.limit_m * 2)
    assert far[far["metres"] <= town.limit_m].reset_index(drop=True).equals(near)


@settings(derandomize=True, deadline=None)
@given(towns())
def test_the_order_of_entrances_changes_nothing(town):
    turned = dataclasses.replace(
        town, entrance_xy=town.entrance_xy[::-1], entrance_facility=town.entrance_facility[::-1]
    )
    assert search(turned).equals(search(town))


def test_searches_that_outgrow_their_first_room_find_everybody():
    side = 70
    number = np.arange(side * side).reshape(side, side)
    ends = np.vstack(
        [
            np.stack([number[:, :-1], number[:, 1:]], -1).reshape(-1, 2),
            np.stack([number[:-1], number[1:]], -1).reshape(-1, 2),
        ]
    )
    xy = np.stack([number.ravel() % side, number.ravel() // side], axis=1) * 10.0
    xy += np.random.default_rng(1).uniform(-4, 4, xy.shape)
    network = streets(xy, ends)
    cells, doors = join_to_edges(network, xy + 1, 300), join_to_edges(network, xy[[0, 2000, 2001]], 300)
    owner = np.array([3, 1, 1])
    for limit_m in (np.inf, 300.0):
        pairs = pairs_within(network, cells, doors, owner, limit_m)
        for facility in (1, 3):
            alone = nearest_facility(network, cells, doors.take(owner == facility), owner[owner == facility]).metres
            own = pairs[pairs["facility"] == facility]
            assert own["origin"].tolist() == np.flatnonzero(alone <= limit_m).tolist()
            assert own["metres"].tolist() == alone[alone <= limit_m].tolist()


def test_a_door_out_of_reach_along_its_own_street_is_no_second_pair():
    # The door's leg and the long street's end are beyond the limit, but the end is reached by a short parallel one.
    network = streets([[0, 0], [100, 0], [100, 400], [0, 400]], [[0, 1], [1, 2], [2, 3], [3, 0], [0, 1]])
    origins = join_to_edges(network, np.array([[50.0, 0.0], [60.0, 400.0], [0.0, 200.0]]), 300)
    doors = join_to_edges(network, np.array([[10.0, 400.0], [0.0, 100.0]]), 300)
    for limit_m in (50.0, 160.0, 250.0, 600.0):
        pairs = pairs_within(network, origins, doors, np.array([0, 0]), limit_m)
        nearest_m = nearest_facility(network, origins, doors, np.array([0, 0])).metres
        assert pairs["origin"].tolist() == np.flatnonzero(nearest_m <= limit_m).tolist()
        assert pairs["metres"].tolist() == nearest_m[nearest_m <= limit_m].tolist()


def test_more_facilities_than_lanes_each_with_several_entrances_on_few_streets():
    rng = np.random.default_rng(4)
    network = streets([[0, 0], [100, 0], [100, 100], [5000, 100]], [[0, 1], [1, 2], [2, 3]])
    cells, doors = rng.uniform([0, 0], [120, 120], (60, 2)), rng.uniform([0, 0], [400, 100], (50, 2))
    owners = rng.integers(0, 21, 50) * 7  # numbers with gaps, not in the order of the doors
    origins, entrances = join_to_edges(network, cells, 300), join_to_edges(network, doors, 300)
    for limit_m in (0.0, 40.0, 170.0, np.inf):
        pairs = pairs_within(network, origins, entrances, owners, limit_m)
        assert pairs.sort_values(["origin", "facility"]).index.equals(pairs.index)
        for facility in np.unique(owners):
            own = owners == facility
            alone_m = nearest_facility(network, origins, entrances.take(own), owners[own]).metres
            found = pairs[pairs["facility"] == facility]
            assert found["origin"].tolist() == np.flatnonzero((alone_m <= limit_m) & (alone_m < np.inf)).tolist()
            assert found["metres"].tolist() == alone_m[found["origin"]].tolist()


def test_facilities_far_from_each_other_share_a_batch():
    # Eight islands: what is searched side by side has no street in common.
    xy = [[1e4 * island + step, 0] for island in range(8) for step in (0, 70)]
    network = streets(xy, np.arange(16).reshape(8, 2))
    pairs = pairs_at(network, xy, xy, np.arange(16), np.inf)
    assert len(pairs) == 32
    assert (pairs["origin"] // 2 == pairs["facility"] // 2).all()
    assert pairs["metres"].tolist() == [
        70.0 * (o != f) for o, f in zip(pairs["origin"], pairs["facility"], strict=True)
    ]


def test_streets_without_length_end():
    network = streets([[0, 0], [0, 0], [0, 0], [30, 0]], [[0, 1], [1, 2], [2, 0], [2, 3]])
    assert pairs_at(network, [[0, 0], [30, 0]], [[0, 0]], [3], 0.0)["origin"].tolist() == [0]
    nowhere = streets([[0, 0], [0, 0]], [[0, 1]])
    assert pairs_at(nowhere, [[0, 0]], [[0, 0]], [3], np.inf)["metres"].tolist() == [0.0]


def test_arrays_are_the_columns_of_the_table():
    network = streets(SQUARE, [[0, 1], [1, 2]])
    cells = join_to_edges(network, np.array([[10.0, 0.0], [100.0, 90.0]]), 300)
    table = pairs_within(network, cells, cells, np.array([4, 2]), 500)
    for name, column in pairs_of(network, cells, cells, np.array([4, 2]), 500)._asdict().items():
        assert column.tobytes() == table[name].to_numpy().tobytes()
