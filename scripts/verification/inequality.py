"""Measures of inequality against their plain definitions, and the properties that they must have."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version

from assessed_towns import random_cells
from beside_towns import check_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unequal_people import check_people, unequal_people

TITLE = "Inequality"
FULL = 10_000
# Of every so many spreads of people, a whole place too.
PLACES_SHARE = 10


@dataclass
class Tally:
    """What was compared, and the largest deviation seen."""

    spreads: int = 0
    cells: int = 0
    deviation: float = 0.0
    places: int = 0
    rows: int = 0


def run(count: int) -> Tally:
    """Draw and check ``count`` spreads, the same ones every time, and a tenth as many places."""
    tally = Tally()
    steady = {"derandomize": True, "database": None, "deadline": None}
    every = list(HealthCheck)

    @settings(max_examples=count, suppress_health_check=every, **steady)
    @given(unequal_people())
    def check_one(people: object) -> None:
        tally.deviation = max(tally.deviation, check_people(people))
        tally.spreads += 1
        tally.cells += len(people.values)  # type: ignore[attr-defined]
        if tally.spreads % 500 == 0:
            print(f"\r{tally.spreads:,} of {count:,} spreads", end="", flush=True)

    @settings(max_examples=max(count // PLACES_SHARE, 1), suppress_health_check=every, **steady)
    @given(st.deferred(random_cells))
    def check_place(cells: object) -> None:
        tally.rows += check_table(cells)
        tally.places += 1

    check_one()
    check_place()
    print()
    return tally


def section(count: int) -> str:
    """Check ``count`` spreads; the page's section as markdown."""
    tally = run(count)
    rows = [
        ("random spreads over people", f"{tally.spreads:,}"),
        ("cells in them", f"{tally.cells:,}"),
        ("largest deviation from the plain definitions (Palma and equivalent relative)", f"{tally.deviation:.1e}"),
        ("spreads where Theil is not between + within to 1e-12", "0"),
        ("spreads where the Kolm-Pollak equivalent is below the mean, above the most, or not the common value", "0"),
        ("spreads where Gini leaves [0, 1), or rises by a transfer from the best-off to the worst-off", "0"),
        ("spreads where FGT 0, 1 and 2 are not each at most the one before", "0"),
        ("random places with every row of the table checked", f"{tally.places:,}"),
        ("rows of tables", f"{tally.rows:,}"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "hypothesis"))
    return f"""
Theil, Gini, Palma, concentration, FGT and the Kolm-Pollak equivalent are held against their definitions written out
over every person or pair of persons: sums of logarithms, of differences between all pairs, of shares cut at 40 % and
90 % of people. Spreads are drawn by hypothesis: values with zeros and equals, empty cells, groups without anybody.
Beside the figures themselves, what must follow is checked: scale and splitting change nothing, transfers even out, the
concentration index of a thing ranked by itself is its Gini, a longer way never lowers the equivalent.

| | |
|---|---|
{table}

Python {platform.python_version()}, {versions}
"""
