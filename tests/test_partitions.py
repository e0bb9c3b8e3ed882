"""Random counties drawn with the faults of real layers, against the truth that they were drawn from."""

import pytest
from perturbed_partitions import check, drawn_units


# Of these seeds two draw no fault, and the others each kind of fault at least once.
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5, 6, 22])
def test_every_level_is_an_exact_partition(tmp_path, seed):
    check(drawn_units(seed), tmp_path)
