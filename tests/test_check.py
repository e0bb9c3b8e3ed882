"""A study looked over before it is run: every fault of every file, and what became of every row."""

import shutil
import unicodedata

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_study import write_small_study

from circle15.cli.lines import broken
from circle15.cli.main import main
from circle15.errors import DataError, UsageError
from circle15.model.ledger import Ledger, LedgerRow, Note, Place
from circle15.model.study import Study
from circle15.pipeline.reading import checking
from circle15.pipeline.reading import study_files as reading
from circle15.pipeline.reading.checking import check_study
from circle15.pipeline.reading.findings import fault_finding, findings_in_order, note_finding, row_findings
from circle15.pipeline.reading.named_files import shared_names
from circle15.publish.quality.report import write_quality


@pytest.fixture(scope="module")
def sample(county_home, tmp_path_factory):
    return shutil.copytree(county_home, tmp_path_factory.mktemp("sample") / "home") / "data" / "raw" / "shili"


@pytest.fixture
def county(county_home, tmp_path):
    """The sample's files in a workspace of their own, to spoil."""
    return shutil.copytree(county_home / "data", tmp_path / "data") / "raw" / "shili"


@pytest.fixture(scope="module")
def sound(sample):
    return check_study(sample)


def edit_study(folder, old, new):
    path = folder / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def places(text):
    """How many places of a console a line takes."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text.rstrip())


def states(quality):
    return {(account.file, account.kind): account.state for account in quality.files}


def test_a_sound_study_gets_its_page_and_report_and_leaves_results_alone(county, tmp_path, capsys):
    old = tmp_path / "data" / "processed" / "shili" / "2026" / "run.json"
    old.parent.mkdir(parents=True)
    old.write_text("old", encoding="utf-8")
    assert main(["check", str(county)]) == 0
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    assert "· 读取路网" in told.err
    assert "有提示，可以运行" in told.out
    assert "老年食堂.xlsx，工作表“Sheet1”，第 57 行" in told.out
    folder = tmp_path / "data" / "processed" / "shili" / "check" / "2026"
    assert told.out.splitlines()[-1].endswith(str(folder / "data_quality.html"))
    assert sorted(path.name for path in folder.iterdir()) == ["data_quality.html", "data_quality.xlsx"]
    assert max(places(line) for line in told.out.splitlines()[:-1]) <= 80
    assert old.read_text(encoding="utf-8") == "old"


def test_the_rows_of_every_list_add_up(sound):
    quality = sound.quality
    assert all(each.rows_in == each.used + each.fixed + each.excluded for each in quality.files)
    accounts = {account.kind: account for account in quality.files}
    assert (accounts["childcare"].rows_in, accounts["childcare"].excluded) == (35, 1)
    assert accounts["childcare"].sheets == ("Sheet1",)
    assert accounts["network"].rows_in > 9000
    rows = [account for account in quality.files if account.kind not in ("network",)]
    assert sum(account.rows_in for account in rows) == len(quality.ledger.rows)


def test_faults_of_all_files_at_once_and_the_others_are_read_all_the_same(county, capsys):
    (county / "初中.csv").unlink()
    (county / "小学.csv").write_text("编号,名称\n1,某小学\n", encoding="utf-8")
    (county / "人口.tif").write_bytes(b"damaged")
    assert main(["check", str(county)]) == 1
    out = capsys.readouterr().out
    assert "不能运行" in out
    quality = check_study(county).quality
    assert quality.count("fault") == 3
    assert {file for (file, _), state in states(quality).items() if state == "faulty"} == {
        *("初中.csv", "小学.csv", "人口.tif"),
    }
    childcare = next(account for account in quality.files if account.kind == "childcare")
    assert childcare.rows_in == 35
    assert quality.count("warning") >= 2, "the rows of the sound lists are looked at too"
    assert all(out.count(file) >= 2 for file in ("初中.csv", "小学.csv", "人口.tif"))


def test_what_needs_the_units_is_said_not_to_be_checked(county):
    (county / "行政区划.gpkg").write_bytes(b"damaged")
    quality = check_study(county).quality
    assert quality.count("fault") == 1
    assert states(quality)["行政区划.gpkg", "zones"] == "faulty"
    unchecked = {account.file for account in quality.files if account.state == "unchecked"}
    assert {"shili.osm.pbf", "人口.tif", "托育机构.xlsx"} <= unchecked
    told = [finding for finding in quality.findings if finding.key == "quality.not_checked"]
    assert {finding.source for finding in told} == unchecked
    assert "行政区划有错误" in told[0].sentence("zh")


def test_a_wrong_service_does_not_hide_what_is_wrong_elsewhere(county):
    edit_study(county, 'service = "childcare"', 'service = "childcar"')
    (county / "人口.tif").write_bytes(b"damaged")
    checked = check_study(county)
    assert {finding.key for finding in checked.quality.findings if finding.severity == "fault"} == {
        *("facilities.unknown_service_like", "population.raster_unreadable"),
    }
    assert states(checked.quality)["shili.osm.pbf", "network"] == "read"
    assert states(checked.quality)["小学.csv", "primary_school"] == "unchecked"
    assert states(checked.quality)["人口统计.xlsx", "totals"] == "unchecked", "nobody came to read it"


def test_a_study_that_is_wrong_itself_is_reported_where_its_place_is_known(county, tmp_path, capsys):
    edit_study(county, "[network]\n", "[network]\nmax_leg = 300\nwhole_ = 1\n")
    assert main(["check", str(county / "study.toml")]) == 1
    out = capsys.readouterr().out
    assert "max_leg_m" in out
    assert out.count("×") == 3, "two faults and the verdict"
    book = openpyxl.load_workbook(tmp_path / "data" / "processed" / "shili" / "check" / "2026" / "data_quality.xlsx")
    assert book["问题清单"].max_row == 3


@pytest.mark.parametrize(
    "text", ["[study\n", "", "[study]\nplace = '县'\nid = '../../..'\nperiod = '2026'\n", "study = 3\n"],
    ids=["not toml", "empty", "a path for a name", "no table"],
)  # fmt: skip
def test_a_study_without_a_place_is_told_on_the_console_alone(tmp_path, capsys, text):
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "不能运行" in out
    assert "数据质量报告：" not in out
    assert [path.name for path in tmp_path.rglob("*")] == ["study.toml"]


def test_what_is_no_study_is_a_wrong_command(tmp_path, capsys):
    (tmp_path / "a.xlsx").touch()
    assert main(["check", str(tmp_path / "a.xlsx")]) == 2
    assert main(["check", str(tmp_path / "nowhere.toml")]) == 1
    assert "nowhere.toml" in capsys.readouterr().out
    with pytest.raises(UsageError):
        check_study(tmp_path / "a.xlsx")


def test_a_facility_that_no_street_leads_to_has_its_place(county):
    edit_study(county, "max_leg_m = 300", "max_leg_m = 1")
    found = [each for each in check_study(county).quality.findings if each.key == "quality.facility_off_network"]
    assert len(found) > 20
    assert all(finding.located and finding.at.row > 1 and finding.source for finding in found)
    assert all(120 < finding.at.lon < 123 and 29 < finding.at.lat < 31 for finding in found)


def test_a_run_reads_once_and_refuses_what_the_check_refuses(county, monkeypatch, capsys):
    times = []
    monkeypatch.setattr(checking, "read_all", lambda *given: times.append(1) or reading.read_all(*given))
    (county / "小学.csv").write_text("编号,名称\n1,某小学\n", encoding="utf-8")
    assert main(["run", str(county)]) == 1
    assert len(times) == 1
    err = capsys.readouterr().err
    assert "不能运行" in err
    assert "data_quality.html" in err
    assert "小学.csv" in err


def test_the_page_in_english_and_the_same_bytes_again(county, tmp_path, sound, capsys):
    assert main(["--lang", "en", "check", str(county)]) == 0
    out = capsys.readouterr().out
    assert "Ready to run, with warnings" in out
    assert "提示" not in out
    folder = tmp_path / "data" / "processed" / "shili" / "check" / "2026"
    again = tmp_path / "again"
    again.mkdir()
    write_quality(sound.quality, again, "en")
    for path in again.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes()


def reason(key, row, field=""):
    return Note(key, {}, Place("a.xlsx", "Sheet1", row, field))


def test_reasons_stand_where_their_rows_stand_and_those_of_one_kind_together():
    rows = [
        LedgerRow("a.xlsx", "S", 3, "fixed", "clinic", "", "x", (Note("facilities.no_name", {"name": "y"}),), 1.0, 2.0),
        LedgerRow("a.xlsx", "S", 4, "excluded", "clinic", "", "y", (Note("facilities.no_coordinates"),)),
        LedgerRow("a.xlsx", "S", 5, "excluded", "clinic", "", "z", (reason("facilities.no_coordinates", 5, "经度"),)),
    ]
    found = findings_in_order(row_findings(Ledger(tuple(rows)).rows, lambda file: f"lists/{file}"))
    assert [(each.key, each.at.row) for each in found] == [
        ("facilities.no_coordinates", 4),
        ("facilities.no_coordinates", 5),
        ("facilities.no_name", 3),
    ]
    assert {each.source for each in found} == {"lists/a.xlsx"}
    assert (found[1].at.field, found[1].at.sheet) == ("经度", "Sheet1")
    assert (found[2].at.lon, found[2].at.lat) == (1.0, 2.0)


def test_the_same_told_twice_is_one_finding_and_unknown_keys_are_warnings():
    twice = [(9, note_finding(Note("zones.no_single_root"), "a.gpkg"))] * 2
    (one,) = findings_in_order(twice)
    assert one.severity == "warning"
    assert note_finding(Note("network.ways", {"file": "a"}), "a").severity == "information"


def study_of(**parts):
    sources = {
        "study": {"place": "示例县", "id": "shili", "period": "2026"},
        "zones": [{"file": "区划.gpkg", "level": "town"}],
        "network": {"file": "路网.osm.pbf"},
        "population": {"raster": "人口.tif"},
        "facilities": [{"service": "clinic", "file": "卫生.xlsx"}],
    }
    return Study.model_validate(sources | parts)


def test_files_that_differ_by_their_folders_alone_are_told():
    people = {"raster": "人口.tif", "totals": {"file": "2025/人口.xlsx", "level": "town"}}
    groups = [{"file": "2026/人口.xlsx", "level": "town"}]
    (note,) = shared_names(study_of(population=people | {"groups": groups}))
    assert "2025/人口.xlsx、2026/人口.xlsx" in note.sentence("zh")
    assert note.mend("zh")
    assert shared_names(study_of(population=people)) == ()


def test_lists_of_one_name_in_two_folders_have_accounts_of_their_own(tmp_path):
    study = write_small_study(tmp_path / "data" / "raw" / "xiao")
    for folder, rows in (("东", 3), ("西", 4)):
        lines = (study.parent / "childcare.csv").read_bytes().split(b"\n")
        (study.parent / folder).mkdir()
        (study.parent / folder / "名单.csv").write_bytes(b"\n".join(lines[: rows + 1]))
    text = study.read_text(encoding="utf-8")
    own = '[[facilities]]\nservice = "childcare"\nfile = "childcare.csv"'
    both = "\n".join(own.replace("childcare.csv", f"{folder}/名单.csv") + '\ndatum = "gcj02"\n' for folder in "东西")
    end = text.index("[[facilities]]", text.index(own) + 1)
    study.write_text(text[: text.index(own)] + both + text[end:], encoding="utf-8")
    accounts = {each.file: each.rows_in for each in check_study(study, lambda *_: None, "zh").quality.files}
    assert (accounts["东/名单.csv"], accounts["西/名单.csv"]) == (3, 4)


def test_the_same_told_of_two_places_on_the_ground_is_two_findings():
    places = [Place("a.gpkg", lon=120.0, lat=30.0), Place("a.gpkg", lon=121.0, lat=30.0)]
    found = findings_in_order([(0, note_finding(Note("repair.heights", {}, at), "a.gpkg")) for at in places * 2])
    assert [finding.at.lon for finding in found] == [120.0, 121.0]


def test_faults_come_first_whatever_they_weigh():
    fault = fault_finding(DataError("lists.title_row", file="a.csv", row=3), "a.csv")
    warning = note_finding(Note("study.no_facilities", {"services": "x"}), "")
    assert findings_in_order([(0, warning), (99, fault)]) == (fault, warning)
    assert (fault.at.file, fault.at.row) == ("a.csv", 3)


@given(st.text(st.sampled_from("有单元人口，。（）“”Ab3 1%"), max_size=60), st.integers(8, 40))
def test_lines_of_a_console_hold_all_that_was_said_and_no_more_than_fits(text, width):
    lines = broken(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(places(line) <= width for line in lines)
