"""From the cells of one row to one listed row, for tables and layers alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.inputs.facilities.answers import flags_of, says_yes
from circle15.inputs.facilities.capacity import read_capacity
from circle15.inputs.facilities.examples import example_fault
from circle15.inputs.facilities.listed import ListedRow
from circle15.inputs.facilities.operation import Said, judge
from circle15.inputs.facilities.row_words import names_none

if TYPE_CHECKING:
    import datetime

    from circle15.catalogue.entries import Service
    from circle15.inputs.facilities.campuses import Cells, Site
    from circle15.inputs.facilities.coordinates import Located
    from circle15.inputs.facilities.listed import Columns, Spot
    from circle15.inputs.facilities.operation import Operation
    from circle15.model.ledger import Note
    from circle15.model.study import CandidateSource, Datum, FacilitySource


@dataclass(frozen=True)
class Reading:
    """What the rows of one list are read by: its columns, the service, and the day that the study is of."""

    columns: Columns
    service: Service
    as_of: datetime.date


def require_datum(source: FacilitySource | CandidateSource) -> Datum:
    """The declared datum of a list.

    Raises
    ------
    DataError
        None is declared: a guess would shift every point by half a kilometre without a word.
    """
    if source.datum is None:
        raise DataError("datum.missing", file=source.file)
    return source.datum


def list_date(source: FacilitySource) -> str:
    """The day a list's contents are of, ISO; "" where ``study.toml`` does not say it."""
    return "" if source.date is None else source.date.isoformat()


def describe(site: Site, spot: Spot, located: Located, reading: Reading, written: str) -> ListedRow:
    """Make one listed row of its cells.

    Parameters
    ----------
    site
        Text by header, and what is said of the row already.
    spot
        Where the row stands.
    located
        Degrees on the list's datum.
    reading
        What it is read by.
    written
        The row's name as the file writes it.
    """
    columns, cells = reading.columns, site.cells

    def cell(header: str | None) -> str:
        return "" if header is None else cells[header]

    def filled(header: str | None) -> str:
        return "" if names_none(cell(header), "blank") else cell(header)

    def said(header: str | None) -> Said:
        return Said(cell(header), spot.field(header))

    example = example_fault(filled(columns.name), spot.field(columns.name))
    flags, unclear = flags_of(cells, columns.flags, spot)
    capacity = read_capacity(cell(columns.capacity), reading.service, spot.field(columns.capacity))
    operation = judge(said(columns.status), said(columns.opened), said(columns.closed), reading.as_of)
    return ListedRow(
        file=spot.file,
        sheet=spot.sheet,
        row=spot.row,
        service=reading.service.id,
        own_id=filled(columns.id),
        name=filled(columns.name),
        address=cell(columns.address),
        capacity=capacity.value,
        flags=flags,
        lon=located.lon,
        lat=located.lat,
        faults=(example,) if example is not None else _faults(site, operation, located),
        fixes=(*site.fixes, *located.fixes, *capacity.fixes, *operation.fixes),
        kind=filled(columns.kind),
        remarks=(*site.remarks, *capacity.remarks, *operation.remarks, *unclear),
        part=site.part,
        written=written,
        header=located.header,
        serves=filled(columns.serves),
        delivers=_delivers(cells, columns),
        serves_at=columns.serves or "",
        delivers_at=columns.delivers or columns.serves or "",
        asked=tuple(columns.flags),
    )


def _delivers(cells: Cells, columns: Columns) -> str:
    """The places that a site delivers to: those listed; of one that only says that it delivers, those served."""
    listed = "" if columns.delivers is None else cells[columns.delivers]
    if not names_none(listed, "blank"):
        return listed
    if columns.delivery is None or columns.serves is None or not says_yes(cells[columns.delivery], "送餐"):
        return ""
    served = cells[columns.serves]
    return "" if names_none(served, "blank") else served


def _faults(site: Site, operation: Operation, located: Located) -> tuple[Note, ...]:
    """Why a row cannot be used; a site that cannot be told from its neighbours needs no word on where it lies."""
    return (*site.faults, *operation.faults, *(() if site.faults else located.faults))
