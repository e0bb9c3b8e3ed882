"""Pairs of a place and a facility, ordered by both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.abreast.found import FOUND
from circle15.access.compiled import (
    FILL_INT,
    FILL_METRES,
    FILL_ROWS,
    INT,
    READ_INT,
    READ_ROWS,
    compiled,
    named,
    read_only,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.abreast.found import Found
    from circle15.access.abreast.searched import Searched


class Pairs(NamedTuple):
    """Pairs of an origin and a facility, ordered by both.

    Attributes
    ----------
    origin
        int32, (pairs,): row of the origins.
    facility
        int32, (pairs,): its number.
    metres
        float64, (pairs,): metres of travel, with both legs.
    """

    origin: NDArray[np.int32]
    facility: NDArray[np.int32]
    metres: NDArray[np.float64]


PAIRS = named(Pairs, FILL_INT, FILL_INT, FILL_METRES)


def empty_pairs(count: int) -> Pairs:
    """Room for ``count`` pairs."""
    return Pairs(np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32), np.empty(count))


def by_place(searched: Searched, facility: NDArray[np.int32], places: int) -> Pairs:
    """The pairs of all searches, that of row ``i`` from ``facility[i]``, by place and facility."""
    found, begin, end = searched
    count = int(end.max(initial=0))
    next_row = np.zeros(places + 1, dtype=np.int64)
    _count_places(found, count, next_row)
    pairs, order = empty_pairs(count), read_only(np.argsort(facility, kind="stable"))
    _repeat_places(read_only(next_row), pairs.origin)
    _put_by_place(found, read_only(begin), read_only(end), facility, order, next_row, pairs)
    return pairs


@compiled(INT, FOUND, INT, FILL_ROWS)
def _count_places(found: Found, pairs: int, first: NDArray[np.int64]) -> int:
    """Count the pairs of each place; ``first``, zeros to begin with, then tells where its rows begin."""
    for place in found.place[:pairs]:
        first[place + 1] += 1
    for place in range(1, len(first)):
        first[place] += first[place - 1]
    return pairs


@compiled(INT, READ_ROWS, FILL_INT)
def _repeat_places(first: NDArray[np.int64], origin: NDArray[np.int32]) -> int:
    """Write the number of each place into its rows."""
    for place in range(len(first) - 1):
        origin[first[place] : first[place + 1]] = place
    return len(first)


@compiled(INT, FOUND, READ_ROWS, READ_ROWS, READ_INT, READ_ROWS, FILL_ROWS, PAIRS)
def _put_by_place(
    found: Found,
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    facility: NDArray[np.int32],
    order: NDArray[np.int64],
    next_row: NDArray[np.int64],
    pairs: Pairs,
) -> int:
    """Put pairs where their place's rows begin, searches in ``order``; ``next_row`` moves on as rows fill."""
    place, metres_found = found.place, found.metres
    _, facilities, metres = pairs
    for search in order:
        whose = facility[search]
        for pair in range(begin[search], end[search]):
            row = next_row[place[pair]]
            facilities[row], metres[row] = whose, metres_found[pair]
            next_row[place[pair]] = row + 1
    return len(order)
