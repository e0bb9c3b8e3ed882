import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from made_results import made_results

import circle15
from circle15.errors import Circle15Error, DataError
from circle15.pipeline.folders import output_folders
from circle15.pipeline.run import LEDGER_COLUMNS, run_study
from circle15.publish.geopackage import write_geopackage
from circle15.publish.workbook import write_workbook
from circle15.results.folders import prove_writable, recover, replacing

DRAFT_OF_MAPS = f".maps.draft.{os.getpid()}"
EMPTY_LEDGER = pd.DataFrame(columns=list(LEDGER_COLUMNS))


def dead_process():
    """The number of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_drafts_of_dead_runs_go_and_those_of_running_ones_stay(tmp_path):
    dead, running = tmp_path / f".2026.draft.{dead_process()}", tmp_path / f".2026.draft.{os.getppid()}"
    other = tmp_path / ".2026.draft.mine"
    for folder in (dead, running, other):
        folder.mkdir()
    recover(tmp_path / "2026")
    assert sorted(tmp_path.iterdir()) == sorted([running, other])


def test_two_runs_at_once_have_drafts_of_their_own(tmp_path, monkeypatch):
    with replacing(tmp_path / "2026") as (first,):
        (first / "first.txt").touch()
        with monkeypatch.context() as patched:
            patched.setattr(os, "getpid", os.getppid)
            with replacing(tmp_path / "2026") as (second,):
                (second / "second.txt").touch()
            assert [path.name for path in (tmp_path / "2026").iterdir()] == ["second.txt"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026", "first.txt"]


def test_writable_folders_are_proved_without_a_trace(tmp_path):
    (tmp_path / "2026").mkdir()
    (tmp_path / "2026" / "old.txt").touch()
    prove_writable(tmp_path / "2026", tmp_path / "maps" / "shili" / "2026")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026", "old.txt"]


def test_a_folder_held_open_is_told_before_anything_is_read(tmp_path, monkeypatch):
    study = tmp_path / "study.toml"
    study.write_text((Path(circle15.__file__).parent / "sample" / "study.toml").read_text(encoding="utf-8"), "utf-8")
    tables, _ = output_folders(study)
    tables.mkdir(parents=True)

    def refuse(path, _):
        raise PermissionError(13, "a file in it is open elsewhere", str(path))

    monkeypatch.setattr(Path, "rename", refuse)
    stages = []
    with pytest.raises(DataError, match="Excel"):
        run_study(study, stages.append)
    assert stages == []
    assert [path.name for path in tables.parent.iterdir()] == [tables.name]


def test_an_old_folder_comes_back_though_the_study_cannot_be_read(tmp_path):
    study = tmp_path / "study.toml"
    study.write_text((Path(circle15.__file__).parent / "sample" / "study.toml").read_text(encoding="utf-8"), "utf-8")
    tables, _ = output_folders(study)
    (tables.parent / f".{tables.name}.old.{dead_process()}").mkdir(parents=True)
    with pytest.raises(Circle15Error):  # the study's files are not there
        run_study(study)
    assert sorted(path.name for path in tables.parent.iterdir()) == [tables.name, "check"]


def test_new_results_take_the_place_of_old_ones(tmp_path):
    for word in ("old", "new"):
        with replacing(tmp_path / "2026", tmp_path / "maps" / "2026") as (tables, maps):
            (tables / f"{word}.txt").touch()
            (maps / f"{word}.html").touch()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026", "2026", "maps", "new.html", "new.txt"]


def test_a_run_that_dies_leaves_the_old_result_and_nothing_else(tmp_path):
    with replacing(tmp_path / "2026") as (draft,):
        (draft / "old.txt").touch()
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "2026") as (draft,):
        (draft / "half.txt").write_bytes(bytes(1 // len(list(draft.iterdir()))))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026", "old.txt"]


def test_a_run_killed_between_the_two_renames_is_put_right_by_the_next(tmp_path):
    old = tmp_path / f".2026.old.{dead_process()}"
    old.mkdir()
    (old / "old.txt").touch()
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "2026") as (draft,):
        (draft / "absent.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026", "old.txt"]


@pytest.mark.parametrize("stuck", ["tables", DRAFT_OF_MAPS, "maps"], ids=["old tables", "new maps", "old maps"])
def test_where_one_folder_cannot_be_moved_none_is(tmp_path, monkeypatch, stuck):
    targets = tmp_path / "tables", tmp_path / "maps"
    with replacing(*targets) as drafts:
        for draft in drafts:
            (draft / "old.txt").touch()
    rename = Path.rename

    def refuse(path, to):
        if path.name == stuck:
            raise PermissionError(13, "a file in it is open elsewhere")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(DataError, match="Excel"), replacing(*targets) as drafts:
        (drafts[0] / "new.txt").touch()
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "maps", "maps/old.txt", "tables", "tables/old.txt",
    ]  # fmt: skip


def write_tables(results, path):
    write_workbook(results, path, "zh")


@pytest.mark.parametrize("write", [write_geopackage, write_tables], ids=["geopackage", "workbook"])
def test_a_file_that_cannot_be_written_is_told_as_such(tmp_path, write):
    results = made_results(columns=16, rows=12, counts=[2] * 8)
    with pytest.raises(OSError, match="results"):
        write(dataclasses.replace(results, ledger=EMPTY_LEDGER), tmp_path / "absent" / "results.gpkg")
