"""The datums of lists: published points, the way back, and coordinates the wrong way round."""

from __future__ import annotations

import numpy as np
import pyproj
from declared_lists import DATUMS
from swapped_lists import CHINA, check_swapped

from circle15.inputs.files.datum import gcj02_to_bd09, shifted_to, to_wgs84, wgs84_to_gcj02

TITLE = "The datums of lists"
FULL = 1_000_000
BATCH = 100_000
LISTS_PER_COUNTY = 5
GEOD = pyproj.Geod(ellps="WGS84")
# Points of the public implementations' own tests: WGS 84 and GCJ-02, longitude first.
PUBLISHED_GCJ02 = (
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
)
# GCJ-02 and BD-09.
PUBLISHED_BD09 = (((116.404, 39.915), (116.41036949371029, 39.92133699351021)),)
FORWARD_TOLERANCE_M = 1e-3
BACK_TOLERANCE_M = 1e-6


def apart_m(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Metres between points."""
    return np.asarray(GEOD.inv(one[0], one[1], other[0], other[1])[2])


def published() -> dict[str, float]:
    """The largest deviation from the published points; raises AssertionError beyond the tolerance."""
    worst = {}
    for name, pairs, forward in (
        ("GCJ-02", PUBLISHED_GCJ02, wgs84_to_gcj02),
        ("BD-09", PUBLISHED_BD09, gcj02_to_bd09),
    ):
        here, there = (np.array(points).T for points in zip(*pairs, strict=True))
        worst[name] = float(apart_m(forward(*here), tuple(there)).max())
        assert worst[name] < FORWARD_TOLERANCE_M, name
    return worst


def there_and_back(count: int) -> dict[str, float]:
    """The largest deviation of points all over China turned to a datum and back."""
    rng = np.random.default_rng(2000)
    worst = dict.fromkeys(("gcj02", "bd09"), 0.0)
    west, east, south, north = CHINA
    for start in range(0, count, BATCH):
        some = min(BATCH, count - start)
        here = rng.uniform(west, east, some), rng.uniform(south, north, some)
        for datum in worst:
            back = to_wgs84(*shifted_to(*here, datum), datum)
            worst[datum] = max(worst[datum], float(apart_m(here, back).max()))
            assert worst[datum] <= BACK_TOLERANCE_M, (datum, worst[datum])
    return worst


def swapped(count: int) -> int:
    """Check as many lists, each once swapped whole and once in one row."""
    counties = -(-count // LISTS_PER_COUNTY)
    for seed in range(counties):
        check_swapped(seed, LISTS_PER_COUNTY)
        if seed % 100 == 0:
            print(f"\r{seed:,} of {counties:,} counties", end="", flush=True)
    print()
    return counties * LISTS_PER_COUNTY


def section(count: int) -> str:
    """Check ``count`` points and a hundredth as many lists; the page's section as markdown."""
    of_published, back = published(), there_and_back(count)
    lists = swapped(max(count // 100, 1))
    rows = [
        *(
            (f"published points of {name}, largest deviation", f"{metres:.1e} m")
            for name, metres in of_published.items()
        ),
        ("points all over China, there and back", f"{count:,}"),
        *((f"largest deviation after {datum} and back", f"{metres:.1e} m") for datum, metres in back.items()),
        ("generated lists with longitude and latitude swapped", f"{lists:,}"),
        ("of these caught, and refused as a whole", f"{lists:,}"),
        ("generated lists with one row swapped", f"{lists:,}"),
        ("of these with that row caught, and no other", f"{lists:,}"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    return f"""
Forward, GCJ-02 and BD-09 are held against points that their public implementations publish. Back, points drawn evenly
over {CHINA[0]} to {CHINA[1]} E and {CHINA[2]} to {CHINA[3]} N are turned to each datum and back. The lists lie in
square counties of 6 to 120 km drawn over the same box, on {", ".join(DATUMS)} and cgcs2000 in turn; a swapped
row counts as caught only if it is called swapped, and the same list the right way round must go through whole.

| | |
|---|---|
{table}
"""
