"""Planned projects of a list as scenarios: by year, each row told that has no place, and a run of one of them."""

import openpyxl
import pandas as pd
import pytest
from small_study import write_small_study

from circle15.cli.main import main
from circle15.errors import Circle15Error
from circle15.inputs.scenario.read import read_scenario
from circle15.pipeline.progress import untold
from circle15.pipeline.reading.study_inputs import read_inputs
from circle15.pipeline.scenarios.inputs import with_scenario
from circle15.pipeline.scenarios.planned import scenarios_from_list

HEADERS = ["项目名称", "服务", "经度", "纬度", "托位数", "计划建成时间"]
ROWS = [
    ["九龙康养中心", "老年食堂", 120.503, 30.004, "", "2027年底"],
    ["东区托育中心", "childcare", 120.507, 30.006, "60个", "2028.6"],
    ["=新城诊所", "clinic", 120.505, 30.002, "", ""],
    ["待定项目", "childcare", "", "", 40, 2027],
]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("work") / "data" / "raw" / "xiao")


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    book = openpyxl.Workbook()
    for row in (["2026年重点项目计划表"], HEADERS, *ROWS):
        book.active.append(row)
    for row in book.active.iter_rows():
        for cell in row:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    path = tmp_path_factory.mktemp("list") / "重点项目.xlsx"
    book.save(path)
    return path


def test_rows_of_one_number_on_two_sheets_are_two_projects(study, tmp_path):
    path = tmp_path / "两表.xlsx"
    with pd.ExcelWriter(path) as book:
        for row in ROWS[:2]:
            pd.DataFrame([row], columns=HEADERS).to_excel(book, sheet_name=row[0], index=False)
    found = scenarios_from_list(study, path, None, "wgs84", "zh", each=True)
    alone = [[site.name for site in one.opened] for one in found.scenarios if "-第2行" in one.name]
    assert alone == [["九龙康养中心"], ["东区托育中心"]]


def test_projects_become_scenarios_by_year(study, projects):
    found = scenarios_from_list(study, projects, None, "wgs84", "zh", each=False)
    names = {one.name: [site.name for site in one.opened] for one in found.scenarios}
    assert names == {
        "重点项目-全部": ["九龙康养中心", "东区托育中心", "=新城诊所"],
        "重点项目-到2027年": ["九龙康养中心"],
        "重点项目-到2028年": ["九龙康养中心", "东区托育中心"],
    }
    assert [read_scenario(path) for path in found.files] == list(found.scenarios)
    places = {site.name: (site.service, site.capacity) for site in found.scenarios[0].opened}
    assert places["东区托育中心"] == ("childcare", 60.0)
    assert places["九龙康养中心"] == ("canteen", None)
    told = [note.sentence("zh") for note in found.notes]
    assert len(told) == 2
    assert "第 6 行" in told[0]
    assert "待定项目" in told[0]
    inputs = read_inputs(study, untold)
    changed = with_scenario(inputs, found.scenarios[0], "a.toml", study.parent)
    assert len(changed.facilities.facilities) == len(inputs.facilities.facilities) + 3


def test_coordinates_of_gaode_are_turned(study, projects):
    ours, theirs = (
        {
            site.name: site.lon
            for site in scenarios_from_list(study, projects, None, datum, "zh", each=False).scenarios[0].opened
        }
        for datum in ("wgs84", "gcj02")
    )
    assert 0.003 < ours["东区托育中心"] - theirs["东区托育中心"] < 0.006


def test_every_project_by_itself(study, projects, capsys):
    arguments = ["--lang", "en", "scenario", str(study), "--from-list", str(projects), "--datum", "wgs84", "--each"]
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert 'Scenario "重点项目-row 3 九龙康养中心": 1 sites' in told
    assert "待定项目" in told


def refused(study, path, service=None, datum="wgs84"):
    with pytest.raises(Circle15Error) as caught:
        scenarios_from_list(study, path, service, datum, "zh", each=False)
    return caught.value


def test_what_a_list_lacks_is_told(study, projects, tmp_path):
    assert refused(study, projects, datum=None).key == "candidates.datum"
    assert refused(study, projects, service="cinema").key == "planned.unknown_service"
    frame = pd.DataFrame([row[:1] + row[2:4] for row in ROWS[:2]], columns=["项目名称", "经度", "纬度"])
    frame.to_csv(tmp_path / "a.csv", index=False, encoding="gb18030")
    assert refused(study, tmp_path / "a.csv").key == "planned.no_service"
    found = scenarios_from_list(study, tmp_path / "a.csv", "canteen", "wgs84", "zh", each=False)
    assert [len(one.opened) for one in found.scenarios] == [2]
    assert found.notes == ()
