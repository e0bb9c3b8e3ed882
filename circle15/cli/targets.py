"""``circle15 targets``: where a place stands against the targets of its documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from circle15.cli.parts import FILE, command, folder_option
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from rich.table import Table

    from circle15.inputs.targets.made import Imported
    from circle15.pipeline.targets import TargetsRun

NOTES_SHOWN, ROWS_SHOWN = 12, 40
COLOURS = {"green": "green", "amber": "yellow", "red": "red", "grey": "dim"}
COLUMNS = ("indicator", "target", "value", "state", "need", "light")


def targets_command(lang: str) -> click.Command:
    """The command."""

    def targets(
        place: str | None, year: int | None, table: Path | None, template: Path | None, period: str | None, folder: Path
    ) -> None:
        from circle15.pipeline.targets import fill_in_template, import_table, run_targets

        if table is not None:
            _show_imported(*import_table(table, folder, place or "", lang), table.name, lang)
        elif template is not None:
            count = fill_in_template(place, folder, period, year, template, lang)
            click.echo(say("targets.template_written", lang, path=template, count=count))
        else:
            _show(run_targets(place, folder, period, lang), year, lang)

    def option(name: str, *names: str, **settings: object) -> click.Option:
        told = {"help": say(f"targets.help_{name}", lang), "metavar": say(f"targets.metavar_{name}", lang)}
        return click.Option([f"--{name}", *names], default=None, **told, **settings)  # type: ignore[arg-type]

    return command(
        "targets",
        lang,
        targets,
        click.Argument(["place"], metavar=say("targets.metavar_place", lang), required=False),
        option("year", type=int),
        option("import", "table", type=FILE),
        option("template", type=FILE),
        option("period"),
        folder_option(lang),
    )


def _show(run: TargetsRun, year: int | None, lang: str) -> None:
    """Print the indicators of a year, the counts of the lights, and where the tables lie."""
    from rich.markup import escape

    from circle15.cli.console import standard_output
    from circle15.pipeline.targets import require_year

    console = standard_output()
    wanted = _year(run) if year is None else year
    require_year(run.table, wanted)
    rows = run.table[(run.table["year"] == wanted)].to_dict("records")
    console.print(_table(run, rows, wanted, lang))
    lights = [row["light"] for row in rows]
    counts = {name: lights.count(name) for name in COLOURS}
    lines = [say("targets.lights", lang, **counts), say("targets.index_apart", lang)]
    if run.results is None:
        lines.insert(0, say("targets.no_run", lang))
    lines += [note.sentence(lang) for note in run.notes[:NOTES_SHOWN]]
    lines.append(say("targets.tables_at", lang, path=run.folder / "targets.xlsx"))
    for line in lines:
        console.print(escape(line), soft_wrap=True)


def _year(run: TargetsRun) -> int:
    """The run's year; where it has no targets the nearest that has, the later one first."""
    now = run.about.day.year
    return min(map(int, set(run.table["year"])), key=lambda year: (abs(year - now), -year))


def _table(run: TargetsRun, rows: list[dict[Hashable, Any]], year: int, lang: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(say("targets.title", lang, place=run.about.place, period=run.about.period, year=year)))
    for name in COLUMNS:
        header = say(f"targets.show_{name}", lang)
        table.add_column(header, justify="left" if name in ("indicator", "need") else "right", overflow="fold")
    domain = None
    for row in rows:
        if domain is not None and row["domain"] != domain:
            table.add_section()
        domain = row["domain"]
        table.add_row(*_cells(row, lang))
    return table


def _cells(row: Mapping[Hashable, Any], lang: str) -> list[str]:
    from rich.markup import escape

    from circle15.publish.targets import need_in_words, value_beside_target

    mark = {"reported": "*", "summed": "+", "beside": "#"}.get(row["origin"], "")
    unit = f"（{row['unit']}）" if row["unit"] else ""
    light = say(f"targets.light_{row['light']}", lang)
    return [
        escape(f"{row['indicator']}{unit}"),
        escape(str(row["target_text"])),
        escape(value_beside_target(row, lang) + mark),
        escape(say(f"targets.state_{row['state']}", lang)),
        escape(need_in_words(row, lang)),
        f"[{COLOURS[row['light']]}]{escape(light)}[/]",
    ]


def _show_imported(imported: Imported, written: Path, file: str, lang: str) -> None:
    """Print what a table was read as: rows by fate, each that was mended or left out, and where it lies."""
    counts = imported.ledger.counts()
    rows = [row for row in imported.ledger.rows if not _is_page(row.reasons)]
    around = len(imported.ledger.rows) - len(rows)
    facts: dict[str, object] = {"file": file, "total": len(imported.ledger.rows), **counts, "around": around}
    lines = [say("targets.imported", lang, **facts, indicators=len(imported.series.indicators))]
    told = [
        say("targets.imported_row", lang, row=row.row, sentence=reason.sentence(lang))
        for row in rows
        for reason in row.reasons
    ]
    told += [note.sentence(lang) for note in imported.notes]
    lines += told[:ROWS_SHOWN]
    if len(told) > ROWS_SHOWN:
        lines.append(say("targets.imported_more", lang, count=len(told) - ROWS_SHOWN))
    lines.append(say("targets.imported_at", lang, path=written, file=file))
    for line in lines:
        click.echo(line)


def _is_page(reasons: tuple[Any, ...]) -> bool:
    """Whether a row is a line of the page around the table."""
    return len(reasons) == 1 and reasons[0].key.startswith("targets.is_")
