"""Whether an old .xls file is whole: the sectors that its container says are used, against its length."""

from __future__ import annotations

import numpy as np

HEADER_BYTES = 512
FREE = 0xFFFFFFFF
# Where the header says the size of a sector, and which sectors hold the table of all sectors.
SECTOR_POWER, TABLE_SECTORS = 30, slice(76, HEADER_BYTES)
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
    used = np.flatnonzero(np.concatenate(entries) != FREE) if entries else np.array([0])
    return len(content) > (int(used.max(initial=0)) + 1) * size
