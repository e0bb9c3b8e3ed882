"""``circle15 issues``: the list of issues brought up to date, with the brief and the scoreboard of the period."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from circle15.cli.parts import command, folder_option, options_of
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from circle15.pipeline.issues.updating import Updated

LINES_SHOWN = 10
STATES = ("new", "returned", "open", "merged", "remaining", "unchecked", "closed", "nobody")


def issues_command(lang: str) -> click.Command:
    """The command."""

    def issues(place: str | None, period: str | None, folder: Path) -> None:
        from circle15.pipeline.issues.updating import update_issues

        def tell(each: str) -> None:
            click.echo(say("issues.entering", lang, period=each), err=True)

        _show(update_issues(folder, place, period, lang, tell), lang)

    return command(
        "issues",
        lang,
        issues,
        click.Argument(["place"], metavar=say("issues.place_metavar", lang), required=False),
        options_of("issues", lang)("period"),
        folder_option(lang),
    )


def _show(updated: Updated, lang: str) -> None:
    """Print how many issues of each department are in which state, what was closed and what returned, and the files."""
    from rich.markup import escape

    from circle15.cli.console import standard_output

    console = standard_output()
    console.print(_counts(updated, lang))
    for line in _lines(updated, lang):
        console.print(escape(line), soft_wrap=True)


def _counts(updated: Updated, lang: str) -> Table:
    """How many issues are in each state, by department, in the last period."""
    import pandas as pd
    from rich.markup import escape
    from rich.table import Table

    catalogue, about = updated.latest.catalogue, updated.latest.study.study
    last = updated.registry.periods[-1]
    now = updated.history[updated.history["period"] == last]
    services = dict(zip(updated.registry.issued["id"], updated.registry.issued["service"], strict=True))
    departments = {id_: service.department for id_, service in catalogue.services.items()}
    owner = now["id"].map(services).map(departments).fillna("")
    shown = [state for state in STATES if (now["state"] == state).any()]
    table = Table(title=escape(say("issues.table_title", lang, place=about.place, period=last)))
    table.add_column(say("issues.column_department", lang))
    for state in shown:
        table.add_column(say(f"issues.state_{state}", lang), justify="right", overflow="fold")
    counts = pd.crosstab(owner, now["state"])
    for id_, department in catalogue.departments.items():
        if id_ in counts.index:
            table.add_row(
                escape(department.label.in_language(lang)),
                *(f"{counts.loc[id_].get(state, 0):,.0f}" for state in shown),
            )
    return table


def _lines(updated: Updated, lang: str) -> Iterator[str]:
    from circle15.assess.issues.states import counts_of
    from circle15.pipeline.issues.updating import listing_of
    from circle15.publish.issue_rows import issue_rows

    last = updated.registry.periods[-1]
    counts, states = counts_of(updated.history, last), updated.states
    if not updated.entered:
        yield say("issues.nothing_new", lang)
    yield say(
        "issues.count_line",
        lang,
        open=int(states["is_open"].sum()),
        new=counts["new"],
        returned=counts["returned"],
        closed=counts["closed"] + counts["nobody"],
        all_closed=int((~states["is_open"]).sum()),
    )
    rows = [row for row in issue_rows(listing_of(updated), lang) if row["checked"] == last]
    for key, wanted in (("closed", ("closed", "nobody")), ("returned", ("returned",))):
        own = [row for row in rows if row["state_id"] in wanted]
        for row in own[:LINES_SHOWN]:
            facts = {name: row[name] for name in ("id", "service", "place", "evidence")}
            yield say(f"issues.{key}_line", lang, **facts)
        if len(own) > LINES_SHOWN:
            yield say("issues.more_lines", lang, count=len(own) - LINES_SHOWN)
    yield from _files(updated, lang)


def _files(updated: Updated, lang: str) -> Iterator[str]:
    from circle15.pipeline.finished import BETWEEN
    from circle15.pipeline.issues.updating import BOARD, WORKBOOK
    from circle15.publish.brief_page import PAGE

    rows = updated.ledger.rows
    if rows:
        refused = sum(row.fate == "excluded" for row in rows)
        yield say("issues.back_line", lang, taken=len(updated.taken), rows=len(rows), refused=refused)
    if updated.unread:
        yield say("issues.other_workbooks", lang, files=BETWEEN.join(updated.unread), list=WORKBOOK)
    last = updated.folder / updated.registry.periods[-1]
    yield say("issues.list_at", lang, path=updated.folder / WORKBOOK)
    if (last / PAGE).is_file():
        yield say("issues.brief_at", lang, path=last / PAGE)
        yield say("issues.scoreboard_at", lang, path=last / BOARD)
