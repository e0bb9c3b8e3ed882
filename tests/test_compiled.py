import subprocess
import sys

import numpy as np
import pytest

from circle15.access import joins, pairs  # noqa: F401 - compiled and kept by now
from circle15.access.compiled import INT, READ_METRES, compiled, read_only

FRESH = """
import sys
from numba.core import event
began = []
class Listener(event.Listener):
    def on_start(self, e): began.append(e)
    def on_end(self, e): pass
event.register("numba:compile", Listener())
import circle15.access.isochrones, circle15.access.pairs
print(len(began))
"""


def test_a_new_process_loads_the_search_and_compiles_nothing():
    done = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_where_nothing_can_be_kept_a_kernel_is_compiled_all_the_same():
    nowhere = {}
    exec("def double(n):\n    return 2 * n", nowhere)  # code of no file has no place for a cache
    assert compiled(INT, INT)(nowhere["double"])(21) == 42


def test_what_is_read_only_cannot_be_written_and_leaves_its_source_alone():
    source = np.arange(4.0)
    view = read_only(source[::2])
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1.0
    source[1] = 5.0
    assert view.tolist() == [0.0, 2.0]


def test_a_kernel_takes_only_the_types_it_names():
    @compiled(INT, READ_METRES)
    def count(metres):
        return len(metres)

    assert count(np.zeros(3)) == 3
    with pytest.raises(TypeError):
        count(np.zeros(3, dtype=np.float32))
