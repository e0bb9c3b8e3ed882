"""``circle15 changes``: what changed in the facility lists between two periods."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from circle15.cli.parts import command, two_periods
from circle15.words import say

if TYPE_CHECKING:
    from rich.table import Table

    from circle15.pipeline.years.changing import Comparison
    from circle15.publish.tables import Sheet

NAMES_SHOWN = 20
# The columns of dates stay in the workbook, so that the counts fit a window of 80 places.
DATES = (1, 2)
SERVICE_WIDTH = 10


def changes_command(lang: str) -> click.Command:
    """The command."""

    def changes(old: str, new: str, place: str | None, folder: Path) -> None:
        from circle15.pipeline.years.changing import compare_periods

        _show(compare_periods(folder, old, new, place, lang), lang)

    return command(
        "changes",
        lang,
        changes,
        *two_periods(lang),
    )


def _show(comparison: Comparison, lang: str) -> None:
    """Print the counts, the changes, and where the tables lie."""
    from rich.markup import escape

    from circle15.cli.console import standard_output
    from circle15.publish.changes import change_sheets

    console = standard_output()
    counts, listed = change_sheets(comparison.old, comparison.new, comparison.changes, lang)
    console.print(_counts_table(counts))
    for row in listed.rows[:NAMES_SHOWN]:
        service, change, name, *_ = row
        console.print(escape(say("changes.line", lang, service=service, change=change, name=name)), soft_wrap=True)
    if len(listed.rows) > NAMES_SHOWN:
        console.print(escape(say("changes.more", lang, count=len(listed.rows) - NAMES_SHOWN)), soft_wrap=True)
    console.print(escape(say("changes.tables_at", lang, path=comparison.folder / "changes.xlsx")), soft_wrap=True)


def _counts_table(counts: Sheet) -> Table:
    """The counts per service."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(counts.title), box=None, pad_edge=False, padding=(0, 1, 0, 0))
    shown = [at for at in range(len(counts.columns)) if at not in DATES]
    for at in shown:
        header = escape(counts.columns[at].header)
        table.add_column(
            header, justify="right" if at else "left", overflow="fold", min_width=0 if at else SERVICE_WIDTH
        )
    for row in counts.rows:
        values = [row[at] for at in shown]
        table.add_row(*(escape(value) if isinstance(value, str) else f"{value:,.0f}" for value in values))
    return table
