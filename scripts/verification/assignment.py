"""Who finds a place where, against networkx, a linear programme and Hall's condition on random towns."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from crowded_towns import CrowdedTown, check_assignment, check_shortages, crowded_town, of_linear_programme

from circle15.access.assignment import assign_places

TITLE = "Who finds a place"
FULL = 1_000
TOLERANCE = 1e-6


@dataclass
class Tally:
    """What was compared."""

    towns: int = 0
    cells: int = 0
    pairs: int = 0
    short: int = 0
    split: int = 0
    sets: int = 0
    raised: int = 0
    programme: float = 0.0


def check(town: CrowdedTown, tally: Tally) -> None:
    """Compare one town in every respect; raises AssertionError where anything differs."""
    found = check_assignment(town)
    sets = check_shortages(town, found)
    most, travel = of_linear_programme(town)
    own = float((found.sent * town.pairs["cost"]).sum())
    deviation = max(abs(most - found.served.sum()), abs(travel - own) / max(1.0, own))
    assert deviation < TOLERANCE
    for facility in town.capacity.index:
        more = town.capacity.where(town.capacity.index != facility, town.capacity + 1.0)
        assert assign_places(town.pairs, town.need, more).served.sum() >= found.served.sum()
        tally.raised += 1
    tally.towns += 1
    tally.cells += len(town.need)
    tally.pairs += len(town.pairs)
    tally.short += bool(found.served.sum() < found.need.sum())
    tally.split += int((town.pairs[found.sent > 0].groupby("origin").size() > 1).sum())
    tally.sets += sets["set"].nunique()
    tally.programme = max(tally.programme, deviation)


def section(count: int) -> str:
    """Check ``count`` towns; the page's section as markdown."""
    tally = Tally()
    for number in range(count):
        check(crowded_town(number), tally)
        if (number + 1) % 50 == 0:
            print(f"\r{number + 1:,} of {count:,} towns", end="", flush=True)
    print()
    rows = [
        ("random towns", f"{tally.towns:,}"),
        ("cells in them", f"{tally.cells:,}"),
        ("pairs of cell and facility within reach", f"{tally.pairs:,}"),
        ("towns with too few places", f"{tally.short:,}"),
        ("cells sent to several facilities", f"{tally.split:,}"),
        ("sets of facilities short of places together", f"{tally.sets:,}"),
        ("towns whose number of people served differs from networkx's maximum flow", "0"),
        ("towns whose total travel differs from networkx's maximum flow of least cost", "0"),
        ("largest deviation from the linear programme, relative", f"{tally.programme:.1e}"),
        ("towns whose sets lack another number than the worst of all sets of sites", "0"),
        ("times that one more place lowered the number served", f"0 of {tally.raised:,}"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "networkx", "scipy"))
    assert np.isfinite(tally.programme)
    return f"""
People are sent to facilities in reach that have places: as many as possible, and with the least travel among those.
Each town is given to networkx too, in whole numbers, for its maximum flow and for its maximum flow of least cost:
both figures must be equal to the last bit. A linear programme (HiGHS) is the second oracle. The sets of facilities
that are short together must lack what the worst of all sets of sites lacks (Hall's condition, every set tried), and a
place more at any facility must never lower the number served. Towns have up to 30 cells and 7 facilities, with ties,
fractions of places, facilities without any, cells that reach nothing or wait for nobody.

| | |
|---|---|
{table}

Python {platform.python_version()}, {versions}.

The tests run the same checks on 100 towns.
"""
