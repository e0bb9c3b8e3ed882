"""Random numbers that are looked up, not drawn in turn: number k of stream K is always the same.

SplitMix64 (Steele, Lea and Flood 2014) as a counter-based generator: ``mix(key + (k + 1) * GOLDEN)``. Whole numbers
alone, so the same on every machine, in whatever order and by however many threads they are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GOLDEN = 0x9E3779B97F4A7C15
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
WORD = (1 << 64) - 1
UNIT = 2.0**-53


def key_of(*numbers: int) -> int:
    """The key of the stream that these numbers name.

    Examples
    --------
    >>> key_of(1, 2) == key_of(1, 2), key_of(1, 2) == key_of(2, 1)
    (True, False)
    """
    key = 0
    for number in numbers:
        key = _mixed((key ^ (number & WORD)) + GOLDEN & WORD)
    return key


def _mixed(word: int) -> int:
    word = ((word ^ word >> 30) * FIRST) & WORD
    word = ((word ^ word >> 27) * SECOND) & WORD
    return word ^ word >> 31


def uniforms(key: int, count: int) -> NDArray[np.float64]:
    """The first ``count`` numbers of a stream, at least 0 and below 1.

    Examples
    --------
    >>> uniforms(0, 1).tolist(), uniforms(7, 3)[:2].tolist() == uniforms(7, 2).tolist()
    ([0.8833108082136426], True)
    """
    counters = np.arange(1, count + 1, dtype=np.uint64)
    word = np.uint64(key) + counters * np.uint64(GOLDEN)
    word = (word ^ word >> np.uint64(30)) * np.uint64(FIRST)
    word = (word ^ word >> np.uint64(27)) * np.uint64(SECOND)
    word ^= word >> np.uint64(31)
    return (word >> np.uint64(11)).astype(np.float64) * UNIT
