"""The sites that a scenario opens: what rows of lists would be that name them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import Circle15Error, ConfigurationError, collecting
from circle15.inputs.facilities.capacity import read_capacity
from circle15.inputs.facilities.drafted import is_flag
from circle15.inputs.facilities.identity import hashed_ids
from circle15.inputs.facilities.places import GEOD, locate, surroundings_of
from circle15.inputs.facilities.same import SAME_NAME_M, plain_name
from circle15.inputs.scenario.references import like, service_named
from circle15.inputs.scenario.values import Spot
from circle15.model.facilities import BETWEEN, ENTRANCE_COLUMNS, FLAG, FLAGS_TOLD
from circle15.model.ledger import Place
from circle15.model.scenario_text import number_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.inputs.facilities.drafted import Draft, Known
    from circle15.model.facilities import FacilityLayer
    from circle15.model.scenario import OpenedSite, Scenario

OPEN = "open"


@dataclass(frozen=True)
class NewSite:
    """An opened site with its place in metres."""

    number: int
    site: OpenedSite
    x: float
    y: float
    inside: bool


def placed_sites(scenario: Scenario, file: str, known: Known, faults: list[Circle15Error]) -> list[NewSite]:
    """The sites that open, each in its place; the faults of those that cannot are put into ``faults``."""
    new = []
    for number, site in enumerate(scenario.opened, start=1):
        with collecting(faults):
            new.append(_placed(Spot(file, OPEN, number, ""), number, site, known))
    return new


def _placed(spot: Spot, number: int, site: OpenedSite, known: Known) -> NewSite:
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
    return NewSite(number, site, float(here.x[0]), float(here.y[0]), bool(here.distance_m[0] == 0))


def standing_already(
    new: Sequence[NewSite], file: str, staying: pd.DataFrame, layer: FacilityLayer
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


def open_sites(draft: Draft, new: Sequence[NewSite], known: Known) -> None:
    """Put new sites behind the others, each with one entrance and a line in the account."""
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


def _record(draft: Draft, new: NewSite, taken: set[str]) -> dict[str, object]:
    site, facilities = new.site, draft.facilities
    own = facilities.loc[facilities["service"] == site.service]
    told = {flag for said in own.get(FLAGS_TOLD, ()) for flag in str(said).split(BETWEEN) if flag}
    names = [str(column) for column in facilities]
    record: dict[str, object] = dict.fromkeys(names, "")
    record |= {name: name.removeprefix(FLAG) in site.flags for name in names if is_flag(name)}
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


def _free_id(ids: Sequence[str], taken: set[str]) -> str:
    """The shortest id that no facility has."""
    numbered = (f"{ids[-1]}#{number}" for number in range(2, len(taken) + 3))
    return next(id_ for id_ in (*ids, *numbered) if id_ not in taken)
