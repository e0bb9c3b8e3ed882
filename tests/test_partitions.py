"""Random counties drawn with the faults of real layers, against the truth that they were drawn from."""

import pytest
from perturbed_partitions import check, drawn_units


@pytest.mark.parametrize("seed", range(12))
def test_every_level_is_an_exact_partition(tmp_path, seed):
    check(drawn_units(seed), tmp_path)
