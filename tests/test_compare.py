"""``circle15 compare`` from files to tables: two periods of one square kilometre."""

import shutil

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from small_study import STUDY, write_small_study

from circle15.assess.comparison.years import FACTORS
from circle15.cli.compare import show
from circle15.cli.main import main
from circle15.errors import ConfigurationError, DataError, UsageError
from circle15.inputs.study_file import read_study
from circle15.pipeline.fingerprints import sha256
from circle15.pipeline.reading.study_files import read_files
from circle15.pipeline.reading.study_inputs import whole_inputs
from circle15.pipeline.run import run_study
from circle15.pipeline.years.common_ground import common_ground
from circle15.pipeline.years.comparing import compare_years
from circle15.pipeline.years.past_studies import past_study
from circle15.publish.causes import change_told

STRICTER = '\n[standards.clinic]\nurban = { minutes = 2 }\n[speeds]\nelder = 0.5\n[index]\nreach = "strict"\n'
# Judgements of all services: the past year, which has two of them, is scored by the same ones.
STRICTER += "[index.comparisons]\nchildcare = { clinic = 2, canteen = 4 }\nclinic = { canteen = 2 }\n"


def write_period(home, period, *changes, more=""):
    """A study of one period in a folder of its own."""
    folder = home / "data" / "raw" / "xiao" / period
    study = write_small_study(folder)
    # Nothing here looks at draws.
    text = STUDY.replace('"2026"', f'"{period}"') + more + "\n[uncertainty]\ndraws = 0\n"
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    study.write_text(text, encoding="utf-8")
    seats = study.parent / "childcare.csv"  # so few that one more counts
    few = seats.read_text(encoding="gb18030").replace("40张", "4张").replace(",30,", ",3,").replace("55", "5")
    seats.write_text(few.replace("１２", "１").replace(",20,", ",2,"), encoding="gb18030")
    return study


def without_site(study, row):
    """Take one site out of the list of childcare, and places out of the fourth."""
    path = study.parent / "childcare.csv"
    lines = path.read_text(encoding="gb18030").splitlines()
    del lines[row]
    lines = [line.replace(",5,", ",4,") for line in lines]
    path.write_text("\n".join(lines) + "\n", encoding="gb18030")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """2025 with a site and a list less and no limit on reach; 2026 as it stands; 2027 as 2026, judged by more."""
    home = tmp_path_factory.mktemp("home")
    canteens = STUDY[STUDY.index('[[facilities]]\nservice = "canteen"') :]
    past = write_period(home, "2025", (canteens, ""), (', "canteen"', ""))
    without_site(past, 2)
    for study in (past, write_period(home, "2026"), write_period(home, "2027", more=STRICTER)):
        run_study(study)
    return home


def sums(split):
    return split[[*FACTORS, "undivided"]].sum(axis=1) - split["change"]


@pytest.fixture(scope="module")
def compared(home):
    return compare_years(home, "2025", "2026")


@pytest.fixture(scope="module")
def judged_anew(home):
    return compare_years(home, "2026", "2027")[0]


@pytest.fixture(scope="module")
def whole(home):
    return compare_years(home, "2025", "2027")[0]


def test_facilities_and_capacity_are_told_apart(compared):
    found, _ = compared
    county = found.split[found.split["level"] == "county"].set_index(["service", "measure"])
    assert sums(found.split).abs().max() < 1e-9
    supply = county.loc["childcare", "root_supply"]
    assert supply["facilities"] > 0
    assert supply["capacity"] > 0
    others = county[["population", "network", "definitions"]].loc[["childcare", "clinic"]]
    assert (others.fillna(0.0).abs() < 1e-12).all(axis=None)
    assert set(found.sites["change"]) == {"opened"}
    assert set(found.sites["service"]) == {"childcare"}


def test_a_service_of_one_year_is_left_out_and_told(compared):
    found, _ = compared
    assert set(found.split["service"]) == {"childcare", "clinic", "all_services"}
    notes = {note.key: note.facts for note in found.notes}
    assert notes["comparison.service_one_year"]["period"] == "2026"
    assert notes["comparison.service_one_year"]["services"].en == "Canteen for older people, meal point" or notes[
        "comparison.service_one_year"
    ]["services"].zh.startswith("老年食堂")
    assert notes["comparison.not_as_published"]["period"] == "2026"


def test_definitions_alone_have_no_other_part(judged_anew):
    split = judged_anew.split
    others = [factor for factor in FACTORS if factor != "definitions"]
    assert (split[others].fillna(0.0) == 0.0).all(axis=None)
    assert (split["definitions"].fillna(0.0) != 0.0).any()
    assert (split["old_under_new"].dropna() - split["new"].dropna()).abs().max() == 0
    assert sums(split).abs().max() < 1e-9


def test_the_series_has_every_period_as_published_and_anew(judged_anew):
    series = judged_anew.series
    series = series[(series["level"] == "county") & (series["measure"] == "balanced_access")]
    rows = series.set_index("period")
    assert list(rows.index) == ["2025", "2026", "2027"]
    assert rows.loc["2027", "as_published"] == pytest.approx(rows.loc["2027", "under_definitions"], abs=1e-12)
    assert rows.loc["2026", "under_definitions"] == pytest.approx(rows.loc["2027", "as_published"], abs=1e-12)
    assert rows.loc["2026", "as_published"] > rows.loc["2026", "under_definitions"]
    assert rows.loc["2025", ["services", "all_services"]].tolist() == [2, 3]


def test_everything_is_written_and_the_same_again(home, compared, capsys):
    _, folder = compared
    assert sorted(path.name for path in folder.iterdir()) == [
        "compare.gpkg", "compare.xlsx", "series.parquet", "sites.parquet", "split.parquet",
    ]  # fmt: skip
    before = {path.name: sha256(path) for path in folder.iterdir()}
    assert main(["compare", "2025", "2026", "--folder", str(home)]) == 0
    assert {path.name: sha256(path) for path in folder.iterdir()} == before
    assert "新增第二处（托育机构）" in capsys.readouterr().out
    book = openpyxl.load_workbook(folder / "compare.xlsx")
    assert book.sheetnames == [
        "变化汇总", "覆盖率变化", "分项得分变化", "人数变化", "设施的作用", "历年序列", "提示", "指标说明",
    ]  # fmt: skip
    assert not any(cell.data_type == "f" for page in book for row in page.iter_rows() for cell in row)
    assert set(pyogrio.list_layers(folder / "compare.gpkg")[:, 0]) == {"units", "notes"}
    units = gpd.read_file(folder / "compare.gpkg", layer="units")
    parts = units[[f"balanced_access_{name}" for name in (*FACTORS, "undivided")]].sum(axis=1)
    assert np.allclose(parts, units["balanced_access_change"], atol=1e-9)
    assert len(pd.read_parquet(folder / "split.parquet")) > 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_tells_it_in_sentences(home, compared, capsys, lang):
    show(*compared, lang)
    told = capsys.readouterr().out
    assert {"zh": "小区县的综合由", "en": "Overall of 小区县 rose from"}[lang] in told
    assert {"zh": "新增第二处（托育机构）", "en": "第二处 (Childcare"}[lang] in told
    assert str(home / "data" / "processed" / "xiao" / "compare" / "2025_2026" / "compare.xlsx") in told


@pytest.mark.parametrize(
    ("change", "facilities", "population", "told"),
    [
        (0.0, 0.0, -1e-17, "甲县的均衡可及没有变化（50.00）。"),
        (-1e-17, 0.012, -0.012, "甲县的均衡可及没有变化（50.00），各项原因相抵：设施 +1.20，人口 -1.20。"),
        (-0.01, 0.002, -0.012, "甲县的均衡可及由 50.00 降至 49.00（-1.00 分）：设施 +0.20，人口 -1.20。"),
    ],
)
def test_a_whole_that_stays_tells_causes_that_cancel_out(change, facilities, population, told):
    causes = dict.fromkeys((*FACTORS, "undivided"), 0.0) | {"facilities": facilities, "population": population}
    rows = pd.DataFrame([{"name": "甲县", "old": 0.5, "new": 0.5 + change, "change": change} | causes])
    assert change_told(rows, "balanced_access", "zh") == told


def test_changed_raw_files_are_refused_or_used_knowingly(home, tmp_path):
    shutil.copytree(home, tmp_path / "home")
    moved = tmp_path / "home"
    without_site(read_path(moved, "2025"), 2)
    with pytest.raises(DataError) as fault:
        compare_years(moved, "2025", "2026")
    assert fault.value.key == "comparison.raw_changed"
    assert fault.value.facts["files"] == "childcare.csv"
    found, _ = compare_years(moved, "2025", "2026", as_they_are=True)
    assert found.notes[0].key == "comparison.raw_as_is"
    assert len(found.sites["site"].unique()) == 2


def read_path(home, period):
    return home / "data" / "raw" / "xiao" / period / "study.toml"


def test_missing_files_are_named(home, tmp_path):
    shutil.copytree(read_path(home, "2025").parent, tmp_path / "data" / "raw" / "xiao")
    run = home / "data" / "processed" / "xiao" / "2025"
    (tmp_path / "data" / "raw" / "xiao" / "people.tif").unlink()
    study = past_study(tmp_path, run)
    assert (study.missing, study.changed, study.readable) == (("people.tif",), (), False)


def test_without_raw_files_definitions_are_told_from_all_else(home, whole, tmp_path):
    shutil.copytree(home, tmp_path / "home")
    moved = tmp_path / "home"
    read_path(moved, "2025").unlink()
    found, _ = compare_years(moved, "2025", "2027")
    assert found.notes[0].key == "comparison.raw_gone"
    split = found.split[found.split["change"].notna()]
    assert sums(split).abs().max() < 1e-9
    assert split[["facilities", "capacity", "population", "network"]].isna().all(axis=None)
    ends = ["level", "code", "service", "measure"]
    both = split.merge(whole.split, on=ends, suffixes=("", "_whole"))
    for side in ("old", "old_under_new", "new"):
        assert both[side].to_numpy() == pytest.approx(both[f"{side}_whole"].to_numpy(), abs=1e-9, nan_ok=True)


def test_what_cannot_be_compared_is_refused_with_a_sentence(home):
    for old, new, place, kind, key in [
        ("2026", "2026", None, UsageError, "periods.same"),
        ("2026", "2025", None, UsageError, "periods.swapped"),
        ("2024", "2026", None, ConfigurationError, "periods.not_run"),
        ("2025", "2026", "elsewhere", ConfigurationError, "periods.not_run"),
    ]:
        with pytest.raises(kind) as fault:
            compare_years(home, old, new, place)
        assert fault.value.key == key


def test_two_places_are_not_compared(home, tmp_path):
    processed = home / "data" / "processed" / "xiao"
    shutil.copytree(processed / "2025", tmp_path / "data" / "processed" / "one" / "2025")
    shutil.copytree(processed / "2026", tmp_path / "data" / "processed" / "other" / "2026")
    with pytest.raises(ConfigurationError) as fault:
        compare_years(tmp_path, "2025", "2026")
    assert fault.value.key == "periods.other_place"
    shutil.copytree(processed / "2026", tmp_path / "data" / "processed" / "one" / "2026")
    shutil.copytree(processed / "2025", tmp_path / "data" / "processed" / "other" / "2025")
    with pytest.raises(UsageError) as twice:
        compare_years(tmp_path, "2025", "2026")
    assert twice.value.key == "periods.which_place"


@pytest.fixture(scope="module")
def today(home):
    return inputs_of(read_path(home, "2026"))


def inputs_of(study):
    return whole_inputs(read_files(read_study(study), study, lambda *_: None))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("date = 2026-06-30\nservices", "date = 2026-06-30\ncell_m = 50\nservices"), "comparison.cells_differ"),
        (("date = 2026-06-30\nservices", "date = 2026-06-30\ncrs = 4550\nservices"), "comparison.crs_differ"),
        (('[[zones]]\nfile = "villages.geojson"\nlevel = "village"\n', ""), "comparison.levels_differ"),
    ],
    ids=["cells", "crs", "levels"],
)
def test_other_grids_systems_and_levels_are_refused(tmp_path, today, change, key):
    old = inputs_of(write_period(tmp_path, "2025", change))
    with pytest.raises(ConfigurationError) as fault:
        common_ground(old, today)
    assert fault.value.key == key


def test_people_of_both_years_are_counted_in_todays_units(tmp_path, today):
    """The street of 2025 became two villages' towns: nobody is lost, and it is told."""
    study = write_period(tmp_path, "2025")
    towns = gpd.read_file(study.parent / "towns.shp", encoding="gb18030")
    towns.loc[1, ["code", "name"]] = "339900009", "旧街道"
    towns.to_file(study.parent / "towns.shp", encoding="gb18030")
    villages = gpd.read_file(study.parent / "villages.geojson")
    villages.loc[1, "code"] = "339900009001"
    villages.to_file(study.parent / "villages.geojson")
    totals = study.parent / "totals.csv"
    totals.write_text(totals.read_text(encoding="gb18030").replace("339900002", "339900009"), encoding="gb18030")
    old = inputs_of(study)
    ground = common_ground(old, today)
    assert set(ground.grid.cells["town_code"]) == {"339900001", "339900002"}
    assert ground.people[0]["all"].sum() == pytest.approx(old.population.persons["all"].sum())
    (note,) = ground.notes
    assert note.key == "comparison.units_differ"
    assert "旧街道" in note.facts["gone"]
    assert "东街道" in note.facts["come"]


def test_the_demo_of_two_years_runs_the_past_first_and_says_what_next(tmp_path, monkeypatch, capsys):
    run = []
    raw = tmp_path / "data" / "raw" / "shili"
    studies = raw / "2025" / "study.toml", raw / "study.toml"
    monkeypatch.setattr("circle15.sample.years.write_years", lambda folder: studies if folder == raw else ())
    monkeypatch.setattr("circle15.cli.watching.watched_run", lambda study, _: run.append(study))
    monkeypatch.setattr("circle15.cli.console.show_results", lambda *_: None)
    assert main(["demo", str(tmp_path), "--years"]) == 0
    assert run == list(studies)
    assert f"circle15 compare 2025 2026 --folder {tmp_path}" in capsys.readouterr().out
