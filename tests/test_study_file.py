import pytest

from circle15.errors import Circle15Error, ConfigurationError, DataError, Faults
from circle15.inputs.study_file import read_study

GOOD = """
[study]
place = "示例县"
id = "shili"
period = "2026"

[[zones]]
file = "zones.gpkg"
level = "town"

[network]
file = "streets.osm.pbf"

[population]
raster = "people.tif"

[[facilities]]
service = "childcare"
file = "list.xlsx"
datum = "gcj02"
"""


def read(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def test_a_good_study_is_read_with_its_defaults(tmp_path):
    study = read(tmp_path, GOOD)
    assert study.study.cell_m == 100
    assert study.network.max_leg_m == 300
    assert study.facilities[0].datum == "gcj02"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('place = "示例县"', "", "study.missing_key"),
        ('period = "2026"', 'period = "26年"', "study.pattern_period"),
        ('id = "shili"', 'id = "../up"', "study.pattern_id"),
        ('level = "town"', 'level = "镇"', "study.choice"),
        ('datum = "gcj02"', 'datum = "高德"', "study.choice"),
        ('raster = "people.tif"', "", "study.one_population_source"),
        ('raster = "people.tif"', 'raster = "a.tif"\nbuildings = "b.gpkg"', "study.one_population_source"),
        ('datum = "gcj02"', 'datun = "gcj02"', "study.unknown_key_guess"),
        ("[population]", "[population]\nqqqq = 1", "study.unknown_key"),
        ("[study]", '[study]\ncell_m = "big"', "study.wrong_int_parsing"),
        ("[study]", "[study]\ncell_m = 5", "study.wrong_greater_than_equal"),
        ("[study]", "[study]\ncell_m = [5]", "study.wrong_value"),
        ("[network]", "[network]\nmax_leg_m = inf", "study.wrong_finite_number"),
        ("[network]", "[network]\nmax_leg_m = 0", "study.wrong_greater_than"),
        ("[study]", "[study", "study.not_toml"),
    ],
)
def test_each_fault_has_its_sentence_in_both_languages(tmp_path, old, new, key):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, GOOD.replace(old, new))
    assert caught.value.key == key
    assert "study.toml" in caught.value.sentence("zh")
    assert "study.toml" in caught.value.sentence("en")


def test_a_typo_is_told_with_its_place_and_a_guess(tmp_path):
    with pytest.raises(ConfigurationError, match=r"facilities\[1\]\.datun.*datum"):
        read(tmp_path, GOOD.replace("datum", "datun"))


def test_all_faults_are_told_in_one_go(tmp_path):
    with pytest.raises(Faults) as caught:
        read(tmp_path, GOOD.replace('level = "town"', 'level = "镇"').replace('"gcj02"', '"高德"'))
    assert len(str(caught.value).splitlines()) == 2


def test_a_missing_study_and_one_in_another_encoding(tmp_path):
    with pytest.raises(DataError, match=r"study\.toml"):
        read_study(tmp_path / "study.toml")
    (tmp_path / "study.toml").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(Circle15Error, match="UTF-8"):
        read_study(tmp_path / "study.toml")
