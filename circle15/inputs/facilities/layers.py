"""Facility lists that are layers of points or polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import collecting, raise_faults
from circle15.inputs.facilities.campuses import Site
from circle15.inputs.facilities.coordinates import Located
from circle15.inputs.facilities.describe import Reading, describe, list_date, require_datum
from circle15.inputs.facilities.listed import FacilityList, Spot, describing_columns
from circle15.inputs.files.layers import read_layer
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    import shapely

    from circle15.catalogue.entries import Service
    from circle15.errors import Circle15Error
    from circle15.inputs.facilities.listed import Columns
    from circle15.model.study import FacilitySource

PLACES = ("Point", "MultiPoint", "Polygon", "MultiPolygon")


def read_facility_layer(source: FacilitySource, path: Path, service: Service, as_of: datetime.date) -> FacilityList:
    """Read a gpkg, geojson or shp list; a polygon stands for a point within it.

    The layer's coordinate system turns its numbers into degrees, the declared datum says what those degrees are on:
    a layer labelled WGS 84 is often full of GCJ-02 numbers.

    Parameters
    ----------
    source
        ``[[facilities]]`` of ``study.toml``.
    path
        The file.
    service
        What the list is of.
    as_of
        The day on which a facility must be in operation.

    Raises
    ------
    DataError
        No datum declared, or a layer that cannot be read or trusted.
    ConfigurationError
        A mapping of columns that makes no sense.
    Faults
        Several of these.
    """
    layer = read_layer(path, source.layer, towgs84=source.towgs84).to_crs("EPSG:4326")
    headers = [str(name) for name in layer.columns if name != layer.geometry.name]
    faults: list[Circle15Error] = []
    with collecting(faults):
        datum = require_datum(source)
    with collecting(faults):
        columns = describing_columns(headers, source, service)
    raise_faults(faults)
    values = zip(*([cell_text(value) for value in layer[header]] for header in headers), strict=True)
    reading, rows = Reading(columns, service, as_of), []
    for row, shape in enumerate(layer.geometry, start=1):
        spot, cells = Spot(path.name, source.layer or "", row), dict(zip(headers, next(values, ()), strict=True))
        name = cells[columns.name] if columns.name else ""
        rows.append(describe(Site(cells), spot, place_in(shape, spot), reading, name))
    return FacilityList(
        file=path.name,
        service=service.id,
        datum=datum,
        flags=tuple(columns.flags),
        rows=tuple(rows),
        as_of=list_date(source),
        notes=_notes(path.name, columns),
    )


def _notes(file: str, columns: Columns) -> tuple[Note, ...]:
    if columns.unfit is None:
        return ()
    place = Place(file, field=columns.unfit)
    return (Note("rows.capacity_header", {"file": file, "column": columns.unfit}, place),)


def cell_text(value: object) -> str:
    """Show an attribute as a person sees it: 12 for 12.0, nothing for a missing value."""
    if value is None or (isinstance(value, float) and value != value) or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def place_in(shape: shapely.Geometry | None, spot: Spot) -> Located:
    """Degrees of a point, or of a point within a polygon."""
    if shape is None or shape.is_empty or not np.isfinite(shape.bounds).all():
        return Located(faults=(Note("facilities.no_coordinates", {}, spot.field(None)),))
    if shape.geom_type not in PLACES:
        return Located(faults=(Note("facilities.not_a_place", {"shape": shape.geom_type}, spot.field(None)),))
    point = shape.representative_point()
    return Located(float(point.x), float(point.y))
