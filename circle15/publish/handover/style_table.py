"""The table ``layer_styles`` of a GeoPackage: QGIS takes a layer's looks from there when the layer is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.publish.handover.attributes import service_names
from circle15.publish.handover.layers import families
from circle15.publish.handover.looks import (
    bands,
    changes,
    in_reach,
    lacking_by_service,
    services_in_reach,
    sites,
    units_by,
)
from circle15.publish.handover.qml import style_document
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from circle15.publish.handover.attributes import Attribute
    from circle15.publish.handover.signs import Look
    from circle15.results import Results

LAYER_STYLES = "layer_styles"
GEOMETRY_COLUMN = "geom"
# What QGIS' own table allows.
LONGEST_NAME = 30
MOMENT = pd.Timestamp("2000-01-01")
OWNER = "circle15"


def style_table(results: Results, fields: Mapping[str, tuple[Attribute, ...]], lang: str) -> pd.DataFrame:
    """A row per style as QGIS lays it out: one default per layer, and further ones to choose from.

    Parameters
    ----------
    fields
        The fields of each layer by its name.
    """
    rows = []
    known: set[str] = set()
    for table, name, look in _looks(results, lang):
        tip = '"name"' if any(field.name == "name" for field in fields[table]) else ""
        rows.append(
            {
                "f_table_catalog": "",
                "f_table_schema": "",
                "f_table_name": table,
                "f_geometry_column": GEOMETRY_COLUMN,
                "styleName": name[:LONGEST_NAME],
                "styleQML": style_document(look, fields[table], tip),
                "styleSLD": "",
                "useAsDefault": table not in known,
                "description": name,
                "owner": OWNER,
                "ui": "",
                "update_time": MOMENT,
            }
        )
        known.add(table)
    return pd.DataFrame(rows)


def _looks(results: Results, lang: str) -> Iterator[tuple[str, str, Look]]:
    """Layer, name and look of every style; a layer's first is its default."""
    names, listed = service_names(results, lang), results.listed_level()
    yield "zones", say("tables.sheet_index", lang), units_by("balanced_access", listed, lang)
    for id_, name in names.items():
        if (results.coverage["service"] == id_).any():
            title = say("handover.style_coverage", lang, service=name)
            yield "zones", title, units_by(f"{id_}_coverage", listed, lang)
    yield "cells", say("handover.all_cells", lang), services_in_reach(results.catalogue.services, lang)
    for id_ in results.catalogue.services:
        yield "cells", say("handover.cells_of", lang, service=names[id_]), in_reach(id_, lang)
    yield "facilities", say("handover.all_sites", lang), sites(results, lang)
    yield "underserved", say("handover.all_lacking", lang), lacking_by_service(results, lang)
    if len(results.isochrones):
        yield "isochrones", say("handover.style_bands", lang), bands(results.isochrones["minutes"], lang)
    for family in families(results.patch.geom_type.tolist())[:1]:
        yield "patch", say("handover.patch", lang), changes(family, lang)
