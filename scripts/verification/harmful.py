"""Harmful files and names, each refused: how long it takes, and how much memory a huge raster."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harmful_inputs import HARMFUL, huge_raster
from small_study import write_small_study

from circle15.pipeline.reading.checking import check_study

TITLE = "Harmful files and names"
FULL = 20_000  # pixels along each side of the raster
MOST_S, MOST_MB = 2.0, 2000
# The process that checks tells its own peak and seconds last: of a child, the system tells what its parent held before.
CHECK = """
import sys, time
from circle15.cli.main import main
from racing.memory import peak_mb
code = main(["check", sys.argv[1]])
print(peak_mb(), time.process_time())
sys.exit(code)
"""


def section(count: int) -> str:
    """Check each, and a raster of ``count`` by ``count`` pixels."""
    rows = []
    for spoil in HARMFUL:
        with tempfile.TemporaryDirectory() as home:
            rows.append(_refused(spoil, Path(home)))
    with tempfile.TemporaryDirectory() as home:
        peak_mb, seconds = _huge(Path(home), count)
    return "\n".join(
        [
            "Each is refused by `circle15 check` in one sentence; only the report is written. Seconds of processor",
            f"time for the whole check of the study, report included; the limit is {MOST_S:.0f}.",
            "",
            "| harm | seconds |",
            "|---|---|",
            *rows,
            "",
            f"A raster of {count:,} x {count:,} pixels ({count * count * 4 / 1e9:.1f} GB of numbers) over the study's",
            f"square kilometre was read with all its people in {seconds:.0f} s and {peak_mb:,} MB of memory.",
        ]
    )


def _refused(spoil, home: Path) -> str:  # noqa: ANN001
    path = write_small_study(home / "data" / "raw" / "xiao")
    words = spoil(path.parent)
    began = time.process_time()
    told = [fault.sentence("zh") for fault in check_study(path).faults]
    seconds = time.process_time() - began
    assert len(told) == 1, told
    assert words in told[0], told
    assert seconds < MOST_S, f"{spoil.__name__}: {seconds:.1f} s"
    return f"| {spoil.__name__.replace('_', ' ')} | {seconds:.1f} |"


def _huge(home: Path, side: int) -> tuple[int, float]:
    path = write_small_study(home / "data" / "raw" / "xiao")
    huge_raster(path.parent, side)
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path), PYTHONUTF8="1")
    done = subprocess.run(
        [sys.executable, "-c", CHECK, str(path)], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    peak_mb, seconds = (float(figure) for figure in done.stdout.splitlines()[-1].split())
    assert peak_mb < MOST_MB, peak_mb
    return round(peak_mb), seconds
