"""Supply and quality: who finds a place, how full facilities are, what is due per head, which towns have a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.report.document import Heading
from circle15.publish.report.material import SERVICE
from circle15.publish.report.numbers import count, derived, rows_of
from circle15.publish.report.tables import table
from circle15.publish.report.telling import counted, figure_cell, joined, name_cell, paragraph, tell, word_cell
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.publish.report.document import Block, Cell, Sentence
    from circle15.publish.report.material import Material
    from circle15.publish.report.numbers import Row
    from circle15.publish.report.telling import Fact

STATES = ("served", "reachable_without_capacity", "out_of_reach")
FULL = "full"
# What is shown as nobody.
NOBODY = 0.5
# So many facilities are listed.
LISTED = 10


def supply(m: Material) -> tuple[Block, ...]:
    """The chapter; nothing where the study knows nothing of places, presence or ratios."""
    return (*_states(m), *_loads(m), *_ratios(m), *_flags(m), *_presence(m))


def _whole(frame: pd.DataFrame, m: Material, known: str) -> pd.DataFrame:
    """The rows of the whole area where a column says something."""
    rows = m.whole(frame) if len(frame) else frame
    return rows[rows[known].notna()]


def _states(m: Material) -> tuple[Block, ...]:
    """The three states: served, in reach without a place left, out of reach."""
    rows = rows_of(_whole(m.results.service_states, m, "served"), "service_states", SERVICE, m.lang)
    if not rows:
        return ()
    cells = [
        (
            name_cell(m.service(row["service"])),
            figure_cell(row.count("people")),
            figure_cell(row.share("served_share")),
            *(figure_cell(row.count(state)) for state in STATES),
        )
        for row in rows
    ]
    columns = (
        ("service", 2.2), ("target_people", 1.3), ("served_share", 1.2), ("served", 1.3), ("without_place", 1.5),
        ("out_of_reach", 1.3),
    )  # fmt: skip
    title = tell("report_supply.table_states", m.lang)
    notes = (tell("report_supply.note_states", m.lang),)
    told = [_state_told(row, m) for row in sorted(rows, key=lambda row: (row["served_share"], row["service"]))]
    heading = Heading(2, say("report_supply.states", m.lang))
    return (heading, *paragraph(*told), *table(title, columns, cells, m.lang, notes))


def _state_told(row: Row, m: Material) -> Sentence:
    facts: dict[str, Fact] = {
        "service": m.service(row["service"]),
        "share": row.share("served_share"),
        "beyond": row.people("out_of_reach"),
    }
    if row["people"] - row["out_of_reach"] < NOBODY:
        return tell("report_supply.state_nobody", m.lang, service=facts["service"], beyond=facts["beyond"])
    if row["reachable_without_capacity"] < NOBODY:
        return tell("report_supply.state_enough", m.lang, **facts)
    return tell("report_supply.state", m.lang, **facts, short=row.people("reachable_without_capacity"))


def _loads(m: Material) -> tuple[Block, ...]:
    """Facilities that lack places, those that lack most first."""
    loads = m.results.loads
    judged = loads[loads["missing_places"].notna()] if len(loads) else loads
    if judged.empty:
        return ()
    short = judged[judged["missing_places"] >= 0.5]
    number = count(len(short), derived("loads", "short"), m.lang)
    every = count(len(judged), derived("loads", "judged"), m.lang)
    told = counted("report_supply.loads", number, m.lang, every=every)
    ordered = short.sort_values(["missing_places", "facility_id"], ascending=[False, True], kind="stable")
    rows = rows_of(ordered.head(LISTED), "loads", ("service", "facility_id"), m.lang)
    cells = [
        (
            name_cell(row["name"]),
            name_cell(m.service(row["service"])),
            figure_cell(row.count("capacity")),
            figure_cell(row.count("nearest_places")),
            figure_cell(row.count("missing_places")),
        )
        for row in rows
    ]
    columns = (("facility", 3.0), ("service", 2.0), ("capacity", 1.1), ("places_due", 1.2), ("places_missing", 1.2))
    title = tell("report_supply.table_loads", m.lang)
    notes = (tell("report_supply.note_loads", m.lang),)
    heading = Heading(2, say("report_supply.load", m.lang))
    return (heading, *paragraph(told), *table(title, columns, cells, m.lang, notes, texts=2))


def _ratios(m: Material) -> tuple[Block, ...]:
    """Places or sites per 1000, against the standard."""
    rows = rows_of(_whole(m.results.ratios, m, "per_1000"), "ratios", SERVICE, m.lang)
    rows = tuple(row for row in rows if row["standard_per_1000"] == row["standard_per_1000"])
    if not rows:
        return ()
    told = [_ratio_told(row, m) for row in rows]
    cells = [_ratio_row(row, m) for row in rows]
    columns = (
        ("service", 2.2), ("base", 1.5), ("supply", 1.2), ("per_1000", 1.2), ("standard_per_1000", 1.2),
        ("places_missing", 1.2),
    )  # fmt: skip
    title = tell("report_supply.table_ratios", m.lang)
    heading = Heading(2, say("report_supply.ratios", m.lang))
    return (heading, *paragraph(*told), *table(title, columns, cells, m.lang, texts=2))


def _ratio_told(row: Row, m: Material) -> Sentence:
    facts: dict[str, Fact] = {
        "service": m.service(row["service"]),
        "base": _base(row, m),
        "per_1000": row.shortest("per_1000"),
        "standard": row.shortest("standard_per_1000"),
        "unit": _unit(row, m),
    }
    if row["places_missing"] >= 0.5:
        return tell("report_supply.ratio_short", m.lang, **facts, missing=row.count("places_missing"))
    return tell("report_supply.ratio_met", m.lang, **facts)


def _base(row: Row, m: Material) -> str:
    """Per whom the ratio is."""
    return m.group(row["base"]) if row["base"] in m.results.catalogue.groups else m.group("all")


def _unit(row: Row, m: Material) -> str:
    """What is counted: 托位, 学位; places where nothing is said."""
    service = m.results.catalogue.services.get(row["service"])
    unit = None if service is None else service.capacity_unit
    return say("report_supply.places", m.lang) if unit is None else unit.in_language(m.lang)


def _ratio_row(row: Row, m: Material) -> tuple[Cell, ...]:
    missing = figure_cell(row.count("places_missing"))
    return (
        name_cell(m.service(row["service"])),
        name_cell(_base(row, m)),
        figure_cell(row.count("supply")),
        figure_cell(row.shortest("per_1000")),
        figure_cell(row.shortest("standard_per_1000")),
        missing,
    )


def _flags(m: Material) -> tuple[Block, ...]:
    """What share of the facilities bears a quality flag."""
    rows = rows_of(_whole(m.results.flag_shares, m, "flag_share"), "flag_shares", (*SERVICE, "flag"), m.lang)
    if not rows:
        return ()
    cells = [
        (
            name_cell(m.service(row["service"])),
            name_cell(row["flag"]),
            figure_cell(row.count("facilities")),
            figure_cell(row.count("flagged_facilities")),
            figure_cell(row.share("flag_share")),
            figure_cell(row.share("capacity_flag_share")),
        )
        for row in rows
    ]
    columns = (
        ("service", 2.0), ("flag", 1.5), ("facilities", 1.1), ("flagged", 1.1), ("flag_share", 1.2),
        ("capacity_flag_share", 1.4),
    )  # fmt: skip
    named = joined(
        [
            tell(
                "report_supply.flag",
                m.lang,
                service=m.service(row["service"]),
                flag=row["flag"],
                share=row.share("flag_share"),
            )
            for row in rows
        ],
        m.lang,
    )
    title = tell("report_supply.table_flags", m.lang)
    heading = Heading(2, say("report_supply.flags", m.lang))
    told = paragraph(tell("report_supply.flags_told", m.lang, named=named))
    return (heading, *told, *table(title, columns, cells, m.lang, texts=2))


def _present(row: Row, m: Material) -> Sentence:
    """How many have one; where all have, that nothing is missing is not told as a number."""
    facts: dict[str, Fact] = {
        "service": m.service(row["service"]),
        "share": row.share("presence_share"),
        "level": tell(f"terms.{row['presence_level']}", m.lang),
    }
    if row["units_missing"] < 1:
        return tell("report_supply.present_all", m.lang, **facts)
    return tell("report_supply.present", m.lang, **facts, missing=row.count("units_missing"))


def _presence(m: Material) -> tuple[Block, ...]:
    """How many towns or villages have a site of their own; presence is not access."""
    rows = rows_of(_whole(m.results.presence, m, "presence_share"), "presence", SERVICE, m.lang)
    if not rows:
        return ()
    cells = [
        (
            name_cell(m.service(row["service"])),
            word_cell(say(f"terms.{row['presence_level']}", m.lang)),
            figure_cell(row.count("units")),
            figure_cell(row.count("units_located")),
            figure_cell(row.count("units_missing")),
            figure_cell(row.share("presence_share")),
        )
        for row in rows
    ]
    columns = (
        ("service", 2.2), ("counted_by", 1.6), ("units", 1.0), ("units_located", 1.2), ("units_missing", 1.2),
        ("presence_share", 1.2),
    )  # fmt: skip
    named = joined(
        [_present(row, m) for row in rows],
        m.lang,
        "report.semicolon",
    )
    told = paragraph(tell("report_supply.presence_told", m.lang, named=named), _disagreements(m))
    title = tell("report_supply.table_presence", m.lang)
    heading = Heading(2, say("report_supply.presence", m.lang))
    return (heading, *told, *table(title, columns, cells, m.lang, texts=2))


def _disagreements(m: Material) -> Sentence | None:
    """Where presence and access say different things."""
    kinds = m.results.disagreements["disagreement"]
    if kinds.empty:
        return None
    facts: dict[str, Fact] = {
        name: count(int((kinds == f"{name}").sum()), derived("disagreements", name), m.lang)
        for name in ("present_not_reached", "reached_not_present")
    }
    return tell("report_supply.disagreements", m.lang, **facts)
