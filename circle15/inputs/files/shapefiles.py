"""Shapefiles as they are mailed: zipped, with names in GBK, and with an encoding that nobody states rightly."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.inputs.files.archives import require_modest_zip
from circle15.inputs.files.texts import decode, is_real_text

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
ENCRYPTED_FLAG, UTF8_FLAG = 0x1, 0x800
# The layout of a .dbf file: a header, a description of each field, then rows of one length.
HEADER_BYTES, FIELD_BYTES, NAME_BYTES = 32, 32, 11
HEADER_END = b"\r"
TEXT_FIELD = b"C"
SINGLE_BYTE = re.compile(r"(?:iso-?)?8859-?1?[0-9]?|(?:cp|ansi )?125[0-9]|latin-?1", re.IGNORECASE)
_HIGH = re.compile(rb"[\x80-\xff]+")


@contextmanager
def layer_file(path: Path, layer: str | None = None) -> Iterator[tuple[Path, str | None]]:
    """The file that holds a layer, and the layer's name in it: ``path`` itself, or a shapefile of a .zip, unpacked.

    Only the parts of the shapefile are unpacked, for as long as they are used and under names of this module's own:
    whatever path an entry names, nothing is written elsewhere.

    Raises
    ------
    DataError
        A zip that is damaged, locked, swells beyond reason, holds no shapefile, several and none is named, or not the
        one that is.
    """
    if not _is_zip(path):
        yield path, layer
        return
    with tempfile.TemporaryDirectory(prefix="circle15_") as folder:
        with _opened(path) as archive:
            _unpack(archive, path.name, layer, Path(folder))
        yield Path(folder) / "layer.shp", None


def packed_layers(path: Path) -> tuple[str, ...]:
    """The names of the shapefiles in a .zip, in its order; none of another file.

    Raises
    ------
    DataError
        A zip that is damaged or swells beyond reason.
    """
    if not _is_zip(path):
        return ()
    with _opened(path) as archive:
        return tuple(_shapefiles(archive))


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and path.is_file()


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    require_modest_zip(path)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, UnicodeDecodeError, NotImplementedError) as fault:
        raise DataError("sheets.damaged_zip", file=path.name) from fault


def holds_shapefile(path: Path) -> bool:
    """Whether a zip archive names a shapefile among what it packs; False where it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(".shp") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _unpack(archive: zipfile.ZipFile, file: str, layer: str | None, folder: Path) -> None:
    for entry in _parts(archive, _chosen(_shapefiles(archive), file, layer)):
        if entry.flag_bits & ENCRYPTED_FLAG:
            raise DataError("shapefiles.locked", file=file)
        ending = PurePosixPath(entry.filename).suffix.lower()
        with archive.open(entry) as packed, (folder / f"layer{ending}").open("wb") as out:
            shutil.copyfileobj(packed, out)


def _chosen(shapefiles: dict[str, str], file: str, layer: str | None) -> str:
    """The path of the shapefile that is named, or of the only one."""
    layers = "、".join(shapefiles)
    if not shapefiles:
        raise DataError("shapefiles.none", file=file)
    if layer is None and len(shapefiles) > 1:
        raise DataError("layers.which_layer", file=file, layers=layers)
    if layer is not None and layer not in shapefiles:
        raise DataError("layers.no_such_layer", file=file, layer=layer, layers=layers)
    return shapefiles[next(iter(shapefiles)) if layer is None else layer]


def _shapefiles(archive: zipfile.ZipFile) -> dict[str, str]:
    """The path in the zip, without its ending, of each shapefile by its name; by the whole path where names repeat."""
    paths = [_stem(entry) for entry in _entries(archive) if entry.filename.lower().endswith(".shp")]
    names = [PurePosixPath(path).name for path in paths]
    return {name if names.count(name) == 1 else path: path for name, path in zip(names, paths, strict=True)}


def _parts(archive: zipfile.ZipFile, stem: str) -> list[zipfile.ZipInfo]:
    """The files that make up one shapefile."""
    same = [entry for entry in _entries(archive) if _stem(entry).lower() == stem.lower()]
    return [entry for entry in same if PurePosixPath(entry.filename).suffix.lower() in PARTS]


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [entry for entry in archive.infolist() if not entry.filename.startswith("__MACOSX/")]


def _stem(entry: zipfile.ZipInfo) -> str:
    """An entry's path without its ending; names in GBK, which Windows packs without saying so, as they were."""
    path = PurePosixPath(entry.filename).with_suffix("").as_posix()
    if entry.flag_bits & UTF8_FLAG:
        return path
    try:
        return decode(path.encode("cp437")) or path
    except UnicodeEncodeError:
        return path


def text_encoding(path: Path) -> str | None:
    """The encoding of a shapefile's names and texts, by what stands in it; None for other layers.

    The byte in the .dbf that should say it is wrong more often than not, and a .cpg is often missing or copied from
    elsewhere. So the texts are tried: UTF-8 strictly, then GB18030 strictly; a .cpg that names an encoding of single
    bytes is believed only where the texts are no pairs of bytes, as Chinese is.

    Raises
    ------
    DataError
        The texts are neither.
    """
    dbf = _beside(path, ".dbf")
    if path.suffix.lower() != ".shp" or dbf is None:
        return None
    content = dbf.read_bytes()
    texts = [] if content[HEADER_BYTES:].isascii() else _texts(content)
    if not texts:
        return "UTF-8"
    raw = b"\n".join(texts)
    if _all_read(texts, "utf-8"):
        whole = decode(raw)
        return "UTF-8" if whole is None or whole == raw.decode("utf-8", "ignore") else "GB18030"
    said = _said(path)
    if SINGLE_BYTE.fullmatch(said) and not all(len(run) % 2 == 0 for run in _HIGH.findall(raw)):
        return said
    if not _all_read(texts, "gb18030"):
        raise DataError("shapefiles.encoding", file=path.name)
    return "GB18030"


def _beside(path: Path, ending: str) -> Path | None:
    found = (path.with_suffix(form) for form in (ending, ending.upper()))
    return next((file for file in found if file.is_file()), None)


def _said(path: Path) -> str:
    cpg = _beside(path, ".cpg")
    return "" if cpg is None else cpg.read_bytes().decode("ascii", "replace").strip()


def _texts(raw: bytes) -> list[bytes]:
    """Each different name and text of a .dbf file that holds more than ASCII."""
    rows, begin, length = (int.from_bytes(raw[at:end], "little") for at, end in ((4, 8), (8, 10), (10, 12)))
    rows = min(rows, len(raw) // max(length, 1))  # a damaged header may say any number
    fields = _fields(raw[HEADER_BYTES:begin])
    found = {name for name, _, _ in fields}
    at = 1  # a row's first byte says whether it is deleted
    for _, kind, size in fields:
        if kind == TEXT_FIELD:
            found |= {raw[begin + row * length + at :][:size] for row in range(rows)}
        at += size
    return sorted(text.rstrip(b" \0") for text in found if not text.isascii())


def _fields(described: bytes) -> list[tuple[bytes, bytes, int]]:
    """Name, type and length of each field."""
    fields = []
    for at in range(0, len(described) - FIELD_BYTES + 1, FIELD_BYTES):
        if described[at : at + 1] == HEADER_END:
            break
        field = described[at : at + FIELD_BYTES]
        fields.append((field[:NAME_BYTES].split(b"\0")[0], field[NAME_BYTES : NAME_BYTES + 1], field[16]))
    return fields


def _all_read(texts: list[bytes], encoding: str) -> bool:
    """Whether all texts are of an encoding; the field's end may have cut the last character of some."""
    return all(_reads(text, encoding) for text in texts)


def _reads(text: bytes, encoding: str) -> bool:
    for cut in range(4):
        try:
            return is_real_text(text[: len(text) - cut].decode(encoding))
        except UnicodeDecodeError as fault:
            if fault.end < len(text) - cut:
                return False
    return False
