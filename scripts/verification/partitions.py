"""Units drawn with the faults of real layers, repaired and held against the truth that they were drawn from."""

from __future__ import annotations

import platform
import tempfile
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from perturbed_partitions import FAULTS, check, drawn_units

TITLE = "Units that overlap, leave gaps and stick out"
FULL = 500


def section(count: int) -> str:
    """Draw, repair and check ``count`` counties; the page's section as markdown."""
    seen: Counter[str] = Counter()
    began = time.perf_counter()
    for seed in range(count):
        drawn = drawn_units(seed)
        with tempfile.TemporaryDirectory() as folder:
            seen["m2"] += check(drawn, Path(folder))
        seen.update(drawn.faults)
        seen["untouched"] += not drawn.perturbed
        seen["units"] += sum(map(len, drawn.truth.values()))
        seen["people"] += int(drawn.pixels.sum())
        print(f"\r{seed + 1} of {count}, {time.perf_counter() - began:.0f} s", end="", flush=True)
    print()
    rows = [
        ("random counties, each of towns and villages", f"{count:,}"),
        ("of these drawn without a fault: unchanged to the last bit", f"{seen['untouched']:,}"),
        ("units", f"{seen['units']:,}"),
        ("people, each counted in one town", f"{seen['people']:,}"),
        ("land that changed hands, as the ledger tells it", f"{seen['m2']:,.0f} m2"),
        *((f"counties with the fault '{fault}'", f"{seen[fault]:,}") for fault in FAULTS),
        ("counties with an overlap above 1e-6 m2, or a point in two units", "0"),
        ("counties where the order of rows changed a byte of the units", "0"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    versions = ", ".join(f"{name} {version(name)}" for name in ("shapely", "geopandas", "numpy"))
    return f"""
The truth is a lattice with shaken corners: villages are its cells, towns are groups of cells (some with exclaves, some
within others), the county is all of them. Each unit is drawn anew with its own corners, up to 9 m off, so that
neighbours overlap, leave gaps and stick out; then further faults are drawn in: knots, corners twice, heights, rings
turned, features doubled, exclaves as features of their own, parts without area, units drawn over the one around them
without a hole in it, and land that no town claims.

After reading, every level must be valid coverage without overlap, its areas must add up to that of their union to 1e-9,
each unit must lie within the one above, towns and the land told as nobody's must add up to the county to 1e-9, every
point away from a true border by more than the drawing moved it must be in its true unit, the people of a raster must
add up to 1e-9, each in one town and, where a cell lies within one polygon, in that one. Every row of every layer is in
the ledger once.

| | |
|---|---|
{table}

Python {platform.python_version()}, {versions}.

The tests run the same checks on 12 counties.
"""
