"""What must hold of the index, on random districts."""

from __future__ import annotations

import platform
import time
from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING

import arrayed_towns as towns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from arrayed_towns import Towns

TITLE = "The index"
FULL = 10_000
FACTORS = (0.01, 0.5, 3.0, 1000.0)
# Of so many districts the tables of one are made, too, which takes ten times as long as all other checks.
TABLES_SHARE = 20


def check(district: Towns, seed: int, tally: Counter[str]) -> None:
    """Hold one district against every invariant; raises AssertionError at the first that is broken."""
    found = towns.scored(district)
    towns.check_bounds(found)
    towns.check_grouping(district, found, seed)
    towns.check_split_and_merged(district, found, seed)
    towns.check_extremes(district)
    towns.check_scaled(district, found, FACTORS[seed % len(FACTORS)])
    for name in towns.ADDITIONS:
        tally[f"{name}, same data"] += towns.check_addition(district, found, name, seed)
    if tally["districts"] % TABLES_SHARE == 0:
        towns.check_tables(district, found, seed)
        tally["tables"] += 1
    tally["districts"] += 1
    tally["cells"] += len(district.town)
    tally["facilities"] += len(district.sites)
    tally["scores"] += sum(int((figures == figures).sum()) for figures in vars(found.scores).values())
    tally["services with capacity"] += len(found.data)
    tally["services with quality"] += sum(found.data.values())


def run(count: int) -> Counter[str]:
    """Draw and check ``count`` districts, the same ones every time."""
    tally: Counter[str] = Counter()
    began = time.perf_counter()

    @settings(
        max_examples=count, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.integers(0, 2**48).map(towns.made_towns), st.integers(0, 2**32))
    def check_one(district: Towns, seed: int) -> None:
        check(district, seed, tally)
        if tally["districts"] % 100 == 0:
            done = f"{tally['districts']:,} of {count:,} districts, {time.perf_counter() - began:.0f} s"
            print(f"\r{done}", end="", flush=True)

    check_one()
    print()
    return tally


def section(count: int) -> str:
    """Check ``count`` districts; the page's section as markdown."""
    tally = run(count)
    districts, tables = (f"{tally[name]:,}" for name in ("districts", "tables"))
    rows = [
        ("random districts", districts),
        ("cells and facilities in them", f"{tally['cells']:,} and {tally['facilities']:,}"),
        ("services with data on capacity, and on quality", f"{tally['services with capacity']:,} and "
         f"{tally['services with quality']:,}"),
        ("scores of the first run that were known", f"{tally['scores']:,}"),
        *((f"added: {name}; nothing lowered, not by a bit", districts) for name in towns.ADDITIONS),
        *(("of these with the same services known after", f"{tally[f'{name}, same data']:,} ({name})")
          for name in towns.ADDITIONS),
        ("county from towns, straight and by regions, is county from cells to 1e-12", districts),
        ("splitting and merging towns changes nothing for the county, not by a bit", districts),
        ("all served and adequate is 100, nobody served is 0 with balance no data", districts),
        ("scaling everyone changes supply per head alone, and with the places nothing", districts),
        ("services x between x within towns is balance, and all scores lie in their bounds", districts),
        ("districts whose tables are the same to the last bit", tables),
        ("of these 2SFCA, m, q and u against plain loops", tables),
        ("what a unit lacks adds up to 1 - A, 1 - EA and 1 - Q by service, unit, facility and cell", tables),
        ("three draws of weights at once are the tables of each", tables),
        ("violations", "0"),
    ]  # fmt: skip
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "hypothesis"))
    return f"""
Random districts of up to 16 cells in up to 4 towns, with villages or without, urban, rural or of no class, four
services with standards of residents, of the group, or none, and up to 12 facilities of which some have no known
capacity or come from lists without the flag. Metres lie anywhere and on the limits themselves. They are held as arrays
and scored by the formulas of the program; of every twentieth the program's tables are made from rows in any order, and
must say the same to the last bit.

Where an addition changes which services have data, access and balanced access are held never to fall, and so is the
quality of every service that has the same data as before; the quality of all together then speaks of other services.

| | |
|---|---|
{table}

Python {platform.python_version()}, {versions}.
"""
