"""What all searches found, block by block, each by a thread that is free."""

from __future__ import annotations

from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.abreast.found import Found, larger, nothing_found
from circle15.access.abreast.reach import search_each
from circle15.access.abreast.room import empty_room
from circle15.access.abreast.spread import FULL
from circle15.access.blocks import in_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from circle15.access.abreast.places import Places
    from circle15.access.abreast.room import Room
    from circle15.access.abreast.searches import Searches
    from circle15.access.layout import Streets

FIRST_ROOM, FIRST_FOUND = 2**12, 2**16  # slots of a batch; pairs
LARGER = 8  # times as much room, where a batch needs more; it is searched anew then
SPARE = 1.1  # of the pairs that the searches done so far make expect


class Searched(NamedTuple):
    """Pairs: those of search ``i`` are ``begin[i]:end[i]`` of ``found``."""

    found: Found
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


@dataclass
class Share:
    """What one thread searches in, and what it found: ``pairs`` in ``searched`` searches, those of ``blocks``."""

    room: Room
    found: Found
    pairs: int = 0
    searched: int = 0
    blocks: list[slice] = field(default_factory=list)


@dataclass
class Work:
    """Searches to be done, and where the pairs of each begin and end in the share of the thread that did it."""

    streets: Streets
    searches: Searches
    places: Places
    limit_m: float
    width_m: float
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


def search_all(
    streets: Streets,
    searches: Searches,
    places: Places,
    limit_m: float,
    block: int,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Searched:
    """Do all searches in blocks of ``block``."""
    count = len(searches.facility)
    within_m = min(limit_m, np.finfo(np.float64).max)  # who has no way is in no pair, however long a way may be
    rows = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    work = Work(streets, searches, places, within_m, _width_m(streets), *rows)
    free: SimpleQueue[Share] = SimpleQueue()
    shares: list[Share] = []

    def search(rows: slice) -> None:
        try:
            share = free.get_nowait()
        except Empty:
            share = Share(empty_room(len(streets.start) - 1, FIRST_ROOM), nothing_found(FIRST_FOUND))
            shares.append(share)
        _search_block(work, rows, share, count / max(threads, 1))
        free.put(share)

    blocks = [slice(first, min(first + block, count)) for first in range(0, count, block)]
    for _ in in_order(search, blocks, threads, progress):
        pass
    return Searched(_joined(work, shares), work.begin, work.end)


def _width_m(streets: Streets) -> float:
    """How far apart the keys of nodes are that take turns: about a street, half or twice that is as fast."""
    street_m = streets.metres[np.isfinite(streets.metres)]
    return float(street_m.mean()) if len(street_m) else 0.0


def _search_block(work: Work, rows: slice, share: Share, expected: float) -> None:
    """Do some searches; ``expected`` is how many a thread will do in all."""
    done, first_pair = rows.start, share.pairs
    while done < rows.stop:
        before, own = done, (work.limit_m, work.width_m, share.room, share.found, share.pairs, work.end)
        done, wanted = search_each(work.streets, work.searches, work.places, before, rows.stop, *own)
        if done > before:
            share.pairs, share.searched = int(work.end[done - 1]), share.searched + done - before
        if wanted == FULL:
            share.room = empty_room(len(share.room.slot), LARGER * len(share.room.node))
        elif wanted:
            pairs = SPARE * share.pairs / max(share.searched, 1) * expected
            share.found = larger(share.found, share.pairs, max(wanted, int(pairs)))
    work.begin[rows] = np.append(first_pair, work.end[rows][:-1])
    share.blocks.append(rows)


def _joined(work: Work, shares: list[Share]) -> Found:
    """What all threads found; rows of pairs are moved on to where they are then."""
    before = 0
    for share in shares:
        for rows in share.blocks:
            work.begin[rows] += before
            work.end[rows] += before
        before += share.pairs
    if len(shares) == 1:
        return shares[0].found
    found = [(share.found.place[: share.pairs], share.found.metres[: share.pairs]) for share in shares]
    return Found(*(np.concatenate(columns) for columns in zip(*found, strict=True))) if found else nothing_found(0)
