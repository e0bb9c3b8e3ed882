"""How far a long run has come: told stage by stage, rising, to somebody who watches and to nobody else."""

import io

import pytest
from rich.console import Console
from small_study import write_small_study

from circle15.cli import watching
from circle15.pipeline.progress import in_parts
from circle15.pipeline.run import run_study


def test_stages_come_in_order_and_each_rises_to_its_end(tmp_path):
    told = []
    run_study(write_small_study(tmp_path / "data" / "raw" / "xiao"), lambda *said: told.append(said))
    stages = [said[0] for said in told if len(said) == 1]
    assert stages[-6:] == ["search", "assess", "uncertainty", "edges", "isochrones", "write"]
    for stage in ("streets", "search", "isochrones"):
        shares = [done / of for name, done, of in (said for said in told if len(said) == 3) if name == stage]
        begun = told.index((stage,))
        assert all(told.index(said) > begun for said in told if len(said) == 3 and said[0] == stage)
        assert len(shares) >= 2
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


def test_parts_of_parts_end_where_the_next_begins():
    told = []
    for part in in_parts(lambda done, of: told.append(done / of), 4):
        for inner in in_parts(part, 2):
            inner(0, 3)
            inner(3, 3)
    assert told == [
        0,
        1 / 8,
        1 / 8,
        2 / 8,
        2 / 8,
        3 / 8,
        3 / 8,
        4 / 8,
        4 / 8,
        5 / 8,
        5 / 8,
        6 / 8,
        6 / 8,
        7 / 8,
        7 / 8,
        1,
    ]


@pytest.mark.parametrize("watched", [True, False])
def test_a_bar_is_for_a_terminal_alone(monkeypatch, watched):
    file = io.StringIO()
    console = Console(file=file, force_terminal=watched, highlight=False, width=100)
    monkeypatch.setattr(watching, "Console", lambda **_: console)
    with watching.telling("en") as tell:
        tell("search")
        tell("search", 1, 4)
        tell("search", 4, 4)
        tell("write")
    lines = file.getvalue()
    assert ("%" in lines) == watched
    if not watched:
        assert [line[:1] for line in lines.splitlines()] == ["·", "·"]
