"""One GeoPackage with every layer and table of a run, for QGIS and ArcGIS."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from circle15.publish.fields import fields_table
from circle15.publish.handover.attributes import attributes
from circle15.publish.handover.style_table import LAYER_STYLES, style_table
from circle15.results.results import BESIDE, CAPACITY, STEADINESS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from circle15.results import Results

SHAPES = ("zones", "cells", "facilities", "underserved", "isochrones", "patch")
TABLES = (
    "coverage", "rules", "index", "index_parts", "index_slices", "pairs", "ledger", "factors", "compared_people",
    *CAPACITY, *STEADINESS, *BESIDE, "targets",
)  # fmt: skip
# The newest that all versions of QGIS and ArcGIS in use read without a warning.
GEOPACKAGE_VERSION = "1.3"
# A GeoPackage stores when it was last changed; a fixed moment keeps its bytes the same from run to run.
FIXED_MOMENT = "2000-01-01T00:00:00.000Z"


def write_geopackage(results: Results, path: Path, lang: str = "zh") -> None:
    """Write ``results.gpkg``: shapes as layers, the rest as tables; ``notes`` and ``fields`` tell how to read them.

    ``layer_styles`` holds how QGIS is to draw the layers, and what it is to call their fields. The layer ``zones``
    also carries each unit's index and coverage, so that it can be coloured at once.
    """
    layers = {name: getattr(results, name) for name in (*SHAPES, *TABLES)}
    layers["zones"] = zones_with_values(results)
    told = {"notes": notes_table(results, lang), "fields": fields_table(layers, results, lang)}
    named = {name: attributes(name, layers[name], results, lang) for name in SHAPES}
    with fixed_moment():
        for name, frame in (layers | told).items():
            write_layer(frame, path, name)
        write_layer(style_table(results, named, lang), path, LAYER_STYLES, key="id")


def notes_table(results: Results, lang: str) -> pd.DataFrame:
    """``key, sentence`` of every note, so that the layers carry the study's reservations with them."""
    rows = [(note.key, note.sentence(lang)) for note in results.notes]
    return pd.DataFrame(rows, columns=["key", "sentence"]).astype("str")


def zones_with_values(results: Results) -> gpd.GeoDataFrame:
    """The zones with their index and, per service, the share of people in reach (``<service>_coverage``)."""
    key = ["level", "code"]
    index = results.index.drop(columns="name")
    main = results.coverage.drop_duplicates([*key, "service"])  # a service's first circle is the one that decides
    coverage = main.pivot(index=key, columns="service", values="coverage").add_suffix("_coverage").reset_index()
    return results.zones.merge(index, on=key, how="left").merge(coverage, on=key, how="left")


def write_layer(frame: pd.DataFrame, path: Path, layer: str, key: str = "fid") -> None:
    """Write one layer with the numbers of its rows as ``key``; a full disk is an ``OSError`` here as everywhere."""
    there = path.exists()
    new = {} if there else {"dataset_options": {"VERSION": GEOPACKAGE_VERSION}}
    rows = {"layer_options": {"FID": key}}
    try:
        pyogrio.write_dataframe(_plain_types(frame), path, layer=layer, driver="GPKG", append=there, **rows, **new)
    except (DataSourceError, DataLayerError) as fault:
        raise OSError(f"{path.name}: {fault}") from fault


def _plain_types(frame: pd.DataFrame) -> pd.DataFrame:
    """Booleans as 0 and 1, which every GIS shows the same way."""
    flags = frame.select_dtypes("bool").columns
    return frame.astype(dict.fromkeys(flags, "int32"))


@contextmanager
def fixed_moment() -> Iterator[None]:
    """While the block runs, a GeoPackage is written as if at one fixed moment, so that its bytes are the same."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_MOMENT})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
