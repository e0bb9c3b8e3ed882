"""An invented study's quality, with every kind of finding, hostile names and a map."""

import geopandas as gpd
import shapely
from made_results import CRS, HOSTILE_NAMES, SOUTH, WEST

from circle15.catalogue.entries import Label
from circle15.model.ledger import Ledger, LedgerRow, Note, Place
from circle15.model.quality import SEVERITIES, FileAccount, Finding, Quality
from circle15.model.zones import Zones

LIST = "托育.xlsx"


def made_zones():
    """A county of two towns, ten kilometres wide."""
    east, north = WEST + 10_000, SOUTH + 8_000
    middle = (WEST + east) / 2
    rows = [
        ("county", "330999", "示例县", "", "", shapely.box(WEST, SOUTH, east, north)),
        ("town", "330999001", HOSTILE_NAMES[0], "330999", "urban", shapely.box(WEST, SOUTH, middle, north)),
        ("town", "330999002", "城西街道", "330999", "rural", shapely.box(middle, SOUTH, east, north)),
    ]
    columns = ["level", "code", "name", "parent_code", "urban_rural", "geometry"]
    return Zones(gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=CRS))


def degrees(box, share_x, share_y):
    """A place within a box of degrees, by its shares of width and height."""
    west, south, east, north = box
    return west + share_x * (east - west), south + share_y * (north - south)


def excluded_row(row, lon, lat, name="某机构", key="facilities.no_coordinates"):
    reason = Note(key, {}, Place(LIST, "Sheet1", row, "经度", lon, lat))
    return LedgerRow(LIST, "Sheet1", row, "excluded", "childcare", "", name, (reason,), lon, lat)


def made_quality(*, faulty=False, excluded=23, zones=True):
    """Some rows excluded, one of them far away; a note on the streets; on wish two faults and a file not checked."""
    units = made_zones()
    box = units.root.to_crs(4326).total_bounds
    rows = [excluded_row(2 + at, *degrees(box, 0.1 + 0.8 * at / max(excluded, 1), 0.3)) for at in range(excluded)]
    used = [
        LedgerRow(LIST, "Sheet1", 100 + at, "used", "childcare", f"T{at}", name, (), *degrees(box, 0.5, 0.6))
        for at, name in enumerate(["=1+1", *HOSTILE_NAMES])
    ]
    warnings = [
        *(Finding("warning", reason.key, reason.facts, reason.at, LIST) for row in rows for reason in row.reasons),
        Finding(
            "warning",
            "quality.facility_off_network",
            {"name": HOSTILE_NAMES[2], "max_leg_m": "300"},
            Place(LIST, row=101, lon=degrees(box, 0.5, 0.7)[0], lat=degrees(box, 0.5, 0.7)[1]),
            LIST,
        ),
        Finding("warning", "facilities.no_coordinates", {}, Place(LIST, "Sheet1", 90, "", 0.0, 0.0), LIST),
    ]
    faults = [
        Finding("fault", "datum.missing", {"file": "小学.csv"}, Place("小学.csv"), "小学.csv"),
        Finding("fault", "layers.missing_file", {"file": "a.csv", "folder": HOSTILE_NAMES[3]}, Place("a.csv"), "a.csv"),
    ]
    ways = Finding(
        "information", "network.ways", {"file": "路.pbf", "read": 9, "kept": 7, "left_out": 2}, None, "路.pbf"
    )
    findings = sorted([*(faults if faulty else []), *warnings, ways], key=lambda one: SEVERITIES.index(one.severity))
    counts = len(rows) + len(used), len(used), 0, len(rows)
    files = (
        FileAccount("study.toml", "study", Label("研究设置", "Study settings")),
        FileAccount("路.pbf", "network", Label("路网", "Streets"), 9, 7, 0, 2),
        FileAccount(LIST, "childcare", Label("托育机构", "Childcare"), *counts, ("Sheet1",)),
        FileAccount("小学.csv", "primary_school", Label("小学", "School"), state="faulty" if faulty else "read"),
        FileAccount("a.csv", "clinic", Label("卫生站", "Clinic"), state="unchecked" if faulty else "read"),
    )
    ledger = Ledger((*rows, *used))
    return Quality("示例县", "2026", files, tuple(findings), ledger, units if zones else None)
