"""Each harmful file or name through the command line: refused in a sentence, with nothing written but the report."""

import os
import subprocess
import sys

import pytest
from harmful_inputs import HARMFUL, huge_raster
from small_study import write_small_study

from circle15.cli.main import main

REPORT = {"data_quality.html", "data_quality.xlsx"}


@pytest.fixture
def study(tmp_path):
    return write_small_study(tmp_path / "work" / "data" / "raw" / "xiao")


def files_below(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


# A run reads as a check does: some of them show it.
COMMANDS = [("check", spoil) for spoil in HARMFUL] + [("run", spoil) for spoil in HARMFUL[::5]]


@pytest.mark.parametrize(
    ("command", "spoil"), COMMANDS, ids=[f"{command}-{spoil.__name__}" for command, spoil in COMMANDS]
)
def test_refused_in_a_sentence_and_nothing_written(study, tmp_path, capfd, monkeypatch, spoil, command):
    words = spoil(study.parent)
    before = files_below(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main([command, str(study)]) == 1
    told = capfd.readouterr()
    assert any(words in line for line in (told.err + told.out).splitlines()), told
    assert "Traceback" not in told.err + told.out
    assert "程序内部出错" not in told.err + told.out
    # Streets that are sound are kept for the next check.
    kept = tmp_path / "work" / "data" / "processed" / "xiao" / "streets"
    written = {path for path in files_below(tmp_path) - before if kept not in path.parents}
    assert {path.name for path in written} <= REPORT
    assert {path.parent for path in written} <= {tmp_path / "work" / "data" / "processed" / "xiao" / "check" / "2026"}


PEAK = """
import resource, sys
from circle15.cli.main import main
code = main(["check", sys.argv[1]])
print("PEAK", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is read the POSIX way")
def test_a_large_raster_is_read_in_strips(study):
    """A raster of 9 million pixels, 36 MB: nothing of its size is held at once."""
    huge_raster(study.parent, 3000)
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path), PYTHONUTF8="1")
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(study)], env=environment, capture_output=True, encoding="utf-8", check=True
    )
    peak_mb = int(done.stdout.split("PEAK ")[1].split()[0])
    assert peak_mb < 1200, done.stdout
