"""Targets: the shipped series, values by hand, and every rule by which they are judged, worked by hand."""

import csv
import datetime
import io
import math
from importlib.resources import files

import pandas as pd
import pytest
import xlsxwriter

from circle15.assess.targets.figures import Evidence, Figure, figure_of
from circle15.assess.targets.judging import gap, light, meets
from circle15.assess.targets.lines import line_at, position_of
from circle15.assess.targets.table import TARGET_COLUMNS, no_targets, targets_table
from circle15.assess.targets.units import from_unit, is_counted, to_unit
from circle15.catalogue.loader import load_catalogue
from circle15.catalogue.targets.entries import Compute, Indicator, TargetDocument, TargetSeries, TargetValue
from circle15.catalogue.targets.loader import chosen_targets, load_targets, shipped_targets
from circle15.errors import Circle15Error, ConfigurationError, Faults
from circle15.inputs.targets.reported import read_reported
from circle15.inputs.targets.values import in_unit, read_figure
from circle15.model.targets import Reported, TargetPlan
from circle15.publish.targets import need_in_words

# --- the shipped series ------------------------------------------------------------------------------------------


def test_what_is_shipped_holds_together():
    series, catalogue = shipped_targets(), load_catalogue()
    counts = {each.id: sum(i.document == each.id for i in series.indicators) for each in series.documents}
    assert counts == {
        "ruian_2023": 91, "changxing_2023": 61, "jiaxing_2023": 43, "zhenhai_2024": 35, "huzhou_2016": 19,
    }  # fmt: skip
    for each in series.indicators:
        assert each.domain in ("", *catalogue.domains), each.id
        assert each.values, each.id
        if each.compute is not None:
            assert each.compute.service in ("all_services", *catalogue.services), each.id
        for flag in each.compute.words if each.compute and each.compute.measure.startswith("flag") else ():
            assert flag in (*catalogue.services[each.compute.service].quality_flags, "sites", "capacity"), each.id


def test_numbers_and_operators_are_those_of_the_printed_text():
    """Where the printed text is a number by itself, reading it gives what is held."""
    compared = 0
    for each in shipped_targets().indicators:
        for value in each.values:
            found = read_figure(value.text)
            numbers = in_unit(found, each.unit)
            if numbers[0] is None or each.id == "changxing_2023.c30":
                continue
            compared += 1
            assert (found.operator, *numbers) == (value.operator, value.value, value.second), (each.id, value)
    assert compared > 500


def test_totals_of_clauses_are_the_sums_of_the_yearly_flows():
    series = shipped_targets()
    expected = {"累计新增学位": 21660, "累计开展职业教育培训": 8.59, "累计新增慈善组织": 20}
    found = {}
    for each in series.indicators:
        if each.sum_of and each.name in expected:
            flow = series.by_id[each.sum_of]
            found[each.name] = round(sum(value.value for value in flow.values if value.role == "target"), 6)
            assert found[each.name] == each.values[0].value
    assert found == expected


def test_baselines_are_the_years_before_the_span():
    series = shipped_targets()
    spans = {each.id: each.first_year for each in series.documents}
    wrong = [
        (each.id, value.year)
        for each in series.indicators
        for value in each.values
        if (value.role == "baseline") != (value.year < spans[each.document])
    ]
    assert wrong == []


def test_documents_are_chosen_by_place_code_title_or_id():
    assert {each.document for each in chosen_targets((), "330381").indicators} == {"ruian_2023"}
    assert chosen_targets((), "长兴县") == chosen_targets(("changxing_2023",), "")
    assert chosen_targets((), "某县").indicators == ()
    with pytest.raises(ConfigurationError) as fault:
        chosen_targets(("ruian",), "")
    assert fault.value.key == "targets.no_document"
    assert "ruian_2023" in fault.value.sentence()


def shipped_folder(tmp_path, change):
    """The shipped files with one of their tables changed."""
    for name in ("documents.toml", "indicators.csv", "values.csv"):
        text = files("circle15.catalogue.targets").joinpath(name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(change(name, text), encoding="utf-8")
    return tmp_path


FAULTS_OF_SERIES = {
    "targets.year_twice": ("values.csv", lambda text: text + "ruian_2023.t01,2023,target,=,4,,4\n"),
    "targets.no_number": (
        "values.csv",
        lambda text: text.replace("2022,baseline,=,3.85,,3.85", "2022,baseline,=,x,,x"),
    ),
    "targets.no_word": ("values.csv", lambda text: text.replace("2022,baseline,=,3.85", "2022,base,=,3.85")),
    "targets.operator_alone": ("values.csv", lambda text: text.replace("baseline,=,3.85,,", "baseline,=,,,")),
    "targets.values_of_nothing": ("values.csv", lambda text: text + "nobody.t01,2023,target,=,4,,4\n"),
    "targets.unknown_document": ("documents.toml", lambda text: text.replace("[huzhou_2016]", "[huzhou]")),
    "targets.bad_compute": ("indicators.csv", lambda text: text.replace("ratio childcare 1000", "ratio childcare", 1)),
    "targets.sum_of_no_flow": ("indicators.csv", lambda text: text.replace("ruian_2023.t10,,", "ruian_2023.t01,,", 1)),
}


@pytest.mark.parametrize("key", FAULTS_OF_SERIES)
def test_a_fault_of_the_series_is_told(tmp_path, key):
    file, change = FAULTS_OF_SERIES[key]
    folder = shipped_folder(tmp_path, lambda name, text: change(text) if name == file else text)
    with pytest.raises(Circle15Error) as fault:
        load_targets(folder)
    first = fault.value.faults[0] if isinstance(fault.value, Faults) else fault.value
    assert first.key == key
    assert first.sentence("zh") != first.sentence("en")


# --- rules -------------------------------------------------------------------------------------------------------

RULES = [
    (">=", "more", 85, (85, True), (84.99, False)),
    (">", "more", 85, (85.01, True), (85, False)),
    ("<=", "less", 15, (15, True), (15.01, False)),
    ("<", "less", 9, (8.99, True), (9, False)),
    ("=", "more", 76, (76, True), (75.9, False)),
    ("=", "less", 10.18, (10.18, True), (10.19, False)),
    ("about", "more", 10, (9.5, True), (9.49, False)),
    ("about", "less", 10, (10.5, True), (10.51, False)),
    # An operator says itself which way is better, whatever the indicator does.
    ("<", "more", 5, (4.9, True), (5, False)),
    (">", "less", 5, (5.1, True), (5, False)),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule[0]}_{rule[1]}")
def test_every_operator(rule):
    operator, better, target, *cases = rule
    assert [meets(value, operator, target, None, better) for value, _ in cases] == [met for _, met in cases]


def test_a_range_is_met_at_its_less_demanding_end():
    assert meets(9, "between", 9, 12, "more")
    assert not meets(8, "between", 9, 12, "more")
    assert meets(12, "between", 9, 12, "less")
    assert not meets(13, "between", 9, 12, "less")


def test_a_target_is_met_in_spite_of_the_dust_of_binary_sums():
    assert meets(0.1 + 0.2, ">=", 0.3, None, "more")
    assert meets(100 * (17 / 20), "=", 85, None, "more")


def test_lights_by_hand():
    # 90 asked: 85.5 is 95 % of it.
    assert light(85.5, 90, False, False, "more") == "amber"
    assert light(85.4, 90, False, False, "more") == "red"
    assert light(80, 90, False, True, "more") == "green"
    # 9 minutes asked: 9 / 0.95 = 9.47.
    assert light(9.47, 9, False, False, "less") == "amber"
    assert light(9.48, 9, False, False, "less") == "red"
    assert light(math.inf, 9, False, False, "less") == "red"
    assert gap(10, 9, "less") == 1


def indicator(kind="level", values=(), **given):
    known = {
        "id": "d.1", "document": "d", "position": "1", "domain": "health", "department": "", "name": "某项",
        "unit": "%", "better": "more", "spatial": "S2",
    }  # fmt: skip
    return Indicator(**known | {"kind": kind, "values": tuple(values)} | given)


def target(year, number, operator="=", second=None, role="target", text=""):
    return TargetValue(year, role, operator if number is not None else "", number, second, text or str(number))


def test_the_straight_line_by_hand():
    stock = indicator(values=[target(2022, 50, role="baseline"), target(2024, 70), target(2027, 85)])
    mid_2025 = position_of(datetime.date(2025, 6, 30))
    assert line_at(stock, 2024, 2024.0, 2023) == 70
    assert line_at(stock, 2024, 2023.0, 2023) == 60
    # Half a year of three gone: 70 + 15 / 6.
    assert line_at(stock, 2027, mid_2025, 2023) == 72.5
    assert line_at(stock, 2024, 2021.5, 2023) is None
    flow = indicator("flow", [target(2025, 4590)])
    assert line_at(flow, 2025, position_of(datetime.date(2025, 3, 31)), 2023) == 4590 / 4
    # What is newly added by 2027 starts from nothing at the end of 2022.
    added = indicator("cumulative", [target(2027, 20)], name="累计新增慈善组织")
    assert line_at(added, 2027, 2024.0, 2023) == 8
    built = indicator("cumulative", [target(2027, 20)], name="累计建成")
    assert line_at(built, 2027, 2024.0, 2023) is None


def test_what_it_takes_is_the_smallest_whole_number_that_does():
    villages = Figure(0.55, 55, 100, counted="village", share=True)
    # 0.56 of 100 is 56.00000000000001 in binary: still one village.
    assert villages.needed(0.56, strict=False) == 1
    assert villages.needed(0.56, strict=True) == 2
    places = Figure(4.0, 400, 100_000, 1000, "places")
    assert (places.needed(5.55, strict=False), places.needed(4.0, strict=True)) == (155, 1)
    # One kindergarten per 5000 people: 21,000 people need five.
    schools = Figure(7000, 3, 21_000, counted="sites", inverse=True)
    assert schools.needed(5000, strict=False) == 2
    assert Figure(9.5).needed(9, strict=False) is None


def test_units_of_documents():
    assert to_unit(12_000, "万人", share=False) == 1.2
    assert to_unit(0.85, "%", share=True) == 85
    assert from_unit(2.6, "万套", share=False) == 26_000
    assert from_unit(55.6, "%", share=True) == 0.556
    assert [is_counted(unit) for unit in ("家", "万套（间）", "台", "%", "平方米", "分钟")] == [True] * 3 + [False] * 3


# --- figures of a run --------------------------------------------------------------------------------------------


def evidence():
    """A county of 100,000: 20 villages of which 17 have a canteen, six sites of childcare with 400 places in all."""
    at = {"level": "county", "code": "1", "name": "某县"}
    coverage = pd.DataFrame(
        [
            {**at, "service": "childcare", "people": 2000.0, "covered_people": 1500.0},
            {**at, "service": "all_services", "people": 100_000.0, "covered_people": 60_000.0},
            {**at, "level": "town", "code": "11", "service": "childcare", "people": 9.0, "covered_people": 0.0},
        ]
    )
    facilities = pd.DataFrame(
        {
            "service": ["childcare"] * 7 + ["canteen"],
            "inside": [True] * 6 + [False, True],
            "capacity": [100.0, 60.0, 60.0, 60.0, 60.0, 60.0, 999.0, math.nan],
        }
    )
    presence = pd.DataFrame(
        [
            {
                **at, "service": "canteen", "presence_level": "village", "units": 20.0, "units_located": 12.0,
                "units_named": 3.0, "units_delivered": 2.0, "presence_share": 0.75, "share_with_delivery": 0.85,
            }
        ]
    )  # fmt: skip
    flags = pd.DataFrame(
        [
            {
                **at, "service": "childcare", "flag": "普惠", "facilities": 6.0, "flag_unknown": 0.0,
                "flagged_facilities": 4.0, "capacity_unknown": 0.0, "known_capacity": 400.0, "flagged_capacity": 260.0,
            }
        ]
    )  # fmt: skip
    responses = pd.DataFrame(
        [{**at, "service": "ambulance", "urban_rural": kind, "mean_min": mean, "p90_min": 15.0}
         for kind, mean in (("", 10.5), ("urban", 9.5), ("rural", 12.0))]
    )  # fmt: skip
    return Evidence(coverage, facilities, presence, flags, responses)


FIGURES = {
    "coverage childcare": (0.75, 1500, 2000, "people"),
    "coverage all_services": (0.6, 60_000, 100_000, "people"),
    "presence canteen village": (0.85, 17, 20, "village"),
    "ratio childcare 1000": (4.0, 400, 100_000, "places"),
    "sites_ratio childcare 10000": (0.6, 6, 100_000, "sites"),
    "people_per_site canteen": (100_000, 1, 100_000, "sites"),
    "flag_share childcare 普惠 sites": (4 / 6, 4, 6, "flagged_sites"),
    "flag_share childcare 普惠 capacity": (0.65, 260, 400, "flagged_places"),
    "flag_sites childcare 普惠": (4, 4, 1, "flagged_sites"),
    "flag_capacity childcare 普惠": (260, 260, 1, "flagged_places"),
    "sites childcare": (6, 6, 1, "sites"),
    "capacity childcare": (400, 400, 1, "places"),
}


@pytest.mark.parametrize("text", FIGURES)
def test_every_figure_by_hand(text):
    found = figure_of(Compute.parse(text, "", ""), evidence())
    assert (found.value, found.have, found.of, found.counted) == FIGURES[text]


def test_minutes_of_urban_and_rural_people():
    found = [figure_of(Compute.parse(f"minutes ambulance mean {kind}", "", ""), evidence()).value
             for kind in ("all", "urban", "rural")]  # fmt: skip
    assert found == [10.5, 9.5, 12.0]


@pytest.mark.parametrize(
    "text",
    ["presence canteen town", "presence clinic village", "ratio canteen 1000", "flag_share canteen 普惠 sites",
     "minutes clinic mean all", "sites clinic", "coverage clinic"],
)  # fmt: skip
def test_a_figure_that_the_run_does_not_have_is_none(text):
    assert figure_of(Compute.parse(text, "", ""), evidence()) is None
    assert figure_of(Compute.parse(text, "", ""), Evidence(pd.DataFrame(), pd.DataFrame())) is None


@pytest.mark.parametrize(
    "text", ["ratio childcare", "ratio childcare 0", "presence canteen county", "guess canteen", "x"]
)
def test_a_specification_of_another_form_is_refused(text):
    with pytest.raises(ConfigurationError) as fault:
        Compute.parse(text, "study.toml", "某项")
    assert fault.value.key == "targets.bad_compute"


# --- the table ---------------------------------------------------------------------------------------------------


def judged(one, entries=(), day=datetime.date(2025, 12, 31), others=()):
    document = TargetDocument("d", "某方案", "某县", "", "", None, 2023, 2027)
    series = TargetSeries((document,), (one, *others))
    table = targets_table(TargetPlan(series, tuple(entries)), evidence(), day)
    assert tuple(table.columns) == TARGET_COLUMNS
    rows = table[table["indicator_id"] == one.id].to_dict("records")
    return {row["year"]: row for row in rows}


def entry(year, value, second=None, done=None, id_="d.1"):
    return Reported(id_, year, value, second, done, str(value), "年报", "张三")


def test_a_share_of_villages_is_computed_and_what_it_takes_told():
    canteens = indicator(
        values=[target(2022, 50, role="baseline"), target(2025, 90, ">="), target(2027, 100)],
        compute=Compute.parse("presence canteen village", "", ""),
    )
    rows = judged(canteens)
    now = rows[2025]
    assert (now["value"], now["origin"], now["state"], now["light"]) == (85, "computed", "short", "red")
    assert (now["gap"], now["needed"], now["needed_of"]) == (5, 1, "village")
    assert (now["next_year"], now["next_target"], now["next_gap"]) == (2027, 100, 15)
    assert (rows[2022]["state"], rows[2022]["light"]) == ("baseline", "grey")
    # Of 2027 the value of today counts; at the end of 2025 the line stands at the target of 2025, 90.
    later = rows[2027]
    assert (later["value_year"], later["line"], later["on_line"], later["needed"]) == (2025, 90, "no", 3)
    assert later["light"] == "red"


def test_before_the_year_is_over_the_line_decides():
    values = [target(2024, 80), target(2025, 90)]
    one = indicator(values=values, compute=Compute.parse("presence canteen village", "", ""))
    row = judged(one, day=datetime.date(2025, 6, 30))[2025]
    assert (row["state"], row["line"], row["on_line"], row["light"]) == ("short", 85, "yes", "green")
    late = judged(one, day=datetime.date(2025, 9, 30))[2025]
    assert (late["line"], late["on_line"], late["light"]) == (87.5, "no", "amber")


def test_places_per_thousand_residents_take_155_more():
    one = indicator(unit="个", values=[target(2025, 5.55)], compute=Compute.parse("ratio childcare 1000", "", ""))
    row = judged(one)[2025]
    assert (row["value"], row["needed"], row["needed_of"]) == (4.0, 155, "places")
    assert row["gap"] == pytest.approx(1.55)


def test_a_circle_without_a_number_is_shown_and_not_judged():
    compute = Compute.parse("beside coverage all_services", "", "")
    row = judged(indicator(unit="分钟", values=[target(2025, 15, "<=")], compute=compute))[2025]
    assert (row["state"], row["origin"], row["light"]) == ("shown", "beside", "grey")


def test_an_entry_counts_before_the_run_and_both_are_told():
    one = indicator(values=[target(2025, 90)], compute=Compute.parse("presence canteen village", "", ""))
    row = judged(one, [entry(2025, 92.0)])[2025]
    assert (row["value"], row["origin"], row["computed"], row["state"]) == (92, "reported", 85, "met")
    assert (row["source"], row["reported_by"]) == ("年报", "张三")


def test_a_pair_is_met_when_both_are():
    one = indicator("cumulative", [target(2025, 13, second=70)], unit="个", parts=("镇街", "村社"))
    row = judged(one, [entry(2025, 13.0, 60.0)])[2025]
    assert (row["state"], row["gap"], row["gap_second"], row["needed_second"]) == ("short", 0, 10, 10)
    assert row["light"] == "red"
    assert judged(one, [entry(2025, 14.0, 70.0)])[2025]["state"] == "met"


def test_what_a_pair_takes_is_told_where_only_its_second_number_is_short():
    one = indicator("cumulative", [target(2025, 13, second=70)], unit="个", parts=("镇街", "村社"))
    row = judged(one, [entry(2025, 13.0, 60.0)])[2025]
    assert need_in_words(row, "zh") == "需新增 0/10 个"


def test_a_range_of_minutes_is_held_against_its_less_demanding_end():
    one = indicator(better="less", unit="分钟", values=[target(2025, 9, "between", second=12)])
    row = judged(one, [entry(2025, 12.5)])[2025]
    assert (row["state"], row["gap"], row["light"]) == ("short", 0.5, "amber")
    assert judged(one, [entry(2025, 12.0)])[2025]["state"] == "met"


def test_a_target_in_words_is_done_or_not():
    one = indicator("stock", [target(2025, None, text="全覆盖")], unit="万人")
    assert judged(one)[2025]["state"] == "no_number"
    done = judged(one, [entry(2025, None, done=True)])[2025]
    assert (done["state"], done["light"], done["done"]) == ("met", "green", "yes")
    assert judged(one, [entry(2025, None, done=False)])[2025]["light"] == "red"


def test_a_total_is_the_sum_of_the_yearly_entries_and_none_where_one_is_missing():
    flow = indicator("flow", [target(year, 100) for year in (2023, 2024, 2025)], id="d.2", unit="个")
    total_by = indicator("cumulative", [target(2025, 300)], name="累计新增", unit="个", sum_of="d.2")
    entries = [entry(year, 90.0 + year - 2023, id_="d.2") for year in (2023, 2024, 2025)]
    row = judged(total_by, entries, others=(flow,))[2025]
    assert (row["value"], row["origin"], row["needed"], row["needed_of"]) == (273, "summed", 27, "unit")
    partly = judged(total_by, entries[:2], others=(flow,))[2025]
    assert (partly["state"], partly["missing_years"], partly["sum_of_flows"]) == ("no_value", "2025", 181)
    both = judged(total_by, [*entries, entry(2025, 280.0)], others=(flow,))[2025]
    assert (both["value"], both["origin"], both["sum_of_flows"]) == (280, "reported", 273)


def test_a_flow_begins_anew_each_year():
    flow = indicator("flow", [target(2024, 100), target(2025, 100), target(2026, 100)], unit="个")
    rows = judged(flow, [entry(2024, 120.0), entry(2025, 80.0)])
    assert [rows[year]["state"] for year in (2024, 2025, 2026)] == ["met", "short", "no_value"]
    assert rows[2025]["needed"] == 20
    # Eighty of a hundred after nine months: the line asks for 75.
    part = judged(flow, [entry(2025, 80.0)], day=datetime.date(2025, 9, 30))[2025]
    assert (part["line"], part["light"]) == (75, "green")


def test_ten_thousands_are_counted_one_by_one_in_what_it_takes():
    one = indicator("stock", [target(2025, 2.6)], unit="万套")
    row = judged(one, [entry(2025, 2.45)])[2025]
    assert (row["needed"], row["needed_of"]) == (1500, "unit")


def test_less_is_better_for_minutes():
    one = indicator(
        better="less", unit="分钟", values=[target(2025, 9, "<")],
        compute=Compute.parse("minutes ambulance mean urban", "", ""),
    )  # fmt: skip
    row = judged(one)[2025]
    assert (row["value"], row["gap"], row["state"], row["light"]) == (9.5, 0.5, "short", "red")
    assert math.isnan(row["needed"])


def test_a_study_without_targets_has_an_empty_table_of_the_same_kinds():
    one = judged(indicator(values=[target(2025, 90)]))
    full = targets_table(TargetPlan(shipped_targets().of(("zhenhai_2024",))), evidence(), datetime.date(2024, 12, 31))
    assert len(one) == 1
    assert len(full) == 35
    assert dict(no_targets().dtypes) == dict(full.dtypes)


# --- values by hand ----------------------------------------------------------------------------------------------


def filled(tmp_path, *rows, header=("编号", "指标", "年份", "值", "来源", "填报人")):
    path = tmp_path / "填报.csv"
    text = io.StringIO(newline="")
    csv.writer(text).writerows((header, *rows))
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    return path


RUIAN = shipped_targets().of(("ruian_2023",))


def test_values_by_hand_are_read_in_their_indicators_units(tmp_path):
    path = filled(
        tmp_path,
        ("ruian_2023.t32", "", "2025", "13/65", "民政年报", "李四"),
        ("", "基本养老保险参保人数", "2025年", "53.1", "", ""),
        ("", "能级工资集体协商规模以上企业覆盖率", "2024", "52%", "", ""),
        ("", "长期护理保险覆盖人数", "2025", "是", "", ""),
        ("", "居民健康素养水平", "2025", "", "", ""),
    )
    found, ledger, _ = read_reported(path, RUIAN)
    assert [(each.value, each.second, each.done) for each in found] == [
        (13.0, 65.0, None),
        (53.1, None, None),
        (52.0, None, None),
        (None, None, True),
    ]
    assert (found[0].source, found[0].by) == ("民政年报", "李四")
    assert ledger.counts() == {
        "used": 4,
        "fixed": 0,
        "excluded": 1,
    }  # the row not filled in; a header is no row of data


BAD_ENTRIES = {
    "targets.entry_text": ("", "居民健康素养水平", "2025", "较好"),
    "targets.entry_words": ("", "长期护理保险覆盖人数", "2025", "差不多"),
    "targets.entry_unknown_like": ("", "居民健康素养水准", "2025", "40"),
    "targets.entry_unknown": ("", "xyz", "2025", "40"),
    "targets.entry_year": ("", "居民健康素养水平", "去年", "40"),
    "targets.entry_no_target": ("", "居民健康素养水平", "2030", "40"),
    "targets.entry_bound": ("", "居民健康素养水平", "2025", "40以上"),
    "targets.entry_unit": ("", "居民健康素养水平", "2025", "40个"),
    "targets.entry_pair": ("ruian_2023.t32", "", "2025", "13"),
    "targets.entry_no_pair": ("", "居民健康素养水平", "2025", "40/50"),
    "targets.entry_contrary": ("ruian_2023.t32", "居民健康素养水平", "2025", "13/65"),
    "targets.entry_ambiguous": ("", "县域就诊率", "2027", "91"),
}


@pytest.mark.parametrize("key", BAD_ENTRIES)
def test_a_bad_entry_is_told_with_its_row(tmp_path, key):
    with pytest.raises(Circle15Error) as fault:
        read_reported(filled(tmp_path, (*BAD_ENTRIES[key], "", "")), RUIAN)
    assert fault.value.key == key
    assert fault.value.facts["row"] == 2


DOUBTFUL = {
    "targets.entry_fraction": ("0.41", 0.41),
    "targets.entry_above_all": ("410", 410.0),
    "targets.entry_negative": ("-4", -4.0),
}


@pytest.mark.parametrize("key", DOUBTFUL)
def test_a_share_that_is_hardly_meant_is_kept_and_asked_about(tmp_path, key):
    text, value = DOUBTFUL[key]
    (found,), _, (note,) = read_reported(filled(tmp_path, ("", "居民健康素养水平", "2025", text, "", "")), RUIAN)
    assert (found.value, note.key, note.at.row) == (value, key, 2)


def test_heads_where_ten_thousands_are_asked_for_are_asked_about(tmp_path):
    (found,), _, (note,) = read_reported(
        filled(tmp_path, ("", "基本养老保险参保人数", "2025", "531000", "", "")), RUIAN
    )
    assert (found.value, note.key, note.facts["unit"]) == (531000, "targets.entry_far_beyond", "万人")


def test_a_percentage_typed_in_excel_and_every_sheet_of_a_form_count(tmp_path):
    path = tmp_path / "填报.xlsx"
    with xlsxwriter.Workbook(path) as book:
        percent = book.add_format({"num_format": "0.0%"})
        for name, indicator_name, value in (
            ("卫健", "居民健康素养水平", 0.41),
            ("教育", "高等教育毛入学率", 0.765),
        ):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["指标", "年份", "值"])
            page.write_row(1, 0, [indicator_name, 2025])
            page.write_number(1, 2, value, percent)
    found, ledger, notes = read_reported(path, RUIAN)
    assert [(each.value, each.text) for each in found] == [(41, "41%"), (76.5, "76.5%")]
    assert (ledger.counts()["used"], notes) == (2, ())


def test_all_bad_entries_are_told_at_once_and_a_second_one_of_a_year_too(tmp_path):
    good = ("", "居民健康素养水平", "2025", "40", "", "")
    with pytest.raises(Faults) as fault:
        read_reported(filled(tmp_path, good, good, ("", "xyz", "2025", "1", "", "")), RUIAN)
    assert [each.key for each in fault.value.faults] == ["targets.entry_twice", "targets.entry_unknown"]


def test_a_form_without_its_columns_says_which(tmp_path):
    with pytest.raises(Circle15Error) as fault:
        read_reported(filled(tmp_path, header=("指标", "数据")), RUIAN)
    assert (fault.value.key, fault.value.facts["columns"]) == ("targets.no_column", "年份、值")
