"""What the figures stand on: people, facilities, streets, and how good the data are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.publish.report.document import Cell, Heading
from circle15.publish.report.numbers import count, derived, people, share
from circle15.publish.report.tables import table
from circle15.publish.report.telling import (
    by_thousands,
    counted,
    figure_cell,
    joined,
    name_cell,
    paragraph,
    tell,
    word_cell,
)
from circle15.publish.tables import FILE_KINDS
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.publish.report.document import Block, Figure, Sentence
    from circle15.publish.report.material import Material

ALL = "all"
# What is shown as nobody.
NOBODY = 0.5
FATES = ("used", "fixed", "excluded")


def basis(m: Material) -> tuple[Block, ...]:
    """The chapter."""
    return (
        Heading(2, say("report_basis.people", m.lang)),
        *_people(m),
        Heading(2, say("report_basis.facilities", m.lang)),
        *_facilities(m),
        Heading(2, say("report_basis.streets", m.lang)),
        *_streets(m),
        Heading(2, say("report_basis.quality", m.lang)),
        *_quality(m),
    )


def residents(m: Material) -> Figure:
    """All people of the study."""
    return people(float(m.results.cells["persons_all"].sum()), derived("cells", "sum persons_all"), m.lang)


def units_of(m: Material, level: str) -> Figure:
    """How many units of a level there are."""
    number = int((m.results.zones["level"] == level).sum())
    return count(number, derived("zones", "units", level=level), m.lang)


def _people(m: Material) -> tuple[Block, ...]:
    levels = [level for level in m.results.zones["level"].unique() if level != m.root[0]]
    units = joined(
        [tell("report_basis.units", m.lang, count=units_of(m, level), level=_plain(level, m)) for level in levels],
        m.lang,
        "report.and",
    )
    told = tell("report_basis.residents", m.lang, place=m.place, people=residents(m))
    parts = tell("report_basis.residents_units", m.lang, units=units) if levels else None
    return (*paragraph(told, parts, _source(m)), *_groups(m))


def _plain(level: str, m: Material) -> Sentence:
    return tell(f"terms.{level}", m.lang)


def _source(m: Material) -> Sentence:
    source = m.results.study.population
    kind = "raster" if source.raster is not None else "buildings"
    official = "official" if source.totals is not None or source.total_persons is not None else "raw"
    return tell(f"report_basis.people_from_{kind}_{official}", m.lang)


def _groups(m: Material) -> tuple[Block, ...]:
    cells, groups = m.results.cells, m.results.catalogue.groups
    whole = float(cells["persons_all"].sum())
    rows: list[tuple[Cell, ...]] = []
    for id_, group in groups.items():
        if f"persons_{id_}" not in cells or id_ == ALL:
            continue
        persons = float(cells[f"persons_{id_}"].sum())
        part = persons / whole if whole > 0 else float("nan")
        rows.append(
            (
                name_cell(group.label.in_language(m.lang)),
                figure_cell(count(persons, derived("cells", f"sum persons_{id_}"), m.lang)),
                figure_cell(share(part, derived("cells", f"share persons_{id_}"), m.lang)),
            )
        )
    columns = (("group", 2.0), ("persons", 1.5), ("share_of_residents", 1.5))
    return table(tell("report_basis.table_groups", m.lang), columns, rows, m.lang)


def _facilities(m: Material) -> tuple[Block, ...]:
    own = m.results.facilities[m.results.facilities["inside"].astype(bool)]
    services = count(len(m.results.catalogue.services), derived("catalogue", "services"), m.lang)
    inside = count(len(own), derived("facilities", "inside"), m.lang)
    outside = count(len(m.results.facilities) - len(own), derived("facilities", "outside"), m.lang)
    none = [id_ for id_ in m.results.catalogue.services if not (own["service"] == id_).any()]
    told = counted("report_basis.facilities_told", inside, m.lang, services=services, outside=outside)
    return (*paragraph(told, _without(none, m)), *_facility_table(m, own))


def _without(services: list[str], m: Material) -> Sentence | None:
    """The services that have no facility inside at all."""
    if not services:
        return None
    number = count(len(services), derived("facilities", "services without"), m.lang)
    named = joined([tell("report.name", m.lang, name=m.service(id_)) for id_ in services], m.lang, "report.and")
    return tell("report_basis.services_without", m.lang, count=number, named=named)


def _facility_table(m: Material, own: pd.DataFrame) -> tuple[Block, ...]:
    rows = [_facility_row(m, own, id_) for id_ in m.results.catalogue.services]
    columns = (
        ("service", 2.4), ("department", 1.4), ("facilities_inside", 1.2), ("facilities_outside", 1.2),
        ("capacity", 1.6), ("capacity_unknown", 1.3),
    )  # fmt: skip
    title = tell("report_basis.table_facilities", m.lang)
    notes = (tell("report_basis.note_facilities", m.lang),)
    return table(title, columns, rows, m.lang, notes, texts=2)


def _facility_row(m: Material, own: pd.DataFrame, id_: str) -> tuple[Cell, ...]:
    service = m.results.catalogue.services[id_]
    every, mine = m.results.facilities["service"] == id_, own[own["service"] == id_]
    known = mine["capacity"].notna()
    office = m.results.catalogue.departments[service.department].label.in_language(m.lang)

    def counted_cell(value: float, what: str) -> Cell:
        return figure_cell(count(value, derived("facilities", what, service=id_), m.lang))

    capacity = _capacity_cell(m, mine, id_)
    unknown = counted_cell(int((~known).sum()), "capacity unknown") if service.capacity_unit else _dash(m)
    return (
        name_cell(m.service(id_)),
        name_cell(office),
        counted_cell(len(mine), "inside"),
        counted_cell(int(every.sum()) - len(mine), "outside"),
        capacity,
        unknown,
    )


def _capacity_cell(m: Material, mine: pd.DataFrame, id_: str) -> Cell:
    """What the facilities inside hold, with its unit; a dash where nothing is counted."""
    unit = m.results.catalogue.services[id_].capacity_unit
    if unit is None or mine["capacity"].notna().sum() == 0:
        return _dash(m)
    figure = count(float(mine["capacity"].sum()), derived("facilities", "capacity", service=id_), m.lang)
    return Cell(tell("report_basis.capacity", m.lang, count=by_thousands(figure), unit=unit))


def _dash(m: Material) -> Cell:
    return word_cell(say("report.dash", m.lang))


def _streets(m: Material) -> tuple[Block, ...]:
    cells = m.results.cells
    off = float(cells.loc[~cells["on_network"].astype(bool), "persons_all"].sum()) if "on_network" in cells else 0.0
    islands = float(cells.loc[cells["island"] > 0, "persons_all"].sum()) if "island" in cells else 0.0
    whole = float(cells["persons_all"].sum())
    if off < NOBODY:
        limit = count(m.results.study.network.max_leg_m, derived("study", "network max_leg_m"), m.lang)
        return paragraph(tell("report_basis.on_streets_all", m.lang, limit=limit), _islands(islands, m), *_more(m))
    near = share((whole - off) / whole if whole else float("nan"), derived("cells", "share on_network"), m.lang)
    limit = count(m.results.study.network.max_leg_m, derived("study", "network max_leg_m"), m.lang)
    told = tell("report_basis.on_streets", m.lang, share=near, limit=limit)
    return paragraph(told, _off(off, m), _islands(islands, m), *_more(m))


def _more(m: Material) -> tuple[Sentence | None, ...]:
    return _gaps(m), _patch(m)


def _off(persons: float, m: Material) -> Sentence:
    return tell("report_basis.off", m.lang, people=people(persons, derived("cells", "sum off_network"), m.lang))


def _islands(persons: float, m: Material) -> Sentence | None:
    if persons < NOBODY:
        return None
    return tell("report_basis.islands", m.lang, people=people(persons, derived("cells", "sum island"), m.lang))


def _gaps(m: Material) -> Sentence | None:
    cells = m.results.cells
    if "network_gap" not in cells or not cells["network_gap"].any():
        return None
    persons = float(cells.loc[cells["network_gap"].astype(bool), "persons_all"].sum())
    return tell("report_basis.gaps", m.lang, people=people(persons, derived("cells", "sum network_gap"), m.lang))


def _patch(m: Material) -> Sentence | None:
    patch = m.results.patch
    used = int((patch["status"] != "excluded").sum())
    return counted("report_basis.patch", count(used, derived("patch", "used"), m.lang), m.lang) if used else None


def _quality(m: Material) -> tuple[Block, ...]:
    ledger = m.results.ledger
    if ledger.empty:
        return paragraph(tell("report_basis.no_ledger", m.lang))
    numbers = {fate: _fate_figure(ledger, fate, m) for fate in FATES}
    rows = count(len(ledger), derived("ledger", "rows"), m.lang)
    files = count(ledger["file"].nunique(), derived("ledger", "files"), m.lang)
    told = tell("report_basis.rows", m.lang, files=files, rows=rows, **numbers)
    return (*paragraph(told, _notes_line(m)), *_ledger_table(m))


def _fate_figure(ledger: pd.DataFrame, fate: str, m: Material, file: str = "") -> Figure:
    row = {"file": file} if file else {}
    return count(int((ledger["fate"] == fate).sum()), derived("ledger", fate, **row), m.lang)


def _notes_line(m: Material) -> Sentence:
    number = count(len(m.results.notes), derived("notes", "notes"), m.lang)
    return counted("report_basis.notes", number, m.lang)


def _ledger_table(m: Material) -> tuple[Block, ...]:
    ledger = m.results.ledger
    rows = []
    for file in dict.fromkeys(ledger["file"]):
        mine = ledger[ledger["file"] == file]
        every = count(len(mine), derived("ledger", "rows", file=file), m.lang)
        fates = [figure_cell(_fate_figure(mine, fate, m, file)) for fate in FATES]
        rows.append((name_cell(file), name_cell(_kinds(mine, m)), figure_cell(every), *fates))
    columns = (("file", 2.4), ("what_for", 2.0), ("rows", 1.0), ("used", 1.0), ("fixed", 1.0), ("excluded", 1.0))
    notes = (tell("report_basis.note_ledger", m.lang),)
    return table(tell("report_basis.table_ledger", m.lang), columns, rows, m.lang, notes, texts=2)


def _kinds(rows: pd.DataFrame, m: Material) -> str:
    """What a file is read for."""
    kinds = [str(kind) for kind in np.unique(rows["kind"].to_numpy(dtype=str))]
    told = [say(f"tables.kind_{kind}", m.lang) if kind in FILE_KINDS else m.service(kind) for kind in kinds]
    return say("report.and", m.lang).join(told)
