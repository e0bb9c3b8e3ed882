"""Administrative units from polygon files or OSM boundaries: one checked tree of counties, towns and villages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from circle15.errors import Circle15Error, ConfigurationError, DataError, collecting, raise_faults
from circle15.inputs.files.columns import aliases, choose_column, plain
from circle15.inputs.files.layers import read_layer
from circle15.inputs.files.listing import few
from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.zones.osm import WGS84, read_boundaries
from circle15.inputs.zones.shapes import mend_shapes, overlap_faults
from circle15.inputs.zones.tree import in_order, join_parts, tie_units
from circle15.model.ledger import Note
from circle15.model.projection import metric_crs
from circle15.model.zones import LEVELS, Zones

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.model.study import ZoneSource

# A neighbouring zone of a Gauss-Krueger or UTM system stretches by less, Web Mercator in China by 15 %.
MOST_STRETCH = 0.005


def read_zones(
    sources: Sequence[ZoneSource], folder: Path, crs: pyproj.CRS | None, place: str, place_id: str
) -> tuple[Zones, tuple[Note, ...]]:
    """Read the units of all levels and tie them into one tree.

    Parameters
    ----------
    sources
        ``[[zones]]`` of ``study.toml``; several may hold one level.
    folder
        Where their files lie.
    crs
        A metric system; None takes the CGCS2000 3-degree zone (UTM outside China) of the area's middle.
    place, place_id
        Name and code of the root that is added where no single unit stands above all others.

    Returns
    -------
    Zones
        Valid polygons in metres; each unit but the root has a parent.
    notes
        What was mended, left out or guessed.

    Raises
    ------
    DataError, ConfigurationError
        A file that cannot be read, a column or unit that is not there, units of one level that overlap.
    Faults
        Several of these.
    """
    read = [*_read_all(sources, folder)]
    frames, notes = [frame for frame, _ in read], [note for _, some in read for note in some]
    lon, lat = _middle(_widest(frames))
    crs = crs or metric_crs(lon, lat)
    require_metric(crs)
    require_true_lengths(crs, lon, lat)
    units, mended = mend_shapes(pd.concat([frame.to_crs(crs) for frame in frames], ignore_index=True))
    units, joined = join_parts(units)
    faults, slivers = overlap_faults(units)
    raise_faults(faults)
    tree, outside = tie_units(in_order(units), place, place_id)
    return Zones(tree), (*notes, *mended, *joined, *slivers, *outside)


def require_metric(crs: pyproj.CRS) -> None:
    """Raise ``ConfigurationError`` where a study's own coordinate system does not count in metres."""
    if not crs.is_projected or {axis.unit_name for axis in crs.axis_info} != {"metre"}:
        raise ConfigurationError("zones.crs_not_metric", crs=crs.name)


def zone_codes(zones: Zones, xy: NDArray[np.float64]) -> pd.DataFrame:
    """Find the unit of each level that each point lies in.

    Parameters
    ----------
    zones
        The study's units.
    xy
        Shape (n, 2), metres in the units' coordinate system.

    Returns
    -------
    DataFrame
        n rows, a column ``<level>_code`` per level; "" where a point lies in none. On a shared border the smaller
        code holds.
    """
    # The tree holds the points and is asked by polygon, since shapely prepares the geometry that asks.
    tree = shapely.STRtree(shapely.points(np.asarray(xy, dtype=np.float64).reshape(-1, 2)))
    return pd.DataFrame({f"{level}_code": _codes_at(zones.at_level(level), tree) for level in zones.levels})


def _codes_at(units: gpd.GeoDataFrame, points: shapely.STRtree) -> NDArray[np.object_]:
    unit, point = points.query(units.geometry.to_numpy(), predicate="intersects")
    first = np.full(len(points), len(units))
    np.minimum.at(first, point, unit)
    codes: NDArray[np.object_] = np.append(units["code"].to_numpy(dtype=object), "")[first]
    return codes


def _read_all(sources: Sequence[ZoneSource], folder: Path) -> list[tuple[gpd.GeoDataFrame, tuple[Note, ...]]]:
    """Read every source; a fault in one does not hide those in the others."""
    read: list[tuple[gpd.GeoDataFrame, tuple[Note, ...]]] = []
    faults: list[Circle15Error] = []
    for source in sources:
        with collecting(faults):
            read.append(_read_source(source, folder / source.file))
    raise_faults(faults)
    return read


def _read_source(source: ZoneSource, path: Path) -> tuple[gpd.GeoDataFrame, tuple[Note, ...]]:
    """Read one source as ``level, code, name, parent, urban_rural, geometry, file`` in its own coordinate system."""
    notes: tuple[Note, ...] = ()
    if is_osm(source.file):
        if source.admin_level is None:
            raise ConfigurationError("zones.no_admin_level", file=path.name)
        layer, notes = read_boundaries(path, source.admin_level)
    else:
        layer = read_layer(path, source.layer, towgs84=source.towgs84)
    _require_earthly(layer, path.name)
    units = _named(layer, source, path.name)
    units["urban_rural"], unknown = _classes(layer, source, path.name)
    return _only(units, source, path.name), notes + unknown


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


def require_true_lengths(crs: pyproj.CRS, lon: float, lat: float) -> None:
    """Raise ``ConfigurationError`` where a metre of a study's own coordinate system is no metre on the ground there."""
    scales = pyproj.Proj(crs).get_factors(lon, lat)
    shares = np.array([scales.meridional_scale, scales.parallel_scale]) - 1.0
    if not (np.abs(shares) <= MOST_STRETCH).all():
        raise ConfigurationError("zones.crs_stretches", crs=crs.name, share=float(shares[np.argmax(np.abs(shares))]))


def _widest(frames: list[gpd.GeoDataFrame]) -> list[gpd.GeoDataFrame]:
    top = min(LEVELS.index(frame["level"].iloc[0]) for frame in frames)
    return [frame for frame in frames if frame["level"].iloc[0] == LEVELS[top]]


def _middle(frames: list[gpd.GeoDataFrame]) -> tuple[float, float]:
    """Longitude and latitude of the middle of all frames together."""
    bounds = np.array([frame.to_crs(WGS84).total_bounds for frame in frames])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    return float(west + east) / 2, float(south + north) / 2
