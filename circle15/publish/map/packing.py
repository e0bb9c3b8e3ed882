"""Whole numbers as short text: what the map page carries and unpacks in the browser.

A pack is a row of sections, each a run of integers. Integers are written zigzag (small numbers of either sign
become small positive ones) as variable-length bytes, seven bits each, the whole is deflated and written as base64.
``assets/decode.js`` is the other half.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

BITS = 7
MORE = 0x80


@dataclass(frozen=True)
class Pack:
    """Sections of integers as text.

    Attributes
    ----------
    text
        Base64 of the deflated bytes.
    sections
        ``(name, count)`` of each section, in the order of the bytes.
    """

    text: str
    sections: tuple[tuple[str, int], ...]


def zigzag(values: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Fold the sign into the lowest bit: 0, -1, 1, -2 become 0, 1, 2, 3.

    Examples
    --------
    >>> zigzag(np.array([0, -1, 1, -2])).tolist()
    [0, 1, 2, 3]
    """
    signed = np.asarray(values, dtype=np.int64)
    return ((signed << 1) ^ (signed >> 63)).astype(np.uint64)


def variable_bytes(values: NDArray[np.uint64]) -> bytes:
    """Each number in groups of seven bits, lowest first; a set top bit says that more follow.

    Examples
    --------
    >>> list(variable_bytes(np.array([1, 300], dtype=np.uint64)))
    [1, 172, 2]
    """
    width = np.ones(len(values), dtype=np.int64)
    for group in range(1, 10):
        width += values >= np.uint64(1 << (BITS * group))
    start = np.cumsum(width) - width
    out = np.zeros(int(width.sum()), dtype=np.uint8)
    for group in range(int(width.max(initial=0))):
        has = width > group
        bits = (values[has] >> np.uint64(BITS * group)) & np.uint64(MORE - 1)
        out[start[has] + group] = bits.astype(np.uint8) | np.where(width[has] > group + 1, MORE, 0).astype(np.uint8)
    return out.tobytes()


def steps(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each value as its step from the one before; the first from 0.

    Examples
    --------
    >>> steps(np.array([7, 8, 8, 5])).tolist()
    [7, 1, 0, -3]
    """
    whole = np.asarray(values, dtype=np.int64)
    stepped: NDArray[np.int64] = whole - np.concatenate([[0], whole[:-1]])
    return stepped


def pack(sections: Mapping[str, NDArray[np.int64]]) -> Pack:
    """Write sections of integers as text, in the mapping's order."""
    parts = [variable_bytes(zigzag(values)) for values in sections.values()]
    text = base64.b64encode(zlib.compress(b"".join(parts), 9)).decode("ascii")
    return Pack(text, tuple((name, len(values)) for name, values in sections.items()))
