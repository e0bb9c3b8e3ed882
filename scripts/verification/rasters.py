"""Rasters of people on random places: nobody lost, all margins met."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from random_rasters import check_case, random_case

TITLE = "People from rasters, and official totals"
FULL = 200


def section(count: int) -> str:
    """Check ``count`` random rasters and tell the largest deviations."""
    measured = []
    for seed in range(count):
        with tempfile.TemporaryDirectory() as folder:
            measured.append(check_case(random_case(seed, folder), folder))
    worst = {name: max(each[name] for each in measured) for name in measured[0]}
    return f"""
Random counties of two to seven towns, cut by random lines, under random rasters: in EPSG:4326, 4490, 4549, 32651, 3857
and ESRI:54009, pixels of 30 m to 1 km, some rotated, mirrored or upside down, some reaching over part of the county
only, tiled, compressed or plain, with nodata declared, undeclared and negative, or none; cells of 50, 100 and 250 m.

People inside plus people outside must be all people of the pixels read (summed anew from the array that was written),
cells must add up to what is told as inside, and towns to their county to the last bit. Then the towns' official totals,
a county's ages that contradict them by a few people, and counts of disabled people are all to be met at once.

| | |
|---|---|
| random rasters | {count:,} |
| largest share of people lost or made, inside plus outside | {worst["lost"]:.1e} |
| largest difference of cells and people told as inside | {worst["inside"]:.1e} |
| largest miss of a town's total or a county's age | {worst["margins"]:.1e} |
| towns whose sum is not their county's, to the last bit | 0 |
| units whose count of a group is not met, to the last person | 0 |

The tests run the same checks on 8 rasters.
"""
