"""Every facility within reach of every point: one bounded search per facility."""

from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from circle15.access.blocks import in_order
from circle15.access.bounded import (
    Found,
    count_by_place,
    empty_room,
    narrow_buckets,
    nothing_found,
    search_each,
    sort_by_place,
)
from circle15.access.compiled import read_only
from circle15.access.layout import lay_doors, lay_places, seeds_of, streets_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from circle15.access.bounded import Room
    from circle15.access.joins import EdgeJoins
    from circle15.access.layout import Seeds
    from circle15.model.network import StreetNetwork

BLOCK = 1024  # facilities at a time


class Block(NamedTuple):
    """Some facilities, neighbours after each other, and where the seeds of each are."""

    facility: NDArray[np.int32]
    first_seed: NDArray[np.int64]
    end_seed: NDArray[np.int64]


class Searched(NamedTuple):
    """What was found for a block; the pairs of its search ``i`` end at ``end_found[i]``."""

    block: Block
    found: Found
    end_found: NDArray[np.int64]


def pairs_within(
    network: StreetNetwork,
    origins: EdgeJoins,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limit_m: float,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """All pairs of an origin and a facility no further apart than ``limit_m``.

    Metres are those of ``nearest_facility``, to the last bit: the smallest of an origin's pairs is its nearest.
    Memory is that of the pairs, twice while they are sorted, and per thread a few numbers per node and per edge.

    Parameters
    ----------
    network
        The streets.
    origins
        (n,): cells, or any other points; those off the network are in no pair.
    entrances
        (m,): all entrances of all facilities; those off the network are of no use.
    entrance_facility
        (m,): the number (0 or more) of the facility each entrance belongs to.
    limit_m
        The longest way that counts, metres of travel with both legs; a way of just that length counts.
    threads
        How many searches run at a time; the result is the same, to the last bit.
    progress
        Called as ``progress(done, of)`` after each block of ``BLOCK`` facilities.

    Returns
    -------
    pandas.DataFrame
        ``origin`` (int32, row of ``origins``), ``facility`` (int32), ``metres`` (float64), ordered by origin and
        facility.
    """
    # Sorted where the room to search is free again: what both need would be held at once.
    searched = _searched(network, origins, entrances, entrance_facility, limit_m, threads, progress)
    pairs = _sorted(searched, len(origins))
    return pairs if network.layers is None else _nearer_layer(pairs)


def _searched(
    network: StreetNetwork,
    origins: EdgeJoins,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limit_m: float,
    threads: int,
    progress: Callable[[int, int], None] | None,
) -> list[Searched]:
    """What all searches found, block by block."""
    streets, seeds = streets_of(network), seeds_of(network, entrances, entrance_facility)
    doors, places = lay_doors(network, entrances, entrance_facility), lay_places(network, origins)
    width_m, buckets = narrow_buckets(streets, seeds)
    within_m = min(limit_m, np.finfo(np.float64).max)  # who has no way is in no pair, however long a way may be
    rooms: SimpleQueue[tuple[Room, Found]] = SimpleQueue()

    def search(block: Block) -> Searched:
        room, found = (empty_room(streets, buckets), nothing_found()) if rooms.empty() else rooms.get()
        end_found = np.zeros(len(block.facility), dtype=np.int64)
        own = (block.first_seed, block.end_seed, within_m, width_m, room, found, end_found)
        found = search_each(streets, seeds, doors, places, *own)
        rooms.put((room, found))
        pairs = slice(end_found[-1])
        return Searched(block, Found(found.place[pairs].copy(), found.metres[pairs].copy()), end_found)

    return list(in_order(search, _blocks(seeds), threads, progress))


def _blocks(seeds: Seeds) -> list[Block]:
    """The facilities in blocks of ascending numbers, in each block those at nodes with near numbers together."""
    facility, first = np.unique(seeds.facility, return_index=True)
    end = np.append(first[1:], len(seeds.facility))
    blocks = []
    for begin in range(0, len(facility), BLOCK):
        rows = slice(begin, begin + BLOCK)
        near = np.argsort(seeds.node[first[rows]], kind="stable")
        blocks.append(Block(*(read_only(column[rows][near]) for column in (facility, first, end))))
    return blocks


def _sorted(searched: list[Searched], origins: int) -> pd.DataFrame:
    """The pairs of all blocks by origin and facility."""
    each = np.zeros(origins, dtype=np.int64)
    for part in searched:
        count_by_place(part.found, len(part.found.place), each)
    next_row = np.cumsum(each) - each
    facility, metres = np.empty(each.sum(), dtype=np.int32), np.empty(each.sum())
    for part in searched:
        order = read_only(np.argsort(part.block.facility, kind="stable"))
        sort_by_place(part.found, read_only(part.end_found), part.block.facility, order, next_row, facility, metres)
    origin = np.repeat(np.arange(origins, dtype=np.int32), each)
    return pd.DataFrame({"origin": origin, "facility": facility, "metres": metres}, copy=False)


def _nearer_layer(pairs: pd.DataFrame) -> pd.DataFrame:
    """Of two ways between the same places, found in both layers of a gated compound, the shorter."""
    if pairs.empty:
        return pairs
    origin, facility = pairs["origin"].to_numpy(), pairs["facility"].to_numpy()
    new = np.append(True, (origin[1:] != origin[:-1]) | (facility[1:] != facility[:-1]))
    first = np.flatnonzero(new)
    metres = np.minimum.reduceat(pairs["metres"].to_numpy(), first)
    return pd.DataFrame({"origin": origin[first], "facility": facility[first], "metres": metres})
