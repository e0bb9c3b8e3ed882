"""The report on a study's files in a real browser that can reach nobody."""

import pytest
from made_quality import LIST, made_quality
from made_results import HOSTILE_NAMES
from opened_pages import PIXELS, Opened, start_chromium

from circle15.publish.quality.payload import MOST_OF_A_KIND
from circle15.publish.quality.report import write_quality

pytestmark = pytest.mark.browser
POINTS = ".leaflet-c15-sites-pane"
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


@pytest.fixture(scope="module")
def browser():
    yield from start_chromium()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quality")
    made = {
        "faulty": made_quality(faulty=True),
        "many": made_quality(excluded=3000),
        "bare": made_quality(faulty=True, excluded=0, zones=False),
    }
    for name, quality in made.items():
        (folder / name).mkdir()
        write_quality(quality, folder / name)
    return folder


@pytest.fixture
def opened(browser, pages):
    visits = []

    def visit(name="faulty", size=(1366, 768)):
        visits.append(Opened(browser, pages / name / "data_quality.html", size))
        return visits[-1]

    yield visit
    for each in visits:
        each.close()


def test_the_verdict_is_said_in_words_and_with_a_sign(opened):
    visit = opened()
    assert visit.page.title() == "示例县 2026 数据质量报告"
    assert visit.page.locator("h1").inner_text().replace("\n", "") == "×不能运行"
    assert visit.page.locator("#c15-files tbody tr").count() == 5
    assert visit.page.locator(".leaflet-control-scale").inner_text().endswith("公里")


def test_names_are_text(opened):
    visit = opened()
    visit.page.get_by_text(HOSTILE_NAMES[2]).first.wait_for()
    visit.page.locator(".c15-show").last.click()
    visit.page.locator(".leaflet-popup").wait_for()
    assert visit.page.locator("#c15-findings img, #c15-findings script, .leaflet-popup img").count() == 0


def test_many_of_a_kind_are_folded_and_can_be_unfolded(opened):
    visit = opened("many")
    group = visit.page.locator(".c15-group.c15-warning").first
    assert "同类 3,001 处" in group.inner_text() or "同类 3001 处" in group.inner_text()
    assert group.locator(".c15-finding").count() == 5
    group.locator(".c15-more").click()
    assert group.locator(".c15-finding").count() == 55


def test_on_paper_all_of_a_kind_are_unfolded(opened):
    visit = opened("many")
    visit.ask("() => window.dispatchEvent(new Event('beforeprint'))")
    assert visit.page.locator(".c15-more:visible").count() == 0
    assert visit.page.locator(".c15-group.c15-warning").first.locator(".c15-finding").count() == MOST_OF_A_KIND


def test_the_filters_leave_what_is_asked_for_in_list_and_map(opened):
    visit = opened()
    visit.ask(FRAMES)
    all_points = visit.ask(PIXELS, POINTS)
    assert all_points > 23 * 60
    assert visit.page.locator(".c15-group").count() == 4
    visit.page.locator("#c15-filters input[value=warning]").uncheck()
    visit.ask(FRAMES)
    assert visit.ask(PIXELS, POINTS) == 0
    assert visit.page.locator(".c15-group").count() == 2
    visit.page.locator("#c15-filters input[value=warning]").check()
    visit.page.locator("#c15-filters select").select_option(LIST)
    assert visit.page.locator(".c15-group").count() == 2
    visit.page.locator("#c15-filters select").select_option("小学.csv")
    assert visit.page.locator(".c15-finding").count() == 1


def test_a_finding_flies_to_its_place_and_is_told_there(opened):
    visit = opened()
    visit.page.locator(".c15-show").nth(1).click()
    visit.page.locator(".leaflet-popup").wait_for()
    number = visit.page.locator(".c15-finding:has(.c15-show) .c15-number").nth(1).inner_text()
    assert f"第 {number} 号" in visit.page.locator(".leaflet-popup h3").inner_text()
    found = visit.ask(
        "(n) => circle15.report.content.groups.flatMap((g) => g.findings).find((f) => f.n === n).at", int(number)
    )
    centre = visit.ask("(() => { const c = circle15.report.state.map.map.getCenter(); return [c.lng, c.lat]; })()")
    assert centre == pytest.approx([degree / 1e6 for degree in found], abs=0.02)
    assert visit.ask("circle15.report.state.map.map.getZoom()") >= 15


def test_a_place_far_away_does_not_shrink_the_map_but_can_be_visited(opened):
    visit = opened()
    bounds = "(() => { const b = circle15.report.state.map.map.getBounds(); return [b.getWest(), b.getEast()]; })()"
    west, east = visit.ask(bounds)
    assert east - west < 0.5
    visit.page.locator("#c15-filters select").select_option(LIST)
    while visit.page.locator(".c15-more:visible").count():
        visit.page.locator(".c15-more:visible").first.click()
    visit.page.locator(".c15-group").first.locator(".c15-show").last.click()
    visit.page.locator(".leaflet-popup").wait_for()
    west, east = visit.ask(bounds)
    assert west < 0 < east


def test_without_any_place_the_page_says_so(opened):
    visit = opened("bare")
    assert visit.page.locator(".c15-group").count() >= 2


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["laptop", "phone"])
def test_nothing_is_wider_than_the_screen(opened, size):
    visit = opened(size=size)
    assert visit.ask("document.documentElement.scrollWidth <= window.innerWidth")
    box = visit.page.locator("#c15-map").bounding_box()
    assert box["width"] > 300
    assert box["height"] > 300
    if size[0] == 390:
        visit.page.locator(".c15-show").first.click()
        visit.page.locator(".leaflet-popup").wait_for()
        assert visit.ask("document.getElementById('c15-map').getBoundingClientRect().top < window.innerHeight - 200")
