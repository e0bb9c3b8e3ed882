"""The network search against networkx on random lattice towns."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lattice_towns import (
    CutStreets,
    Town,
    check_coverage,
    check_joins,
    check_nearest,
    check_pairs,
    directed_towns,
    towns,
)

from circle15.access.elimination import prepare
from circle15.access.few import few_nearest
from circle15.access.layout import streets_of
from circle15.access.nearest import nearest_facility
from circle15.access.pairs import pairs_within

if TYPE_CHECKING:
    import pandas as pd

    from circle15.access.nearest import Nearest

TITLE = "The network search"
FULL = 10_000


@dataclass
class Tally:
    """What was compared, and the largest deviation seen."""

    towns: int = 0
    streets: int = 0
    one_way: int = 0
    unlike: int = 0
    points_joined: int = 0
    cells: int = 0
    cells_without_way: int = 0
    pairs_in_reach: int = 0
    pairs_compared: int = 0
    nearest_deviation_m: float = 0.0
    pairs_deviation_m: float = 0.0


def check(town: Town, tally: Tally) -> None:
    """Compare one town in every respect; raises AssertionError where anything differs."""
    whole = (town.network, town.cells, town.entrances, town.entrance_facility)
    check_joins(town.network, town.cell_xy, town.cells)
    check_joins(town.network, town.entrance_xy, town.entrances)
    table = CutStreets(town).metres()
    nearest, pairs = nearest_facility(*whole), pairs_within(*whole, town.limit_m)
    check_coverage(town, nearest, table)
    tally.nearest_deviation_m = max(tally.nearest_deviation_m, check_nearest(town, nearest, table))
    tally.pairs_deviation_m = max(tally.pairs_deviation_m, check_pairs(town, pairs, table))
    check_same_bytes(town, nearest, pairs)
    tally.towns += 1
    there_m, back_m = town.network.directions_m
    tally.one_way += int((np.isinf(there_m) | np.isinf(back_m)).sum())
    tally.unlike += int((np.isfinite(there_m) & np.isfinite(back_m) & (there_m != back_m)).sum())
    tally.streets += town.network.edge_count
    tally.points_joined += len(town.cells) + len(town.entrances)
    tally.cells += len(town.cells)
    tally.cells_without_way += int(np.isinf(table.min(axis=1)).sum())
    tally.pairs_in_reach += len(pairs)
    tally.pairs_compared += table.size


def check_same_bytes(town: Town, nearest: Nearest, pairs: pd.DataFrame) -> None:
    """Prepared streets, threads and the search for several at once give the same, to the last bit."""
    whole = (town.network, town.cells, town.entrances, town.entrance_facility)
    prepared = nearest_facility(*whole, prepare(streets_of(town.network)))
    assert prepared.metres.tobytes() == nearest.metres.tobytes()
    assert prepared.facility.tobytes() == nearest.facility.tobytes()
    assert few_nearest(*whole, 3).metres[:, 0].tobytes() == nearest.metres.tobytes()
    assert pairs_within(*whole, town.limit_m, threads=2).equals(pairs)


def run(count: int) -> Tally:
    """Draw and check ``count`` towns, the same ones every time."""
    tally = Tally()
    began = time.perf_counter()

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(towns(), directed_towns()))
    def check_one(town: Town) -> None:
        check(town, tally)
        if tally.towns % 100 == 0:
            print(f"\r{tally.towns:,} of {count:,} towns, {time.perf_counter() - began:.0f} s", end="", flush=True)

    check_one()
    print()
    return tally


def section(count: int) -> str:
    """Check ``count`` towns; the page's section as markdown."""
    tally = run(count)
    rows = [
        ("random towns", f"{tally.towns:,}"),
        ("streets in them", f"{tally.streets:,}"),
        ("of these one-way", f"{tally.one_way:,}"),
        ("of these with other metres one way than the other", f"{tally.unlike:,}"),
        ("points joined, each against the distance to every street", f"{tally.points_joined:,}"),
        ("cells whose nearest facility was compared", f"{tally.cells:,}"),
        ("of these without any way, in both", f"{tally.cells_without_way:,}"),
        ("pairs of cell and facility compared", f"{tally.pairs_compared:,}"),
        ("of these within the limit, in both", f"{tally.pairs_in_reach:,}"),
        ("largest deviation of metres to the nearest", f"{tally.nearest_deviation_m:.1e} m"),
        ("largest deviation of metres of a pair", f"{tally.pairs_deviation_m:.1e} m"),
        ("towns where prepared streets, two threads or the search for three change a bit", "0"),
        ("towns whose set of covered cells differs", "0"),
        ("towns whose nearest facility differs without a tie of 1e-9 m", "0"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "shapely", "networkx", "hypothesis"))
    return f"""
The search is held against an oracle that shares nothing with it but the definitions: shapely finds each point's
foot, every street is cut at every foot, and networkx goes over the cut streets, against the travel, from all entrances
of each facility by Dijkstra's algorithm. The towns are random lattices, drawn by hypothesis: even or jittered, with
missing, bent, parallel, looping and empty streets, steps that count 1.7 times, islands, several entrances to a
facility, points on nodes, on streets, at equal distances, and beyond the longest leg of 300 m; half of them with
one-way streets, slopes that cost more one way than the other, and legs that count up to seven times as much.

Metres must agree to 1e-6 m. Cells carry powers of two as people, so that the sum of people covered is the set of cells
covered, and both sides' sets must be equal (ways within 1e-6 m of the limit itself are set aside).

| | |
|---|---|
{table}

Python {platform.python_version()}, {versions}.

The tests run the same checks on some hundred towns, and on towns with gated compounds.
"""
