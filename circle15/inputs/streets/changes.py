"""Changes to the streets, as rows of a table or features of a layer ask for them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyproj
import shapely

from circle15.errors import ConfigurationError, DataError
from circle15.inputs.files.columns import choose_column
from circle15.inputs.files.datum import to_wgs84
from circle15.inputs.files.layers import layer_headers, read_layer
from circle15.inputs.files.tables import read_table, rows_set_aside
from circle15.inputs.files.values.coordinates import read_angle
from circle15.inputs.files.values.dates import read_date
from circle15.inputs.streets.patch_words import DEFAULT_KIND, action_of, kind_of, modes_of, patch_words
from circle15.inputs.streets.uses import MODES
from circle15.model.ledger import Ledger, Note, Place
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from circle15.catalogue.entries import Mode
    from circle15.model.scenario import PathChange
    from circle15.model.study import Datum, PatchSource

KIND = "patch"
SCENARIO_TABLE = "path"
LAYERS = (".geojson", ".json", ".gpkg", ".shp")
# Which shapes each action can be done with.
SHAPES = {
    "path": ("LineString",),
    "bridge": ("LineString",),
    "gate": ("Point",),
    "block": ("Point", "LineString", "Polygon"),
    "open": ("Polygon",),
    "close": ("Polygon",),
}
# What leads somewhere new; the rest changes what is there.
ADDED = ("path", "bridge", "gate")
# Ids of ways that changes add, and how many each file of changes may have.
FIRST_WAY, SERIES = -(10**12), 10**9
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_WKT = re.compile(r"^\s*(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Change:
    """One row: what it asks for, where, and what is wrong with it.

    Attributes
    ----------
    at
        The row, with the WGS 84 degrees of a place on the shape.
    action
        "" where the row names none that is known.
    name, kind
        As the row says; ``kind`` as OpenStreetMap's highway value.
    shape
        Metres; None where the row has none.
    against
        Why the row is left out; none where it is done.
    mended
        What was taken otherwise than written.
    named_modes
        Whom the row names; empty where it names nobody.
    series
        Which file of changes the row is of: 0 the study's own, 1 a scenario's.
    """

    at: Place
    action: str
    name: str
    kind: str
    shape: shapely.Geometry | None
    against: tuple[Note, ...]
    mended: tuple[Note, ...] = ()
    named_modes: tuple[Mode, ...] = ()
    series: int = 0

    @property
    def way_id(self) -> int:
        """The id of the way that it adds, which no way of a map and no other change has."""
        return FIRST_WAY - SERIES * self.series - self.at.row

    @property
    def modes(self) -> tuple[Mode, ...]:
        """Whom the change is for: those named; else walkers for what is added, everyone for all else."""
        return self.named_modes or (("walk",) if self.action in ADDED else MODES)


Read = tuple[tuple[Change, ...], Ledger, tuple[Note, ...]]
NO_CHANGES: Read = ((), Ledger(), ())


def read_changes(source: PatchSource, folder: Path, crs: pyproj.CRS, day: date) -> Read:
    """Read all rows of a file of changes, in the file's order.

    Parameters
    ----------
    source, folder
        The file; a table needs ``datum``, a layer without it lies where its coordinate system says.
    crs
        The metric system of the result.
    day
        Changes that begin later or have ended by then are left out, and say so.

    Returns
    -------
    tuple of Change
    Ledger
        The rows of a table that are no changes: titles, totals, remarks. The changes enter it with what becomes of
        them, see ``apply_changes``.
    tuple of Note
        What the reading of the table has to say.

    Raises
    ------
    DataError
        No such file, not a table or layer, or no column that names the action.
    ConfigurationError
        A table without a datum.
    """
    path = folder / source.file
    if path.suffix.lower() in LAYERS:
        rows, shapes = _layer_rows(path)
        _, aside, notes = NO_CHANGES
        numbers, sheet = tuple(range(1, len(rows) + 1)), ""
        headers: tuple[str, ...] = layer_headers(path)
    else:
        if source.datum is None:
            raise ConfigurationError("patch.no_datum", file=path.name)
        table = read_table(path, source.sheet)
        aside, notes = Ledger(rows_set_aside(table, KIND)), table.notes
        rows = [dict(zip(table.headers, row, strict=True)) for row in table.rows]
        shapes, numbers, sheet, headers = None, table.row_numbers, table.sheet, table.headers
    columns = {
        role: choose_column(headers, role, names, None, path.name) for role, names in patch_words("columns").items()
    }
    if columns["action"] is None and rows:
        raise DataError("patch.no_action_column", file=path.name, columns="、".join(headers))
    reader = _Reader(crs, source.datum or "wgs84", day, path.name, sheet)
    cells = [{role: row.get(column, "") if column else "" for role, column in columns.items()} for row in rows]
    drawn = shapes if shapes is not None else [_written_shape(cell) for cell in cells]
    changes = (reader.change(cell, shape, row) for cell, shape, row in zip(cells, drawn, numbers, strict=True))
    return tuple(changes), aside, notes


def changes_of_scenario(paths: Sequence[PathChange], file: str, crs: pyproj.CRS, day: date) -> tuple[Change, ...]:
    """The changes to the streets that a scenario asks for, in its order; ``at`` counts its ``[[path]]`` from 1."""
    reader = _Reader(crs, "wgs84", day, file, SCENARIO_TABLE)
    changes = []
    for number, path in enumerate(paths, start=1):
        cell = dict.fromkeys(patch_words("columns"), "")
        cell |= {"action": path.action, "name": path.name, "kind": path.kind, "modes": "、".join(path.modes)}
        change = reader.change(cell | {"shape": path.coordinates}, parse_shape(path.coordinates), number)
        changes.append(replace(change, series=1))
    return tuple(changes)


def _layer_rows(path: Path) -> tuple[list[dict[str, str]], list[shapely.Geometry | None]]:
    """Attributes as text and shapes in degrees of WGS 84."""
    if not layer_headers(path):
        return [], []
    frame = read_layer(path).to_crs(4326)
    said = frame.drop(columns=frame.geometry.name)
    rows = [
        {str(name): "" if pd.isna(value) else str(value).strip() for name, value in row.items()}
        for row in said.to_dict("records")
    ]
    return rows, [_single(shape) for shape in frame.geometry]


def _written_shape(cell: Mapping[str, str]) -> shapely.Geometry | None:
    """The shape of a table's row: WKT, a row of longitudes and latitudes, or one point in two columns."""
    if cell["shape"]:
        return parse_shape(cell["shape"])
    lon, lat = read_angle(cell["lon"], "lon"), read_angle(cell["lat"], "lat")
    return None if lon is None or lat is None else shapely.Point(lon, lat)


def parse_shape(text: str) -> shapely.Geometry | None:
    """A point, line or polygon written as WKT, or as longitudes and latitudes in pairs; None for other text.

    Examples
    --------
    >>> parse_shape("121.60 29.90, 121.61 29.91").geom_type
    'LineString'
    >>> parse_shape("121.6,29.9;121.7,29.9;121.7,30;121.6,29.9").geom_type
    'Polygon'
    >>> parse_shape("甬江边") is None
    True
    """
    if _WKT.match(text):
        try:
            return _single(shapely.from_wkt(text))
        except shapely.errors.ShapelyError:
            return None
    numbers = [float(found) for found in _NUMBER.findall(text)]
    pairs = [(a, b) if abs(b) <= 90 else (b, a) for a, b in zip(numbers[::2], numbers[1::2], strict=False)]
    if not pairs or len(numbers) % 2:
        return None
    if len(pairs) == 1:
        return shapely.Point(pairs[0])
    return shapely.Polygon(pairs) if len(pairs) >= 4 and pairs[0] == pairs[-1] else shapely.LineString(pairs)


def _single(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """A shape without height, a multipart of one part as that part; None for what is empty."""
    if shape is None or shape.is_empty:
        return None
    flat = shapely.force_2d(shape)
    parts = shapely.get_parts(flat)
    return parts[0] if len(parts) == 1 else flat


@dataclass(frozen=True)
class _Reader:
    crs: pyproj.CRS
    datum: Datum
    day: date
    file: str
    sheet: str

    def change(self, cell: Mapping[str, str], shape: shapely.Geometry | None, row: int) -> Change:
        action, kind = action_of(cell["action"]), kind_of(cell["kind"])
        degrees = self._degrees(shape)
        at = Place(self.file, self.sheet, row, "", *_somewhere(degrees))
        against: list[Note] = []
        if action is None:
            known = "、".join(words[0] for words in patch_words("actions").values())
            against.append(Note("patch.unknown_action", {"found": cell["action"], "known": known}, at))
        if degrees is None:
            against.append(Note("patch.no_place", {"found": cell["shape"]}, at))
        elif action is not None and not _fits(action, degrees):
            against.append(Note("patch.wrong_shape", {"action": cell["action"], "found": degrees.geom_type}, at))
        against += self._out_of_time(cell, at)
        modes, unknown = modes_of(cell["modes"])
        if unknown:
            known = "、".join(words[0] for words in patch_words("modes").values())
            against.append(Note("modes.patch_unknown", {"found": "、".join(unknown), "known": known}, at))
        mended = () if kind else (Note("patch.unknown_kind", {"found": cell["kind"], "taken": DEFAULT_KIND}, at),)
        metres = None if degrees is None else self._metres(degrees)
        return Change(at, action or "", cell["name"], kind or DEFAULT_KIND, metres, tuple(against), mended, modes)

    def _degrees(self, shape: shapely.Geometry | None) -> shapely.Geometry | None:
        if shape is None:
            return None
        xy = shapely.get_coordinates(shape)
        if not np.isfinite(xy).all() or (np.abs(xy) > (180.0, 90.0)).any():
            return None
        return shapely.transform(shape, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], self.datum)))

    def _metres(self, degrees: shapely.Geometry) -> shapely.Geometry:
        to_metres = transformer(4326, self.crs)
        return shapely.transform(degrees, lambda xy: np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1])))

    def _out_of_time(self, cell: Mapping[str, str], at: Place) -> list[Note]:
        notes = []
        days = {role: read_date(cell[role]) for role in ("from", "until")}
        for role, day in days.items():
            if cell[role] and day is None:
                notes.append(Note("patch.bad_date", {"found": cell[role]}, at))
        begins, ends = days["from"], days["until"]
        if begins is not None and begins.first > self.day:
            notes.append(Note("patch.not_yet", {"date": cell["from"], "day": self.day.isoformat()}, at))
        if ends is not None and ends.last < self.day:
            notes.append(Note("patch.over", {"date": cell["until"], "day": self.day.isoformat()}, at))
        return notes


def _fits(action: str, shape: shapely.Geometry) -> bool:
    kind = shape.geom_type
    if action in ("open", "close") or (action == "block" and kind == "MultiPolygon"):
        kind = kind.removeprefix("Multi")
    return kind in SHAPES[action] and shape.is_valid and (kind == "Point" or shape.length > 0)


def _somewhere(shape: shapely.Geometry | None) -> tuple[float, float]:
    """A place on a shape, 1e-6 degrees."""
    if shape is None:
        return math.nan, math.nan
    point = shape.representative_point() if shape.geom_type != "LineString" else shape.interpolate(0.5, normalized=True)
    return round(point.x, 6), round(point.y, 6)
