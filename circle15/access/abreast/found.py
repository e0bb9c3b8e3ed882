"""Pairs that searches found, search by search, and the same by place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import FILL_INT, FILL_METRES, FILL_ROWS, INT, READ_INT, READ_ROWS, compiled, named

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Found(NamedTuple):
    """Places in reach of facilities, one facility after the other.

    Attributes
    ----------
    place
        int32, (pairs,).
    metres
        float64, (pairs,).
    """

    place: NDArray[np.int32]
    metres: NDArray[np.float64]


FOUND = named(Found, FILL_INT, FILL_METRES)


def nothing_found(pairs: int) -> Found:
    """Room for some pairs."""
    return Found(np.empty(pairs, dtype=np.int32), np.empty(pairs))


def larger(found: Found, kept: int, pairs: int) -> Found:
    """The first ``kept`` pairs, in room for more."""
    room = nothing_found(pairs)
    for column, old in zip(room, found, strict=True):
        column[:kept] = old[:kept]
    return room


@compiled(INT, FOUND, INT, FILL_ROWS)
def count_by_place(found: Found, pairs: int, each: NDArray[np.int64]) -> int:
    """Count the pairs of each place."""
    for place in found.place[:pairs]:
        each[place] += 1
    return pairs


@compiled(INT, FOUND, READ_ROWS, READ_ROWS, READ_INT, READ_ROWS, FILL_ROWS, FILL_INT, FILL_METRES)
def sort_by_place(
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
def repeat_place(end_row: NDArray[np.int64], place_out: NDArray[np.int32]) -> int:
    """Write the number of each place into its rows, which end at ``end_row``."""
    row = 0
    for place in range(len(end_row)):
        while row < end_row[place]:
            place_out[row] = place
            row += 1
    return row
