"""Whether an old .xls file is whole: the sectors that its container says are used, and the chains they form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

HEADER_BYTES = 512
FREE = 0xFFFFFFFF
# Where the header says the size of a sector, and which sectors hold the table of all sectors.
SECTOR_POWER, TABLE_SECTORS = 30, slice(76, HEADER_BYTES)
# Where it says which sector the table of small sectors begins in.
SMALL_TABLE = slice(60, 64)
LARGEST_POWER = 12


def is_whole(content: bytes) -> bool:
    """Whether a compound file reaches as far as the last sector it uses; its last sector itself may be short.

    Only the first 109 sectors of the table are looked at, which is all of a file of up to 7 MB.
    """
    if len(content) < HEADER_BYTES or content[SECTOR_POWER] > LARGEST_POWER:
        return False
    size = 1 << content[SECTOR_POWER]
    tables = [int(sector) for sector in np.frombuffer(content[TABLE_SECTORS], "<u4") if sector < FREE - 5]
    if any((table + 2) * size > len(content) for table in tables):
        return False
    entries = [np.frombuffer(content[(table + 1) * size :][:size], "<u4") for table in tables]
    table = np.concatenate(entries) if entries else np.zeros(0, "<u4")
    used = np.flatnonzero(table != FREE)
    reaches = len(content) > (int(used.max(initial=0)) + 1) * size
    return reaches and _ends(table) and all(_ends(small) for small in _small_tables(content, table, size))


def _ends(table: NDArray[np.uint32]) -> bool:
    """Whether every chain of sectors comes to an end: a reader that follows one in a circle never stops.

    Examples
    --------
    >>> _ends(np.array([1, 2, 0xFFFFFFFE], "<u4")), _ends(np.array([1, 2, 0], "<u4"))
    (True, False)
    """
    count = len(table)
    following = np.append(np.where(table < count, table, count).astype(np.int64), count)
    for _ in range(count.bit_length()):  # each time twice as many steps
        following = following[following]
    return bool((following == count).all())


def _small_tables(content: bytes, table: NDArray[np.uint32], size: int) -> Iterator[NDArray[np.uint32]]:
    """The table of small sectors, put together from the sectors that hold it; none where there are no small sectors."""
    sector, parts = int.from_bytes(content[SMALL_TABLE], "little"), []
    while sector < len(table):
        parts.append(np.frombuffer(content[(sector + 1) * size :][:size], "<u4"))
        sector = int(table[sector])
    if parts:
        yield np.concatenate(parts)
