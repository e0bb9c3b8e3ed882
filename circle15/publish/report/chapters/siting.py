"""Proposed sites: where, for whom, how good they are proven to be, and whom none can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.report.document import Cell, Heading, Sentence
from circle15.publish.report.numbers import Row, count, decimal, derived, people, rows_of, share
from circle15.publish.report.tables import table
from circle15.publish.report.telling import counted, figure_cell, joined, name_cell, paragraph, tell, word_cell
from circle15.publish.retold import site_retold
from circle15.words import LANGUAGES, say

if TYPE_CHECKING:
    from circle15.catalogue.entries import Label
    from circle15.publish.report.document import Block, Figure, Origin
    from circle15.publish.report.material import Material
    from circle15.publish.report.telling import Fact
    from circle15.results.siting import SitingRecord

# What is shown as nobody, and so many units that gain or cannot be reached are named.
NOBODY, NAMED = 0.5, 3
# A change that shows as 0.0 points.
SAME = 5e-4
DEGREES = 5


def siting(m: Material) -> tuple[Block, ...]:
    """The chapter; nothing where no sites have been sought."""
    return tuple(block for record in m.sitings for block in _proposal(record, m))


def sitings_told(m: Material) -> Sentence | None:
    """How many sites are proposed for whom, in a sentence for all proposals."""
    if not m.sitings:
        return None
    return tell(
        "report_siting.summary", m.lang, named=joined([_in_short(r, m) for r in m.sitings], m.lang, "report.semicolon")
    )


def _in_short(record: SitingRecord, m: Material) -> Sentence:
    gained = record.reached_after - record.reached_before
    facts: dict[str, Fact] = {"count": _sites_count(record, m), "people": people(gained, _of(record, "gained"), m.lang)}
    return tell("report_siting.in_short", m.lang, service=_services(record, m), **facts)


def _of(record: SitingRecord, what: str) -> Origin:
    return derived("siting", what, name=record.name)


def _services(record: SitingRecord, m: Material) -> Sentence:
    return joined([tell("report.name", m.lang, name=m.service(id_)) for id_ in record.services], m.lang, "report.and")


def _sites_count(record: SitingRecord, m: Material) -> Figure:
    return count(len(record.new_sites), _of(record, "new sites"), m.lang)


def _proposal(record: SitingRecord, m: Material) -> tuple[Block, ...]:
    return (
        Heading(2, _heading(record, m)),
        *paragraph(_told(record, m), _proof(record, m), _index(record, m)),
        *paragraph(_towns(record, m), _unreachable(record, m), _knee(record, m)),
        *m.picture(f"siting_{record.name}"),
        *_table(record, m),
    )


def _heading(record: SitingRecord, m: Material) -> str:
    """What the proposal is called; one that nobody has named goes by its service and number, in any language."""
    for key in ("sited.name_of", "sited.name_all"):
        for suffix in ("", f"-{record.objective}"):
            if record.name in {_unnamed(key, record, m, lang) + suffix for lang in LANGUAGES}:
                aim = say(f"report_siting.by_{record.objective}", m.lang)
                name = _unnamed(key, record, m, m.lang)
                return say("report_siting.heading_aim", m.lang, name=name, objective=aim) if suffix else name
    return say("report_siting.heading", m.lang, name=record.name, service=_services(record, m).text)


def _unnamed(key: str, record: SitingRecord, m: Material, lang: str) -> str:
    """The name that a proposal has by itself."""
    label = "＋".join(each.in_language(lang) for each in _labels(record, m))
    return say(key, lang, service=label, sites=record.sites_asked)


def _labels(record: SitingRecord, m: Material) -> tuple[Label, ...]:
    known = m.results.catalogue.services
    return tuple(known[id_].label for id_ in record.services if id_ in known)


def _told(record: SitingRecord, m: Material) -> Sentence:
    """How many sites, and how many more people reach one."""
    gained = record.reached_after - record.reached_before
    facts: dict[str, Fact] = {
        "before": people(record.reached_before, _of(record, "reached_before"), m.lang),
        "after": people(record.reached_after, _of(record, "reached_after"), m.lang),
        "persons": people(record.persons, _of(record, "persons"), m.lang),
        "gained": people(gained, _of(record, "gained"), m.lang),
    }
    told = counted("report_siting.told", _sites_count(record, m), m.lang, service=_services(record, m), **facts)
    if record.capacity is None:
        return told
    places = tell("report_siting.places", m.lang, places=count(record.capacity, _of(record, "capacity"), m.lang))
    return Sentence((*told.pieces, *places.pieces))


def _proof(record: SitingRecord, m: Material) -> Sentence:
    candidates = count(record.candidates, _of(record, "candidates"), m.lang)
    objective = tell(f"report_siting.by_{record.objective}", m.lang)
    if record.proven:
        return tell("report_siting.proven", m.lang, candidates=candidates, objective=objective)
    gap = share(record.gap, _of(record, "gap"), m.lang)
    return tell("report_siting.gap", m.lang, candidates=candidates, objective=objective, gap=gap)


def _unit_rows(record: SitingRecord, m: Material, *, towns: bool) -> tuple[Row, ...]:
    units = m.towns(record.units) if towns else m.whole(record.units)
    table_of = units.assign(gained=units["balanced_access_after"] - units["balanced_access_before"], siting=record.name)
    return rows_of(table_of, "siting_units", ("siting", "level", "code"), m.lang)


def _index(record: SitingRecord, m: Material) -> Sentence | None:
    """The whole area's index before and after."""
    found = _unit_rows(record, m, towns=False)
    if not found or found[0]["gained"] != found[0]["gained"]:
        return None
    row = found[0]
    facts: dict[str, Fact] = {
        "before": row.score("balanced_access_before"),
        "after": row.score("balanced_access_after"),
    }
    if abs(row["gained"]) < SAME:
        return tell("report_siting.index_same", m.lang, after=row.score("balanced_access_after"))
    return tell("report_siting.index", m.lang, **facts)


def _towns(record: SitingRecord, m: Material) -> Sentence | None:
    """The listed units whose index gains most."""
    rows = [row for row in _unit_rows(record, m, towns=True) if m.has_towns and row["gained"] >= SAME]
    rows = sorted(rows, key=lambda row: (-row["gained"], row["code"]))
    if not rows:
        return None
    named = joined(
        [tell("report_siting.town", m.lang, name=row["name"], points=row.signed("gained")) for row in rows[:NAMED]],
        m.lang,
    )
    number = count(len(rows), _of(record, "units gaining"), m.lang)
    return counted("report_siting.towns", number, m.lang, named=named)


def _unreachable(record: SitingRecord, m: Material) -> Sentence:
    """Who is beyond the reach of every candidate, and where."""
    units = record.unreachable_units
    if float(units["persons"].sum()) < NOBODY:
        return tell("report_siting.everybody", m.lang)
    sums = units.groupby(["unit", "unit_name"], sort=True, as_index=False)["persons"].sum()
    ordered = sums[sums["persons"] >= NOBODY].sort_values("persons", ascending=False, kind="stable")
    named = joined(
        [
            tell(
                "report_siting.unit",
                m.lang,
                name=str(name) or str(unit),
                people=people(
                    float(persons), derived("siting", "unreachable", name=record.name, unit=str(unit)), m.lang
                ),
            )
            for unit, name, persons in ordered.head(NAMED)[["unit", "unit_name", "persons"]].itertuples(index=False)
        ],
        m.lang,
    )
    facts: dict[str, Fact] = {
        "people": people(float(units["persons"].sum()), _of(record, "unreachable"), m.lang),
        "count": count(len(ordered), _of(record, "units unreachable"), m.lang),
    }
    return tell("report_siting.unreachable", m.lang, **facts, named=named)


def _knee(record: SitingRecord, m: Material) -> Sentence | None:
    if record.knee is None:
        return None
    return tell("report_siting.knee", m.lang, knee=count(record.knee, _of(record, "knee"), m.lang))


def _table(record: SitingRecord, m: Material) -> tuple[Block, ...]:
    frame = record.sites.drop(columns="geometry").assign(siting=record.name)
    rows = rows_of(frame, "siting_sites", ("siting", "candidate"), m.lang)
    labels = _labels(record, m)
    cells = [_row(row, labels, m) for row in rows]
    columns = (
        ("change_of_site", 0.8), ("site", 2.4), ("unit", 1.3), ("degrees", 2.5), ("people_new", 1.1),
        ("people_only", 1.2),
    )  # fmt: skip
    title = tell("report_siting.table", m.lang, service=_services(record, m))
    notes = (tell("report_siting.note", m.lang),)
    return table(title, columns, cells, m.lang, notes, texts=3)


def _row(row: Row, labels: tuple[Label, ...], m: Material) -> tuple[Cell, ...]:
    lon, lat = (decimal(float(row[name]), DEGREES, row.origin(name), m.lang) for name in ("lon", "lat"))
    return (
        word_cell(say(f"report_siting.change_{row['change']}", m.lang)),
        name_cell(site_retold(row["name"], labels, m.lang)),
        name_cell(row["town_name"]),
        Cell(tell("report_siting.degrees", m.lang, lon=lon, lat=lat)),
        figure_cell(row.count("persons_new")),
        figure_cell(row.count("persons_only")),
    )
