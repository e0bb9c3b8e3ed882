"""Without the libraries of the extra ``report``, a command says what to install, before it reads anything."""

import sys

import pytest

from circle15.cli.main import main


@pytest.mark.parametrize(("command", "library"), [
    (["sheets", "nowhere"], "matplotlib"),
    (["report", "nowhere"], "matplotlib"),
    (["report", "nowhere", "--format", "html"], "fontTools"),
    (["report", "nowhere"], "docx"),
])  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_missing_extra_is_named(monkeypatch, capsys, tmp_path, command, library, lang):
    monkeypatch.chdir(tmp_path)
    for name in [each for each in sys.modules if each == library or each.startswith(f"{library}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    assert main([*command, "--lang", lang]) == 1
    told = capsys.readouterr().err
    assert 'pip install "circle15[report]"' in told
    assert len(told.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_pages_need_no_word_processor(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "docx", None)
    assert main(["report", "nowhere", "--format", "html"]) == 1
    assert "pip install" not in capsys.readouterr().err
