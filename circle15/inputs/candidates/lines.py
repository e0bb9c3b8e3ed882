"""The rows of a list of candidates as they stand, from tables and layers alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from circle15.errors import DataError
from circle15.inputs.facilities.coordinates import Located, read_coordinates
from circle15.inputs.facilities.layers import cell_text, place_in
from circle15.inputs.facilities.listed import Spot
from circle15.inputs.facilities.read import LAYER_SUFFIXES
from circle15.inputs.facilities.tables import axes_of_all
from circle15.inputs.files.layers import read_layer
from circle15.inputs.files.polygons import POLYGON_TYPES, polygonal
from circle15.inputs.files.tables import read_tables, rows_set_aside
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from circle15.inputs.facilities.coordinates import Axes
    from circle15.inputs.files.tables import Table
    from circle15.model.ledger import LedgerRow
    from circle15.model.study import CandidateSource

KIND = "candidates"


@dataclass(frozen=True, eq=False)
class Line:
    """One row: its cells by header, where it stands, its place, and its shape where it is a parcel (degrees)."""

    cells: Mapping[str, str]
    spot: Spot
    located: Located
    parcel: shapely.Geometry | None = None


@dataclass(frozen=True, eq=False)
class Sheet:
    """The rows of one table or layer under its headers, those that hold no data, and what is to be said of it."""

    headers: tuple[str, ...]
    lines: tuple[Line, ...]
    set_aside: tuple[LedgerRow, ...] = ()
    notes: tuple[Note, ...] = ()


def read_lines(source: CandidateSource, path: Path) -> tuple[Sheet, ...]:
    """The sheets of a table, or the one layer of a file.

    Parameters
    ----------
    source
        ``[[siting.candidates]]``, or what the command says in its stead.
    path
        The file.

    Raises
    ------
    DataError, Faults
        It cannot be read, or has no places.
    """
    if path.suffix.lower() in LAYER_SUFFIXES:
        return (_layer(source, path),)
    tables = read_tables(path, source.sheet, source.header_row)
    axes = axes_of_all(tables, source.columns)
    return tuple(_sheet(*each) for each in zip(tables, axes, strict=True))


def _sheet(table: Table, axes: Axes | None) -> Sheet:
    lines = []
    for number, values in zip(table.row_numbers, table.rows, strict=True):
        spot, cells = Spot(table.file, table.sheet, number), dict(zip(table.headers, values, strict=True))
        nowhere = Located(faults=(Note("rows.sheet_without_coordinates", {"sheet": table.sheet}, spot.field(None)),))
        lines.append(Line(cells, spot, nowhere if axes is None else read_coordinates(cells, axes, spot)))
    return Sheet(table.headers, tuple(lines), rows_set_aside(table, KIND), table.notes)


def _layer(source: CandidateSource, path: Path) -> Sheet:
    layer = read_layer(path, source.layer, towgs84=source.towgs84).to_crs("EPSG:4326")
    if layer.empty:
        raise DataError("candidates.no_rows", file=source.file)
    headers = tuple(str(name) for name in layer.columns if name != layer.geometry.name)
    parcels = polygonal(layer.geometry.to_numpy())
    lines = []
    for row, (values, shape, parcel) in enumerate(zip(_texts(layer, headers), layer.geometry, parcels, strict=True), 1):
        spot = Spot(path.name, source.layer or "", row)
        lines.append(Line(dict(zip(headers, values, strict=True)), spot, _place(shape, parcel, spot), parcel))
    return Sheet(headers, tuple(lines))


def _texts(layer: gpd.GeoDataFrame, headers: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The cells of each row as a person sees them."""
    columns = [[cell_text(value) for value in layer[header]] for header in headers]
    return list(zip(*columns, strict=True)) if columns else [()] * len(layer)


def _place(shape: shapely.Geometry | None, parcel: shapely.Geometry | None, spot: Spot) -> Located:
    """A point within the parcel, mended; a polygon without an area has no place."""
    if shape is not None and shapely.get_type_id(shape) in POLYGON_TYPES:
        return place_in(parcel, spot)
    return place_in(shape, spot)
