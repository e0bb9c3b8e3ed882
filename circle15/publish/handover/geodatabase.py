"""Layers and tables as a file geodatabase, with names in words as ArcGIS shows them (aliases)."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from circle15.publish.geopackage import fixed_moment
from circle15.publish.handover.layers import families

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyproj

    from circle15.publish.handover.exported import Exported

ALIAS = "GDAL:OGR:alternative_name"
WKB = {"ARROW:extension:name": "ogc.wkb"}
GEOMETRY = "geometry"
UNFIT = re.compile(r"\W")
# Words of its language that a geodatabase takes for no name.
RESERVED = {
    "ADD", "ALTER", "AND", "BETWEEN", "BY", "COLUMN", "CREATE", "DELETE", "DROP", "EXISTS", "FOR", "FROM", "GROUP",
    "IN", "INDEX", "INSERT", "INTO", "IS", "LIKE", "NOT", "NULL", "OBJECTID", "OR", "ORDER", "SELECT", "SET", "SHAPE",
    "TABLE", "UPDATE", "VALUES", "WHERE",
}  # fmt: skip
SAME_IDS = "OPENFILEGDB_REPRODUCIBLE_UUID"


def geodatabase_name(name: str) -> str:
    """A name as a geodatabase takes it: letters of any script, digits and _, and no word of its own.

    Examples
    --------
    >>> [geodatabase_name(name) for name in ("name", "group", "flag_普惠", "flag_a<b>", "2km")]
    ['name', 'group_', 'flag_普惠', 'flag_a_b_', 'f_2km']
    """
    plain = UNFIT.sub("_", name)
    if not plain[:1].isalpha():
        plain = f"f_{plain}"
    return f"{plain}_" if plain.upper() in RESERVED else plain


def write_geodatabase(layers: Iterable[Exported], path: Path, crs: pyproj.CRS) -> None:
    """Write a ``.gdb``.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    with fixed_moment(), _same_ids():
        for layer in layers:
            try:
                _write(layer, path, crs)
            except (DataSourceError, DataLayerError) as fault:
                raise OSError(f"{path.name}: {fault}") from fault


def _write(layer: Exported, path: Path, crs: pyproj.CRS) -> None:
    shapes = {"geometry_name": GEOMETRY, "geometry_type": _geometry_type(layer), "crs": crs.to_wkt()}
    pyogrio.write_arrow(
        _arrow(layer, crs), path, layer=geodatabase_name(layer.name), driver="OpenFileGDB", append=path.exists(),
        layer_options={"LAYER_ALIAS": layer.title}, **(shapes if layer.has_shapes else {}),
    )  # fmt: skip


def _arrow(layer: Exported, crs: pyproj.CRS) -> pa.Table:
    aliases = {field.name: field.alias for field in layer.fields}
    bare = layer.frame.drop(columns=GEOMETRY, errors="ignore")
    table = pa.Table.from_pandas(bare, preserve_index=False).replace_schema_metadata()
    fields = [
        pa.field(geodatabase_name(field.name), _plain_type(field.type), metadata={ALIAS: aliases[field.name]})
        for field in table.schema
    ]
    table = table.rename_columns([field.name for field in fields]).cast(pa.schema(fields))
    if not layer.has_shapes:
        return table
    shapes = shapely.to_wkb(_multi(layer.shapes().to_crs(crs).geometry.to_numpy()))
    return table.append_column(pa.field(GEOMETRY, pa.binary(), metadata=WKB), pa.array(shapes.tolist(), pa.binary()))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_large_string(kind) else kind


def _multi(shapes: np.ndarray) -> np.ndarray:
    """Areas and lines as such of several parts, since a layer holds one kind."""
    several = {
        shapely.GeometryType.POLYGON: shapely.multipolygons,
        shapely.GeometryType.LINESTRING: shapely.multilinestrings,
    }
    made = shapes.copy()
    for kind, gather in several.items():
        single = shapely.get_type_id(shapes) == kind
        if single.any():
            made[single] = gather(shapes[single], indices=np.arange(single.sum()))
    return made


def _geometry_type(layer: Exported) -> str:
    family = families(layer.shapes().geom_type.tolist())[0] if layer.has_shapes else ""
    return {"Polygon": "MultiPolygon", "Line": "MultiLineString", "Point": "Point", "": ""}[family]


@contextmanager
def _same_ids() -> Iterator[None]:
    """While the block runs, a geodatabase numbers its parts in the same way each time."""
    before = pyogrio.get_gdal_config_option(SAME_IDS)
    pyogrio.set_gdal_config_options({SAME_IDS: "YES"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({SAME_IDS: before})
