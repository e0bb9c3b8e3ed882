"""What has changed since the last period, like for like, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.causes import causes_shown
from circle15.publish.report.document import Cell, Column, Figure, Heading, Name, Sentence, Table
from circle15.publish.report.material import SERVICE
from circle15.publish.report.numbers import count, derived, rows_of
from circle15.publish.report.periods import period_told
from circle15.publish.report.tables import table
from circle15.publish.report.telling import counted, figure_cell, joined, name_cell, paragraph, tell, word_cell
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.publish.report.document import Block
    from circle15.publish.report.material import Material
    from circle15.publish.report.numbers import Row
    from circle15.publish.report.telling import Fact
    from circle15.results.comparison import Comparison

KEYS = (*SERVICE, "measure")
SITE_KEYS = (*SERVICE, "old_id", "new_id")
# What shows as 0.0 points is no change; what shows as 0.00 is no cause.
LEAST, NOTHING = 5e-4, 5e-5
NAMED, SITES = 3, 10
# Names of causes are long in English.
CAUSE_WIDTH = 1.15


def change(m: Material) -> tuple[Block, ...]:
    """The chapter; nothing where no period before has been run."""
    if m.comparison is None:
        return ()
    return (
        Heading(2, say("report_change.whole", m.lang)),
        *paragraph(headline(m), *_parts_told(m)),
        *m.picture("waterfall"),
        *_coverage(m.comparison, m),
        *_towns(m.comparison, m),
        *_sites(m.comparison, m),
    )


def _of(c: Comparison, m: Material, measure: str) -> Row | None:
    """The row of the whole area and a score."""
    own = m.whole(c.split)
    own = own[(own["measure"] == measure) & (own["service"] == ALL_SERVICES) & own["change"].notna()]
    found = rows_of(own, "split", KEYS, m.lang)
    return found[0] if found else None


def headline(m: Material) -> Sentence | None:
    """How the index of the whole area has changed, like for like."""
    c = m.comparison
    if c is None:
        return None
    row = _of(c, m, "balanced_access")
    if row is None:
        return tell("report_change.unknown", m.lang, before=period_told(c.periods[0], m.lang))
    facts: dict[str, Fact] = {
        "before": period_told(c.periods[0], m.lang),
        "old": row.score("old"),
        "new": row.score("new"),
    }
    if abs(row["change"]) < LEAST:
        return tell("report_change.same", m.lang, before=period_told(c.periods[0], m.lang), new=row.score("new"))
    way = "rose" if row["change"] > 0 else "fell"
    return tell(f"report_change.{way}", m.lang, **facts, change=row.size("change"))


def _parts_told(m: Material) -> list[Sentence]:
    """What the change is due to."""
    c = m.comparison
    assert c is not None
    row = _of(c, m, "balanced_access")
    if row is None:
        return []
    own = m.whole(c.split)
    own = own[(own["measure"] == "balanced_access") & (own["service"] == ALL_SERVICES)]
    causes = [cause for cause in causes_shown(own) if abs(row[cause]) >= NOTHING]
    if not causes:
        return [tell("report_change.no_cause", m.lang)]
    order = sorted(causes, key=lambda cause: (-abs(row[cause]), cause))
    named = joined(
        [
            tell("report_change.part", m.lang, cause=tell(f"comparison.{cause}", m.lang), points=row.signed(cause))
            for cause in order
        ],
        m.lang,
    )
    return [tell("report_change.parts", m.lang, named=named), tell("report_change.like_for_like", m.lang)]


def _coverage(c: Comparison, m: Material) -> tuple[Block, ...]:
    """The whole area's coverage by service, and what each change is due to."""
    own = m.whole(c.split)
    own = own[(own["measure"] == "coverage") & (own["service"] != ALL_SERVICES) & own["change"].notna()]
    rows = rows_of(own, "split", KEYS, m.lang)
    if not rows:
        return ()
    causes = causes_shown(own)
    heads = [("service", 2.0), ("old", 1.0), ("new", 1.0), ("change_points", 1.1)]
    columns = [Column(say(f"report_tables.{word}", m.lang), "left" if not at else "right", width)
               for at, (word, width) in enumerate(heads)]  # fmt: skip
    columns += [Column(say(f"comparison.{cause}", m.lang), "right", CAUSE_WIDTH) for cause in causes]
    cells = tuple(
        (
            name_cell(m.service(row["service"])),
            figure_cell(row.share("old")),
            figure_cell(row.share("new")),
            figure_cell(row.signed("change")),
            *(figure_cell(row.signed(cause)) for cause in causes),
        )
        for row in rows
    )
    title = tell("report_change.table_coverage", m.lang)
    notes = (tell("report_change.note_parts", m.lang),)
    made = Table(title, tuple(columns), cells, notes)
    return (Heading(2, say("report_change.services", m.lang)), *paragraph(*_movers(rows, "services", m)), made)


def _movers(rows: tuple[Row, ...], what: str, m: Material) -> list[Sentence]:
    """How many went up and down, and which most."""
    up = sorted((r for r in rows if r["change"] >= LEAST), key=lambda r: (-r["change"], r["code"], r["service"]))
    down = sorted((r for r in rows if r["change"] <= -LEAST), key=lambda r: (r["change"], r["code"], r["service"]))
    if not up and not down:
        return [tell(f"report_change.{what}_same", m.lang)]
    return [
        counted(f"report_change.{what}_{way}", _how_many(some, what, way, m), m.lang, named=_named(some, what, m))
        for way, some in (("up", up), ("down", down))
        if some
    ]


def _how_many(rows: list[Row], what: str, way: str, m: Material) -> Figure:
    return count(len(rows), derived("split", f"{what} {way}"), m.lang)


def _named(rows: list[Row], what: str, m: Material) -> Sentence:
    return joined(
        [
            tell(
                f"report_change.mover_{what}",
                m.lang,
                name=m.service(row["service"]) if what == "services" else row["name"],
                change=row.signed("change"),
            )
            for row in rows[:NAMED]
        ],
        m.lang,
    )


def _towns(c: Comparison, m: Material) -> tuple[Block, ...]:
    """Every listed unit's index then and now, and what its change is due to."""
    own = m.towns(c.split) if m.has_towns else c.split.iloc[0:0]
    own = own[(own["measure"] == "balanced_access") & (own["service"] == ALL_SERVICES) & own["change"].notna()]
    rows = rows_of(own, "split", KEYS, m.lang)
    if not rows:
        return ()
    causes = causes_shown(own)
    columns = [Column(say("report_tables.unit", m.lang), "left", 2.0)]
    columns += [Column(say(f"report_tables.{word}", m.lang), "right", 1.0) for word in ("old", "new", "change_score")]
    columns += [Column(say(f"comparison.{cause}", m.lang), "right", CAUSE_WIDTH) for cause in causes]
    cells = tuple(
        (
            name_cell(row["name"]),
            figure_cell(row.score("old")),
            figure_cell(row.score("new")),
            figure_cell(row.signed("change")),
            *(figure_cell(row.signed(cause)) for cause in causes),
        )
        for row in rows
    )
    title = tell("report_change.table_towns", m.lang, unit=Sentence((m.unit_word,)))
    made = Table(title, tuple(columns), cells, (tell("report_change.note_parts", m.lang),))
    heading = Heading(2, say("report_change.towns", m.lang, unit=m.unit_word))
    return (heading, *paragraph(*_movers(rows, "towns", m)), made, *m.picture("change_map"))


def _sites(c: Comparison, m: Material) -> tuple[Block, ...]:
    """The facilities that moved the whole area's index most."""
    own = m.whole(c.sites)
    changed = count(len(own), derived("sites", "changed"), m.lang)
    heading = Heading(2, say("report_change.sites", m.lang))
    if own.empty:
        return (heading, *paragraph(tell("report_change.no_sites", m.lang)))
    most = _most(own)
    cells = [
        (
            name_cell(row["site"]),
            name_cell(m.service(row["service"])),
            word_cell(say(f"comparison.{row['change']}", m.lang)),
            figure_cell(row.signed("balanced_access")),
            Cell(Sentence((_gained(row, m),))),
        )
        for row in rows_of(most, "sites", SITE_KEYS, m.lang)
    ]
    columns = (
        ("facility", 3.0),
        ("service", 1.8),
        ("what_changed", 1.0),
        ("index_points", 1.1),
        ("people_gained", 1.2),
    )
    shown = count(len(cells), derived("sites", "shown"), m.lang)
    told = counted("report_change.sites_told", changed, m.lang, shown=shown)
    title = tell("report_change.table_sites", m.lang)
    notes = (tell("report_change.note_sites", m.lang),)
    return (heading, *paragraph(told), *table(title, columns, cells, m.lang, notes, texts=3))


def _most(own: pd.DataFrame) -> pd.DataFrame:
    most = own.assign(size=own["balanced_access"].abs())
    keys = ["size", "service", "old_id", "new_id"]
    return most.sort_values(keys, ascending=[False, True, True, True], kind="stable").head(SITES)


def _gained(row: Row, m: Material) -> Figure | Name:
    """People newly in reach, or no longer."""
    value = float(row["people_in_reach"])
    if value != value:
        return Name(say("terms.no_data", m.lang))
    shown = f"{round(value):+,}" if round(value) else "0"
    return Figure(shown, value, row.origin("people_in_reach"))
