"""The facilities of a study as a scenario has them: sites opened, closed and resized."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults
from circle15.inputs.facilities.capacity import read_capacity
from circle15.inputs.facilities.identity import hashed_ids
from circle15.inputs.facilities.places import GEOD, locate, surroundings_of
from circle15.inputs.facilities.same import SAME_NAME_M, plain_name
from circle15.inputs.scenario.references import facility_named, like, service_named
from circle15.inputs.scenario.values import Spot
from circle15.model.facilities import BETWEEN, ENTRANCE_COLUMNS, FLAG, FLAGS_TOLD, FacilityLayer
from circle15.model.ledger import Ledger, LedgerRow, Note, Place
from circle15.model.scenario_text import number_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.catalogue.entries import Service
    from circle15.model.scenario import ClosedSite, OpenedSite, ResizedSite, Scenario
    from circle15.model.zones import Zones

OPEN, CLOSE, RESIZE = "open", "close", "resize"


@dataclass(frozen=True, eq=False)
class Known:
    """What sites are looked up in and placed on: units, services, and how far beyond the border each looks."""

    zones: Zones
    services: Mapping[str, Service]
    surroundings_m: Mapping[str, float]


@dataclass(frozen=True)
class _New:
    """An opened site with its place in metres."""

    number: int
    site: OpenedSite
    x: float
    y: float
    inside: bool


@dataclass(eq=False)
class _Draft:
    """Facilities in the making, and the account of every change."""

    file: str
    facilities: pd.DataFrame
    entrances: pd.DataFrame
    rows: list[LedgerRow] = field(default_factory=list)

    def enter(self, table: str, number: int, facility: Mapping[str, object], notes: Sequence[Note]) -> None:
        """Put a change into the account."""
        service, id_, name = (str(facility[key]) for key in ("service", "facility_id", "name"))
        place = (float(str(facility.get("lon", "nan"))), float(str(facility.get("lat", "nan"))))
        self.rows.append(LedgerRow(self.file, table, number, "used", service, id_, name, tuple(notes), *place))


def changed_facilities(
    layer: FacilityLayer, scenario: Scenario, file: str, known: Known
) -> tuple[FacilityLayer, Ledger]:
    """Open, close and resize the sites of a scenario.

    A site that opens is what a row with its name, degrees on WGS 84, capacity and flags would be in a list of its
    service, id and all.

    Parameters
    ----------
    layer
        The facilities as the study's lists have them.
    scenario, file
        The scenario, and the file that it was read from.
    known
        The study's units and services.

    Raises
    ------
    ConfigurationError, Faults
        A service, facility or flag that is not known, a site far off, one that stands already, one changed twice.
    """
    faults: list[Circle15Error] = []
    closed = _rows_of(scenario.closed, CLOSE, file, layer, known, faults)
    resized = _rows_of(scenario.resized, RESIZE, file, layer, known, faults)
    faults += _changed_twice(closed, resized, file)
    staying = layer.facilities.drop(index=list(closed.values()))
    new = _opened(scenario, file, known, faults)
    faults += _standing_already(new, file, staying, layer)
    raise_faults(faults)
    draft = _Draft(file, layer.facilities.copy(), layer.entrances)
    _resize(draft, scenario, resized, known)
    _close(draft, closed)
    _open(draft, new, known)
    return _in_order(draft, layer), Ledger(tuple(draft.rows))


def _rows_of(
    sites: Sequence[ClosedSite | ResizedSite],
    table: str,
    file: str,
    layer: FacilityLayer,
    known: Known,
    faults: list[Circle15Error],
) -> dict[int, int]:
    """By number in the file, from 1, the row of the facility that is meant."""
    rows = {}
    for number, site in enumerate(sites, start=1):
        spot = Spot(file, table, number, "")
        with collecting(faults):
            service_named(spot, site.service, known.services)
            rows[number] = facility_named(spot, site, layer.facilities)
    return rows


def _changed_twice(closed: Mapping[int, int], resized: Mapping[int, int], file: str) -> list[Circle15Error]:
    """Facilities that a scenario changes twice, by id once and by name once, or closes and resizes."""
    first: dict[int, Spot] = {}
    faults: list[Circle15Error] = []
    for table, rows in ((CLOSE, closed), (RESIZE, resized)):
        for number, row in rows.items():
            spot = Spot(file, table, number, "")
            if row in first:
                other = first[row].table_named
                faults.append(ConfigurationError("scenario.same_facility", where=spot.table_named, other=other))
            first.setdefault(row, spot)
    return faults


# --- opening -----------------------------------------------------------------------------------------------------


def _opened(scenario: Scenario, file: str, known: Known, faults: list[Circle15Error]) -> list[_New]:
    new = []
    for number, site in enumerate(scenario.opened, start=1):
        with collecting(faults):
            new.append(_placed(Spot(file, OPEN, number, ""), number, site, known))
    return new


def _placed(spot: Spot, number: int, site: OpenedSite, known: Known) -> _New:
    service = service_named(spot, site.service, known.services)
    for flag in site.flags:
        if flag not in service.quality_flags:
            flags = "、".join(service.quality_flags) or "—"
            guess = like(flag, service.quality_flags)
            raise ConfigurationError("scenario.no_flag", where=spot.table_named, found=flag, known=flags, like=guess)
    around = surroundings_of(known.zones, known.surroundings_m[site.service])
    here = locate(around, np.array([site.lon]), np.array([site.lat]), "wgs84")
    if not here.distance_m[0] <= around.belt_m:
        km = GEOD.inv(site.lon, site.lat, *around.middle)[2] / 1000.0
        facts = {"name": site.name, "lon": site.lon, "lat": site.lat, "km": km}
        raise ConfigurationError("scenario.far_off", where=spot.table_named, **facts)
    return _New(number, site, float(here.x[0]), float(here.y[0]), bool(here.distance_m[0] == 0))


def _standing_already(
    new: Sequence[_New], file: str, staying: pd.DataFrame, layer: FacilityLayer
) -> list[Circle15Error]:
    """Sites that lists would take for one that stands there already: of the same name, and near."""
    first = layer.entrances.drop_duplicates("facility").set_index("facility")
    places = first.loc[staying.index, ["x", "y"]].to_numpy(np.float64)
    stands: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
    for row, (x, y) in zip(staying.to_dict("records"), places.tolist(), strict=True):
        stands[str(row["service"]), plain_name(str(row["name"]))].append((str(row["facility_id"]), x, y))
    faults: list[Circle15Error] = []
    for each in new:
        alike = stands[each.site.service, plain_name(each.site.name)]
        near = next((id_ for id_, x, y in alike if np.hypot(x - each.x, y - each.y) <= SAME_NAME_M), None)
        if near is not None:
            where = Spot(file, OPEN, each.number, "").table_named
            faults.append(ConfigurationError("scenario.stands", where=where, name=each.site.name, facility=near))
        alike.append((each.site.name, each.x, each.y))
    return faults


def _open(draft: _Draft, new: Sequence[_New], known: Known) -> None:
    if not new:
        return
    flags = sorted({flag for each in new for flag in each.site.flags})
    absent = {f"{FLAG}{flag}": False for flag in flags if f"{FLAG}{flag}" not in draft.facilities}
    draft.facilities = draft.facilities.assign(**absent)
    taken = set(draft.facilities["facility_id"])
    records, doors, start = [], [], int(draft.facilities.index.max()) + 1 if len(draft.facilities) else 0
    for row, each in enumerate(new, start=start):
        record = _record(draft, each, taken)
        taken.add(str(record["facility_id"]))
        records.append(record)
        doors.append((row, each.x, each.y))
        service = known.services[each.site.service]
        at = Place(draft.file, OPEN, each.number, "capacity", each.site.lon, each.site.lat)
        text = "" if each.site.capacity is None else number_value(each.site.capacity)
        said = {**record, "lon": each.site.lon, "lat": each.site.lat}
        draft.enter(OPEN, each.number, said, read_capacity(text, service, at).remarks)
    index = range(start, start + len(new))
    added = pd.DataFrame(records, index=index, columns=list(draft.facilities)).astype(draft.facilities.dtypes.to_dict())
    draft.facilities = pd.concat([draft.facilities, added])
    draft.entrances = pd.concat([draft.entrances, pd.DataFrame(doors, columns=list(ENTRANCE_COLUMNS))])


def _record(draft: _Draft, new: _New, taken: set[str]) -> dict[str, object]:
    site, facilities = new.site, draft.facilities
    own = facilities.loc[facilities["service"] == site.service]
    told = {flag for said in own.get(FLAGS_TOLD, ()) for flag in str(said).split(BETWEEN) if flag}
    names = [str(column) for column in facilities]
    record: dict[str, object] = dict.fromkeys(names, "")
    record |= {name: name.removeprefix(FLAG) in site.flags for name in names if _is_flag(name)}
    return record | {
        "facility_id": _free_id(hashed_ids(site.service, site.name, site.lon, site.lat), taken),
        "service": site.service,
        "name": site.name,
        "kind": site.kind,
        "capacity": np.nan if site.capacity is None else site.capacity,
        "inside": new.inside,
        "file": draft.file,
        "sheet": OPEN,
        "row": new.number,
        FLAGS_TOLD: BETWEEN.join(sorted(told | set(site.flags))),
    }


def _is_flag(column: str) -> bool:
    return column.startswith(FLAG) and column != FLAGS_TOLD


def _free_id(ids: Sequence[str], taken: set[str]) -> str:
    """The shortest id that no facility has."""
    numbered = (f"{ids[-1]}#{number}" for number in range(2, len(taken) + 3))
    return next(id_ for id_ in (*ids, *numbered) if id_ not in taken)


# --- closing and resizing ----------------------------------------------------------------------------------------


def _resize(draft: _Draft, scenario: Scenario, resized: Mapping[int, int], known: Known) -> None:
    for number, row in resized.items():
        facility, site = _record_of(draft, row), scenario.resized[number - 1]
        at = Place(draft.file, RESIZE, number, "capacity")
        remarks = read_capacity(number_value(site.capacity), known.services[site.service], at).remarks
        note = _resized_note(str(facility["name"]), float(facility["capacity"]), site.capacity, at)
        draft.enter(RESIZE, number, facility, (note, *remarks))
        draft.facilities.loc[row, "capacity"] = site.capacity


def _record_of(draft: _Draft, row: int) -> dict[str, Any]:
    return {str(column): value for column, value in draft.facilities.loc[row].items()}


def _resized_note(name: str, before: float, after: float, at: Place) -> Note:
    if np.isnan(before):
        return Note("scenario.did_size", {"name": name, "after": after}, at)
    return Note("scenario.did_resize", {"name": name, "before": before, "after": after}, at)


def _close(draft: _Draft, closed: Mapping[int, int]) -> None:
    for number, row in closed.items():
        facility = _record_of(draft, row)
        note = Note("scenario.did_close", {"name": facility["name"]}, Place(draft.file, CLOSE, number))
        draft.enter(CLOSE, number, facility, (note,))
    draft.facilities = draft.facilities.drop(index=list(closed.values()))
    draft.entrances = draft.entrances[~draft.entrances["facility"].isin(list(closed.values()))]


def _in_order(draft: _Draft, layer: FacilityLayer) -> FacilityLayer:
    """Facilities by service and id, entrances by facility and place, flags by name."""
    flags = sorted(str(column) for column in draft.facilities if _is_flag(str(column)))
    columns = [column for column in draft.facilities if not _is_flag(str(column))] + flags
    facilities = draft.facilities[columns].sort_values(["service", "facility_id"], kind="stable")
    number = pd.Series(np.arange(len(facilities)), index=facilities.index)
    entrances = draft.entrances.assign(facility=draft.entrances["facility"].map(number))
    entrances = entrances.sort_values(["facility", "x", "y"], ignore_index=True)
    entrances = entrances.astype({"facility": np.int64, "x": float, "y": float})
    return FacilityLayer(layer.crs, facilities.reset_index(drop=True), entrances)
