"""What a word of the command line means: a study file, its folder, or the id of a place."""

import pytest

from circle15.errors import ConfigurationError
from circle15.pipeline.folders import study_path
from circle15.pipeline.located import locate
from circle15.pipeline.products.handover import hand_over

STUDY = '[study]\nplace = "甲县"\nid = "{id}"\nperiod = "2026"\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder, id_ in (("jia", "jia"), ("乙县", "yi")):
        raw = tmp_path / "data" / "raw" / folder
        raw.mkdir(parents=True)
        (raw / "study.toml").write_text(STUDY.format(id=id_), encoding="utf-8")
    (tmp_path / "data" / "raw" / "bing").mkdir()
    (tmp_path / "data" / "raw" / "bing" / "study.toml").write_text("[study", encoding="utf-8")
    run = tmp_path / "data" / "processed" / "jia" / "2025"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("data/raw/jia/study.toml", "data/raw/jia/study.toml"),
        ("data/raw/jia", "data/raw/jia/study.toml"),
        ("jia", "data/raw/jia/study.toml"),
        ("yi", "data/raw/乙县/study.toml"),
        ("乙县", "data/raw/乙县/study.toml"),
        ("ding", "ding"),
        ("list.xlsx", "list.xlsx"),
    ],
)
def test_a_study_is_named_by_its_file_its_folder_or_its_id(home, said, found):
    assert study_path(home.__class__(said)) == home.__class__(found)


def test_a_run_is_named_by_the_id_of_its_place(home):
    path = home.__class__
    assert locate(path("jia")).run.name == locate(path("jia"), "2025").run.name == "2025"
    for said, period, key in (
        ("ding", None, "report.place_not_run"),
        ("jia", "2024", "report.period_of_place_not_run"),
    ):
        with pytest.raises(ConfigurationError) as fault:
            hand_over(path(said), period, ("qgz",), None, "zh")
        assert fault.value.key == key
        assert "jia" in fault.value.sentence("zh")
