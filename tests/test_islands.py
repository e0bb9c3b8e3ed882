import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from circle15.model.islands import first_of_island


def smallest_by_scipy(ends, nodes):
    whole = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    _, part = connected_components(whole, directed=False)
    return [int(np.flatnonzero(part == own)[0]) for own in part]


@pytest.mark.parametrize("streets", [0, 5, 30, 60, 200])
def test_the_smallest_connected_node_as_scipy_finds_it(streets):
    rng = np.random.default_rng(streets)
    for nodes in (1, 2, 50, 80):
        ends = rng.integers(0, nodes, (streets, 2)).astype(np.int32)
        assert first_of_island(ends[:, 0], ends[:, 1], nodes).tolist() == smallest_by_scipy(ends, nodes)


def test_a_long_way_in_any_order_of_numbers_is_one_island():
    number = np.random.default_rng(1).permutation(5000).astype(np.int32)
    assert not first_of_island(number[:-1], number[1:], 5000).any()
    assert not first_of_island(number[1:], number[:-1], 5000).any()
