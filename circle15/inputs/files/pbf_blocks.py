"""Whether a .osm.pbf file is whole: its blocks, read as the format lays them out.

A pbf file is a row of blocks, each with a length of its own and most with a checksum, but nothing says how many there
are: a file cut between two blocks reads as if it were complete. What gives a cut away is the last block. Writers fill
their blocks to a fixed number of objects and leave the rest for the last one, and extracts end with relations. A file
that ends otherwise may be whole, but nobody can tell from the file alone, so someone has to vouch for it.

The layout is that of the format's definition (wiki page "PBF Format"; files fileformat.proto and osmformat.proto).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

LENGTH_BYTES = 4
MOST_HEADER_BYTES = 64 * 1024
MOST_BLOCK_BYTES = 32 * 1024 * 1024
HEADER, DATA = b"OSMHeader", b"OSMData"
# Numbers of the fields that are read here.
TYPE, DATA_SIZE = 1, 3
RAW, RAW_SIZE, ZLIB = 1, 2, 3
GROUP = 2
NODE, DENSE, WAY, RELATION = 1, 2, 3, 4
DENSE_IDS = 1
LAST_BYTE_OF_NUMBER = 0x80  # each byte of a number but its last has this bit
VARINT, EIGHT_BYTES, RUN, FOUR_BYTES = 0, 1, 2, 5


@dataclass(frozen=True)
class Block:
    """A block of data: how many objects it holds, and how many of them are relations."""

    objects: int
    relations: int


def require_whole_pbf(path: Path, *, vouched: bool) -> None:
    """Raise ``DataError`` where a .osm.pbf file is damaged, cut short, or may be cut between two blocks.

    Parameters
    ----------
    path
        The file.
    vouched
        Someone made sure that the file is whole (``whole = true`` in the study): a last block that looks like a cut
        is then accepted. Damage never is.
    """
    objects_before, last = 0, None
    with path.open("rb") as file:
        for block in _blocks(file, path.name):
            if last is not None:
                objects_before = max(objects_before, last.objects)
            last = block
    if vouched:
        return
    if last is None or last.relations == 0:
        raise DataError("osm.pbf_no_relations", file=path.name)
    if last.objects == objects_before:
        raise DataError("osm.pbf_full_end", file=path.name, objects=last.objects)


def _blocks(file: BinaryIO, name: str) -> Iterator[Block]:
    """The blocks of data, each checked."""
    number = 0
    while True:
        begins = file.tell()
        length = file.read(LENGTH_BYTES)
        if not length and number:
            return
        try:
            content = _content(file, length, HEADER if number == 0 else DATA)
            if number:
                yield _counted(content)
        except EOFError as fault:
            raise DataError("osm.pbf_cut", file=name, byte=begins) from fault
        except (ValueError, IndexError, KeyError, zlib.error) as fault:
            raise DataError("osm.pbf_damaged", file=name, byte=begins) from fault
        number += 1


def _content(file: BinaryIO, length: bytes, kind: bytes) -> memoryview:
    """What one block holds, unpacked and held against its checksum.

    Blocks packed otherwise than by zlib, which hardly any extract is, have no checksum and pass for damaged.
    """
    if len(length) < LENGTH_BYTES:
        raise EOFError
    header = _last_fields(_read(file, int.from_bytes(length, "big"), MOST_HEADER_BYTES))
    if bytes(_bytes(header[TYPE])) != kind:
        raise ValueError(kind)
    blob = _last_fields(_read(file, _whole_number(header[DATA_SIZE]), MOST_BLOCK_BYTES))
    if RAW in blob:
        return _bytes(blob[RAW])
    return _unpacked(_bytes(blob[ZLIB]), _whole_number(blob[RAW_SIZE]))


def _unpacked(packed: memoryview, size: int) -> memoryview:
    if size > MOST_BLOCK_BYTES:
        raise ValueError(size)
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(packed, size + 1)
    if len(content) != size or not unpacker.eof or unpacker.unused_data:
        raise ValueError(size)
    return memoryview(content)


def _read(file: BinaryIO, size: int, most: int) -> memoryview:
    if size > most:
        raise ValueError(size)
    content = file.read(size)
    if len(content) < size:
        raise EOFError
    return memoryview(content)


def _counted(content: memoryview) -> Block:
    objects = relations = 0
    for field, group in _fields(content):
        if field != GROUP:
            continue
        for kind, value in _fields(_bytes(group)):
            if kind in (NODE, WAY, RELATION):
                objects += 1
                relations += kind == RELATION
            elif kind == DENSE:
                objects += _numbers_in(_bytes(_last_fields(_bytes(value))[DENSE_IDS]))
    return Block(objects, relations)


def _numbers_in(packed: memoryview) -> int:
    """How many numbers a run of them holds."""
    return int((np.frombuffer(packed, dtype=np.uint8) < LAST_BYTE_OF_NUMBER).sum())


def _last_fields(message: memoryview) -> dict[int, memoryview | int]:
    return dict(_fields(message))


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """The fields of a protocol-buffer message: their numbers, and numbers or bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        value: memoryview | int
        if key & 7 == VARINT:
            value, at = _varint(message, at)
        else:
            size, at = _size(message, at, key & 7)
            if at + size > len(message):
                raise ValueError(size)
            value, at = message[at : at + size], at + size
        yield key >> 3, value


def _size(message: memoryview, at: int, wire: int) -> tuple[int, int]:
    """How many bytes a field takes, and where they begin."""
    if wire == RUN:
        return _varint(message, at)
    return {EIGHT_BYTES: 8, FOUR_BYTES: 4}[wire], at


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number of seven bits to the byte, and where it ends.

    Examples
    --------
    >>> _varint(memoryview(bytes([172, 2])), 0)
    (300, 2)
    """
    number = shift = 0
    while True:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < LAST_BYTE_OF_NUMBER:
            return number, at


def _bytes(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise ValueError(value)
    return value


def _whole_number(value: memoryview | int) -> int:
    if not isinstance(value, int):
        raise ValueError(value)
    return value
