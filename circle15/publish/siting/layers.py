"""What a siting found as layers for QGIS and ArcGIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.publish.geopackage import fixed_moment, write_layer
from circle15.publish.siting.telling import siting_told
from circle15.results.siting import SHAPES, TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from circle15.catalogue.entries import Catalogue
    from circle15.results.siting import SitingRecord


def write_siting_layers(
    record: SitingRecord, zones: gpd.GeoDataFrame, catalogue: Catalogue, path: Path, lang: str
) -> None:
    """Write ``siting.gpkg``: sites, cells newly reached, cells that no candidate reaches, units, and all tables."""
    units = zones[["level", "code", "geometry"]].merge(record.units, on=["level", "code"], how="inner")
    layers = {name: getattr(record, name) for name in SHAPES} | {"units": units}
    tables = {name: getattr(record, name) for name in TABLES if name != "units"}
    told = pd.DataFrame({"sentence": siting_told(record, catalogue, lang)}).astype("str")
    with fixed_moment():
        for name, frame in (layers | tables | {"notes": told}).items():
            write_layer(frame, path, name)
