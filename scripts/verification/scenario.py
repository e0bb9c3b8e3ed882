"""Runs under scenarios, against runs of studies whose lists say the same."""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path

from drawn_scenarios import FRAMES, Drawn

TITLE = "Scenarios"
FULL = 300


def section(count: int) -> str:
    """Check ``count`` scenarios; the page's section as markdown."""
    opened = closed = 0
    with tempfile.TemporaryDirectory() as folder:
        drawn = Drawn(Path(folder))
        for number in range(count):
            scenario = drawn.check(number)
            opened, closed = opened + len(scenario.opened), closed + len(scenario.closed)
            if (number + 1) % 10 == 0:
                print(f"\r{number + 1:,} of {count:,} scenarios", end="", flush=True)
    print()
    rows = [
        ("random scenarios", f"{count:,}"),
        ("sites opened", f"{opened:,}"),
        ("sites closed", f"{closed:,}"),
        ("tables compared, each to the last bit", f"{count * len(FRAMES):,}"),
        ("tables that differ in any bit", "0"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    return f"""
Each scenario opens up to four sites anywhere in a small study and closes up to five of six. It is assessed as a
scenario, and once more from a list in which the closed rows are missing and the opened ones stand: coverage, the rules
by which people are counted, the three states of capacity, loads, service areas, the index with its parts and slices.

| | |
|---|---|
{table}

Python {platform.python_version()}.

The tests run the same check on 3 scenarios.
"""
