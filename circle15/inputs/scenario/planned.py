"""Planned projects of an office's list: what opens where, how large, and in which year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.errors import ConfigurationError, DataError
from circle15.inputs.candidates.lines import read_lines
from circle15.inputs.candidates.read import read_candidates
from circle15.inputs.files.columns import aliases, choose_column
from circle15.inputs.files.values.dates import read_date
from circle15.model.ledger import Note
from circle15.model.scenario import DECIMALS, OpenedSite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Service
    from circle15.model.candidates import Candidate
    from circle15.model.ledger import LedgerRow
    from circle15.model.study import CandidateSource
    from circle15.model.zones import Zones

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


@dataclass(frozen=True)
class PlannedSite:
    """A site of a list of projects, and the year in which it opens; None where the list does not say.

    ``row`` counts within the sheet ``sheet``, "" where the list has none.
    """

    site: OpenedSite
    year: int | None
    row: int
    sheet: str = ""


def read_planned(
    source: CandidateSource, path: Path, zones: Zones, services: Mapping[str, Service]
) -> tuple[tuple[PlannedSite, ...], tuple[Note, ...]]:
    """Read a list of planned projects; a row without a place is told and left out, never guessed.

    Parameters
    ----------
    source
        The list; ``services`` are those of rows that name none themselves.
    path
        Its file.
    zones
        The study's units.
    services
        The study's services, by id; capacities are in the unit of the row's first service.

    Returns
    -------
    tuple of PlannedSite
        In the list's order; a row of several services is several.
    tuple of Note
        Rows that are left out, and why; rows that say no year.

    Raises
    ------
    DataError, ConfigurationError, Faults
        The list cannot be read, has no datum, no row that can be used, or a row without a service.
    """
    counted = services[source.services[0]] if source.services else next(iter(services.values()))
    found, ledger, _ = read_candidates([(source, path)], zones, services, counted)
    years = _years(source, path)
    # Titles and remarks of the table have no id.
    notes = [_left_out(row) for row in ledger.rows if row.fate == "excluded" and row.object_id]
    planned = [each for candidate in found for each in _sites(candidate, source, years)]
    if not planned:
        raise DataError("planned.none", file=path.name, reasons=Label.listing(_told(note) for note in notes))
    undated = [str(each.row) for each in planned if each.year is None]
    if undated and years:
        notes.append(Note("planned.no_year", {"file": path.name, "rows": "、".join(dict.fromkeys(undated))}))
    return tuple(planned), tuple(notes)


def _told(note: Note) -> Label:
    return Label(note.sentence("zh"), note.sentence("en"))


def _left_out(row: LedgerRow) -> Note:
    reason = _told(row.reasons[0]) if row.reasons else Label("", "")
    return Note("planned.left_out", {"file": row.file, "row": row.row, "name": row.name or "—", "reason": reason})


def _sites(candidate: Candidate, source: CandidateSource, years: Mapping[tuple[str, int], int]) -> list[PlannedSite]:
    at, services = candidate.at, candidate.services or source.services
    if not services:
        raise ConfigurationError("planned.no_service", file=at.file, row=at.row, name=candidate.name or "—")
    places = None if candidate.places != candidate.places else candidate.places
    lon, lat = round(at.lon, DECIMALS), round(at.lat, DECIMALS)
    name = " ".join((candidate.name or candidate.id).split())
    year = years.get((at.sheet, at.row))
    return [
        PlannedSite(OpenedSite(service, name, lon, lat, places if number == 0 else None), year, at.row, at.sheet)
        for number, service in enumerate(services)
    ]


def _years(source: CandidateSource, path: Path) -> dict[tuple[str, int], int]:
    """The year in which each row's site opens, by sheet and row; rows that say none are not there."""
    years = {}
    for sheet in read_lines(source, path):
        header = choose_column(sheet.headers, "opens", aliases("planned")["opens"], None, path.name)
        for line in sheet.lines if header is not None else ():
            year = _year(line.cells[header])  # type: ignore[index]  # the header is one of the sheet's
            if year is not None:
                years[line.spot.sheet, line.spot.row] = year
    return years


def _year(text: str) -> int | None:
    """The year that a cell names.

    Examples
    --------
    >>> _year("2027"), _year("2027年底"), _year("2027.6"), _year("待定")
    (2027, 2027, 2027, None)
    """
    day = read_date(text)
    if day is not None and day.first.year == day.last.year:
        return day.first.year
    found = _YEAR.findall(text)
    return int(found[0]) if len(set(found)) == 1 else None


def by_year(planned: Sequence[PlannedSite]) -> dict[int, tuple[OpenedSite, ...]]:
    """By year, ascending, the sites that have opened by its end.

    Examples
    --------
    >>> sites = [OpenedSite("canteen", name, 120.0, 30.0) for name in ("甲", "乙")]
    >>> found = by_year([PlannedSite(sites[0], 2028, 2), PlannedSite(sites[1], 2027, 3)])
    >>> {year: [site.name for site in sites] for year, sites in found.items()}
    {2027: ['乙'], 2028: ['甲', '乙']}
    """
    years = sorted({each.year for each in planned if each.year is not None})
    return {year: tuple(each.site for each in planned if each.year is not None and each.year <= year) for year in years}
