"""The numbers in a block of a .osm.pbf file, many at a time.

A block is a protocol-buffer message: fields, each a number and a value, the value a number of seven bits to the byte
or a run of bytes, which may be a message again. Spans say where in the block's bytes such a run begins and ends. Bytes
that make no sense raise ``ValueError``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bytes = NDArray[np.uint8]

SEVEN_BITS, GOES_ON = 0x7F, 0x80
MOST_BYTES = 10  # of a number of 64 bits
VARINT, EIGHT_BYTES, RUN, FOUR_BYTES = 0, 1, 2, 5
FIXED = {EIGHT_BYTES: 8, FOUR_BYTES: 4}


def number_at(content: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits to the byte, and where it ends.

    Examples
    --------
    >>> number_at(bytes([172, 2]), 0)
    (300, 2)
    """
    number = shift = 0
    while shift < 7 * MOST_BYTES:
        byte = content[at]
        number |= (byte & SEVEN_BITS) << shift
        at, shift = at + 1, shift + 7
        if byte < GOES_ON:
            return number, at
    raise ValueError("a number without an end")


def fields_of(content: bytes, begin: int, end: int) -> Ints:
    """The fields of a message, int64 (fields, 3): number, where its bytes begin and end; for a number itself and -1."""
    rows: list[int] = []
    at = begin
    while at < end:
        key, at = (content[at], at + 1) if content[at] < GOES_ON else number_at(content, at)
        wire = key & 7
        if wire == VARINT:
            value, at = number_at(content, at)
            rows += (key >> 3, (value + 2**63) % 2**64 - 2**63, -1)
            continue
        if wire == RUN:
            size, at = (content[at], at + 1) if content[at] < GOES_ON else number_at(content, at)
        else:
            size = FIXED[wire]
        rows += (key >> 3, at, at + size)
        at += size
    if at != end:
        raise ValueError("a field longer than what holds it")
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def decoded(raw: Bytes) -> Ints:
    """All numbers of a packed run.

    Examples
    --------
    >>> decoded(np.array([172, 2, 5], dtype=np.uint8)).tolist()
    [300, 5]
    """
    if not len(raw):
        return np.zeros(0, dtype=np.int64)
    last = np.flatnonzero(raw < GOES_ON)
    if not len(last) or last[-1] != len(raw) - 1:
        raise ValueError("a number without an end")
    first = np.append(0, last[:-1] + 1)
    more = last - first
    numbers: Ints = (raw[first] & SEVEN_BITS).astype(np.int64)
    for byte in range(1, int(more.max()) + 1):
        if byte == MOST_BYTES:
            raise ValueError("a number without an end")
        longer = np.flatnonzero(more >= byte)
        numbers[longer] |= (raw[first[longer] + byte] & SEVEN_BITS).astype(np.int64) << (7 * byte)
    return numbers


def signed(numbers: Ints) -> Ints:
    """Numbers that may be negative: 0, -1, 1, -2 are written as 0, 1, 2, 3.

    Examples
    --------
    >>> signed(np.array([0, 1, 2, 3])).tolist()
    [0, -1, 1, -2]
    """
    halves = (numbers.view(np.uint64) >> np.uint64(1)).view(np.int64)
    plain: Ints = halves ^ -(numbers & 1)
    return plain


def gathered(raw: Bytes, begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """The numbers of several packed runs end to end, and how many each run holds."""
    sizes = end - begin
    start = _starts(sizes)
    together = raw[np.repeat(begin - start[:-1], sizes) + np.arange(start[-1])]
    is_last = together < GOES_ON
    if not is_last[start[1:][sizes > 0] - 1].all():
        raise ValueError("a number without an end")
    before = _starts(is_last.astype(np.int64))
    return decoded(together), np.diff(before[start])


def summed(raw: Bytes, begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """The same of runs that are written as steps from one number to the next."""
    steps, counts = gathered(raw, begin, end)
    total = np.append(0, np.cumsum(signed(steps)))
    return total[1:] - np.repeat(total[_starts(counts)[:-1]], counts), counts


def walked(raw: Bytes, begin: Ints, end: Ints) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
    """The first field of each of many messages, then the second of each, and so on.

    Yields
    ------
    Which messages have such a field; the fields' numbers; the number that is the value, or where its bytes begin;
    where those end, -1 for a number; all (messages with such a field,).
    """
    at, end = begin.copy(), end.copy()
    left = np.flatnonzero(at < end)
    while len(left):
        key, place = _numbers_at(raw, at[left], end[left])
        wire = key & 7
        if not np.isin(wire, (VARINT, EIGHT_BYTES, RUN, FOUR_BYTES)).all():
            raise ValueError("a field of no known kind")
        told = (wire == VARINT) | (wire == RUN)
        value = np.where(wire == EIGHT_BYTES, 8, 4)
        value[told], place[told] = _numbers_at(raw, place[told], end[left][told])
        is_number = wire == VARINT
        stop = np.where(is_number, place, place + value)
        if ((stop < place) | (stop > end[left])).any():
            raise ValueError("a field longer than what holds it")
        yield left, key >> 3, np.where(is_number, value, place), np.where(is_number, -1, stop)
        at[left] = stop
        left = left[stop < end[left]]


def _numbers_at(raw: Bytes, at: Ints, end: Ints) -> tuple[Ints, Ints]:
    """A number at each of several places, and where each ends."""
    numbers, after = np.zeros(len(at), dtype=np.int64), at.copy()
    left = np.arange(len(at))
    for byte in range(MOST_BYTES):
        if (after[left] >= end[left]).any():
            raise ValueError("a number beyond what holds it")
        now = raw[after[left]]
        numbers[left] |= (now & SEVEN_BITS).astype(np.int64) << (7 * byte)
        after[left] += 1
        left = left[now >= GOES_ON]
        if not len(left):
            return numbers, after
    raise ValueError("a number without an end")


def _starts(sizes: Ints) -> Ints:
    """Where each of several runs starts when they lie end to end, and where the last ends."""
    return np.append(0, np.cumsum(sizes))
