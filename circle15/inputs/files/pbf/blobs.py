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

from circle15.inputs.files.pbf.numbers import fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
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
    fields = _Message.of(header)
    if fields.run(TYPE) != kind:
        raise ValueError(kind)
    data = fields.number(DATA_SIZE)
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


def unpacked(packed: bytes) -> bytes:
    """What a blob holds, held against its checksum.

    Blocks packed otherwise than by zlib, which hardly any extract is, have no checksum and pass for damaged.

    Raises
    ------
    ValueError, IndexError, KeyError, zlib.error
        The bytes are damaged.
    """
    blob = _Message.of(packed)
    if RAW in blob.values:
        return blob.run(RAW)
    size = blob.number(RAW_SIZE)
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(blob.run(ZLIB), size + 1)
    if len(content) != size or not unpacker.eof or unpacker.unused_data:
        raise ValueError(size)
    return content


def says_sorted(header: bytes) -> bool:
    """Whether a file's header says that nodes, ways and relations follow each other, each in order of ids.

    Raises
    ------
    ValueError, IndexError
        The header is none, or asks for what nobody here knows.
    """
    fields = [(number, header[begin:end]) for number, begin, end in fields_of(header, 0, len(header)).tolist()]
    unknown = {word for number, word in fields if number == REQUIRED} - KNOWN
    if unknown:
        raise ValueError(unknown)
    return (OPTIONAL, SORTED) in fields


@dataclass(frozen=True)
class _Message:
    """A short message: of each field the last value, as where it begins and ends."""

    content: bytes
    values: Mapping[int, tuple[int, int]]

    @classmethod
    def of(cls, content: bytes) -> _Message:
        fields = fields_of(content, 0, len(content)).tolist()
        return cls(content, {number: (begin, end) for number, begin, end in fields})

    def run(self, field: int) -> bytes:
        begin, end = self.values[field]
        if end < 0:
            raise ValueError(field)
        return self.content[begin:end]

    def number(self, field: int) -> int:
        number, end = self.values[field]
        if end >= 0 or not 0 <= number <= MOST_BLOCK_BYTES:
            raise ValueError(number)
        return number


def with_bytes(file: BinaryIO, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes]]:
    """Each blob with its bytes."""
    for blob in blobs:
        yield blob, blob.read(file)


def worked(blobs: Iterable[tuple[Blob, bytes]], work: Callable[[bytes], Out]) -> Iterator[tuple[Blob, Out]]:
    """What comes of each blob's bytes, in their order; several threads work, a few blobs ahead.

    Unpacking is the work of C, which threads do side by side.
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
