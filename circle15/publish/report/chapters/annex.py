"""Annexes: what every figure means, standards with their evidence, parameters, sources, and the run's hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from circle15.catalogue.findings import only_informs
from circle15.catalogue.services_table import services_table
from circle15.publish.report.document import Column, Paragraph, Table
from circle15.publish.report.numbers import count, decimal, derived
from circle15.publish.report.tables import table
from circle15.publish.report.telling import counted, figure_cell, name_cell, paragraph, tell, word_cell
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from circle15.catalogue.entries import Service, Source
    from circle15.publish.report.document import Block, Cell, Sentence
    from circle15.publish.report.material import Material

# The figures whose meaning the report needs, in the order of reading: the words of ``define_...`` in these rooms.
DEFINED = (
    ("tables", "standard"), ("tables", "coverage"), ("tables", "area_coverage"), ("tables", "median_min"),
    ("tables", "p90_min"), ("tables", "all_services"), ("tables", "access"), ("tables", "balanced_access"),
    ("tables", "balance"), ("tables", "balance_people"), ("tables", "balance_services"), ("index_sheets", "quality"),
    ("index_sheets", "overall"), ("steadiness", "tier"), ("steadiness", "score_low"), ("steadiness", "rank_range"),
    ("steadiness", "total_order"), ("tables", "people_beyond"), ("tables", "reason"), ("tables", "nearest_min"),
    ("tables", "unreachable"), ("tables", "no_data"), ("tables", "evidence"),
)  # fmt: skip
# Columns of the services' table that the annex shows.
STANDARD_COLUMNS = ("name", "group", "urban", "rural", "supply_standard")
# What the catalogue names as the document of the program's own values.
OWN_DEFAULT = "circle15 默认值"
# Beginnings of the keys of notes that tell what to write into the study file for the years to come.
FOR_THE_STUDY_FILE = ("inequality.kappa_",)
# Figures that tables of the report call otherwise than sheets of the workbook do.
CALLED = {"score_low": "report_tables.interval", "total_order": "report_annex.share_of_spread"}
STANDARD_WIDTHS = (1.6, 1.1, 1.4, 1.4, 2.6, 1.3)


def definitions(m: Material) -> tuple[Block, ...]:
    """What each figure means."""
    rows = [
        (word_cell(_term(room, name, m)), word_cell(say(f"{room}.define_{name}", m.lang)))
        for room, name in DEFINED
        if f"{room}.define_{name}" in phrasebook(m.lang)
    ]
    lead = paragraph(tell("report_annex.definitions_told", m.lang))
    columns = (("figure", 1.4), ("meaning", 6.0))
    return (*lead, *table(tell("report_annex.table_definitions", m.lang), columns, rows, m.lang, texts=2, small=True))


def _term(room: str, name: str, m: Material) -> str:
    if name in CALLED:
        return say(CALLED[name], m.lang)
    return say(next(key for key in (f"{room}.{name}", f"tables.{name}") if key in phrasebook(m.lang)), m.lang)


def standards(m: Material) -> tuple[Block, ...]:
    """Each service's standard with its evidence, and the sources that were read or not."""
    services = services_table(m.results.catalogue, m.lang)
    names = [say(f"catalogue.column_{column}", m.lang) for column in STANDARD_COLUMNS]
    at = [services.headers.index(name) for name in names]
    rows = tuple(
        (*(name_cell(row[column]) for column in at), word_cell(_grades(service, m)))
        for row, service in zip(services.rows, m.results.catalogue.services.values(), strict=True)
    )
    names.append(say("report_tables.grade", m.lang))
    columns = tuple(Column(name, "left", width) for name, width in zip(names, STANDARD_WIDTHS, strict=True))
    made = Table(tell("report_annex.table_standards", m.lang), columns, rows, small=True)
    return (*paragraph(tell("report_annex.standards_told", m.lang), _unchecked(m)), made, *_sources(m))


def _grades(service: Service, m: Material) -> str:
    """The grades of a service's sources, and whether an original was not read."""
    grades = "/".join(sorted({source.evidence for source in service.sources}))
    return say("report_annex.grade_unchecked", m.lang, grade=grades) if service.unchecked_values() else grades


def _unchecked(m: Material) -> Sentence:
    """How many services have a value whose original was not read."""
    open_ = [service for service in m.results.catalogue.services.values() if service.unchecked_values()]
    number = count(len(open_), derived("catalogue", "services unchecked"), m.lang)
    return counted("report_annex.unchecked", number, m.lang)


def _sources(m: Material) -> tuple[Block, ...]:
    """What each value is taken from, with its grade."""
    rows: list[tuple[Cell, ...]] = []
    for service in m.results.catalogue.services.values():
        rows += [_source_row(m.service(service.id), source, m) for source in service.sources]
    used = dict.fromkeys(service.speed for service in m.results.catalogue.services.values())
    for id_ in used:
        speed = m.results.catalogue.speeds[id_]
        label = say("report_annex.speed_of", m.lang, label=speed.label)
        rows += [_source_row(label, source, m) for source in speed.sources]
    columns = (("of_what", 1.5), ("says", 3.0), ("document", 2.8), ("grade", 1.3))
    return table(tell("report_annex.table_sources", m.lang), columns, rows, m.lang, texts=4, small=True)


def _source_row(of: str, source: Source, m: Material) -> tuple[Cell, ...]:
    grade = source.evidence if source.checked else say("report_annex.grade_unchecked", m.lang, grade=source.evidence)
    document = source.document or say("report.dash", m.lang)
    if document == OWN_DEFAULT:
        document = say("report_annex.own_default", m.lang)
    return name_cell(of), name_cell(source.fact.in_language(m.lang)), name_cell(document), word_cell(grade)


def parameters(m: Material) -> tuple[Block, ...]:
    """Settings as used, and the files with who gave them and of which day."""
    rows = [(word_cell(say(f"report_annex.{word}", m.lang)), cell) for word, cell in _settings(m)]
    columns = (("parameter", 3.0), ("value", 3.0))
    made = table(tell("report_annex.table_parameters", m.lang), columns, rows, m.lang, texts=2, small=True)
    return (*made, *_speeds(m), *_files(m))


def _settings(m: Material) -> Iterable[tuple[str, Cell]]:
    study, index = m.results.study, m.results.study.index
    yield "setting_day", name_cell(study.study.day.isoformat())
    yield "setting_crs", name_cell(str(m.results.cells.crs.to_string()))
    yield "setting_cell_m", _number(study.study.cell_m, "cell_m", m)
    yield "setting_max_leg_m", _number(study.network.max_leg_m, "network max_leg_m", m)
    yield "setting_crossing_delay_s", _number(study.network.crossing_delay_s, "network crossing_delay_s", m)
    yield "setting_reach", word_cell(say(f"report_annex.reach_{index.reach}", m.lang))
    yield "setting_scheme", word_cell(say(f"report_annex.scheme_{index.scheme or 'default'}", m.lang))
    yield "setting_draws", _number(study.uncertainty.draws, "uncertainty draws", m)
    yield "setting_within_m", _number(study.underserved.within_m, "underserved within_m", m)
    yield "setting_least_residents", _number(study.underserved.least_residents, "least_residents", m)


def _number(value: float, what: str, m: Material) -> Cell:
    return figure_cell(count(value, derived("study", what), m.lang))


def _speeds(m: Material) -> tuple[Block, ...]:
    rows = [
        (
            name_cell(speed.label.in_language(m.lang)),
            figure_cell(decimal(speed.m_s, 2, derived("catalogue", "speed", id=id_), m.lang)),
            figure_cell(decimal(speed.m_s * 3.6, 1, derived("catalogue", "speed km/h", id=id_), m.lang)),
        )
        for id_, speed in m.results.catalogue.speeds.items()
    ]
    columns = (("speed", 3.0), ("m_s", 1.5), ("km_h", 1.5))
    return table(tell("report_annex.table_speeds", m.lang), columns, rows, m.lang, small=True)


def _files(m: Material) -> tuple[Block, ...]:
    """Every file with who gave it, its day, its licence and its hash."""
    told = {name: (provider, day, licence) for name, provider, day, licence in _given(m)}
    rows = []
    for name, sha in m.manifest.get("inputs", {}).items():
        provider, day, licence = told.get(name, ("", "", ""))
        given = "，".join(part for part in (provider, day, licence) if part) or say("report.dash", m.lang)
        rows.append((name_cell(name), name_cell(given), name_cell(sha)))
    columns = (("file", 1.8), ("given_by", 1.8), ("sha256", 3.4))
    title = tell("report_annex.table_files", m.lang)
    return table(title, columns, rows, m.lang, texts=3, small=True)


def _given(m: Material) -> Iterable[tuple[str, str, str, str]]:
    """File, provider, day and licence of everything that the study names."""
    found: list[Any] = [m.results.study.model_dump()]
    while found:
        part = found.pop()
        if isinstance(part, dict):
            found += list(part.values())
            names = [part.get(key) for key in ("file", "raster", "buildings")]
            for name in (name for name in names if isinstance(name, str)):
                day = part.get("date")
                yield (
                    name,
                    part.get("provider") or "",
                    "" if day is None else day.isoformat(),
                    part.get("licence") or "",
                )
        elif isinstance(part, list | tuple):
            found += list(part)


def run(m: Material) -> tuple[Block, ...]:
    """The run: the hash of its record, which holds those of all its files, and the versions of what computed it."""
    versions = m.manifest.get("versions", {})
    record = (name_cell("run.json (SHA-256)"), name_cell(m.run_hash))
    rows = [record, *((name_cell(str(name)), name_cell(str(value))) for name, value in versions.items())]
    columns = (("library", 1.5), ("version", 4.5))
    made = table(tell("report_annex.table_versions", m.lang), columns, rows, m.lang, texts=2, small=True)
    return (*paragraph(tell("report_annex.run_told", m.lang)), *made)


def _is_for_the_desk(key: str) -> bool:
    """Whether a sentence is of no concern to a reader of the report: it informs, or says what to write into a file."""
    return only_informs(key) or key.startswith(FOR_THE_STUDY_FILE)


def notes(m: Material) -> tuple[Block, ...]:
    """What the reader of these numbers should know; what only informs stands in the workbook."""
    found = (*m.results.notes, *(m.comparison.notes if m.comparison is not None else ()))
    warned = dict.fromkeys(note.sentence(m.lang) for note in found if not _is_for_the_desk(note.key))
    if not warned:
        return ()
    more = count(len({note.sentence(m.lang) for note in found}) - len(warned), derived("notes", "informing"), m.lang)
    items = tuple(Paragraph((tell("report.name", m.lang, name=sentence),), "item") for sentence in warned)
    return (*items, *paragraph(counted("report_annex.more_notes", more, m.lang), kind="item"))
