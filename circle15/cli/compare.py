"""``circle15 compare``: what changed between two periods, and what it is due to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from circle15.cli.parts import command, two_periods
from circle15.publish.causes import NOTHING, causes_shown
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from circle15.results.comparison import Comparison

SITES_SHOWN = 12
SHOWN_DECIMALS = 2


def compare_command(lang: str) -> click.Command:
    """The command."""

    def compare(old: str, new: str, place: str | None, folder: Path, as_they_are: bool) -> None:
        from circle15.pipeline.years.comparing import compare_years

        found, tables = compare_years(folder, old, new, place, lang, _teller(lang), as_they_are=as_they_are)
        show(found, tables, lang)

    return command(
        "compare",
        lang,
        compare,
        *two_periods(lang),
        click.Option(["--as-they-are"], is_flag=True, help=say("comparison.help_as_they_are", lang)),
    )


def _teller(lang: str) -> Any:  # noqa: ANN401  a function of one stage's name
    """Tells each stage on standard error as it begins."""

    def tell(stage: str, *_: int) -> None:
        if f"comparison.stage_{stage}" in phrasebook(lang):
            click.echo(f"· {say(f'comparison.stage_{stage}', lang)}", err=True)

    return tell


def show(comparison: Comparison, tables: Path, lang: str) -> None:
    """Print the towns' changes, the whole in sentences, the facilities behind it, notes, and where tables lie."""
    from rich.markup import escape

    from circle15.cli.console import standard_output

    console = standard_output()
    console.print(_towns(comparison, lang))
    lines = [*_rounded(comparison, lang), *_whole(comparison, lang), *_sites(comparison, lang)]
    if comparison.notes:
        lines += [say("comparison.notes_title", lang), *(f"· {note.sentence(lang)}" for note in comparison.notes)]
    lines.append(say("comparison.tables_at", lang, path=tables / "compare.xlsx"))
    for line in lines:
        console.print(escape(line), soft_wrap=True)


def _towns(comparison: Comparison, lang: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from circle15.publish.comparison import listed_units

    old, new = comparison.periods
    place = comparison.new.study.study.place
    table = Table(title=escape(say("comparison.table_title", lang, place=place, old=old, new=new)))
    rows = listed_units(comparison, comparison.split)
    rows = rows[rows["measure"] == "balanced_access"]
    causes = causes_shown(rows)
    table.add_column(say("comparison.column_unit", lang), overflow="fold")
    for header in (escape(old), escape(new), *(say(f"comparison.{cause}", lang) for cause in ("change", *causes))):
        table.add_column(header, justify="right", overflow="fold")
    listed = comparison.new.listed_level()
    for row in _by_change(rows[rows["level"] == listed]):
        table.add_row(*_told(row, causes, lang))
    table.add_section()
    for row in rows[rows["level"] != listed].to_dict("records"):
        table.add_row(*_told(row, causes, lang))
    return table


def _rounded(comparison: Comparison, lang: str) -> list[str]:
    """That shown numbers need not add up to the shown change, where in the table they do not."""
    from circle15.publish.comparison import listed_units

    rows = listed_units(comparison, comparison.split)
    rows = rows[(rows["measure"] == "balanced_access") & rows["change"].notna()]
    shown = (rows[["old", "new", "change", *causes_shown(rows)]].fillna(0.0) * 100).round(SHOWN_DECIMALS)
    sums = (shown[causes_shown(rows)].sum(axis=1), shown["new"] - shown["old"])
    apart = any(((each - shown["change"]).abs() > NOTHING * 100).any() for each in sums)
    return [say("comparison.rounded", lang)] if apart else []


def _by_change(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    """Units by how much they gained; equal ones by their codes."""
    return rows.sort_values(["change", "code"], ascending=[False, True], kind="stable").to_dict("records")


def _told(row: dict[Any, Any], causes: list[str], lang: str) -> list[str]:
    from rich.markup import escape

    ends = [_score(row[end], lang) for end in ("old", "new")]
    return [escape(str(row["name"])), *ends, *(_points(row[name], lang) for name in ("change", *causes))]


def _score(value: float, lang: str) -> str:
    return say("terms.no_data", lang) if value != value else f"{value * 100:.2f}"


def _points(value: float, lang: str) -> str:
    if value != value:
        return say("terms.no_data", lang)
    return "0" if abs(value) < NOTHING else f"{value * 100:+.2f}"


def _whole(comparison: Comparison, lang: str) -> list[str]:
    """The change of the whole area in sentences."""
    from circle15.publish.causes import changes_told

    split = comparison.split
    first = comparison.new.zones.iloc[0]
    return changes_told(split[(split["level"] == first["level"]) & (split["code"] == first["code"])], lang)


def _sites(comparison: Comparison, lang: str) -> list[str]:
    """What the changed facilities did: for each the listed unit where it did most."""
    from circle15.publish.comparison import listed_units

    rows = listed_units(comparison, comparison.sites)
    listed = rows["level"] == comparison.new.listed_level()
    rows = rows.assign(size=rows["overall"].abs().fillna(rows["balanced_access"].abs()).where(listed, -1.0))
    keys = ["service", "old_id", "new_id", "site"]
    most = rows.sort_values(["size", "code", *keys], ascending=[False, *[True] * 5], kind="stable").drop_duplicates(
        keys
    )
    lines = [_site(comparison, row, lang) for row in most.head(SITES_SHOWN).to_dict("records")]
    hidden = len(most) - len(lines)
    return lines + ([say("comparison.more_sites", lang, count=hidden)] if hidden else [])


def _site(comparison: Comparison, row: dict[Any, Any], lang: str) -> str:
    from circle15.publish.comparison import service_name

    people = round(row["people_in_reach"])
    key = "site_gained" if people > 0 else "site_lost" if people < 0 else "site_neither"
    facts = {"change": say(f"comparison.{row['change']}", lang), "site": row["site"], "unit": row["name"]}
    facts["service"] = service_name(comparison, row["service"], lang)
    points = _points(row["balanced_access"], lang)
    group = comparison.new.catalogue.groups[comparison.new.counted_groups()[row["service"]]].label
    counted = {} if key == "site_neither" else {"people": abs(people), "group": group}
    known = row["overall"] == row["overall"] and abs(row["overall"]) >= NOTHING
    facts["overall"] = say("comparison.and_overall", lang, points=_points(row["overall"], lang)) if known else ""
    return say(f"comparison.{key}", lang, **facts, **counted, points=points)
