"""Lists of places all over China with longitude and latitude the wrong way round."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from circle15.errors import DataError
from circle15.inputs.facilities.listed import FacilityList, ListedRow
from circle15.inputs.facilities.places import place_rows, require_fit, surroundings_of
from circle15.inputs.files.datum import shifted_to
from circle15.model.projection import metric_crs
from circle15.model.zones import Zones

CHINA = (73.5, 134.8, 18.2, 53.5)
DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
BELT_M = 2400.0


def county_at(lon, lat, half_m):
    """A square county around a place, and what surrounds it."""
    crs = metric_crs(lon, lat)
    middle = gpd.GeoSeries([shapely.Point(lon, lat)], crs=4326).to_crs(crs).iloc[0]
    frame = {"level": "county", "code": "1", "name": "县", "parent_code": "", "urban_rural": ""}
    area = shapely.box(middle.x - half_m, middle.y - half_m, middle.x + half_m, middle.y + half_m)
    return surroundings_of(Zones(gpd.GeoDataFrame([frame], geometry=[area], crs=crs)), BELT_M)


def list_in(around, rng, count, datum):
    """A list of places in the county, as its own datum says them."""
    west, south, east, north = around.area.bounds
    x, y = rng.uniform(west, east, count), rng.uniform(south, north, count)
    degrees = shifted_to(*around.to_metres.transform(x, y, direction="INVERSE"), datum)
    rows = tuple(
        ListedRow("名单.xlsx", "Sheet1", row, "clinic", "", f"站{row}", "", float("nan"), (), float(lon), float(lat))
        for row, (lon, lat) in enumerate(zip(*degrees, strict=True), start=2)
    )
    return FacilityList("名单.xlsx", "clinic", datum, (), rows)


def swapped(row):
    return replace(row, lon=row.lat, lat=row.lon)


def check_swapped(seed, lists=1):
    """In one county as many lists swapped whole, and a row swapped in each; AssertionError where one is not caught."""
    rng = np.random.default_rng(seed)
    west, east, south, north = CHINA
    around = county_at(rng.uniform(west, east), rng.uniform(south, north), rng.uniform(3000.0, 60000.0))
    for number in range(lists):
        listed = list_in(around, rng, int(rng.integers(3, 12)), DATUMS[(seed + number) % len(DATUMS)])
        right = place_rows(listed, 0, around)
        assert all(not row.reasons for row in right)
        require_fit(listed, right)
        check_whole(listed, around)
        check_row(listed, around, int(rng.integers(len(listed.rows))))


def check_whole(listed, around):
    wrong = replace(listed, rows=tuple(swapped(row) for row in listed.rows))
    placed = place_rows(wrong, 0, around)
    assert {reason.key for row in placed for reason in row.reasons} == {"facilities.swapped_row"}
    with pytest.raises(DataError) as fault:
        require_fit(wrong, placed)
    assert fault.value.key == "facilities.swapped"


def check_row(listed, around, at):
    rows = tuple(swapped(row) if number == at else row for number, row in enumerate(listed.rows))
    placed = place_rows(replace(listed, rows=rows), 0, around)
    keys = [row.reasons[0].key if row.reasons else None for row in placed]
    assert keys == ["facilities.swapped_row" if number == at else None for number in range(len(keys))]
