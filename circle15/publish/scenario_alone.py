"""What each change of a scenario does by itself, beside what all do together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.tables import Column, Sheet
from circle15.results.scenario import REACHED
from circle15.words import say

if TYPE_CHECKING:
    from circle15.results import Results
    from circle15.results.scenario import BeforeAfter

# Steps of people below this are none.
NOBODY = 0.5
SCORE = "balanced_access"


def alone_sheet(found: BeforeAfter, results: Results, heading: tuple[str, ...], lang: str) -> Sheet:
    """A row per change with its steps, then all together, and what they do together beyond the sum of each."""
    figures = alone_figures(found)
    heads = [Column(say(f"alone.{name}", lang), "text") for name in ("change", "name")]
    heads += [
        Column(head, "points" if name == SCORE else "persons") for name, head in alone_heads(figures, results, lang)
    ]
    rows = tuple((*names, *steps) for names, steps in alone_rows(found, results, lang))
    return Sheet(say("alone.sheet", lang), tuple(heads), rows, (*heading, say("alone.note", lang)))


def alone_figures(found: BeforeAfter) -> list[str]:
    """The figures that any change moves: balanced access, and people within the standard of services."""
    steps, table = together(found), found.alone
    moved = [name for name in table.columns if name.startswith(REACHED)]
    return [SCORE, *(name for name in moved if max(abs(steps[name]), table[name].abs().max()) >= NOBODY)]


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


def alone_heads(figures: list[str], results: Results, lang: str) -> list[tuple[str, str]]:
    """Each figure with what stands over its column."""
    services = results.catalogue.services
    return [(name, say("alone.balanced_access", lang)) for name in figures[:1]] + [
        (name, say("alone.reached", lang, service=services[name.removeprefix(REACHED)].label)) for name in figures[1:]
    ]
