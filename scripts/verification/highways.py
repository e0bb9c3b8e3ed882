"""Highways read from the blocks of pbf files: the same as osmium reads, way by way and node by node."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from written_extracts import OPTIONS, agree, objects, write

TITLE = "Highways of an extract"
FULL = 2000
REPOSITORY = Path(__file__).resolve().parents[2]
FIELD_DATA = Path(os.environ.get("CIRCLE15_FIELD_DATA", REPOSITORY.parent / "shared" / "data"))


def section(count: int) -> str:
    """Read ``count`` random extracts, each written in every way, and the real ones that are at hand, twice."""
    rows = []
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "x.pbf"
        for options in OPTIONS:
            ways = sum(len(agree(write(path, *objects(seed), options))[0]) for seed in range(count // len(OPTIONS)))
            rows.append(f"| random, {options[1:] or 'as osmium writes'} | {count // len(OPTIONS):,} | {ways:,} | 0 |")
        shuffled = range(count // len(OPTIONS))
        ways = sum(len(agree(write(path, *objects(seed), shuffled=seed))[0]) for seed in shuffled)
        rows.append(f"| random, objects in any order | {len(shuffled):,} | {ways:,} | 0 |")
    for place in ("liechtenstein", "las_palmas"):
        real = FIELD_DATA / place / f"{place}.osm.pbf"
        if real.is_file():
            rows.append(f"| {place} | 1 | {len(agree(real)[0]):,} | 0 |")
    return "\n".join(
        [
            "Each extract is read block by block and, independently, object by object through osmium: tags, nodes,",
            "places to the last digit, names, relations and their members must agree.",
            "",
            "| extracts | number | ways | differences |",
            "|---|---|---|---|",
            *rows,
        ]
    )
