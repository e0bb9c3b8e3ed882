"""The rows of polygon files and OSM extracts that describe units, as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.errors import Circle15Error, ConfigurationError, DataError, collecting, raise_faults
from circle15.inputs.files.columns import aliases, choose_column, plain
from circle15.inputs.files.layers import read_layer
from circle15.inputs.files.listing import few
from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.zones.findings import UnitRemark, placed, row_keys
from circle15.inputs.zones.osm import WGS84, read_boundaries
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.model.study import ZoneSource


@dataclass(frozen=True, eq=False)
class UnitRows:
    """The rows of one source.

    Attributes
    ----------
    frame
        ``level, code, name, parent, urban_rural, file, sheet, row, lon, lat`` and shapes in the source's own
        coordinate system; also the rows that are not ``wanted``.
    wanted
        The rows that the study uses.
    notes, findings
        What was found.
    """

    frame: gpd.GeoDataFrame
    wanted: gpd.GeoDataFrame
    notes: tuple[Note, ...]
    findings: tuple[UnitRemark, ...]


def read_rows(sources: Sequence[ZoneSource], folder: Path) -> list[UnitRows]:
    """Read every source; a fault in one does not hide those in the others.

    Raises
    ------
    DataError, ConfigurationError
        A file that cannot be read, a column or unit that is not there.
    Faults
        Several of these.
    """
    read: list[UnitRows] = []
    faults: list[Circle15Error] = []
    for source in sources:
        with collecting(faults):
            read.append(_read_source(source, folder / source.file))
    raise_faults(faults)
    return read


def _read_source(source: ZoneSource, path: Path) -> UnitRows:
    layer, notes = _layer(source, path)
    high = _have_heights(layer)
    layer = layer.set_geometry(shapely.force_2d(layer.geometry.to_numpy()), crs=layer.crs)
    _require_earthly(layer, path.name)
    units = _named(layer, source, path.name)
    units["urban_rural"], unknown = _classes(layer, source, path.name)
    units["sheet"] = layer["sheet"].to_list() if is_osm(source.file) else source.layer or ""
    units["row"] = layer["row"].to_list() if is_osm(source.file) else np.arange(1, len(layer) + 1)
    units["lon"], units["lat"] = _points(units)
    cut_off = is_osm(source.file) & shapely.is_missing(units.geometry.to_numpy())
    wanted = _only(units[~cut_off].reset_index(drop=True), source, path.name)
    kept = set(row_keys(wanted))
    not_wanted = units[~cut_off & np.array([key not in kept for key in row_keys(units)])]
    findings = (*_left_out(units[cut_off], "repair.osm_incomplete"), *_left_out(not_wanted, "repair.not_wanted"))
    heights = [UnitRemark(key, Note("repair.heights", {}, placed(key))) for key in row_keys(units[high])]
    return UnitRows(units, wanted, notes + unknown, (*findings, *heights))


def _layer(source: ZoneSource, path: Path) -> tuple[gpd.GeoDataFrame, tuple[Note, ...]]:
    if not is_osm(source.file):
        return read_layer(path, source.layer, towgs84=source.towgs84), ()
    if source.admin_level is None:
        raise ConfigurationError("zones.no_admin_level", file=path.name)
    return read_boundaries(path, source.admin_level)


def _have_heights(layer: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """The shapes with any height; a layer with some gives the others heights that are no numbers."""
    corners, owner = shapely.get_coordinates(layer.geometry.to_numpy(), include_z=True, return_index=True)
    high = np.zeros(len(layer), dtype=bool)
    high[owner[np.isfinite(corners[:, 2])]] = True
    return high


def _points(units: gpd.GeoDataFrame) -> tuple[list[float], list[float]]:
    """Degrees of a point in each shape, NaN where there is none."""
    points = shapely.point_on_surface(units.geometry.to_crs(WGS84).to_numpy())
    points[shapely.is_empty(points)] = None  # no coordinate may be asked of an empty point; of none it is NaN
    return shapely.get_x(points).tolist(), shapely.get_y(points).tolist()


def _left_out(units: gpd.GeoDataFrame, why: str) -> list[UnitRemark]:
    return [UnitRemark(key, Note(why, {}, placed(key)), excluded=True) for key in row_keys(units)]


def _require_earthly(layer: gpd.GeoDataFrame, file: str) -> None:
    """Refuse a layer without features, or whose numbers are no places on earth: metres labelled as degrees."""
    if not len(layer):
        raise DataError("zones.no_polygons", file=file)
    west, south, east, north = layer.to_crs(WGS84).total_bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise DataError("zones.not_on_earth", file=file, crs=layer.crs.name)


def _named(layer: gpd.GeoDataFrame, source: ZoneSource, file: str) -> gpd.GeoDataFrame:
    headers = [str(column) for column in layer.columns if column != layer.geometry.name]
    known = aliases("zone")
    name_column = choose_column(headers, "name", known["name"], source.name, file)
    code_column = choose_column(headers, "code", known["code"], source.code, file)
    parent_column = choose_column(headers, "parent", known["parent"], source.parent, file)
    if name_column is None:
        raise DataError("zones.no_name_column", file=file, columns="、".join(headers))
    names, codes = _texts(layer, name_column), _texts(layer, code_column)
    if code_column is None:
        _refuse_repeated(names, file)
    codes = [code or name for code, name in zip(codes, names, strict=True)]
    if "" in codes:
        raise DataError("zones.unnamed", file=file, row=codes.index("") + 1)
    columns = {
        "level": source.level,
        "code": codes,
        "name": [name or code for code, name in zip(codes, names, strict=True)],
        "parent": _texts(layer, parent_column),
        "file": file,
    }
    return gpd.GeoDataFrame(pd.DataFrame(columns, dtype=object), geometry=layer.geometry.to_numpy(), crs=layer.crs)


def _texts(layer: pd.DataFrame, column: str | None) -> list[str]:
    """Show a column's values as text: 330102 for 330102.0, "" for nothing."""
    if column is None:
        return [""] * len(layer)
    values = layer[column].tolist()
    return [
        "" if pd.isna(v) else str(int(v)) if isinstance(v, float) and v.is_integer() else str(v).strip() for v in values
    ]


def _refuse_repeated(names: list[str], file: str) -> None:
    """Without codes a name is the code, and must be one unit's alone."""
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise DataError("zones.names_repeat", file=file, names=few(repeated))


def _only(units: gpd.GeoDataFrame, source: ZoneSource, file: str) -> gpd.GeoDataFrame:
    if not source.only:
        return units
    missing = [wanted for wanted in source.only if wanted not in {*units["code"], *units["name"]}]
    if missing:
        raise ConfigurationError("zones.only_unknown", file=file, missing="、".join(missing))
    return units[units["code"].isin(source.only) | units["name"].isin(source.only)].reset_index(drop=True)


def _classes(layer: gpd.GeoDataFrame, source: ZoneSource, file: str) -> tuple[list[str], tuple[Note, ...]]:
    """Urban, rural or "" per unit, and a note of the words that say neither."""
    headers = [str(column) for column in layer.columns if column != layer.geometry.name]
    column = choose_column(headers, "urban_rural", aliases("zone")["urban_rural"], source.urban_rural, file)
    words = _texts(layer, column)
    classes = [urban_or_rural(word) or (source.all_are or "") for word in words]
    unknown = sorted({word for word in words if word and not urban_or_rural(word)})
    if not unknown:
        return classes, ()
    return classes, (Note("zones.class_unknown", {"file": file, "column": column, "words": "、".join(unknown)}),)


def urban_or_rural(word: str) -> str:
    """The class that a word or a code of the national urban-rural classification (111 ... 220) says.

    Examples
    --------
    >>> urban_or_rural("城镇"), urban_or_rural("220"), urban_or_rural("不详")
    ('urban', 'rural', '')
    """
    said = plain(word)
    if said in aliases("words")["urban"] or (said.isdigit() and said.startswith("1")):
        return "urban"
    if said in aliases("words")["rural"] or (said.isdigit() and said.startswith("2")):
        return "rural"
    return ""
