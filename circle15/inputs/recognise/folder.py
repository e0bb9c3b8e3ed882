"""Every file of a folder, as what it is taken for."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from circle15.errors import UsageError
from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.files.shapefiles import holds_shapefile
from circle15.inputs.recognise.found import Found
from circle15.inputs.recognise.layers import recognise_layers
from circle15.inputs.recognise.osm import recognise_osm
from circle15.inputs.recognise.rasters import recognise_raster
from circle15.inputs.recognise.tables import TEXTS, WORKBOOKS, recognise_tables
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circle15.catalogue.entries import Catalogue

LAYERS = (".gpkg", ".geojson", ".json", ".shp")
RASTERS = (".tif", ".tiff")
# The other files of a shapefile or raster; they go with it.
COMPANIONS = (
    ".aux.xml", ".shp.xml",
    ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".xml", ".aux", ".ovr", ".tfw", ".fix",
)  # fmt: skip
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".bz2")
MOST_FILES, DEEPEST = 2000, 8
LARGEST_BYTES = {"table": 100_000_000, "layer": 4_000_000_000, "raster": 8_000_000_000, "osm": 8_000_000_000}


def recognise_folder(folder: Path, catalogue: Catalogue) -> tuple[Found, ...]:
    """Look at every file below a folder; nothing is written.

    Parameters
    ----------
    folder
        The folder. Links and hidden files are told and not followed.
    catalogue
        For its services and groups.

    Returns
    -------
    tuple of Found
        Ordered by name; every file once or, by its layers and sheets, several times.

    Raises
    ------
    UsageError
        No such folder, or one with more than ``MOST_FILES`` files.
    """
    if not folder.is_dir():
        raise UsageError("init.no_folder", folder=str(folder))
    found: list[Found] = []
    for path in _entries(folder):
        name = path.relative_to(folder).as_posix()
        if not _is_companion(path):
            found += _recognise(path, name, catalogue)
    return tuple(found)


def _entries(folder: Path) -> list[Path]:
    """Files, links and geodatabases below a folder, ordered by name."""
    paths: list[Path] = []
    for path in _walk(folder, DEEPEST):
        paths.append(path)
        if len(paths) > MOST_FILES:
            raise UsageError("init.too_many_files", folder=str(folder), most=MOST_FILES)
    return sorted(paths, key=lambda path: path.relative_to(folder).as_posix())


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder  # told as a folder that cannot be opened
        return
    for entry in entries:
        into = entry.is_dir() and not entry.is_symlink() and not _is_junction(entry)
        if into and depth and entry.suffix.lower() != ".gdb":
            yield from _walk(entry, depth - 1)
        else:
            yield entry


def _is_junction(path: Path) -> bool:
    """Whether a folder is a link of Windows' own kind, or is elsewhere in truth."""
    return os.path.normcase(path.resolve()) != os.path.normcase(path.parent.resolve() / path.name)


def _is_companion(path: Path) -> bool:
    """Whether a file belongs to a shapefile or raster beside it."""
    name = path.name.lower()
    if not name.endswith(COMPANIONS):
        return False
    stem = path.name[: -len(next(ending for ending in COMPANIONS if name.endswith(ending)))]
    beside = {entry.name.lower() for entry in path.parent.iterdir()}
    owners = (*LAYERS, *RASTERS, "")
    return any(f"{stem}{ending}".lower() in beside - {name} for ending in owners)


def _recognise(path: Path, name: str, catalogue: Catalogue) -> tuple[Found, ...]:
    reason = _unfit(path, name)
    if reason is not None:
        return (Found(path, name, "nothing", remarks=(reason,)),)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # libraries warn of odd files; here each file gets its own sentence
            return _by_kind(path, name, catalogue)
    except Exception as fault:  # noqa: BLE001  damaged files fail in as many ways as there are libraries
        problem = Note("init.damaged", {"detail": type(fault).__name__})
        return (Found(path, name, "nothing", remarks=(problem,)),)


def _by_kind(path: Path, name: str, catalogue: Catalogue) -> tuple[Found, ...]:
    kind = _kind(path)
    if kind == "osm":
        return recognise_osm(path, name)
    if kind == "table":
        return recognise_tables(path, name, catalogue)
    if kind == "layer":
        return recognise_layers(path, name, catalogue)
    if kind == "raster":
        return (recognise_raster(path, name),)
    return (Found(path, name, "streets", rows=path.stat().st_size),)


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    if is_osm(path.name):
        return "osm"
    if suffix in (*WORKBOOKS, *TEXTS):
        return "table"
    if suffix in LAYERS or (suffix == ".zip" and holds_shapefile(path)):
        return "layer"
    if suffix in RASTERS:
        return "raster"
    return "graph" if suffix == ".graphml" else ""


def _unfit(path: Path, name: str) -> Note | None:
    """Why a file is not opened at all."""
    if not _can_be_written(name):
        return Note("init.odd_name")
    if path.is_symlink():
        return Note("init.link")
    if path.is_dir():
        return Note("init.geodatabase" if path.suffix.lower() == ".gdb" else "init.closed_folder")
    if not path.is_file():
        return Note("init.no_plain_file")
    if path.name.startswith((".", "~$")) or path.name.lower() in ("thumbs.db", "desktop.ini"):
        return Note("init.hidden")
    kind = _kind(path)
    if not kind:
        return Note("init.archive" if path.suffix.lower() in ARCHIVES else "init.other_format")
    return _size_note(path, kind)


def _size_note(path: Path, kind: str) -> Note | None:
    size, most = path.stat().st_size, LARGEST_BYTES.get(kind, LARGEST_BYTES["layer"])
    if size == 0:
        return Note("init.empty_file")
    return Note("init.too_large", {"size": size / 1e6, "most": most / 1e6}) if size > most else None


def _can_be_written(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
