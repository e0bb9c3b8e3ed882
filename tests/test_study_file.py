import pytest
from least_study import GOOD

from circle15.errors import Circle15Error, ConfigurationError, DataError, Faults, UsageError
from circle15.inputs.study_file import read_study


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
        ('level = "town"', 'level = "镇"', "study.choice_guess"),
        ('level = "town"', 'level = "乡里"', "study.choice"),
        ('datum = "gcj02"', 'datum = "高德"', "study.choice_guess"),
        ('datum = "gcj02"', 'datum = "北斗"', "study.choice"),
        ('period = "2026"', "period = 2026", "study.wrong_period"),
        ('period = "2026"', "period = 2026Q2", "study.period_line"),
        ("[study]", '[study]\ndate = "2026.6.30"', "study.wrong_date"),
        ("[study]", "[study]\ndate = 2026.6.30", "study.date_line"),
        ("[study]", "[study]\ndate = “2026-06-30”", "study.date_line"),
        ('place = "示例县"', "place = “示例县”", "study.chinese_marks"),
        ('place = "示例县"', 'place ＝ "示例县"', "study.chinese_marks"),
        ('place = "示例县"', 'place = "示例县', "study.not_toml"),
        ('place = "示例县"', "place = 12", "study.wrong_text"),
        ("[study]", '[study]\nservices = ["childcare"，"clinic"]', "study.chinese_marks"),
        ("[study]", '[study]\nservices = "childcare"', "study.wrong_list"),
        ("[[facilities]]", "[facilities]", "study.wrong_table"),
        ('file = "list.xlsx"', 'file = "D:\\data\\list.xlsx"', "study.backslash"),
        ('file = "list.xlsx"', 'file = "C:\\Users\\list.xlsx"', "study.backslash"),
        ('file = "list.xlsx"', 'file = "a.xlsx"\nfile = "b.xlsx"', "study.set_twice"),
        ('file = "list.xlsx"', 'file = "a.xlsx"\nfrom_osm = "是"', "study.wrong_bool"),
        ('datum = "gcj02"', 'datum = """gcj02', "study.not_toml_at_end"),
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


@pytest.mark.parametrize(
    ("written", "meant"),
    [("高德", "gcj02"), ("腾讯", "gcj02"), ("百度", "bd09"), ("WGS-84", "wgs84"), ("国家2000", "cgcs2000")],
)
def test_a_datum_by_another_name_is_told_with_its_list_and_the_word_for_it(tmp_path, written, meant):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, GOOD.replace("gcj02", written))
    told = caught.value.sentence("zh")
    assert f'是否想写 "{meant}"？只能是 wgs84、cgcs2000、gcj02、bd09。' in told
    assert "facilities[1].datum（名单“list.xlsx”）" in told
    assert " or " not in told


def test_a_slip_of_syntax_is_told_by_line_and_column(tmp_path):
    with pytest.raises(ConfigurationError, match=r"第 3 行第 9 列写法有误：该行用了中文引号或标点，请换成英文的"):
        read(tmp_path, GOOD.replace('"示例县"', "“示例县”"))


def test_a_file_that_is_no_study_is_told_as_such(tmp_path):
    with pytest.raises(UsageError, match=r"命令后面应写 study\.toml、其所在文件夹或研究区的代号"):
        read_study(tmp_path / "托育机构.xlsx")


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
