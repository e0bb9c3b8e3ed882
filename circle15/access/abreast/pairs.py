"""Pairs of a place and a facility, ordered by both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.abreast.found import FOUND
from circle15.access.blocks import in_order
from circle15.access.compiled import (
    FILL_INT,
    FILL_METRES,
    FILL_ROWS,
    FILL_ROWS_TABLE,
    INT,
    READ_INT,
    READ_ROWS,
    compiled,
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


def by_place(searched: Searched, facility: NDArray[np.int32], places: int, threads: int = 1) -> Pairs:
    """The pairs of all searches, that of row ``i`` from ``facility[i]``, by place and facility.

    What was found is free again, where no caller holds it, before the last column is written.
    """
    end_row, facilities, metres = _put(searched, facility, places, threads)
    del searched
    origin = np.empty(len(metres), dtype=np.int32)
    _repeat_places(read_only(end_row), origin)
    return Pairs(origin, facilities, metres)


def _put(
    searched: Searched, facility: NDArray[np.int32], places: int, threads: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Where the rows of each place end, and the facility and the metres of each row.

    Each thread puts the pairs of as many searches, those of smaller facilities than the next.
    """
    found, begin, end = searched.found, read_only(searched.begin), read_only(searched.end)
    orders = [read_only(order) for order in np.array_split(np.argsort(facility, kind="stable"), max(threads, 1))]
    next_row = np.zeros((len(orders), places), dtype=np.int64)

    def count_share(share: int) -> int:
        return _count_places(found, begin, end, read_only(np.sort(orders[share])), next_row[share])

    list(in_order(count_share, range(len(orders)), threads))
    count = _first_rows(next_row)
    facilities, metres = np.empty(count, dtype=np.int32), np.empty(count)

    def put_share(share: int) -> int:
        return _put_by_place(found, begin, end, facility, orders[share], next_row[share], facilities, metres)

    list(in_order(put_share, range(len(orders)), threads))
    return next_row[-1], facilities, metres


@compiled(INT, FOUND, READ_ROWS, READ_ROWS, READ_ROWS, FILL_ROWS)
def _count_places(
    found: Found,
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    order: NDArray[np.int64],
    each: NDArray[np.int64],
) -> int:
    """Count the pairs of each place that searches of ``order`` found."""
    for search in order:
        for pair in range(begin[search], end[search]):
            each[found.place[pair]] += 1
    return len(order)


@compiled(INT, FILL_ROWS_TABLE)
def _first_rows(each: NDArray[np.int64]) -> int:
    """Turn the pairs of each share (row) and place (column) into where they begin, places first; how many in all."""
    row = 0
    for place in range(each.shape[1]):
        for share in range(each.shape[0]):
            many = each[share, place]
            each[share, place] = row
            row += many
    return row


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
    for place in range(len(end_row)):
        origin[first : end_row[place]] = place
        first = end_row[place]
    return first
