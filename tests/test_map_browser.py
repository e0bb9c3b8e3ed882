"""The map page in a real browser that can reach nobody."""

import dataclasses
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from made_results import CELL_M, CRS, HOSTILE_NAMES, TOWN_NAMES, made_results, without_towns
from opened_pages import PIXELS, Opened, start_chromium

from circle15.publish.map.page import write_map

pytestmark = pytest.mark.browser
# Where the page speaks itself, and does not quote the data.
OWN_WORDS = (
    "h2, h3, legend, label, button[role=tab], thead, .c15-standard, .c15-headline dt, .c15-over, .c15-intro,"
    ".leaflet-control-scale"
)


@pytest.fixture(scope="module")
def results():
    return made_results(counts=[8, 14, 9, 6, 7, 20, 16, 6])


@pytest.fixture(scope="module")
def pages(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    write_map(results, folder / "zh.html")
    write_map(results, folder / "en.html", "en")
    write_map(
        made_results(columns=16, rows=12, counts=[6, 2, 2, 2, 2, 2, 2, 2], key="a key", place=HOSTILE_NAMES[0]),
        folder / "key.html",
    )
    return folder


@pytest.fixture(scope="module")
def browser():
    yield from start_chromium()


class Visit(Opened):
    """The map page, opened."""

    def settle(self):
        """Wait until no animation moves the map."""
        before = None
        while before != (before := [*self.centre(), self.ask("circle15.page.map.getZoom()")]):
            self.page.wait_for_timeout(120)

    def switch(self, value, on=True):
        self.page.locator(f"#c15-switches input[value={value}]").set_checked(on)
        # Leaflet draws its canvases with the browser's next frame.
        self.ask("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def paths(self, pane):
        return self.page.locator(f".leaflet-{pane}-pane path").count()

    def find(self, words):
        self.page.fill("#c15-search", words)
        self.page.keyboard.press("Enter")
        self.settle()

    def rest_on(self, name):
        """Wait until the page no longer scrolls; a thing then begins in the upper half of the screen."""
        before = None
        while before != (before := self.ask("scrollY")):
            self.page.wait_for_timeout(150)
        assert -1 <= self.page.locator(name).bounding_box()["y"] < 420

    def centre(self):
        return self.ask("[circle15.page.map.getCenter().lng, circle15.page.map.getCenter().lat]")


@pytest.fixture
def visit(browser, pages):
    opened = Visit(browser, pages / "zh.html")
    yield opened
    opened.close()


def test_it_paints_and_asks_nobody(visit):
    assert visit.ask("performance.getEntriesByName('first-contentful-paint').length") == 1
    assert visit.requests == []
    assert visit.page.title() == "示例县 2025 15分钟公共服务圈"
    assert (
        visit.ask("document.querySelectorAll('svg.leaflet-attribution-flag, .leaflet-control-attribution').length") == 0
    )


def test_every_theme_draws_and_goes_again(visit):
    assert visit.ask(PIXELS, ".leaflet-c15-cells-pane") > 20_000
    visit.switch("uncovered")
    assert visit.ask(PIXELS, ".leaflet-c15-cells-pane") > 1_000
    visit.switch("index")
    assert visit.paths("c15-ground") == 1 + len(TOWN_NAMES)
    assert visit.ask(PIXELS, ".leaflet-c15-cells-pane") == 0
    towns = ".leaflet-c15-ground-pane path + path"
    fills = visit.ask(
        "(towns) => [...document.querySelectorAll(towns)].map((path) => path.getAttribute('fill'))", towns
    )
    assert len(set(fills)) >= 3
    visit.switch("isochrones")
    assert (visit.paths("c15-ground"), visit.paths("c15-bands")) == (1, 3)
    visit.switch("none")
    assert (visit.paths("c15-bands"), visit.ask(PIXELS, ".leaflet-c15-cells-pane")) == (0, 0)


def test_every_overlay_draws_and_goes_again(visit):
    labels = ".leaflet-c15-names-pane .c15-label-town:not(.c15-hidden)"
    visit.switch("areas", on=False)
    assert visit.page.locator(labels).count() == len(TOWN_NAMES)
    sites = visit.ask(PIXELS, ".leaflet-c15-sites-pane")
    assert sites > 8 * 60
    visit.switch("others")
    assert visit.ask(PIXELS, ".leaflet-c15-sites-pane") > sites
    visit.switch("others", on=False)
    visit.switch("facilities", on=False)
    assert visit.ask(PIXELS, ".leaflet-c15-sites-pane") == 0
    visit.switch("areas")
    areas = visit.page.locator("#c15-areas li").count()
    assert visit.paths("c15-areas") == 2 * areas > 0
    visit.switch("towns", on=False)
    assert visit.paths("c15-borders") == 1
    visit.switch("villages")
    assert visit.paths("c15-borders") == 1 + 9 * len(TOWN_NAMES)
    visit.switch("names", on=False)
    assert visit.page.locator(labels).count() == 0


def with_changes_and_gaps(results):
    """The same with a path, a blocked street and a closed compound, and streets missing in the south-west."""
    cells, (west, south, east, north) = results.cells, results.zones.total_bounds
    gap = (cells["x"] < cells["x"].quantile(0.25)) & (cells["y"] < cells["y"].quantile(0.25))
    x, y = (west + east) / 2, (south + north) / 2
    shapes = [
        shapely.LineString([(x, y), (x + 400, y + 300)]),
        shapely.Point(x - 300, y),
        shapely.box(x, y - 500, x + 300, y - 200),
    ]
    columns = {"action": ["path", "block", "close"], "name": ["甲", "乙", ""], "status": ["used"] * 3}
    patch = gpd.GeoDataFrame(columns, geometry=shapes, crs=results.zones.crs)
    return dataclasses.replace(results, cells=cells.assign(network_gap=gap), patch=patch)


def test_changes_and_missing_streets_draw_and_go_again(browser, results, tmp_path):
    write_map(with_changes_and_gaps(results), tmp_path / "map.html")
    visit = Visit(browser, tmp_path / "map.html")
    hatched, keys = visit.ask(PIXELS, ".leaflet-c15-gaps-pane"), visit.page.locator("#c15-legend .c15-keys li")
    assert hatched > 500
    assert visit.paths("c15-changes") == 3
    with_both = keys.count()
    visit.switch("gaps", on=False)
    assert visit.ask(PIXELS, ".leaflet-c15-gaps-pane") == 0
    assert keys.count() == with_both - 1
    visit.switch("changes", on=False)
    assert visit.paths("c15-changes") == 0
    assert keys.count() == with_both - 4
    visit.switch("gaps")
    visit.switch("index")
    assert visit.ask(PIXELS, ".leaflet-c15-gaps-pane") == hatched, "whatever the theme"
    visit.close()


def test_a_page_without_changes_and_missing_streets_offers_neither(visit):
    assert visit.page.locator("#c15-switches input[value=gaps], #c15-switches input[value=changes]").count() == 0


def test_cells_are_drawn_in_their_place_and_in_the_colour_of_their_minutes(visit, results):
    visit.switch("none")
    visit.switch("time")
    cells = results.cells.sort_values(["y", "x"]).iloc[::23]
    lon, lat = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(
        cells["x"].to_numpy(), cells["y"].to_numpy()
    )
    minutes = cells["childcare_m"].to_numpy() / 60 / 1.1
    band = np.where(np.isinf(minutes), 5, np.searchsorted([5, 10, 15, 30], minutes))
    seen = visit.ask(
        """(points) => points.map(([lon, lat]) => {
          const canvas = document.querySelector("canvas.c15-cells"), map = circle15.page.map;
          const corner = map.latLngToLayerPoint(circle15.page.cellLayer.bounds.getNorthWest());
          const at = map.latLngToLayerPoint([lat, lon]).subtract(corner).round();
          const [r, g, b] = canvas.getContext("2d").getImageData(at.x, at.y, 1, 1).data;
          const hex = "#" + [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("");
          return circle15.timeBands.findIndex((one) => one.colour === hex);
        })""",
        np.column_stack([lon, lat]).tolist(),
    )
    assert seen == band.tolist()
    assert len(set(seen)) >= 4


def test_corners_of_cells_are_within_a_metre_of_the_projection(visit, results):
    quads = np.array(visit.ask("Array.from(circle15.page.cells.quads)")).reshape(-1, 4, 2)
    lon = (quads[..., 0] / 256 - 0.5) * 360
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - quads[..., 1] / 128))))
    x, y = pyproj.Transformer.from_crs(4326, CRS, always_xy=True).transform(lon, lat)
    cells = results.cells.sort_values(["y", "x"])
    for corner, (dx, dy) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        away = np.hypot(x[:, corner] - cells["x"] - dx * CELL_M / 2, y[:, corner] - cells["y"] - dy * CELL_M / 2)
        assert away.max() < 0.2


def test_a_click_on_a_cell_tells_its_minutes_and_people(visit, results):
    cell = results.cells.sort_values(["y", "x"]).iloc[len(results.cells) // 2]
    lon, lat = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(cell["x"] + 30, cell["y"] + 30)
    visit.switch("facilities", on=False)
    visit.ask("([lon, lat]) => circle15.page.map.setView([lat, lon], 15, {animate: false})", [lon, lat])
    box = visit.page.locator("#map_circle15").bounding_box()
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    popup = visit.page.locator(".c15-pop")
    assert (
        f"常住 {cell['persons_all']:.1f} 人" in popup.inner_text()
        or f"常住 {cell['persons_all']:.0f} 人" in popup.inner_text()
    )
    for service in results.catalogue.services.values():
        row = popup.locator("tr").filter(has=visit.page.get_by_text(service.label.zh, exact=True)).inner_text()
        minutes = cell[f"{service.id}_m"] / 60 / results.catalogue.speeds[service.speed].m_s
        shown = f"{np.ceil(minutes * 10 - 1e-9) / 10:.1f} 分钟" if minutes <= 30 else f"{np.ceil(minutes):.0f} 分钟"
        assert shown in row
        assert ("未达标" in row) == (minutes > service.urban.minutes)


@pytest.mark.parametrize("moving", [True, False])
def test_search_goes_to_a_town_a_village_and_a_facility(browser, pages, results, moving):
    visit = Visit(browser, pages / "zh.html", moving=moving)
    zones = results.zones.to_crs(4326)
    for words in ("古塘镇", "枫林五村"):
        visit.find(words)
        place = zones[zones["name"] == words].geometry.iloc[0]
        assert np.hypot(*np.subtract(visit.centre(), place.envelope.centroid.coords[0])) < 0.003
        assert visit.paths("c15-picked") == 1
    site = results.facilities[results.facilities["service"] == "canteen"].to_crs(4326).iloc[3]
    visit.find(site["name"])
    assert np.hypot(*np.subtract(visit.centre(), site.geometry.coords[0])) < 0.004
    assert visit.page.locator("#c15-services input:checked").get_attribute("value") == "canteen"
    assert visit.page.locator(".c15-pop h3").inner_text() == site["name"]
    assert visit.paths("c15-single") == 3
    visit.page.keyboard.press("Escape")
    visit.page.locator("#c15-search").fill("没有这个地方")
    assert visit.page.locator("#c15-found").inner_text() == "没有找到"
    visit.close()


def test_hostile_names_show_as_text_and_run_nothing(visit):
    for name in HOSTILE_NAMES:
        visit.page.fill("#c15-search", name)
        assert visit.ask("document.querySelector('#c15-found li span').textContent") == name
        visit.page.keyboard.press("Enter")
        visit.settle()
        assert visit.ask("document.querySelector('.c15-pop h3').textContent") == name
        assert name in visit.ask("document.getElementById('c15-legend').textContent")
        assert visit.page.locator(".c15-pop h3").is_visible()
        assert visit.page.locator(".c15-pop img, .c15-pop script, #c15-legend img").count() == 0
        assert visit.ask("window.hurt || null") is None


def test_the_panel_shows_the_tables_figures_and_follows_the_service(visit, results):
    table = results.coverage.set_index(["level", "code", "service"])
    shown = visit.page.locator("#c15-services label .c15-figure").all_inner_texts()
    assert shown == [
        f"{100 * table.loc[('county', '330999', service), 'coverage']:.1f}%" for service in results.catalogue.services
    ]
    visit.page.locator("#c15-services label", has_text="老年食堂").click()
    row = visit.page.locator("#c15-towns tr[data-code='330999006']").inner_text()
    assert f"{100 * table.loc[('town', '330999006', 'canteen'), 'coverage']:.1f}%" in row
    index = results.index.set_index(["level", "code"]).loc[("town", "330999006"), "balanced_access"]
    assert f"{100 * index:.1f}" in row
    assert "到最近老年食堂" in visit.page.locator("#c15-legend").inner_text()


def test_towns_sort_by_any_column_and_lead_to_their_place(visit):
    visit.page.click("#c15-sort-town")
    up = visit.page.locator("#c15-towns tbody th").all_inner_texts()
    visit.page.click("#c15-sort-town")
    assert visit.page.locator("#c15-towns tbody th").all_inner_texts() == up[::-1]
    visit.page.click("#c15-sort-index")
    values = visit.page.locator("#c15-towns .c15-index").all_inner_texts()
    assert values == sorted(values, key=float, reverse=True)
    before = visit.centre()
    visit.page.locator("#c15-towns tbody button").nth(0).click()
    visit.settle()
    assert visit.centre() != before
    assert visit.page.locator("#c15-towns tr.c15-picked").count() == 1


def test_more_areas_show_the_closer_one_looks(browser, tmp_path):
    crowded = made_results(counts=[8, 14, 9, 6, 7, 20, 16, 6])
    childcare = crowded.underserved[crowded.underserved["service"] == "childcare"]
    many = pd.concat([childcare.assign(area_id=f"more-{n}", rank=n) for n in range(4)], ignore_index=True)
    write_map(dataclasses.replace(crowded, underserved=many), tmp_path / "many.html")
    visit = Visit(browser, tmp_path / "many.html")
    assert visit.paths("c15-areas") == 2 * 10 < 2 * len(many)
    visit.ask("circle15.page.map.setZoom(circle15.page.map.getZoom() + 2, {animate: false})")
    assert visit.paths("c15-areas") == 2 * len(many)
    visit.close()


def test_a_long_name_is_cut_on_the_map_and_whole_in_the_table(browser, results, tmp_path):
    """A name of 60 characters would lie across the whole map; one of 18 Chinese or 36 other characters has room."""
    names = {
        TOWN_NAMES[0]: "国家级" * 20,
        TOWN_NAMES[1]: "镇" * 18,
        TOWN_NAMES[2]: "Town of the Longest Name in the World",
    }
    zones = results.zones.assign(name=results.zones["name"].replace(names))
    index = results.index.assign(name=results.index["name"].replace(names))
    write_map(dataclasses.replace(results, zones=zones, index=index), tmp_path / "map.html")
    visit = Visit(browser, tmp_path / "map.html")
    shown = set(visit.page.locator(".c15-label-town").all_text_contents())
    assert {"国家级" * 5 + "国家…", "镇" * 18, "Town of the Longest Name in the Wor…"} <= shown
    assert set(names.values()) <= set(visit.page.locator("#c15-towns tbody th").all_inner_texts())
    visit.close()


@pytest.mark.parametrize("counties", [True, False])
def test_without_towns_the_panel_lists_counties_or_the_place(browser, results, tmp_path, counties):
    sources = results.study.facilities
    mixed = [sources[0].model_copy(update={"provider": "OpenStreetMap; 县民政局"}), *sources[1:]]
    other = dataclasses.replace(results, study=results.study.model_copy(update={"facilities": tuple(mixed)}))
    write_map(without_towns(other, counties), tmp_path / "map.html")
    visit = Visit(browser, tmp_path / "map.html")
    names = list(TOWN_NAMES) if counties else ["示例县"]
    assert visit.page.locator("#c15-tab-towns").inner_text() == "县（市、区）"
    assert visit.page.locator("#c15-sort-town").inner_text() == "县（市、区）"
    assert sorted(visit.page.locator("#c15-towns tbody th").all_inner_texts()) == sorted(names)
    assert sorted(visit.page.locator(".c15-label-town").all_text_contents()) == sorted(names)
    assert visit.page.locator("#c15-switches input[value=towns]").count() == counties
    assert visit.page.locator("#c15-switches input[value=villages]").count() == 0
    visit.switch("index")
    assert visit.paths("c15-ground") == 1 + len(names)
    visit.page.locator("#c15-towns tbody button").first.click()
    visit.settle()
    assert visit.paths("c15-picked") == 1
    assert (
        visit.page.locator("#c15-credit").inner_text()
        == "来源：县民政局、县统计局 · © OpenStreetMap contributors, ODbL"
    )
    visit.close()


def ten_services(results, folder):
    """The page of a study with two services more."""
    services, cells = dict(results.catalogue.services), results.cells.copy()
    for name in ("aid_point", "culture"):
        services[name] = dataclasses.replace(services["clinic"], id=name)
        for figure in ("m", "facility", "covered"):
            cells[f"{name}_{figure}"] = cells[f"clinic_{figure}"]
    catalogue = dataclasses.replace(results.catalogue, services=services)
    write_map(dataclasses.replace(results, catalogue=catalogue, cells=cells), folder / "ten.html")
    return folder / "ten.html"


def test_ten_services_are_listed_whole_on_a_small_screen(browser, results, tmp_path):
    for size in ((1366, 768), (1280, 600)):
        visit = Visit(browser, ten_services(results, tmp_path), size)
        shown, panel = (visit.page.locator(name).bounding_box() for name in ("#c15-all", "#c15-services"))
        assert shown["y"] >= panel["y"] + panel["height"] - 1
        assert visit.ask(
            "[document.querySelector('#c15-services')].every((one) => one.scrollHeight <= one.clientHeight)"
        )
        assert visit.page.locator("#c15-towns").bounding_box()["height"] >= 100
        visit.close()


def test_an_area_in_the_list_leads_to_its_place_and_reason(visit, results):
    visit.page.click("#c15-tab-areas")
    areas = results.underserved[results.underserved["service"] == "childcare"].sort_values("rank")
    assert visit.page.locator("#c15-areas li").count() == len(areas)
    visit.page.locator("#c15-areas li button").nth(0).click()
    visit.settle()
    popup = visit.page.locator(".c15-pop").inner_text()
    assert areas["name"].iloc[0] in popup
    assert f"未覆盖 {areas['people'].iloc[0]:.0f} 人" in popup
    assert "有阻隔须绕行" in popup
    assert visit.page.get_by_role("button", name="关闭").count() == 1


def test_everything_is_reached_by_the_keyboard(visit):
    visit.page.locator("#c15-tab-towns").focus()
    visit.page.keyboard.press("ArrowRight")
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.locator("#c15-about").is_visible()
    about = visit.page.locator("#c15-about").inner_text()
    assert "县统计局 · 2024-12-31" in about
    assert "日期未注明" in about
    visit.page.locator("#c15-services input:checked").focus()
    visit.page.keyboard.press("ArrowDown")
    assert "幼儿园" in visit.page.locator("#c15-legend").inner_text()
    reached = set()
    visit.page.locator("#c15-search").focus()
    for _ in range(60):
        visit.page.keyboard.press("Tab")
        reached.add(
            visit.ask("document.activeElement.id || document.activeElement.name || document.activeElement.className")
        )
    assert {"c15-theme", "c15-overlay", "c15-service", "c15-tab-about", "c15-home"} <= reached


def test_english_has_no_chinese_of_its_own(browser, pages):
    visit = Visit(browser, pages / "en.html")
    for tab in ("towns", "areas", "about"):
        visit.page.click(f"#c15-tab-{tab}")
        own = visit.ask("(names) => [...document.querySelectorAll(names)].map((one) => one.textContent)", OWN_WORDS)
        assert [text for text in own if re.search("[\u4e00-\u9fff]", text)] == []
    assert visit.ask("document.documentElement.lang") == "en"
    assert "To the nearest: Childcare" in visit.page.locator("#c15-legend").inner_text()
    visit.close()


def test_a_phone_shows_map_and_panel_one_below_the_other(browser, pages):
    visit = Visit(browser, pages / "zh.html", size=(390, 844))
    assert visit.ask("document.documentElement.scrollWidth") <= 390
    assert visit.ask(PIXELS, ".leaflet-c15-cells-pane") > 5_000
    map_box, services = (visit.page.locator(name).bounding_box() for name in ("#map_circle15", ".c15-services"))
    assert services["y"] >= map_box["y"] + map_box["height"] - 1
    assert not visit.page.locator("#c15-switch-body").is_visible()
    visit.page.click(".c15-toggle")
    visit.switch("index")
    assert visit.paths("c15-ground") == 1 + len(TOWN_NAMES)
    visit.page.locator("#c15-services label", has_text="初中").click()
    assert visit.page.locator("#c15-services input:checked").get_attribute("value") == "middle_school"
    visit.close()


def within(inner, outer):
    return (
        inner["x"] >= outer["x"]
        and inner["y"] >= outer["y"]
        and inner["x"] + inner["width"] <= outer["x"] + outer["width"]
        and inner["y"] + inner["height"] <= outer["y"] + outer["height"]
    )


def apart(a, b):
    return (
        a["x"] >= b["x"] + b["width"]
        or b["x"] >= a["x"] + a["width"]
        or a["y"] >= b["y"] + b["height"]
        or b["y"] >= a["y"] + a["height"]
    )


@pytest.mark.parametrize("tab", ["towns", "areas"])
def test_on_a_phone_a_line_of_the_list_brings_the_map_back_into_view(browser, pages, tab):
    visit = Visit(browser, pages / "zh.html", size=(390, 844))
    visit.page.click(f"#c15-tab-{tab}")
    visit.page.locator(f"#c15-{tab} button").last.click()
    visit.settle()
    visit.rest_on("#map_circle15")
    if tab == "areas":
        popup, room = (visit.page.locator(name).bounding_box() for name in (".leaflet-popup", "#map_circle15"))
        assert within(popup, room)
    visit.close()


def test_a_phones_legend_has_its_keys_and_no_empty_box(browser, pages):
    visit = Visit(browser, pages / "zh.html", size=(390, 844))
    assert visit.page.locator("#c15-legend .c15-key-area").is_visible()
    assert visit.page.locator("#c15-legend .c15-key-site").is_visible()
    assert "© OpenStreetMap contributors, ODbL" in visit.page.locator("#c15-credit").inner_text()
    visit.page.click(".c15-toggle")
    visit.switch("none")
    assert visit.page.locator("#c15-legend li").count() == 2
    for overlay in ("areas", "facilities"):
        visit.switch(overlay, on=False)
    assert not visit.page.locator("#c15-legend").is_visible()
    visit.switch("time")
    assert visit.page.locator("#c15-legend li").count() >= 5
    visit.close()


def test_going_to_a_town_leaves_a_facilitys_own_walking_areas(visit, results):
    for leave in (lambda: visit.find("古塘镇"), visit.page.locator("#c15-towns tbody button").first.click):
        visit.find(results.facilities["name"].iloc[-1])
        assert visit.paths("c15-single") == 3
        assert visit.page.locator("#c15-legend li").all_inner_texts()[:3] == ["5 分钟内", "10 分钟内", "15 分钟内"]
        leave()
        visit.settle()
        assert (visit.paths("c15-single"), visit.page.locator(".c15-pop").count()) == (0, 0)
        assert visit.page.locator(".c15-one").count() == 0
        assert "步行等时圈" not in visit.page.locator("#c15-legend h2").inner_text()


def test_a_popup_never_lies_under_a_box(visit):
    visit.page.click("#c15-tab-areas")
    for i in range(visit.page.locator("#c15-areas li").count()):
        visit.page.locator("#c15-areas li button").nth(i).click()
        visit.settle()
        popup = visit.page.locator(".leaflet-popup").bounding_box()
        for name in (".c15-tools", ".c15-switches", ".c15-legend"):
            assert visit.page.locator(name).is_visible()
            assert apart(popup, visit.page.locator(name).bounding_box())
    visit.ask("circle15.page.map.panBy([-400, -200], {animate: false})")
    assert not visit.page.locator(".c15-legend").is_visible() or not visit.page.locator(".c15-switches").is_visible()
    visit.page.get_by_role("button", name="关闭").click()
    assert visit.page.locator(".c15-legend").is_visible()
    assert visit.page.locator(".c15-switches").is_visible()


def test_a_found_facilitys_service_stands_below_its_name(visit):
    visit.page.fill("#c15-search", "老年食堂")
    name, service = (visit.page.locator(f"#c15-found li {part}").first.bounding_box() for part in ("span", "small"))
    assert service["y"] >= name["y"] + name["height"] - 1
    assert name["width"] > 200


def test_the_list_of_areas_tells_who_lives_outside_them(visit):
    services = visit.ask("circle15.page.content.services")
    service = next(one for one in services if one["scattered_people"])
    visit.page.locator(f"#c15-services input[value={service['id']}]").check(force=True)
    visit.page.click("#c15-tab-areas")
    intro = visit.page.locator("#c15-areas p").inner_text()
    assert f"另有零散居住 {service['scattered_people']:,.0f} 人" in intro


def test_a_name_too_long_for_its_line_is_told_in_full(visit):
    names = visit.page.locator("#c15-services .c15-name")
    told = [names.nth(i).get_attribute("title") for i in range(names.count())]
    assert told == names.all_inner_texts()


def test_only_labels_in_view_are_shown(visit):
    visit.ask("circle15.page.map.setZoom(circle15.page.map.getZoom() + 3, {animate: false})")
    shown = visit.ask(
        """[...document.querySelectorAll(".c15-label:not(.c15-hidden)")].map((one) => {
          const box = one.getBoundingClientRect();
          return box.right > 0 && box.left < innerWidth + 300 && box.bottom > -200 && box.top < innerHeight + 200;
        })"""
    )
    assert shown
    assert all(shown)


def test_nothing_floating_covers_anything_else(visit):
    names = (".c15-tools", ".c15-switches", ".c15-legend", ".c15-panel", ".leaflet-bottom.leaflet-left")
    boxes = [visit.page.locator(name).bounding_box() for name in names]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert apart(a, b)


def test_the_base_map_waits_for_its_switch_and_asks_only_its_own_host(browser, pages):
    visit = Visit(browser, pages / "key.html")
    assert visit.ask("document.getElementById('c15-place').textContent") == HOSTILE_NAMES[0]
    assert visit.requests == []
    visit.switch("base")
    visit.page.wait_for_timeout(300)
    assert visit.requests
    assert "底图 © 天地图" in visit.page.locator("#c15-credit").inner_text()
    hosts = {
        re.match(r"https://t[0-7]\.tianditu\.gov\.cn/(vec|cva)_w/wmts\?", url) is not None for url in visit.requests
    }
    assert hosts == {True}
    assert all(url.endswith("&tk=a%20key") for url in visit.requests)
    assert visit.ask("window.violations") == []
    assert visit.ask("window.hurt || null") is None
    visit.context.close()


def test_without_a_key_there_is_no_base_map_to_switch_on(visit):
    assert visit.page.locator("#c15-switches input[value=base]").count() == 0


def with_places(results):
    """The same with the three states of childcare, and three of its facilities judged: two lack places."""
    zones = results.zones[["level", "code", "name"]]
    states = zones.assign(service="childcare", group="0-2", people=8.0, served=4.0, reachable_without_capacity=1.0)
    states = states.assign(out_of_reach=3.0, served_share=0.5, places_due=2.0)
    states.loc[states["name"] == TOWN_NAMES[0], ["served", "out_of_reach"]] = [7.0, 0.0]
    sites = results.facilities[results.facilities["service"] == "childcare"].sort_values("facility_id").head(3)
    loads = sites[["service", "facility_id", "name", "inside", "capacity"]].assign(
        nearest_places=[31.2, 4.0, 26.0], missing_places=[6.4, 0.0, 5.0], assigned_places=[25.0, 4.0, 21.0],
        state=["short", "spare", "short"],
        set_id=["a", "", "c"], set_facilities=[2, 0, 1], set_missing=[3.6, np.nan, 1.0],
    )  # fmt: skip
    return dataclasses.replace(results, service_states=states, loads=loads), list(sites["facility_id"])


def test_the_three_states_and_full_facilities_are_told(browser, results, tmp_path):
    placed, sites = with_places(results)
    write_map(placed, tmp_path / "map.html", "zh")
    visit = Visit(browser, tmp_path / "map.html")
    line = visit.page.locator("#c15-states")
    visit.ask("circle15.page.setService('childcare')")
    assert line.inner_text() == "有服务 50.0%，可达但容量不足 12.5%，不可达 37.5%"
    visit.find(TOWN_NAMES[0])
    assert line.inner_text() == f"{TOWN_NAMES[0]}：有服务 87.5%，可达但容量不足 12.5%，不可达 0.0%"
    told = []
    for site in sites:
        visit.ask(
            "(id) => circle15.page.goToFacility(circle15.page.content.facilities.find((one) => one.id === id))", site
        )
        visit.settle()
        told.append(visit.page.locator(".c15-pop").inner_text())
    assert "名额不足 · 就近需要 31 个 · 超出容量 6 个 · 同组 2 处共缺 4 个" in told[0]
    assert "有余量 · 就近需要 4 个" in told[1]
    assert "超出容量 5 个 · 分流后仍缺 1 个" in told[2]
    visit.ask("circle15.page.setService('clinic')")
    assert not line.is_visible()
    visit.close()
