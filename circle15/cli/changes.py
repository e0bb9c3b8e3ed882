"""``circle15 changes``: what changed in the facility lists between two periods."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from circle15.cli.parts import FILE, command
from circle15.words import say

if TYPE_CHECKING:
    from circle15.pipeline.changing import Comparison

NAMES_SHOWN = 20


def changes_command(lang: str) -> click.Command:
    """The command."""

    def changes(old: str, new: str, place: str | None, folder: Path) -> None:
        from circle15.pipeline.changing import compare_periods

        _show(compare_periods(folder, old, new, place, lang), lang)

    return command(
        "changes",
        lang,
        changes,
        click.Argument(["old"], metavar=say("changes.old_metavar", lang)),
        click.Argument(["new"], metavar=say("changes.new_metavar", lang)),
        click.Option(["--place"], help=say("changes.help_place", lang), metavar=say("changes.place_metavar", lang)),
        click.Option(
            ["--folder"],
            type=FILE,
            default=Path(),
            show_default=False,
            help=say("changes.help_folder", lang),
            metavar=say("changes.folder_metavar", lang),
        ),
    )


def _show(comparison: Comparison, lang: str) -> None:
    """Print the counts, the changes, and where the tables lie."""
    from rich.markup import escape
    from rich.table import Table

    from circle15.cli.console import standard_output
    from circle15.publish.changes import change_sheets

    console = standard_output()
    counts, listed = change_sheets(comparison.old, comparison.new, comparison.changes, lang)
    table = Table(title=escape(counts.title))
    for column in counts.columns:
        table.add_column(escape(column.header), justify="left" if column.form == "text" else "right")
    for row in counts.rows:
        table.add_row(*(escape(value) if isinstance(value, str) else f"{value:,.0f}" for value in row))
    console.print(table)
    for row in listed.rows[:NAMES_SHOWN]:
        service, change, name, *_ = row
        console.print(escape(say("changes.line", lang, service=service, change=change, name=name)), soft_wrap=True)
    if len(listed.rows) > NAMES_SHOWN:
        console.print(escape(say("changes.more", lang, count=len(listed.rows) - NAMES_SHOWN)), soft_wrap=True)
    console.print(escape(say("changes.tables_at", lang, path=comparison.folder / "changes.xlsx")), soft_wrap=True)
