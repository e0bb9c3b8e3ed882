"""Changes split by their causes, on random districts of two years."""

from __future__ import annotations

import platform
from importlib.metadata import version

from compared_years import faults_of_games, faults_of_years

TITLE = "Changes and their causes"
FULL = 10_000


def section(count: int) -> str:
    """Check ``count`` districts and as many games; the page's section as markdown."""
    found = {"districts": 0, "games": 0}
    for number in range(count):
        found["districts"] += bool(faults_of_years(number))
        found["games"] += bool(faults_of_games(number))
        if (number + 1) % 100 == 0:
            print(f"\r{number + 1:,} of {count:,} districts", end="", flush=True)
    print()
    rows = [
        (f"of {count:,} districts of two years, those where a part was wrong", f"{found['districts']:,}"),
        (f"of {count:,} games, those where a part was wrong", f"{found['games']:,}"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "scipy"))
    return f"""
Random districts of two years with three services, in which facilities, capacities, people, streets and standards
differ or do not. Of every unit, service and figure: the parts of the five causes add up to the change (1e-9); a cause
that has not changed has exactly no part; over the changed facilities, their parts in coverage, access, mean root access
and balanced access add up to the part of facilities (1e-9). Random games: the parts add up (1e-9), do not hang on the
names of the causes, and are 0 for a cause that does nothing; the closed form for opened, closed and moved facilities is
that of all sets of them (1e-9).

| | |
|---|---|
{table}

Python {platform.python_version()}, {versions}, {platform.machine()}.
"""
