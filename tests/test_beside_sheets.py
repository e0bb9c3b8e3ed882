"""The tables beside the index as they are made, saved and told."""

import dataclasses
import io

import numpy as np
import openpyxl
import pandas as pd
import pytest
from made_results import made_results
from rich.console import Console

from circle15.assess.circles import deciding_circles
from circle15.assess.coverage import coverage_table
from circle15.assess.empty import empty_table
from circle15.assess.states import STATE_COLUMNS
from circle15.catalogue.entries import Label, Presence, Supply
from circle15.cli.beside import beside_tables, show_beside
from circle15.errors import ConfigurationError
from circle15.model.study import InequalitySettings
from circle15.pipeline.beside import measure_beside
from circle15.pipeline.reading.study_catalogue import study_catalogue
from circle15.pipeline.run import LEDGER_COLUMNS
from circle15.publish.fields import fields_table
from circle15.publish.geopackage import TABLES as PUBLISHED
from circle15.publish.tables import sheets
from circle15.publish.workbook import write_workbook
from circle15.results.results import BESIDE
from circle15.results.store import load_results, save_frames, save_manifest, settings_of
from circle15.words import LANGUAGES

TITLES = ("差异", "差距", "设置覆盖", "设置与可及不一致", "每千人配置", "标志占比", "响应时间")
NO_STATES = empty_table(STATE_COLUMNS)


def prepared():
    """The invented county, its childcare with a standard and a flag, its canteens asked of every village."""
    made = made_results(counts=[8, 14, 9, 6, 7, 20, 16, 6])
    services = dict(made.catalogue.services)
    town, village = (Presence(label=Label("有", "yes"), level=level) for level in ("town", "village"))
    infants = {"supply": Supply(4.5, "residents"), "quality_flags": ("普惠",), "presence": town}
    services["childcare"] = dataclasses.replace(services["childcare"], **infants)
    services["canteen"] = dataclasses.replace(services["canteen"], presence=village)
    drive = dataclasses.replace(services["aid_station"].urban, mode="drive")
    services["aid_station"] = dataclasses.replace(services["aid_station"], urban=drive, rural=drive, travel="from_site")
    sourced = {
        id_: dataclasses.replace(
            each, sources=tuple(dataclasses.replace(source, document="a text") for source in each.sources)
        )
        for id_, each in services.items()
    }
    drive_speed = dataclasses.replace(made.catalogue.speeds["walk"], id="drive", mode="drive", m_s=8.0)
    catalogue = dataclasses.replace(
        made.catalogue, services=sourced, speeds=made.catalogue.speeds | {"drive": drive_speed}
    )
    infants_only = made.facilities["service"] == "childcare"
    rural = made.cells["x"] < made.cells["x"].median()
    cells = made.cells.assign(urban_rural=np.where(rural, "rural", "urban"))
    facilities = made.facilities.assign(
        flag_普惠=infants_only & (np.arange(len(infants_only)) % 2 == 0),
        flags_told=np.where(infants_only, "普惠", ""),
        serves="",
        delivers="",
    )
    return dataclasses.replace(made, catalogue=catalogue, facilities=facilities, cells=cells)


@dataclasses.dataclass
class Assessed:
    """What is asked of the tables that a run has assessed."""

    cells: pd.DataFrame
    coverage: pd.DataFrame
    service_states: pd.DataFrame


def measured(made, study=None):
    circles = deciding_circles(made.catalogue, made.counted_groups())
    coverage = coverage_table(made.cells, made.zones, circles)
    assessed = Assessed(made.cells, coverage, NO_STATES)
    return measure_beside(assessed, made.facilities, made.zones, circles, made.catalogue, study or made.study)


@pytest.fixture(scope="module")
def made():
    return prepared()


@pytest.fixture(scope="module")
def beside(made):
    return measured(made)


@pytest.fixture(scope="module")
def results(made, beside):
    told = {"index_parts": pd.DataFrame({"level": ["town"]}), "ledger": pd.DataFrame(columns=list(LEDGER_COLUMNS))}
    return dataclasses.replace(made, notes=beside.notes, **told, **beside.tables())


def sheet(results, title, lang="zh"):
    (one,) = (each for each in sheets(results, lang) if each.title == title)
    return pd.DataFrame(one.rows, columns=[column.header for column in one.columns])


def test_every_table_has_rows_and_stands_in_the_results(results):
    assert set(BESIDE) <= set(PUBLISHED)
    assert {name: len(getattr(results, name)) > 0 for name in BESIDE} == dict.fromkeys(BESIDE, True)
    assert len(results.inequality) == len(results.zones) * len(results.catalogue.services)


def test_results_come_back_as_they_were_saved(results, tmp_path):
    save_frames(results, tmp_path)
    save_manifest(settings_of(results), tmp_path)
    again = load_results(tmp_path)
    for name in BESIDE:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(results, name))
    assert again.notes == results.notes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_header_field_and_code_is_in_words(results, lang):
    own = [one for one in sheets(results, lang) if one.title in TITLES] if lang == "zh" else list(sheets(results, lang))
    headers = [column.header for one in own for column in one.columns]
    assert [header for header in headers if "_" in header] == []
    meanings = fields_table({name: getattr(results, name) for name in BESIDE}, results, lang)
    assert meanings.loc[meanings["meaning"] == "", "field"].tolist() == []
    texts = {str(value) for one in own for row in one.rows for value in row if isinstance(value, str)}
    assert not {"located", "none", "urban_rural", "present_not_reached", "group_residents", "village"} & texts


def test_what_the_sheets_say(results):
    assert [one.title for one in sheets(results, "zh") if one.title in TITLES] == list(TITLES)
    inequality = sheet(results, "差异")
    county = inequality[inequality["层级"] == "县（市、区）"].set_index("服务")
    assert county.loc["老年食堂", "泰尔指数"] == pytest.approx(
        county.loc["老年食堂", "泰尔：之间"] + county.loc["老年食堂", "泰尔：之内"]
    )
    assert np.isnan(county.loc["老年食堂", "容量可行覆盖率"])
    gaps = sheet(results, "差距")
    assert {"城乡", "一老", "人群与全体居民"} <= set(gaps["比较"])
    assert "60+岁" in set(gaps["甲方"])
    assert set(sheet(results, "设置与可及不一致")["不一致"]) <= {"有设置而不可及", "无设置而可及"}
    assert set(sheet(results, "每千人配置")["人数口径"]) == {"常住人口"}
    assert set(sheet(results, "响应时间")["城乡"]) <= {"合计", "城镇", "乡村"}


def test_the_new_figures_are_explained_in_the_workbook(results, tmp_path):
    meanings = dict(sheets(results, "zh")[-1].rows)
    assert {"差异", "差距", "等价时间（分钟）", "泰尔指数", "设置覆盖率", "距标准尚缺", "不一致"} <= set(meanings)
    write_workbook(results, tmp_path / "one.xlsx", "zh")
    assert set(TITLES) <= set(openpyxl.load_workbook(tmp_path / "one.xlsx", read_only=True).sheetnames)


def test_the_notes_give_kappa_for_later_years(made, beside):
    (note,) = (note for note in beside.notes if note.key == "inequality.kappa_of_this_run")
    kappa = float(note.facts["kappas"].split("canteen = ")[1].split(",")[0])
    assert set(beside.inequality.loc[beside.inequality["service"] == "canteen", "kappa"]) == {kappa}
    settings = InequalitySettings(kappa={"canteen": kappa, "clinic": 0.5})
    later = measured(made, made.study.model_copy(update={"inequality": settings}))
    assert set(later.inequality.loc[later.inequality["service"] == "clinic", "kappa"]) == {0.5}
    (rest,) = (note for note in later.notes if note.key == "inequality.kappa_partly")
    assert "canteen" not in rest.facts["kappas"]
    own = dict(zip(beside.inequality["service"], beside.inequality["kappa"], strict=True))
    whole = InequalitySettings(kappa={id_: value for id_, value in own.items() if value == value})
    silent = measured(made, made.study.model_copy(update={"inequality": whole}))
    assert not [note for note in silent.notes if note.key.startswith("inequality.kappa")]
    pd.testing.assert_frame_equal(silent.inequality, beside.inequality)


def test_a_kappa_of_a_service_that_is_not_there_is_refused(made, tmp_path):
    settings = InequalitySettings(kappa={"canteens": 0.1})
    study = made.study.model_copy(update={"inequality": settings})
    with pytest.raises(ConfigurationError) as fault:
        study_catalogue(study, tmp_path)
    assert (fault.value.key, fault.value.facts["found"]) == ("inequality.unknown_service", "canteens")


def test_what_cannot_be_counted_is_said(made):
    zones = made.zones[made.zones["level"] != "village"]
    services = dict(made.catalogue.services)
    flagged = Presence(label=Label("公办", "public"), level="town", flag="公办")
    services["clinic"] = dataclasses.replace(services["clinic"], presence=flagged, quality_flags=("公办",))
    poorer = dataclasses.replace(made, zones=zones, catalogue=dataclasses.replace(made.catalogue, services=services))
    notes = {note.key: note for note in measured(poorer).notes}
    assert "老年食堂" in notes["inequality.no_villages"].sentence("zh")
    assert "公办" in notes["inequality.flag_not_listed"].sentence("zh")
    assert "助联体服务站" in notes["inequality.response_only_drive"].sentence("zh")
    for note in notes.values():
        assert note.sentence("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_console_shows_the_whole_area(results, lang, monkeypatch):
    page = Console(file=io.StringIO(), width=160, highlight=False)
    monkeypatch.setattr("circle15.cli.console.standard_output", lambda: page)
    show_beside(results, lang)
    text = page.file.getvalue()
    assert len(beside_tables(results, lang)) == 3
    assert results.catalogue.services["canteen"].label.in_language(lang) in text
    assert "tables.xlsx" in text
    assert "nan" not in text.lower().replace("maintenance", "")


def test_a_run_without_these_tables_shows_nothing(made):
    assert beside_tables(made, "zh") == ()
