"""Whether a .osm.pbf file is whole: its blocks, read as the format lays them out.

A pbf file is a row of blocks, each with a length of its own and most with a checksum, but nothing says how many there
are: a file cut between two blocks reads as if it were complete. What gives a cut away is the last block. Writers fill
their blocks to a fixed number of objects and leave the rest for the last one, and extracts end with relations. A file
that ends otherwise may be whole, but nobody can tell from the file alone, so someone has to vouch for it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.inputs.files.pbf.blobs import DAMAGE, DATA, HEADER, Blob, next_blob, unpacked, worked
from circle15.inputs.files.pbf.blocks import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


@dataclass(frozen=True)
class Block:
    """A block of data: how many objects it holds, and how many of them are relations."""

    objects: int
    relations: int


def require_whole_pbf(path: Path, *, vouched: bool) -> None:
    """Raise ``DataError`` where a .osm.pbf file is damaged, cut short, or may be cut between two blocks.

    Every block is unpacked, several side by side, and none is kept.

    Parameters
    ----------
    path
        The file.
    vouched
        Someone made sure that the file is whole (``whole = true`` in the study): a last block that looks like a cut
        is then accepted. Damage never is.
    """
    faults: list[DataError] = []
    objects_before, last = 0, None
    with path.open("rb") as file:
        for blob, block in worked(_framed(file, path.name, faults), _checked):
            if isinstance(block, Exception):
                raise DataError("osm.pbf_damaged", file=path.name, byte=blob.frame) from block
            if last is not None:
                objects_before = max(objects_before, last.objects)
            last = block
    if faults:
        raise faults[0]
    if vouched:
        return
    if last is None or last.relations == 0:
        raise DataError("osm.pbf_no_relations", file=path.name)
    if last.objects == objects_before:
        raise DataError("osm.pbf_full_end", file=path.name, objects=last.objects)


def _framed(file: BinaryIO, name: str, faults: list[DataError]) -> Iterator[tuple[Blob, bytes]]:
    """The blobs of data up to the file's end, or to the first fault, which then stands in ``faults``.

    Blobs are read ahead of those that are checked: a fault in a frame is told only after those before it are fine.
    """
    kind, size = HEADER, os.fstat(file.fileno()).st_size
    while kind == HEADER or file.tell() < size:
        begins = file.tell()
        try:
            blob = next_blob(file, kind)
            packed = blob.read(file)
            if kind == HEADER:
                unpacked(packed)
        except EOFError:
            faults.append(DataError("osm.pbf_cut", file=name, byte=begins))
            return
        except DAMAGE:
            faults.append(DataError("osm.pbf_damaged", file=name, byte=begins))
            return
        if kind == DATA:
            yield blob, packed
        kind = DATA


def _checked(packed: bytes) -> Block | Exception:
    """What a blob holds, or what is wrong with it."""
    try:
        return Block(*counted(unpacked(packed)))
    except DAMAGE as fault:
        return fault
