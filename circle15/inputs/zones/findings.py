"""What was found out about single rows of unit files, and the ledger made of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely

from circle15.model.ledger import Ledger, LedgerRow, Note, Place
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from circle15.model.ledger import Fate

WGS84 = 4326
KIND = "zones"
RowKey = tuple[str, str, int]


@dataclass(frozen=True)
class UnitRemark:
    """One thing about one row: what was fixed, or why it is left out.

    Attributes
    ----------
    row
        File, layer and number of the row.
    note
        What was found.
    excluded
        Whether the row is left out for it.
    """

    row: RowKey
    note: Note
    excluded: bool = False


def row_keys(units: pd.DataFrame) -> list[RowKey]:
    """File, layer and row of every unit."""
    keys = zip(units["file"], units["sheet"], units["row"], strict=True)
    return [(file, sheet, int(row)) for file, sheet, row in keys]


def placed(row: RowKey, lonlat: tuple[float, float] = (np.nan, np.nan)) -> Place:
    """Where a row stands, and its fault on the ground."""
    file, sheet, number = row
    return Place(file, sheet, number, lon=lonlat[0], lat=lonlat[1])


def degrees(crs: pyproj.CRS, x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point given in metres."""
    lon, lat = transformer(crs, WGS84).transform(x, y)
    return float(lon), float(lat)


def point_in(shape: shapely.Geometry) -> tuple[float, float]:
    """A point within the largest part of a shape."""
    parts = shapely.get_parts(shape)
    point = shapely.point_on_surface(parts[int(np.argmax(shapely.area(parts)))])
    return float(point.x), float(point.y)


def without_code(units: pd.DataFrame) -> list[UnitRemark]:
    """Units that go by their names because their codes are blank, where others of their level have codes.

    Parameters
    ----------
    units
        ``level, code, name, file, sheet, row, lon, lat``.
    """
    blank = (units["code"] == units["name"]) & (units["level"] != "place")
    coded = set(units.loc[~blank, "level"])
    bare = units[blank & units["level"].isin(coded)]
    places = zip(row_keys(bare), zip(bare["lon"], bare["lat"], strict=True), strict=True)
    return [UnitRemark(key, Note("repair.no_code", {}, placed(key, lonlat))) for key, lonlat in places]


def ledger_of(units: pd.DataFrame, findings: Iterable[UnitRemark], codes: Mapping[RowKey, str]) -> Ledger:
    """Every row read, with its fate and the reasons for it, in the order of files and rows.

    Parameters
    ----------
    units
        All rows read, ``file, sheet, row, code, name, lon, lat``.
    findings
        What was found about them; a row without findings is used as it stands.
    codes
        The codes of the study's units; other rows keep the code that they have.
    """
    by_row: dict[RowKey, list[UnitRemark]] = defaultdict(list)
    for finding in findings:
        by_row[finding.row].append(finding)
    rows = [
        _ledger_row(key, codes.get(key, code), name, (lon, lat), by_row[key])
        for key, code, name, lon, lat in zip(
            row_keys(units), units["code"], units["name"], units["lon"], units["lat"], strict=True
        )
    ]
    return Ledger(tuple(sorted(rows, key=lambda row: (row.file, row.sheet, row.row))))


def _ledger_row(
    key: RowKey, code: str, name: str, lonlat: tuple[float, float], findings: list[UnitRemark]
) -> LedgerRow:
    fate: Fate = "used"
    if findings:
        fate = "excluded" if any(finding.excluded for finding in findings) else "fixed"
    places = [note.at for finding in findings if (note := finding.note).at is not None]
    known = [(place.lon, place.lat) for place in places if np.isfinite(place.lon)]
    lon, lat = (known or [lonlat])[0]
    file, sheet, number = key
    reasons = tuple(finding.note for finding in findings)
    return LedgerRow(file, sheet, number, fate, KIND, code, name, reasons, lon, lat)
