"""Ways of a line layer that may be used: Geofabrik's schema (``fclass``), or OpenStreetMap's own keys (``highway``)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from circle15.errors import DataError
from circle15.inputs.files.layers import layer_headers, read_attributes, read_layer
from circle15.inputs.streets.directions import direction_rules
from circle15.inputs.streets.found import Account
from circle15.inputs.streets.traits import Traits, traits_of
from circle15.inputs.streets.uses import KEYS, mask_of, use_of, wanted_permits
from circle15.inputs.streets.walking import walking_rules
from circle15.inputs.streets.ways import UNITS_PER_DEGREE, Box, Ways, WaysFound, starts, touching
from circle15.model.ledger import Note
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode
    from circle15.inputs.streets.uses import Use
    from circle15.model.network import StreetNetwork

    Boxes = Mapping[Mode, Box | None]

CLASS_COLUMNS = ("fclass", "highway")
ID_COLUMN = "osm_id"
NAME_COLUMN = "name"
NEAR_MISS_M = 0.5


def read_line_ways(
    path: Path,
    layer: str | None,
    crs: pyproj.CRS,
    degrees: Boxes,
    *,
    private: bool = False,
    towgs84: tuple[float, ...] | None = None,
) -> WaysFound:
    """Read the lines that some modes may use.

    Lines meet where they share a vertex, to 1e-7 degrees: so a bridge that crosses a street without a common vertex
    stays apart from it. The class stands in ``fclass`` (Geofabrik, whose codes of ``oneway``, ``bridge``, ``tunnel``
    and ``maxspeed`` are known) or ``highway``; further columns named like OpenStreetMap's keys (``foot``, ``access``,
    ``motorroad``, ``oneway:bicycle``) count where they are there.

    Parameters
    ----------
    path, layer
        The file and its layer; the only layer where not given.
    crs
        The metric system of the result.
    degrees
        By mode asked for: lines that do not touch its box (west, south, east, north) are left out for it, whole.
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
    columns = (column, *(name for name in (*sorted(KEYS - {column}), ID_COLUMN, NAME_COLUMN) if name in headers))
    said = read_attributes(path, layer, columns)
    uses = _uses(said, column)
    permits = np.array([wanted_permits(use, degrees, private=private) for use in uses], dtype=np.uint16)
    source = _Source(path, layer, columns, towgs84)
    frame = _used_around(source, permits != 0, _widest(degrees))
    ways, lonlat, feature = _ways(frame, _way_ids(said), [uses[row] for row in frame.index], path)
    if len(ways) == 0:
        raise DataError("network.no_highways", file=path.name)
    rows = frame.index.to_numpy()
    line_row = rows[feature]
    ways, near = _near(ways, permits[line_row], lonlat, degrees)
    metres = transformer(4326, crs).transform(*lonlat[np.repeat(near, np.diff(ways.start))].T)
    kept = ways.take(near)
    account = _account(said, uses, permits, degrees)
    _count_outside(account, permits, _Rows(rows, line_row, line_row[near]), kept, degrees)
    return WaysFound(
        replace(kept, vertex_xy=np.column_stack(metres)),
        len(said),
        account.reasons(),
        _box(lonlat),
        span_ids=frozenset(account.spans),
        crossing_ids=frozenset(account.crossings),
        names=_names(said[permits != 0]),
        odd=account.odd,
    )


@dataclass(frozen=True)
class _Source:
    """A layer, and which of its columns are read."""

    path: Path
    layer: str | None
    columns: tuple[str, ...]
    towgs84: tuple[float, ...] | None


def _used_around(source: _Source, used: NDArray[np.bool_], box: Box | None) -> gpd.GeoDataFrame:
    """The lines in use that may touch the box; where none does, all of them, to say where they lie."""
    near = read_layer(source.path, source.layer, source.columns, box, towgs84=source.towgs84)
    near = near[used[near.index.to_numpy()]]
    if len(near) or box is None:
        return near
    return read_layer(source.path, source.layer, source.columns, towgs84=source.towgs84)[used]


def _widest(degrees: Boxes) -> Box | None:
    """The box around the boxes of all modes; None where one has none."""
    boxes = [box for box in degrees.values() if box is not None]
    if len(boxes) < len(degrees):
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _near(
    ways: Ways, permits: NDArray[np.uint16], lonlat: NDArray[np.float64], degrees: Boxes
) -> tuple[Ways, NDArray[np.bool_]]:
    """The ways with the permits of those modes whose boxes they touch, and which of them have any."""
    permits = permits.copy()
    for mode, box in degrees.items():
        permits[~touching(ways.start, lonlat, box)] &= ~np.uint16(mask_of(mode))
    return replace(ways, own_traits=traits_of(permits, ways.traits.drive_kmh)), permits != 0


def _account(said: pd.DataFrame, uses: Sequence[Use], permits: NDArray[np.uint16], modes: Boxes) -> Account:
    account = Account()
    for way_id, use, bits in zip(_way_ids(said).tolist(), uses, permits.tolist(), strict=True):
        account.count(use, bits, modes)
        if bits:
            account.keep(way_id, use, bits)
    return account


def _count_outside(account: Account, permits: NDArray[np.uint16], rows: _Rows, kept: Ways, modes: Boxes) -> None:
    """Count the lines beyond the bounds of each mode, and those without a line."""
    for mode in modes:
        wanted = permits & mask_of(mode) != 0
        read, drawn = (int(wanted[each].sum()) for each in (rows.read, np.unique(rows.of_line)))
        near = len(np.unique(rows.of_kept[kept.traits.permits & mask_of(mode) != 0]))
        account.left_out[mode] |= {"outside": int(wanted.sum()) - read + drawn - near, "no_line": read - drawn}


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows of the layer: those read around the bounds, that of each line drawn, that of each line kept."""

    read: NDArray[np.int64]
    of_line: NDArray[np.int64]
    of_kept: NDArray[np.int64]


def _class_column(headers: Sequence[str], path: Path) -> str:
    for column in CLASS_COLUMNS:
        if column in headers:
            return column
    raise DataError("network.no_class", file=path.name, columns="、".join(headers))


def _classes(frame: pd.DataFrame, column: str) -> list[str]:
    """Each line's class as OpenStreetMap calls it; "" where the file says nothing."""
    names = walking_rules().line_classes
    return [names.get(value, value) for value in frame[column].fillna("").astype(str).str.strip()]


def _uses(frame: pd.DataFrame, column: str) -> list[Use]:
    """What each line may be used for."""
    keys, rows = _tags(frame, column)
    said = {row: use_of((key, value) for key, value in zip(keys, row, strict=True) if value) for row in set(rows)}
    return [said[row] for row in rows]


def _tags(frame: pd.DataFrame, column: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """OpenStreetMap's keys, and the values of each line, "" for none."""
    columns = {"highway": _classes(frame, column)}
    codes = direction_rules().line_layers if column == CLASS_COLUMNS[0] else {}
    for key in sorted((KEYS - {"highway"}) & set(frame.columns)):
        meant = codes.get(key, {})
        columns[key] = [meant.get(value, value) for value in map(_text, frame[key])]
    return list(columns), list(zip(*columns.values(), strict=True))


def _text(value: Any) -> str:  # noqa: ANN401
    """A cell as OpenStreetMap would write it: a whole number without a point, nothing for a missing value."""
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _ways(
    frame: gpd.GeoDataFrame, way_ids: pd.Series, uses: Sequence[Use], path: Path
) -> tuple[Ways, NDArray[np.float64], NDArray[np.int64]]:
    """The lines, their vertices' longitudes and latitudes, and which feature each line is of."""
    parts, feature = shapely.get_parts(np.asarray(frame.geometry), return_index=True)
    is_line = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(parts)
    parts, feature = parts[is_line], feature[is_line]
    to_degrees = transformer(frame.crs, 4326)
    lonlat = np.column_stack(to_degrees.transform(*shapely.get_coordinates(parts).T))
    if not len(lonlat) or not np.isfinite(lonlat).all() or (np.abs(lonlat) > (180.0, 90.0)).any():
        raise DataError("network.not_on_earth" if len(lonlat) else "network.no_highways", file=path.name)
    units = np.round(lonlat * UNITS_PER_DEGREE).astype(np.int64)
    kinds = np.array([use.kind for use in uses], dtype=np.int16)
    traits = Traits(np.zeros(len(uses), dtype=np.uint16), np.array([use.drive_kmh for use in uses]))
    ways = Ways(
        way_ids.loc[frame.index].to_numpy()[feature],
        kinds[feature],
        starts(shapely.get_num_coordinates(parts).astype(np.int64)),
        _place_ids(units),
        np.zeros((len(units), 2)),
        traits.take(feature),
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
