"""An office's own template: read, and refused where it is not a Word document without macros."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx

from circle15.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

MACROS = "vbaProject"
# Unpacked, so much is no template any more.
MOST_BYTES = 200_000_000


def template_bytes(path: Path) -> bytes:
    """The bytes of a template.

    Raises
    ------
    DataError
        No such file, no Word document, or one with macros.
    """
    if path.suffix.lower() in (".doc", ".dot", ".dotx", ".docm", ".dotm"):
        raise DataError("report.template_macros", file=str(path))
    if not path.is_file():
        raise DataError("report.template_missing", file=str(path))
    try:
        content = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
        sound = sum(entry.file_size for entry in entries) <= MOST_BYTES
        if sound:
            docx.Document(io.BytesIO(content))
    except Exception as fault:  # the library raises what its own libraries raise
        raise DataError("report.template_damaged", file=str(path)) from fault
    if not sound:
        raise DataError("report.template_damaged", file=str(path))
    if any(MACROS in entry.filename for entry in entries):
        raise DataError("report.template_macros", file=str(path))
    return content
