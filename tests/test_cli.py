import subprocess
import sys

import pytest

from circle15.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--help"], 0, "示例县"),
        (["--lang", "en", "--help"], 0, "invented county"),
        (["--version"], 0, "circle15"),
        (["services"], 0, "childcare"),
        (["--lang=en", "services"], 0, "childcare"),
        ([], 2, "示例县"),
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
