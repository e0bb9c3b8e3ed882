"""Where the blocks of a .osm.pbf file lie, and what each holds, unpacked and held against its checksum.

The layout is that of the format's definition (wiki page "PBF Format"; files fileformat.proto and osmformat.proto).
"""

from __future__ import annotations

import os
import zlib
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from typing import BinaryIO

Out = TypeVar("Out")

LENGTH_BYTES = 4
MOST_HEADER_BYTES = 64 * 1024
MOST_BLOCK_BYTES = 32 * 1024 * 1024
HEADER, DATA = b"OSMHeader", b"OSMData"
# Numbers of the fields that are read here.
TYPE, DATA_SIZE = 1, 3
RAW, RAW_SIZE, ZLIB = 1, 2, 3
REQUIRED, OPTIONAL = 4, 5
LAST_BYTE_OF_NUMBER = 0x80  # each byte of a number but its last has this bit
VARINT, EIGHT_BYTES, RUN, FOUR_BYTES = 0, 1, 2, 5
KNOWN = frozenset({b"OsmSchema-V0.6", b"DenseNodes", b"HistoricalInformation"})
SORTED = b"Sort.Type_then_ID"
# What bytes that are no block, or half of one, lead to.
DAMAGE = (EOFError, ValueError, IndexError, KeyError, OverflowError, zlib.error)
MOST_THREADS = 4
AHEAD = 3  # blocks in work for each thread


@dataclass(frozen=True)
class Blob:
    """A packed block: the byte at which its frame begins, and where its own bytes lie."""

    frame: int
    begin: int
    size: int

    @property
    def end(self) -> int:
        """The byte after the last."""
        return self.begin + self.size

    def read(self, file: BinaryIO) -> bytes:
        """Its bytes.

        Raises
        ------
        EOFError
            The file ends before.
        """
        file.seek(self.begin)
        packed = file.read(self.size)
        if len(packed) < self.size:
            raise EOFError
        return packed


def next_blob(file: BinaryIO, kind: bytes) -> Blob:
    """The blob whose frame begins where the file stands.

    Raises
    ------
    EOFError, ValueError, IndexError, KeyError
        The frame is cut, or none, or of another kind.
    """
    frame = file.tell()
    length = file.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        raise EOFError
    size = int.from_bytes(length, "big")
    if size > MOST_HEADER_BYTES:
        raise ValueError(size)
    header = file.read(size)
    if len(header) < size:
        raise EOFError
    fields = dict(fields_of(memoryview(header)))
    if bytes(_bytes(fields[TYPE])) != kind:
        raise ValueError(kind)
    data = _whole_number(fields[DATA_SIZE])
    if data > MOST_BLOCK_BYTES:
        raise ValueError(data)
    return Blob(frame, file.tell(), data)


def blobs_of(file: BinaryIO) -> tuple[Blob, tuple[Blob, ...]]:
    """The header's blob and those of all data, found by their frames alone.

    Raises
    ------
    EOFError, ValueError, IndexError, KeyError
        A frame is cut, or is none.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    header = next_blob(file, HEADER)
    found, at = [], header.end
    while at < size:
        file.seek(at)
        found.append(next_blob(file, DATA))
        at = found[-1].end
    if at > size:
        raise EOFError
    return header, tuple(found)


def unpacked(packed: bytes) -> memoryview:
    """What a blob holds, held against its checksum.

    Blocks packed otherwise than by zlib, which hardly any extract is, have no checksum and pass for damaged.

    Raises
    ------
    ValueError, IndexError, KeyError, zlib.error
        The bytes are damaged.
    """
    blob = dict(fields_of(memoryview(packed)))
    if RAW in blob:
        return _bytes(blob[RAW])
    size = _whole_number(blob[RAW_SIZE])
    if size > MOST_BLOCK_BYTES:
        raise ValueError(size)
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(_bytes(blob[ZLIB]), size + 1)
    if len(content) != size or not unpacker.eof or unpacker.unused_data:
        raise ValueError(size)
    return memoryview(content)


def says_sorted(header: memoryview) -> bool:
    """Whether a file's header says that nodes, ways and relations follow each other, each in order of ids.

    Raises
    ------
    ValueError, IndexError
        The header is none, or asks for what nobody here knows.
    """
    fields = [(number, bytes(_bytes(value))) for number, value in fields_of(header) if number in (REQUIRED, OPTIONAL)]
    unknown = {word for number, word in fields if number == REQUIRED} - KNOWN
    if unknown:
        raise ValueError(unknown)
    return (OPTIONAL, SORTED) in fields


def with_bytes(file: BinaryIO, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes]]:
    """Each blob with its bytes."""
    for blob in blobs:
        yield blob, blob.read(file)


def worked(blobs: Iterable[tuple[Blob, bytes]], work: Callable[[bytes], Out]) -> Iterator[tuple[Blob, Out]]:
    """What comes of each blob's bytes, in their order; several threads work, a few blobs ahead.

    Unpacking and the numbers in a block are the work of C and of machine code, which threads do side by side.
    """
    threads = max(1, min(MOST_THREADS, os.cpu_count() or 1))
    waiting: deque[tuple[Blob, Future[Out]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for blob, packed in blobs:
                waiting.append((blob, pool.submit(work, packed)))
                if len(waiting) > AHEAD * threads:
                    yield _first_done(waiting)
            while waiting:
                yield _first_done(waiting)
        finally:
            for _, future in waiting:
                future.cancel()


def _first_done(waiting: deque[tuple[Blob, Future[Out]]]) -> tuple[Blob, Out]:
    blob, future = waiting.popleft()
    return blob, future.result()


def fields_of(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """The fields of a short protocol-buffer message: their numbers, and numbers or bytes."""
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
