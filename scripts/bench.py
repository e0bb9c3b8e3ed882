"""Time circle15 against others on the same work, in one run, and write docs/benchmarks.md.

    python scripts/bench.py                  every task
    python scripts/bench.py nearest pairs    some tasks
    python scripts/bench.py --missing        the tasks not yet recorded at this commit: go on after an interruption
    python scripts/bench.py --quick          small made-up work, nothing written
    python scripts/bench.py --against scipy  only ours and this package's contenders, nothing written
    python scripts/bench.py --page           no race: the page and the picture anew from the records

A task is a module of ``scripts/benchmarks`` with ``TASK``: work, contenders, a test of equality. Its record is put into
docs/benchmarks.json as soon as its race is over; the page and the picture are drawn from all records. Ends with 1 where
we cannot run, or anybody's answer differs from ours.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from racing.race import Pace

SCRIPTS = Path(__file__).resolve().parent
REPOSITORY = SCRIPTS.parent
RECORDS = REPOSITORY / "docs" / "benchmarks.json"
PAGE = REPOSITORY / "docs" / "benchmarks.md"
PICTURE = REPOSITORY / "docs" / "images" / "benchmarks.svg"
BUILD = REPOSITORY / "build" / "benchmarks"
# The order of the page; a module that is not named here stands behind, by name.
ORDER = (
    *("nearest", "searches", "pairs", "pairs_large", "pairs_lattice", "threads"),
    *("isochrones", "reading", "reading_country", "saved", "chain", "warm", "cold", "draws"),
    *("siting", "siting_50", "siting_large"),
)
COMPILE = """
import importlib, pkgutil, circle15.access, circle15.siting
for room in (circle15.access, circle15.siting):
    for found in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        importlib.import_module(found.name)
"""

sys.path[:0] = [str(SCRIPTS), str(REPOSITORY)]


def tasks() -> list[str]:
    """All tasks in the order of the page."""
    found = sorted(path.stem for path in (SCRIPTS / "benchmarks").glob("*.py") if path.stem != "__init__")
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def compile_once() -> None:
    """Import the search in a process of its own, so that nobody's turn is spent on compiling it."""
    subprocess.run([sys.executable, "-c", COMPILE], cwd=REPOSITORY, check=True)


def run(names: list[str], pace: Pace) -> bool:
    """Race each task in turn; whether we could run, and all answers were equal."""
    from racing.machine import revision
    from racing.page import section
    from racing.race import race
    from racing.records import put
    from racing.task import Absent

    equal = True
    for name in names:
        began = time.perf_counter()
        print(f"{name}", flush=True)
        try:
            record = race(f"benchmarks.{name}", pace, BUILD / name)
        except Absent as fault:
            print(f"  left out: {fault}")
            continue
        print(f"{section(record)}\n  {time.perf_counter() - began:.0f} s in all\n", flush=True)
        equal &= not record["contenders"][0]["failed"] and not any(kept["unequal"] for kept in record["contenders"])
        if not (pace.quick or pace.against):
            put(RECORDS, name, {**record, "revision": revision(REPOSITORY)})
            write_page()
    return equal


def write_page() -> None:
    """Write the page and draw the picture from what is recorded."""
    from racing.page import page
    from racing.picture import draw
    from racing.records import read

    kept: dict[str, Any] = read(RECORDS)
    records = {name: kept[name] for name in tasks() if name in kept}
    PAGE.write_text(page(records, PICTURE.relative_to(PAGE.parent).as_posix()), encoding="utf-8", newline="\n")
    draw(records, PICTURE)


def main() -> int:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", nargs="*", help=f"of {', '.join(tasks())}; all where none is given")
    parser.add_argument("--quick", action="store_true", help="small work, fewer rounds, nothing written")
    parser.add_argument("--against", nargs="+", default=[], metavar="PACKAGE", help="only these beside ours")
    parser.add_argument("--missing", action="store_true", help="only tasks without a record at this commit")
    parser.add_argument("--page", action="store_true", help="only write the page and the picture anew")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.task) - set(tasks())):
        parser.error(f"no such task: {', '.join(unknown)}; there are {', '.join(tasks())}")
    if asked.page:
        write_page()
        return 0
    try:
        return 0 if raced(asked) else 1
    except KeyboardInterrupt:
        print("\ninterrupted; what was recorded is kept: go on with --missing")
        return 130


def raced(asked: argparse.Namespace) -> bool:
    """Race what is asked for; whether we could run, and all answers were equal."""
    from racing.machine import revision
    from racing.race import FULL, QUICK
    from racing.records import read

    here = revision(REPOSITORY)
    done = [name for name, record in read(RECORDS).items() if asked.missing and record["revision"] == here]
    compile_once()
    pace = replace(QUICK if asked.quick else FULL, against=tuple(asked.against))
    return run([name for name in asked.task or tasks() if name not in done], pace)


if __name__ == "__main__":
    sys.exit(main())
