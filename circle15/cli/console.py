"""What the commands show: progress, results in short, the catalogue."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from circle15.cli.fitting import FittingConsole
from circle15.cli.league import league
from circle15.cli.quality_page import report_page, verdict_line
from circle15.cli.uncertainty import league_line
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from circle15.pipeline.run import FinishedRun
    from circle15.results import Results

NOTES_SHOWN = 12
FILE_WIDTH = 140


def show_results(run: FinishedRun, lang: str) -> None:
    """Print the league of towns, the notes, and where the tables and the map lie."""
    results, console = run.results, standard_output()
    console.print(league(results, lang))
    for line in (*_summary(results, lang), *_notes(results, lang)):
        console.print(escape(line), soft_wrap=True)
    console.print(escape(verdict_line(run.checked.quality, lang)), soft_wrap=True)
    console.print(escape(say("cli.report_at", lang, path=report_page(run.checked))), soft_wrap=True)
    console.print(escape(say("cli.tables_at", lang, path=run.tables / "tables.xlsx")), soft_wrap=True)
    console.print(escape(say("issues.may_update", lang, place=results.study.study.id)), soft_wrap=True)
    console.print(escape(say("cli.map_at", lang, path=run.maps / "index.html")), soft_wrap=True)


def show_services(study: Path | None, lang: str) -> None:
    """Print the catalogue of services."""
    from circle15.catalogue.loader import load_catalogue
    from circle15.catalogue.services_table import services_table

    own = None if study is None else study.parent / "catalogue"
    services = services_table(load_catalogue(own if own is not None and own.is_dir() else None), lang)
    table = Table(show_lines=True)
    for header in _stacked(services.headers):
        table.add_column(header, overflow="fold")
    for row in services.rows:
        table.add_row(*_stacked(row))
    standard_output().print(table)


def _stacked(row: tuple[str, ...]) -> list[str]:
    """Ten columns as six, so that a console of 80 places shows whole words."""
    id_, name, domain, department, group, urban, rural, supply, presence, evidence = map(escape, row)
    return [id_, f"{name}\n{domain} · {department}", group, f"{urban}\n{rural}", f"{supply}\n{presence}", evidence]


def standard_output() -> Console:
    """Standard output; as wide as the window, or wide enough for every table where it goes to a file."""
    return FittingConsole(highlight=False, width=None if sys.stdout.isatty() else FILE_WIDTH)


def _summary(results: Results, lang: str) -> list[str]:
    fates = results.ledger["fate"].value_counts()
    counts = {fate: int(fates.get(fate, 0)) for fate in ("used", "fixed", "excluded")}
    standing = league_line(results, lang)
    lines = [*([standing] if standing else []), say("cli.ledger_line", lang, total=len(results.ledger), **counts)]
    areas = results.underserved
    if len(areas):
        worst = areas.sort_values(["people", "area_id"], ascending=[False, True]).iloc[0]
        label = results.catalogue.services[worst["service"]].label
        facts = {"name": worst["name"], "service": label, "people": worst["people"]}
        lines.append(say("cli.underserved_line", lang, count=len(areas), **facts))
    return lines


def _notes(results: Results, lang: str) -> list[str]:
    if not results.notes:
        return []
    shown = [f"· {note.sentence(lang)}" for note in results.notes[:NOTES_SHOWN]]
    hidden = len(results.notes) - len(shown)
    more = [say("cli.more_notes", lang, count=hidden)] if hidden else []
    return [say("cli.notes_title", lang), *shown, *more]
