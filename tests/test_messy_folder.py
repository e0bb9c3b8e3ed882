"""From the folder that the bureaus mailed to the first map, as a planner goes: init, answer, check, mend, run."""

import re
import shutil

import pandas as pd
import pytest
from mailed_folders import CLOSED, DATUMS, PLACE, PLANNED, mailed_folder

from circle15.pipeline.reading.study_inputs import read_inputs
from circle15.pipeline.run import run_study
from circle15.workspace.make import Wanted, make_workspace

LEFT_OUT = {(service, name) for listed in (CLOSED, PLANNED) for service, names in listed.items() for name in names}
# Their list is a web page that calls itself a workbook, so there is none until it is saved anew.
UNREAD = "day_care"


@pytest.fixture(scope="module")
def story(county_files, tmp_path_factory):
    base = tmp_path_factory.mktemp("mailed")
    folder = mailed_folder(base / "mailed", shutil.copytree(county_files, base / "clean"))
    made = make_workspace(Wanted(PLACE, base / "workspace", "2026", source=folder))
    return base, made


@pytest.fixture(scope="module")
def answered(story):
    """What the planner writes: the datum of every list, and the official list that completes a code."""
    study = story[1].study
    text = re.sub(r'(\nfile = .*\n)datum = ""', _datum, study.read_text(encoding="utf-8"))
    listed = '\n[[official_units]]\nfile = "统计局/各乡镇人口.xlsx"\nlevel = "town"\n'
    study.write_text(text + listed + "\n[uncertainty]\ndraws = 0\n", encoding="utf-8")  # nobody looks at them here
    return study


def _datum(match):
    datum = next((datum for word, datum in DATUMS.items() if word in match[1]), "gcj02")
    return f'{match[1]}datum = "{datum}"'


@pytest.fixture(scope="module")
def finished(answered):
    return run_study(answered)


@pytest.fixture(scope="module")
def clean(county_home):
    return read_inputs(county_home / "data" / "raw" / "shili" / "study.toml", lambda *_: None)


def test_each_question_stands_in_the_study_and_on_the_console(story):
    made = story[1]
    text = made.study.read_text(encoding="utf-8")
    asked = set(re.findall(r"请回答：“([^”]*)”的坐标", text))
    assert asked == {
        *("自规局 底图/路网修补.xlsx", "民政局/助联体.csv", "民政局/文化空间.csv"),
        *("卫健局/卫生院.xlsx", "教育局/初中.xlsx", "教育局/小学.csv"),
    }
    assert all(f"“{file}”" in made.questions[0].sentence() for file in asked)
    assert 'file = "民政局/老年食堂.xlsx"\ndatum = "gcj02"' in text  # 高德坐标, say the headers above


def test_what_is_not_used_is_told_with_the_reason(story):
    told = {sentence.partition("：")[0]: sentence for sentence in story[1].account if "没有采用" in sentence}
    assert set(told) == {
        *("“关于报送资料的通知.docx”", "“现场照片.jpg”", "“民政局/居家养老.xls”", "“卫健局/托育机构2025年.xls”"),
    }
    assert "另存为" in told["“民政局/居家养老.xls”"]
    assert "2026年" in told["“卫健局/托育机构2025年.xls”"]


def test_the_verdict_and_what_it_rests_on(finished):
    quality = finished.checked.quality
    assert quality.verdict == "remarks"
    files = {(account.file, account.kind): account for account in quality.files}
    assert all(account.used + account.fixed + account.excluded == account.rows_in for account in quality.files)
    assert files["民政局/老年食堂.xlsx", "canteen"].excluded >= len(CLOSED["canteen"])
    official = files["统计局/各乡镇人口.xlsx", "official_units"]
    assert (official.used + official.fixed, official.excluded) == (12, 3)
    told = {(finding.key, finding.at.row) for finding in quality.findings if finding.at}
    assert ("official.code_added", 12) in told


def test_facilities_are_those_of_the_clean_lists_but_for_the_closed_and_planned(clean, finished):
    expected = _sites(clean.facilities.facilities)
    assert set(expected.index) >= LEFT_OUT
    expected = expected.drop(index=sorted(LEFT_OUT))
    expected = expected[expected.index.get_level_values("service") != UNREAD]
    pd.testing.assert_series_equal(_sites(finished.results.facilities), expected)


def test_people_are_those_of_the_clean_table_though_it_counts_in_ten_thousands(clean, finished):
    cells = clean.population.cells
    expected = clean.population.persons["all"].groupby(cells["town_code"].to_numpy()).sum()
    found = finished.results.cells.groupby("town_code")["persons_all"].sum()
    assert found.to_dict() == pytest.approx(expected.to_dict(), rel=1e-6)


def test_the_outputs_lie_where_the_planner_is_told(finished):
    assert (finished.maps / "index.html").stat().st_size > 100_000
    assert (finished.tables / "tables.xlsx").is_file()


def _sites(frame):
    """Capacity by service and name, in their order."""
    return frame.set_index(["service", "name"])["capacity"].sort_index()
