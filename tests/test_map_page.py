import base64
import dataclasses
import hashlib
import json
import re
import zlib
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from made_results import CELL_M, CRS, GROUPS, HOSTILE_NAMES, made_results, without_towns

from circle15.catalogue.loader import load_catalogue
from circle15.errors import ConfigurationError
from circle15.publish.asset import asset
from circle15.publish.map import folium_page, leaflet
from circle15.publish.map.changes import change_rows
from circle15.publish.map.content import credit, number, standard_sentence, standard_unchecked
from circle15.publish.map.grid import lonlat_lattice, pack_grid, time_codes
from circle15.publish.map.packing import pack
from circle15.publish.map.page import map_html, write_map
from circle15.publish.map.payload import make_payload, markup_free_json
from circle15.publish.map.shapes import enclosing, pack_shapes


@pytest.fixture(scope="module")
def results():
    return made_results(counts=[8, 14, 9, 6, 7, 20, 16, 6])


@pytest.fixture(scope="module")
def html(results):
    return map_html(results)


def unpacked(text, sections):
    """An independent reading of a pack: byte by byte, as its docstring says."""
    stream = iter(zlib.decompress(base64.b64decode(text)))
    found = {}
    for name, count in sections:
        values = []
        for _ in range(count):
            value, shift = 0, 0
            for byte in stream:
                value |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            values.append((value >> 1) ^ -(value & 1))
        found[name] = np.array(values, dtype=np.int64)
    assert next(stream, None) is None
    return found


def element(html, name):
    return re.search(rf'<script type="[a-z/]+" id="c15-{name}">(.*?)</script>', html, re.S).group(1)


def in_json(text):
    """Text as it stands inside the page's JSON."""
    return markup_free_json(text)[1:-1]


@settings(derandomize=True, deadline=None)
@given(st.lists(st.lists(st.integers(-(2**40), 2**40), max_size=30), min_size=1, max_size=4))
def test_numbers_come_back_from_a_pack(lists):
    packed = pack({str(n): np.array(values, dtype=np.int64) for n, values in enumerate(lists)})
    assert [values.tolist() for values in unpacked(packed.text, packed.sections).values()] == lists


@settings(derandomize=True, deadline=None)
@given(limit=st.integers(1, 90), speed=st.floats(0.5, 2.0), beyond=st.floats(1e-4, 3.0))
def test_a_shown_time_never_crosses_a_whole_minute(limit, speed, beyond):
    limit_m = limit * 60.0 * speed

    def shown(metres):
        code = int(time_codes(np.array([metres]), speed)[0]) - 2
        return code / 10 if code <= 300 else code - 300 + 30

    assert shown(limit_m) == limit
    assert shown(limit_m + beyond) > limit


def test_unreachable_and_unknown_have_codes_of_their_own():
    assert time_codes(np.array([np.inf, np.nan, 0.0]), 1.0).tolist() == [0, 1, 2]


def test_cells_between_control_points_lie_where_the_projection_puts_them():
    size = (700, 600)
    lattice = lonlat_lattice(pyproj.CRS.from_epsg(CRS), (5600, 33100), size, CELL_M)
    dice = np.random.default_rng(1)
    column, row = dice.uniform(0, size[0], 2000), dice.uniform(0, size[1], 2000)
    c, r = (np.floor(axis / lattice["step"]).astype(int) for axis in (column, row))
    u, v = column / lattice["step"] - c, row / lattice["step"] - r

    def between(values):
        grid = np.array(values).reshape(lattice["rows"], lattice["columns"]) / 1e7
        low = (1 - u) * grid[r, c] + u * grid[r, c + 1]
        return (1 - v) * low + v * ((1 - u) * grid[r + 1, c] + u * grid[r + 1, c + 1])

    back = pyproj.Transformer.from_crs(4326, CRS, always_xy=True).transform(
        between(lattice["lon"]), between(lattice["lat"])
    )
    away = np.hypot(back[0] - (5600 + column) * CELL_M, back[1] - (33100 + row) * CELL_M)
    assert away.max() < 0.2


def test_the_grid_carries_every_cell_exactly(results):
    towns = sorted(results.zones.loc[results.zones["level"] == "town", "code"])
    villages = sorted(results.zones.loc[results.zones["level"] == "village", "code"])
    grid = pack_grid(results, towns, villages)
    data, facts = unpacked(grid.numbers.text, grid.numbers.sections), grid.facts
    place = np.cumsum(data["place"])
    x = (facts["column"] + place % facts["columns"] + 0.5) * CELL_M
    y = (facts["row"] + place // facts["columns"] + 0.5) * CELL_M
    cells = results.cells.sort_values(["y", "x"])
    assert (x == cells["x"]).all()
    assert (y == cells["y"]).all()
    town = np.cumsum(data["town"])
    assert [towns[t - 1] for t in town] == cells["town_code"].tolist()
    assert [villages[v - 1] for v in np.cumsum(data["village"])] == cells["village_code"].tolist()
    assert np.abs(data["persons_all"] / 100 - cells["persons_all"]).max() <= 0.0051
    for group in GROUPS:
        share = np.array(facts["shares"][group])[town]
        persons = (np.floor(data["persons_all"] * share + 0.5) + data[f"persons_{group}"]) / 100
        assert np.abs(persons - cells[f"persons_{group}"]).max() <= 0.0051
    for service in results.catalogue.services.values():
        metres = cells[f"{service.id}_m"].to_numpy()
        limit_m = service.urban.limit_m(results.catalogue.speeds[service.speed].m_s)
        assert (data[f"{service.id}_reach"] == (metres <= limit_m)).all()
        codes = time_codes(metres, results.catalogue.speeds[service.speed].m_s)
        assert (np.cumsum(data[f"{service.id}_time"]) == codes).all()


def test_missing_streets_are_carried_only_where_there_are_such(results, html):
    cells = results.cells.assign(network_gap=False)
    none = make_payload(dataclasses.replace(results, cells=cells), "zh")
    assert none.cells == element(html, "cells")
    somewhere = np.arange(len(cells)) % 7 == 0
    payload = make_payload(dataclasses.replace(results, cells=cells.assign(network_gap=somewhere)), "zh")
    data = unpacked(payload.cells, json.loads(payload.content)["sections"]["cells"])
    order = np.lexsort((cells["x"], cells["y"]))
    assert data["gap"].tolist() == somewhere[order].astype(int).tolist()


def test_changes_to_the_streets_are_drawn_as_they_were_done(results):
    west, south, *_ = results.zones.total_bounds
    shapes = [
        shapely.LineString([(west, south), (west + 100, south)]),
        shapely.Point(west, south),
        shapely.MultiLineString([[(west, south), (west, south + 50)], [(west + 9, south), (west + 9, south + 50)]]),
        shapely.box(west, south, west + 100, south + 100),
        shapely.Point(west, south),
    ]
    patch = gpd.GeoDataFrame(
        {
            "action": ["path", "gate", "block", "close", "gate"],
            "name": ["<b>甲</b>", "", "", "", ""],
            "status": ["fixed", "used", "used", "used", "excluded"],
        },
        geometry=shapes,
        crs=results.zones.crs,
    )
    rows = change_rows(dataclasses.replace(results, patch=patch))
    assert [(row["look"], row["action"]) for row in rows] == [
        ("added", "path"),
        ("added", "gate"),
        ("blocked", "block"),
        ("compound", "close"),
    ]
    assert [[len(part) for part in row["parts"]] for row in rows] == [[2], [1], [2, 2], [5]]
    to_metres = pyproj.Transformer.from_crs(4326, results.zones.crs, always_xy=True)
    x, y = to_metres.transform(*np.array(rows[0]["parts"][0][1]) / 1e6)
    assert (x, y) == pytest.approx((west + 100, south), abs=0.2)
    assert "<b>甲" not in make_payload(dataclasses.replace(results, patch=patch), "zh").content


def test_fifty_thousand_cells_take_half_a_megabyte(results):
    """Times a third of a minute off a smooth field, as streets make them."""
    dice = np.random.default_rng(7)
    towns = sorted(results.zones.loc[results.zones["level"] == "town", "code"])
    place = np.sort(dice.choice(300 * 300, size=50_000, replace=False))
    base = results.cells
    like = base.iloc[np.sort(dice.integers(0, len(base), len(place)))].reset_index(drop=True)
    like["x"], like["y"] = 560_050.0 + place % 300 * 100, 3_310_050.0 + place // 300 * 100
    wave = np.hypot(like["x"] - 575_000, like["y"] - 3_325_000)
    for n, service in enumerate(results.catalogue.services):
        like[f"{service}_m"] = np.abs(wave * (0.1 + 0.02 * n) % 2500 - 1250) + dice.uniform(0, 50, len(like))
    packed = pack_grid(dataclasses.replace(results, cells=like), towns, []).numbers
    assert len(packed.text) <= 500_000


def test_shapes_keep_their_rings_and_holes():
    hole = shapely.box(600_300, 3_310_300, 600_500, 3_310_500)
    two = shapely.MultiPolygon(
        [
            shapely.box(600_000, 3_310_000, 601_000, 3_311_000).difference(hole),
            shapely.box(603_000, 3_310_000, 604_000, 3_311_000),
        ]
    )
    packed, starts = pack_shapes([two, shapely.Polygon()], pyproj.CRS.from_epsg(CRS))
    numbers = iter(unpacked(packed.text, packed.sections)["shapes"].tolist())
    at = np.zeros(2)
    polygons = []
    for _ in range(next(numbers)):
        rings = []
        for _ in range(next(numbers)):
            ring = []
            for _ in range(next(numbers)):
                at = at + np.array([next(numbers), next(numbers)])
                ring.append(at / 1e5)
            rings.append(ring)
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    back = gpd.GeoSeries([shapely.MultiPolygon(polygons)], crs=4326).to_crs(CRS).iloc[0]
    assert back.hausdorff_distance(two) < 1.0
    assert (starts[0], list(numbers)) == (0, [0])


def test_an_area_of_scattered_cells_is_shown_by_one_line():
    cells = shapely.union_all(
        [shapely.box(x, y, x + 100, y + 100) for x, y in ((0, 0), (200, 0), (0, 200), (200, 200))]
    )
    (line,) = enclosing([cells], 100)
    assert shapely.get_num_geometries(line) == 1
    assert all(line.contains(cell.centroid) for cell in shapely.get_parts(cells))
    assert line.within(cells.convex_hull)
    assert not line.interiors


def test_json_in_the_page_holds_no_markup_and_says_the_same():
    for name in HOSTILE_NAMES:
        text = markup_free_json({"name": name})
        assert not set(text) & set("<>&\u2028\u2029")
        assert json.loads(text) == {"name": name}


def test_missing_and_unreachable_are_told_apart():
    assert (number(np.nan), number(np.inf), number(0.0)) == (None, "inf", 0.0)


def test_hostile_names_stand_in_the_page_only_as_escaped_json(html):
    content = element(html, "content")
    rest = html.replace(content, "")
    for name in HOSTILE_NAMES:
        assert in_json(name) in content
        assert name not in rest
    assert set(HOSTILE_NAMES) <= set(json.loads(content)["facilities"]["name"])


def test_a_hostile_place_name_is_text_in_the_title():
    page = map_html(
        made_results(
            columns=16, rows=12, counts=[6, 2, 2, 2, 2, 2, 2, 2], place="</title><script>1</script>{{ 7 * 7 }}"
        )
    )
    assert "<title>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt;{{ 7 * 7 }} 2025" in page


def test_nothing_in_the_page_points_elsewhere(html):
    outside = element(html, "content"), element(html, "cells"), element(html, "shapes")
    code = html
    for text in outside:
        code = code.replace(text, "")
    assert not re.search(
        r"<(script|img|iframe|link|object|embed)[^>]*\s(src|href)\s*=\s*[\"']?(?!data:)[a-z/]", code.split("<body>")[0]
    )
    assert "<script src" not in code
    assert "sourceMappingURL" not in code
    assert re.findall(r"<link[^>]*>", code) == ['<link rel="icon" href="data:,">']
    assert not re.search(r"url\((?!data:)(?!#default#VML)", re.sub(r"<script>.*?</script>", "", code, flags=re.S))
    # Leaflet names itself, two name spaces and a bug in its comments; nothing of it is fetched.
    hosts = set(re.findall(r"(?:https?:)?//([a-z{}][a-z0-9.{}-]*\.[a-z]{2,})", code))
    assert hosts <= {"leafletjs.com", "www.w3.org", "bugzilla.mozilla.org", "t{s}.tianditu.gov.cn"}


def test_the_policy_names_each_script_by_its_hash_and_nothing_else(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html).group(1).replace("&#39;", "'")
    scripts = re.findall(r"<script>(.*?)</script>", html, re.S)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    named = " ".join(f"'sha256-{one}'" for one in hashes)
    assert f"; script-src {named};" in policy
    assert policy.startswith("default-src 'none';")
    assert "connect-src 'none'" in policy
    assert "img-src data:;" in policy
    assert not re.search(r"\son[a-z]+=", re.sub(r"<script.*?</script>", "", html, flags=re.S))


def test_only_a_key_opens_the_page_to_the_base_map(results):
    study = results.study.model_copy(
        update={"map": results.study.map.model_copy(update={"tianditu_key": "k&\"'<key>"})}
    )
    html = map_html(dataclasses.replace(results, study=study))
    assert "img-src data: https://*.tianditu.gov.cn;" in html.replace("&#39;", "'")
    assert json.loads(element(html, "content"))["tianditu_key"] == "k&\"'<key>"


def test_the_same_results_give_the_same_bytes_in_any_order_of_rows(results, html, tmp_path):
    write_map(results, tmp_path / "a.html")
    dice = np.random.default_rng(3)
    frames = ("zones", "cells", "facilities", "underserved", "isochrones", "index")
    mixed = {name: getattr(results, name).sample(frac=1, random_state=dice) for name in frames}
    write_map(dataclasses.replace(results, **mixed), tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == html.encode() == (tmp_path / "b.html").read_bytes()


def test_a_large_study_fits():
    """Ten thousand cells, eight services, three hundred sites with rugged walking areas of their own."""
    big = made_results(columns=210, rows=150, counts=[30, 50, 40, 25, 25, 60, 55, 15], points=260, areas=False)
    assert len(big.cells) >= 10_000
    assert len(big.facilities) == 300
    page = map_html(big)
    assert len(page.encode()) <= 3_000_000
    assert json.loads(element(page, "content"))["shapes"]["facility_bands"] is True


def test_walking_areas_of_single_sites_give_way_before_the_page_grows_too_large(results, monkeypatch):
    monkeypatch.setattr("circle15.publish.map.payload.SHAPES_BUDGET", 100)
    shapes = json.loads(make_payload(results, "zh").content)["shapes"]
    assert shapes["facility_bands"] is False
    assert set(shapes["bands"]["facility"]) == {0}
    assert len(shapes["bands"]["minutes"]) == len(shapes["isochrones"]) == 24


@pytest.mark.parametrize("budget", [120_000, 200_000, 500_000])
def test_all_shapes_together_keep_to_one_budget(budget, monkeypatch):
    crowded = made_results(counts=[40] * 8)
    monkeypatch.setattr("circle15.publish.map.payload.SHAPES_BUDGET", budget)
    monkeypatch.setattr("circle15.publish.map.payload.BORDER_TOLERANCE_M", 1e5)
    payload = make_payload(crowded, "zh")
    shapes = json.loads(payload.content)["shapes"]
    assert len(payload.shapes) <= budget * 1.05
    assert (len(shapes["bands"]["facility"]) == len(crowded.isochrones)) == shapes["facility_bands"]


def test_columns_of_facilities_and_bands_say_what_the_tables_say(results):
    content = json.loads(make_payload(results, "zh").content)
    columns, services = content["facilities"], [service["id"] for service in content["services"]]
    table = results.facilities.set_index("facility_id").loc[columns["id"]]
    assert [services[i] for i in columns["service"]] == table["service"].tolist()
    assert [content["files"][i] for i in columns["file"]] == table["file"].tolist()
    assert columns["row"] == table["row"].tolist()
    bands, sites = content["shapes"]["bands"], ["", *columns["id"]]
    told = {
        (services[s], sites[f], m)
        for s, f, m in zip(*(bands[k] for k in ("service", "facility", "minutes")), strict=True)
    }
    rows = results.isochrones[["service", "facility_id", "minutes"]]
    assert told == set(rows.itertuples(index=False, name=None))


def test_people_outside_areas_are_told_apart(results):
    content = json.loads(make_payload(results, "zh").content)
    for service in content["services"]:
        rest = service["figures"]["uncovered_people"] - service["area_people"]
        assert service["scattered_people"] == (rest if rest >= 1 else None)
    assert any(service["scattered_people"] for service in content["services"])


def test_the_page_carries_leaflets_licence(html):
    licence = asset("map", "leaflet_licence.txt")
    assert licence in html.split("<style>")[0]
    assert licence in (Path(__file__).parents[1] / "THIRD_PARTY.md").read_text(encoding="utf-8")
    assert "Redistributions in binary form must reproduce" in licence
    assert html.encode().index(b"charset") < 1024


@pytest.mark.parametrize("file", ["a.osm.pbf", "b.OSM", "c.pbf", "d.osm.bz2"])
def test_a_file_of_openstreetmap_is_credited_whoever_gave_it(file):
    for licence in ("", "ODbL 1.0"):
        rows = [{"file": file, "provider": "县局", "licence": licence}]
        assert credit(rows) == {"providers": ["县局"], "openstreetmap": True}
    # Streets that the office drew itself, in the same format.
    rows = [{"file": file, "provider": "县局", "licence": "CC0-1.0"}]
    assert credit(rows) == {"providers": ["县局"], "openstreetmap": False}


@pytest.mark.parametrize("provider", ["OSM", "OpenStreetMap", "© OpenStreetMap contributors, ODbL"])
def test_openstreetmap_is_credited_where_it_is_named(provider):
    rows = [{"file": "roads.gpkg", "provider": f"{provider}; 县局", "licence": ""}]
    assert credit(rows) == {"providers": ["县局"], "openstreetmap": True}


def test_a_study_without_villages_areas_sites_or_isochrones_still_makes_a_page(results):
    bare = dataclasses.replace(
        results,
        zones=results.zones[results.zones["level"] != "village"],
        cells=results.cells.drop(columns="village_code"),
        facilities=results.facilities.iloc[:0],
        underserved=results.underserved.iloc[:0],
        isochrones=results.isochrones.iloc[:0],
        coverage=results.coverage[results.coverage["service"] != "clinic"],
        index=results.index.iloc[:0],
    )
    content = json.loads(element(map_html(bare), "content"))
    assert content["index"] is None
    assert content["villages"] == content["facilities"]["id"] == content["areas"] == []
    clinic = next(service for service in content["services"] if service["id"] == "clinic")
    assert clinic["figures"] is None


def test_without_towns_the_page_lists_the_counties(results):
    towns = json.loads(make_payload(results, "zh").content)
    content = json.loads(make_payload(without_towns(results), "zh").content)
    assert (content["listed"], content["villages"]) == ("county", [])
    assert content["towns"] == towns["towns"]
    assert len(content["shapes"]["town"]) == len(content["towns"]) == 12
    assert content["grid"]["shares"] == towns["grid"]["shares"]


def test_without_towns_and_counties_the_page_lists_the_place(results):
    content = json.loads(make_payload(without_towns(results, counties=False), "zh").content)
    assert [unit["name"] for unit in content["towns"]] == ["示例县"]
    assert content["listed"] == "county"
    assert content["towns"][0]["index"] == content["index"]


def test_a_town_without_people_is_no_data(results):
    index = results.index.copy()
    index.loc[index["code"] == "330999001", "balanced_access"] = np.nan
    content = json.loads(make_payload(dataclasses.replace(results, index=index), "zh").content)
    assert content["towns"][0]["index"]["balanced_access"] is None


def test_figures_are_those_of_the_tables_and_not_rounded(results):
    content = json.loads(make_payload(results, "zh").content)
    table = results.coverage.set_index(["level", "code", "service"])
    for town in content["towns"]:
        for service, figures in town["coverage"].items():
            assert figures["people"] == table.loc[("town", town["code"], service), "people"]
    assert content["all_services"]["coverage"] == table.loc[("county", "330999", "all_services"), "coverage"]


def test_the_deciding_circle_is_shown_where_a_service_has_several(results):
    further = results.coverage.assign(minutes=5.0, coverage=0.0)
    both = pd.concat([results.coverage, further], ignore_index=True).sort_values("service", kind="stable")
    content = json.loads(make_payload(dataclasses.replace(results, coverage=both), "zh").content)
    assert content == json.loads(make_payload(results, "zh").content)


def test_a_standard_names_both_classes_only_where_they_differ_and_occur(results):
    clinic = results.catalogue.services["clinic"]
    slow = dataclasses.replace(clinic, rural=dataclasses.replace(clinic.rural, mode="cycle", minutes=15))
    assert standard_sentence(clinic, {"urban", "rural"}, "zh") == "步行10分钟"
    assert standard_sentence(slow, {"urban", ""}, "zh") == "步行10分钟"
    assert standard_sentence(slow, {"rural"}, "zh") == "骑行15分钟"
    assert standard_sentence(slow, {"urban", "rural"}, "zh") == "城镇步行10分钟，乡村骑行15分钟"


def test_without_leaflet_the_sentence_says_what_to_do(monkeypatch):
    def missing(name):
        raise leaflet.PackageNotFoundError(name)

    monkeypatch.setattr(leaflet, "distribution", missing)
    with pytest.raises(ConfigurationError, match="XStatic-Leaflet"):
        leaflet.leaflet_script()


def test_every_asset_is_used():
    folder = files("circle15.publish.map").joinpath("assets")
    scripts = {entry.name for entry in folder.iterdir() if entry.name.endswith(".js")}
    assert scripts == set(folium_page.SCRIPTS)


def test_only_the_standard_that_is_told_decides_whether_it_is_marked_unchecked():
    childcare = load_catalogue().services["childcare"]
    assert {"urban"}.isdisjoint(childcare.unchecked_values())
    assert "rural" in childcare.unchecked_values()
    assert not standard_unchecked(childcare, {"urban"})
    assert standard_unchecked(childcare, {"urban", "rural"})
    on_foot = dataclasses.replace(childcare, rural=childcare.urban)
    assert not standard_unchecked(on_foot, {"urban", "rural"})
    assert standard_unchecked(load_catalogue().services["clinic"], {"urban"})
