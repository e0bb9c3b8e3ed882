"""A disk without room, a file that is open elsewhere, a path that is too long: one sentence, and no half of a file."""

import errno
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

import circle15.cli.main as command
from circle15.catalogue.loader import load_catalogue
from circle15.cli.main import main
from circle15.inputs.files.room import require_room
from circle15.publish.workbook import write_sheets
from circle15.sample import lists
from circle15.workspace.template import write_template

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
OPEN = PermissionError(errno.EACCES, os.strerror(errno.EACCES), "名单 <b>.xlsx")
FAULTS = {
    "full": (FULL, "磁盘空间已满", "disk is full"),
    "full, by its words alone": (OSError(f"walk.arrow: {os.strerror(errno.ENOSPC)}"), "磁盘空间已满", "disk is full"),
    "open": (OPEN, "“名单 <b>.xlsx”打不开或写不进去", '"名单 <b>.xlsx" cannot be opened'),
    "read-only": (OSError(errno.EROFS, "Read-only file system", "a"), "“a”打不开或写不进去", '"a" cannot be opened'),
    "long": (OSError(errno.ENAMETOOLONG, "File name too long", "长" * 99), "路径或名称太长", "is too long"),
    "without a reason, where little is left": (OSError("a.gpkg: Failed to commit"), "磁盘空间已满", "disk is full"),
    "else": (OSError(errno.EIO, "Input/output error"), "读写文件时出错：", "Reading or writing failed: "),
}


def chained(fault):
    try:
        try:
            raise fault
        except OSError as first:
            raise OSError("tables.xlsx") from first
    except OSError as second:
        return second


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_of_the_system_is_one_sentence(name, capsys, monkeypatch):
    fault, *sentences = FAULTS[name]
    for raised in (fault, *((chained(fault),) if fault.errno and fault.errno != errno.EIO else ())):

        class Commands:
            def main(self, raised=raised, **_):
                raise raised

        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6))
        monkeypatch.setattr(command, "build_cli", lambda _lang, made=Commands: made())
        for lang, sentence in zip(("zh", "en"), sentences, strict=True):
            assert main(["--lang", lang, "run"]) == 1
            told = capsys.readouterr().err
            assert sentence in told
            assert told.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("kind", ["tables", "template", "sample"])
def test_a_workbook_that_finds_no_room_raises_once_and_leaves_no_archive_open(kind, tmp_path, recwarn):
    full = tmp_path / "a.xlsx"
    full.symlink_to("/dev/full")
    write = {
        "tables": lambda: write_sheets((), full, "表", "zh"),
        "template": lambda: write_template(full, load_catalogue().services["childcare"], "zh"),
        "sample": lambda: lists._write_workbook(full, [("名称", "经度")]),
    }[kind]
    with pytest.raises(OSError, match="No space") as raised:
        write()
    assert raised.value.errno == errno.ENOSPC
    assert not recwarn.list


def test_room_is_asked_for_and_given_back(tmp_path):
    path = tmp_path / "streets.osm.pbf"
    require_room(path, 3_000_000)
    assert not path.exists()
    if Path("/dev/full").exists():
        path.symlink_to("/dev/full")
        with pytest.raises(OSError, match="No space"):
            require_room(path, 5_000)
        assert not path.is_symlink()
