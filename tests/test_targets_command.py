"""``circle15 targets`` from end to end: a study, its run, a pasted table, values by hand, tables written."""

import dataclasses
import shutil

import pandas as pd
import pytest
from least_study import GOOD
from made_results import made_results
from python_calamine import CalamineWorkbook
from small_study import write_small_study

from circle15.catalogue.entries import Label, Source
from circle15.cli.main import main
from circle15.inputs.targets.read import read_target_file
from circle15.model.targets import TargetPlan
from circle15.pipeline.reading.checking import check_study
from circle15.pipeline.run import run_study
from circle15.pipeline.targets import run_targets, targets_of
from circle15.results import Results
from circle15.results.store import save_frames, save_manifest, settings_of

TABLE = """某县公共服务五年目标（2024—2027年）
领域
序号
指标
2024年
2025年
2026年
幼有善育
1
每千人口拥有3岁以下婴幼儿托位数(个)
4.2
4.5
>5
2
新增托位(个)
100
120
140
老有康养
3
老年食堂(家)
10
48
150
4
居民健康素养水平(%)
39
40
41
5
长期护理保险覆盖人数(万人)
开展
试点
全覆盖
全覆盖
注：略。
"""
STUDY = GOOD.replace("shili", "made").replace('"2026"', '"2025"\ndate = 2025-12-31')
STUDY += '\n[targets]\nfiles = ["五年目标.txt"]\n'


@pytest.fixture(scope="module")
def results():
    """A run whose catalogue can be read back: every source names its document."""
    made = made_results(columns=32, rows=24)
    source = Source(Label("15分钟", "15 minutes"), "GB 50180-2018", "B")
    services = {id_: dataclasses.replace(each, sources=(source,)) for id_, each in made.catalogue.services.items()}
    return dataclasses.replace(made, catalogue=dataclasses.replace(made.catalogue, services=services))


@pytest.fixture
def home(tmp_path, results):
    run = tmp_path / "data" / "processed" / "made" / "2025"
    run.mkdir(parents=True)
    save_frames(results, run)
    save_manifest(settings_of(results), run)
    raw = tmp_path / "data" / "raw" / "made"
    raw.mkdir(parents=True)
    (raw / "study.toml").write_text(STUDY, encoding="utf-8")
    (raw / "五年目标.txt").write_text(TABLE, encoding="utf-8")
    return tmp_path


def run(home, *arguments, code=0):
    assert main(["targets", *arguments, "--folder", str(home)]) == code


def test_a_place_is_held_against_its_pasted_table(home, results, capsys):
    run(home, "made")
    said = capsys.readouterr().out
    assert "老年食堂" in said
    assert "指数按固定标准计算" in said
    table = pd.read_parquet(home / "data" / "processed" / "made" / "targets" / "2025" / "targets.parquet")
    sites = int(((results.facilities["service"] == "canteen") & results.facilities["inside"]).sum())
    canteens = table[(table["indicator"] == "老年食堂") & (table["year"] == 2026)].iloc[0]
    assert (canteens["value"], canteens["needed"], canteens["needed_of"]) == (sites, 150 - sites, "sites")
    assert table["state"].isin(["met", "short", "no_value", "no_number"]).all()


def test_the_same_place_by_its_study_file_and_in_english(home, capsys):
    run(home, str(home / "data" / "raw" / "made" / "study.toml"), "--year", "2026", "--lang", "en")
    assert "targets of 2026" in capsys.readouterr().out


def test_writing_the_tables_twice_gives_the_same_bytes(home):
    folder = home / "data" / "processed" / "made" / "targets" / "2025"
    run(home, "made")
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    run(home, "made")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert set(first) == {"targets.xlsx", "targets.parquet"}


def test_the_form_is_filled_in_and_counts(home, capsys):
    raw = home / "data" / "raw" / "made"
    form = raw / "填报.csv"
    run(home, "made", "--template", str(form), "--year", "2025")
    lines = form.read_text(encoding="utf-8-sig").splitlines()
    # What this tool computes is not asked for.
    assert [line.split(",")[1] for line in lines[1:]] == [
        "每千人口拥有3岁以下婴幼儿托位数",
        "新增托位",
        "居民健康素养水平",
        "长期护理保险覆盖人数",
    ]
    filled = [lines[0]]
    for line in lines[1:]:
        cells = line.split(",")
        cells[3:6] = {"居民健康素养水平": ["41.5", "年报", "王五"], "长期护理保险覆盖人数": ["是", "", ""]}.get(
            cells[1], cells[3:6]
        )
        filled.append(",".join(cells))
    form.write_text("\n".join(filled), encoding="utf-8")
    (raw / "study.toml").write_text(STUDY + 'reported = "填报.csv"\n', encoding="utf-8")
    table = run_targets("made", home, None, "zh").table
    entered = table[(table["year"] == 2025) & (table["origin"] == "reported")].set_index("indicator")
    assert entered.loc["居民健康素养水平", "state"] == "met"
    assert entered.loc["居民健康素养水平", "reported_by"] == "王五"
    assert entered.loc["长期护理保险覆盖人数", ["state", "done"]].tolist() == ["met", "yes"]
    run(home, "made", "--template", str(form), code=1)
    assert "没有覆盖" in capsys.readouterr().err


def test_an_import_says_what_became_of_the_rows_and_can_be_imported_again(home, capsys):
    file = home / "页面.txt"
    file.write_text(TABLE.replace("120\n", ""), encoding="utf-8")
    run(home, "--import", str(file))
    said = capsys.readouterr().out
    assert "读入 4 项指标" in said
    assert "应有 3 个年份的数值" in said
    written = home / "targets" / "页面.xlsx"
    run(home, "--import", str(written))
    assert "读入 4 项指标" in capsys.readouterr().out


def test_an_import_of_a_file_that_is_not_there_names_the_option(home, capsys):
    run(home, "--import", str(home / "没有.txt"), code=1)
    said = capsys.readouterr().err
    assert "--import" in said
    assert "study.toml" not in said


def test_an_import_writes_over_nothing_that_a_person_may_have_filled_in(home, capsys):
    file = home / "页面.txt"
    file.write_text(TABLE, encoding="utf-8")
    run(home, "--import", str(file))
    written = home / "targets" / "页面.xlsx"
    filled_in = written.read_bytes()
    run(home, "--import", str(file))
    assert [path.name for path in written.parent.iterdir()] == ["页面.xlsx"]
    run(home, "--import", str(written))
    assert written.read_bytes() == filled_in
    assert {path.name for path in written.parent.iterdir()} == {"页面.xlsx", "页面-2.xlsx"}
    assert "页面-2.xlsx" in capsys.readouterr().out


def test_cells_run_together_give_a_proposal_to_complete(home, capsys):
    file = home / "粘连.txt"
    file.write_text("指标2023年2024年2025年普惠托位占比(%)878889助餐村覆盖率(%)85%86%90%", encoding="utf-8")
    run(home, "--import", str(file), code=1)
    assert "粘连" in capsys.readouterr().err
    rows = CalamineWorkbook.from_path(home / "targets" / "粘连.xlsx").get_sheet_by_index(0).to_python()
    by_name = {row[0]: row for row in rows[1:]}
    # Three values of two digits could be other numbers too, and are left to a person; those with % cannot.
    assert by_name["普惠托位占比(%)"][2:5] == ["", "", ""]
    assert by_name["助餐村覆盖率(%)"][2:5] == ["85%", "86%", "90%"]


FAULTS = {
    "targets.no_such_year": (("made", "--year", "2031"), ""),
    "vary.not_run": (("nowhere",), ""),
    "targets.no_document": (("made",), 'documents = ["瑞安"]\n'),
    "targets.compute_unknown": (("made",), '[targets.compute]\n"没有的" = "sites canteen"\n'),
    "targets.bad_compute": (("made",), '[targets.compute]\n"老年食堂" = "食堂"\n'),
    "layers.missing_file": (("made",), 'reported = "没有.xlsx"\n'),
}


@pytest.mark.parametrize("key", FAULTS)
def test_what_is_wrong_is_one_sentence(home, key, capsys):
    arguments, more = FAULTS[key]
    (home / "data" / "raw" / "made" / "study.toml").write_text(STUDY + more, encoding="utf-8")
    run(home, *arguments, code=1)
    said = capsys.readouterr().err.strip()
    assert said
    assert "Traceback" not in said
    assert "程序内部出错" not in said


def test_a_place_without_targets_says_how_to_name_them(home, capsys):
    study = STUDY[: STUDY.index("[targets]")]
    (home / "data" / "raw" / "made" / "study.toml").write_text(study, encoding="utf-8")
    run(home, "made", code=1)
    assert "[targets]" in capsys.readouterr().err


def test_before_any_run_what_was_entered_is_shown(home, capsys):
    shutil.rmtree(home / "data" / "processed")
    run(home, str(home / "data" / "raw" / "made"))
    assert "还没有计算" in capsys.readouterr().out


def test_results_keep_their_table_of_targets(home, results):
    series = read_target_file(home / "data" / "raw" / "made" / "五年目标.txt").series
    whole = dataclasses.replace(results, targets=targets_of(results, TargetPlan(series)))
    folder = home / "again"
    folder.mkdir()
    save_frames(whole, folder)
    save_manifest(settings_of(whole), folder)
    pd.testing.assert_frame_equal(Results.load(folder).targets, whole.targets)


def with_targets(folder, table):
    """The small study with a target table of its own."""
    study = write_small_study(folder)
    study.write_text(study.read_text(encoding="utf-8") + '\n[targets]\nfiles = ["目标.txt"]\n', encoding="utf-8")
    study.with_name("目标.txt").write_text(table, encoding="utf-8")
    return study


def test_a_run_of_a_study_with_targets_has_their_table(tmp_path):
    finished = run_study(with_targets(tmp_path, TABLE))
    table = finished.results.targets
    assert len(table) == 15
    assert set(table.loc[table["indicator"] == "老年食堂", "origin"]) <= {"computed", "none"}
    sheets = CalamineWorkbook.from_path(finished.tables / "tables.xlsx")
    assert len(sheets.get_sheet_by_name("目标").to_python()) == 16
    kinds = finished.results.ledger.query("file == '目标.txt' and fate != 'excluded'")["kind"]
    assert kinds.tolist() == ["targets"] * 5


def test_a_check_tells_what_is_wrong_with_a_target_table(tmp_path):
    checked = check_study(with_targets(tmp_path, "没有表格的文字。\n"))
    assert [fault.key for fault in checked.faults] == ["targets.no_table"]
