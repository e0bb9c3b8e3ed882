"""Coverage: who has what within the standard, by service, by group of people, by town."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.beside import side_in_words
from circle15.publish.report.document import Cell, Column, Heading, Sentence, Table
from circle15.publish.report.material import SERVICE
from circle15.publish.report.numbers import above, apart, count, derived, rows_of, turns
from circle15.publish.report.tables import table
from circle15.publish.report.telling import counted, figure_cell, joined, name_cell, paragraph, tell
from circle15.publish.standards import standards_in_words
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.publish.report.document import Block, Figure, Side
    from circle15.publish.report.material import Material
    from circle15.publish.report.numbers import Row
    from circle15.publish.report.telling import Fact

# More services than these stand in a second table; English words need more room.
WIDEST = {"zh": 11, "en": 6}
COMPARED = ("urban_rural", "young", "old")
GAP_SIDES: tuple[Side, ...] = ("left", "centre", "right", "centre", "right", "right")
GAP_KEYS = ("level", "code", "comparison", "first", "second", "service")
# A gap that shows as 0.0 points.
SAME = 5e-4
# What is shown as nobody, and so many units are named.
NOBODY, NAMED = 0.5, 3


def coverage(m: Material) -> tuple[Block, ...]:
    """The chapter."""
    return (
        Heading(2, say("report_coverage.services", m.lang)),
        *_services(m),
        *_groups(m),
        *_towns(m),
    )


def known(rows: tuple[Row, ...]) -> list[Row]:
    """The rows of services that somebody needs."""
    return [row for row in rows if not math.isnan(row["coverage"])]


def uncovered_turns(m: Material) -> Figure:
    """People not covered, once for each service that they lack."""
    lacking = sum(row["uncovered_people"] for row in known(m.coverage_rows()))
    return turns(lacking, derived("coverage", "sum uncovered"), m.lang)


def everything_told(m: Material) -> Sentence | None:
    """How many have every service in reach."""
    row, services = m.all_services(), len(m.coverage_rows())
    if row is None or math.isnan(row["coverage"]) or services < 2:
        return None
    number = count(services, derived("coverage", "services"), m.lang)
    if row["covered_people"] == 0:
        return tell("report_coverage.everything_nobody", m.lang, services=number)
    facts: dict[str, Fact] = {"people": row.people("covered_people"), "share": row.share("coverage")}
    return tell("report_coverage.everything", m.lang, services=number, **facts)


def ends_told(m: Material) -> Sentence | None:
    """The services with the most and the least coverage."""
    rows = sorted(known(m.coverage_rows()), key=lambda row: (-row["coverage"], row["service"]))
    if not rows:
        return tell("report_coverage.nothing_known", m.lang)
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        facts: dict[str, Fact] = {"service": m.service(first["service"]), "share": first.share("coverage")}
        return tell("report_coverage.one_service", m.lang, **facts, people=first.people("uncovered_people"))
    if first["coverage"] - last["coverage"] < SAME:
        return tell("report_coverage.all_the_same", m.lang, share=first.share("coverage"))
    return tell(
        "report_coverage.ends", m.lang,
        first=m.service(first["service"]), first_share=first.share("coverage"),
        last=m.service(last["service"]), last_share=last.share("coverage"),
        people=last.people("uncovered_people"),
    )  # fmt: skip


def _services(m: Material) -> tuple[Block, ...]:
    rows = m.coverage_rows()
    several = len(known(rows)) > 1
    lacking = tell("report_coverage.lacking", m.lang, turns=uncovered_turns(m)) if several else None
    told = paragraph(ends_told(m), everything_told(m), lacking)
    standards = _standards(m)
    cells = [_service_row(row, standards[row["service"]], m) for row in rows]
    columns = (
        ("service", 2.0), ("group", 1.3), ("standard", 2.4), ("target_people", 1.2), ("coverage", 1.0),
        ("uncovered", 1.1), ("median_min", 1.3), ("p90_min", 1.4),
    )  # fmt: skip
    notes = (tell("report_coverage.note_services", m.lang),)
    title = tell("report_coverage.table_services", m.lang)
    return (*told, *table(title, columns, cells, m.lang, notes, texts=3))


def _standards(m: Material) -> dict[str, str]:
    """The standard of each service in words, as it is for the whole area."""
    frame = m.results.coverage.assign(standard=standards_in_words(m.results, m.lang))
    first = m.whole(frame).drop_duplicates("service")
    return dict(zip(first["service"], first["standard"], strict=True))


def _service_row(row: Row, standard: str, m: Material) -> tuple[Cell, ...]:
    return (
        name_cell(m.service(row["service"])),
        name_cell(m.group(row["group"])),
        name_cell(standard),
        figure_cell(row.count("people")),
        figure_cell(row.share("coverage")),
        figure_cell(row.count("uncovered_people")),
        figure_cell(row.minutes("median_min")),
        figure_cell(row.minutes("p90_min")),
    )


def _groups(m: Material) -> tuple[Block, ...]:
    """Town and country, young and old: gaps in coverage of the whole area."""
    frame = m.whole(m.results.gaps)
    frame = frame[frame["comparison"].isin(COMPARED) & frame["coverage_gap"].notna()] if len(frame) else frame
    if frame.empty:
        return ()
    rows = rows_of(frame, "gaps", GAP_KEYS, m.lang)
    cells = [_gap_row(row, m) for row in rows]
    columns = (
        ("service", 2.2), ("first", 1.4), ("coverage", 1.0), ("second", 1.4), ("coverage", 1.0), ("gap_points", 1.2),
    )  # fmt: skip
    title = tell("report_coverage.table_gaps", m.lang)
    notes = (tell("report_coverage.note_gaps", m.lang),)
    made = _gap_table(title, columns, cells, m, notes)
    heading = Heading(2, say("report_coverage.groups", m.lang))
    return (heading, *paragraph(*_widest(rows, m)), *m.picture("minutes"), made)


def _gap_table(
    title: Sentence, columns: tuple[tuple[str, float], ...], cells: list[tuple[Cell, ...]], m: Material,
    notes: tuple[Sentence, ...],
) -> Table:  # fmt: skip
    """The table: a side and its coverage, twice."""
    named = tuple(
        Column(say(f"report_tables.{word}", m.lang), GAP_SIDES[at], width) for at, (word, width) in enumerate(columns)
    )
    return Table(title, named, tuple(cells), notes)


def _gap_row(row: Row, m: Material) -> tuple[Cell, ...]:
    return (
        name_cell(_of_gap(row["service"], m)),
        name_cell(_side(row["first"], m)),
        figure_cell(row.share("coverage_first")),
        name_cell(_side(row["second"], m)),
        figure_cell(row.share("coverage_second")),
        figure_cell(above(row.share("coverage_first"), row.share("coverage_second"), row.origin("coverage_gap"))),
    )


def _widest(rows: tuple[Row, ...], m: Material) -> list[Sentence]:
    """The widest gap of a service between town and country, and between ages."""
    told = []
    for kinds in (("urban_rural",), ("young", "old")):
        own = [row for row in rows if row["comparison"] in kinds and row["service"] != ALL_SERVICES]
        own = sorted(own, key=lambda row: (-abs(row["coverage_gap"]), row["service"]))
        if own:
            told.append(_gap_told(own[0], "classes" if kinds == ("urban_rural",) else "ages", m))
    return told


def _gap_told(row: Row, kind: str, m: Material) -> Sentence:
    ahead, behind = ("first", "second") if row["coverage_gap"] > 0 else ("second", "first")
    shares = row.share(f"coverage_{ahead}"), row.share(f"coverage_{behind}")
    gap = apart(*shares, row.origin("coverage_gap"))
    if float(gap.shown) == 0:
        return tell(f"report_coverage.gap_none_{kind}", m.lang)
    facts: dict[str, Fact] = {
        "ahead": _side(row[ahead], m),
        "ahead_share": shares[0],
        "behind": _side(row[behind], m),
        "behind_share": shares[1],
    }
    service = _of_gap(row["service"], m)
    return tell(f"report_coverage.gap_{kind}", m.lang, service=service, gap=gap, **facts)


def _of_gap(service: str, m: Material) -> str:
    """A service of the table of gaps, where several services stand for their mean."""
    return say("report_coverage.mean_of_services", m.lang) if service == ALL_SERVICES else m.service(service)


def _side(side: str, m: Material) -> str:
    return _of_gap(side, m) if side == ALL_SERVICES else side_in_words(side, m.results, m.lang)


def _towns(m: Material) -> tuple[Block, ...]:
    """Every listed unit by every service."""
    if not m.has_towns:
        return ()
    frame = m.towns(m.coverage)
    services = [id_ for id_ in m.results.catalogue.services if (frame["service"] == id_).any()]
    told = paragraph(*_town_ends(frame, m))
    shown = [*services, ALL_SERVICES]
    tables_needed = math.ceil(len(shown) / WIDEST[m.lang])
    wide = math.ceil(len(shown) / tables_needed)
    parts = [shown[at : at + wide] for at in range(0, len(shown), wide)]
    tables = [_town_table(frame, part, at, len(parts), m) for at, part in enumerate(parts, start=1)]
    return (Heading(2, say("report_coverage.towns", m.lang, unit=m.unit_word)), *told, *tables)


def _town_table(frame: pd.DataFrame, services: list[str], at: int, of: int, m: Material) -> Table:
    rows = {(row["code"], row["service"]): row for row in rows_of(frame, "coverage", SERVICE, m.lang)}
    units = m.towns(m.results.zones)[["code", "name"]]
    cells = tuple(
        (name_cell(name), *(_shaded(rows.get((code, service)), m) for service in services))
        for code, name in units.itertuples(index=False, name=None)
    )
    head = Column(say("report_tables.unit", m.lang), "left", 2.0)
    columns = (head, *(Column(m.service(service), "right", 1.0) for service in services))
    key = "report_coverage.table_towns" if of == 1 else "report_coverage.table_towns_part"
    part = {} if of == 1 else {"part": count(at, derived("coverage", "part", part=str(at)), m.lang)}
    return Table(tell(key, m.lang, **part), columns, cells, (tell("report_coverage.note_towns", m.lang),))


def _shaded(row: Row | None, m: Material) -> Cell:
    """A share, the darker the more people are not covered."""
    if row is None or math.isnan(row["coverage"]):
        return Cell(Sentence((say("terms.no_data", m.lang),)))
    return figure_cell(row.share("coverage"), shade=1.0 - float(row["coverage"]))


def _town_ends(frame: pd.DataFrame, m: Material) -> list[Sentence]:
    """How many of the squares of town and service are not covered by half, and in which town most people lack most."""
    single = frame[(frame["service"] != ALL_SERVICES) & frame["coverage"].notna()]
    if single.empty:
        return [tell("report_coverage.nothing_known", m.lang)]
    low = count(int((single["coverage"] < 0.5).sum()), derived("coverage", "squares below half"), m.lang)
    squares = count(len(single), derived("coverage", "squares"), m.lang)
    told = [counted("report_coverage.below_half", low, m.lang, squares=squares, unit=Sentence((m.unit_word,)))]
    lacking = single.groupby(["code", "name"], sort=True, as_index=False)["uncovered_people"].sum()
    lacking = lacking[lacking["uncovered_people"] >= NOBODY].sort_values(
        "uncovered_people", ascending=False, kind="stable"
    )
    named = joined(
        [
            tell(
                "report_coverage.lacking_in",
                m.lang,
                name=str(name),
                turns=turns(float(number), derived("coverage", "sum uncovered", code=str(code)), m.lang),
            )
            for code, name, number in lacking.head(NAMED).itertuples(index=False)
        ],
        m.lang,
    )
    return [*told, tell("report_coverage.lacking_most", m.lang, named=named)] if len(lacking) else told
