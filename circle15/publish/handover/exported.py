"""What is exported to other formats: layers and tables made of what every format can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from circle15.model.projection import metric_crs
from circle15.publish.geopackage import zones_with_values
from circle15.publish.handover.attributes import attributes
from circle15.publish.handover.layers import FAMILIES, families
from circle15.publish.handover.xml_text import xml_text
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circle15.publish.handover.attributes import Attribute
    from circle15.results import Results

TABLES = ("index", "coverage", "rules", "service_states", "loads", "catchments", "targets")
LONLAT = 4326
MOST_INT = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Exported:
    """One layer or table: its name in files, its title, the table of the results it is of, rows, fields in words."""

    name: str
    title: str
    source: str
    frame: pd.DataFrame
    fields: tuple[Attribute, ...]

    @property
    def has_shapes(self) -> bool:
        """Whether it is a layer, not a table."""
        return isinstance(self.frame, gpd.GeoDataFrame)

    def shapes(self) -> gpd.GeoDataFrame:
        """The rows of a layer."""
        return gpd.GeoDataFrame(self.frame)


def exported_layers(results: Results, lang: str) -> tuple[Exported, ...]:
    """Every layer that has a row: units by level, cells, facilities, under-served areas, areas of reach, changes."""
    return tuple(layer for layer in _layers(results, lang) if len(layer.frame))


def exported_tables(results: Results, lang: str) -> tuple[Exported, ...]:
    """The tables that are read most, as far as they have rows."""
    tables = ((name, getattr(results, name)) for name in TABLES)
    return tuple(
        _exported(name, say(_title_of(name), lang), name, frame, results, lang) for name, frame in tables if len(frame)
    )


def systems(results: Results) -> tuple[pyproj.CRS, pyproj.CRS]:
    """Longitude and latitude, and the metric system of the study: in China both CGCS2000."""
    west, south, east, north = results.zones.to_crs(LONLAT).total_bounds
    geographic = metric_crs((west + east) / 2, (south + north) / 2).geodetic_crs
    metric: pyproj.CRS = results.cells.crs
    return geographic if geographic is not None else pyproj.CRS.from_epsg(LONLAT), metric


def _title_of(name: str) -> str:
    rooms = {"service_states": "capacity_sheets", "loads": "capacity_sheets", "catchments": "capacity_sheets",
             "targets": "target_sheets"}  # fmt: skip
    return f"{rooms.get(name, 'tables')}.sheet_{name}"


def _layers(results: Results, lang: str) -> Iterator[Exported]:
    zones = zones_with_values(results)
    for level in ("place", "county", "town", "village"):
        title = say(f"terms.{level}", lang)
        yield _exported(f"unit_{level}", title, "zones", zones[zones["level"] == level], results, lang)
    yield _exported("cells", say("handover.cells", lang), "cells", results.cells, results, lang)
    yield _exported("facilities", say("tables.sheet_facilities", lang), "facilities", results.facilities, results, lang)
    lacking = say("tables.sheet_underserved", lang)
    yield _exported("underserved", lacking, "underserved", results.underserved, results, lang)
    whole = results.isochrones[results.isochrones["facility_id"] == ""]
    yield _exported("reach", say("handover.style_bands", lang), "isochrones", whole, results, lang)
    for family in families(results.patch.geom_type.tolist()):
        shapes = results.patch[results.patch.geom_type.map(FAMILIES) == family]
        yield _exported(f"patch_{family.lower()}", say("handover.patch", lang), "patch", shapes, results, lang)


def _exported(name: str, title: str, source: str, frame: pd.DataFrame, results: Results, lang: str) -> Exported:
    return Exported(name, title, source, plain(frame), attributes(source, frame, results, lang))


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows as numbers and texts that every format holds: no infinity, no truth values, no characters of control.

    An infinite time or distance (nothing can be reached) is empty.
    """
    made = frame.reset_index(drop=True).copy()
    for column in made.columns.drop("geometry", errors="ignore"):
        made[column] = _plain_values(made[column])
    return made


def _plain_values(values: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(values):
        return values.astype("int32")
    if pd.api.types.is_float_dtype(values):
        return values.where(np.isfinite(values))
    if pd.api.types.is_integer_dtype(values):
        small = values.abs().max() <= MOST_INT if len(values) else True
        return values.astype("int32" if small else "float64")
    return values.fillna("").astype(str).map(xml_text)
