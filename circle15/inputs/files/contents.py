"""What a file is by its first bytes: GDAL goes by these and not by a name, and some formats point out to the net."""

from __future__ import annotations

import bz2
import gzip
import re
from typing import TYPE_CHECKING

from circle15.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

TIFF_MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# The bytes that a layer of each ending begins with; JSON may have blanks before its first brace.
LAYER_MARKS: dict[str, tuple[bytes, ...]] = {
    ".gpkg": (b"SQLite format 3\0",),
    ".shp": (b"\0\0\x27\x0a",),
    ".geojson": (b"{",),
    ".json": (b"{",),
}
HEAD_BYTES = 64 * 1024
PACKED: dict[str, type[gzip.GzipFile | bz2.BZ2File]] = {".gz": gzip.GzipFile, ".bz2": bz2.BZ2File}
DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def require_layer_content(path: Path) -> None:
    """Raise ``DataError`` where a vector layer does not begin as its ending says.

    A text that names other files or addresses (OGR's VRT, say) can go by any name, and is refused so before GDAL
    opens it.
    """
    marks = LAYER_MARKS.get(path.suffix.lower())
    if marks is not None and not _head(path).startswith(marks):
        raise DataError("layers.other_content", file=path.name, ending=path.suffix)


def is_tiff(path: Path) -> bool:
    """Whether a file begins as a TIFF does."""
    return _head(path).startswith(TIFF_MARKS)


def _head(path: Path) -> bytes:
    """The first bytes, without a byte order mark and blanks."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES).removeprefix(BYTE_ORDER_MARK).lstrip(b" \t\r\n")


def require_no_entities(path: Path) -> None:
    """Raise ``DataError`` where an XML file declares entities: a few lines of them swell to gigabytes.

    Declarations stand before the first element, so only the file's beginning is read; a packed file is unpacked no
    further than that.
    """
    packed = PACKED.get(path.suffix.lower())
    try:
        with path.open("rb") if packed is None else packed(path) as file:
            head = file.read(HEAD_BYTES)
    except (OSError, EOFError) as fault:  # not packed as its name says, or cut short
        raise DataError("network.damaged_osm", file=path.name) from fault
    if DECLARATION.search(head.replace(b"\0", b"")):  # UTF-16 has a zero byte beside each of these letters
        raise DataError("osm.xml_entities", file=path.name)
