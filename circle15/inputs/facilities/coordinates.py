"""Where a row says that it lies: degrees in two cells or in one, in any way of writing them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.inputs.files.values.coordinates import read_angle, read_pair
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.inputs.facilities.listed import Spot
    from circle15.model.ledger import Place

NAN = float("nan")
AS_IT_STANDS = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
PAIR_AS_IT_STANDS = re.compile(r"(\d+\.?\d*)[,，;； ]+\d+\.?\d*", re.ASCII)


@dataclass(frozen=True)
class Axes:
    """Headers of the columns of longitude and latitude, and of the one that holds both; None where there is none."""

    lon: str | None = None
    lat: str | None = None
    both: str | None = None


@dataclass(frozen=True)
class Located:
    """Degrees on the list's datum, NaN where not read; why not, or how they were read; and under which header."""

    lon: float = NAN
    lat: float = NAN
    faults: tuple[Note, ...] = ()
    fixes: tuple[Note, ...] = ()
    header: str = ""


def read_coordinates(cells: Mapping[str, str], axes: Axes, spot: Spot) -> Located:
    """The place of one row.

    Parameters
    ----------
    cells
        Text by header.
    axes
        Which headers to look under: longitude and latitude first, the column of both where those say nothing.
    spot
        Where the row stands.

    Examples
    --------
    >>> from circle15.inputs.facilities.listed import Spot
    >>> axes, spot = Axes("经度", "纬度", "坐标"), Spot("a.csv", "", 2)
    >>> place = read_coordinates({"经度": "121°36′", "纬度": "29.9°N", "坐标": ""}, axes, spot)
    >>> place.lon, place.lat, [fix.key for fix in place.fixes]
    (121.6, 29.9, ['rows.coordinates_read'])
    >>> read_coordinates({"经度": "", "纬度": "", "坐标": "121.6,29.9"}, axes, spot).lon
    121.6
    """
    lon_text, lat_text = (cells[header].strip() if header else "" for header in (axes.lon, axes.lat))
    both_text = cells[axes.both].strip() if axes.both else ""
    at = spot.field(axes.lon or axes.both)
    if lon_text and lat_text and lon_text != lat_text:
        return _of_two(lon_text, lat_text, at)
    for header, text in ((axes.lon, lon_text), (axes.lat, lat_text), (axes.both, both_text)):
        if text and (header == axes.both or read_pair(text) is not None):
            return _of_one(text, spot.field(header), own_column=header == axes.both)
    if lon_text and lat_text:
        return _of_two(lon_text, lat_text, at)
    return Located(faults=(Note("facilities.no_coordinates", {}, at),), header=at.field)


def _of_two(lon_text: str, lat_text: str, at: Place) -> Located:
    facts: dict[str, object] = {"lon": lon_text, "lat": lat_text}
    angles = _angles(lon_text, lat_text)
    if angles is None:
        return Located(faults=(Note("facilities.not_numbers", facts, at),), header=at.field)
    lon, lat = angles
    if lon == 0 and lat == 0:
        return Located(faults=(Note("rows.coordinates_zero", {}, at),), header=at.field)
    plain = AS_IT_STANDS.fullmatch(lon_text) and AS_IT_STANDS.fullmatch(lat_text)
    return Located(lon, lat, fixes=() if plain else _how_read(f"{lon_text} {lat_text}", lon, lat, at), header=at.field)


def _angles(lon_text: str, lat_text: str) -> tuple[float, float] | None:
    """Both angles; of cells whose letters say that they are swapped, as they stand: that is for the place to show."""
    for first, second in (("lon", "lat"), ("lat", "lon")):
        lon, lat = read_angle(lon_text, first), read_angle(lat_text, second)  # type: ignore[arg-type]
        if lon is not None and lat is not None and math.isfinite(lon) and math.isfinite(lat):
            return lon, lat
    return None


def _of_one(text: str, at: Place, *, own_column: bool) -> Located:
    pair = read_pair(text)
    if pair is None:
        return Located(faults=(Note("rows.pair_unread", {"text": text}, at),), header=at.field)
    plain = PAIR_AS_IT_STANDS.fullmatch(text)
    as_it_stands = own_column and plain is not None and float(plain[1]) == pair[0]
    return Located(*pair, fixes=() if as_it_stands else _how_read(text, *pair, at), header=at.field)


def _how_read(text: str, lon: float, lat: float, at: Place) -> tuple[Note, ...]:
    return (Note("rows.coordinates_read", {"text": text, "lon": lon, "lat": lat}, at),)
