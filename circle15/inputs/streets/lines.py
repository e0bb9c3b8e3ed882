"""Walkable ways of a line layer: Geofabrik's schema (``fclass``), or OpenStreetMap's own keys (``highway``)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd
import pyproj
import shapely

from circle15.errors import DataError
from circle15.inputs.files.layers import layer_headers, read_attributes, read_layer
from circle15.inputs.streets.walking import is_private, kind_number, walking_rules, why_not_walked
from circle15.inputs.streets.ways import UNITS_PER_DEGREE, Box, Ways, WaysFound, starts, touching
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.inputs.streets.walking import Tags
    from circle15.model.network import StreetNetwork

Said = TypeVar("Said")
CLASS_COLUMNS = ("fclass", "highway")
TAG_COLUMNS = ("foot", "access", "motorroad", "sidewalk", "sidewalk:both", "route")
ID_COLUMN = "osm_id"
NAME_COLUMN = "name"
NEAR_MISS_M = 0.5


def read_line_ways(
    path: Path,
    layer: str | None,
    crs: pyproj.CRS,
    degrees: Box | None,
    *,
    private: bool = False,
    towgs84: tuple[float, ...] | None = None,
) -> WaysFound:
    """Read the lines that may be walked.

    Lines meet where they share a vertex, to 1e-7 degrees: so a bridge that crosses a street without a common vertex
    stays apart from it. The class stands in ``fclass`` (Geofabrik) or ``highway``; further columns named like
    OpenStreetMap's keys (``foot``, ``access``, ``motorroad``, ``sidewalk``) count where they are there.

    Parameters
    ----------
    path, layer
        The file and its layer; the only layer where not given.
    crs
        The metric system of the result.
    degrees
        Lines that do not touch this box (west, south, east, north) are left out, whole.
    private
        Whether lines inside gated compounds are read, too.
    towgs84
        What takes a layer on an old datum to WGS 84, see ``helmert``.

    Raises
    ------
    DataError
        No such file or layer, no coordinate system, an old datum, no column of classes, or no lines.
    """
    headers = layer_headers(path, layer)
    column = _class_column(headers, path)
    columns = tuple(name for name in (column, *TAG_COLUMNS, ID_COLUMN, NAME_COLUMN) if name in headers)
    said = read_attributes(path, layer, columns)
    reasons = _reasons(said, column, why_not_walked)
    inside = np.array(_reasons(said, column, is_private if private else lambda _: False), dtype=np.bool_)
    reasons = [None if kept else reason for reason, kept in zip(reasons, inside, strict=True)]
    left_out = Counter(reason for reason in reasons if reason is not None)
    walked = np.array([reason is None for reason in reasons], dtype=np.bool_)
    frame = _walked_around(path, layer, columns, walked, degrees, towgs84)
    ways, lonlat, feature = _ways(frame, _way_ids(said[walked]).loc[frame.index].to_numpy(), column, path)
    if len(ways) == 0:
        raise DataError("network.no_highways", file=path.name)
    near = touching(ways.start, lonlat, degrees)
    kept, near_vertices = ways.take(near), np.repeat(near, np.diff(ways.start))
    metres = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*lonlat[near_vertices].T)
    drawn = len(np.unique(feature))
    beyond = int(walked.sum()) - len(frame) + drawn - len(np.unique(feature[near]))
    left_out |= {"outside": beyond, "no_line": len(frame) - drawn}
    located = Ways(kept.way_id, kept.kind, kept.start, kept.vertex_id, np.column_stack(metres))
    private_ids = frozenset(_way_ids(said[walked])[inside[walked]].tolist())
    names = _names(said[walked])
    return WaysFound(located, len(said), dict(left_out), _box(lonlat), private_ids=private_ids, names=names)


def _walked_around(
    path: Path,
    layer: str | None,
    columns: tuple[str, ...],
    walked: NDArray[np.bool_],
    degrees: Box | None,
    towgs84: tuple[float, ...] | None,
) -> gpd.GeoDataFrame:
    """The lines walked that may touch the box; where none does, all of them, to say where they lie."""
    near = read_layer(path, layer, columns, degrees, towgs84=towgs84)
    near = near[walked[near.index.to_numpy()]]
    if len(near) or degrees is None:
        return near
    return read_layer(path, layer, columns, towgs84=towgs84)[walked]


def _class_column(headers: Sequence[str], path: Path) -> str:
    for column in CLASS_COLUMNS:
        if column in headers:
            return column
    raise DataError("network.no_class", file=path.name, columns="、".join(headers))


def _classes(frame: pd.DataFrame, column: str) -> list[str]:
    """Each line's class as OpenStreetMap calls it; "" where the file says nothing."""
    names = walking_rules().line_classes
    return [names.get(value, value) for value in frame[column].fillna("").astype(str).str.strip()]


def _reasons(frame: pd.DataFrame, column: str, rule: Callable[[Tags], Said]) -> list[Said]:
    """What a rule says of each line."""
    tags = pd.DataFrame({"highway": _classes(frame, column)})
    for key in TAG_COLUMNS:
        if key in frame.columns:
            tags[key] = frame[key].fillna("").astype(str).to_numpy()
    said = {row: rule(dict(zip(tags.columns, row, strict=True))) for row in set(_rows(tags))}
    return [said[row] for row in _rows(tags)]


def _rows(tags: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(tags.itertuples(index=False, name=None))


def _ways(
    frame: gpd.GeoDataFrame, way_ids: NDArray[np.int64], column: str, path: Path
) -> tuple[Ways, NDArray[np.float64], NDArray[np.int64]]:
    """The lines, their vertices' longitudes and latitudes, and which feature each line is of."""
    parts, feature = shapely.get_parts(np.asarray(frame.geometry), return_index=True)
    is_line = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(parts)
    parts, feature = parts[is_line], feature[is_line]
    to_degrees = pyproj.Transformer.from_crs(frame.crs, "EPSG:4326", always_xy=True)
    lonlat = np.column_stack(to_degrees.transform(*shapely.get_coordinates(parts).T))
    if not len(lonlat) or not np.isfinite(lonlat).all() or (np.abs(lonlat) > (180.0, 90.0)).any():
        raise DataError("network.not_on_earth" if len(lonlat) else "network.no_highways", file=path.name)
    units = np.round(lonlat * UNITS_PER_DEGREE).astype(np.int64)
    kinds = np.array([kind_number(name) for name in _classes(frame, column)], dtype=np.int16)
    ways = Ways(
        way_ids[feature],
        kinds[feature],
        starts(shapely.get_num_coordinates(parts).astype(np.int64)),
        _place_ids(units),
        np.zeros((len(units), 2)),
    )
    return ways, units / UNITS_PER_DEGREE, feature


def _place_ids(units: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number per place, the same in any file: latitude in the upper half, longitude in the lower."""
    lon, lat = units[:, 0] + 180 * UNITS_PER_DEGREE, units[:, 1] + 90 * UNITS_PER_DEGREE
    place: NDArray[np.int64] = (lat << 32) | lon
    return place


def _way_ids(said: pd.DataFrame) -> pd.Series:
    """``osm_id`` where every line has one that is a number, else the line's row; by row."""
    if ID_COLUMN in said.columns:
        numbers = pd.to_numeric(said[ID_COLUMN], errors="coerce")
        if bool(numbers.notna().all()):
            return numbers.astype(np.int64)
    return pd.Series(said.index, index=said.index, dtype=np.int64)


def _names(said: pd.DataFrame) -> dict[int, str]:
    """What the lines that have a name are called, by id."""
    if NAME_COLUMN not in said.columns:
        return {}
    names = said[NAME_COLUMN].fillna("").astype(str).str.strip()
    called = names[names != ""]
    return dict(zip(_way_ids(said).loc[called.index].tolist(), called.tolist(), strict=True))


def _box(lonlat: NDArray[np.float64]) -> Box:
    (west, south), (east, north) = lonlat.min(axis=0).tolist(), lonlat.max(axis=0).tolist()
    return west, south, east, north


def near_misses(network: StreetNetwork) -> int:
    """How many dead ends lie within ``NEAR_MISS_M`` of another street without touching it.

    Drawn by hand, such an end was meant to meet the street; as the file stands, nobody can walk there.
    """
    degree = np.bincount(np.concatenate([network.from_node, network.to_node]), minlength=network.node_count)
    edge = np.flatnonzero((degree[network.from_node] == 1) | (degree[network.to_node] == 1))
    ends = np.column_stack([network.from_node[edge], network.to_node[edge]])
    dead = degree[ends] == 1
    own_edge = np.repeat(edge, dead.sum(axis=1))
    lines = shapely.linestrings(
        network.line_xy, indices=np.repeat(np.arange(network.edge_count), np.diff(network.line_start))
    )
    points = shapely.points(network.node_xy[ends[dead]])
    end, other = shapely.STRtree(lines).query(points, predicate="dwithin", distance=NEAR_MISS_M)
    return len(np.unique(end[other != own_edge[end]]))


def near_miss_notes(network: StreetNetwork) -> tuple[Note, ...]:
    """A note on near misses where there are any."""
    ends = near_misses(network)
    return (Note("network.near_misses", {"ends": ends, "metres": NEAR_MISS_M}),) if ends else ()
