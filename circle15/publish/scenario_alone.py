"""What each change of a scenario does by itself, beside what all do together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.tables import Column, Sheet
from circle15.results.scenario import REACHED, WHOLE
from circle15.words import say

if TYPE_CHECKING:
    from circle15.results import Results
    from circle15.results.scenario import BeforeAfter

# Steps of people below this are none.
NOBODY = 0.5
# Steps of scores below this are dust of sums in binary.
NOTHING = 5e-7


def alone_sheet(found: BeforeAfter, results: Results, heading: tuple[str, ...], lang: str) -> Sheet:
    """A row per change with its steps, then all together, and what they do together beyond the sum of each."""
    figures = alone_figures(found)
    heads = [Column(say(f"alone.{name}", lang), "text") for name in ("change", "name")]
    for name, head in zip(figures, alone_heads(figures, results, lang), strict=True):
        people = say("alone.reached", lang, service=head)
        heads.append(Column(head, "points") if name in WHOLE else Column(people, "count"))
    rows = tuple((*names, *steps) for names, steps in alone_rows(found, results, lang))
    return Sheet(say("alone.sheet", lang), tuple(heads), rows, (*heading, say("alone.note", lang)))


def alone_figures(found: BeforeAfter) -> list[str]:
    """Balanced access, and what else any change moves: the overall score, people within the standard."""
    others = [name for name in found.alone.columns if name == WHOLE[1] or name.startswith(REACHED)]
    return [WHOLE[0], *(name for name in others if most_moved(found, name) >= (NOTHING if name in WHOLE else NOBODY))]


def most_moved(found: BeforeAfter, figure: str) -> float:
    """The largest step of a figure, up or down, by any change alone or by all together; 0 where it is not known."""
    steps = [*found.alone[figure], together(found)[figure]]
    return max((abs(step) for step in steps if step == step), default=0.0)


def together(found: BeforeAfter) -> dict[str, float]:
    """What all changes do together in the whole area."""
    before, after = found.whole("before"), found.whole("after")
    return {figure: after[figure] - before[figure] for figure in before}


def alone_rows(found: BeforeAfter, results: Results, lang: str) -> list[tuple[tuple[str, str], list[float]]]:
    """What each row is called, and its steps by ``alone_figures``."""
    figures, table, whole = alone_figures(found), found.alone, together(found)
    names = change_names(found, results, lang)
    rows = [
        ((say(f"scenario.table_{row['table']}", lang), name), [float(row[figure]) for figure in figures])
        for row, name in zip(table.to_dict("records"), names, strict=True)
    ]
    rows.append(((say("alone.together", lang), ""), [whole[figure] for figure in figures]))
    if table["done"].all():
        apart = [whole[figure] - float(table[figure].sum()) for figure in figures]
        rows.append(((say("alone.apart", lang), ""), apart))
    return rows


def change_names(found: BeforeAfter, results: Results, lang: str) -> list[str]:
    """What each change is of, as the ledger tells it: a site, a street, a unit."""
    ledger = results.ledger[results.ledger["file"].astype(str).str.lower().str.endswith(".toml")]
    known = {(row["sheet"], row["row"]): str(row["name"]) for row in ledger.to_dict("records")}
    counts = ledger["sheet"].value_counts()
    names = []
    for table, number, done in found.alone[["table", "number", "done"]].itertuples(index=False):
        name = known.get((table, number)) or say("alone.unnamed", lang, number=number)
        name = name if number else say("alone.all_of_kind", lang, count=int(counts.get(table, 0)))
        names.append(name if done else say("alone.undone", lang, name=name))
    return names


def alone_heads(figures: list[str], results: Results, lang: str) -> list[str]:
    """What stands over the column of each figure: a score, or the service whose people are counted."""
    services = results.catalogue.services
    return [
        say(f"alone.{name}", lang) if name in WHOLE else services[name.removeprefix(REACHED)].label.in_language(lang)
        for name in figures
    ]
