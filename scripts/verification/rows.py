"""Rows of facility lists against the truth they were made from."""

from __future__ import annotations

import math
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dirty_lists import JITTER_M, dirty_list
from facility_lists import EAST, NORTH, read_lists, square_county, write_csv, write_xlsx

if TYPE_CHECKING:
    from circle15.model.zones import Zones

TITLE = "Rows of facility lists"
FULL = 1_000


@dataclass
class Tally:
    """What was compared, and how far off the worst was."""

    lists: int = 0
    rows: int = 0
    sites: int = 0
    excluded: int = 0
    capacities: int = 0
    worst_m: float = 0.0


def check(seed: int, folder: Path, county: Zones, tally: Tally) -> None:
    """Read one list and compare everything with the truth; raises AssertionError where anything differs."""
    made = dirty_list(seed)
    if seed % 2:
        name = "list.csv"
        write_csv(folder / name, made.rows)
    else:
        name = "list.xlsx"
        write_xlsx(folder / name, {"名单": made.rows})
    read = read_lists(folder, county, {"file": name})
    counts = read.ledger.counts()
    assert sum(counts.values()) == len(made.rows)
    assert counts["excluded"] == made.excluded + made.totals
    places = read.layer.entrances.groupby("facility").first()
    found = {
        row.name: (row.capacity, *places.loc[at])
        for at, row in enumerate(read.layer.facilities.itertuples(index=False))
    }
    plain = {name.replace(" ", "").removesuffix("有限公司"): site for name, site in found.items()}
    assert plain.keys() == made.sites.keys()
    for name, (capacity, east, north) in made.sites.items():
        got, x, y = plain[name]
        assert math.isnan(got) if capacity is None else got == capacity, (seed, name)
        off_m = math.hypot(x - EAST - east, y - NORTH - north)
        assert off_m <= (JITTER_M if name in made.repeated else 0.1), (seed, name, off_m)
        tally.worst_m = max(tally.worst_m, 0.0 if name in made.repeated else off_m)
        tally.capacities += capacity is not None
    tally.lists, tally.rows, tally.sites = tally.lists + 1, tally.rows + len(made.rows), tally.sites + len(made.sites)
    tally.excluded += counts["excluded"]


def section(count: int) -> str:
    """Check that many lists and tell what was found, as markdown."""
    tally, started, county = Tally(), time.perf_counter(), square_county()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count):
            check(seed, Path(folder), county, tally)
    seconds = time.perf_counter() - started
    return f"""
Each list is made from sites whose name, place and capacity are known: coordinates in degrees, with letters, in
degrees-minutes-seconds or as a pair in one cell; capacities with units, full width or about; repeated rows, sites
that are closed, planned, elsewhere, swapped, in metres or nowhere; totals. Every second one is a workbook.

| | |
|---|---|
| Lists | {tally.lists:,} |
| Rows, each used, fixed or excluded | {tally.rows:,} |
| Rows excluded, exactly those made to be | {tally.excluded:,} |
| Sites found, exactly those there are | {tally.sites:,} |
| Capacities, all as written | {tally.capacities:,} |
| Largest error of place, of sites written once | {tally.worst_m:.3f} m |

{seconds:.0f} s.
"""
