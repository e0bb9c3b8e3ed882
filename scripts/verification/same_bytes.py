"""The sample county twice: in other folders, with other hash seeds, in other time zones."""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path

from same_files import differing, files_of
from shared_runs import in_own_process

TITLE = "The same bytes twice"
FULL = 2

# Results as computed are held against those read back from what was written.
READ_BACK = """
import sys
from circle15.cli import console
from circle15.cli.main import main
from circle15.results import Results
from circle15.results.results import SHAPES, TABLES
from pandas.testing import assert_frame_equal

finished, show = [], console.show_results
console.show_results = lambda run, lang: (finished.append(run), show(run, lang))
assert main(["demo", sys.argv[1]]) == 0
(run,) = finished
computed, read_back = run.results, Results.load(run.tables)
for name in (*SHAPES, *TABLES):
    assert_frame_equal(getattr(computed, name), getattr(read_back, name))
assert computed.notes == read_back.notes
assert computed.study == read_back.study
print("cells", len(computed.cells))
"""


def section(count: int) -> str:
    """Run the county ``count`` times, at least twice; the page's section as markdown."""
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / "/".join(["deeper"] * number) / "place" for number in range(max(count, 2))]
        for number, place in enumerate(places):
            place.mkdir(parents=True)
            zone = "UTC" if number % 2 == 0 else "Asia/Shanghai"
            told = in_own_process("-c", READ_BACK, str(place), hash_seed=str(4711 + number), time_zone=zone)
            print(told.splitlines()[-1], flush=True)
        for place in places[1:]:
            assert differing(places[0], place) == []
        files = files_of(places[0])
    return f"""
`circle15 demo` {len(places)} times, each in a process of its own with another folder, hash seed and time zone:
{len(files)} files, from the raw files of the county to its page, the same to the last byte. Each time the results as
computed equal those read back from the files.

Python {platform.python_version()}. The tests do the same with a small study.
"""
