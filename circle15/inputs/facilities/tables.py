"""Facility lists that are tables with a column of longitudes and one of latitudes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.errors import Circle15Error, DataError, collecting, raise_faults
from circle15.inputs.facilities.examples import example_fault
from circle15.inputs.facilities.listed import (
    Columns,
    FacilityList,
    ListedRow,
    describing_columns,
    number,
    read_capacity,
    says_yes,
)
from circle15.inputs.files.columns import aliases, choose_column, plain
from circle15.inputs.files.listing import few
from circle15.inputs.files.tables import Table, read_table
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Service
    from circle15.model.study import Datum, FacilitySource

NAN = float("nan")
TWO_NUMBERS = re.compile(r"[(\[]?-?\d{1,3}\.\d+°?[enEN]?[,;、|/]-?\d{1,3}\.\d+°?[enEN]?[)\]]?")
LONGITUDE, LATITUDE = Label("经度", "longitude"), Label("纬度", "latitude")
BOTH = Label("经纬度", "longitude and latitude")


def require_datum(source: FacilitySource) -> Datum:
    """The declared datum of a list.

    Raises
    ------
    DataError
        None is declared: a guess would shift every point by half a kilometre without a word.
    """
    if source.datum is None:
        raise DataError("datum.missing", file=source.file)
    return source.datum


def read_facility_table(source: FacilitySource, path: Path, service: Service) -> FacilityList:
    """Read a csv or Excel list; every row of it comes back, with its fault if it has one.

    Parameters
    ----------
    source
        ``[[facilities]]`` of ``study.toml``.
    path
        The file.
    service
        What the list is of.

    Raises
    ------
    DataError
        No datum declared, no readable table, or no columns of longitude and latitude.
    ConfigurationError
        A mapping of columns that makes no sense.
    Faults
        Several of these.
    """
    table = read_table(path, source.sheet)
    faults: list[Circle15Error] = []
    axes: tuple[str, str] | tuple[()] = ()
    with collecting(faults):
        axes = _axes(table, source)
    if axes:  # one sentence about both else
        with collecting(faults):
            datum = require_datum(source)
    with collecting(faults):
        columns = describing_columns(table.headers, source, service)
    raise_faults(faults)
    rows = tuple(
        _row(table, number_, dict(zip(table.headers, cells, strict=True)), columns, service, axes)
        for number_, cells in zip(table.row_numbers, table.rows, strict=True)
    )
    return FacilityList(table.file, service.id, datum, tuple(columns.flags), rows)


def _axes(table: Table, source: FacilitySource) -> tuple[str, str]:
    """The columns of longitude and latitude."""
    lon, lat = (
        choose_column(table.headers, role, aliases("facility")[role], source.columns.get(role), table.file)
        for role in ("lon", "lat")
    )
    if lon is not None and lat is not None:
        return lon, lat
    both = _column_of_both(table)
    if both is not None:
        raise DataError("facilities.both_in_one_column", file=table.file, column=both)
    axis = BOTH if lon is None and lat is None else LONGITUDE if lon is None else LATITUDE
    raise DataError("facilities.no_coordinate_column", file=table.file, axis=axis, columns=few(table.headers))


def _column_of_both(table: Table) -> str | None:
    """The first column of which most filled cells hold two numbers: 120.5,30.2."""
    for header in table.headers:
        cells = [plain(cell) for cell in table.column(header) if cell]
        if cells and 2 * sum(TWO_NUMBERS.fullmatch(cell) is not None for cell in cells) > len(cells):
            return header
    return None


def _row(
    table: Table, row: int, cells: Mapping[str, str], columns: Columns, service: Service, axes: Sequence[str]
) -> ListedRow:
    lon, lat, fault = read_coordinates(cells[axes[0]], cells[axes[1]])
    return describe(cells, columns, service, (table.file, table.sheet, row), (lon, lat), fault)


def read_coordinates(lon_text: str, lat_text: str) -> tuple[float, float, Note | None]:
    """Degrees from two cells, or NaN and the reason why there are none."""
    if not lon_text.strip() or not lat_text.strip():
        return NAN, NAN, Note("facilities.no_coordinates")
    lon, lat = number(lon_text), number(lat_text)
    if lon is None or lat is None or not math.isfinite(lon) or not math.isfinite(lat):
        return NAN, NAN, Note("facilities.not_numbers", {"lon": lon_text, "lat": lat_text})
    return lon, lat, None


def describe(
    cells: Mapping[str, str],
    columns: Columns,
    service: Service,
    where: tuple[str, str, int],
    lonlat: tuple[float, float],
    fault: Note | None,
) -> ListedRow:
    """Make one listed row of its cells.

    Parameters
    ----------
    cells
        Text by header.
    columns
        Which header holds what.
    service
        What the list is of.
    where
        File, sheet and row.
    lonlat
        Degrees on the list's datum, NaN where unknown.
    fault
        Why the row cannot be used, if it cannot.
    """

    def cell(header: str | None) -> str:
        return "" if header is None else cells[header]

    capacity = read_capacity(cell(columns.capacity))
    fix = None if capacity is not None else Note("facilities.capacity_unread", {"text": cell(columns.capacity)})
    return ListedRow(
        *where,
        service=service.id,
        own_id=cell(columns.id),
        name=cell(columns.name),
        address=cell(columns.address),
        capacity=NAN if capacity is None else capacity,
        flags=tuple(flag for flag, header in columns.flags.items() if says_yes(cells[header], flag)),
        lon=lonlat[0],
        lat=lonlat[1],
        fault=example_fault(cell(columns.name)) or fault,
        fix=fix,
    )
