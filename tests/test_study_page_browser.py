"""The page of a study as a person uses it: town after town, what changed, files, on a phone, by keyboard, on paper."""

import subprocess

import numpy as np
import pytest
from made_results import HOSTILE_NAMES, TOWN_NAMES, made_results
from neighboured_runs import FILES, neighboured
from opened_pages import PIXELS, Opened, start_chromium

from circle15.publish.map.page import write_map

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run():
    return neighboured(made_results(columns=32, rows=24, counts=[6, 4, 4, 4, 4, 8, 6, 4], points=12))


@pytest.fixture(scope="module")
def page_file(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    for lang in ("zh", "en"):
        write_map(run[0], folder / f"{lang}.html", lang, run[1])
    return folder / "zh.html"


@pytest.fixture(scope="module")
def browser():
    yield from start_chromium()


@pytest.fixture
def page(browser, page_file):
    opened = Opened(browser, page_file)
    yield opened.page
    opened.close()


def settle(page):
    """Wait until no animation moves the map."""
    state, before = "[circle15.page.map.getCenter().lng, circle15.page.map.getZoom()]", None
    while before != (before := page.evaluate(state)):
        page.wait_for_timeout(120)


def pick(page, name):
    page.click("#c15-tab-towns")
    page.locator("#c15-towns tbody button", has_text=name).click()
    settle(page)


def figures_of(run, level, code):
    table = run[0].coverage
    own = table[(table["level"] == level) & (table["code"] == code)].set_index("service")["coverage"]
    return [f"{100 * own[service]:.1f}%" for service in run[0].catalogue.services]


def code_of(run, name):
    return run[0].zones.set_index("name").loc[name, "code"]


def test_the_headline_has_its_range_and_the_change(page, run):
    root = run[0].index[run[0].index["level"] == "county"].iloc[0]
    score = root["balanced_access"]
    told = page.locator("#c15-more").inner_text().replace("\n", " ")
    assert page.locator("#c15-headline b").first.inner_text() == f"{100 * score:.1f}"
    assert f"区间 {100 * (score - 0.06):.1f}–{100 * (score + 0.06):.1f}" in told
    assert "较 2024 +2.0" in told


def test_a_town_is_looked_into_and_left_again(page, run):
    whole = page.locator("#c15-headline").inner_text()
    for name in (TOWN_NAMES[4], TOWN_NAMES[7]):
        pick(page, name)
        assert page.locator("h1").inner_text() == name
        row = run[0].index.set_index(["level", "code"]).loc["town", code_of(run, name)]
        assert page.locator("#c15-headline b").first.inner_text() == f"{100 * row['balanced_access']:.1f}"
        assert f"{row['people']:,.0f}" in page.locator("#c15-headline").inner_text()
        assert "第" in page.locator("#c15-when").inner_text()
        assert "名次" in page.locator("#c15-when").inner_text()
        shown = page.locator("#c15-services .c15-figure").all_inner_texts()
        assert shown == figures_of(run, "town", code_of(run, name))
        assert page.locator("#c15-services .c15-bar u").count() == len(shown), "the whole place to hold it against"
        assert page.locator(".leaflet-c15-picked-pane path").count() == 1
    page.click("#c15-back")
    settle(page)
    assert page.locator("h1").inner_text() == "示例县"
    assert page.locator("#c15-headline").inner_text() == whole
    assert page.locator(".leaflet-c15-picked-pane path, #c15-services .c15-bar u").count() == 0
    assert not page.locator("#c15-back").is_visible()


def test_a_town_lists_its_own_areas_of_every_service_and_flies_there(page, run):
    areas = run[0].underserved
    name = max(TOWN_NAMES, key=lambda name: areas[areas["town_code"] == code_of(run, name)]["service"].nunique())
    own = areas[areas["town_code"] == code_of(run, name)]
    assert own["service"].nunique() > 1
    pick(page, name)
    page.click("#c15-tab-areas")
    assert page.locator("#c15-areas li").count() == len(own)
    people = [
        float(text.removesuffix(" 人").replace(",", ""))
        for text in page.locator("#c15-areas .c15-figure").all_inner_texts()
    ]
    assert people == sorted(people, reverse=True)
    for i in (0, len(own) - 1):
        line = page.locator("#c15-areas li button").nth(i)
        wanted = line.locator(".c15-area > span").inner_text()
        service = line.locator("small").inner_text().split(" · ")[0]
        line.click()
        settle(page)
        assert page.locator(".c15-pop h3").inner_text() == wanted
        assert page.locator("#c15-services .c15-on .c15-name").inner_text() == service
        assert page.locator("h1").inner_text() == name


def test_the_league_tells_tiers_ranges_and_changes(page, run):
    table = run[0].uncertainty.set_index(["level", "code"])
    rows = page.locator("#c15-towns tbody tr")
    tiers = [int(text) for text in page.locator("#c15-towns .c15-tier").all_inner_texts()]
    assert tiers == sorted(tiers)
    assert set(tiers) == {1, 2, 3}
    assert page.locator("#c15-towns .c15-parted").count() == 2
    for i in range(rows.count()):
        row = table.loc["town", rows.nth(i).get_attribute("data-code")]
        told = rows.nth(i).locator(".c15-range").get_attribute("title")
        assert f"{100 * row['score_low']:.1f}–{100 * row['score_high']:.1f}" in told
        band, dot = (rows.nth(i).locator(f".c15-range {part}").bounding_box() for part in ("s", "b"))
        assert band["x"] - 1 <= dot["x"] + dot["width"] / 2 <= band["x"] + band["width"] + 1
    changes = page.locator("#c15-towns .c15-since").all_inner_texts()
    assert set(changes) == {"+2.0", "0"}
    page.click("#c15-sort-since")
    assert page.locator("#c15-towns .c15-since").first.inner_text() == "+2.0"
    assert "同一档内不分先后" in page.locator("#c15-towns").inner_text()


def test_what_changed_is_told_by_cause_site_and_town(page):
    page.click("#c15-tab-since")
    told = page.locator("#c15-since").inner_text()
    assert "2024 → 本期" in told
    assert "容量与质量" in told
    causes = dict(
        zip(
            *(page.locator(f".c15-causes {part}").all_inner_texts() for part in (".c15-name", ".c15-figure")),
            strict=True,
        )
    )
    assert causes["设施"] == "+3.0"
    assert causes["路网"] == "−1.0"
    assert causes["人口"] == "持平"
    left, right = (page.locator(f".c15-causes {sign}").first.bounding_box() for sign in ("i.c15-down", "i.c15-up"))
    assert left["x"] + left["width"] <= right["x"] + 1
    assert HOSTILE_NAMES[0] in told
    site = page.locator("#c15-since .c15-list button")
    assert site.count() == 1, "what is gone is not on the map"
    name = site.locator(".c15-area > span").inner_text()
    site.click()
    settle(page)
    assert page.locator(".c15-pop h3").inner_text() == name
    page.locator("#c15-since .c15-moves button").first.click()
    settle(page)
    assert page.locator("h1").inner_text() in TOWN_NAMES


def test_files_are_linked_by_their_place_and_named_as_they_are(page):
    page.click("#c15-tab-files")
    links = page.locator("#c15-files a")
    assert links.count() == len(FILES)
    assert links.nth(0).get_attribute("href").startswith("../../../data/processed/shili/report/2025/%E5%B9%B4")
    assert links.nth(1).get_attribute("href") == "./whatif.html"
    assert "年度 报告.docx" in links.nth(0).inner_text()
    assert "A4，14 个文件" in links.nth(2).inner_text()
    assert HOSTILE_NAMES[0].replace("/", "") in links.nth(3).inner_text()
    assert page.evaluate("document.querySelectorAll('#c15-files img, #c15-files script').length") == 0


def test_towns_are_gone_through_by_keyboard_and_left_by_escape(page):
    page.locator("#c15-towns tbody button").first.focus()
    page.keyboard.press("Enter")
    settle(page)
    first = page.locator("h1").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#c15-towns') !== null"), "the next town is the next stop"
    page.keyboard.press("Enter")
    settle(page)
    assert page.locator("h1").inner_text() not in (first, "示例县")
    page.locator("#c15-search").focus()
    page.keyboard.press("Escape")
    assert page.locator("h1").inner_text() != "示例县", "in the search box it closes the list"
    page.locator("#c15-tab-towns").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.locator("#c15-about").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("h1").inner_text() == "示例县"


def test_without_neighbours_nothing_is_promised(browser, tmp_path):
    write_map(made_results(columns=16, rows=12, counts=[6, 2, 2, 2, 2, 2, 2, 2], points=12), tmp_path / "alone.html")
    opened = Opened(browser, tmp_path / "alone.html")
    for name in ("tab-since", "tab-files", "more", "back"):
        assert not opened.page.locator(f"#c15-{name}").is_visible()
    assert opened.page.locator("#c15-towns .c15-tier, #c15-towns .c15-since, #c15-towns .c15-range s").count() == 0
    scores = opened.page.locator("#c15-towns .c15-index").all_inner_texts()
    assert len(scores) == len(TOWN_NAMES)
    assert opened.page.locator("#c15-towns .c15-range b").count() == len(scores) - scores.count("无数据") > 0
    opened.page.locator("#c15-towns tbody button").first.click()
    settle(opened.page)
    assert opened.page.locator("h1").inner_text() in TOWN_NAMES
    opened.close()


def test_a_phone_reads_from_the_numbers_down(browser, page_file):
    opened = Opened(browser, page_file, size=(390, 844))
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    order = [".c15-head", "#c15-search", ".c15-map", "#c15-switches", "#c15-legend", ".c15-services", ".c15-tables"]
    tops = [page.locator(name).bounding_box()["y"] for name in order]
    assert tops == sorted(tops)
    for tab in ("towns", "areas", "since", "files", "about"):
        page.click(f"#c15-tab-{tab}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
    page.click("#c15-tab-towns")
    page.locator("#c15-towns tbody button").nth(3).click()
    settle(page)
    for _ in range(40):
        top = page.locator(".c15-map").bounding_box()["y"]
        if -1 <= top < 420:
            break
        page.wait_for_timeout(50)
    assert -1 <= top < 420
    assert page.locator("h1").inner_text() in TOWN_NAMES
    opened.close()


def test_it_prints_on_a_few_sheets_with_the_map_on_the_first(browser, page_file, tmp_path):
    opened = Opened(browser, page_file)
    before = opened.ask("[circle15.page.map.getZoom(), circle15.page.map.getSize().x]")
    opened.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
    assert opened.ask("[circle15.page.map.getZoom(), circle15.page.map.getSize().x]") == before
    assert opened.page.locator(".c15-picture").count() == 0
    assert opened.ask(PIXELS, ".leaflet-c15-cells-pane") > 1_000
    opened.close()
    subprocess.run(["pdftotext", "-layout", tmp_path / "page.pdf", tmp_path / "page.txt"], check=True)
    sheets = (tmp_path / "page.txt").read_text(encoding="utf-8").split("\f")[:-1]
    assert 2 <= len(sheets) <= 6
    assert "示例县" in sheets[0]
    assert all(any(name in sheet for sheet in sheets) for name in TOWN_NAMES)
    assert "薄弱片区" in "".join(sheets)
    assert "下载" not in "".join(sheets)
    pictures = subprocess.run(["pdfimages", "-list", tmp_path / "page.pdf"], check=True, capture_output=True, text=True)
    widths = [int(line.split()[3]) for line in pictures.stdout.splitlines()[2:] if line.split()[0] == "1"]
    assert max(widths) > 1500, "cells are drawn as fine as paper shows them"


def test_english_says_everything_in_english(browser, page_file):
    opened = Opened(browser, page_file.with_name("en.html"))
    opened.page.locator("#c15-towns tbody button").first.click()
    settle(opened.page)
    own = "#c15-back, #c15-when, #c15-more dt, .c15-h2note, [role=tab], #c15-towns thead, .c15-causes .c15-name, h3"
    texts = opened.ask("(names) => [...document.querySelectorAll(names)].map((one) => one.textContent)", own)
    assert len(texts) > 15
    told = [text.replace("示例县", "") for text in texts]
    assert [text for text in told if any("\u4e00" <= letter <= "\u9fff" for letter in text)] == []
    assert "since 2024" in " ".join(texts).lower()
    opened.close()


def test_ranges_lie_on_one_axis(page):
    lefts = page.evaluate("[...document.querySelectorAll('.c15-range s')].map((one) => parseFloat(one.style.left))")
    widths = page.evaluate("[...document.querySelectorAll('.c15-range s')].map((one) => parseFloat(one.style.width))")
    assert min(lefts) >= 0
    assert max(np.add(lefts, widths)) <= 100.001
