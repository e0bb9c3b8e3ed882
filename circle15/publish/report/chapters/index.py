"""The index: of the whole area, of the towns with tiers and intervals, and its three parts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from circle15.publish.report.document import Cell, Figure, Heading, Name, Sentence
from circle15.publish.report.material import SERVICE, UNIT
from circle15.publish.report.numbers import apart, count, derived, rows_of, share
from circle15.publish.report.tables import table
from circle15.publish.report.telling import counted, figure_cell, joined, name_cell, paragraph, tell
from circle15.publish.steadiness import rank_told, tier_told
from circle15.words import say

if TYPE_CHECKING:
    from circle15.publish.report.document import Block
    from circle15.publish.report.material import Material
    from circle15.publish.report.numbers import Row
    from circle15.publish.report.telling import Fact

# So many sources of the spread, services and domains are named in a sentence.
NAMED = 2
# A tier of more units than these is left to the table.
NAMED_UNITS = 12
# A difference that shows as 0.0 points.
SAME = 5e-4


def index(m: Material) -> tuple[Block, ...]:
    """The chapter."""
    if m.index is None:
        return ()
    return (
        Heading(2, say("report_index.whole", m.lang)),
        *_whole(m),
        *_league(m),
        Heading(2, say("report_index.parts", m.lang)),
        *_parts(m),
        *_services(m),
        *_steadiness(m),
    )


def _whole(m: Material) -> tuple[Block, ...]:
    row = m.index
    assert row is not None
    if math.isnan(row["balanced_access"]):
        return paragraph(tell("report_index.no_data", m.lang, place=m.place))
    first = tell(
        "report_index.headline",
        m.lang,
        place=m.place,
        balanced=row.score("balanced_access"),
        access=row.score("access"),
    )
    return (
        *paragraph(first, interval_of(m), _balance(row, m)),
        *paragraph(_quality(row, m)),
        *m.picture("lorenz"),
    )


def interval_of(m: Material) -> Sentence | None:
    """Between which scores nine in ten of the draws lie."""
    drawn = rows_of(m.whole(m.results.uncertainty), "uncertainty", UNIT, m.lang)
    if not drawn or math.isnan(drawn[0]["score_low"]):
        return None
    row = drawn[0]
    facts: dict[str, Fact] = {
        "low": row.score("score_low"),
        "high": row.score("score_high"),
        "draws": row.count("draws"),
    }
    return tell("report_index.interval", m.lang, **facts)


def _balance(row: Row, m: Material) -> Sentence | None:
    """How much of what is within reach is lost by being unequal, and to whom."""
    if math.isnan(row["balance"]):
        return None
    if row["balance"] >= 1 - SAME:
        return tell("report_index.balanced", m.lang, balance=row.score("balance"))
    lost = apart(row.score("access"), row.score("balanced_access"), row.origin("=access - balanced_access"))
    key = "people" if row["balance_people"] <= row["balance_services"] else "services"
    facts: dict[str, Fact] = {name: row.score(f"balance_{name}") for name in ("people", "services")}
    return tell(f"report_index.unbalanced_{key}", m.lang, balance=row.score("balance"), lost=lost, **facts)


def _quality(row: Row, m: Material) -> Sentence:
    if math.isnan(row["quality"]):
        return tell("report_index.no_quality", m.lang)
    return tell("report_index.quality", m.lang, quality=row.score("quality"), overall=row.score("overall"))


def _league(m: Material) -> tuple[Block, ...]:
    if m.listed == m.root[0]:
        return ()
    if not m.has_towns:
        return (
            Heading(2, say("report_index.towns", m.lang, unit=m.unit_word)),
            *paragraph(tell("report_index.one_town", m.lang, unit=Sentence((m.unit_word,)))),
        )
    return (
        Heading(2, say("report_index.towns", m.lang, unit=m.unit_word)),
        *paragraph(_spread(m), *_tiers(m), _empty(m)),
        *m.picture("league"),
        *_league_table(m),
        *m.picture("index_map"),
    )


def league_rows(m: Material) -> tuple[Row, ...]:
    """The listed units that have an index, the best first; equal ones by their code."""
    towns = m.towns(m.results.index)
    towns = towns[towns["balanced_access"].notna()]
    ordered = towns.sort_values(["balanced_access", "code"], ascending=[False, True], kind="stable")
    return rows_of(ordered, "index", UNIT, m.lang)


def _spread(m: Material) -> Sentence:
    """The best, the last and what is between them."""
    rows = league_rows(m)
    unit = Sentence((m.unit_word,))
    if not rows:
        return tell("report_index.towns_without", m.lang, unit=unit)
    number = count(len(rows), derived("index", "units with index"), m.lang)
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return tell("report_index.only", m.lang, unit=unit, name=first["name"], score=first.score("balanced_access"))
    if first["balanced_access"] - last["balanced_access"] < SAME:
        return tell("report_index.spread_none", m.lang, unit=unit, count=number, score=first.score("balanced_access"))
    return tell(
        "report_index.spread", m.lang, unit=unit, count=number,
        first=first["name"], first_score=first.score("balanced_access"),
        last=last["name"], last_score=last.score("balanced_access"), gap=gap_of(rows),
    )  # fmt: skip


def gap_of(rows: tuple[Row, ...]) -> Figure:
    """How far the best of the listed units is from the last."""
    best, last = rows[0].score("balanced_access"), rows[-1].score("balanced_access")
    return apart(best, last, derived("index", "gap balanced_access"))


def _tiers(m: Material) -> list[Sentence]:
    """Who shares a tier, where several have an index; that nothing was drawn where there are none."""
    if len(league_rows(m)) < 2:
        return []
    drawn = m.towns(m.results.uncertainty)
    drawn = drawn[drawn["tier"].notna()] if len(drawn) else drawn
    if drawn.empty:
        return [tell("report_index.no_tiers", m.lang)]
    number, settled = count(drawn["tier"].nunique(), derived("uncertainty", "tiers"), m.lang), _settled(m)
    if number.value == 1:
        key = "tiers_uncut" if settled.value > 0 else "tiers_one"
        return [tell(f"report_index.{key}", m.lang, count=number, settled=settled)]
    told = [tell("report_index.tiers", m.lang, count=number, settled=settled)]
    for tier, rows in drawn.groupby("tier", sort=True):
        own = rows.sort_values(["score", "code"], ascending=[False, True], kind="stable")
        which = count(float(tier), derived("uncertainty", "tier", tier=f"{tier:g}"), m.lang)  # type: ignore[arg-type]
        told.append(_tier(which, [str(name) for name in own["name"]], m))
    return told


def _tier(which: Figure, names: list[str], m: Material) -> Sentence:
    """Who is of a tier; of many, how many."""
    size = count(len(names), derived("uncertainty", "units of tier", tier=which.shown), m.lang)
    if len(names) > NAMED_UNITS:
        return tell("report_index.tier_large", m.lang, tier=which, count=size)
    named = joined([Name(name) for name in names], m.lang, "report.and")
    return counted("report_index.tier", size, m.lang, tier=which, names=named)


def _empty(m: Material) -> Sentence | None:
    """The units where nobody lives."""
    towns = m.towns(m.results.index)
    names = [Name(str(name)) for name in towns.loc[towns["people"] == 0, "name"]]
    if not names:
        return None
    return tell("report_index.empty", m.lang, names=joined(names, m.lang, "report.and"))


def _settled(m: Material) -> Figure:
    """The share of the pairs of units whose order is settled."""
    pairs = m.towns(m.results.settled_pairs)
    part = float(pairs["settled"].mean()) if len(pairs) else float("nan")
    return share(part, derived("settled_pairs", "share settled"), m.lang)


def _league_table(m: Material) -> tuple[Block, ...]:
    drawn = {row["code"]: row for row in rows_of(m.towns(m.results.uncertainty), "uncertainty", UNIT, m.lang)}
    rows = [_league_row(row, drawn.get(row["code"]), m) for row in league_rows(m)]
    title = tell("report_index.table_league", m.lang, unit=Sentence((m.unit_word,)))
    if not drawn:
        return table(title, (("unit", 2.4), ("residents", 1.6), ("balanced_access", 1.4)), rows, m.lang)
    columns = (
        ("unit", 2.2), ("tier", 1.1), ("residents", 1.4), ("balanced_access", 1.3), ("interval", 1.8),
        ("rank_range", 1.8),
    )  # fmt: skip
    notes = (tell("report_index.note_league", m.lang),)
    return table(title, columns, rows, m.lang, notes)


def _league_row(row: Row, drawn: Row | None, m: Material) -> tuple[Cell, ...]:
    head, people = name_cell(row["name"]), figure_cell(row.count("people"))
    own = figure_cell(row.score("balanced_access"))
    if drawn is None:
        return head, people, own
    tier = Figure(tier_told(drawn["tier"], m.lang), float(drawn["tier"]), drawn.origin("tier"))
    places = Figure(
        rank_told(drawn["rank_low"], drawn["rank_high"], m.lang), float(drawn["rank_low"]), drawn.origin("rank_range")
    )
    span = tell("report_index.range", m.lang, low=drawn.score("score_low"), high=drawn.score("score_high"))
    return head, figure_cell(tier), people, own, Cell(span), figure_cell(places)


def _parts(m: Material) -> tuple[Block, ...]:
    """Access, balance with its two factors, quality: of the whole area and every listed unit."""
    own = rows_of(m.whole(m.results.index), "index", UNIT, m.lang)
    rows = [_parts_row(row) for row in (*own, *(league_rows(m) if m.has_towns else ()))]
    columns = (
        ("unit", 2.2), ("access", 1.0), ("balance", 1.0), ("balance_people", 1.2), ("balance_services", 1.2),
        ("balanced_access", 1.1), ("quality", 1.0), ("overall", 1.0),
    )  # fmt: skip
    title = tell("report_index.table_parts", m.lang)
    lead = paragraph(tell("report_index.parts_told", m.lang))
    return (*lead, *table(title, columns, rows, m.lang, (tell("report_index.note_parts", m.lang),)))


def _parts_row(row: Row) -> tuple[Cell, ...]:
    names = ("access", "balance", "balance_people", "balance_services", "balanced_access", "quality", "overall")
    return (name_cell(row["name"]), *(figure_cell(row.score(name)) for name in names))


def _services(m: Material) -> tuple[Block, ...]:
    """What each service contributes: its own access and what its places are worth."""
    parts = m.whole(m.results.index_parts) if len(m.results.index_parts) else m.results.index_parts
    if parts.empty:
        return ()
    rows = rows_of(parts, "index_parts", SERVICE, m.lang)
    known = [row for row in rows if not math.isnan(row["access"])]
    if not known:
        return ()
    cells = [
        (
            name_cell(m.service(row["service"])),
            figure_cell(row.count("people")),
            figure_cell(row.score("access")),
            figure_cell(row.score("root_access")),
            figure_cell(row.score("capacity")),
            figure_cell(row.score("quality")),
        )
        for row in rows
    ]
    columns = (
        ("service", 2.2), ("target_people", 1.4), ("access", 1.0), ("root_access", 1.2), ("capacity_score", 1.2),
        ("quality_score", 1.2),
    )  # fmt: skip
    title = tell("report_index.table_services", m.lang)
    notes = (tell("report_index.note_services", m.lang),)
    return (*paragraph(_weakest(known, m)), *table(title, columns, cells, m.lang, notes))


def _weakest(rows: list[Row], m: Material) -> Sentence | None:
    """The services with the least access."""
    ordered = sorted(rows, key=lambda row: (row["access"], row["service"]))
    if len(ordered) < NAMED + 1:
        return None
    named = joined(
        [
            tell("report_index.scored", m.lang, name=m.service(row["service"]), score=row.score("access"))
            for row in ordered[:NAMED]
        ],
        m.lang,
        "report.and",
    )
    return tell("report_index.weakest", m.lang, named=named)


def _steadiness(m: Material) -> tuple[Block, ...]:
    """What makes the spread of the whole area's score."""
    frame = m.whole(m.results.sensitivity)
    frame = frame[(frame["outcome"] == "score") & frame["total_order"].notna()] if len(frame) else frame
    if frame.empty:
        return ()
    ordered = frame.sort_values(["total_order", "source"], ascending=[False, True], kind="stable").head(NAMED)
    rows = rows_of(ordered, "sensitivity", (*UNIT, "outcome", "source"), m.lang)
    named = joined(
        [
            tell(
                "report_index.source", m.lang, source=tell(f"steadiness.source_{row['source']}", m.lang),
                share=row.share("total_order"),
            )
            for row in rows
        ],
        m.lang,
        "report.and",
    )  # fmt: skip
    return (
        Heading(2, say("report_index.steadiness", m.lang)),
        *paragraph(tell("report_index.sources", m.lang, named=named)),
        *m.picture("sensitivity"),
    )
