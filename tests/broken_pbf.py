"""Ways in which a .osm.pbf file breaks: cut anywhere, cut between blocks, bits turned, bytes lost or doubled."""

import struct
import zlib

import numpy as np


def block_borders(content):
    """Where each block of a file ends, read by lengths alone: 4 bytes, the header they count, and its last number.

    Independent of the reader under test: the size of the data is found by looking for the field's key at the header's
    end, as every writer puts it last.
    """
    borders, at = [], 0
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        header = content[at + 4 : at + 4 + length]
        key = header.rindex(b"\x18")
        size = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(header[key + 1 :]))
        at += 4 + length + size
        borders.append(at)
    return borders


def says_the_same(content, spoilt):
    """Whether only bits that mean nothing were turned: those that fill up the last byte of a packed block."""
    return len(content) == len(spoilt) and _unpacked(content) == _unpacked(spoilt)


def _unpacked(content):
    """What each block holds, found by the mark that packed data begin with; the blocks as they are around it."""
    parts, begin = [], 0
    for end in block_borders_or_none(content):
        head, mark, packed = content[begin:end].partition(b"\x78\x9c")
        try:
            parts.append((head, zlib.decompress(mark + packed)))
        except zlib.error:
            parts.append((head, mark + packed))
        begin = end
    return parts


def block_borders_or_none(content):
    """The borders of blocks; only the file's end where they cannot be followed."""
    try:
        borders = block_borders(content)
    except (ValueError, IndexError, struct.error):
        borders = []
    return borders if borders and borders[-1] == len(content) else [len(content)]


def broken(content, number):
    """One of endlessly many broken copies of a file, and how it was broken."""
    rng = np.random.default_rng(number)
    way = ("cut", "bit", "bits", "lost", "doubled", "zeros", "swapped")[number % 7]
    at = int(rng.integers(len(content)))
    span = int(rng.integers(1, 100))
    if way == "cut":
        return way, content[:at]
    if way == "lost":
        return way, content[:at] + content[at + span :]
    if way == "doubled":
        return way, content[: at + span] + content[at:]
    if way == "zeros":
        return way, content[:at] + bytes(len(content[at : at + span])) + content[at + span :]
    if way == "swapped":
        return way, content[:at] + content[at : at + span][::-1] + content[at + span :]
    spoilt = bytearray(content)
    for place in [at] if way == "bit" else rng.integers(len(content), size=span).tolist():
        spoilt[place] ^= 1 << int(rng.integers(8))
    return way, bytes(spoilt)
