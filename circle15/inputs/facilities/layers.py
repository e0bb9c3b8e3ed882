"""Facility lists that are layers of points or polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import collecting, raise_faults
from circle15.inputs.facilities.listed import FacilityList, describing_columns
from circle15.inputs.facilities.tables import NAN, describe, require_datum
from circle15.inputs.files.layers import read_layer
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from pathlib import Path

    import shapely

    from circle15.catalogue.entries import Service
    from circle15.errors import Circle15Error
    from circle15.model.study import FacilitySource

PLACES = ("Point", "MultiPoint", "Polygon", "MultiPolygon")


def read_facility_layer(source: FacilitySource, path: Path, service: Service) -> FacilityList:
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
    values = zip(*([_text(value) for value in layer[header]] for header in headers), strict=True)
    rows = []
    for row, shape in enumerate(layer.geometry, start=1):
        lonlat, fault = _place(shape)
        cells = dict(zip(headers, next(values, ()), strict=True))
        rows.append(describe(cells, columns, service, (path.name, source.layer or "", row), lonlat, fault))
    return FacilityList(path.name, service.id, datum, tuple(columns.flags), tuple(rows))


def _text(value: object) -> str:
    """Show an attribute as a person sees it: 12 for 12.0, nothing for a missing value."""
    if value is None or (isinstance(value, float) and value != value) or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _place(shape: shapely.Geometry | None) -> tuple[tuple[float, float], Note | None]:
    """Degrees of a point, or of a point within a polygon."""
    if shape is None or shape.is_empty or not np.isfinite(shape.bounds).all():
        return (NAN, NAN), Note("facilities.no_coordinates")
    if shape.geom_type not in PLACES:
        return (NAN, NAN), Note("facilities.not_a_place", {"shape": shape.geom_type})
    point = shape.representative_point()
    return (float(point.x), float(point.y)), None
