"""The file of a scenario and the record of a siting: read back as written, every fault told at once."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sitings import made_siting

from circle15.errors import Circle15Error, DataError, Faults
from circle15.inputs.scenario.read import read_scenario, scenario_of
from circle15.model.scenario import ClosedSite, OpenedSite, PathChange, PeopleChange, ResizedSite, Scenario
from circle15.model.scenario_text import scenario_text
from circle15.results.siting import SHAPES, TABLES, load_siting, load_sitings, save_siting, sitings_folder

HOSTILE = ('甲"乙', "a\\b", "<script>", "=1+1", "]]", "名 # 不是注释", "'''", "\u202e反", "#{x}", "[[close]]", '"""')

WHOLE = """\
name = "方案一"
note = "县政府 9 月方案"
[[open]]
service = "childcare"
name = "新建托育点1"
lon = 120.12345678
lat = 30
capacity = 60
flags = ["普惠", "普惠"]
[[close]]
service = "childcare"
name = "旧园"
[[resize]]
service = "childcare"
facility = "childcare-0a"
capacity = 90
[[path]]
action = "新增桥"
coordinates = [[120.1, 30.1], [120.2, 30.1]]
modes = ["walk"]
[[people]]
unit = "330000001"
group = "0-2"
factor = 1.2
[[people]]
unit = "330000001"
persons = 500
"""


def written(folder, text, encoding="utf-8"):
    path = folder / "scenario.toml"
    path.write_bytes(text.encode(encoding))
    return path


def told(text, tmp_path, encoding="utf-8"):
    """The keys of the faults of a file."""
    with pytest.raises(Circle15Error) as caught:
        read_scenario(written(tmp_path, text, encoding))
    faults = caught.value.faults if isinstance(caught.value, Faults) else (caught.value,)
    return [fault.key.partition(".")[2] for fault in faults]


def test_every_table_is_read(tmp_path):
    found = read_scenario(written(tmp_path, "\ufeff" + WHOLE))
    assert found == Scenario(
        "方案一",
        (OpenedSite("childcare", "新建托育点1", 120.1234568, 30.0, 60.0, ("普惠",)),),
        (ClosedSite("childcare", name="旧园"),),
        (ResizedSite("childcare", 90.0, facility="childcare-0a"),),
        (PathChange("新增桥", "120.1000000 30.1000000, 120.2000000 30.1000000", modes=("walk",)),),
        (PeopleChange("330000001", "0_2", 1.2), PeopleChange("330000001", persons=500.0)),
        "县政府 9 月方案",
    )


letters = st.characters(exclude_categories=("C", "Z"))
names = st.one_of(st.sampled_from(HOSTILE), st.text(letters, min_size=1, max_size=12))
degrees = st.floats(-90, 90).map(lambda value: round(value, 7) + 0.0)
amounts = st.one_of(st.integers(0, 10**6).map(float), st.floats(0, 1000))
scenarios = st.builds(
    Scenario,
    names,
    st.lists(
        st.builds(OpenedSite, names, names, degrees, degrees, st.none() | amounts, st.just(("普惠",)) | st.just(())),
        unique_by=lambda site: (site.service, site.name, site.lon, site.lat),
        max_size=3,
    ).map(tuple),
    st.lists(st.builds(ClosedSite, names, facility=names), unique=True, max_size=2).map(tuple),
    st.lists(
        st.builds(ResizedSite, names, amounts, name=names), unique_by=lambda s: (s.service, s.name), max_size=2
    ).map(tuple),
    st.lists(st.builds(PathChange, names, names, names, names), unique=True, max_size=2).map(tuple),
    st.lists(st.builds(PeopleChange, names, factor=st.floats(0, 1000)), unique_by=lambda c: c.unit, max_size=2).map(
        tuple
    ),
    names,
)


@settings(max_examples=30)
@given(scenarios)
def test_a_scenario_reads_back_as_written(scenario):
    text = scenario_text(scenario)
    assert scenario_of(tomllib.loads(text), "a.toml") == scenario
    assert scenario_text(scenario_of(tomllib.loads(text), "a.toml")) == text


FAULTS = {
    "no_name": ('note = "x"', ["missing"]),
    "key": ('nam = "甲"', ["unknown_key_like", "missing"]),
    "closed": ('name = "甲"\n[[closed]]\nservice = "a"', ["unknown_key_like"]),
    "cinema": ('name = "甲"\nzzz = 1', ["unknown_key"]),
    "single_brackets": ('name = "甲"\n[open]\nservice = "a"', ["not_tables"]),
    "places_text": ('name="甲"\n[[resize]]\nservice="a"\nname="b"\ncapacity="60张"', ["not_number"]),
    "places_true": ('name="甲"\n[[resize]]\nservice="a"\nname="b"\ncapacity=true', ["not_number"]),
    "places_nan": ('name="甲"\n[[resize]]\nservice="a"\nname="b"\ncapacity=nan', ["out_of_range"]),
    "places_negative": ('name="甲"\n[[resize]]\nservice="a"\nname="b"\ncapacity=-1', ["out_of_range"]),
    "swapped": ('name="甲"\n[[open]]\nservice="a"\nname="b"\nlon=30.1\nlat=120.1', ["not_degrees"]),
    "inf": ('name="甲"\n[[open]]\nservice="a"\nname="b"\nlon=inf\nlat=nan', ["not_degrees", "not_degrees"]),
    "degrees_text": ('name="甲"\n[[open]]\nservice="a"\nname="b"\nlon="120"\nlat=30', ["not_number"]),
    "empty": ('name="甲"\n[[open]]\nservice="a"\nname=" "\nlon=120\nlat=30', ["empty_text"]),
    "long": (f'name="{"长" * 300}"', ["long_text"]),
    "neither": ('name="甲"\n[[close]]\nservice="a"', ["one_of"]),
    "both": ('name="甲"\n[[people]]\nunit="a"\nfactor=1\npersons=2', ["one_of"]),
    "unit_number": ('name="甲"\n[[people]]\nunit=330101\nfactor=1', ["not_text"]),
    "flags": ('name="甲"\n[[open]]\nservice="a"\nname="b"\nlon=120\nlat=30\nflags="普惠"', ["not_list"]),
    "twice": ('name="甲"\n[[close]]\nservice="a"\nname="b"\n[[close]]\nservice="a"\nname="b"', ["twice"]),
    "coordinates": ('name="甲"\n[[path]]\naction="path"\ncoordinates=[[120,30],[121]]', ["not_coordinates"]),
    "bytes": ('name="甲"', ["not_utf8"]),
    "quotes": ("name=“甲”", ["chinese_marks"]),
    "several": ('[[close]]\n[[open]]\nservice=1\nlat="x"', ["not_text", "not_number", *["missing"] * 4, "one_of"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_sentence(tmp_path, name):
    text, keys = FAULTS[name]
    found = told(text, tmp_path, "gb18030" if name == "bytes" else "utf-8")
    assert sorted(found) == sorted(keys)


def test_all_faults_are_told_at_once_with_table_and_number(tmp_path):
    text = 'name="甲"\n' + '[[open]]\nservice="a"\nname="b"\nlon=120\nlat=30\n' + '[[open]]\nservice="a"\nnam="b"\n'
    with pytest.raises(Faults) as caught:
        read_scenario(written(tmp_path, text))
    sentence = caught.value.sentence("zh")
    assert "第 2 个 [[open]]" in sentence
    assert "是否想写 name" in sentence
    assert "第 1 个 [[open]]" not in sentence
    assert "[[open]] no. 2" in caught.value.sentence("en")


def test_no_file_is_told():
    with pytest.raises(DataError):
        read_scenario(Path("nowhere.toml"))


@pytest.mark.parametrize("name", HOSTILE[:4])
def test_a_record_reads_back_as_saved(tmp_path, name):
    record = made_siting(name, site_names=(name, "北街"))
    folder = sitings_folder(tmp_path, "shili", "2026") / "one"
    folder.mkdir(parents=True)
    save_siting(record, folder)
    (found,) = load_sitings(tmp_path, "shili", "2026")
    for table in (*SHAPES, *TABLES):
        pd.testing.assert_frame_equal(getattr(found, table), getattr(record, table), check_dtype=False)
    assert found.scenario == record.scenario
    assert (found.name, found.value, found.knee, found.notes) == (name, 900.0, 1, record.notes)
    assert list(found.new_sites["name"]) == [name, "北街"]


def test_endless_numbers_survive_and_a_damaged_record_is_told(tmp_path):
    save_siting(made_siting(value=float("inf"), gap=float("nan")), tmp_path)
    found = load_siting(tmp_path)
    assert (found.value, found.gap != found.gap) == (float("inf"), True)
    (tmp_path / "units.parquet").unlink()
    with pytest.raises(DataError):
        load_siting(tmp_path)
