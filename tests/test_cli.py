import subprocess
import sys
from io import StringIO
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from rich.table import Table

from circle15.cli.fitting import FittingConsole, fit
from circle15.cli.league import standings
from circle15.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--help"], 0, "示例县"),
        (["--lang", "en", "--help"], 0, "invented county"),
        (["--version"], 0, "circle15"),
        (["services"], 0, "childcare"),
        (["--lang=en", "services"], 0, "childcare"),
        ([], 2, "  check     只读取并检查"),
        (["--lang", "en"], 2, "  handover  Hand a finished run over to a colleague who draws maps: a styled"),
        (["rnu"], 2, "没有命令 rnu"),
        (["run"], 2, "缺少参数"),
        (["run", "--fast"], 2, "没有选项 --fast"),
        (["--lang", "fr", "run"], 2, "--lang 的取值不对，可用：zh、en"),
        (["run", "a", "b"], 2, "命令写法不对"),
        (["run", "nowhere.toml"], 1, "nowhere.toml"),
        (["--lang", "en", "run", "nowhere.toml"], 1, "No file"),
    ],
)
def test_every_way_to_call_it_ends_with_a_sentence_and_its_code(capsys, arguments, code, words):
    assert main(arguments) == code
    told = capsys.readouterr()
    assert words in told.out + told.err
    assert "Traceback" not in told.out + told.err


def test_help_loads_none_of_the_heavy_libraries():
    program = (
        "import sys; from circle15.cli.main import main; main(['--help']);"
        "heavy = ('numpy', 'pandas', 'numba', 'geopandas', 'shapely', 'folium');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_fault_of_the_program_goes_to_a_file_and_not_to_the_screen(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("circle15.cli.main.build_cli", lambda _: 1 / 0)
    assert main(["run", "x"]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert "ZeroDivisionError" in (tmp_path / "circle15-fault.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [80, 100, 140])
def test_a_table_fits_the_window_and_no_number_is_cut(width):
    table = Table("乡镇（街道）", "名次区间")
    headers = ("Balanced access", "均衡可及优质指数", "[b]人口[/b]", "Access", "可及", "均衡", "优质", "综合", "覆盖率")
    for header in headers:
        table.add_column(header, justify="right")
    cells = ("93.1", "12.3 / 45.6 / 78.9", "1,300,426", *("无数据",) * 6)
    table.add_row("云溪街道", "第 10—12 位", *cells)
    shown = StringIO()
    FittingConsole(file=shown, width=width).print(table)
    assert "…" not in shown.getvalue()
    for cell in (*cells[:1], *cells[1].split(" / "), *cells[2:]):
        assert cell in shown.getvalue()
    assert max(cell_len(line) for line in shown.getvalue().splitlines()) <= width


def test_a_table_that_fits_stays_as_it_is():
    table = Table("乡镇", "均衡可及")
    table.add_row("云溪街道", "93.1")
    fit(table, 80)
    assert (table.columns[1].header, table.padding) == ("均衡可及", (0, 1, 0, 1))


def test_a_league_of_one_has_no_tier_and_no_places():
    """A unit that stands alone has nobody to stand beside: no column of 无数据."""
    alone = pd.DataFrame({"level": "town", "code": ["1"], "tier": np.nan, "rank_low": np.nan, "rank_high": np.nan})
    many = alone.assign(rank_low=1.0, rank_high=2.0)
    told = [
        list(standings(SimpleNamespace(uncertainty=drawn, listed_level=lambda: "town"), "zh"))
        for drawn in (alone, many, many.assign(tier=1.0), alone.iloc[:0])
    ]
    assert told == [[], ["名次区间"], ["档", "名次区间"], []]
