"""What the rows of a list of candidates say: what each costs and holds, whether it must stand, what it may take in."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error, ConfigurationError, DataError, collecting, raise_faults
from circle15.inputs.candidates.lines import KIND
from circle15.inputs.facilities.answers import says_yes
from circle15.inputs.facilities.capacity import read_capacity
from circle15.inputs.facilities.examples import example_fault
from circle15.inputs.facilities.listed import ListedRow, capacity_column
from circle15.inputs.facilities.row_words import names_none
from circle15.inputs.facilities.services import meant_service
from circle15.inputs.files.columns import aliases, choose_column, plain
from circle15.inputs.files.values.numbers import read_quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import shapely

    from circle15.catalogue.entries import Service
    from circle15.inputs.candidates.lines import Line, Sheet
    from circle15.model.study import CandidateSource

ROLES = ("id", "name", "cost", "must", "forbidden", "services")
PLACING = ("lon", "lat", "lonlat")
NAN = float("nan")
YUAN = 10_000.0
# What a cost may be written in, and how many 万元 each is; a bare number is in the unit of its header.
MONEY = {"": 1.0, "万元": 1.0, "万": 1.0, "元": 1 / YUAN, "万元人民币": 1.0, "元人民币": 1 / YUAN}
_PARTED = re.compile(r"[、,，;；/|\n]+")


@dataclass(frozen=True, eq=False)
class Described:
    """A row as it is placed and accounted for, and what it says of itself as a candidate."""

    listed: ListedRow
    parcel: shapely.Geometry | None
    cost: float
    must: bool
    forbidden: bool
    services: tuple[str, ...]


@dataclass(frozen=True)
class Reader:
    """What the rows of one sheet are read by; ``header`` gives the column of each role, None where there is none."""

    header: Mapping[str, str | None]
    known: Mapping[str, Service]
    own: tuple[str, ...]
    counted: Service


def described(
    sheet: Sheet, source: CandidateSource, services: Mapping[str, Service], counted: Service
) -> list[Described]:
    """Every row of a sheet.

    Parameters
    ----------
    sheet
        As read.
    source
        Whose ``columns`` and ``services`` count.
    services
        The study's, by id.
    counted
        The one whose unit capacities are in.

    Raises
    ------
    DataError, ConfigurationError, Faults
        A cost that is no number of 0 or more, a capacity that is none, an answer that is neither yes nor no, a service
        that is not known; each with its row.
    """
    reader = Reader(_headers(sheet, source, counted), services, source.services, counted)
    found: list[Described] = []
    faults: list[Circle15Error] = []
    for line in sheet.lines:
        with collecting(faults):
            found.append(_row(line, reader))
    raise_faults(faults)
    return found


def _headers(sheet: Sheet, source: CandidateSource, counted: Service) -> dict[str, str | None]:
    known = (*ROLES, "capacity", *PLACING)
    for role in source.columns:
        if role not in known:
            raise ConfigurationError("facilities.unknown_role", file=source.file, role=role, roles="、".join(known))
    headers = {
        role: choose_column(sheet.headers, role, names, source.columns.get(role), source.file)
        for role, names in aliases("candidate").items()
    }
    return headers | {
        "capacity": capacity_column(sheet.headers, source.columns.get("capacity"), source.file, counted)[0]
    }


def _row(line: Line, reader: Reader) -> Described:
    """One row; all that is wrong with it is raised together."""
    cells = {role: _said(line, header) for role, header in reader.header.items()}
    example = example_fault(cells["name"], line.spot.field(reader.header["name"]))
    faults: list[Circle15Error] = []
    values: dict[str, object] = {"cost": NAN, "capacity": NAN, "must": False, "forbidden": False, "services": ()}
    for role, read in {"cost": _cost, "capacity": _places, "must": _answer, "forbidden": _answer}.items():
        with collecting(faults):
            values[role] = read(cells[role], role, line, reader) if example is None else values[role]
    with collecting(faults):
        values["services"] = _services(cells["services"], line, reader) if example is None else ()
    if values["must"] and values["forbidden"]:
        where = _facts(cells["name"] or cells["id"], "must", line, reader)
        faults.append(DataError("candidates.must_and_forbidden", **where, other=reader.header["forbidden"]))
    raise_faults(faults)
    spot, located = line.spot, line.located
    listed = ListedRow(
        file=spot.file,
        sheet=spot.sheet,
        row=spot.row,
        service=KIND,
        own_id=cells["id"],
        name=cells["name"],
        address="",
        capacity=float(values["capacity"]),  # type: ignore[arg-type]
        flags=(),
        lon=located.lon,
        lat=located.lat,
        faults=located.faults if example is None else (example,),
        fixes=located.fixes,
        header=located.header,
    )
    must, forbidden = bool(values["must"]), bool(values["forbidden"])
    return Described(listed, line.parcel, float(values["cost"]), must, forbidden, values["services"])  # type: ignore[arg-type]


def _said(line: Line, header: str | None) -> str:
    text = "" if header is None else line.cells[header].strip()
    return "" if names_none(text, "blank") else text


def _facts(text: str, role: str, line: Line, reader: Reader) -> dict[str, object]:
    spot = line.spot
    where = spot.file if not spot.sheet else f"{spot.file}/{spot.sheet}"
    return {"file": where, "row": spot.row, "column": reader.header[role], "text": text}


def _cost(text: str, role: str, line: Line, reader: Reader) -> float:
    """In 万元 where the header or the cell says yuan, else in the list's own unit.

    Nothing said is NaN.
    """
    if not text:
        return NAN
    said = read_quantity(text)
    # 300万 is read as three million, whatever of.
    unit = None if said is None else said.unit or ("元" if "万" in text else "")
    factor = None if unit is None else _money(unit, plain(reader.header[role] or ""))
    if said is None or factor is None or not (said.value >= 0 and math.isfinite(said.value)):
        raise DataError("candidates.cost", **_facts(text, role, line, reader))
    return said.value * factor


def _money(unit: str, header: str) -> float | None:
    """How many 万元, or units of the header, one unit of a cell is; None where it is no money.

    Examples
    --------
    >>> _money("元", "造价"), _money("", "造价(元)"), _money("", "造价(万元)"), _money("平方米", "造价")
    (0.0001, 0.0001, 1.0, None)
    """
    if unit:
        return MONEY.get(unit)
    return 1 / YUAN if "元" in header and "万" not in header else 1.0


def _places(text: str, role: str, line: Line, reader: Reader) -> float:
    if not text:
        return NAN
    found = read_capacity(text, reader.counted, line.spot.field(reader.header[role])).value
    if math.isnan(found):
        raise DataError("candidates.capacity", **_facts(text, role, line, reader))
    return found


def _answer(text: str, role: str, line: Line, reader: Reader) -> bool:
    answer = says_yes(text, reader.header[role] or role)
    if answer is None:
        raise DataError("candidates.answer", **_facts(text, role, line, reader))
    return answer


def _services(text: str, line: Line, reader: Reader) -> tuple[str, ...]:
    names: Sequence[str] = [part.strip() for part in _PARTED.split(text) if part.strip()]
    found = [_service(name, reader) for name in names]
    unknown = [name for name, service in zip(names, found, strict=True) if service is None]
    if unknown:
        known = "、".join(f"{service.label.zh}（{id_}）" for id_, service in reader.known.items())
        facts = _facts("、".join(unknown), "services", line, reader)
        raise DataError("candidates.service", **facts, known=known)
    return tuple(dict.fromkeys(service for service in found if service is not None)) or reader.own


def _service(name: str, reader: Reader) -> str | None:
    """The id of a service that a list calls by its id or by its name; one that is merely like it is no such."""
    for id_, service in reader.known.items():
        if plain(name) in (plain(id_), plain(service.label.zh), plain(service.label.en)):
            return id_
    near = meant_service(name, reader.known)
    return near if near is not None and plain(name) in plain(reader.known[near].label.zh) else None
