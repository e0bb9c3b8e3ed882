"""What the layers of a vector file are: units, streets, buildings, land use, places."""

from __future__ import annotations

import codecs
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pyproj
import shapely

from circle15.errors import Circle15Error, DataError
from circle15.inputs.files.columns import aliases, find_columns
from circle15.inputs.files.contents import require_layer_content
from circle15.inputs.files.layers import ON_INVALID, damage_told, require_known_datum
from circle15.inputs.files.shapefiles import layer_file, packed_layers
from circle15.inputs.recognise.facilities import told_headers, which_service
from circle15.inputs.recognise.found import Found, Told
from circle15.inputs.recognise.units import find_unit_columns
from circle15.inputs.recognise.vocabulary import hinted_datum, mentions, vocabulary
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from circle15.catalogue.entries import Catalogue

LOOKED_AT = 3000  # features
LOOKED_AT_BYTES = 1_000_000
# Polygons smaller than this, and many of them, are buildings.
BUILDING_M2, MANY = 5000.0, 200
METRES_PER_DEGREE = 111_000.0


@dataclass(frozen=True, eq=False)
class Sample:
    """The first features of a layer: their shapes, their cells by header, and whether they are in degrees."""

    shapes: np.ndarray
    cells: Mapping[str, list[str]]
    degrees: bool

    def are(self, word: str) -> bool:
        """Whether most shapes are points, lines or polygons, as ``word`` says."""
        types = [shape.geom_type for shape in self.shapes if shape is not None]
        return bool(types) and 2 * sum(word in kind for kind in types) > len(types)


def recognise_layers(path: Path, name: str, catalogue: Catalogue) -> tuple[Found, ...]:
    """Every layer of a gpkg, geojson or shp file, or shapefile of a zip, as what it is taken for.

    Parameters
    ----------
    path, name
        The file, and its name in the folder.
    catalogue
        For its services.
    """
    try:
        packed = packed_layers(path)
    except Circle15Error as fault:
        return (_unread(Found(path, name, "nothing"), fault),)
    if len(packed) < 2:
        return _of_file(Found(path, name, "nothing"), None, catalogue)
    return tuple(found for layer in packed for found in _of_file(Found(path, name, "nothing", layer), layer, catalogue))


def _of_file(base: Found, packed: str | None, catalogue: Catalogue) -> tuple[Found, ...]:
    """Every layer of a file, or the one named ``packed`` of a zip that holds several."""
    try:
        with layer_file(base.path, packed) as (file, _):
            require_layer_content(file)
            with damage_told(base.path):
                layers = [str(layer) for layer in pyogrio.list_layers(file)[:, 0]]
            named = [(layer, replace(base, part=layer) if len(layers) > 1 else base) for layer in layers]
            return tuple(_recognise(each, file, layer, catalogue) for layer, each in named)
    except Circle15Error as fault:
        return (_unread(base, fault),)


def _recognise(base: Found, file: Path, layer: str, catalogue: Catalogue) -> Found:
    """A layer of ``file``, which is ``base.path`` or what it packs."""
    try:
        with damage_told(base.path):
            info = pyogrio.read_info(file, layer=layer)
            base = replace(base, headers=tuple(map(str, info["fields"])), rows=max(int(info["features"]), 0))
            if info["geometry_type"] is None:
                raise DataError("layers.no_geometry", file=base.path.name)
            crs = None if info["crs"] is None else pyproj.CRS(info["crs"])
            require_known_datum(crs, base.path.name)
            encoding = unsaid_encoding(file)
            base = _with_encoding(base, file, encoding)
            sample = _sample(file, layer, crs, encoding)
    except Circle15Error as fault:
        return _unread(base, fault)
    return _of_sample(base, layer, sample, catalogue)


def _unread(base: Found, fault: Circle15Error) -> Found:
    return replace(base, remarks=(Note("init.cannot_read", {"problem": Told(fault)}),))


def _with_encoding(base: Found, file: Path, encoding: str) -> Found:
    """A shapefile's columns as its unsaid encoding writes them; beside one that is packed nothing can be put."""
    if not encoding:
        return base
    headers = tuple(map(str, pyogrio.read_info(file, encoding=encoding)["fields"]))
    return replace(base, encoding=encoding if file == base.path else "", headers=headers)


def _sample(file: Path, layer: str, crs: pyproj.CRS | None, encoding: str) -> Sample:
    said_encoding = {"encoding": encoding} if encoding else {}
    frame = pyogrio.read_dataframe(file, layer=layer, max_features=LOOKED_AT, on_invalid=ON_INVALID, **said_encoding)
    cells = {str(header): [_text(cell) for cell in frame[header]] for header in frame.columns if header != "geometry"}
    return Sample(frame.geometry.to_numpy(), cells, crs is not None and crs.is_geographic)


def unsaid_encoding(path: Path) -> str:
    """The encoding of a shapefile that does not say it: UTF-8 where its attributes are, else the Chinese one.

    Raises
    ------
    DataError
        It is neither, or has no attributes.
    """
    beside = {entry.name.lower() for entry in path.parent.iterdir()}
    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").name.lower() in beside:
        return ""
    table = next((entry for entry in path.parent.iterdir() if entry.name.lower() == f"{path.stem}.dbf".lower()), None)
    text = b"" if table is None else _some_text(table)
    for encoding in () if text.isascii() else ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()  # a character cut at the end is no fault
        with suppress(UnicodeDecodeError):
            decoder.decode(text)
            return encoding.upper()
    if text.isascii():
        return ""
    raise DataError("layers.unreadable", file=path.name)


def _some_text(table: Path) -> bytes:
    """The first records of a dBase file behind its head, of which only the columns' names are text."""
    with table.open("rb") as file:
        head = file.read(32)
        size = int.from_bytes(head[8:10], "little")
        columns = file.read(max(size - 32, 0))
        names = b" ".join(columns[at : at + 11].split(b"\0")[0] for at in range(0, len(columns) - 31, 32))
        return names + b" " + file.read(LOOKED_AT_BYTES)


def _text(cell: object) -> str:
    if cell is None or cell != cell:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _of_sample(base: Found, layer: str, sample: Sample, catalogue: Catalogue) -> Found:
    label = f"{base.path.stem} {base.part or layer}"
    if mentions(label, vocabulary("names")["patch"]):
        return replace(base, kind="patch")
    if sample.are("Line"):
        return _lines(base, label)
    if sample.are("Point"):
        return _points(base, label, sample, catalogue)
    if sample.are("Polygon"):
        return _polygons(base, label, sample)
    return replace(base, remarks=(Note("init.empty_layer"),))


def _lines(base: Found, label: str) -> Found:
    if find_columns(base.headers, vocabulary("columns")["streets"]) or mentions(label, vocabulary("names")["streets"]):
        return replace(base, kind="streets")
    return replace(base, remarks=(Note("init.unknown_lines", {"columns": told_headers(base.headers)}),))


def _points(base: Found, label: str, sample: Sample, catalogue: Catalogue) -> Found:
    found = find_columns(base.headers, aliases("facility")["name"])
    names = tuple(sample.cells[found[0]]) if found else ()
    service, remarks = which_service(label, names, catalogue.services)
    datum = hinted_datum(*base.headers, label)
    return replace(base, kind="facilities", service=service, datum=datum, names=names, remarks=remarks)


def _polygons(base: Found, label: str, sample: Sample) -> Found:
    """Land use by its values, buildings by their floors, units by their codes and names, buildings by their size."""
    residential = _residential(base, sample)
    if residential is not None:
        return residential
    floors = find_columns(base.headers, aliases("building")["floors"])
    if floors:
        return replace(base, kind="buildings", columns=(("floors", floors[0]),))
    units = find_unit_columns(sample.cells)
    if units is not None and units.level:
        names = tuple(sample.cells.get(units.name, ()))
        return replace(base, kind="zones", level=units.level, columns=units.own, names=names)
    small = _median_m2(sample) < BUILDING_M2 and base.rows >= MANY
    if small or mentions(label, vocabulary("names")["buildings"]):
        return replace(
            base, kind="buildings", remarks=(Note("init.no_floors", {"columns": told_headers(base.headers)}),)
        )
    return replace(base, remarks=(Note("init.unknown_polygons", {"columns": told_headers(base.headers)}),))


def _residential(base: Found, sample: Sample) -> Found | None:
    """Land use, where a column of it has values that speak of dwellings."""
    words = vocabulary("landuse")["residential"]
    for name in vocabulary("columns")["landuse"]:
        for header in find_columns(base.headers, (name,)):
            values = tuple(sorted({cell for cell in sample.cells[header] if mentions(cell, words)}))
            if values:
                return replace(base, kind="landuse", columns=(("column", header),), values=values)
    return None


def _median_m2(sample: Sample) -> float:
    areas = shapely.area(sample.shapes)
    known = areas[areas > 0]
    side = METRES_PER_DEGREE if sample.degrees else 1.0
    return float(np.median(known)) * side**2 if len(known) else float("inf")
