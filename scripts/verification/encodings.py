"""Lists in every encoding that offices use, read back as they were written or refused."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from encoded_files import DAMAGE, ENCODINGS, encoded_file, outcome

TITLE = "Encodings of lists"
FULL = 10_000


def section(count: int) -> str:
    """Write and read ``count`` files; raises at the first that reads otherwise than it was written."""
    tally: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count):
            file = encoded_file(seed)
            became = outcome(file, Path(folder) / "list.csv")
            if became == "wrong":
                raise AssertionError(f"seed {seed}: {file.how}, {file.separator!r}, {file.line_end!r}")
            tally[file.how, became] += 1
    lines = [f"| {how} | {tally[how, 'read']:,} | {tally[how, 'refused']:,} |" for how in (*ENCODINGS, *DAMAGE)]
    return "\n".join([_intro(count), "", "| written in | read as written | refused |", "|---|---|---|", *lines])


def _intro(count: int) -> str:
    return (
        f"{count:,} lists of random Chinese text (common, rare and rarest characters, emoji, full-width signs, kana) "
        "parted by , ; tab | ， or ； with line ends of all three kinds. "
        "None was read otherwise than it was written; damaged files were all refused."
    )
