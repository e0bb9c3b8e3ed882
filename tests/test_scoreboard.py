"""The scoreboard and the brief: one aggregation, and sentences that are right for nought, one, the same and nothing."""

import shutil
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from issue_towns import CANTEEN, CLINIC, hamlet, keep_run, run_of_town

from circle15.assess.issues.registry import Registry
from circle15.assess.scoreboard import (
    ALL,
    COMPARED,
    SCOREBOARD_TYPES,
    SUMS,
    compared,
    no_scoreboard,
    squares,
    with_issues,
)
from circle15.catalogue.loader import load_catalogue
from circle15.model.period import in_order, last_of_kind, span_of
from circle15.pipeline.issues.squares import load_scoreboard, with_squares
from circle15.pipeline.issues.updating import listing_of, update_issues
from circle15.pipeline.years.causes import causes_of
from circle15.publish.brief import _short, _step, brief_of
from circle15.publish.brief_page import brief_html, brief_text
from circle15.publish.issue_layers import issue_shapes
from circle15.publish.issue_rows import as_of
from circle15.publish.scoreboard import scoreboard_sheets

CORE = hamlet(8, 3, 100, 4)
WEST, EAST = hamlet(1, 0, 40), hamlet(15, 5, 50)
PEOPLE = CORE | WEST | EAST
CENTRE, WEST_SITE = ("clinic", "k1", "中心站", 9, 3, None), ("clinic", "k2", "<b>西站</b>", 2, 0, None)
FOOD = ("canteen", "c1", "食堂", 15, 5, None)
BOTH = (CLINIC, CANTEEN)


def run(period, *sites, people=PEOPLE):
    return run_of_town(period, people, [*sites], services=BOTH)


@pytest.fixture(scope="module")
def runs():
    return {
        "2025": run("2025", CENTRE, FOOD),
        "2026": run("2026", CENTRE, FOOD, WEST_SITE),
        "2026Q3": run("2026Q3", CENTRE, FOOD),
    }


@pytest.fixture(scope="module")
def home(runs, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    for each in runs.values():
        keep_run(each, home)
    return home


@pytest.fixture(scope="module")
def updated(home):
    return update_issues(home, None, None, "zh")


def square(board, period, code="339901", domain=ALL, department=ALL):
    rows = board[
        (board["period"] == period) & (board["code"] == code) & (board["domain"] == domain)
        & (board["department"] == department)
    ]  # fmt: skip
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_square_of_all_is_the_index_itself(updated, runs):
    for period, results in runs.items():
        for unit in results.index.itertuples():
            own = square(updated.board, period, unit.code)
            for name in ("access", "balanced_access", "balance"):
                assert own[name] == pytest.approx(getattr(unit, name), abs=1e-12, nan_ok=True)
            assert own["residents"] == unit.people


def test_a_domain_or_department_is_its_slice(updated, runs):
    slices = runs["2026"].index_slices
    for row in slices[slices["slice"].isin(["domain", "department"]) & (slices["level"] != "class")].itertuples():
        own = square(updated.board, "2026", row.code, **{row.slice: row.slice_id})
        for name in ("access", "balanced_access", "weight"):
            assert own[name] == pytest.approx(getattr(row, name), abs=1e-12)


def test_people_add_up_over_domains_departments_and_units(updated):
    board = updated.board[updated.board["period"] == "2026"]
    for name in (*SUMS, "issues_open", "issues_closed"):
        for code in ("339901", "339901001"):
            whole = square(board, "2026", code)[name]
            own = board[board["code"] == code]
            assert own.loc[(own["domain"] != ALL) & (own["department"] == ALL), name].sum() == whole
            assert own.loc[(own["domain"] == ALL) & (own["department"] != ALL), name].sum() == whole
            assert own.loc[(own["domain"] != ALL) & (own["department"] != ALL), name].sum() == whole
        towns = board[(board["level"] == "town") & (board["domain"] == ALL) & (board["department"] == ALL)]
        assert towns[name].sum() == square(board, "2026")[name]


def test_figures_by_hand(updated):
    # 670 residents, 335 of them of 60 and over. Clinics in 2026: all but the 150 of the east are covered.
    clinic = square(updated.board, "2026", domain="health")
    assert clinic[["people", "covered_people", "uncovered_people"]].tolist() == [670.0, 520.0, 150.0]
    # The canteen reaches 75 of the east, and of the core the cell at 11, 3 (600 m) not.
    canteen = square(updated.board, "2026", domain="elder_care")
    assert canteen[["people", "covered_people"]].tolist() == [335.0, 75.0]
    both = square(updated.board, "2026")
    assert (both["people"], both["coverage"]) == (1005.0, 595.0 / 1005.0)
    assert clinic[["issues_open", "issues_new", "issues_closed"]].tolist() == [1, 0, 1]


def test_each_period_is_held_against_the_last_of_its_kind(updated):
    against = compared(updated.board)
    assert square(against, "2026")["before"] == "2025"
    assert square(against, "2026Q3")["before"] == ""
    change = square(against, "2026", domain="health")
    assert (change["uncovered_people_change"], change["issues_open_change"]) == (-120.0, -1)
    assert all(np.isnan(square(against, "2026Q3")[f"{name}_change"]) for name in COMPARED)


def test_a_run_again_replaces_its_squares(updated, runs):
    again = with_squares(updated.board, runs["2025"])
    assert len(again) == len(updated.board)
    assert list(dict.fromkeys(again["period"])) == ["2025", "2026Q3", "2026"]


def test_tiers_stand_where_they_are_known(runs):
    tiers = pd.DataFrame({"level": ["town"], "code": ["339901001"], "tier": [2.0]})
    board = with_squares(no_scoreboard(), replace(runs["2025"], uncertainty=tiers))
    known = board[board["tier"].notna()]
    assert known[["code", "domain", "department", "tier"]].to_numpy().tolist() == [["339901001", "", "", 2.0]]


def test_weights_from_comparisons_are_those_of_the_index(runs):
    study = runs["2025"].study
    compared_in_twos = study.index.model_copy(update={"comparisons": {"clinic": {"canteen": 3.0}}})
    own = replace(runs["2025"], study=study.model_copy(update={"index": compared_in_twos}))
    board = with_squares(no_scoreboard(), own)
    assert square(board, "2025", domain="health")["weight"] == pytest.approx(0.75)


def test_issues_count_in_their_own_units_where_levels_share_codes():
    units = [("county", "1", ""), ("town", "1", "1"), ("town", "2", "1"), ("village", "1", "1"), ("village", "2", "1")]
    zones = pd.DataFrame(units, columns=["level", "code", "parent_code"])
    keys = {"period": "2026", "period_kind": "year", "name": "", "domain": ALL, "department": ALL}
    board = zones.assign(**keys).reindex(columns=list(SCOREBOARD_TYPES)).fillna(0).astype(SCOREBOARD_TYPES)
    seen = {"id": ["TS-2-001"], "period": "2026", "service": "clinic", "town_code": "2", "village_code": ""}
    state = {"id": ["TS-2-001"], "period": "2026", "last_seen": "2026", "state": "new", "is_open": True}
    found = with_issues(
        board, Registry(sightings=pd.DataFrame(seen)), pd.DataFrame(state), load_catalogue().services, zones
    )
    assert found["issues_open"].tolist() == [1, 0, 1, 0, 0]


TARGETS = (
    # domain, department in the text, how it is computed, state, year, role
    ("health", "市卫生健康局", "", "met", 2026, "target"),
    ("health", "", "coverage clinic", "short", 2026, "target"),
    ("elder_care", "区民政局、区住建局", "", "no_value", 2026, "target"),
    ("housing", "市建设局", "", "met", 2026, "target"),
    ("", "", "", "no_number", 2026, "target"),
    ("health", "市卫生健康局", "", "met", 2027, "target"),
    ("health", "市卫生健康局", "", "baseline", 2026, "baseline"),
)


def test_targets_of_the_year_are_counted_where_they_belong(runs):
    columns = ["domain", "department", "compute", "state", "year", "role"]
    targets = pd.DataFrame(TARGETS, columns=columns).assign(better="more")
    with_them = replace(runs["2026"], targets=targets)
    board = with_squares(no_scoreboard(), with_them)

    def counted(**square_):
        own = square(board, "2026", **square_)
        return [own[name] for name in ("targets_met", "targets_short", "targets_unjudged")]

    assert counted() == [2, 1, 2]
    assert counted(domain="health") == counted(department="health") == [1, 1, 0]
    assert counted(department="civil") == counted(domain="elder_care", department="civil") == [0, 0, 1]
    # They are set for the whole area alone.
    assert board.loc[board["code"] != "339901", "targets_met"].isna().all()
    titles = [sheet.columns for sheet in scoreboard_sheets(compared(board), with_them, "zh")]
    assert ["目标达标" in [column.header for column in columns] for columns in titles[:4]] == [True, True, True, False]


def test_a_scoreboard_without_counts_of_targets_is_read(tmp_path, updated):
    names = ["targets_met", "targets_short", "targets_unjudged"]
    updated.board.drop(columns=names).to_parquet(tmp_path / "scoreboard.parquet")
    assert load_scoreboard(tmp_path / "scoreboard.parquet")[names].isna().all(axis=None)


def test_squares_of_no_service_are_left_out(runs):
    services = list(runs["2025"].catalogue.services.values())
    assert ("health", "civil") not in {(domain, department) for domain, department, _ in squares(services)}


def test_the_workbook_has_a_sheet_per_cut_and_the_parquet_all_periods(home, updated):
    folder = home / "data" / "processed" / "gezi" / "issues"
    book = openpyxl.load_workbook(folder / "2026" / "晾晒表.xlsx")
    assert book.sheetnames == [
        "分领域", "分单位", "领域与单位", "分乡镇", "乡镇分领域", "乡镇分单位", "分层级", "指标说明",
    ]  # fmt: skip
    assert book["分领域"]["A1"].value.startswith("与上一个同类时期 2025 比较")
    pd.testing.assert_frame_equal(
        pd.read_parquet(folder / "scoreboard.parquet").astype(updated.board.dtypes), updated.board
    )


def test_a_scoreboard_that_is_gone_is_made_again_from_the_runs(runs, tmp_path):
    keep_run(runs["2025"], tmp_path)
    keep_run(runs["2026"], tmp_path)
    update_issues(tmp_path, None, None, "zh")
    path = tmp_path / "data" / "processed" / "gezi" / "issues" / "scoreboard.parquet"
    before = path.read_bytes()
    path.unlink()
    update_issues(tmp_path, None, None, "zh")
    assert path.read_bytes() == before
    for period in ("2025", "2026"):
        shutil.rmtree(path.parents[1] / period)
    path.unlink()
    keep_run(runs["2026Q3"], tmp_path)
    update_issues(tmp_path, None, "2026Q3", "zh")
    assert set(pd.read_parquet(path)["period"]) == {"2026Q3"}


# --- Periods ---


def test_years_quarters_and_months_have_one_order():
    assert in_order(["2026", "2025Q4", "2025", "2026-01", "2025-12"]) == [
        "2025-12",
        "2025Q4",
        "2025",
        "2026-01",
        "2026",
    ]
    assert last_of_kind("2026-03", ["2026-02", "2025-03", "2026Q1"]) == "2026-02"
    assert span_of("2024-02").last.isoformat() == "2024-02-29"


# --- The list as it was ---


def test_issues_as_of_a_period_lie_where_they_were_seen_then(updated):
    listing = listing_of(updated)
    footprints = listing.registry.footprints
    later = footprints.assign(x=footprints["x"] + 5000.0 * (footprints["period"] > "2025"))
    moved = replace(listing, registry=replace(listing.registry, footprints=later))
    assert issue_shapes(as_of(moved, "2025")) == issue_shapes(as_of(listing, "2025")) != {}
    assert issue_shapes(moved) != issue_shapes(listing)


# --- The brief ---


def brief(updated, period, lang="zh"):
    listing = as_of(listing_of(updated), period)
    return brief_of(listing, compared(updated.board), period, lang)


def test_the_first_year_has_nothing_to_compare_with(updated):
    # Clinics lack in the west and the east; canteens in the west and in the core, which the border of the towns cuts.
    told = brief_text(brief(updated, "2025"), "zh")
    assert "没有此前的同类时期可比" in told
    assert "## 变动" not in told
    assert "未销号 5 项，其中本期新增 5 项、反复 0 项；本期销号 0 项。" in told
    assert "到 2026-12-31 前将到期 5 项：民政 3 项，卫健 2 项" in told


def test_the_second_year_says_what_moved_why_and_what_is_due(updated):
    told = brief_text(brief(updated, "2026"), "zh")
    assert "未覆盖 410 人次，比 2025 减少 120 人次。" in told
    assert "上升的乡镇（街道）1 个：西镇" in told
    assert "新增 1 处" in told
    assert "销号 WZ-339901001-001" in told
    assert "已到期而未销号 4 项" in told


def test_names_are_text_in_both_pages(updated):
    page = brief_html(brief(updated, "2026"), "zh")
    assert "<b>西站" not in page
    assert "&lt;b&gt;西站" in page
    assert "\\<b\\>西站" in brief_text(brief(updated, "2026"), "zh")
    assert "<script" not in page


@pytest.mark.parametrize("period", ["2025", "2026", "2026Q3"])
def test_the_brief_in_english_has_as_many_lines(updated, period):
    zh, en = brief(updated, period), brief(updated, period, "en")
    assert [len(lines) for _, lines in zh.sections] == [len(lines) for _, lines in en.sections]
    assert not any("nan" in line for each in (zh, en) for _, lines in each.sections for line in lines)


@pytest.mark.parametrize(
    ("change", "before", "told"),
    [
        (1.24, "2025", "，比 2025 上升 1.2 分。"),
        (-1.26, "2025", "，比 2025 下降 1.3 分。"),
        (0.04, "2025", "，与 2025 持平。"),
        (-0.0, "2025", "，与 2025 持平。"),
        (np.nan, "2025", "；与 2025 无法比较（有一期无数据）。"),
        (1.0, "", "；没有此前的同类时期可比。"),
    ],
    ids=["up", "down", "hardly", "nought", "missing", "first"],
)
def test_a_step_is_told_as_it_is(change, before, told):
    assert _step(change, before, 0.05, "points", "zh") == told


def test_a_long_sentence_is_cut_within_three_lines():
    assert _short("人" * 150) == "人" * 150
    assert _short("人" * 151) == "人" * 149 + "…"
    assert _short("a" * 300) == "a" * 300
    assert len(_short("a" * 400)) == 299


def test_a_place_without_issues_says_so(tmp_path):
    served = run_of_town("2025", CORE, [CENTRE])
    keep_run(served, tmp_path)
    updated = update_issues(tmp_path, None, None, "zh")
    assert len(updated.states) == 0
    told = brief_text(brief(updated, "2025"), "zh")
    assert "没有发现问题。" in told
    assert "到 2026-12-31 前没有到期的问题。" in told


def test_nothing_has_moved_where_nothing_changed(tmp_path):
    for period in ("2025", "2026"):
        keep_run(run_of_town(period, PEOPLE, [CENTRE]), tmp_path)
    told = brief_text(brief(update_issues(tmp_path, None, None, "zh"), "2026"), "zh")
    assert "各乡镇（街道）、各领域的指数都没有变动。" in told
    assert "没有增减、迁址和容量变动" in told
    assert "与 2025 持平" in told


# --- What the change is due to ---


def written_comparison(folder, board, off=0.0):
    """What ``circle15 compare`` leaves of two years whose figures are those of the scoreboard, but for ``off``."""
    whole = board[(board["domain"] == ALL) & (board["department"] == ALL)]
    key = ["level", "code", "name"]
    both = whole[whole["period"] == "2025"].merge(whole[whole["period"] == "2026"], on=key, suffixes=("_old", "_new"))
    frames = []
    for measure in ("balanced_access", "overall"):
        ends = {end: both[f"{measure}_{end}"] for end in ("old", "new")}
        change = ends["new"] - ends["old"]
        parts = {"facilities": change - 0.001, "network": 0.001, "population": 0.0}
        told = both[key].assign(service="all_services", measure=measure, **ends, change=change, **parts)
        unmoved = dict.fromkeys(("capacity", "definitions", "undivided"), 0.0)
        frames.append(told.assign(**unmoved, published_old=ends["old"], published_new=ends["new"] + off))
    folder.mkdir(parents=True)
    pd.concat(frames).to_parquet(folder / "split.parquet")
    site = {"service": "clinic", "change": "opened", "old_id": "", "new_id": "k2", "site": "西站"}
    both[key].assign(**site, balanced_access=0.0123).to_parquet(folder / "sites.parquet")


def test_the_brief_tells_the_parts_of_a_change_that_was_compared(updated, tmp_path):
    board = compared(updated.board)
    written_comparison(tmp_path / "compare" / "2025_2026", board)
    causes = causes_of(tmp_path, board, "2026")
    change = square(board, "2026")["balanced_access_change"] * 100
    for lang, parts in (("zh", f"设施 {change - 0.1:+.2f}，路网 +0.10。"), ("en", f"{change - 0.1:+.2f}, ")):
        told = brief_text(brief_of(as_of(listing_of(updated), "2026"), board, "2026", lang, causes), lang)
        assert parts in told
        assert "+1.23" in told
    assert causes_of(tmp_path, board, "2025") is None


def test_a_comparison_of_runs_that_are_no_more_is_not_told(updated, tmp_path):
    board = compared(updated.board)
    assert causes_of(tmp_path, board, "2026") is None
    written_comparison(tmp_path / "compare" / "2025_2026", board, off=1e-6)
    assert causes_of(tmp_path, board, "2026") is None
