"""The what-if page: its packing, and the page in a browser against runs of the same scenarios."""

import base64
import json
import math
import tomllib
import zlib
from dataclasses import replace

import numpy as np
import pytest
import shapely
from made_results import HOSTILE_NAMES
from opened_pages import PIXELS, start_chromium
from small_study import write_small_study
from whatif_pages import WhatIfVisit, compound, evaluated, inputs_of, random_step, run_figures, run_of, same

from circle15.errors import Circle15Error, ConfigurationError, UsageError
from circle15.inputs.facilities.changed import changed_facilities
from circle15.inputs.facilities.drafted import Known
from circle15.model.facilities import FacilityLayer
from circle15.model.scenario import OpenedSite, Scenario
from circle15.model.zones import Zones
from circle15.pipeline.scenarios import whatif
from circle15.pipeline.scenarios.whatif import WhatIfAsked, page_candidates, whatif_ground, write_whatif
from circle15.publish.whatif.doubles import pack_doubles
from circle15.publish.whatif.page import whatif_html
from circle15.publish.whatif.runs import joined_runs, runs_of

EVERY_M = 100
LEAVING_IS_ASKED = "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
AS_OPENED = """
() => {
  const { page } = circle15;
  page.history = new circle15.History(circle15.say("first_name"));
  page.service = page.ground.services.find((service) => !service.fixed).id;
  page.map.closePopup();
  page.goHome(false);
  page.update();
  page.showTab("plan");
}
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("work") / "data" / "raw" / "xiao")


@pytest.fixture(scope="module")
def inputs(study):
    return inputs_of(study)


@pytest.fixture(scope="module")
def ground(inputs, study):
    return whatif_ground(inputs, study.parent, WhatIfAsked(every_m=EVERY_M))


@pytest.fixture(scope="module")
def pages(ground, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for lang in ("zh", "en"):
        (folder / f"{lang}.html").write_text(whatif_html(ground, lang), encoding="utf-8", newline="\n")
    return folder


@pytest.fixture(scope="module")
def browser():
    yield from start_chromium()


@pytest.fixture(scope="module")
def opened_once(browser, pages):
    opened = WhatIfVisit(browser, pages / "zh.html")
    yield opened
    opened.close()


@pytest.fixture
def visit(opened_once):
    """The page as it opens, without opening it again."""
    opened_once.ask(AS_OPENED)
    return opened_once


# --- what is packed ------------------------------------------------------------------------------------------------


def test_floats_come_back_to_the_last_bit():
    rng = np.random.default_rng(7)
    numbers = np.concatenate(
        [rng.normal(size=50) * 10.0 ** rng.integers(-300, 300, 50), [np.inf, -0.0, np.nan, 5e-324]]
    )
    packed = pack_doubles({"a": numbers[:20], "b": numbers[20:]})
    planes = np.frombuffer(zlib.decompress(base64.b64decode(packed.text)), dtype=np.uint8).reshape(8, -1)
    assert planes.T.tobytes() == numbers.astype("<f8").tobytes()
    assert packed.sections == (("a", 20), ("b", 34))


def test_runs_hold_every_pair_and_no_other():
    rng = np.random.default_rng(11)
    for _ in range(50):
        held = rng.random((rng.integers(1, 6), 30)) < rng.random()
        owner, member = np.nonzero(held)
        cut = int(rng.integers(0, len(held) + 1))
        parts = [
            runs_of(owner[owner < cut], member[owner < cut], cut),
            runs_of(owner[owner >= cut] - cut, member[owner >= cut], len(held) - cut),
        ]
        for runs in (runs_of(owner, member, len(held)), joined_runs(parts)):
            assert _unpacked(runs, held.shape).tolist() == held.tolist()


def _unpacked(runs, shape):
    found, at = np.zeros(shape, dtype=bool), 0
    for row, count in enumerate(runs.runs):
        last = 0
        for run in range(at, at + count):
            last += runs.gap[run] + runs.length[run]
            found[row, last - runs.length[run] : last] = True
        at += count
    return found


def test_candidates_lie_exactly_where_seven_decimals_say(inputs, study):
    found = page_candidates(inputs, study.parent, EVERY_M)
    assert len(found) == 12
    for axis in ("lon", "lat"):
        assert [float(f"{degree:.7f}") for degree in found[axis]] == found[axis].tolist()
    points = shapely.points(found[["x_m", "y_m"]].to_numpy())
    assert shapely.intersects(inputs.zones.root.geometry.iloc[0], points).all()


def test_the_page_is_the_same_twice_and_small(ground, pages):
    page = whatif_html(ground)
    assert page == (pages / "zh.html").read_text(encoding="utf-8")
    assert len(page) < 1_000_000
    assert 'http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;' in page


def test_what_cannot_be_made_is_told_in_a_sentence(study, inputs):
    with pytest.raises(UsageError) as fault:
        whatif_ground(inputs, study.parent, WhatIfAsked(("clinik",)))
    assert "clinic" in fault.value.sentence("zh")
    with pytest.raises(ConfigurationError) as fault:
        write_whatif(study, WhatIfAsked(period="1999"))
    assert "1999" in fault.value.sentence("zh")


def test_a_page_of_one_service_counts_the_others_as_they_are(browser, inputs, study, tmp_path):
    strict = inputs.study.model_copy(update={"index": inputs.study.index.model_copy(update={"reach": "strict"})})
    # Thirds of people lie on no lattice: plain sums would be off by a bit.
    people = replace(inputs.population, persons=inputs.population.persons / 3.0)
    inputs = replace(inputs, study=strict, population=people)
    opened = _page_of(browser, inputs, study, tmp_path, "clinic")
    assert opened.ask("circle15.page.agrees")
    assert opened.ask("circle15.page.service") == "clinic"
    assert not opened.ask("circle15.page.chosen.exactly")
    assert opened.ask("circle15.page.ground.services.filter((service) => service.fixed).length") == 2
    opened.step("open", {"service": "clinic", "candidate": 0, "name": "甲", "capacity": None, "flagged": False})
    told = opened.told()
    opened.close()
    same(told, evaluated(inputs, told["toml"], tmp_path), inputs.zones)


def _page_of(browser, inputs, study, folder, *services):
    page = folder / "page.html"
    made = whatif_ground(inputs, study.parent, WhatIfAsked(services, EVERY_M))
    page.write_text(whatif_html(made), encoding="utf-8")
    return WhatIfVisit(browser, page)


def test_names_are_text_wherever_they_stand(browser, inputs, study, tmp_path):
    named, frame = inputs.facilities.facilities.copy(), inputs.zones.frame.copy()
    for at, name in enumerate(HOSTILE_NAMES):
        named.loc[named.index[at], ["name", "address"]] = name
        frame.loc[frame.index[at % len(frame)], "name"] = name
    about = inputs.study.study.model_copy(update={"place": HOSTILE_NAMES[2]})
    hostile = replace(
        inputs,
        study=inputs.study.model_copy(update={"study": about}),
        zones=Zones(frame),
        facilities=FacilityLayer(inputs.facilities.crs, named, inputs.facilities.entrances),
    )
    opened = _page_of(browser, hostile, study, tmp_path)
    assert opened.page.inner_text("#c15-place") == HOSTILE_NAMES[2]
    opened.page.locator("#c15-services input[value=canteen]").check(force=True)
    opened.page.click("#c15-tab-existing")
    shown = opened.page.locator("#c15-existing .c15-name > span").all_inner_texts()
    assert {name.replace("\u2028", "\n") for name in HOSTILE_NAMES} <= {text.replace("\u2028", "\n") for text in shown}
    site = opened.ask("circle15.page.chosen.sites[0]")
    opened.ask("circle15.page.openSite(circle15.page.chosen.sites[0])")
    assert opened.page.inner_text(".leaflet-popup h3") == site["name"]
    opened.step("close", site["id"])
    opened.page.click("#c15-tab-plan")
    opened.page.click("#c15-best-people")
    opened.close()


# --- the page against runs -----------------------------------------------------------------------------------------


def test_the_page_finds_what_the_run_found(visit, inputs):
    assert visit.ask("circle15.page.agrees")
    assert same(visit.told(), run_figures(inputs), inputs.zones) < 1e-12


def test_sums_are_rounded_once_as_pythons_are(visit):
    rng = np.random.default_rng(5)
    for _ in range(20):
        terms = (rng.normal(size=40) * 10.0 ** rng.integers(-20, 20, 40)).tolist()
        terms += [-term for term in terms[:20]] + [2.0**60, -(2.0**60), 2.0**-60]
        found = visit.ask("(terms) => circle15.exact.total(terms, (term) => term)", terms)
        assert float(found) == math.fsum(terms)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_scenarios_are_what_a_run_finds(visit, inputs, study, tmp_path, seed):
    rng = np.random.default_rng(seed)
    taken = []
    for _ in range(4):
        taken += [random_step(visit, rng) for _ in range(3)]
        told = visit.told()
        same(told, evaluated(inputs, told["toml"], tmp_path), inputs.zones)
    same(told, run_of(inputs, told["toml"], tmp_path, study.parent), inputs.zones)
    assert "open" in taken


@pytest.fixture(scope="module")
def of_kinds(inputs):
    return compound(inputs)


@pytest.fixture(scope="module")
def kinds_once(browser, of_kinds, study, tmp_path_factory):
    opened = _page_of(browser, of_kinds, study, tmp_path_factory.mktemp("kinds"))
    yield opened
    opened.close()


@pytest.fixture
def kinds_visit(kinds_once):
    kinds_once.ask(AS_OPENED)
    kinds_once.page.locator("#c15-services input[value=clinic]").check(force=True)
    return kinds_once


def test_a_service_of_several_kinds_is_what_a_run_finds(kinds_visit, of_kinds, study, tmp_path):
    assert kinds_visit.ask("circle15.page.agrees")
    sites = kinds_visit.ask("circle15.page.chosen.sites.map(({ id, need }) => [id, need])")
    assert sorted(need for _, need in sites if need is not None) == [0, 0, 1, 1, 1]
    rng = np.random.default_rng(3)
    for _ in range(3):
        for _ in range(3):
            random_step(kinds_visit, rng)
        told = kinds_visit.told()
        same(told, evaluated(of_kinds, told["toml"], tmp_path), of_kinds.zones)
    # Without any site of a kind all sites count alike, in a run as here; the page says so, and takes back its word.
    kinds_visit.step("clear")
    for id_, need in sites:
        if need == 0:
            kinds_visit.step("close", id_)
    told = kinds_visit.told()
    same(told, run_of(of_kinds, told["toml"], tmp_path, study.parent), of_kinds.zones)
    assert "有一处即可" in kinds_visit.page.inner_text("#c15-story")
    kinds_visit.page.locator(".c15-kinds label", has_text="大院").click()
    kinds_visit.ask("circle15.page.openAt(3)")
    assert kinds_visit.page.locator("#c15-changes select").input_value() == "0"
    told = kinds_visit.told()
    assert 'kind = "大院"' in told["toml"]
    same(told, run_of(of_kinds, told["toml"], tmp_path, study.parent), of_kinds.zones)
    assert "有一处即可" not in kinds_visit.page.inner_text("#c15-story")


@pytest.mark.parametrize("need", [0, 1])
def test_a_site_of_a_kind_gains_what_opening_it_gains(kinds_visit, need):
    for id_ in kinds_visit.ask("circle15.page.chosen.sites.filter(({ need }) => need === 1).map(({ id }) => id)")[1:]:
        kinds_visit.step("close", id_)
    kinds_visit.ask("(need) => circle15.page.setNeed(need)", need)
    gains = kinds_visit.ask("Array.from(circle15.page.gains())")
    covered, root = "circle15.page.found.root.covered", "circle15.page.now.root.balanced_access"
    before, scores = kinds_visit.ask(covered), [kinds_visit.ask(root)]
    for number in range(len(gains)):
        kinds_visit.ask("(number) => circle15.page.openAt(number)", number)
        assert kinds_visit.ask(covered) - before == pytest.approx(gains[number], abs=1e-9)
        scores.append(kinds_visit.ask(root))
        kinds_visit.ask("circle15.page.travel('undo')")
    kinds_visit.page.click("#c15-best-index")
    assert kinds_visit.ask(root) == max(scores)


def test_a_new_site_that_a_run_would_refuse_is_not_taken_away(visit):
    site = visit.ask("circle15.page.chosen.sites[0]")
    place = "circle15.nearestCandidate(page.ground, page.chosen, circle15.siteLatlng(site.at)).number"
    number = visit.ask(f"(site) => {{ const {{ page }} = circle15; return {place}; }}", site)
    candidate = visit.ask("(number) => circle15.page.ground.candidates[number]", number)
    # The existing site is laid a few metres from the place where the new one opens.
    moved = [candidate["lon"] / 10 + 300, candidate["lat"] / 10]
    visit.ask("(at) => { circle15.page.chosen.sites[0].at = at; }", moved)
    visit.ask("(number) => circle15.page.openAt(number)", number)
    assert "请核对" in visit.page.inner_text("#c15-changes")
    assert not visit.page.is_disabled("#c15-toml")
    visit.page.locator("#c15-changes input[type=text]").fill(f" {site['name']}（有限公司）")
    visit.page.keyboard.press("Tab")
    assert "拒绝" in visit.page.inner_text("#c15-changes")
    assert visit.page.is_disabled("#c15-toml")
    visit.step("close", site["id"])
    assert not visit.page.is_disabled("#c15-toml")
    visit.ask("(at) => { circle15.page.ground.siteOf.get(circle15.page.chosen.sites[0].id).at = at; }", site["at"])


@pytest.mark.parametrize("metres", [0.0, 49.0, 52.0])
def test_page_and_run_refuse_the_same_names(visit, inputs, metres):
    for name, same_name in {"新园": True, "新 园（个体工商户）": True, "新园二": False}.items():
        assert _taken(visit, inputs, name, metres) == (not same_name or metres > 50)


def _taken(visit, inputs, name, metres):
    """Whether the page lets out two new sites; it must be what the program says of them."""
    first = visit.ask("circle15.page.ground.candidates[0]")
    lon, lat = first["lon"] / 1e7, first["lat"] / 1e7
    further = {**first, "lat": round((lat + metres / 110_850) * 1e7)}
    pair = [{"service": "childcare", "candidate": 0, "name": "新园", "capacity": None, "flagged": False}]
    pair.append(pair[0] | {"candidate": 1, "name": name})
    script = """([pair, further]) => {
      const { ground } = circle15.page;
      const scenario = { opened: pair.map((site, key) => ({ ...site, key })), closed: {}, resized: {} };
      return circle15.runsTake({ ...ground, candidates: [ground.candidates[0], further] }, scenario);
    }"""
    takes = visit.ask(script, [pair, further])
    sites = [OpenedSite("childcare", "新园", lon, lat), OpenedSite("childcare", name, lon, further["lat"] / 1e7)]
    known = Known(inputs.zones, inputs.catalogue.services, inputs.horizon.facilities_m)
    try:
        changed_facilities(inputs.facilities, Scenario("甲", tuple(sites)), "a.toml", known)
    except Circle15Error:
        assert not takes
    else:
        assert takes
    return takes


def test_candidates_gain_what_opening_them_gains(visit):
    gains = visit.ask("Array.from(circle15.page.gains())")
    covered = "circle15.page.found.root.covered"
    before = visit.ask(covered)
    for number in (0, len(gains) // 2, int(np.argmax(gains))):
        visit.ask("(number) => circle15.page.openAt(number)", number)
        assert visit.ask(covered) - before == pytest.approx(gains[number], abs=1e-9)
        visit.ask("circle15.page.travel('undo')")
    best = visit.ask("circle15.nextBest(circle15.page.model, circle15.page.chosen, circle15.page.scenario, 'people')")
    assert best["people"] == max(gains)


def test_the_best_place_for_the_index_is_the_best_of_those_tried(visit):
    visit.page.locator("#c15-services input[value=clinic]").check(force=True)
    visit.step("close", visit.ask("circle15.page.chosen.sites[0].id"))
    visit.page.click("#c15-best-index")
    score = "circle15.page.now.root.balanced_access"
    chosen, best = visit.ask("circle15.page.scenario.opened[0].candidate"), visit.ask(score)
    visit.ask("circle15.page.travel('undo')")
    others = [{"candidate": number} for number in range(12)]
    for other in others:
        visit.ask("(number) => circle15.page.openAt(number)", other["candidate"])
        assert visit.ask(score) <= best + 1e-12, (other, chosen)
        visit.ask("circle15.page.travel('undo')")


# --- the page as a person uses it ----------------------------------------------------------------------------------


def test_a_person_opens_sizes_closes_and_goes_back(visit):
    assert visit.ask(PIXELS, ".leaflet-c15-cells-pane") > 1_000
    candidate = visit.ask("circle15.page.ground.candidates[7]")
    visit.click_map(candidate["lon"] / 1e7, candidate["lat"] / 1e7)
    assert visit.page.locator("#c15-changes .c15-badge-open").count() == 1
    assert visit.page.locator(".c15-pin").count() == 1
    opened = visit.ask("circle15.page.scenario.opened[0]")
    assert (opened["candidate"], opened["service"], opened["capacity"]) == (7, "childcare", 30)
    visit.page.locator("#c15-changes input[type=number]").fill("80")
    visit.page.keyboard.press("Tab")
    assert visit.ask("circle15.page.scenario.opened[0].capacity") == 80
    site = visit.ask("circle15.page.chosen.sites[1]")
    visit.page.click("#c15-tab-existing")
    visit.page.click(f'#c15-existing [data-facility="{site["id"]}"]')
    visit.page.locator(".leaflet-popup button", has_text="关停").click()
    assert visit.ask("Object.keys(circle15.page.scenario.closed)") == [site["id"]]
    assert "关停" in visit.page.inner_text("#c15-legend")
    assert visit.page.locator("#c15-existing .c15-gone").count() == 1
    visit.page.click("#c15-undo")
    visit.page.click("#c15-undo")
    visit.page.keyboard.press("Control+z")
    assert visit.ask("circle15.changesOf(circle15.page.scenario)") == 0
    assert visit.ask("circle15.page.now.root") == visit.ask("circle15.page.base.root")
    visit.page.click("#c15-redo")
    assert visit.ask("circle15.changesOf(circle15.page.scenario)") == 1
    visit.page.click("#c15-clear")
    visit.page.click("#c15-tab-plan")
    assert visit.page.is_disabled("#c15-toml")


def test_a_scenario_is_named_and_taken_away(visit, tmp_path):
    hostile = '甲"乙\\<b>&\u2028丙'
    assert not visit.ask(LEAVING_IS_ASKED)
    visit.page.click("#c15-best-people")
    assert visit.ask(LEAVING_IS_ASKED)
    visit.page.fill("#c15-name", hostile)
    visit.page.keyboard.press("Tab")
    with visit.page.expect_download() as download:
        visit.page.click("#c15-toml")
    download.value.save_as(tmp_path / "a.toml")
    said = tomllib.loads((tmp_path / "a.toml").read_text(encoding="utf-8"))
    assert said["name"] == '甲"乙\\<b>& 丙'
    assert [site["service"] for site in said["open"]] == ["childcare"]
    assert not visit.ask(LEAVING_IS_ASKED)
    with visit.page.expect_download() as download:
        visit.page.click("#c15-geojson")
    download.value.save_as(tmp_path / "a.geojson")
    shown = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))["features"][0]
    assert shown["geometry"]["coordinates"] == [said["open"][0]["lon"], said["open"][0]["lat"]]
    assert shown["properties"]["change"] == "open"


def test_a_button_pressed_straight_out_of_an_input_is_not_lost(visit):
    visit.page.click("#c15-best-people")
    visit.page.click("#c15-name")
    visit.page.keyboard.press("Control+a")
    visit.page.keyboard.type("方案二")
    with visit.page.expect_download() as download:
        visit.page.locator("#c15-toml").hover()
        visit.page.mouse.down()
        visit.page.wait_for_timeout(30)
        visit.page.mouse.up()
    assert download.value.suggested_filename == "方案二.toml"
    visit.page.locator("#c15-changes input[type=number]").fill("80")
    visit.page.click("#c15-changes .c15-cross")
    assert visit.ask("circle15.page.scenario.opened.length") == 0
    visit.page.wait_for_selector("#c15-changes", state="detached")


def test_who_works_by_keyboard_stays_where_they_are(visit):
    focused = "[document.activeElement.value || '', document.activeElement.id, document.activeElement.className]"
    visit.page.focus("#c15-services input:checked")
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("ArrowDown")
    assert (
        visit.ask(focused)[0] == visit.ask("circle15.page.service") == visit.ask("circle15.page.ground.services[2].id")
    )
    visit.page.keyboard.press("ArrowUp")
    visit.page.focus("#c15-candidates button")
    visit.page.keyboard.press("Enter")
    assert visit.ask("circle15.byId('plan').contains(document.activeElement)")
    visit.page.click("#c15-tab-existing")
    visit.page.focus("#c15-existing .c15-row")
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Enter")
    assert len(visit.ask("Object.keys(circle15.page.scenario.closed)")) == 1
    assert "c15-gone" in visit.ask(focused)[2]


def test_on_paper_the_map_is_whole_and_coloured(visit, tmp_path):
    visit.page.click("#c15-best-people")
    visit.page.pdf(path=str(tmp_path / "a.pdf"), format="A4")
    visit.page.emulate_media(media="print")
    visit.ask("window.dispatchEvent(new Event('beforeprint'))")
    box, paper = visit.page.locator("#c15-map").bounding_box(), 184 / 25.4 * 96
    assert box["width"] == pytest.approx(paper, abs=2)
    assert visit.ask("circle15.page.map.getBounds().contains(circle15.page.home)")
    assert not visit.page.is_visible("#c15-candidates")
    visit.ask("window.dispatchEvent(new Event('afterprint'))")
    visit.page.emulate_media(media="screen")


def test_places_that_are_no_number_change_nothing(visit):
    visit.page.click("#c15-best-people")
    box = visit.page.locator("#c15-changes input[type=number]")
    box.fill("-5")
    visit.page.keyboard.press("Tab")
    assert visit.ask("circle15.page.scenario.opened[0].capacity") == 30
    box.fill("")
    visit.page.keyboard.press("Tab")
    assert visit.ask("circle15.page.scenario.opened[0].capacity") is None


def test_the_page_speaks_english_and_fits_a_phone(browser, pages):
    opened = WhatIfVisit(browser, pages / "en.html", size=(390, 844))
    assert opened.page.title() == "小区县 2026: what if"
    assert opened.ask("document.documentElement.scrollWidth <= window.innerWidth")
    own = "h2, h3, legend, button:not(.c15-row):not(#c15-towns *):not(#c15-areas *), .c15-scores dt, .c15-hint"
    texts = opened.page.locator(own).all_inner_texts()
    said = [text for text in texts if any("一" <= mark <= "鿿" for mark in text)]
    opened.close()
    assert said == []


def test_no_data_is_told_as_such(visit):
    assert math.isfinite(visit.ask("circle15.page.base.root.balanced_access"))
    visit.page.click("#c15-tab-towns")
    assert visit.page.locator("#c15-towns tbody tr").count() == 2
    assert whatif.PAGE == "whatif.html"
