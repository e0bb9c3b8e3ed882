"""What a siting writes: the figures of a run under its scenario, to the last bit; sheets, layers and page."""

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from made_sitings import CRS, X, Y, made_siting
from small_study import write_small_study

from circle15.catalogue.loader import load_catalogue
from circle15.cli.main import main
from circle15.errors import DataError
from circle15.inputs.scenario.read import read_scenario
from circle15.model.scenario import ClosedSite, Scenario
from circle15.pipeline.folders import output_folders, study_path
from circle15.pipeline.reading.checking import check_study
from circle15.pipeline.scenarios.assessed import assessed_only
from circle15.pipeline.scenarios.inputs import with_scenario
from circle15.pipeline.search.kept import KeptArrays
from circle15.pipeline.siting import writing as siting_writing
from circle15.pipeline.siting.asked import Asked
from circle15.pipeline.siting.plan_scenario import planned_scenario
from circle15.pipeline.siting.record import siting_record
from circle15.pipeline.siting.sited_study import site_checked
from circle15.pipeline.siting.writing import write_siting
from circle15.publish.siting.layers import write_siting_layers
from circle15.publish.siting.page import siting_html
from circle15.publish.siting.sheets import siting_sheets, write_siting_workbook
from circle15.publish.siting.telling import siting_told
from circle15.results.siting import load_sitings, save_siting, whose_siting

HOSTILE = ("<script>alert(1)</script>", "=HYPERLINK(1)", "{{ 7 * 7 }}", "${x}", "http://a.b", '"\\', "</title>")
ASKED = Asked("clinic", 2, every_m=100, curve=True, trade_off=True)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("work") / "data" / "raw" / "xiao")


@pytest.fixture(scope="module")
def checked(study):
    return check_study(study)


@pytest.fixture(scope="module")
def sited(checked):
    return site_checked(checked, ASKED)


@pytest.fixture(scope="module")
def record(sited, study):
    return siting_record(sited, ASKED, study.parent, "两处")


def test_a_plan_that_needs_no_new_site_is_a_scenario_that_opens_none(sited):
    nothing = replace(sited, plan=replace(sited.plan, new=()))
    assert planned_scenario(nothing, "无", "zh").scenario.opened == ()


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def zones():
    """A county of two towns in metres."""
    boxes = [shapely.box(X - 1000, Y - 1000, X + 3000, Y + 1000)]
    boxes += [shapely.box(X - 1000, Y - 1000, X + 1000, Y + 1000), shapely.box(X + 1000, Y - 1000, X + 3000, Y + 1000)]
    frame = {"level": ["county", "town", "town"], "code": ["c", "t1", "t2"], "name": ["示例县", "东镇", "西镇"]}
    return gpd.GeoDataFrame({**frame, "parent_code": ["", "c", "c"]}, geometry=boxes, crs=CRS)


def existing():
    points = [shapely.Point(X, Y + 200), shapely.Point(X + 200, Y)]
    return gpd.GeoDataFrame({"facility_id": ["甲园", "旧园"], "name": ["甲园", "旧园"]}, geometry=points, crs=CRS)


def test_before_and_after_are_those_of_the_scenario(sited, record, study, monkeypatch):
    linked, trimmed = [], []
    monkeypatch.setattr(siting_writing, "refresh_page", linked.append)
    monkeypatch.setattr(KeptArrays, "trim", lambda kept: trimmed.append(kept.folder))
    written = write_siting(sited, ASKED, study, "两处", "zh")
    assert linked == [output_folders(study_path(study))[0]]
    assert trimmed == [sited.inputs.kept.folder]
    scenario = read_scenario(written.scenario)
    assert scenario == record.scenario
    after = assessed_only(with_scenario(sited.inputs, scenario, "scenario.toml", study.parent))
    before = assessed_only(sited.inputs)
    for when, run in (("before", before), ("after", after)):
        own = run.coverage[run.coverage["service"] == "clinic"].drop_duplicates(["level", "code"])
        units = own.merge(record.units, on=["level", "code"], validate="one_to_one")
        np.testing.assert_array_equal(units["covered_people"], units[f"reached_{when}"])
        index = run.index.merge(record.units, on=["level", "code"], validate="one_to_one", suffixes=("", "_told"))
        for score in ("access", "balanced_access", "balance", "overall"):
            np.testing.assert_array_equal(index[score], index[f"{score}_{when}"])
    # The plan counts people along pairs, the run along cells: equal but for the order of sums.
    assert record.reached_after == pytest.approx(sited.plan.reached, rel=1e-12)
    assert record.reachable == pytest.approx(sited.plan.reachable, rel=1e-12)


def test_who_gains_adds_up(record):
    gained = record.reached_after - record.reached_before
    assert record.reached["persons"].sum() == pytest.approx(gained)
    for kind in ("class", "before"):
        own = record.groups[record.groups["kind"] == kind]
        assert own["gained"].sum() == pytest.approx(gained)
        assert own["persons"].sum() == pytest.approx(record.persons)
    everyone = record.groups[(record.groups["kind"] == "group") & (record.groups["id"] == "all")]
    assert everyone["gained"].item() == pytest.approx(gained)
    of_sites = record.gained[record.gained["group"] == "all"].groupby("candidate")["persons"].sum()
    sites = record.sites.set_index("candidate")["persons_new"]
    pd.testing.assert_series_equal(of_sites, sites[sites > 0].sort_index(), check_names=False, check_dtype=False)


def test_curve_and_trade_off_count_the_index_beyond_the_limit(record):
    assert list(record.curve["new_sites"]) == [0, 1, 2]
    assert (record.curve["index"] > record.curve["people"]).any()
    assert record.trade_off["people"].iloc[0] >= record.trade_off["people"].iloc[-1]


def test_the_unreachable_are_named_with_their_reason(sited, study):
    """All candidates and the only clinic lie in one corner: who lives beyond it is named."""
    problem, rows = sited.plan.problem, sited.inputs.facilities.facilities
    clinics = rows.loc[rows["service"] == "clinic", "facility_id"].tolist()
    corner = problem.candidates[["x_m", "y_m"]].min()
    moved = problem.candidates.assign(x_m=corner["x_m"], y_m=corner["y_m"])
    closed = tuple(ClosedSite("clinic", facility=id_) for id_ in clinics[1:])
    inputs = with_scenario(sited.inputs, Scenario("一所", closed=closed), "a.toml", study.parent)
    plan = replace(sited.plan, problem=replace(problem, candidates=moved))
    found = siting_record(replace(sited, plan=plan, inputs=inputs), ASKED, study.parent, "一处")
    beyond = found.unreachable
    assert set(beyond["reason"]) == {"too_far"}
    assert (beyond["nearest_m"] > problem.cells["limit_m"].loc[beyond["cell_id"]].to_numpy()).all()
    assert found.unreachable_units["persons"].sum() == pytest.approx(beyond["persons"].sum())
    assert found.reachable == pytest.approx(found.persons - beyond["persons"].sum())


def test_the_command_writes_and_tells_where(study, capsys):
    lang = "en"
    arguments = ["--lang", lang, "site", str(study), "--service", "clinic", "--sites", "1", "--every", "100"]
    assert main([*arguments, "--name", f"一处<{lang}>"]) == 0
    told = capsys.readouterr().out
    assert "scenario.toml" in told
    found = {record.name: record for record in load_sitings(study.parents[3], "xiao", "2026")}
    assert found[f"一处<{lang}>"].sites["persons_new"].gt(0).all()


def test_closing_sites_and_no_sites_at_all_are_written(study, checked):
    moved = Asked("clinic", 0, every_m=100, settings={"move": 2})
    found = write_siting(site_checked(checked, moved), moved, study, "换址", "zh").record
    assert set(found.sites["change"]) == {"open", "close"}
    assert len(found.scenario.closed) == (found.sites["change"] == "close").sum()
    assert found.runner_ups[["lon", "lat"]].notna().all(axis=None)
    none = Asked("clinic", 0, every_m=100)
    found = write_siting(site_checked(checked, none), none, study, " ", "en").record
    assert (len(found.sites), found.reached_after) == (0, found.reached_before)


def test_a_siting_is_not_written_over_one_whose_name_differs_in_capitals(sited, study, tmp_path, monkeypatch):
    save_siting(made_siting("Plan A"), tmp_path)
    assert (whose_siting(tmp_path), whose_siting(tmp_path / "none")) == ("Plan A", None)
    monkeypatch.setattr(siting_writing, "whose_siting", lambda _: "Plan A")
    with pytest.raises(DataError, match="只差大小写"):
        write_siting(sited, ASKED, study, "plan a", "zh")


def test_whom_only_a_forbidden_candidate_reaches_nobody_can_reach(sited, study):
    barred = sited.plan.problem.candidates.assign(forbidden=sited.plan.problem.candidates["kind"] == "new")
    plan = replace(sited.plan, problem=replace(sited.plan.problem, candidates=barred), new=())
    found = siting_record(replace(sited, plan=plan, curve=None), ASKED, study.parent, "无")
    assert found.reachable == pytest.approx(found.reached_before)
    assert found.unreachable["persons"].sum() == pytest.approx(found.persons - found.reached_before)


def test_several_services_in_one_building_are_each_told(study, checked, catalogue):
    asked = Asked("clinic", 2, also=("canteen",), every_m=100, curve=True)
    sited = site_checked(checked, asked)
    found = write_siting(sited, asked, study, "融合", "zh").record
    everyone = sited.plan.problem.cells["persons"].sum()
    assert found.curve["coverage"].to_numpy() == pytest.approx(found.curve["people"].to_numpy() / everyone)
    assert found.curve["coverage"].max() <= 1
    (told,) = [line for line in siting_told(found, catalogue, "zh") if line.startswith("同址的老年食堂")]
    after = assessed_only(with_scenario(sited.inputs, found.scenario, "a.toml", study.parent)).coverage
    own = after[(after["service"] == "canteen") & (after["level"] == "county")]
    assert f"→ {own['covered_people'].iloc[0]:,.0f} 人" in told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_hold_for_every_record(catalogue, lang):
    nothing = made_siting().sites.iloc[:0]
    records = [
        made_siting(),
        made_siting(proven=True, objective="index", knee=None),
        made_siting(sites=nothing, reached_after=500.0),
        made_siting(objective="longest", before=float("inf"), value=1250.0),
        made_siting(persons=0.0, reached_before=0.0, reached_after=0.0, value=float("inf")),
        made_siting(reached_after=400.0),
        made_siting(unreachable_units=made_siting().unreachable_units.iloc[:0]),
        made_siting(trade_off=made_siting().trade_off.iloc[:0], curve=made_siting().curve.iloc[:0]),
    ]
    for record in records:
        for line in siting_told(record, catalogue, lang):
            assert line
            assert not re.search(r"\{|nan|inf\b", line)


def test_what_does_not_change_is_told_so(catalogue):
    nothing = made_siting().sites.iloc[:0]

    def first(**more):
        return siting_told(made_siting(**more), catalogue, "zh")[0]

    assert "新增 2 处、关闭 1 处后，标准内可达的全体居民仍为 500 人" in first(reached_after=500.4)
    assert "维持现状" in first(sites=nothing, sites_asked=0, reached_after=500.0)
    assert "没有值得新增" in first(sites=nothing, reached_after=500.0)
    assert "按方案调整现有设施后" in first(sites=made_siting().sites.iloc[2:], reached_after=400.0)


def test_numbers_in_sentences_are_those_of_the_record(catalogue):
    told = " ".join(siting_told(made_siting(), catalogue, "zh"))
    for number in ("500 人增到 900 人", "+400", "50.0% → 90.0%", "1.10%", "50.00 → 70.00", "第 1 处", "62%", "40%"):
        assert number in told
    assert "附近没有道路 20 人" in told
    assert "少 10 人" in told


@pytest.mark.parametrize(("name", "lang"), [(name, "zh" if at % 2 else "en") for at, name in enumerate(HOSTILE)])
def test_names_are_shown_as_typed(catalogue, tmp_path, name, lang):
    record = made_siting(name, site_names=(name, "北街"))
    page = siting_html(record, zones(), existing(), catalogue, lang)
    assert "<script>alert" not in page
    assert page.count("</title>") == 1
    assert "http://a.b" not in re.sub(r"<(script|style)[^>]*>.*?</\1>|<title>.*?</title>", "", page, flags=re.DOTALL)
    write_siting_workbook(record, catalogue, tmp_path / "a.xlsx", lang)
    cells = [cell for sheet in openpyxl.load_workbook(tmp_path / "a.xlsx") for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == name for cell in cells)
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)


def test_layers_carry_everything(catalogue, tmp_path):
    paths = [tmp_path / "a.gpkg", tmp_path / "b.gpkg"]
    for path in paths:
        write_siting_layers(made_siting(), zones(), catalogue, path, "zh")
    pages = {siting_html(made_siting(), zones(), existing(), catalogue, "zh") for _ in paths}
    assert len(pages) == 1
    assert paths[0].read_bytes() == paths[1].read_bytes()
    layers = {name for name, _ in pyogrio.list_layers(paths[0])}
    assert {"sites", "reached", "unreachable", "units", "gained", "curve", "notes"} <= layers


def test_the_sheet_of_the_curve_has_its_chart(catalogue, tmp_path):
    write_siting_workbook(made_siting(), catalogue, tmp_path / "a.xlsx", "zh")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert len(book["处数与效果"]._charts) == 1
    assert [sheet.title for sheet in siting_sheets(made_siting(), catalogue, "zh")] == book.sheetnames
