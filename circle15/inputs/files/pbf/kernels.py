"""The numbers in a block of a .osm.pbf file, read by machine code.

A block is a protocol-buffer message: fields, each a number and a value, the value a number of seven bits to the byte
or a run of bytes, which may be a message again. All functions here take the whole block as bytes and a span of it, and
raise ``ValueError`` where the bytes make no sense; nothing beyond a span is ever read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Kernel = TypeVar("Kernel", bound="Callable[..., object]")

INT = numba.types.int64
PAIR = numba.types.UniTuple(INT, 2)  # type: ignore[no-untyped-call]
BYTES = numba.types.Array(numba.types.uint8, 1, "C", readonly=True)
SOME_INT = numba.types.Array(INT, 1, "C", readonly=True)
INTS = numba.types.Array(INT, 1, "C")
TABLE = numba.types.Array(INT, 2, "C")
SMALL = numba.types.Array(numba.types.int32, 1, "C")

SEVEN_BITS, GOES_ON = 0x7F, 0x80
MOST_SHIFT = 63  # a number has 64 bits: ten bytes at most
ALL_BUT_SIGN = 0x7FFFFFFFFFFFFFFF
VARINT, EIGHT_BYTES, RUN, FOUR_BYTES = 0, 1, 2, 5
UNITS = 100  # nanodegrees per unit of OpenStreetMap's precision
# Columns of ``object_table``: where each of an object's fields begins and ends.
ID, KEYS, VALUES, EIGHTH, NINTH, TENTH = 0, 1, 3, 5, 7, 9
OBJECT_COLUMNS = 11


def compiled(returns: object, *takes: object) -> Callable[[Kernel], Kernel]:
    """Compile a function for these types; the code is kept on disk where there is a place for it."""

    def compile_kernel(function: Kernel) -> Kernel:
        signature = returns(*takes)  # type: ignore[operator]
        try:
            return cast("Kernel", numba.njit(signature, cache=True, nogil=True)(function))
        except RuntimeError as fault:
            if "no locator available" not in str(fault):
                raise
            return cast("Kernel", numba.njit(signature, nogil=True)(function))

    return compile_kernel


@compiled(PAIR, BYTES, INT, INT)
def number_at(content: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """A number and where it ends."""
    number = shift = 0
    while at < end and shift <= MOST_SHIFT:
        byte = int(content[at])
        number |= (byte & SEVEN_BITS) << shift
        at += 1
        shift += 7
        if byte < GOES_ON:
            return number, at
    raise ValueError("a number without an end")


@compiled(PAIR, BYTES, INT, INT, INT)
def value_at(content: NDArray[np.uint8], at: int, end: int, wire: int) -> tuple[int, int]:
    """Where a run of bytes begins and ends."""
    if wire == RUN:
        size, at = number_at(content, at, end)
    elif wire == EIGHT_BYTES:
        size = 8
    elif wire == FOUR_BYTES:
        size = 4
    else:
        raise ValueError("a field of no known kind")
    if size < 0 or size > end - at:
        raise ValueError("a field longer than what holds it")
    return at, at + size


@compiled(INT, BYTES, INT, INT)
def count_fields(content: NDArray[np.uint8], begin: int, end: int) -> int:
    """How many fields a message has."""
    at, count = begin, 0
    while at < end:
        key, at = number_at(content, at, end)
        if key & 7 == VARINT:
            _, at = number_at(content, at, end)
        else:
            _, at = value_at(content, at, end, key & 7)
        count += 1
    return count


@compiled(TABLE, BYTES, INT, INT)
def fields_of(content: NDArray[np.uint8], begin: int, end: int) -> NDArray[np.int64]:
    """The fields of a message, int64 (fields, 3): number, where its bytes begin and end; for a number itself and -1."""
    fields = np.empty((count_fields(content, begin, end), 3), np.int64)
    at = begin
    for row in range(len(fields)):
        key, at = number_at(content, at, end)
        fields[row, 0] = key >> 3
        if key & 7 == VARINT:
            fields[row, 1], at = number_at(content, at, end)
            fields[row, 2] = -1
        else:
            fields[row, 1], at = value_at(content, at, end, key & 7)
            fields[row, 2] = at
    return fields


@compiled(TABLE, BYTES, TABLE, INT)
def object_table(content: NDArray[np.uint8], fields: NDArray[np.int64], kind: int) -> NDArray[np.int64]:
    """Those fields of a group that are objects of one kind, int64 (objects, OBJECT_COLUMNS).

    Ways and relations lay out their fields alike: 1 the id, 2 keys and 3 values of tags, 8 nodes or roles, 9 and 10
    members and their kinds. A field that is missing has an empty span.
    """
    count = 0
    for row in range(len(fields)):
        count += fields[row, 0] == kind and fields[row, 2] >= 0
    table = np.zeros((count, OBJECT_COLUMNS), np.int64)
    number = 0
    for row in range(len(fields)):
        if fields[row, 0] != kind or fields[row, 2] < 0:
            continue
        at, end = fields[row, 1], fields[row, 2]
        while at < end:
            key, at = number_at(content, at, end)
            name, wire = key >> 3, key & 7
            if wire == VARINT:
                value, at = number_at(content, at, end)
                if name == 1:
                    table[number, ID] = value
                continue
            begins, at = value_at(content, at, end, wire)
            column = 0
            if name == 2 or name == 3:
                column = 2 * name - 3
            elif 8 <= name <= 10:
                column = 2 * name - 11
            if column > 0:
                table[number, column] = begins
                table[number, column + 1] = at
        number += 1
    return table


@compiled(INT, BYTES, INT, INT)
def count_numbers(content: NDArray[np.uint8], begin: int, end: int) -> int:
    """How many numbers a packed run holds."""
    count = 0
    for at in range(begin, end):
        count += content[at] < GOES_ON
    return count


@compiled(INTS, BYTES, INT, INT)
def numbers_in(content: NDArray[np.uint8], begin: int, end: int) -> NDArray[np.int64]:
    """The numbers of a packed run."""
    numbers = np.empty(count_numbers(content, begin, end), np.int64)
    at = begin
    for row in range(len(numbers)):
        numbers[row], at = number_at(content, at, end)
    if at != end:
        raise ValueError("a number without an end")
    return numbers


@compiled(PAIR, BYTES, INT, INT)
def signed_at(content: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """A number that may be negative (0, -1, 1, -2 are written as 0, 1, 2, 3), and where it ends."""
    number, at = number_at(content, at, end)
    return ((number >> 1) & ALL_BUT_SIGN) ^ -(number & 1), at


@compiled(INTS, BYTES, SOME_INT, SOME_INT)
def counts_in(content: NDArray[np.uint8], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many numbers each of several packed runs holds."""
    counts = np.empty(len(begin), np.int64)
    for row in range(len(begin)):
        counts[row] = count_numbers(content, begin[row], end[row])
    return counts


@compiled(INTS, BYTES, SOME_INT, SOME_INT)
def sums_in(content: NDArray[np.uint8], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of several packed runs, end to end, each run written as steps from one number to the next."""
    total = 0
    for row in range(len(begin)):
        total += count_numbers(content, begin[row], end[row])
    numbers = np.empty(total, np.int64)
    place = 0
    for row in range(len(begin)):
        at, number = begin[row], 0
        while at < end[row]:
            step, at = signed_at(content, at, end[row])
            number += step
            numbers[place] = number
            place += 1
    return numbers


@compiled(INT, BYTES, TABLE, BYTES)
def word_number(content: NDArray[np.uint8], words: NDArray[np.int64], word: NDArray[np.uint8]) -> int:
    """Where a word stands among a block's words (``fields_of`` their table); -1 where it does not."""
    for row in range(len(words)):
        begin = words[row, 1]
        if words[row, 2] - begin != len(word):
            continue
        same = True
        for at in range(len(word)):
            if content[begin + at] != word[at]:
                same = False
                break
        if same:
            return row
    return -1


@compiled(INT, BYTES, TABLE, SMALL, SMALL, INTS, SMALL)
def tags_of(
    content: NDArray[np.uint8],
    table: NDArray[np.int64],
    role: NDArray[np.int32],
    pairs: NDArray[np.int32],
    ends: NDArray[np.int64],
    aside: NDArray[np.int32],
) -> int:
    """The tags of objects, those that matter.

    Parameters
    ----------
    content, table
        The block, and the objects as ``object_table`` tells them.
    role
        What each word means as a key: 0 nothing, 1 a tag that matters, 2 the one that an object must have, 3 one whose
        value is kept apart.
    pairs
        Filled with key and value, as numbers of words, of each object in turn; long enough for all tags.
    ends
        Filled with where each object's pairs end, -1 where it lacks the tag that it must have.
    aside
        Filled with the value kept apart, -1 for none.

    Returns
    -------
    How much of ``pairs`` is filled.
    """
    filled = 0
    for row in range(len(table)):
        begins, has = filled, False
        aside[row] = -1
        at, end = table[row, KEYS], table[row, KEYS + 1]
        value_place, value_end = table[row, VALUES], table[row, VALUES + 1]
        while at < end:
            key, at = number_at(content, at, end)
            value, value_place = number_at(content, value_place, value_end)
            if key < 0 or key >= len(role) or value < 0 or value >= len(role):
                raise ValueError("a word that is not in the table")
            if role[key] == 3:
                if aside[row] < 0:
                    aside[row] = value
            elif role[key] > 0:
                has = has or role[key] == 2
                pairs[filled] = key
                pairs[filled + 1] = value
                filled += 2
        if value_place != value_end:
            raise ValueError("more values than keys")
        ends[row] = filled if has else -1
        if not has:
            filled = begins
    return filled


@compiled(INT, INT, INT, INT)
def placed(step: int, granularity: int, offset: int) -> int:
    """A coordinate in OpenStreetMap's units: nanodegrees are cut off, not rounded, as osmium does."""
    nano = offset + granularity * step
    return nano // UNITS if nano >= 0 else -(-nano // UNITS)


@compiled(TABLE, BYTES, SOME_INT, SOME_INT, SOME_INT)
def found_nodes(
    content: NDArray[np.uint8], spans: NDArray[np.int64], scale: NDArray[np.int64], wanted: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Those of a dense run of nodes that are wanted.

    Parameters
    ----------
    content
        The block.
    spans
        Where the ids, latitudes and longitudes begin and end: six numbers.
    scale
        Granularity, offset of latitudes, offset of longitudes.
    wanted
        Ids in order, each once.

    Returns
    -------
    int64, (found, 3): place among ``wanted``, longitude and latitude in 1e-7 degrees, in the run's order.
    """
    count = count_numbers(content, spans[0], spans[1])
    found = np.empty((count, 3), np.int64)
    at, at_lat, at_lon = spans[0], spans[2], spans[4]
    node = lat = lon = rows = next_wanted = 0
    for number in range(count):
        step, at = signed_at(content, at, spans[1])
        step_lat, at_lat = signed_at(content, at_lat, spans[3])
        step_lon, at_lon = signed_at(content, at_lon, spans[5])
        node, lat, lon = node + step, lat + step_lat, lon + step_lon
        if number == 0 or step <= 0:
            next_wanted = int(np.searchsorted(wanted, node))
        while next_wanted < len(wanted) and wanted[next_wanted] < node:
            next_wanted += 1
        if next_wanted == len(wanted) or wanted[next_wanted] != node:
            continue
        found[rows, 0] = next_wanted
        found[rows, 1] = placed(lon, scale[0], scale[2])
        found[rows, 2] = placed(lat, scale[0], scale[1])
        rows += 1
    if at != spans[1] or at_lat != spans[3] or at_lon != spans[5]:
        raise ValueError("not as many places as ids")
    return found[:rows].copy()


@compiled(TABLE, BYTES, TABLE, INT)
def node_table(content: NDArray[np.uint8], fields: NDArray[np.int64], kind: int) -> NDArray[np.int64]:
    """Nodes that are written one by one, int64 (nodes, 3): id, latitude and longitude as written."""
    count = 0
    for row in range(len(fields)):
        count += fields[row, 0] == kind and fields[row, 2] >= 0
    table = np.zeros((count, 3), np.int64)
    number = 0
    for row in range(len(fields)):
        if fields[row, 0] != kind or fields[row, 2] < 0:
            continue
        at, end = fields[row, 1], fields[row, 2]
        while at < end:
            key, at = number_at(content, at, end)
            if key & 7 == VARINT:
                value, at = signed_at(content, at, end)
                if key >> 3 == 1:
                    table[number, 0] = value
                elif key >> 3 == 8:
                    table[number, 1] = value
                elif key >> 3 == 9:
                    table[number, 2] = value
            else:
                _, at = value_at(content, at, end, key & 7)
        number += 1
    return table
