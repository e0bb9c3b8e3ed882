"""Tables of the report: what is common to how their columns stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.report.document import Column, Table
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from circle15.publish.report.document import Cell, Sentence

# The room of words for the headers of tables.
ROOM = "report_tables"


def table(
    title: Sentence,
    columns: Sequence[tuple[str, float]],
    rows: Iterable[tuple[Cell, ...]],
    lang: str,
    notes: tuple[Sentence, ...] = (),
    texts: int = 1,
    *,
    small: bool = False,
) -> tuple[Table, ...]:
    """A table whose first ``texts`` columns hold text and the others numbers; nothing where it has no row.

    A column of numbers that says nothing in any row is left out.

    Parameters
    ----------
    columns
        The word of each header (``report_tables.<word>``) and the column's share of the width.
    """
    found = tuple(rows)
    if not found:
        return ()
    named = tuple(
        Column(say(f"{ROOM}.{word}", lang), "left" if at < texts else "right", width)
        for at, (word, width) in enumerate(columns)
    )
    says = [at for at in range(len(named)) if at < texts or _says_anything(found, at, lang)]
    shown = tuple(tuple(row[at] for at in says) for row in found)
    return (Table(title, tuple(named[at] for at in says), shown, notes, small),)


def _says_anything(rows: tuple[tuple[Cell, ...], ...], at: int, lang: str) -> bool:
    """Whether a column has more than dashes and 无数据."""
    idle = {say("terms.no_data", lang), say("report.dash", lang), ""}
    return any(row[at].text not in idle for row in rows)
