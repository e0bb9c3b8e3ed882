"""Vector layers with a coordinate system that can be trusted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pyproj
import shapely

from circle15.errors import DataError
from circle15.inputs.files.boxes import fids_around
from circle15.inputs.files.contents import is_tiff, require_layer_content
from circle15.inputs.files.helmert import shifted_frame
from circle15.inputs.files.present import require_file
from circle15.inputs.files.shapefiles import layer_file, text_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from circle15.inputs.files.boxes import Box

# PROJ turns these into CGCS2000 with a shift of 0 m and no warning; in truth they lie tens of metres apart.
OLD_DATUMS = {"beijing 1954": "北京54 (Beijing 1954)", "xian 1980": "西安80 (Xian 1980)"}

# What the libraries raise at a damaged layer; a damaged coordinate system is told by itself. The last is pyogrio's own
# slip where GDAL reads a system that it cannot write again.
CRS_DAMAGE = (pyogrio.errors.CRSError, pyproj.exceptions.CRSError, UnboundLocalError)
DAMAGE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    shapely.errors.ShapelyError,
    UnicodeDecodeError,
)
# A shape that cannot be one (a ring of two places, say) is read as none: its row then says so, and the others stand.
ON_INVALID = "ignore"


def require_known_datum(crs: pyproj.CRS | None, file: str) -> None:
    """Raise ``DataError`` where a layer has no coordinate system or one of the old datums."""
    if crs is None:
        raise DataError("layers.no_crs", file=file)
    datum = " ".join(str(part.name) for part in (crs, crs.geodetic_crs, crs.datum) if part is not None).lower()
    for fragment, name in OLD_DATUMS.items():
        if fragment in datum.replace("_", " "):
            raise DataError("layers.old_datum", file=file, datum=name)


def as_published(crs: pyproj.CRS) -> pyproj.CRS:
    """A coordinate system on CGCS2000 as EPSG publishes it, for ArcGIS writes it otherwise; any other as it is.

    Examples
    --------
    >>> degrees = pyproj.CRS("EPSG:4490").to_wkt("WKT1_ESRI")
    >>> pyproj.CRS(degrees) == pyproj.CRS("EPSG:4490"), as_published(pyproj.CRS(degrees)) == pyproj.CRS("EPSG:4490")
    (False, True)
    """
    if "china 2000" not in str(crs.datum.name if crs.datum is not None else "").lower().replace("_", " "):
        return crs
    number = crs.to_epsg(min_confidence=20)
    return crs if number is None else pyproj.CRS(f"EPSG:{number}")


def _require_content(path: Path, file: Path) -> None:
    """Raise ``DataError``, by the name of ``path``, where ``file`` does not begin as its ending says."""
    try:
        require_layer_content(file)
    except DataError as fault:
        raise DataError(fault.key, **(fault.facts | {"file": path.name})) from fault


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Turn what the libraries raise at a damaged layer into a ``DataError`` by the name of ``path``."""
    try:
        yield
    except CRS_DAMAGE as fault:
        raise DataError("safety.damaged_crs", file=path.name) from fault
    except DAMAGE as fault:
        raise _unreadable(path) from fault


def _unreadable(path: Path) -> DataError:
    return DataError("layers.raster" if is_tiff(path) else "layers.unreadable", file=path.name)


def layer_headers(path: Path, layer: str | None = None) -> tuple[str, ...]:
    """The names of a layer's columns, without its shapes.

    Parameters
    ----------
    path, layer
        The file and its layer; the only layer where not given.

    Raises
    ------
    DataError
        No such file or layer, several layers and none named, or a file that cannot be read.
    """
    require_file(path)
    with layer_file(path, layer) as (file, name):
        return _headers(path, file, name)


def _headers(path: Path, file: Path, layer: str | None) -> tuple[str, ...]:
    """The names of the columns of ``file``, which stands for ``path``."""
    _require_content(path, file)
    with damage_told(path):
        layers = [str(name) for name in pyogrio.list_layers(file)[:, 0]]
        if layer is None and len(layers) > 1:
            raise DataError("layers.which_layer", file=path.name, layers="、".join(layers))
        if layer is not None and layer not in layers:
            raise DataError("layers.no_such_layer", file=path.name, layer=layer, layers="、".join(layers))
        return tuple(str(name) for name in pyogrio.read_info(file, layer=layer, encoding=text_encoding(file))["fields"])


def read_layer(
    path: Path,
    layer: str | None = None,
    columns: tuple[str, ...] | None = None,
    around: Box | None = None,
    *,
    towgs84: tuple[float, ...] | None = None,
) -> gpd.GeoDataFrame:
    """Read a gpkg, geojson or shp layer as it stands, with its coordinate system checked.

    Parameters
    ----------
    path
        The file.
    layer
        Name of the layer; the only one where not given.
    columns
        Columns to read; all where not given.
    around
        West, south, east, north in degrees: features whose own boxes surely do not touch it are left out. Rows keep
        their numbers in the file as their index.
    towgs84
        What takes a layer on an old datum to WGS 84, see ``helmert``; it then comes on WGS 84 degrees, and whole.

    Raises
    ------
    DataError
        No such file or layer, several layers and none named, a column that is not there, no coordinate system,
        or one on the Beijing 1954 or Xian 1980 datum without ``towgs84``.
    ConfigurationError
        ``towgs84`` for a layer that is on WGS 84 or CGCS2000.
    """
    headers = layer_headers(path, layer)
    for column in columns or ():
        if column not in headers:
            raise DataError("layers.no_column", file=path.name, column=column, columns="、".join(headers))
    box = around if towgs84 is None else None
    with damage_told(path), layer_file(path, layer) as (file, name):
        frame = _read(file, name, None if columns is None else list(columns), box)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataError("layers.no_geometry", file=path.name)
    if towgs84 is not None and frame.crs is not None:
        return shifted_frame(frame, towgs84, path.name)
    require_known_datum(frame.crs, path.name)
    return frame.set_crs(as_published(frame.crs), allow_override=True)


def _read(path: Path, layer: str | None, columns: list[str] | None, around: Box | None) -> pd.DataFrame:
    encoding = text_encoding(path)
    crs = pyogrio.read_info(path, layer=layer, encoding=encoding)["crs"]
    if around is None or crs is None or not pyogrio.read_info(path, layer=layer, encoding=encoding)["geometry_type"]:
        whole: pd.DataFrame = pyogrio.read_dataframe(
            path, layer=layer, columns=columns, encoding=encoding, on_invalid=ON_INVALID
        )
        return whole
    fids, rows = fids_around(path, layer, pyproj.CRS(crs), around)
    some: pd.DataFrame = pyogrio.read_dataframe(
        path, layer=layer, columns=columns, fids=fids, encoding=encoding, on_invalid=ON_INVALID
    )
    return some.set_index(rows)


def read_attributes(path: Path, layer: str | None, columns: tuple[str, ...]) -> pd.DataFrame:
    """Columns of a layer without its shapes; the layer and the columns must be there."""
    with damage_told(path), layer_file(path, layer) as (file, name):
        said: pd.DataFrame = pyogrio.read_dataframe(
            file, layer=name, columns=list(columns), read_geometry=False, encoding=text_encoding(file)
        )
    return said
