"""The page that a check prints: files, findings, verdict."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from circle15.cli.lines import broken
from circle15.publish.quality.telling import SEVERITY_SIGNS, counts_words, place_words, verdict_words
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.model.quality import FileAccount, Finding, FindingGroup, Quality
    from circle15.pipeline.reading.checking import CheckedStudy

# Kinds of finding that the page shows at most; the report has all.
FAULTS_SHOWN, WARNINGS_SHOWN = 40, 12
WIDTH = 80
# Places that a sign takes, with the gaps around it.
SIGN_WIDTH = 4


def show_check(checked: CheckedStudy, lang: str) -> None:
    """Print what a check found: faults first, then warnings, those of one kind together; the verdict comes last."""
    console, quality = _console(), checked.quality
    if any(account.kind != "study" for account in quality.files):
        console.print(_files(quality, lang))
    _show_faults(console, quality, lang)
    _show_warnings(console, quality, lang)
    console.print(Text(counts_words(quality, lang)))
    console.print(Text(verdict_line(quality, lang)))
    console.print(Text(say(f"quality.next_{quality.verdict}", lang)))
    if checked.folder is not None:
        console.print(escape(say("cli.report_at", lang, path=report_page(checked))), soft_wrap=True)


def verdict_line(quality: Quality, lang: str) -> str:
    """The verdict on a study's files, as one line."""
    return say("cli.verdict", lang, verdict=verdict_words(quality, lang))


def report_page(checked: CheckedStudy) -> str:
    """Where the page of the report lies; "" where none could be written."""
    return "" if checked.folder is None else str(checked.folder / "data_quality.html")


def _console() -> Console:
    """Standard output, never wider than a window of 80 places needs where it goes to a file."""
    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=WIDTH)


def _files(quality: Quality, lang: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(say("quality.column_file", lang), overflow="fold", ratio=1)
    for name in ("rows", "used", "fixed", "excluded"):
        table.add_column(say(f"cli.rows_{name}", lang), justify="right", no_wrap=True)
    table.add_column(say("quality.column_state", lang), no_wrap=True)
    for account in quality.files:
        table.add_row(*_file_row(account, lang))
    return table


def _file_row(account: FileAccount, lang: str) -> list[str]:
    counts = (account.rows_in, account.used, account.fixed, account.excluded)
    figures = [f"{count:,}" for count in counts] if account.rows_in else ["-"] * len(counts)
    name = say("cli.file_of_kind", lang, file=account.file, kind=account.label)
    return [escape(name), *figures, say(f"quality.state_{account.state}", lang)]


def _show_faults(console: Console, quality: Quality, lang: str) -> None:
    """Every fault by itself, each with where it is and what to do."""
    faults = [finding for group in quality.groups("fault") for finding in group.findings]
    for fault in faults[:FAULTS_SHOWN]:
        place = place_words(fault.at, lang) if fault.at is not None and fault.at.row else ""
        _show(console, SEVERITY_SIGNS["fault"], [fault.sentence(lang), place, _mend(fault, lang)])
    _show_rest(console, len(faults) - FAULTS_SHOWN, "cli.more_faults", lang)


def _show_warnings(console: Console, quality: Quality, lang: str) -> None:
    groups = quality.groups("warning")
    for group in groups[:WARNINGS_SHOWN]:
        _show(console, SEVERITY_SIGNS["warning"], _group_lines(group, lang))
    _show_rest(console, len(groups) - WARNINGS_SHOWN, "cli.more_warnings", lang)


def _group_lines(group: FindingGroup, lang: str) -> list[str]:
    first, count = group.first, len(group.findings)
    sentence, place = first.sentence(lang), place_words(first.at, lang)
    told_already = first.at is not None and not first.at.row and first.at.file in sentence
    if count == 1:
        return [sentence, "" if told_already else place, _mend(first, lang)]
    lines = [say("cli.same_kind", lang, count=count, sentence=sentence)]
    return [*lines, "" if told_already else place, _mend(first, lang)]


def _mend(finding: Finding, lang: str) -> str:
    mend = finding.mend(lang)
    return say("cli.mend", lang, mend=mend) if mend else ""


def _show(console: Console, sign: str, lines: Sequence[str]) -> None:
    """A sentence behind its sign, and what belongs to it, all indented alike."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for at, line in enumerate(line for line in lines if line):
        table.add_row("" if at else sign, Text("\n".join(broken(line, console.width - SIGN_WIDTH))))
    console.print(table)


def _show_rest(console: Console, count: int, key: str, lang: str) -> None:
    if count > 0:
        console.print(Text(say(key, lang, count=count)))
