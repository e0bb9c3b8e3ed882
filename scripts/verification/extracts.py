"""Broken extracts: none may be taken for whole."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

from broken_pbf import block_borders, broken, says_the_same
from small_study import write_small_study

from circle15.errors import DataError
from circle15.inputs.files.pbf_blocks import require_whole_pbf

TITLE = "Broken extracts"
FULL = 1000
REPOSITORY = Path(__file__).resolve().parents[2]
FIELD_DATA = Path(os.environ.get("CIRCLE15_FIELD_DATA", REPOSITORY.parent / "shared" / "data"))


def extracts(folder: Path) -> dict[str, bytes]:
    """Whole files: an invented one, and two real ones of different writers where they are at hand."""
    write_small_study(folder)
    files = {"invented": folder / "streets.osm.pbf"}
    for place in ("liechtenstein", "las_palmas"):
        files[place] = FIELD_DATA / place / f"{place}.osm.pbf"
    return {name: path.read_bytes() for name, path in files.items() if path.is_file()}


def refused(path: Path, content: bytes) -> bool:
    """Whether a file is refused."""
    path.write_bytes(content)
    try:
        require_whole_pbf(path, vouched=False)
    except DataError:
        return True
    return False


def section(count: int) -> str:
    """Break every extract ``count`` times and cut it at every border of a block."""
    rows = []
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "broken.osm.pbf"
        for name, content in extracts(Path(home)).items():
            assert not refused(path, content), f"{name} itself is refused"
            ways: Counter[str] = Counter()
            for number in range(count):
                way, spoilt = broken(content, number)
                if says_the_same(content, spoilt):
                    continue
                assert refused(path, spoilt), f"{name} number {number} ({way}) was taken for whole"
                ways[way] += 1
            borders = block_borders(content)[:-1]
            for border in borders:
                assert refused(path, content[:border]), f"{name} cut at byte {border} was taken for whole"
            rows.append(f"| {name} | {sum(ways.values()):,} | {len(borders)} | 0 |")
    return "\n".join(
        [
            "Copies of whole extracts, broken by cutting, turned bits, lost, doubled, zeroed and reversed bytes, and",
            "cut at every border between two blocks, where the rest reads as if it were a complete file. Copies in",
            "which only bits that mean nothing were turned (they fill up a packed block's last byte) do not count.",
            "",
            "| extract | broken copies | cuts at borders | taken for whole |",
            "|---|---|---|---|",
            *rows,
        ]
    )
