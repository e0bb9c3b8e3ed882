import dataclasses
from pathlib import Path

import pandas as pd
import pytest
from made_results import made_results

from circle15.errors import DataError
from circle15.pipeline.run import LEDGER_COLUMNS
from circle15.publish.geopackage import write_geopackage
from circle15.publish.workbook import write_workbook
from circle15.results.folders import replacing

EMPTY_LEDGER = pd.DataFrame(columns=list(LEDGER_COLUMNS))


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
    (tmp_path / ".2026.old").mkdir()
    (tmp_path / ".2026.old" / "old.txt").touch()
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "2026") as (draft,):
        (draft / "absent.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026", "old.txt"]


@pytest.mark.parametrize("stuck", ["tables", ".maps.draft", "maps"])
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


@pytest.mark.parametrize("write", [write_geopackage, lambda results, path: write_workbook(results, path, "zh")])
def test_a_file_that_cannot_be_written_is_told_as_such(tmp_path, write):
    results = made_results(columns=16, rows=12, counts=[2] * 8)
    with pytest.raises(OSError, match="results"):
        write(dataclasses.replace(results, ledger=EMPTY_LEDGER), tmp_path / "absent" / "results.gpkg")
