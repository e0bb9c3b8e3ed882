"""Checks and runs that tell each stage on standard error as it begins."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar

from circle15.cli.quality_page import report_page, verdict_line
from circle15.errors import Circle15Error
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.checking import CheckedStudy
    from circle15.pipeline.run import FinishedRun


def watched_check(study: Path, lang: str) -> CheckedStudy:
    """Check a study."""
    from circle15.pipeline.reading.checking import check_study

    with telling(lang) as tell:
        return check_study(study, tell, lang)


def watched_run(study: Path, lang: str) -> FinishedRun:
    """Check and run a study.

    Raises
    ------
    Circle15Error
        The study cannot be run; where the report on its files lies has been told then.
    """
    from circle15.pipeline.run import check_before_run, run_checked

    with telling(lang) as tell:
        checked = check_before_run(study, tell, lang)
        with refusal_told(checked, lang):
            return run_checked(checked, tell, lang)


@contextmanager
def refusal_told(checked: CheckedStudy, lang: str) -> Iterator[None]:
    """Where nothing can be computed, say what the check found and where its report lies, before the error goes on."""
    try:
        yield
    except Circle15Error:
        _tell_verdict(checked, lang)
        raise


def _tell_verdict(checked: CheckedStudy, lang: str) -> None:
    console = Console(stderr=True, highlight=False)
    console.print(escape(verdict_line(checked.quality, lang)), soft_wrap=True)
    if checked.folder is not None:
        console.print(escape(say("cli.report_at", lang, path=report_page(checked))), soft_wrap=True)


@contextmanager
def telling(lang: str) -> Iterator[Progress]:
    """Tell each stage as it begins; how far it has come is a bar, where somebody watches and nowhere else."""
    console = Console(stderr=True, highlight=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def tell(stage: str, done: int = 0, of: int = 0) -> None:
            if of > 0:
                bar.update(task, completed=done, total=of)
                return
            sentence = say(f"cli.stage_{stage}", lang)
            bar.reset(task, description=sentence, total=None)
            console.print(f"· {sentence}")

        yield tell
