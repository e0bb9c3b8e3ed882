"""Pairs of a place and a facility, ordered by both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.abreast.found import FOUND
from circle15.access.compiled import FILL_INT, FILL_METRES, FILL_ROWS, INT, READ_INT, READ_ROWS, compiled, read_only

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


def by_place(searched: Searched, facility: NDArray[np.int32], places: int) -> Pairs:
    """The pairs of all searches, that of row ``i`` from ``facility[i]``, by place and facility.

    What was found is free again, where no caller holds it, before the last column is written.
    """
    (found, begin, end), order = searched, read_only(np.argsort(facility, kind="stable"))
    del searched
    next_row = np.zeros(places + 1, dtype=np.int64)
    count = _count_places(found, int(end.max(initial=0)), next_row)
    facilities, metres = np.empty(count, dtype=np.int32), np.empty(count)
    _put_by_place(found, read_only(begin), read_only(end), facility, order, next_row, facilities, metres)
    del found
    origin = np.empty(count, dtype=np.int32)
    _repeat_places(read_only(next_row), origin)
    return Pairs(origin, facilities, metres)


@compiled(INT, FOUND, INT, FILL_ROWS)
def _count_places(found: Found, pairs: int, first: NDArray[np.int64]) -> int:
    """Count the pairs of each place; ``first``, zeros to begin with, then tells where its rows begin."""
    for place in found.place[:pairs]:
        first[place + 1] += 1
    for place in range(1, len(first)):
        first[place] += first[place - 1]
    return pairs


@compiled(INT, FOUND, READ_ROWS, READ_ROWS, READ_INT, READ_ROWS, FILL_ROWS, FILL_INT, FILL_METRES)
def _put_by_place(
    found: Found,
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    facility: NDArray[np.int32],
    order: NDArray[np.int64],
    next_row: NDArray[np.int64],
    facility_out: NDArray[np.int32],
    metres_out: NDArray[np.float64],
) -> int:
    """Put pairs where their place's rows begin, searches in ``order``; ``next_row`` moves on as rows fill."""
    place, metres = found.place, found.metres
    for search in order:
        whose = facility[search]
        for pair in range(begin[search], end[search]):
            row = next_row[place[pair]]
            facility_out[row], metres_out[row] = whose, metres[pair]
            next_row[place[pair]] = row + 1
    return len(order)


@compiled(INT, READ_ROWS, FILL_INT)
def _repeat_places(end_row: NDArray[np.int64], origin: NDArray[np.int32]) -> int:
    """Write the number of each place into its rows, which end at ``end_row``."""
    first = 0
    for place in range(len(end_row) - 1):
        origin[first : end_row[place]] = place
        first = end_row[place]
    return first
