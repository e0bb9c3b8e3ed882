"""One GeoPackage with every layer and table of a run, for QGIS and ArcGIS."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from circle15.publish.fields import fields_table
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
# A GeoPackage stores when it was last changed; a fixed moment keeps its bytes the same from run to run.
FIXED_MOMENT = "2000-01-01T00:00:00.000Z"


def write_geopackage(results: Results, path: Path, lang: str = "zh") -> None:
    """Write ``results.gpkg``: shapes as layers, the rest as tables; ``notes`` and ``fields`` tell how to read them.

    The layer ``zones`` also carries each unit's index and coverage, so that it can be coloured at once.
    """
    layers = {name: getattr(results, name) for name in (*SHAPES, *TABLES)}
    layers["zones"] = zones_with_values(results)
    told = {"notes": notes_table(results, lang), "fields": fields_table(layers, results, lang)}
    with fixed_moment():
        for name, frame in (layers | told).items():
            write_layer(frame, path, name)


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


def write_layer(frame: pd.DataFrame, path: Path, layer: str) -> None:
    """Write one layer; a full disk is an ``OSError`` here as everywhere."""
    try:
        pyogrio.write_dataframe(_plain_types(frame), path, layer=layer, driver="GPKG", append=path.exists())
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
