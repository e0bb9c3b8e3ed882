"""The page: for each task what was done, the table, and the goals."""

from __future__ import annotations

import math
from typing import Any

from racing.result import Goal, Result, goals, results

HEAD = """# Benchmarks

![How many times as long as circle15 the others take]({picture})

Written by `python scripts/bench.py`. Contenders do the same work in one run, each in a process of its own, and take
turns: one round that warms up, then rounds that count; quick work is repeated within a turn. Seconds are medians of the
turns; a contender that has used up its time takes fewer. **Before any time is shown its answer is held against ours**;
whoever has another answer is shown without seconds.

"Preparing" is what a contender makes of the work's arrays or files before its first answer. Memory is the most that its
process held in a turn: Python, libraries and work included. Ratios are to circle15: 20 means that it is 20 times as
fast. "1/20" beside a name: run on every twentieth site or search, its seconds multiplied, its memory that of the share;
only where the work is a plain sum over sites or searches.
"""

FOOT = """
## To repeat

`pip install "circle15[bench]"`, set `CIRCLE15_FIELD_DATA` to a folder with `hangzhou/roads.gpkg` (OpenStreetMap lines
in the Geofabrik schema), `las_palmas/las_palmas.osm.pbf` and `liechtenstein/liechtenstein.osm.pbf`, and run
`python scripts/bench.py`. Tasks whose data are not there are left out. `python scripts/bench.py --quick` races on small
made-up streets and writes nothing. A task is a module of `scripts/benchmarks`; each section above is of one run.
"""

COLUMNS = ("", "preparing, s", "work, s", "ratio", "with preparing", "memory, MB", "turns", "answer", "furthest off")


def page(records: dict[str, Any], picture: str) -> str:
    """The page as markdown; tasks in the order given."""
    return HEAD.format(picture=picture) + "".join(section(record) for record in records.values()) + FOOT


def section(record: dict[str, Any]) -> str:
    """One task."""
    parts = [f"\n## {record['title']}", record["about"].strip(), table(record)]
    aimed = goals(record)
    if aimed:
        parts.append("\n".join(map(_goal, aimed)))
    return "\n\n".join([*parts, f"{record['machine']}.\n"])


def table(record: dict[str, Any]) -> str:
    """The seconds and ratios of one task."""
    lines = [_line(COLUMNS), _line(["---", *["--:"] * (len(COLUMNS) - 1)])]
    return "\n".join([*lines, *(_row(result) for result in results(record))])


def _row(result: Result) -> str:
    kept = result.kept
    name = result.name + (f", 1/{kept['share']}" if kept["share"] > 1 else "")
    if kept["failed"]:
        return _line([name, kept["failed"].replace("|", "/").replace("\n", " "), *[""] * (len(COLUMNS) - 2)])
    off = f"{kept['off']:.0e}" if kept["off"] else "0"
    figures = (result.prepare_s, result.run_s, result.times_run, result.times_all, result.peak_mb)
    return _line([name, *map(figure, figures), str(result.turns), kept["told"], off])


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def figure(value: float) -> str:
    """Three digits that count, never in powers of ten.

    Examples
    --------
    >>> figure(0.012345), figure(1.5), figure(12345.6), figure(0.0)
    ('0.0123', '1.50', '12,346', '0')
    """
    if math.isnan(value):
        return ""
    if value == 0:
        return "0"
    return f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def _goal(goal: Goal) -> str:
    if math.isnan(goal.reached):
        return f"- Goal {goal.value:g} {goal.words}: no figure in this run."
    return (
        f"- Goal {goal.value:g} {goal.words}: {figure(goal.reached)}, **{'reached' if goal.met else 'not reached'}**."
    )
