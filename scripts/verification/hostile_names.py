"""Hostile names through every output, and through every file that every command writes."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import zipfile
from pathlib import Path

from hostile_channels import CHANNELS, Shown, lost, opened, pdf_harm, word_document, workbook
from hostile_names import NAMES, hostile_results
from hostile_study import write_hostile_study
from opened_pages import CHROMIUM, QUIET
from playwright.sync_api import sync_playwright

from circle15.cli.main import main

TITLE = "Hostile names"
FULL = len(NAMES)
# Every command that writes something a person opens, as it is given the study; later ones read what earlier ones wrote.
COMMANDS = (
    ("check",), ("run",), ("issues",), ("sheets",), ("site", "--service", "canteen", "--sites", "2"),
    ("site", "--service", "childcare", "--sites", "2"), ("whatif",), ("handover",),
    ("report", "--format", "docx,html,pdf"),
)  # fmt: skip
WITHOUT_STUDY = ("issues",)


def section(count: int) -> str:
    """Write and read back every output of ``count`` names and more, and everything that the commands write."""
    assert count <= len(NAMES)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        rows = [_channel(name, browser) for name in CHANNELS]
        files = _files(browser)
        browser.close()
    return "\n".join(
        [
            f"{len(NAMES)} names (markup, scripts, templates, formulas, links, paths, marks of direction and of no",
            "width, characters of control, rare and joined characters, long ones) through each output by itself, pages",
            "opened in Chromium that reaches no host: shown are the names read back whole; harm is what ran, was asked",
            "for, is a formula, or leads elsewhere.",
            "A picture stops with a sentence where no font has a character (that name counts as shown), and cuts",
            "a long name visibly; a shapefile's cut name stands whole in the workbook beside it.",
            "",
            "| output | names | shown | harm |",
            "|---|---|---|---|",
            *rows,
            "",
            f"{len(CHANNELS)} x {len(NAMES)} = {len(CHANNELS) * len(NAMES)} pairs of output and name.",
            "",
            f"A study whose canteens and villages bear the names was taken through {len(COMMANDS)} commands; every",
            "page, workbook, document and project that they wrote was opened:",
            "",
            "| files | opened | harm |",
            "|---|---|---|",
            *files,
        ]
    )


def _channel(name: str, browser) -> str:  # noqa: ANN001
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shown = CHANNELS[name](hostile_results(), Path(folder), browser)
    missing = lost(shown)
    assert not missing, (name, missing)
    assert not shown.harm, (name, shown.harm)
    return f"| {name} | {len(NAMES)} | {len(NAMES) - len(missing)} | {len(shown.harm)} |"


def _files(browser) -> list[str]:  # noqa: ANN001
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        _run_all(Path(home))
        readers = {
            ".html": lambda path: opened(browser, path),
            ".xlsx": workbook,
            ".docx": word_document,
            ".qgz": _project,
            ".pdf": lambda path: Shown("", pdf_harm(path.read_bytes())),
        }
        rows = []
        for ending, read in readers.items():
            paths = sorted(Path(home).rglob(f"*{ending}"))
            paths = [path for path in paths if "raw" not in path.parts]
            harm = [(path.name, harm) for path in paths for harm in read(path).harm]
            assert paths, ending
            assert not harm, harm
            rows.append(f"| {ending} | {len(paths)} | {len(harm)} |")
        return rows


def _run_all(home: Path) -> None:
    study = write_hostile_study(home / "data" / "raw" / "xiao").parent
    before = Path.cwd()
    os.chdir(home)
    try:
        for command, *options in COMMANDS:
            given = [] if command in WITHOUT_STUDY else [str(study)]
            told = io.StringIO()
            with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
                code = main([command, *given, *options])
            assert code == 0, (command, told.getvalue()[-400:])
            assert "\x1b" not in told.getvalue(), command
    finally:
        os.chdir(before)


def _project(path: Path) -> Shown:
    with zipfile.ZipFile(path) as packed:
        text = packed.read(f"{path.stem}.qgs").decode("utf-8")
    return Shown(text, tuple(word for word in ("<Macro", "pythonCode", "attributeactions") if word in text))
