"""The page of a siting as a person uses it: what stands first, to a site and back, on a phone, on paper."""

import re

import geopandas as gpd
import pytest
import shapely
from made_sitings import CRS, X, Y, made_siting
from opened_pages import Opened, start_chromium

from circle15.catalogue.loader import load_catalogue
from circle15.publish.siting.page import siting_html

pytestmark = pytest.mark.browser
NAMES = ("人民路口", "<b>北街</b>")


def zones():
    boxes = [shapely.box(X - 1000, Y - 1000, X + 1000, Y + 1000), shapely.box(X - 1000, Y - 1000, X + 100, Y + 1000)]
    rows = {"level": ["county", "town"], "code": ["c", "t1"], "name": ["示例县", "东镇"], "parent_code": ["", "c"]}
    return gpd.GeoDataFrame(rows, geometry=boxes, crs=CRS)


def existing():
    names = {"facility_id": ["旧园", "老园"], "name": ["旧园", "老园"]}
    return gpd.GeoDataFrame(names, geometry=[shapely.Point(X + 200, Y), shapely.Point(X - 300, Y)], crs=CRS)


@pytest.fixture(scope="module")
def browser():
    yield from start_chromium()


@pytest.fixture(scope="module")
def open_page(browser, tmp_path_factory):
    folder, catalogue, opened = tmp_path_factory.mktemp("page"), load_catalogue(), []

    def open_(lang="zh", size=(1366, 768), **more):
        file = folder / f"{len(opened)}.html"
        file.write_text(siting_html(made_siting(**more), zones(), existing(), catalogue, lang), encoding="utf-8")
        opened.append(Opened(browser, file, size))
        return opened[-1].page

    yield open_
    for each in opened:
        each.close()


def text_of(page, id_):
    return page.locator(f"#c15-{id_}").inner_text().replace("\n", " ")


def test_a_planner_reads_the_plan_and_goes_to_a_site(open_page):
    page = open_page()
    head = text_of(page, "head")
    assert all(figure in head for figure in ("2 选址", "+400 新覆盖人数", "50.0% → 90.0%", "相差不超过"))
    first, second, closes = page.locator("#c15-sites li").all_inner_texts()
    assert "新覆盖 250 人 · 仅它覆盖 240 人" in first.replace("\n", " ")
    assert "少覆盖 20 人" in first
    assert NAMES[1] in second
    assert "关闭" in closes
    assert page.locator(".c15-pin").count() == 3
    assert re.fullmatch(r"\d+ (米|公里)", page.locator(".leaflet-control-scale").inner_text())
    before = page.evaluate("circle15.page.map.map.getZoom()")
    page.locator("#c15-sites button").first.click()
    page.wait_for_selector(".leaflet-popup h3")
    assert page.locator(".leaflet-popup h3").inner_text() == f"1 {NAMES[0]}"
    page.locator(".c15-home").click()
    page.wait_for_function("(zoom) => circle15.page.map.map.getZoom() === zoom", arg=before)
    assert "西村　50 人" not in text_of(page, "unreachable")  # a row per reason
    assert "西村　30 人" in text_of(page, "unreachable")


def test_names_of_towns_stand_beside_the_pins(open_page):
    middle = gpd.GeoSeries(zones().geometry.iloc[1:].representative_point()).to_crs(4326).iloc[0]
    page = open_page(sites=made_siting().sites.assign(lon=middle.x, lat=middle.y))
    boxes = page.evaluate(
        """[".c15-label:not(.c15-hidden)", ".c15-pin"].map((name) =>
        [...document.querySelectorAll(name)].map((each) => each.getBoundingClientRect().toJSON()))"""
    )
    names, pins = boxes
    assert len(names) == 1
    assert not any(
        name["left"] < pin["right"] and pin["left"] < name["right"] and name["top"] < pin["bottom"] - 2
        and pin["top"] < name["bottom"] - 2 for name in names for pin in pins
    )  # fmt: skip


def test_where_places_were_sought_they_come_first(open_page):
    page = open_page("en", objective="places", before=300.0, value=360.0)
    assert "300 → 360 Find a place" in text_of(page, "head")
    assert "People who find a place: 300 → 360" in text_of(page, "head")
    assert "1 people" not in page.locator("body").inner_text()


def test_on_a_phone_the_map_follows_the_headline(open_page):
    page = open_page(size=(390, 844))
    tops = [page.locator(f"#c15-{id_}").bounding_box()["y"] for id_ in ("head", "map", "sites", "towns")]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_curve_is_drawn_and_the_page_prints(open_page):
    page = open_page()
    assert page.locator(".c15-chart circle").count() == 3
    assert page.locator(".c15-kneetext").count() == 1
    page.emulate_media(media="print")
    assert page.locator(".c15-home").is_hidden()
    assert page.locator("#c15-about").is_visible()
