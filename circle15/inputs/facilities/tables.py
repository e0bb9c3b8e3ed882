"""Facility lists that are tables with columns of longitudes and latitudes, on one sheet or on several."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.errors import Circle15Error, DataError, collecting, raise_faults
from circle15.inputs.facilities.campuses import sites_of
from circle15.inputs.facilities.coordinates import Axes, Located, read_coordinates
from circle15.inputs.facilities.describe import Reading, describe, list_date, require_datum
from circle15.inputs.facilities.listed import FacilityList, Spot, describing_columns
from circle15.inputs.files.columns import aliases, bare, choose_column
from circle15.inputs.files.grids import Grid
from circle15.inputs.files.leftovers import ROW_NUMBERS
from circle15.inputs.files.listing import few
from circle15.inputs.files.tables import Table, read_tables, rows_set_aside
from circle15.inputs.files.values.coordinates import read_pair
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Service
    from circle15.inputs.facilities.listed import Columns, ListedRow
    from circle15.model.study import FacilitySource

LONGITUDE, LATITUDE = Label("经度", "longitude"), Label("纬度", "latitude")
TWO_COUNTS = re.compile(r"\d+\D+\d+", re.ASCII)
PARTS = re.compile(r"[;；|\n/、]")
BOTH = Label("经纬度", "longitude and latitude")


@dataclass(frozen=True)
class Sheet:
    """A table of the list with its columns; no axes where it has none and another sheet has."""

    table: Table
    columns: Columns
    axes: Axes | None


def read_facility_table(source: FacilitySource, path: Path, service: Service, as_of: datetime.date) -> FacilityList:
    """Read a csv or Excel list, all its sheets; every row of it comes back, with its faults if it has any.

    Parameters
    ----------
    source
        ``[[facilities]]`` of ``study.toml``.
    path
        The file.
    service
        What the list is of.
    as_of
        The day on which a facility must be in operation.

    Raises
    ------
    DataError
        No datum declared, no readable table, or no columns of longitude and latitude.
    ConfigurationError
        A mapping of columns that makes no sense.
    Faults
        Several of these.
    """
    tables = read_tables(path, source.sheet, source.header_row)
    faults: list[Circle15Error] = []
    axes: tuple[Axes | None, ...] = ()
    with collecting(faults):
        axes = axes_of_all(tables, source.columns)
    if axes:  # one sentence about both else
        with collecting(faults):
            datum = require_datum(source)
    columns = []
    for table in tables:
        with collecting(faults):
            columns.append(describing_columns(table.headers, source, service))
    raise_faults(faults)
    sheets = [Sheet(*each) for each in zip(tables, columns, axes, strict=True)]
    return FacilityList(
        file=path.name,
        service=service.id,
        datum=datum,
        flags=tuple(flag for flag in service.quality_flags if any(flag in each.flags for each in columns)),
        rows=tuple(row for sheet in sheets for row in _rows(sheet, service, as_of)),
        as_of=list_date(source),
        set_aside=tuple(row for table in tables for row in rows_set_aside(table, service.id)),
        notes=tuple(note for sheet in sheets for note in _notes(sheet)),
    )


# --- columns of coordinates --------------------------------------------------------------------------------------


def axes_of_all(tables: Sequence[Table], declared: Mapping[str, str]) -> tuple[Axes | None, ...]:
    """Each table's columns of coordinates; a sheet may lack them where another has them.

    Parameters
    ----------
    tables
        The sheets of a list.
    declared
        Its own headers by role, as ``study.toml`` names them.

    Raises
    ------
    DataError, Faults
        No sheet has such columns, or several are equally good.
    """
    found: list[Axes | None] = []
    faults: list[Circle15Error] = []
    for table in tables:
        missing: list[Circle15Error] = []
        with collecting(missing):
            found.append(_axes(table, declared))
        if missing:
            found.append(None)
            faults += missing
    lacking = [fault for fault in faults if fault.key == "facilities.no_coordinate_column"]
    if len(lacking) < len(faults) or not any(found):
        raise_faults(faults)
    return tuple(found)


def _axes(table: Table, declared: Mapping[str, str]) -> Axes:
    """The columns of longitude and latitude, or the one that holds both.

    Never all three: where a list has 经度, 纬度 and 百度坐标, the third is on a datum of its own.
    """
    known = aliases("facility")
    lon, lat = (
        choose_column(table.headers, role, known[role], declared.get(role), table.file) for role in ("lon", "lat")
    )
    if lon is not None and lat is not None and "lonlat" not in declared:
        return Axes(lon, lat)
    both = _column_of_both(table, declared.get("lonlat"))
    if both is not None:
        return Axes(both=both)
    axis = BOTH if lon is None and lat is None else LONGITUDE if lon is None else LATITUDE
    raise DataError("facilities.no_coordinate_column", file=table.file, axis=axis, columns=few(table.headers))


def _column_of_both(table: Table, declared: str | None) -> str | None:
    """The column that holds both: the declared one; else one by its name, or any of which most cells do."""
    names = aliases("facility")["lonlat"]
    if declared is not None:
        return choose_column(table.headers, "lonlat", names, declared, table.file)
    named = [header for header in table.headers if _pairs(table.column(header))]
    holding = [header for header in table.headers if _holds_pairs(table.column(header))]
    return choose_column(named, "lonlat", names, None, table.file) or next(iter(holding), None)


def _holds_pairs(column: Sequence[str]) -> bool:
    """Whether most cells hold two angles."""
    return 2 * _pairs(column) > sum(map(bool, column))


def _pairs(column: Sequence[str]) -> int:
    """How many cells hold two angles, not merely two counts such as 6/120."""
    return sum(_first_pair(cell) is not None for cell in column if cell and not TWO_COUNTS.fullmatch(cell))


def _first_pair(cell: str) -> tuple[float, float] | None:
    return read_pair(cell) or next((pair for part in PARTS.split(cell) if (pair := read_pair(part))), None)


# --- rows --------------------------------------------------------------------------------------------------------


def _rows(sheet: Sheet, service: Service, as_of: datetime.date) -> list[ListedRow]:
    table, reading = sheet.table, Reading(sheet.columns, service, as_of)
    rows: list[ListedRow] = []
    for number, cells in zip(table.row_numbers, table.rows, strict=True):
        spot = Spot(table.file, table.sheet, number)
        rows += _sites(dict(zip(table.headers, cells, strict=True)), sheet.axes, spot, reading)
    return rows


def _sites(cells: Mapping[str, str], axes: Axes | None, spot: Spot, reading: Reading) -> list[ListedRow]:
    columns = reading.columns
    written = cells[columns.name] if columns.name else ""
    nowhere = Located(faults=(Note("rows.sheet_without_coordinates", {"sheet": spot.sheet}, spot.field(None)),))
    return [
        describe(site, spot, nowhere if axes is None else read_coordinates(site.cells, axes, spot), reading, written)
        for site in sites_of(cells, columns, axes or Axes(), spot)
    ]


def _notes(sheet: Sheet) -> list[Note]:
    table, unfit = sheet.table, sheet.columns.unfit
    notes = [*table.notes, *_unused(sheet)]
    if unfit is not None:
        place = Place(table.file, table.sheet, 0, unfit)
        notes.append(Note("rows.capacity_header", {"file": table.file, "column": unfit}, place))
    return notes


def _unused(sheet: Sheet) -> tuple[Note, ...]:
    """The columns that hold something and are not read: one of them may be what the list seems to lack."""
    table, axes = sheet.table, sheet.axes or Axes()
    read = {*sheet.columns.headers(), axes.lon, axes.lat, axes.both}
    left = [
        header or f"（{at}）"
        for at, header in enumerate(table.headers, 1)
        if header not in read and bare(header) not in ROW_NUMBERS and any(row[at - 1] for row in table.rows)
    ]
    if not left:
        return ()
    place = Grid(table.file, table.sheet, ()).place
    facts = {"place": place, "count": len(left), "columns": "、".join(left)}
    return (Note("columns.unused", facts, Place(table.file, table.sheet)),)
