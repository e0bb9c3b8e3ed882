"""The first, second, ... nearest facility."""

import numpy as np
from gated_towns import gated_towns
from hypothesis import given, settings
from hypothesis import strategies as st
from lattice_towns import CutStreets, directed_towns, streets, towns

from circle15.access.few import few_nearest
from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.access.pairs import pairs_within


def whole(town):
    return town.network, town.cells, town.entrances, town.entrance_facility


def joined(network, xy):
    return join_to_edges(network, np.array(xy, dtype=float), 300)


def few_of_pairs(town, few):
    """The same from all pairs: sorted by metres and facility, the first of each origin."""
    pairs = pairs_within(*whole(town), np.inf).sort_values(["origin", "metres", "facility"])
    nth = pairs.groupby("origin").cumcount()
    metres, facility = np.full((len(town.cells), few), np.inf), np.full((len(town.cells), few), -1)
    first = pairs[nth < few]
    metres[first["origin"], nth[nth < few]] = first["metres"]
    facility[first["origin"], nth[nth < few]] = first["facility"]
    return metres, facility


def test_each_facility_comes_once_however_many_doors_it_has():
    street = streets([[0, 0], [100, 0], [200, 0]], [[0, 1], [1, 2]])
    cell, doors = (
        join_to_edges(street, np.array(xy, dtype=float), 300) for xy in ([[0, 0]], [[90, 0], [60, 0], [150, 0]])
    )
    found = few_nearest(street, cell, doors, np.array([5, 5, 2]), 3)
    assert found.metres.tolist() == [[60, 150, np.inf]]
    assert found.facility.tolist() == [[5, 2, -1]]


def test_of_equally_near_ones_the_smaller_number_comes_first():
    street = streets([[0, 0], [100, 0], [200, 0], [100, 100]], [[0, 1], [1, 2], [1, 3]])
    cell, doors = (
        join_to_edges(street, np.array(xy, dtype=float), 300) for xy in ([[100, 50]], [[0, 0], [200, 0], [100, 100]])
    )
    found = few_nearest(street, cell, doors, np.array([8, 3, 9]), 2)
    assert found.facility.tolist() == [[9, 3]]
    assert found.metres.tolist() == [[50, 150]]


def test_without_facilities_or_without_cells():
    street, nobody = streets([[0, 0], [100, 0]], [[0, 1]]), np.zeros((0, 2))
    empty, one = join_to_edges(street, nobody, 300), join_to_edges(street, np.array([[0.0, 0.0]]), 300)
    assert few_nearest(street, one, empty, np.zeros(0, dtype=int), 2).facility.tolist() == [[-1, -1]]
    assert few_nearest(street, empty, one, np.zeros(1, dtype=int), 2).metres.shape == (0, 2)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(st.one_of(towns(), gated_towns(directed_towns)), st.integers(1, 4))
def test_the_few_nearest_are_the_smallest_pairs_to_the_last_bit(town, few):
    found = few_nearest(*whole(town), few)
    metres, facility = few_of_pairs(town, few)
    np.testing.assert_array_equal(found.metres, metres)
    np.testing.assert_array_equal(found.facility, facility)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(gated_towns(directed_towns))
def test_one_of_few_is_the_nearest_to_the_last_bit(town):
    found, nearest = few_nearest(*whole(town), 1), nearest_facility(*whole(town))
    assert found.metres[:, 0].tobytes() == nearest.metres.tobytes()
    assert found.facility[:, 0].tobytes() == nearest.facility.tobytes()


@settings(derandomize=True, deadline=None, max_examples=60)
@given(directed_towns(), st.integers(2, 3))
def test_the_few_nearest_equal_networkx_on_cut_streets(town, few):
    table = np.sort(CutStreets(town).metres(), axis=1)
    table = np.pad(table, ((0, 0), (0, few)), constant_values=np.inf)[:, :few]
    np.testing.assert_allclose(few_nearest(*whole(town), few).metres, table, rtol=0, atol=1e-6)
