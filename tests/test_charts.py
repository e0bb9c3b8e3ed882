import dataclasses

import numpy as np
import pandas as pd
import pytest
from made_results import HOSTILE_NAMES, made_results, without_towns
from matplotlib.text import Text

from circle15.assess.circles import deciding_circles
from circle15.assess.inequality.gini import gini_index
from circle15.assess.reach import soft_reach
from circle15.assess.targets.table import no_targets
from circle15.publish.charts import (
    heat_chart,
    ladder_chart,
    league_chart,
    lorenz_chart,
    minutes_chart,
    waterfall_chart,
)
from circle15.publish.charts.frame import MOST_HIGH_MM, WIDTH_MM
from circle15.publish.charts.heat import shown_share
from circle15.publish.charts.lorenz import lorenz_curves
from circle15.publish.charts.minutes import minutes_rows
from circle15.publish.drawing import house_style, png_bytes
from circle15.publish.drawing.letters import drawable
from circle15.publish.drawing.typeface import check_glyphs

OF_RESULTS = {"league": league_chart, "heat": heat_chart, "minutes": minutes_chart, "lorenz": lorenz_chart}
LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def results():
    made = made_results(24, 18, points=6)
    known = {f"{service}_m": made.cells[f"{service}_m"].fillna(1.0) for service in made.catalogue.services}
    return dataclasses.replace(made, cells=made.cells.assign(**known))


def words_of(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def title_of(figure):
    texts = [text for text in figure.findobj(Text) if text.get_text()]
    largest = max(text.get_fontsize() for text in texts)
    return "".join(text.get_text() for text in texts if text.get_fontsize() == largest)


def drawn_tiers(results):
    """Every listed unit in the tier of its half, ten points to either side."""
    level = results.listed_level()
    index = results.index[results.index["level"] == level]
    rank = index["balanced_access"].rank(ascending=False)
    told = {
        "level": level, "code": index["code"], "name": index["name"], "score": index["balanced_access"],
        "score_low": index["balanced_access"] - 0.1, "score_median": index["balanced_access"],
        "score_high": index["balanced_access"] + 0.1, "rank": rank, "rank_low": rank, "rank_high": rank,
        "tier": np.where(rank <= 6, 1.0, 2.0), "tier_units": 6.0, "pairs_settled": 1.0, "draws": 100,
    }  # fmt: skip
    return dataclasses.replace(results, uncertainty=pd.DataFrame(told))


def of_many_towns(results, count=60, names=HOSTILE_NAMES):
    """The same towns again and again under other codes and hostile names."""
    found = {}
    for table in ("index", "coverage"):
        frame = getattr(results, table)
        towns = frame[frame["level"] == "town"]
        codes = sorted(set(towns["code"]))
        parts = [frame[frame["level"] == "county"]]
        for number in range(count):
            own = towns[towns["code"] == codes[number % len(codes)]]
            parts.append(own.assign(code=f"{number:03d}", name=f"{number}{names[number % len(names)]}" * 3))
        found[table] = pd.concat(parts, ignore_index=True)
    return dataclasses.replace(results, **found)


def of_one_town(results):
    towns = results.index[results.index["level"] == "town"]["code"].iloc[1:]
    return dataclasses.replace(
        results, **{table: getattr(results, table)[lambda t: ~t["code"].isin(towns)] for table in ("index", "coverage")}
    )


def within_the_page(figure):
    """That no text leaves the page."""
    with house_style():
        renderer, page = figure.canvas.get_renderer(), figure.bbox
        for text in figure.findobj(Text):
            if text.get_text():
                box = text.get_window_extent(renderer)
                assert min(box.x0, box.y0) >= -1, text.get_text()
                assert box.x1 <= page.x1 + 1, text.get_text()
                assert box.y1 <= page.y1 + 1, text.get_text()


@pytest.mark.parametrize(("name", "lang"), list(zip(OF_RESULTS, (*LANGS, *LANGS), strict=True)))
def test_a_chart_is_as_wide_as_a_page_of_text_and_nothing_leaves_it(results, name, lang):
    figure = OF_RESULTS[name](drawn_tiers(results), lang)
    wide, high = figure.get_size_inches() * 25.4
    assert wide == pytest.approx(WIDTH_MM)
    assert high <= MOST_HIGH_MM
    check_glyphs(figure)
    within_the_page(figure)
    assert any(letter.isdigit() for letter in title_of(figure))


@pytest.mark.parametrize("name", ["league", "heat"])
def test_sixty_towns_with_hostile_names_fit_a_page(results, name):
    figure = OF_RESULTS[name](of_many_towns(results), "zh")
    assert figure.get_size_inches()[1] * 25.4 <= MOST_HIGH_MM
    check_glyphs(figure)
    within_the_page(figure)
    assert "60" in title_of(figure)


def test_hostile_names_are_shown_as_typed(results):
    shown = words_of(league_chart(of_many_towns(results, 6, ["$x_1$", "<b>", "${y}", "\\frac", "{{a}}", "%s"]), "en"))
    for number, name in enumerate(["$x_1$", "<b>", "${y}", "\\frac", "{{a}}", "%s"]):
        assert f"{number}{name}" * 3 in shown


@pytest.mark.parametrize("name", ["league", "heat"])
@pytest.mark.parametrize("lang", LANGS)
def test_one_town(results, name, lang):
    figure = OF_RESULTS[name](of_one_town(results), lang)
    within_the_page(figure)
    assert "城东街道" in "".join(words_of(figure))


@pytest.mark.parametrize("name", list(OF_RESULTS))
def test_a_place_without_towns(results, name):
    counties = name in ("league", "minutes")
    within_the_page(OF_RESULTS[name](without_towns(results, counties=counties), "zh"))


def test_the_league_is_the_table(results):
    shown = words_of(league_chart(results, "zh"))
    for town in results.index[results.index["level"] == "town"].itertuples():
        assert drawable(town.name) in shown
        assert f"{town.balanced_access * 100:.1f}" in shown


def test_the_league_tells_tiers_and_never_ranks(results):
    figure = league_chart(drawn_tiers(results), "zh")
    shown = words_of(figure)
    assert "第 1 档" in shown
    assert "第 2 档" in shown
    assert "能分出 2 档" in title_of(figure)
    assert not any("名" in text and "第" in text for text in shown)


def test_the_heat_table_is_the_coverage_table(results):
    shown = words_of(heat_chart(results, "zh"))
    rows = results.coverage[results.coverage["level"].isin(["county", "town"])]
    rows = rows[rows["service"] != "all_services"]
    expected = sorted(shown_share(share) for share in rows["coverage"] if share == share)
    numbers = [text for text in shown if text.strip("<>").isdigit()]
    assert sorted(numbers) == expected


def test_what_is_not_known_is_no_number(results):
    nothing = results.coverage.assign(coverage=np.nan, uncovered_people=np.nan)
    unknown = dataclasses.replace(
        results, coverage=nothing, index=results.index.assign(balanced_access=np.nan, access=np.nan)
    )
    for chart in (league_chart, heat_chart):
        shown = words_of(chart(unknown, "zh"))
        assert any("无数据" in text for text in shown)
        assert not any(text == "nan" for text in shown)


def test_minutes_of_each_band_add_up_to_everybody(results):
    rows = minutes_rows(results, "zh")
    assert len(rows) == len(results.catalogue.services)
    for row in rows:
        assert sum(row.shares) == pytest.approx(1)
    by_hand = results.cells["childcare_m"] / 1.1 / 60 <= 15
    persons = results.cells["persons_0-2"]
    assert rows[0].service == "托育机构"
    assert rows[0].within == pytest.approx(persons[by_hand].sum() / persons.sum())


def test_a_lorenz_curve_encloses_its_gini_index(results):
    curves = lorenz_curves(results, "zh")
    circles = {
        circle.service.label.zh: circle for circle in deciding_circles(results.catalogue, results.counted_groups())
    }
    for curve in curves:
        circle = circles[curve.service]
        score = soft_reach(circle.metres(results.cells), circle.limits_m(results.cells))
        assert curve.gini == gini_index(score, circle.persons(results.cells))
        area = np.sum(np.diff(curve.people) * (curve.access[1:] + curve.access[:-1]) / 2)
        assert 1 - 2 * area == pytest.approx(curve.gini, abs=1e-9)
        assert curve.access[0] == 0
        assert curve.access[-1] == 1


def split_row(**given):
    row = {"level": "county", "code": "1", "name": "示例县", "service": "all_services", "measure": "balanced_access"}
    row |= {"old": 0.5, "new": 0.56, "change": 0.06, "facilities": 0.08, "capacity": 0.0, "population": -0.03}
    row |= {"network": 0.01, "definitions": 0.0, "undivided": 0.0}
    return pd.DataFrame([row | given])


@pytest.mark.parametrize("lang", LANGS)
def test_a_waterfall_leads_from_the_old_score_to_the_new_one(lang):
    figure = waterfall_chart(split_row(), ("2025", "2026"), lang)
    shown = words_of(figure)
    for number in ("50.00", "+8.00", "-3.00", "+1.00", "56.00"):
        assert number in shown
    assert "+6.00" in title_of(figure)
    within_the_page(figure)


@pytest.mark.parametrize(
    "given",
    [
        {"change": 0.0, "new": 0.5, "facilities": 0.0, "population": 0.0, "network": 0.0},
        {"old": np.nan, "change": np.nan, "facilities": np.nan, "population": np.nan, "network": np.nan},
        {"old": 0.0, "new": 0.06, "facilities": 0.06, "population": 0.0, "network": 0.0},
        {"name": "$x^2$<b>" * 9},
    ],
    ids=["same", "unknown", "from-nothing", "hostile"],
)
def test_a_waterfall_of_every_kind(given):
    figure = waterfall_chart(split_row(**given), ("2025", "2026"), "zh")
    within_the_page(figure)
    assert not any("nan" in text for text in words_of(figure))


def target_rows(*rows):
    blank = {name: "" if kind == "str" else np.nan for name, kind in no_targets().dtypes.astype(str).items()}
    told = []
    for number, row in enumerate(rows):
        more = {"document": "d", "indicator_id": f"d.{number}", "indicator": f"指标{number}", "unit": "%", "year": 2027}
        more |= {"operator": ">=", "better": "more", "role": "target", "state": "short", "light": "red"}
        told.append(blank | more | row)
    return pd.DataFrame(told)


@pytest.mark.parametrize("lang", LANGS)
def test_the_ladder_puts_the_furthest_first(lang):
    targets = target_rows(
        {"value": 90.0, "target": 80.0, "state": "met", "light": "green"},
        {"value": 20.0, "target": 80.0, "line": 40.0},
        {"value": 10.0, "target": 8.0, "better": "less", "operator": "<=", "light": "amber"},
        {"value": np.nan, "target": 8.0, "state": "no_value"},
        {"value": 400.0, "target": 80.0, "state": "met", "light": "green", "indicator": "$x$<b>"},
    )
    figure = ladder_chart(targets, lang)
    shown = words_of(figure)
    assert shown.index("指标1") < shown.index("指标2") < shown.index("指标0") < shown.index("$x$<b>")
    assert "指标3" not in shown
    assert "25%" in title_of(figure)
    within_the_page(figure)


def test_a_ladder_without_targets_says_so():
    assert "没有" in title_of(ladder_chart(no_targets(), "zh"))


def test_many_targets_fit_a_page():
    figure = ladder_chart(target_rows(*({"value": float(n), "target": 80.0} for n in range(1, 80))), "zh")
    assert figure.get_size_inches()[1] * 25.4 <= MOST_HIGH_MM
    within_the_page(figure)


def test_the_same_chart_twice_is_the_same_bytes(results):
    assert png_bytes(heat_chart(results, "zh"), 60) == png_bytes(heat_chart(results, "zh"), 60)
