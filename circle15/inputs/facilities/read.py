"""Facilities of all services from all lists, and the account of every row."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults
from circle15.inputs.facilities.identity import identify
from circle15.inputs.facilities.layers import read_facility_layer
from circle15.inputs.facilities.osm import read_osm_lists
from circle15.inputs.facilities.places import PlacedRow, place_rows, require_fit, surroundings_of
from circle15.inputs.facilities.services import require_services
from circle15.inputs.facilities.tables import read_facility_table
from circle15.inputs.files.listing import few
from circle15.inputs.files.osm_file import is_osm
from circle15.model.facilities import ENTRANCE_COLUMNS, FACILITY_COLUMNS, FacilityLayer
from circle15.model.ledger import Ledger, LedgerRow, Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Service
    from circle15.inputs.facilities.listed import FacilityList
    from circle15.inputs.facilities.places import Surroundings
    from circle15.model.ledger import Fate
    from circle15.model.study import FacilitySource
    from circle15.model.zones import Zones

    Listed = dict[int, FacilityList]

LAYER_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".zip")
# Entrances of one facility farther apart than this are worth a second look.
APART_M = 500.0


def read_facilities(
    sources: Sequence[FacilitySource],
    folder: Path,
    zones: Zones,
    services: Mapping[str, Service],
    surroundings_m: float,
) -> tuple[FacilityLayer, Ledger, tuple[Note, ...]]:
    """Read every list, place every row, and account for each.

    Parameters
    ----------
    sources
        ``[[facilities]]`` of ``study.toml``.
    folder
        Where their files lie.
    zones
        The study's units.
    services
        The catalogue's services by id.
    surroundings_m
        Facilities this far beyond the border are kept too, as not inside.

    Returns
    -------
    FacilityLayer
        In the coordinate system of ``zones``.
    Ledger
        Every row of every list, in the lists' order.
    notes
        What should be looked at.

    Raises
    ------
    DataError, ConfigurationError
        A list that cannot be read, has no datum declared, or lies somewhere else.
    Faults
        Several of these, of all lists.
    """
    lists, faults = _read_lists(sources, folder, services)
    placed, misfits = _place_lists(lists, sources, surroundings_of(zones, surroundings_m))
    raise_faults([*faults, *misfits])
    ids, repeats = _identities(placed)
    members: dict[str, list[PlacedRow]] = defaultdict(list)
    for row, facility_id, repeat in zip(placed, ids, repeats, strict=True):
        if row.reason is None and not repeat:
            members[facility_id].append(row)
    flags = sorted({flag for listed in lists.values() for flag in listed.flags})
    account = [_account(*each) for each in zip(placed, ids, repeats, strict=True)]
    notes = _list_notes(lists, services, placed, account) + _entrance_notes(members)
    return _layer(members, flags, zones), Ledger(tuple(account)), notes


def _identities(placed: Sequence[PlacedRow]) -> tuple[list[str], list[bool]]:
    """Of every row the facility's id, or the list's own id where the row is excluded; and whether it is a repeat."""
    kept = [at for at, row in enumerate(placed) if row.reason is None]
    ids, repeats = [row.listed.own_id for row in placed], [False] * len(placed)
    for at, facility_id, repeat in zip(kept, *identify([placed[at] for at in kept]), strict=True):
        ids[at], repeats[at] = facility_id, repeat
    return ids, repeats


# --- reading and placing -----------------------------------------------------------------------------------------


def _read_lists(
    sources: Sequence[FacilitySource], folder: Path, services: Mapping[str, Service]
) -> tuple[Listed, list[Circle15Error]]:
    """Read the lists, by number of their source; a fault in one does not hide those in the others."""
    lists: Listed = {}
    faults: list[Circle15Error] = []
    for numbers in _by_file(sources):
        with collecting(faults):
            read = _read_file([sources[number] for number in numbers], folder, services)
            lists |= dict(zip(numbers, read, strict=True))
    return dict(sorted(lists.items())), faults


def _by_file(sources: Sequence[FacilitySource]) -> list[list[int]]:
    """Numbers of the sources to read together: those from the tags of one OSM extract; every other by itself."""
    together: dict[str | int, list[int]] = defaultdict(list)
    for number, source in enumerate(sources):
        together[source.file if source.from_osm else number].append(number)
    return list(together.values())


def _read_file(
    sources: Sequence[FacilitySource], folder: Path, services: Mapping[str, Service]
) -> tuple[FacilityList, ...]:
    require_services(sources, services)
    source = sources[0]
    path = folder / source.file
    if source.from_osm:
        return read_osm_lists(path, [services[each.service] for each in sources])
    if is_osm(source.file):
        raise ConfigurationError("facilities.osm_as_list", file=source.file)
    if path.suffix.lower() in LAYER_SUFFIXES:
        return (read_facility_layer(source, path, services[source.service]),)
    return (read_facility_table(source, path, services[source.service]),)


def _place_lists(
    lists: Listed, sources: Sequence[FacilitySource], around: Surroundings
) -> tuple[list[PlacedRow], list[Circle15Error]]:
    placed: list[PlacedRow] = []
    faults: list[Circle15Error] = []
    for number, listed in lists.items():
        rows = place_rows(listed, number, around)
        placed += rows
        if not sources[number].from_osm:  # an extract may well reach far beyond the area
            with collecting(faults):
                require_fit(listed, rows)
    return placed, faults


# --- the layer ---------------------------------------------------------------------------------------------------


def _layer(members: Mapping[str, Sequence[PlacedRow]], flags: Sequence[str], zones: Zones) -> FacilityLayer:
    """Facilities in order of service and id, and their entrances."""
    order = sorted(members, key=lambda name: (members[name][0].listed.service, name))
    columns = (*FACILITY_COLUMNS, *(f"flag_{flag}" for flag in flags))
    facilities = pd.DataFrame([_facility(name, members[name], flags) for name in order], columns=list(columns))
    spots = [
        (number, x, y)
        for number, name in enumerate(order)
        for x, y in sorted({(row.x, row.y) for row in members[name]})
    ]
    entrances = pd.DataFrame(spots, columns=list(ENTRANCE_COLUMNS)).astype(
        {"facility": np.int64, "x": float, "y": float}
    )
    types = {"capacity": float, "inside": bool, "row": np.int64} | {f"flag_{flag}": bool for flag in flags}
    return FacilityLayer(zones.crs, facilities.astype(types), entrances)


def _facility(facility_id: str, rows: Sequence[PlacedRow], flags: Sequence[str]) -> tuple[object, ...]:
    """One facility of its entrances' rows, in whatever order they stand."""
    first = min(rows, key=lambda row: (row.source, row.listed.row)).listed
    name = min((row.listed.name for row in rows if row.listed.name), key=lambda name: (len(name), name), default="")
    address = min((row.listed.address for row in rows if row.listed.address), default="")
    capacities = [row.listed.capacity for row in rows if not np.isnan(row.listed.capacity)]
    return (
        facility_id,
        first.service,
        name or address or facility_id,
        address,
        max(capacities, default=float("nan")),
        any(row.inside for row in rows),
        first.file,
        first.row,
        *(any(flag in row.listed.flags for row in rows) for flag in flags),
    )


# --- the account -------------------------------------------------------------------------------------------------


def _account(row: PlacedRow, facility_id: str, repeat: bool) -> LedgerRow:
    """What became of a row: excluded, fixed or used."""
    said = row.listed
    fate: Fate = "used"
    reason = row.reason or (Note("facilities.repeats", {"facility_id": facility_id}) if repeat else None)
    if reason is not None:
        fate = "excluded"
    elif said.fix is not None or not said.name:
        fate = "fixed"
        reason = said.fix or Note("facilities.no_name", {"name": said.address or facility_id})
    reasons = () if reason is None else (reason,)
    place = (said.file, said.sheet, said.row)
    return LedgerRow(*place, fate, said.service, facility_id, said.name, reasons, row.lon, row.lat)


def _list_notes(
    lists: Listed, services: Mapping[str, Service], placed: Sequence[PlacedRow], account: Sequence[LedgerRow]
) -> tuple[Note, ...]:
    """What should be looked at, per list: rows left out, capacities not read, nothing found."""
    notes: list[Note] = []
    for number, listed in lists.items():
        rows = [line for row, line in zip(placed, account, strict=True) if row.source == number]
        excluded = sum(line.fate == "excluded" for line in rows)
        unread = sum(reason.key == "facilities.capacity_unread" for line in rows for reason in line.reasons)
        facts: dict[str, object] = {"file": listed.file, "service": services[listed.service].label, "rows": len(rows)}
        if not rows:
            notes.append(Note("facilities.none_tagged", facts))
        if excluded:
            notes.append(Note("facilities.excluded_rows", {**facts, "count": excluded}))
        if unread:
            notes.append(Note("facilities.capacities_unread", {**facts, "count": unread}))
    return tuple(notes)


def _entrance_notes(members: Mapping[str, Sequence[PlacedRow]]) -> tuple[Note, ...]:
    """Facilities whose entrances are far apart or go by different names: perhaps an id given twice."""
    several = {name: rows for name, rows in sorted(members.items()) if len(rows) > 1}
    apart = [name for name, rows in several.items() if _widest_gap_m(rows) > APART_M]
    named = [name for name, rows in several.items() if len({row.listed.name for row in rows}) > 1]
    notes = []
    if apart:
        notes.append(Note("facilities.entrances_apart", {"count": len(apart), "ids": few(apart), "metres": APART_M}))
    if named:
        notes.append(Note("facilities.entrances_named", {"count": len(named), "ids": few(named)}))
    return tuple(notes)


def _widest_gap_m(rows: Sequence[PlacedRow]) -> float:
    points = shapely.points([row.x for row in rows], [row.y for row in rows])
    return float(shapely.distance(points[:, None], points[None, :]).max())
