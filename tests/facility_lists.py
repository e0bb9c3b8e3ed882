"""A square county, and lists of facilities in it as offices write them, with what is true of each."""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass

import geopandas as gpd
import openpyxl
import pyproj
import shapely

from circle15.catalogue.loader import load_catalogue
from circle15.inputs.facilities.read import read_facilities
from circle15.model.study import FacilitySource
from circle15.model.zones import Zones

CRS = pyproj.CRS.from_epsg(4549)
EAST, NORTH, SIDE = 500_000, 3_350_000, 4000
BELT_M = 2000.0
DAY = datetime.date(2026, 6, 30)
TO_DEGREES = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True)
SERVICES = load_catalogue().services


def square_county():
    """One county, a square of 4 km."""
    return Zones(
        gpd.GeoDataFrame(
            {"level": ["county"], "code": ["330102"], "name": ["甲县"], "parent_code": [""], "urban_rural": [""]},
            geometry=[shapely.box(EAST, NORTH, EAST + SIDE, NORTH + SIDE)],
            crs=CRS,
        )
    )


def degrees_at(east_m, north_m):
    """Degrees of a point that many metres from the county's south-western corner."""
    return TO_DEGREES.transform(EAST + east_m, NORTH + north_m)


def listed(name, east_m=1000.0, north_m=1000.0, **others):
    """A row of a list."""
    lon, lat = degrees_at(east_m, north_m)
    return {"名称": name, "经度": f"{lon:.7f}", "纬度": f"{lat:.7f}", **others}


def headers_of(rows):
    return list(dict.fromkeys(header for row in rows for header in row))


def write_csv(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, headers_of(rows), restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_xlsx(path, sheets):
    """Write a workbook of sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        headers = headers_of(rows)
        sheet.append(headers)
        for row in rows:
            sheet.append([row.get(header, "") for header in headers])
    book.save(path)


@dataclass(frozen=True)
class Read:
    """What came of the lists."""

    layer: object
    ledger: object
    notes: tuple

    def keys(self, row, file=None):
        """The keys of all reasons of one row."""
        line = self.line(row, file)
        return [reason.key.partition(".")[2] for reason in line.reasons]

    def line(self, row, file=None, sheet=None):
        return next(
            line
            for line in self.ledger.rows
            if line.row == row and file in (None, line.file) and sheet in (None, line.sheet)
        )

    def capacity(self):
        return self.layer.facilities["capacity"].sum()

    def names(self):
        return sorted(self.layer.facilities["name"])


def read_lists(folder, zones, *sources, day=DAY, services=SERVICES):
    """Read lists that lie in ``folder``; every sentence of what comes back is told, in both languages."""
    declared = [FacilitySource(**{"service": "childcare", "datum": "wgs84", **source}) for source in sources]
    read = Read(*read_facilities(declared, folder, zones, services, dict.fromkeys(services, BELT_M), day))
    check_account(read)
    return read


def read_rows(folder, zones, rows, *, day=DAY, **source):
    """Read one list of rows."""
    write_csv(folder / "list.csv", rows)
    return read_lists(folder, zones, {"file": "list.csv", **source}, day=day)


def check_account(read):
    """What holds of every ledger."""
    ids = set(read.layer.facilities["facility_id"])
    told = [id_ for line in read.ledger.rows if line.fate != "excluded" for id_ in line.object_id.split("、")]
    assert set(told) == ids, "every facility stands in the ledger, and only they"
    for line in read.ledger.rows:
        assert line.reasons or line.fate == "used"
        for reason in line.reasons:
            at = reason.at
            assert (at.file, at.sheet, at.row) == (line.file, line.sheet, line.row)
            assert reason.sentence("zh") != reason.sentence("en")
    for note in read.notes:
        assert note.sentence("zh") != note.sentence("en")
