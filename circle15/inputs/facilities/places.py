"""Where listed rows lie: on which datum, in the study's area, around it, or nowhere near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from pyproj.enums import TransformDirection

from circle15.catalogue.entries import Label
from circle15.errors import DataError
from circle15.inputs.facilities.examples import EXAMPLE_KEY
from circle15.inputs.facilities.listed import NAN
from circle15.inputs.facilities.projected import commonest, looks_like
from circle15.inputs.files.datum import to_wgs84
from circle15.inputs.files.values.coordinates import CHINA_LAT, CHINA_LON
from circle15.model.ledger import Note, Place
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.inputs.facilities.listed import FacilityList, ListedRow
    from circle15.model.study import Datum
    from circle15.model.zones import Zones

    Degrees = NDArray[np.float64]

GEOD = pyproj.Geod(ellps="WGS84")
MISPLACED = ("facilities.swapped_row", "facilities.out_of_range", "facilities.too_far")
WGS84 = pyproj.CRS.from_epsg(4326)


@dataclass(frozen=True)
class PlacedRow:
    """A listed site on the ground.

    Attributes
    ----------
    listed, source
        What the list says, and the list's number in ``study.toml``.
    lon, lat
        WGS 84 degrees; NaN where not known.
    x, y
        Metres in the study's coordinate system; NaN far off.
    inside
        Within the study's area, not only in its surroundings.
    reasons
        Why it is excluded; empty where it is not.
    as_of
        The day its list is of, ISO; "" where not known.
    """

    listed: ListedRow
    source: int
    lon: float
    lat: float
    x: float
    y: float
    inside: bool
    reasons: tuple[Note, ...]
    as_of: str


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The study's area, in metres, and a belt around it; ``box`` is a box of degrees that surely holds both."""

    area: shapely.Geometry
    belt_m: float
    to_metres: pyproj.Transformer
    box: tuple[float, float, float, float]
    middle: tuple[float, float]


def surroundings_of(zones: Zones, belt_m: float) -> Surroundings:
    """The root of ``zones`` and ``belt_m`` metres around it."""
    area = zones.root.geometry.iloc[0]
    shapely.prepare(area)
    west, south, east, north = area.bounds
    to_metres = transformer(WGS84, zones.crs)
    reach_m = belt_m + 1000.0
    box = to_metres.transform_bounds(
        west - reach_m, south - reach_m, east + reach_m, north + reach_m, direction=TransformDirection.INVERSE
    )
    middle = to_metres.transform((west + east) / 2, (south + north) / 2, direction=TransformDirection.INVERSE)
    return Surroundings(area, belt_m, to_metres, box, middle)


@dataclass(frozen=True, eq=False)
class Positions:
    """Points as arrays of one length: degrees on WGS 84, metres, metres to the area (0 inside, inf far off)."""

    lon: Degrees
    lat: Degrees
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    distance_m: NDArray[np.float64]


def locate(around: Surroundings, lon: Degrees, lat: Degrees, datum: Datum) -> Positions:
    """Turn declared degrees, shape (n,), to WGS 84 and metres, and measure how far they lie from the area.

    The datum is turned before anything is projected.
    """
    possible = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    lon, lat = to_wgs84(np.where(possible, lon, np.nan), np.where(possible, lat, np.nan), datum)
    west, south, east, north = around.box
    rows = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    x, y = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    x[rows], y[rows] = around.to_metres.transform(lon[rows], lat[rows])
    distance_m = np.full(len(lon), np.inf)
    distance_m[rows] = shapely.distance(around.area, shapely.points(x[rows], y[rows]))
    return Positions(lon, lat, x, y, distance_m)


def place_rows(listed: FacilityList, source: int, around: Surroundings) -> tuple[PlacedRow, ...]:
    """Place every row of one list; a row that cannot be placed comes back with the reason.

    Parameters
    ----------
    listed
        The list.
    source
        Its number in ``study.toml``.
    around
        The study's area.
    """
    lon, lat = _degrees(listed.rows)
    here, swapped = locate(around, lon, lat, listed.datum), locate(around, lat, lon, listed.datum)
    placed = []
    for at, row in enumerate(listed.rows):
        near = bool(here.distance_m[at] <= around.belt_m)
        located = not np.isnan(row.lon)
        is_swapped = located and not near and (bool(swapped.distance_m[at] <= around.belt_m) or _reads_swapped(row))
        wrong = (_why_not(row, here, at, around, is_swapped=is_swapped),) if located and not near else ()
        lon_, lat_ = (NAN, NAN) if is_swapped else (float(here.lon[at]), float(here.lat[at]))
        inside = bool(here.distance_m[at] == 0)
        reasons = (*wrong, *row.faults)
        placed.append(
            PlacedRow(row, source, lon_, lat_, float(here.x[at]), float(here.y[at]), inside, reasons, listed.as_of)
        )
    return tuple(placed)


def _degrees(rows: Sequence[ListedRow]) -> tuple[Degrees, Degrees]:
    return np.array([row.lon for row in rows], dtype=np.float64), np.array([row.lat for row in rows], dtype=np.float64)


def _reads_swapped(row: ListedRow) -> bool:
    """Whether the two can only be a place in China the other way round, wherever the study lies."""
    return CHINA_LAT[0] <= row.lon <= CHINA_LAT[1] and CHINA_LON[0] <= row.lat <= CHINA_LON[1]


def _why_not(row: ListedRow, here: Positions, at: int, around: Surroundings, *, is_swapped: bool) -> Note:
    degrees: dict[str, object] = {"lon": row.lon, "lat": row.lat}
    place = Place(row.file, row.sheet, row.row, row.header)
    if is_swapped:
        return Note("facilities.swapped_row", degrees, place)
    if not (abs(row.lon) <= 180 and abs(row.lat) <= 90):
        return Note(
            "facilities.out_of_range", {**degrees, "looks": looks_like(row.lon, row.lat, around.middle[0])}, place
        )
    metres = GEOD.inv(here.lon[at], here.lat[at], *around.middle)[2]
    return Note("facilities.too_far", {**degrees, "km": metres / 1000.0}, place)


def require_fit(listed: FacilityList, placed: Sequence[PlacedRow]) -> None:
    """Raise ``DataError`` where a whole list cannot be right: swapped columns, no coordinates, or another place."""
    told = [row for row in placed if not any(fault.key == EXAMPLE_KEY for fault in row.listed.faults)]
    if placed and not told:
        raise DataError("template.only_examples", file=listed.file)
    placed = told
    facts = {"file": listed.file, "rows": len(placed)}
    located = [row for row in placed if not np.isnan(row.listed.lon)]
    if not located:
        raise DataError("facilities.none_located", **facts)
    wrong = [found for row in located if (found := _misplaced(row))]
    swapped = sum(note.key == "facilities.swapped_row" for note in wrong)
    if 2 * swapped > len(located):
        raise DataError("facilities.swapped", **facts, swapped=swapped)
    if len(wrong) < len(located):
        return
    distances = [float(str(note.facts["km"])) for note in wrong if "km" in note.facts]
    if not distances:
        looks = [look for note in wrong if isinstance(look := note.facts.get("looks"), Label)]
        raise DataError("facilities.not_degrees", **facts, looks=commonest(looks))
    raise DataError("facilities.all_outside", **facts, datum=listed.datum, km=min(distances))


def _misplaced(row: PlacedRow) -> Note | None:
    """Why a row with coordinates lies nowhere near, if it does not."""
    return next((note for note in row.reasons if note.key in MISPLACED), None)
