"""Under-served areas: how many, where the largest are, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.reasons import reason_in_words
from circle15.publish.report.document import Cell, Heading, Name
from circle15.publish.report.numbers import count, derived, people, rows_of, share, turns
from circle15.publish.report.tables import table
from circle15.publish.report.telling import counted, figure_cell, joined, name_cell, paragraph, tell, word_cell
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.publish.report.document import Block, Sentence
    from circle15.publish.report.material import Material
    from circle15.publish.report.numbers import Row
    from circle15.publish.report.telling import Fact

# So many areas stand in the report's table; all of them in the workbook.
LISTED = 15
# So many services are named by their areas.
NAMED = 3
# What the pictures of small maps are called, with a number behind.
SMALL_MAPS = "small_maps_"
REASONS = ("none_near", "barrier", "just_beyond", "island", "off_network")


def areas(m: Material) -> tuple[Block, ...]:
    """The chapter."""
    frame = m.results.underserved
    if frame.empty:
        return paragraph(tell("report_areas.none", m.lang, least=_least(m)))
    return (
        Heading(2, say("report_areas.overall", m.lang)),
        *paragraph(areas_told(m), _most(m)),
        *paragraph(_reasons(m)),
        *_service_table(m),
        Heading(2, say("report_areas.largest", m.lang)),
        *_table(m),
        *_maps(m),
    )


def _least(m: Material) -> Sentence:
    least = m.results.study.underserved.least_residents
    return tell("report.people", m.lang, number=count(least, derived("study", "least_residents"), m.lang))


def areas_told(m: Material) -> Sentence:
    """How many areas there are and how many people live in them."""
    frame = m.results.underserved
    number = count(len(frame), derived("underserved", "areas"), m.lang)
    lacking = turns(float(frame["people"].sum()), derived("underserved", "sum people"), m.lang)
    return counted("report_areas.told", number, m.lang, turns=lacking, least=_least(m))


def _most(m: Material) -> Sentence | None:
    """The services whose areas hold most people."""
    sums = _sums(m.results.underserved)
    if len(sums) < 2:
        return None
    named = joined(
        [
            tell(
                "report_areas.of_service",
                m.lang,
                service=m.service(str(id_)),
                count=count(row["areas"], derived("underserved", "areas", service=str(id_)), m.lang),
                people=people(row["people"], derived("underserved", "sum people", service=str(id_)), m.lang),
            )
            for id_, row in list(sums.iterrows())[:NAMED]
        ],
        m.lang,
    )
    return tell("report_areas.most", m.lang, named=named)


def _sums(frame: pd.DataFrame) -> pd.DataFrame:
    """Areas and people by service, most people first."""
    sums = frame.groupby("service", sort=True)["people"].agg(["size", "sum"])
    sums.columns = ["areas", "people"]
    return sums.sort_values("people", ascending=False, kind="stable")


def _reasons(m: Material) -> Sentence:
    """What keeps these people away, most frequent first."""
    lacking = m.results.underserved.groupby("reason", sort=True)["people"].sum()
    order = sorted((reason for reason in REASONS if reason in lacking), key=lambda reason: -lacking[reason])
    whole = float(m.results.underserved["people"].sum())
    named = joined(
        [
            tell(
                "report_areas.reason",
                m.lang,
                reason=tell(f"assess.reason_{reason}", m.lang),
                share=share(
                    float(lacking[reason]) / whole, derived("underserved", "share reason", reason=reason), m.lang
                ),
            )
            for reason in order
        ],
        m.lang,
    )
    return tell("report_areas.reasons", m.lang, named=named)


def _service_table(m: Material) -> tuple[Block, ...]:
    """Areas by service, with the largest of each."""
    frame = m.results.underserved
    rows = []
    for id_, sums in _sums(frame).iterrows():
        service = str(id_)
        first = frame[frame["service"] == service].sort_values("rank", kind="stable").head(1)
        largest = rows_of(first, "underserved", ("area_id",), m.lang)[0]
        rows.append(
            (
                name_cell(m.service(service)),
                name_cell(largest["name"]),
                figure_cell(count(sums["areas"], derived("underserved", "areas", service=service), m.lang)),
                figure_cell(count(sums["people"], derived("underserved", "sum people", service=service), m.lang)),
                figure_cell(largest.count("people")),
            )
        )
    columns = (("service", 2.0), ("largest_area", 3.2), ("areas", 0.9), ("uncovered", 1.3), ("in_largest", 1.3))
    return table(tell("report_areas.table_services", m.lang), columns, rows, m.lang, texts=2)


def _listed(m: Material) -> tuple[Row, ...]:
    frame = m.results.underserved.drop(columns="geometry")
    ordered = frame.sort_values(["people", "area_id"], ascending=[False, True], kind="stable").head(LISTED)
    return rows_of(ordered, "underserved", ("area_id",), m.lang)


def _table(m: Material) -> tuple[Block, ...]:
    rows = _listed(m)
    number = count(len(rows), derived("underserved", "listed"), m.lang)
    names = dict(zip(m.results.zones["code"], m.results.zones["name"], strict=True))
    cells = [_area_row(row, names, m) for row in rows]
    columns = [
        ("area", 2.6), ("unit_of", 1.5), ("service", 1.7), ("reason", 1.7), ("uncovered", 1.1), ("nearest_min", 1.4),
    ]  # fmt: skip
    if not m.has_towns:  # all of them are of the one unit
        del columns[1]
        cells = [(row[0], *row[2:]) for row in cells]
    every = count(len(m.results.underserved), derived("underserved", "areas"), m.lang)
    key = "report_areas.listed_all" if len(rows) == len(m.results.underserved) else "report_areas.listed"
    facts: dict[str, Fact] = {"count": number} if key.endswith("_all") else {"count": number, "every": every}
    notes = (tell("report_areas.note_table", m.lang),)
    title = tell("report_areas.table_largest", m.lang)
    return (
        *paragraph(tell(key, m.lang, **facts), _maps_told(m)),
        *table(title, columns, cells, m.lang, notes, texts=len(columns) - 2),
    )


def _area_row(row: Row, names: dict[str, str], m: Material) -> tuple[Cell, ...]:
    return (
        name_cell(row["name"]),
        name_cell(names.get(row["town_code"], "")),
        name_cell(m.service(row["service"])),
        word_cell(reason_in_words(row["reason"], row["mode"], m.lang)),
        figure_cell(row.count("people")),
        figure_cell(row.minutes("nearest_min")),
    )


def _drawn(m: Material) -> tuple[list[str], list[str]]:
    """The services with under-served areas of which a map has been drawn, and the others."""
    lacking = set(m.results.underserved["service"])
    services = [id_ for id_ in m.results.catalogue.services if id_ in lacking]
    drawn = [id_ for id_ in services if m.picture(f"map_{id_}")]
    return drawn, [id_ for id_ in services if id_ not in drawn]


def _maps_told(m: Material) -> Sentence | None:
    """Which services have a map here, and where those of the others are; nothing where all or none have one."""
    drawn, others = _drawn(m)
    if not drawn or not others:
        return None
    facts: dict[str, Fact] = {
        "drawn": count(len(drawn), derived("underserved", "services drawn"), m.lang),
        "others": count(len(others), derived("underserved", "services not drawn"), m.lang),
        "named": joined([Name(m.service(id_)) for id_ in others], m.lang),
    }
    return tell("report_areas.maps_small" if _small(m) else "report_areas.maps", m.lang, **facts)


def _maps(m: Material) -> tuple[Block, ...]:
    """A map per service, where they have been drawn; small ones of the others."""
    large = tuple(block for id_ in _drawn(m)[0] for block in m.picture(f"map_{id_}"))
    return large + tuple(block for name in _small(m) for block in m.picture(name))


def _small(m: Material) -> list[str]:
    """The pictures of small maps."""
    return [name for name in m.pictures if name.startswith(SMALL_MAPS)]
