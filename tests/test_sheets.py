import dataclasses
import itertools
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from made_results import HOSTILE_NAMES, made_results, without_towns
from matplotlib.text import Text

from circle15.cli.main import main
from circle15.errors import UsageError
from circle15.pipeline.products import sheet_material
from circle15.pipeline.products.sheets import Asked, chosen_services, chosen_towns
from circle15.publish.drawing import house_style, png_bytes
from circle15.publish.drawing.letters import drawable
from circle15.publish.drawing.typeface import check_glyphs
from circle15.publish.sheets.choropleth import change_sheet, index_sheet
from circle15.publish.sheets.labels import Box, Label, place_labels
from circle15.publish.sheets.layout import PAGES, layout_of
from circle15.publish.sheets.lettering import one_letter_each
from circle15.publish.sheets.material import Material, Project, Streets
from circle15.publish.sheets.names import file_stems
from circle15.publish.sheets.scale_bar import bar_length
from circle15.publish.sheets.service import service_sheet
from circle15.publish.sheets.town import town_answer, town_sheet

SIZES = ("a4", "a3")


@pytest.fixture(scope="module")
def results():
    return made_results(28, 21, points=8)


def grid_of_streets():
    """A street every 500 m over the made county; every second one is a main road."""
    lines = [[(560_000 + at * 500, 3_310_000), (560_000 + at * 500, 3_313_000)] for at in range(9)]
    xy = np.array([point for line in lines for point in line], dtype=np.float64)
    return Streets(xy, np.arange(0, len(xy) + 1, 2), np.arange(9) % 2 == 0)


def texts_of(figure):
    return [text for text in figure.findobj(Text) if text.get_text()]


def words_of(figure):
    return [text.get_text() for text in texts_of(figure)]


def within_the_page(figure):
    with house_style():
        renderer, page = figure.canvas.get_renderer(), figure.bbox
        for text in texts_of(figure):
            box = text.get_window_extent(renderer)
            assert min(box.x0, box.y0) >= -1, text.get_text()
            assert box.x1 <= page.x1 + 1, text.get_text()
            assert box.y1 <= page.y1 + 1, text.get_text()


labels_drawn = st.lists(
    st.builds(
        Label,
        key=st.integers(0, 10**6).map(str),
        x=st.floats(0, 100),
        y=st.floats(0, 80),
        width=st.floats(1, 30),
        height=st.floats(1, 8),
        clear=st.floats(0, 3),
        centred=st.booleans(),
    ),
    max_size=40,
)
boxes_drawn = st.lists(
    st.tuples(st.floats(0, 90), st.floats(0, 70), st.floats(1, 20), st.floats(1, 20)).map(
        lambda one: Box(one[0], one[1], one[0] + one[2], one[1] + one[3])
    ),
    max_size=6,
)


@given(labels_drawn, boxes_drawn, boxes_drawn)
@settings(max_examples=50, deadline=None)
def test_no_two_labels_overlap_and_none_is_lost(labels, taken, avoided):
    frame = Box(0, 0, 100, 80)
    found = place_labels(labels, frame, taken, avoided)
    boxes = [placed.box for placed in found.placed]
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
    for box in boxes:
        assert frame.holds(box)
        assert not any(box.overlaps(other) for other in taken)
    assert sorted([placed.label.key for placed in found.placed] + [label.key for label in found.dropped]) == sorted(
        label.key for label in labels
    )
    for placed in found.placed:
        assert placed.box.right - placed.box.left == pytest.approx(placed.label.width)


def test_the_more_important_label_keeps_its_place():
    labels = [Label(key, 50, 40, 8, 4, centred=True) for key in ("first", "second")]
    found = place_labels(labels, Box(0, 0, 100, 80))
    assert found.placed[0].box.centre == (50, 40)
    assert place_labels(labels, Box(46, 38, 54, 42)).dropped == (labels[1],)


@given(st.floats(200, 300_000), st.floats(200, 300_000), st.sampled_from(SIZES))
@settings(max_examples=80, deadline=None)
def test_a_map_holds_its_ground_and_measures_true(wide, high, size):
    bounds = (500_000.0, 3_000_000.0, 500_000.0 + wide, 3_000_000.0 + high)
    layout = layout_of(size, bounds)
    west, south, east, north = layout.extent
    assert west <= bounds[0] < bounds[2] <= east
    assert south <= bounds[1] < bounds[3] <= north
    assert {layout.width, layout.height} == set(PAGES[size][:2])
    left, top = layout.place(west, north)
    right, bottom = layout.place(east, south)
    assert (left, top) == pytest.approx((layout.map.left, layout.map.top))
    assert (right, bottom) == pytest.approx((layout.map.right, layout.map.bottom))
    metres = bar_length(layout.metres(38.0))
    assert layout.millimetres(metres) <= 38.0 + 1e-6
    assert layout.millimetres(metres) * 2.6 >= 38.0
    assert re.fullmatch(r"[125]0*", f"{metres:.0f}") or metres < 1


def drawn_bar(figure):
    """The two ends of the scale bar on paper, millimetres, and what is written at the far one."""
    far = next(text for text in texts_of(figure) if re.fullmatch(r"[\d.]+ k?m", text.get_text()))
    noughts = [text.get_position() for text in texts_of(figure) if text.get_text() == "0"]
    left = next(x for x, y in noughts if y == far.get_position()[1])
    number, unit = far.get_text().split()
    return far.get_position()[0] - left, float(number) * {"km": 1000, "m": 1}[unit]


def test_the_scale_bar_is_as_long_as_it_says(results):
    figure = index_sheet(Material(results, "zh"), "a3")
    long_mm, metres = drawn_bar(figure)
    axes = figure.axes[1]
    box = axes.get_position()
    wide_mm = box.width * figure.get_size_inches()[0] * 25.4
    west, east = axes.get_xlim()
    assert long_mm / wide_mm == pytest.approx(metres / (east - west), rel=1e-9)
    scale = next(re.search(r"1:([\d ]+)", text).group(1) for text in words_of(figure) if "1:" in text)
    assert metres * 1000 / long_mm == pytest.approx(float(scale.replace(" ", "")), rel=1e-6)
    high_mm = box.height * figure.get_size_inches()[1] * 25.4
    south, north = axes.get_ylim()
    assert (north - south) / high_mm == pytest.approx((east - west) / wide_mm, rel=1e-9)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_service_sheet_says_all_that_a_map_must(results, lang):
    figure = service_sheet(Material(results, lang, streets=grid_of_streets()), "childcare", "a4")
    told = "\n".join(words_of(figure))
    within_the_page(figure)
    check_glyphs(figure)
    row = results.coverage[(results.coverage["service"] == "childcare") & (results.coverage["level"] == "county")].iloc[
        0
    ]
    for part in (f"{row['coverage']:.1%}", f"{row['uncovered_people']:,.0f}", "EPSG:4550", "1:", "N", "2025-06-30"):
        assert part in told
    for part in ("审图号", "图例") if lang == "zh" else ("approval", "Key"):
        assert part in told
    areas = results.underserved[results.underserved["service"] == "childcare"]
    assert f"{areas['people'].max():,.0f}" in told


def test_numbers_on_the_map_are_those_of_the_table(results):
    figure = service_sheet(Material(results, "zh"), "canteen", "a4")
    areas = results.underserved[results.underserved["service"] == "canteen"]
    shown = [text for text in words_of(figure) if text.isdigit() and 1 <= int(text) <= len(areas)]
    for number in range(1, len(areas) + 1):
        assert shown.count(str(number)) >= 2


def hostile(results):
    """Names of towns, villages and services that look like markup, mathematics, or are far too long."""
    names = [*HOSTILE_NAMES, "$x_1^2$", "很长的名字" * 20, "A\u202eb", "", "%s{}\\frac"]
    zones = results.zones.assign(name=[names[at % len(names)] for at in range(len(results.zones))])
    named = dict(zip(zones["code"], zones["name"], strict=True))
    frames = {
        table: getattr(results, table).assign(name=lambda frame: frame["code"].map(named))
        for table in ("index", "coverage")
    }
    areas = results.underserved.assign(name=[names[at % len(names)] for at in range(len(results.underserved))])
    return dataclasses.replace(results, zones=zones, underserved=areas, **frames)


def test_hostile_names_are_shown_as_typed_and_stay_on_the_page(results):
    material = Material(hostile(results), "zh")
    for figure in (index_sheet(material, "a4"), service_sheet(material, "canteen", "a4")):
        within_the_page(figure)
        check_glyphs(figure)
        assert not any(text.get_parse_math() for text in texts_of(figure))
    assert any("$x_1^2$" in text for text in words_of(index_sheet(material, "a4")))


@pytest.mark.parametrize(
    "compared", [SimpleNamespace(split="parts", periods=("2023", "2026")), None], ids=["one", "none"]
)
def test_maps_of_a_report_show_the_change_that_it_tells_of(results, compared, monkeypatch):
    monkeypatch.setattr(sheet_material, "sheet_streets", lambda *_: None)
    monkeypatch.setattr(sheet_material, "proposed", lambda *_: ())
    found = sheet_material.report_map_material(Path(), Path(), results, compared, "zh")
    assert (found.split, found.before) == (("parts", "2023") if compared else (None, ""))


def test_a_town_sheet_tells_how_many_more_are_planned(results):
    code, middle = results.zones.query("level == 'town'")["code"].iloc[0], results.zones.geometry.iloc[0].centroid
    plans = tuple(Project("childcare", f"新建{at}", middle.x, middle.y, 9.0, "方案", code) for at in range(9))
    assert "其余 3 处见选址结果。" in words_of(town_sheet(Material(results, "zh", projects=plans), code, "a4"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_town_sheet_tells_tasks_projects_and_facilities(results, lang):
    code = results.underserved["town_code"].value_counts().index[0]
    town = results.zones[results.zones["code"] == code].iloc[0]
    middle = town.geometry.representative_point()
    project = Project("childcare", "$新建$<b>", middle.x, middle.y, 321.0, "方案一", code)
    figure = town_sheet(Material(results, lang, projects=(project,)), code, "a4")
    told = "\n".join(words_of(figure))
    within_the_page(figure)
    assert drawable(town["name"]) in told
    assert "$新建$<b>" in told
    assert "+321" in told
    assert ("拟1" if lang == "zh" else "P1") in told
    areas = results.underserved[results.underserved["town_code"] == code]
    assert f"{areas['people'].max():,.0f}" in told


def test_a_town_sheet_takes_owner_and_date_from_the_issues(results):
    code = results.underserved["town_code"].value_counts().index[0]
    issue = {"service": "托育机构", "place": "东部", "people": 77.0, "fix_id": "site", "unit": "<县民政局>"}
    issue |= {"due": "2026-12-31", "town_code": code, "geometry": shapely.box(560_100, 3_310_100, 560_300, 3_310_300)}
    shown = words_of(town_sheet(Material(results, "zh", issues=(issue,)), code, "a4"))
    for part in ("<县民政局>", "2026-12-31", "77", "新设 1 处"):
        assert part in shown


def test_every_kind_of_place_has_its_sheets(results):
    for fewer in (without_towns(results), without_towns(results, counties=False)):
        material = Material(fewer, "zh")
        for figure in (index_sheet(material, "a4"), town_sheet(material, material.towns[0].code, "a4")):
            within_the_page(figure)


def test_a_place_that_lists_itself_is_named_once_and_an_empty_town_says_so(results):
    """The whole county as the one unit that is listed; and a town where nobody lives."""
    town = Material(results, "zh").towns[0]
    own, zones, index = results.study.study, results.zones.copy(), results.index.copy()
    zones.loc[zones["code"] == town.code, "name"] = own.place
    assert f"{own.place}公共服务挂图作战（{own.period}）" in words_of(
        town_sheet(Material(dataclasses.replace(results, zones=zones), "zh"), town.code, "a4")
    )
    index.loc[index["code"] == town.code, ["people", "balanced_access"]] = 0.0, float("nan")
    assert (
        town_answer(Material(dataclasses.replace(results, index=index), "zh"), town.code) == "没有常住人口，没有指数。"
    )


def test_a_service_without_facilities_or_areas(results):
    bare = dataclasses.replace(
        results,
        facilities=results.facilities[results.facilities["service"] != "canteen"],
        isochrones=results.isochrones[results.isochrones["service"] != "canteen"],
        underserved=results.underserved[results.underserved["service"] != "canteen"],
        coverage=results.coverage[results.coverage["service"] != "canteen"],
    )
    figure = service_sheet(Material(bare, "zh"), "canteen", "a4")
    assert "没有成片的薄弱片区。" in words_of(figure)
    within_the_page(figure)


def test_what_the_table_has_no_room_for_is_counted(results):
    areas = results.underserved[results.underserved["service"] == "canteen"]
    many = pd.concat([areas.assign(rank=areas["rank"] + 100 * at) for at in range(60)], ignore_index=True)
    shown = words_of(service_sheet(Material(dataclasses.replace(results, underserved=many), "zh"), "canteen", "a4"))
    rest = next(int(text.split()[1]) for text in shown if text.startswith("其余"))
    numbered = max(int(text) for text in shown if text.isdigit() and int(text) <= len(many))
    assert numbered + rest == len(many)


def test_a_town_sheet_names_the_list_of_issues_only_where_there_is_one(results):
    areas = results.underserved
    many = pd.concat([areas.assign(rank=areas["rank"] + 100 * at) for at in range(30)], ignore_index=True)
    material = Material(dataclasses.replace(results, underserved=many), "zh")
    shown = words_of(town_sheet(material, areas["town_code"].iloc[0], "a4"))
    assert any(text.startswith("其余") and "tables.xlsx" in text for text in shown)
    assert not any("问题清单" in text for text in shown)


def test_what_is_planned_for_a_service_is_on_its_sheet(results):
    middle = results.zones.geometry.iloc[0].centroid
    plans = tuple(Project(name, "x", middle.x, middle.y, 1.0, "甲", "") for name in ("canteen", "clinic"))
    assert words_of(service_sheet(Material(results, "zh", projects=plans), "canteen", "a4")).count("拟1") == 2


def changes(results, size):
    towns = results.index[results.index["level"] == "town"]
    steps = np.linspace(-size, size, len(towns))
    own = {"service": "all_services", "measure": "balanced_access", "change": steps, "new": towns["balanced_access"]}
    return towns[["level", "code", "name"]].assign(**own, old=towns["balanced_access"] - steps)


def test_the_change_sheet_tells_rises_from_falls_without_colour(results):
    material = Material(results, "zh", split=changes(results, 0.08), before="2024")
    figure = change_sheet(material, "a4")
    within_the_page(figure)
    shown = words_of(figure)
    assert any("+8.00" in text for text in shown)
    assert any("-8.00" in text for text in shown)
    hatched = [patch for patch in figure.axes[1].patches if patch.get_hatch()]
    assert len(hatched) == (material.split["change"] <= -0.005).sum()


def test_the_same_sheet_twice_is_the_same_bytes(results):
    both = [png_bytes(service_sheet(Material(results, "zh"), "canteen", "a4"), 50) for _ in range(2)]
    assert both[0] == both[1]


@given(st.lists(st.text(max_size=45), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_file_names_are_ones_that_windows_allows_and_no_two_alike(names):
    stems = file_stems("乡镇", names, [str(at) for at in range(len(names))])
    assert len({stem.casefold() for stem in stems}) == len(stems)
    for stem in stems:
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', stem)
        assert not stem.endswith((" ", "."))
        assert len(stem) < 100


@given(st.lists(st.text(max_size=4), max_size=30))
@settings(max_examples=60, deadline=None)
def test_every_service_has_a_sign_of_its_own(names):
    signs = one_letter_each(names)
    assert len(set(signs)) == len(names)
    assert all(1 <= len(sign) <= 2 for sign in signs)


def test_towns_and_services_are_chosen_by_name_code_or_id(results):
    town = results.zones[results.zones["level"] == "town"].iloc[0]
    for asked in (town["name"], town["code"]):
        assert chosen_towns(results, Asked(None, town=asked)) == [town["code"]]
    assert chosen_services(results, Asked(None, service="托育机构")) == ["childcare"]
    assert chosen_services(results, Asked(None, town="x")) == []
    for asked in (Asked(None, town="不存在"), Asked(None, service="nothing")):
        with pytest.raises(UsageError) as fault:
            chosen_towns(results, asked) + chosen_services(results, asked)
        assert "城东街道" in fault.value.sentence("zh") or "childcare" in fault.value.sentence("zh")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["sheets", "x", "--format", "tif"], 2, "tif"),
        (["sheets", "x", "--size", "a0"], 2, "a4、a3"),
        (["sheets", "nowhere"], 1, "circle15 run"),
    ],
)
def test_a_command_typed_wrongly_is_one_sentence(capsys, tmp_path, monkeypatch, arguments, code, words):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == code
    assert words in capsys.readouterr().err
