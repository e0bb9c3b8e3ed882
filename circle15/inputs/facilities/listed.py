"""Rows of facility lists as read, before anyone asks where they lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from circle15.errors import ConfigurationError
from circle15.inputs.facilities.row_words import row_words
from circle15.inputs.files.columns import aliases, choose_column, plain
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.catalogue.entries import Service
    from circle15.model.ledger import LedgerRow
    from circle15.model.study import Datum, FacilitySource

DESCRIBING = ("id", "name", "address", "status", "opened", "closed")
SERVING = ("serves", "delivers", "delivery")
KIND = "kind"
PLACING = ("lon", "lat", "lonlat")
SQUARE_METRES = "平方米"
NAN = float("nan")


@dataclass(frozen=True)
class ListedRow:
    """One site that one row of one list tells of.

    Attributes
    ----------
    file, sheet, row
        Where it stands, as the file shows it. For OSM the sheet is node, way or relation and the row the OSM id.
    own_id
        The list's own id; "" where it gives none.
    name
        Exactly as written; "" where there is none.
    capacity
        NaN where not known.
    flags
        The quality flags that the row says yes to.
    lon, lat
        Degrees on the list's datum; NaN where they cannot be read.
    faults
        Why the row cannot be used, as far as the row alone tells.
    fixes
        What was mended in it, or read in a way that should be said.
    remarks
        What should be looked at, though the row is used as it stands.
    kind
        What kind of site it is, as written; "" where nothing asks for it or it is not said.
    part
        The number of the site, from 1, where a row tells of several; 0 where it tells of one.
    written
        The row's own name, all sites of it together.
    header
        The column of its coordinates; "" where there is none.
    serves, delivers
        The towns and villages that it is named as serving, and as delivering to, as written; "" where none are.
    serves_at, delivers_at
        The columns of these two; "" where there is none.
    asked
        The quality flags that its list has columns for.
    """

    file: str
    sheet: str
    row: int
    service: str
    own_id: str
    name: str
    address: str
    capacity: float
    flags: tuple[str, ...]
    lon: float
    lat: float
    faults: tuple[Note, ...] = ()
    fixes: tuple[Note, ...] = ()
    remarks: tuple[Note, ...] = ()
    kind: str = ""
    part: int = 0
    written: str = ""
    header: str = ""
    serves: str = ""
    delivers: str = ""
    serves_at: str = ""
    delivers_at: str = ""
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class FacilityList:
    """One list of one service.

    Attributes
    ----------
    file, service, datum
        What is listed where, and what its degrees are on.
    flags
        The quality flags it has columns for.
    rows
        All its sites, in the file's order.
    as_of
        The day its contents are of, ISO; "" where not known.
    set_aside
        Rows that hold no data, as the ledger tells them.
    notes
        What should be said of it as a whole.
    """

    file: str
    service: str
    datum: Datum
    flags: tuple[str, ...]
    rows: tuple[ListedRow, ...]
    as_of: str = ""
    set_aside: tuple[LedgerRow, ...] = ()
    notes: tuple[Note, ...] = ()


def under_name(listed: FacilityList, file: str) -> FacilityList:
    """The same list by the file's name as the study writes it, which tells files of one name in two folders apart."""

    def named(notes: tuple[Note, ...]) -> tuple[Note, ...]:
        return tuple(note if note.at is None else replace(note, at=replace(note.at, file=file)) for note in notes)

    rows = tuple(
        replace(row, file=file, faults=named(row.faults), fixes=named(row.fixes), remarks=named(row.remarks))
        for row in listed.rows
    )
    aside = tuple(replace(row, file=file, reasons=named(row.reasons)) for row in listed.set_aside)
    return replace(listed, file=file, rows=rows, set_aside=aside, notes=named(listed.notes))


@dataclass(frozen=True)
class Columns:
    """Which header holds what; None where the list does not have it. ``flags`` goes by the flag's name.

    ``unfit`` is the header of a column that would have been the capacity, were it not of another measure.
    """

    id: str | None
    name: str | None
    address: str | None
    status: str | None
    opened: str | None
    closed: str | None
    capacity: str | None
    unfit: str | None
    kind: str | None
    flags: Mapping[str, str]
    serves: str | None = None
    delivers: str | None = None
    delivery: str | None = None

    def headers(self) -> set[str]:
        """The headers that are read, and the unfit one, of which something is said by itself."""
        roles = (self.id, self.name, self.address, self.status, self.opened, self.closed, self.capacity, self.unfit)
        serving = (self.serves, self.delivers, self.delivery)
        return {header for header in (*roles, *serving, self.kind, *self.flags.values()) if header is not None}


@dataclass(frozen=True)
class Spot:
    """A row of a list; ``field`` is a place in it."""

    file: str
    sheet: str
    row: int

    def field(self, header: str | None) -> Place:
        """The cell under ``header``; the row as a whole where there is no such column."""
        return Place(self.file, self.sheet, self.row, header or "")


def describing_columns(headers: Sequence[str], source: FacilitySource, service: Service) -> Columns:
    """Find the columns that describe a facility, by ``study.toml`` first and the aliases else.

    Raises
    ------
    ConfigurationError
        ``study.toml`` maps something that is neither a known role nor a quality flag of the service.
    DataError
        A mapped column is not there, or two columns are equally good.
    """
    roles = (*DESCRIBING, "capacity", KIND, *SERVING, *PLACING, *service.quality_flags)
    for role in source.columns:
        if role.removeprefix("flag_") not in roles:
            raise ConfigurationError("facilities.unknown_role", file=source.file, role=role, roles="、".join(roles))
    known = aliases("facility")
    chosen = {
        role: choose_column(headers, role, known[role], source.columns.get(role), source.file)
        for role in (*DESCRIBING, *_serving(source, service))
    }
    flags = {flag: _flag_column(headers, flag, source) for flag in service.quality_flags}
    capacity, unfit = capacity_column(headers, source.columns.get("capacity"), source.file, service)
    # Where nothing asks for kinds, a column of them is none of the tool's business.
    asked = service.needs or KIND in source.columns
    kind = choose_column(headers, KIND, known[KIND], source.columns.get(KIND), source.file) if asked else None
    given = {flag: header for flag, header in flags.items() if header is not None}
    return Columns(**chosen, capacity=capacity, unfit=unfit, kind=kind, flags=given)


def _serving(source: FacilitySource, service: Service) -> tuple[str, ...]:
    """The columns of places served that are asked for: without a standard of presence only those that are declared."""
    return tuple(role for role in SERVING if service.presence is not None or role in source.columns)


def capacity_column(
    headers: Sequence[str], declared: str | None, file: str, service: Service
) -> tuple[str | None, str | None]:
    """The column of capacities, and one that was passed over because its header names another measure."""
    names = aliases("facility")["capacity"]
    if declared is not None:
        return choose_column(headers, "capacity", names, declared, file), None
    fit = [header for header in headers if not _of_other_measure(header, service)]
    chosen = choose_column(fit, "capacity", names, None, file)
    unfit = [header for header in headers if header not in fit]
    passed = None if chosen else choose_column(unfit, "capacity", names, None, file)
    return chosen, passed


def _of_other_measure(header: str, service: Service) -> bool:
    in_square_metres = service.capacity_unit is not None and service.capacity_unit.zh == SQUARE_METRES
    words = row_words("headers")["places" if in_square_metres else "area"]
    return any(word in plain(header) for word in words)


def _flag_column(headers: Sequence[str], flag: str, source: FacilitySource) -> str | None:
    names = (flag, f"是否{flag}", f"{flag}性", f"是否{flag}性", *aliases("flag").get(flag, ()))
    declared = source.columns.get(flag, source.columns.get(f"flag_{flag}"))
    return choose_column(headers, flag, names, declared, source.file)
