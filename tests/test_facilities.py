import csv
import datetime
import hashlib
import random
import re
from collections import Counter
from dataclasses import replace

import geopandas as gpd
import numpy as np
import openpyxl
import osmium
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circle15.catalogue.entries import Label, Reach, Service
from circle15.errors import ConfigurationError, DataError, Faults, collecting
from circle15.inputs.facilities.read import read_facilities
from circle15.inputs.files.datum import gcj02_to_bd09, wgs84_to_gcj02
from circle15.inputs.zones.read import read_zones
from circle15.model.study import FacilitySource, ZoneSource
from circle15.model.zones import Zones

DAY = datetime.date(2026, 6, 30)
CRS = pyproj.CRS.from_epsg(4549)
EAST, NORTH, SIDE = 500_000, 3_350_000, 4000
TO_DEGREES = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True)
WALK = Reach(minutes=15, metres=1000, decides="minutes", mode="walk")


def service(name, *osm_tags, flags=(), without=()):
    return Service(
        id=name,
        label=Label(name, name),
        domain="d",
        department="d",
        group="all",
        speed="adult",
        urban=WALK,
        rural=WALK,
        colour="#333333",
        quality_flags=flags,
        osm_tags=osm_tags,
        osm_tags_without=without,
        sources=(),
    )


SERVICES = {
    "childcare": service("childcare", flags=("普惠", "公办")),
    "canteen": service("canteen"),
    "school": service("school", (("amenity", "school"),)),
    "kindergarten": service("kindergarten", (("amenity", "kindergarten"),)),
    "primary": service("primary", (("amenity", "school"),), without=((("isced:level", "2"),),)),
    "clinic": service("clinic", (("amenity", "clinic"),)),
}


@pytest.fixture(scope="module")
def zones():
    """One county, a square of 4 km."""
    return Zones(
        gpd.GeoDataFrame(
            {"level": ["county"], "code": ["330102"], "name": ["甲县"], "parent_code": [""], "urban_rural": [""]},
            geometry=[shapely.box(EAST, NORTH, EAST + SIDE, NORTH + SIDE)],
            crs=CRS,
        )
    )


def at(east_m, north_m):
    """Degrees of a point that many metres from the county's south-western corner."""
    return TO_DEGREES.transform(EAST + east_m, NORTH + north_m)


def write_csv(path, rows, encoding="utf-8"):
    headers = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, headers, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path.name


def row(name, east_m=1000.0, north_m=1000.0, **others):
    lon, lat = at(east_m, north_m)
    return {"名称": name, "经度": repr(lon), "纬度": repr(lat), **others}


def around(services, belt_m):
    """One belt for all services."""
    return dict.fromkeys(services, belt_m)


def read(folder, zones, *sources, belt_m=2000.0):
    declared = [FacilitySource(**{"service": "canteen", "datum": "wgs84", **source}) for source in sources]
    layer, ledger, notes = read_facilities(declared, folder, zones, SERVICES, around(SERVICES, belt_m), DAY)
    for note in (*notes, *(reason for line in ledger.rows for reason in line.reasons)):
        assert note.sentence("zh") != note.sentence("en")
    return layer, ledger, notes


def read_rows(folder, zones, rows, **source):
    return read(folder, zones, {"file": write_csv(folder / "list.csv", rows), **source})


def told(fault, key):
    assert fault.key == key
    assert "list.csv" in fault.sentence("zh")
    assert "list.csv" in fault.sentence("en")


def reasons(ledger):
    return {line.row: line.reasons[0].key.removeprefix("facilities.") for line in ledger.rows if line.reasons}


# --- the straight way --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_list(tmp_path, zones, encoding):
    write_csv(tmp_path / "a.csv", [row("东门食堂", 1000, 1500, 地址="东街1号", 餐位="60")], encoding)
    layer, ledger, notes = read(tmp_path, zones, {"file": "a.csv"})
    facility = layer.facilities.iloc[0]
    assert (facility["name"], facility["address"], facility["capacity"]) == ("东门食堂", "东街1号", 60.0)
    assert (facility["service"], facility["file"], facility["row"], facility["inside"]) == ("canteen", "a.csv", 2, True)
    assert layer.entrances[["x", "y"]].to_numpy()[0] == pytest.approx([EAST + 1000, NORTH + 1500], abs=1e-4)
    assert layer.crs == CRS
    assert ledger.counts() == {"used": 1, "fixed": 0, "excluded": 0}
    assert notes == ()


def test_an_excel_list_with_its_sheet_and_row_numbers(tmp_path, zones):
    workbook = openpyxl.Workbook()
    workbook.active.title = "说明"
    sheet = workbook.create_sheet("清单")
    lon, lat = at(500, 500)
    sheet.append(["编号", "机构名称", "经度（高德）", "纬度（高德）", "托位数", "是否普惠", "办学性质"])
    sheet.append(["T1", "一托", lon, lat, 30, "是", "公办"])
    sheet.append(["T2", "二托", None, lat, "40张", "非普惠", "民办"])
    sheet.append(["T3", "三托", lon, lat, "40张", "普惠", "民办"])
    workbook.save(tmp_path / "托育.xlsx")
    layer, ledger, notes = read(tmp_path, zones, {"service": "childcare", "file": "托育.xlsx", "sheet": "清单"})
    assert layer.facilities["facility_id"].tolist() == ["T1", "T3"]
    assert layer.facilities["flag_普惠"].tolist() == [True, True]
    assert layer.facilities["flag_公办"].tolist() == [True, False]
    assert layer.facilities["capacity"].tolist() == pytest.approx([30, 40])
    assert {(line.file, line.sheet) for line in ledger.rows} == {("托育.xlsx", "清单")}
    assert reasons(ledger) == {3: "no_coordinates", 4: "rows.capacity_read"}
    assert [note.key for note in notes] == ["facilities.excluded_rows"]


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_the_declared_datum_is_turned_before_projecting(tmp_path, zones, datum):
    lon, lat = (np.array([value]) for value in at(1234, 2345))
    if datum in ("gcj02", "bd09"):
        lon, lat = wgs84_to_gcj02(lon, lat)
    if datum == "bd09":
        lon, lat = gcj02_to_bd09(lon, lat)
    rows = [{"name": "a", "lng": repr(float(lon[0])), "lat": repr(float(lat[0]))}]
    layer, _, _ = read_rows(tmp_path, zones, rows, datum=datum)
    assert layer.entrances[["x", "y"]].to_numpy()[0] == pytest.approx([EAST + 1234, NORTH + 2345], abs=1e-3)


def test_a_layer_of_degrees_may_hold_gcj02_numbers(tmp_path, zones):
    lon, lat = wgs84_to_gcj02(*(np.array([value]) for value in at(1234, 2345)))
    gpd.GeoDataFrame({"名称": ["甲"]}, geometry=gpd.points_from_xy(lon, lat), crs=4326).to_file(tmp_path / "a.gpkg")
    layer, _, _ = read(tmp_path, zones, {"file": "a.gpkg", "datum": "gcj02"})
    assert layer.entrances[["x", "y"]].to_numpy()[0] == pytest.approx([EAST + 1234, NORTH + 2345], abs=1e-3)
    with pytest.raises(DataError, match=r"a\.gpkg"):
        read(tmp_path, zones, {"file": "a.gpkg", "datum": None})


def test_polygons_and_a_projected_layer(tmp_path, zones):
    hall = shapely.box(EAST + 100, NORTH + 100, EAST + 200, NORTH + 200)
    shapes = [hall, shapely.LineString([(EAST, NORTH), (EAST + 1, NORTH)]), None]
    frame = gpd.GeoDataFrame({"name": ["馆", "路", "空"], "beds": [5.0, None, None]}, geometry=shapes, crs=CRS)
    frame.to_crs(4548).to_file(tmp_path / "a.gpkg")  # the neighbouring 3-degree zone
    layer, ledger, _ = read(tmp_path, zones, {"file": "a.gpkg", "datum": "cgcs2000"})
    x, y = layer.entrances[["x", "y"]].to_numpy()[0]
    assert hall.contains(shapely.Point(x, y))
    assert layer.facilities["capacity"].tolist() == [5.0]
    assert reasons(ledger) == {2: "not_a_place", 3: "no_coordinates"}


def test_names_are_kept_as_written(tmp_path, zones):
    names = ["<img src=x onerror=alert(1)>", "${7*7} `x`", "{folder}", "=SUM(A1)", "</script>"]
    rows = [row(name, 100 * number + 100) for number, name in enumerate(names)]
    layer, ledger, _ = read_rows(tmp_path, zones, rows)
    assert sorted(layer.facilities["name"]) == sorted(names)
    assert [line.name for line in ledger.rows] == names


def test_the_study_maps_columns_of_its_own(tmp_path, zones):
    lon, lat = at(10, 10)
    mapped = {"name": "店", "lon": "X", "lat": "Y", "capacity": "座"}
    layer, _, _ = read_rows(tmp_path, zones, [{"店": "甲", "X": lon, "Y": lat, "座": 7}], columns=mapped)
    assert (layer.facilities["name"].item(), layer.facilities["capacity"].item()) == ("甲", 7.0)


# --- rows with faults --------------------------------------------------------------------------------------------


def test_every_fault_excludes_its_row_alone(tmp_path, zones):
    lon, lat = at(1000, 1000)
    rows = [
        row("好", 1000, 1000),
        {"名称": "空", "经度": "", "纬度": lat},
        {"名称": "字", "经度": "东经某度", "纬度": lat},
        {"名称": "无穷", "经度": "1e999", "纬度": lat},
        {"名称": "出界", "经度": 270, "纬度": lat},
        {"名称": "对调", "经度": lat, "纬度": lon},
        row("近邻", SIDE + 1999, 1000),
        row("远处", SIDE + 2001, 1000),
        row("天涯", 300_000, 1000),
    ]
    layer, ledger, notes = read_rows(tmp_path, zones, rows)
    assert reasons(ledger) == {
        3: "no_coordinates", 4: "not_numbers", 5: "not_numbers", 6: "out_of_range",
        7: "swapped_row", 9: "too_far", 10: "too_far",
    }  # fmt: skip
    assert dict(zip(layer.facilities["name"], layer.facilities["inside"], strict=True)) == {"好": True, "近邻": False}
    assert ledger.counts() == {"used": 2, "fixed": 0, "excluded": 7}
    assert notes[0].facts["count"] == 7


def test_a_row_without_a_name_takes_its_address_or_its_id(tmp_path, zones):
    rows = [row("", 100, 地址="东街1号"), row("", 200, 编号="K2"), row("", 300)]
    layer, ledger, _ = read_rows(tmp_path, zones, rows)
    names = dict(zip(layer.facilities["row"], layer.facilities["name"], strict=True))
    assert (names[2], names[3]) == ("东街1号", "K2")
    assert re.fullmatch(r"canteen-[0-9a-f]{8}", names[4])
    assert ledger.counts() == {"used": 0, "fixed": 3, "excluded": 0}


@pytest.mark.parametrize(
    ("text", "capacity", "fate"),
    [
        ("40", 40, "used"),
        ("４０", 40, "fixed"),
        ("1,200", 1200, "fixed"),
        ("", np.nan, "used"),
        ("40张", 40, "fixed"),
        ("-3", np.nan, "fixed"),
    ],
)
def test_capacities(tmp_path, zones, text, capacity, fate):
    layer, ledger, _ = read_rows(tmp_path, zones, [row("甲", 床位数=text)])
    assert layer.facilities["capacity"].item() == pytest.approx(capacity, nan_ok=True)
    assert ledger.rows[0].fate == fate


# --- whole lists that cannot be right ----------------------------------------------------------------------------


def test_no_datum_names_the_file_and_the_choices(tmp_path, zones):
    with pytest.raises(DataError) as fault:
        read_rows(tmp_path, zones, [row("甲")], datum=None)
    for word in ("list.csv", "wgs84", "cgcs2000", "gcj02", "bd09"):
        assert word in fault.value.sentence("zh")


def test_columns_swapped_throughout(tmp_path, zones):
    rows = [row(f"{n}", 100 * n, 100) for n in range(5)]
    swapped = [{"名称": r["名称"], "经度": r["纬度"], "纬度": r["经度"]} for r in rows]
    with pytest.raises(DataError, match=r"list\.csv”的经纬度似乎写反了：6 行中有 5 行"):
        read_rows(tmp_path, zones, [*swapped, row("对", 100, 200)])


def test_a_list_of_another_place(tmp_path, zones):
    with pytest.raises(DataError) as fault:
        read_rows(tmp_path, zones, [row("甲", 100_000), row("乙", 90_000)])
    told(fault.value, "facilities.all_outside")
    assert fault.value.facts["km"] == pytest.approx(88.0, abs=0.2)


def test_a_list_without_a_readable_coordinate(tmp_path, zones):
    with pytest.raises(DataError) as fault:
        read_rows(tmp_path, zones, [{"名称": "甲", "经度": "", "纬度": ""}])
    told(fault.value, "facilities.none_located")


def test_metres_instead_of_degrees(tmp_path, zones):
    with pytest.raises(DataError) as fault:
        read_rows(tmp_path, zones, [{"名称": "甲", "经度": "500123", "纬度": "3350456"}])
    told(fault.value, "facilities.not_degrees")


def test_several_faults_of_one_list_come_together(tmp_path, zones):
    with pytest.raises(Faults) as faults:
        read_rows(tmp_path, zones, [{"名称": "甲"}], datum=None, columns={"address": "住址"})
    assert [fault.key for fault in faults.value.faults] == [
        "facilities.no_coordinate_column",  # which asks for the datum too
        "columns.not_there",
    ]
    for lang in ("zh", "en"):
        assert faults.value.sentence(lang).count("\n") == 1


def test_a_header_that_stands_twice(tmp_path, zones):
    lon, lat = at(1, 1)
    (tmp_path / "list.csv").write_text(f"名称,名称,经度,纬度\n甲,乙,{lon},{lat}\n", encoding="utf-8")
    assert read(tmp_path, zones, {"file": "list.csv"})[0].facilities["name"].item() == "甲"


def test_an_extract_given_as_a_list(tmp_path, zones):
    write_osm(tmp_path / "a.osm", [])
    with pytest.raises(ConfigurationError, match="from_osm"):
        read(tmp_path, zones, {"file": "a.osm"})


def test_no_coordinate_column_names_those_there_are(tmp_path, zones):
    with pytest.raises(DataError, match="没有经纬度列，现有列：名称、地址"):
        read_rows(tmp_path, zones, [{"名称": "甲", "地址": "东街"}])
    with pytest.raises(DataError, match="没有纬度列，现有列：名称、经度"):
        read_rows(tmp_path, zones, [{"名称": "甲", "经度": "120.1"}])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_csv_in_any_encoding_that_excel_writes(tmp_path, zones, encoding):
    lon, lat = at(1, 1)
    (tmp_path / "list.csv").write_text(f"名称\t经度\t纬度\n甲幼儿园\t{lon}\t{lat}\n", encoding=encoding)
    assert read(tmp_path, zones, {"file": "list.csv"})[0].facilities["name"].item() == "甲幼儿园"


def test_two_coordinate_columns_equally_good(tmp_path, zones):
    rows = [{**row("甲"), "经度(高德)": "120", "经度(百度)": "120"}]
    read_rows(tmp_path, zones, rows)  # 经度 itself is better than either
    del rows[0]["经度"]
    with pytest.raises(DataError, match=r"经度\(高德\)、经度\(百度\)"):
        read_rows(tmp_path, zones, rows)


def test_a_mapped_column_that_is_not_there_and_a_role_that_is_none(tmp_path, zones):
    with pytest.raises(DataError, match="座位"):
        read_rows(tmp_path, zones, [row("甲")], columns={"capacity": "座位"})
    with pytest.raises(ConfigurationError, match="longitude"):
        read_rows(tmp_path, zones, [row("甲")], columns={"longitude": "经度"})


def test_the_faults_of_all_lists_come_in_one_go(tmp_path, zones):
    write_csv(tmp_path / "far.csv", [row("甲", 100_000)])
    write_csv(tmp_path / "good.csv", [row("甲")])
    with pytest.raises(Faults) as faults:
        read(
            tmp_path, zones,
            {"file": "missing.csv"}, {"file": "good.csv"}, {"file": "far.csv"},
            {"file": "good.csv", "datum": None}, {"file": "good.csv", "service": "gym"},
        )  # fmt: skip
    assert faults.value.sentence("zh").count("\n") == faults.value.sentence("en").count("\n") == 3
    assert sorted(fault.key for fault in faults.value.faults) == [
        "datum.missing", "facilities.all_outside", "facilities.unknown_service", "layers.missing_file",
    ]  # fmt: skip


# --- one facility, several rows ----------------------------------------------------------------------------------


def test_rows_of_one_id_are_entrances(tmp_path, zones):
    rows = [
        row("一小(南门)", 1000, 900, 编号="S1"),
        row("一小", 1000, 1000, 编号="S1", 容量="800"),
        row("二小", 1, 1, 编号="S2"),
    ]
    layer, ledger, notes = read_rows(tmp_path, zones, rows)
    assert layer.facilities["facility_id"].tolist() == ["S1", "S2"]
    assert (layer.facilities["name"][0], layer.facilities["capacity"][0]) == ("一小", 800.0)
    assert layer.entrances["facility"].tolist() == [0, 0, 1]
    assert ledger.counts()["used"] == 3
    assert reasons(ledger) == {3: "rows.entrance_named"}
    assert [note.key for note in notes] == ["rows.doubted", "facilities.entrances_named"]


def test_rows_of_one_id_far_apart_are_noted(tmp_path, zones):
    _, _, notes = read_rows(tmp_path, zones, [row("甲", 0, 0, id="1"), row("甲", 0, 501, id="1")])
    assert [note.key for note in notes] == ["rows.doubted", "facilities.entrances_apart"]


def test_a_row_written_twice_counts_once(tmp_path, zones):
    rows = [row("甲", 100, 100), row("甲", 100, 149), row("甲", 100, 205), row("乙", 100, 100)]
    layer, ledger, _ = read_rows(tmp_path, zones, rows)
    assert sorted(layer.facilities["name"]) == ["乙", "甲", "甲"]
    assert reasons(ledger) == {3: "rows.repeats_name"}
    assert ledger.rows[1].object_id == ledger.rows[0].object_id


def test_ids_of_two_services_and_two_lists_that_clash(tmp_path, zones):
    write_csv(tmp_path / "a.csv", [row("甲", 100, 编号="1"), row("乙", 200, 编号="2")])
    write_csv(tmp_path / "b.csv", [row("丙", 300, 编号="1"), row("丁", 400, 编号="3")])
    layer, _, _ = read(tmp_path, zones, {"file": "a.csv"}, {"file": "b.csv", "service": "childcare"})
    assert layer.facilities["facility_id"].tolist() == ["2", "canteen:1", "3", "childcare:1"]
    layer, _, _ = read(tmp_path, zones, {"file": "a.csv"}, {"file": "b.csv"})
    assert layer.facilities["facility_id"].tolist() == ["2", "3", "canteen:a.csv:1", "canteen:b.csv:1"]


def test_the_same_list_named_twice_is_one_list(tmp_path, zones):
    write_csv(tmp_path / "a.csv", [row("甲", 100, 编号="1"), row("乙", 200)])
    layer, ledger, _ = read(tmp_path, zones, {"file": "a.csv"}, {"file": "a.csv"})
    assert len(layer.facilities) == 2
    assert ledger.counts() == {"used": 2, "fixed": 0, "excluded": 2}


def test_an_id_made_of_name_and_place_stays(tmp_path, zones):
    lon, lat = "120.01", "30.28"
    layer, _, _ = read_rows(tmp_path, zones, [{"名称": "甲", "经度": lon, "纬度": lat}])
    digest = hashlib.sha256("canteen\n甲\n120.010000\n30.280000".encode()).hexdigest()
    assert layer.facilities["facility_id"].item() == f"canteen-{digest[:8]}" == "canteen-aacb0f14"


@settings(derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["甲", "乙", ""]),
            st.sampled_from(["", "1", "2"]),
            st.sampled_from(["0", "0.5", "900", "6100", "x", ""]),
            st.sampled_from(["", "3", "9", "40张"]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_every_row_has_one_fate_and_the_order_of_rows_decides_nothing(tmp_path, zones, drawn, shuffler: random.Random):
    rows = [row("锚", 2000, 2000)]
    for name, own_id, east, capacity in drawn:
        made = row(name, float(east) if east not in ("x", "") else 0.0, 编号=own_id, 餐位=capacity)
        rows.append(made if east not in ("x", "") else {**made, "经度": east})
    layer, ledger, _ = read_rows(tmp_path, zones, rows)
    assert [line.row for line in ledger.rows] == list(range(2, len(rows) + 2))
    assert sum(ledger.counts().values()) == len(rows)
    assert all(line.reasons for line in ledger.rows if line.fate != "used")
    assert {line.object_id for line in ledger.rows if line.fate != "excluded"} == set(layer.facilities["facility_id"])
    shuffled = shuffler.sample(rows, len(rows))
    again, second, _ = read_rows(tmp_path, zones, shuffled)
    pd.testing.assert_frame_equal(layer.facilities.drop(columns="row"), again.facilities.drop(columns="row"))
    pd.testing.assert_frame_equal(layer.entrances, again.entrances)
    assert ledger.counts() == second.counts()


@settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["名称", "经度", "纬度", "编号", "托位数", "普惠", "备注", "", "x"]), min_size=1, max_size=6
    ),
    st.lists(
        st.lists(st.one_of(st.text(max_size=6), st.sampled_from(["120", "30.3", "1e9", "nan"])), max_size=7), max_size=4
    ),
)
def test_no_table_ever_ends_in_a_traceback(tmp_path, zones, headers, cells):
    with (tmp_path / "list.csv").open("w", newline="", encoding="utf-8", errors="replace") as file:
        csv.writer(file).writerows([headers, *cells])
    faults, fates = [], {}
    with collecting(faults):
        fates = read(tmp_path, zones, {"file": "list.csv", "service": "childcare"})[1].counts()
    assert (sum(fates.values()) >= 1) == (not faults)
    assert all("list.csv" in fault.sentence(lang) for fault in faults for lang in ("zh", "en"))


def test_no_facility_at_all_is_an_empty_layer(tmp_path, zones):
    write_osm(tmp_path / "a.osm", [])
    layer, ledger, notes = read(
        tmp_path, zones, {"service": "school", "file": "a.osm", "from_osm": True, "datum": None}
    )
    assert len(layer.facilities) == len(layer.entrances) == len(ledger.rows) == 0
    assert [note.key for note in notes] == ["facilities.none_tagged"]


# --- OSM ---------------------------------------------------------------------------------------------------------


def write_osm(path, things):
    """Write points (east, north, tags) and squares (east, north, side, tags), in metres, as an OSM file."""
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        ways, number = [], 0
        for east, north, *side, tags in things:
            corners = [(0, 0), (1, 0), (1, 1), (0, 1)] if side else [(0, 0)]
            first = number + 1
            for x, y in corners:
                number += 1
                place = at(east + x * (side or [0])[0], north + y * (side or [0])[0])
                writer.add_node(osmium.osm.mutable.Node(id=number, location=place, tags={} if side else tags))
            if side:
                ways.append(([*range(first, number + 1), first], tags))
        for way, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=nodes, tags=tags))


def read_osm(folder, zones, things, *services):
    write_osm(folder / "a.osm", things)
    named = services or ("school",)
    return read(folder, zones, *({"service": s, "file": "a.osm", "from_osm": True, "datum": None} for s in named))


def school(name="", **tags):
    return {"amenity": "school", **({"name": name} if name else {}), **tags}


def test_osm_points_and_areas(tmp_path, zones):
    things = [(100, 100, school("甲", capacity="300")), (1000, 1000, 100, school("乙", **{"addr:full": "东街"}))]
    layer, ledger, notes = read_osm(tmp_path, zones, things)
    assert layer.facilities["facility_id"].tolist() == ["n1", "w1"]
    assert layer.facilities["address"].tolist() == ["", "东街"]
    assert [(line.sheet, line.row, line.fate) for line in ledger.rows] == [("node", 1, "used"), ("way", 1, "used")]
    assert notes == ()


@pytest.mark.parametrize(
    ("point", "area", "kept"),
    [
        ("一小", "一小", {"w1": "一小"}),
        ("", "一小", {"w1": "一小"}),
        ("一小", "", {"w1": "一小"}),  # the area takes the name
        ("一小分校", "一小", {"n1": "一小分校", "w1": "一小"}),
    ],
)
def test_a_point_in_its_own_building_is_one_facility(tmp_path, zones, point, area, kept):
    things = [(1050, 1050, school(point)), (1000, 1000, 100, school(area))]
    layer, ledger, _ = read_osm(tmp_path, zones, things)
    assert dict(zip(layer.facilities["facility_id"], layer.facilities["name"], strict=True)) == kept
    assert len(ledger.rows) == 2
    if "n1" not in kept:
        assert ledger.rows[0].reasons[0].facts == {"facility_id": "w1"}


def test_an_unnamed_ground_swallows_no_two_named_places(tmp_path, zones):
    things = [(1020, 1020, school("甲")), (1060, 1060, school("乙")), (1000, 1000, 100, school())]
    assert len(read_osm(tmp_path, zones, things)[0].facilities) == 3


def test_nested_areas_of_one_place(tmp_path, zones):
    things = [(1050, 1050, school("别校")), (1020, 1020, 60, school()), (1000, 1000, 100, school("甲"))]
    layer, _, _ = read_osm(tmp_path, zones, things)
    assert layer.facilities["facility_id"].tolist() == ["n1", "w2"]


def test_a_point_of_another_service_stays(tmp_path, zones):
    things = [(1050, 1050, {"amenity": "kindergarten"}), (1000, 1000, 100, school("甲"))]
    layer, ledger, _ = read_osm(tmp_path, zones, things, "school", "kindergarten")
    assert layer.facilities["service"].tolist() == ["kindergarten", "school"]
    assert [line.kind for line in ledger.rows] == ["school", "kindergarten"]


def test_an_object_that_a_service_rules_out_is_no_site_of_it(tmp_path, zones):
    levels = ("1", "2", "1;2")
    things = [(500 * at, 500, school(level, **{"isced:level": level})) for at, level in enumerate(levels, 1)]
    layer, ledger, _ = read_osm(tmp_path, zones, things, "primary")
    assert layer.facilities["name"].tolist() == ["1", "1;2"]
    assert len(ledger.rows) == 2


def test_one_of_several_values_makes_a_site(tmp_path, zones):
    things = [
        (500, 500, {"amenity": "doctors;clinic"}),
        (1000, 1000, 100, {"amenity": "pharmacy; clinic"}),
        (1500, 1500, {"amenity": "pharmacy"}),
    ]
    assert read_osm(tmp_path, zones, things, "clinic")[0].facilities["facility_id"].tolist() == ["n1", "w1"]


def test_a_service_that_osm_has_no_tags_for(tmp_path, zones):
    with pytest.raises(ConfigurationError, match="canteen"):
        read_osm(tmp_path, zones, [], "canteen")


# --- real lists --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hangzhou(field_data):
    return read_zones(
        [ZoneSource(file="districts.gpkg", level="county")], field_data / "hangzhou", None, "杭州", "hangzhou"
    )[0]


def rooms(hangzhou, field_data, datum, belt_m):
    source = FacilitySource(service="culture", file="reading_rooms_gcj02.csv", datum=datum)
    known = {"culture": service("culture")}
    return read_facilities([source], field_data / "hangzhou", hangzhou, known, around(known, belt_m), DAY)


def test_all_reading_rooms_of_hangzhou_are_accounted_for(hangzhou, field_data):
    layer, ledger, _ = rooms(hangzhou, field_data, "gcj02", 3000)
    assert len(ledger.rows) == 223
    assert [line.row for line in ledger.rows] == list(range(2, 225))
    assert ledger.counts() == {"used": 107, "fixed": 0, "excluded": 116}
    assert {reason.key for line in ledger.rows for reason in line.reasons} == {"facilities.too_far"}
    assert len(layer.facilities) == 107
    assert "neighbor-1" in set(layer.facilities["facility_id"])


def test_the_datum_of_the_reading_rooms_is_turned(hangzhou, field_data):
    turned, ledger, _ = rooms(hangzhou, field_data, "gcj02", 300_000)
    as_written, _, _ = rooms(hangzhou, field_data, "wgs84", 300_000)
    assert ledger.counts() == {"used": 223, "fixed": 0, "excluded": 0}
    assert turned.facilities["facility_id"].equals(as_written.facilities["facility_id"])
    shift_m = np.hypot(*(turned.entrances - as_written.entrances)[["x", "y"]].to_numpy().T)
    assert 400 < shift_m.mean() < 650
    assert 400 < shift_m.min() < shift_m.max() < 650


def test_the_high_schools_of_hangzhou(hangzhou, field_data):
    source = FacilitySource(service="school", file="high_schools.csv", datum="wgs84")
    _, ledger, _ = read_facilities([source], field_data / "hangzhou", hangzhou, SERVICES, around(SERVICES, 3000), DAY)
    assert ledger.counts() == {"used": 34, "fixed": 0, "excluded": 23}


AMENITIES = {"kindergarten": 23, "school": 163, "clinic": 88, "doctors": 28, "hospital": 27, "social_facility": 16}


def test_facilities_of_las_palmas_by_tag(field_data):
    folder = field_data / "las_palmas"
    zones, _, _ = read_zones(
        [ZoneSource(file="boundary.geojson", level="county", name="NAMEUNIT")], folder, None, "Las Palmas", "lp"
    )
    named = {amenity: service(amenity, (("amenity", amenity),)) for amenity in AMENITIES}
    sources = [FacilitySource(service=name, file="las_palmas.osm.pbf", from_osm=True) for name in named]
    layer, ledger, _ = read_facilities(sources, folder, zones, named, around(named, 3000), DAY)
    assert Counter(line.kind for line in ledger.rows) == AMENITIES
    # Five school buildings stand on the ground of the same school; two clinics and two homes are mapped as several.
    excluded = [line for line in ledger.rows if line.fate == "excluded"]
    assert Counter((line.kind, line.reasons[0].key) for line in excluded) == {
        ("school", "facilities.mapped_twice"): 5,
        ("clinic", "rows.repeats_name"): 2,
        ("social_facility", "rows.repeats_name"): 2,
    }
    assert Counter(layer.facilities["service"]) == {**AMENITIES, "school": 158, "clinic": 86, "social_facility": 14}


def test_the_rows_of_a_study_do_not_depend_on_the_order_of_services(field_data):
    folder = field_data / "liechtenstein"
    zones, _, _ = read_zones(
        [ZoneSource(file="liechtenstein.osm.pbf", level="town", admin_level=8)], folder, None, "Liechtenstein", "li"
    )
    # One service of the same tags under another name: its ids clash and say the service.
    named = {"school": SERVICES["school"], "classes": replace(SERVICES["school"], id="classes")}
    sources = [FacilitySource(service=name, file="liechtenstein.osm.pbf", from_osm=True) for name in named]
    one, _, _ = read_facilities(sources, folder, zones, named, around(named, 3000), DAY)
    other, _, _ = read_facilities(sources[::-1], folder, zones, named, around(named, 3000), DAY)
    pd.testing.assert_frame_equal(one.facilities, other.facilities)
    assert one.facilities["facility_id"].str.contains(":").all()
    assert len(one.facilities) == 38
