import pytest

from circle15.results.folders import replacing


def test_new_results_take_the_place_of_old_ones(tmp_path):
    for word in ("old", "new"):
        with replacing(tmp_path / "2026", tmp_path / "maps" / "2026") as (tables, maps):
            (tables / f"{word}.txt").touch()
            (maps / f"{word}.html").touch()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026", "2026", "maps", "new.html", "new.txt"]


def test_a_run_that_dies_leaves_the_old_result_and_nothing_else(tmp_path):
    with replacing(tmp_path / "2026") as (draft,):
        (draft / "old.txt").touch()

    def die():
        with replacing(tmp_path / "2026") as (draft,):
            (draft / "half").mkdir()
            (draft / "half").mkdir()

    with pytest.raises(FileExistsError):
        die()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026", "old.txt"]


def test_a_run_killed_between_the_two_renames_is_put_right_by_the_next(tmp_path):
    (tmp_path / ".2026.old").mkdir()
    (tmp_path / ".2026.old" / "old.txt").touch()
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "2026") as (draft,):
        (draft / "absent.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026", "old.txt"]
