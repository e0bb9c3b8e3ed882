"""``circle15 init``: what it makes is what a planner can go on with."""

import datetime
import hashlib
import re
import shutil
import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messy_folders import PLACE, messy_folder, points_csv

from circle15.assess.needs import need_of
from circle15.catalogue.loader import load_catalogue
from circle15.cli.main import main
from circle15.errors import ConfigurationError, DataError, Faults, UsageError
from circle15.inputs.facilities.tables import read_facility_table
from circle15.inputs.study_file import read_study
from circle15.model.study import FacilitySource
from circle15.model.toml_text import comment, inline_table, list_value, text_value
from circle15.pipeline.reading.study_inputs import read_inputs
from circle15.workspace.make import DEFAULT_SERVICES, Wanted, make_workspace
from circle15.workspace.names import copy_name, place_id
from circle15.workspace.template import template_columns, write_template

CATALOGUE = load_catalogue()
DAY = datetime.date(2026, 6, 30)
LANGUAGES = ("zh", "en")


def bare(folder, **wanted):
    return make_workspace(Wanted("上城区", folder, "2026", **wanted))


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- an empty workspace -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_new_study_is_toml_and_says_itself_what_is_to_be_filled_in(tmp_path, lang):
    made = bare(tmp_path, lang=lang)
    study = tomllib.loads(made.study.read_text(encoding="utf-8"))
    assert study["study"] == {"place": "上城区", "id": "上城区", "period": "2026"}
    assert [entry["service"] for entry in study["facilities"]] == list(DEFAULT_SERVICES)
    with pytest.raises(Faults) as fault:
        read_study(made.study)
    open_keys = [str(each.facts["key"].zh).partition("（")[0] for each in fault.value.faults]
    lists = [f"facilities[{number}].datum" for number in range(1, len(DEFAULT_SERVICES) + 1)]
    assert open_keys == ["zones[1].file", "network.file", "population.raster", *lists]
    assert {each.key for each in fault.value.faults} == {"init.open", "init.open_datum"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_filled_in_it_is_a_study_with_every_setting_that_stands_behind_a_hash(tmp_path, lang):
    text = bare(tmp_path, lang=lang).study.read_text(encoding="utf-8")
    text = text.replace('file = ""', 'file = "a.gpkg"').replace('raster = ""', 'raster = "a.tif"')
    text = text.replace('datum = ""', 'datum = "gcj02"').replace('level = ""', 'level = "town"')
    optional = re.compile(r"^# (?=(\w+ = |\[))", re.MULTILINE)
    full = optional.sub("", text)
    assert full.count("\n[") >= text.count("\n[") + 10
    (tmp_path / "plain.toml").write_text(text, encoding="utf-8")
    (tmp_path / "full.toml").write_text(full, encoding="utf-8")
    plain, whole = read_study(tmp_path / "plain.toml"), read_study(tmp_path / "full.toml")
    named = {"layer", "patch", "dem"}
    assert whole.network.model_dump(exclude=named) == plain.network.model_dump(exclude=named)
    assert (whole.study.cell_m, whole.index.reach) == (plain.study.cell_m, plain.index.reach)
    assert whole.underserved == plain.underserved


def test_the_same_wish_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    made = [bare(tmp_path / name) for name in ("one", "two")]
    templates = [[path.read_bytes() for path in each.templates] for each in made]
    assert templates[0] == templates[1]


def test_an_existing_study_stays(tmp_path, capsys):
    made = bare(tmp_path)
    made.study.write_text("mine", encoding="utf-8")
    before = contents(tmp_path)
    assert main(["init", "上城区", "--folder", str(tmp_path)]) == 1
    assert "已经存在" in capsys.readouterr().err
    assert contents(tmp_path) == before


def test_a_folder_with_files_stays(tmp_path):
    home = tmp_path / "data" / "raw" / "上城区"
    home.mkdir(parents=True)
    (home / "名单.xlsx").write_bytes(b"mine")
    with pytest.raises(ConfigurationError, match="里面有文件"):
        bare(tmp_path)
    assert (home / "名单.xlsx").read_bytes() == b"mine"


def test_a_second_study_joins_the_workspace_and_leaves_its_text_alone(tmp_path):
    bare(tmp_path)
    readme = next(tmp_path.glob("*.txt"))
    assert readme.read_bytes().startswith(b"\xef\xbb\xbf")
    before = contents(tmp_path)
    bare(tmp_path, id="second")
    after = contents(tmp_path)
    assert {name: after[name] for name in before} == before


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("circle15.workspace.make.write_template", fail)
    with pytest.raises(OSError, match="disk full"):
        bare(tmp_path)
    assert list((tmp_path / "data" / "raw").iterdir()) == []


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"id": "a/b"}, "--id"),
        ({"id": "CON"}, "--id"),
        ({"id": ".."}, "--id"),
        ({"services": ("nonsense",)}, "nonsense"),
    ],
)
def test_wishes_that_cannot_be_are_refused(tmp_path, wanted, sentence):
    with pytest.raises(UsageError, match=sentence):
        bare(tmp_path, **wanted)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("period", ["26", "2026Q5", "2026-13", "2026\n", "今年"])
def test_a_period_that_is_none_is_refused(tmp_path, period):
    with pytest.raises(UsageError, match="--period"):
        make_workspace(Wanted("上城区", tmp_path, period))


def test_a_place_without_letters_needs_an_id(tmp_path):
    with pytest.raises(UsageError, match="--id"):
        make_workspace(Wanted("···", tmp_path, "2026"))
    assert make_workspace(Wanted("···", tmp_path, "2026", id="x")).study.is_file()


def test_the_command_tells_what_is_next(tmp_path, capsys):
    assert (
        main(["init", "上城区", "--folder", str(tmp_path), "--services", "clinic，canteen", "--period", "2026Q2"]) == 0
    )
    told = capsys.readouterr().out
    assert "circle15 check" in told.splitlines()[-1]
    assert "  1. " in told
    study = tomllib.loads((tmp_path / "data/raw/上城区/study.toml").read_text(encoding="utf-8"))
    assert [entry["service"] for entry in study["facilities"]] == ["clinic", "canteen"]


# --- templates ----------------------------------------------------------------------------------------------------


def source(service, name, lang):
    sheet = {"zh": "名单", "en": "List"}[lang]
    return FacilitySource(service=service, file=name, sheet=sheet, datum="wgs84")


FILLED = [*((service, "zh") for service in sorted(CATALOGUE.services)), ("childcare", "en"), ("shelter", "en")]


@pytest.mark.parametrize(("service", "lang"), FILLED)
def test_a_filled_in_template_is_read_without_a_fix_and_its_example_never_counts(tmp_path, service, lang):
    path = tmp_path / "t.xlsx"
    write_template(path, CATALOGUE.services[service], lang)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    examples = {"longitude": 120.5, "latitude": 30.2, "count": 12, "date": "2026-01-02"}
    columns = template_columns(CATALOGUE.services[service], lang)
    for at, column in enumerate(columns, start=1):
        sheet.cell(3, at, examples.get(column.check, column.example) if column.example != "" else None)
    sheet.cell(3, 2, "某某设施")
    book.save(path)
    listed = read_facility_table(source(service, "t.xlsx", lang), path, CATALOGUE.services[service], DAY)
    filled = listed.rows[-1]
    told = [note.key for row in listed.rows[:-1] for note in row.faults]
    told += [note.key for row in listed.set_aside for note in row.reasons]
    assert told == [{"zh": "sheets.is_example", "en": "template.example_row"}[lang]]
    assert (filled.faults, filled.fixes, filled.name, filled.lon, filled.lat) == ((), (), "某某设施", 120.5, 30.2)
    counted = CATALOGUE.services[service].capacity_unit is not None
    assert pd.isna(filled.capacity) != counted
    assert set(filled.flags) == set(CATALOGUE.services[service].quality_flags)


def test_a_template_that_nobody_filled_in_is_told_in_one_sentence(tmp_path):
    path, service = tmp_path / "t.xlsx", CATALOGUE.services["clinic"]
    write_template(path, service, "zh")
    with pytest.raises(DataError, match="只有示例行"):
        read_facility_table(source("clinic", "t.xlsx", "zh"), path, service, DAY)


def test_a_template_checks_what_is_typed(tmp_path):
    write_template(tmp_path / "t.xlsx", CATALOGUE.services["childcare"], "zh")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    headers = {cell.column_letter: cell.value for cell in sheet[1]}
    rules = {headers[str(rule.sqref)[0]]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["状态"].formula1 == '"运营,在建,停用,拟建"'
    assert rules["是否普惠"].formula1 == '"是,否"'
    assert [rules[name].type for name in ("经度", "纬度", "托位数", "启用日期", "停用日期")] == ["decimal"] * 3 + [
        "date"
    ] * 2
    assert (rules["经度"].formula1, rules["经度"].formula2) == ("73.0", "136.0")


def test_every_column_is_explained_on_the_second_sheet(tmp_path):
    write_template(tmp_path / "t.xlsx", CATALOGUE.services["childcare"], "zh")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    explained = [row[0].value for row in book["填写说明"].iter_rows() if row[1].value in ("是", "否")]
    assert explained == [cell.value for cell in book["名单"][1]]


def test_a_list_of_several_kinds_of_site_offers_and_explains_them(tmp_path):
    service = CATALOGUE.services["culture"]
    write_template(tmp_path / "t.xlsx", service, "zh")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    at = next(cell.column_letter for cell in book["名单"][1] if cell.value == "类别")
    (rule,) = (each for each in book["名单"].data_validations.dataValidation if str(each.sqref).startswith(at))
    assert (rule.type, rule.formula1, rule.errorStyle) == ("list", "circle15_kinds", "warning")
    words = [word for need in service.needs for word in need.words]
    assert book.defined_names["circle15_kinds"].attr_text == f"'填写说明'!$F$1:$F${len(words)}"
    assert [row[0].value for row in book["填写说明"][f"F1:F{len(words)}"]] == words
    (meaning,) = (row[2].value for row in book["填写说明"].iter_rows() if row[0].value == "类别")
    assert all(need.label.zh in meaning and "、".join(need.words) in meaning for need in service.needs)
    # Whatever is chosen is understood.
    assert [need_of(service.needs, word) for word in words] == [
        number for number, need in enumerate(service.needs) for _ in need.words
    ]


# --- a study of existing files ------------------------------------------------------------------------------------

DATUMS = {"助联体": "cgcs2000", "初中": "cgcs2000", "小学": "cgcs2000", "卫生服务中心": "wgs84"}


@pytest.fixture(scope="module")
def proposed(county_files, tmp_path_factory):
    base = tmp_path_factory.mktemp("messy")
    folder = messy_folder(base / "messy", shutil.copytree(county_files, base / "clean"))
    before = contents(folder)
    made = make_workspace(Wanted(PLACE, base / "workspace", "2026", source=folder))
    assert contents(folder) == before
    return base, made


def test_each_file_is_accounted_for_once(proposed):
    base, made = proposed
    companions = {".shx", ".dbf", ".prj"}
    names = [path.relative_to(base / "messy").as_posix() for path in (base / "messy").rglob("*") if path.is_file()]
    expected = sorted(f"“{name}”" for name in names if Path(name).suffix not in companions)
    assert sorted(sentence.partition("：")[0] for sentence in made.account) == expected
    text = made.study.read_text(encoding="utf-8")
    assert all(f"# {sentence}\n" in text for sentence in made.account)


def test_last_years_list_is_put_aside_for_this_years(proposed):
    told = next(sentence for sentence in proposed[1].account if "2025.xls" in sentence.partition("：")[0])
    assert "2026.xls" in told
    assert "没有采用" in told


def test_an_unanswered_datum_is_one_sentence_each(proposed):
    with pytest.raises(Faults) as fault:
        read_study(proposed[1].study)
    assert {each.key for each in fault.value.faults} == {"init.open_datum"}
    assert len(fault.value.faults) == 7


def test_answered_it_reads_the_same_places_as_the_clean_files(proposed, county_home):
    made = proposed[1]
    text = made.study.read_text(encoding="utf-8")
    answered = made.study.with_name("answered.toml")
    answered.write_text(re.sub(r'(\nfile = .*\n)datum = ""', answer, text), encoding="utf-8")
    messy = read_inputs(answered, lambda *_: None)
    clean = read_inputs(county_home / "data" / "raw" / "shili" / "study.toml", lambda *_: None)
    assert {row[0] for row in places(messy)} == set(DEFAULT_SERVICES) - {"aid_point"}
    services = {row[0] for row in places(messy)}
    assert places(messy) == [row for row in places(clean) if row[0] in services]
    assert list(messy.zones.frame["name"]) == list(clean.zones.frame["name"])
    assert messy.population.persons["all"].sum() == pytest.approx(clean.population.persons["all"].sum(), rel=1e-12)


def places(inputs):
    """Service, name and whole metres of every entrance, in order."""
    layer = inputs.facilities
    owners = layer.facilities.iloc[layer.entrances["facility"]]
    metres = layer.entrances[["x", "y"]].round().astype(int)
    return sorted(
        zip(owners["service"], owners["name"], owners["capacity"].fillna(-1), metres["x"], metres["y"], strict=True)
    )


def answer(match):
    datum = next((datum for word, datum in DATUMS.items() if word in match[1]), "gcj02")
    return f'{match[1]}datum = "{datum}"'


def test_the_workspace_never_lies_in_the_folder_that_is_looked_at(tmp_path):
    points_csv(tmp_path / "小学.csv", ["一小学"])
    with pytest.raises(UsageError, match="--folder"):
        bare(tmp_path / "inner", source=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["小学.csv"]


ODD = ["]] [x.csv", "'''#.csv", "${x}{y}.csv", "=1+1.csv", "a = 1.csv", "倒\u202e.csv", "ｆ 空　格.csv"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_odd_names_are_names_and_nothing_else(tmp_path, lang):
    source_folder = tmp_path / "source"
    source_folder.mkdir()
    for number, name in enumerate(ODD):
        points_csv(source_folder / f"小学{number}{name}", [f"甲{number}小学", f"乙{number}小学"])
    made = make_workspace(Wanted("地 = {id} \"'\\\n#", tmp_path / "w", "2026", id="x", source=source_folder, lang=lang))
    study = tomllib.loads(made.study.read_text(encoding="utf-8"))
    assert study["study"] == {"place": "地 = {id} \"'\\\n#", "id": "x", "period": "2026"}
    assert len(made.copied) == len(ODD)
    assert all((made.study.parent / name).is_file() for _, name in made.copied)
    assert {entry["file"] for entry in study["facilities"]} == {name for _, name in made.copied}


@given(st.text())
def test_any_text_is_written_as_itself(text):
    text = text.encode("utf-8", "ignore").decode("utf-8")
    lines = f"a = {text_value(text)}\nb = {list_value([text, text])}\nc = {inline_table({'k': text})}\n"
    assert tomllib.loads(lines) == {"a": text, "b": [text, text], "c": {"k": text}}


@given(st.text())
def test_any_name_of_a_copy_is_one_that_every_system_takes(name):
    made = copy_name(name.strip("/") or "x", ())
    assert not set(made) & set('<>:"\\|?*')
    assert made.isprintable()
    assert copy_name(made, {made.rpartition("/")[2].lower()}) != made


@given(st.text(min_size=1))
def test_any_place_gets_a_folder_name_or_a_plain_refusal(place):
    try:
        made = place_id(place, None)
    except UsageError as fault:
        assert "--id" in fault.sentence()  # noqa: PT017
    else:
        assert re.fullmatch(r"[A-Za-z0-9_\-\u4e00-\u9fff]{1,60}", made)


def test_a_comment_stays_a_comment():
    assert comment("a\nb") == "# a\n# b"
