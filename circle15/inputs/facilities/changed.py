"""The facilities of a study as a scenario has them: sites opened, closed and resized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults
from circle15.inputs.facilities.capacity import read_capacity
from circle15.inputs.facilities.drafted import Draft, is_flag
from circle15.inputs.facilities.opened import open_sites, placed_sites, standing_already
from circle15.inputs.scenario.references import facility_named, service_named
from circle15.inputs.scenario.values import Spot
from circle15.model.facilities import FacilityLayer
from circle15.model.ledger import Ledger, Note, Place
from circle15.model.scenario_text import number_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.inputs.facilities.drafted import Known
    from circle15.model.scenario import ClosedSite, ResizedSite, Scenario

CLOSE, RESIZE = "close", "resize"


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
    new = placed_sites(scenario, file, known, faults)
    faults += standing_already(new, file, staying, layer)
    raise_faults(faults)
    draft = Draft(file, layer.facilities.copy(), layer.entrances)
    _resize(draft, scenario, resized, known)
    _close(draft, closed)
    open_sites(draft, new, known)
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


def _resize(draft: Draft, scenario: Scenario, resized: Mapping[int, int], known: Known) -> None:
    for number, row in resized.items():
        facility, site = _record_of(draft, row), scenario.resized[number - 1]
        at = Place(draft.file, RESIZE, number, "capacity")
        remarks = read_capacity(number_value(site.capacity), known.services[site.service], at).remarks
        note = _resized_note(str(facility["name"]), float(facility["capacity"]), site.capacity, at)
        draft.enter(RESIZE, number, facility, (note, *remarks))
        draft.facilities.loc[row, "capacity"] = site.capacity


def _record_of(draft: Draft, row: int) -> dict[str, Any]:
    return {str(column): value for column, value in draft.facilities.loc[row].items()}


def _resized_note(name: str, before: float, after: float, at: Place) -> Note:
    if np.isnan(before):
        return Note("scenario.did_size", {"name": name, "after": after}, at)
    return Note("scenario.did_resize", {"name": name, "before": before, "after": after}, at)


def _close(draft: Draft, closed: Mapping[int, int]) -> None:
    for number, row in closed.items():
        facility = _record_of(draft, row)
        note = Note("scenario.did_close", {"name": facility["name"]}, Place(draft.file, CLOSE, number))
        draft.enter(CLOSE, number, facility, (note,))
    draft.facilities = draft.facilities.drop(index=list(closed.values()))
    draft.entrances = draft.entrances[~draft.entrances["facility"].isin(list(closed.values()))]


def _in_order(draft: Draft, layer: FacilityLayer) -> FacilityLayer:
    """Facilities by service and id, entrances by facility and place, flags by name."""
    flags = sorted(str(column) for column in draft.facilities if is_flag(str(column)))
    columns = [column for column in draft.facilities if not is_flag(str(column))] + flags
    facilities = draft.facilities[columns].sort_values(["service", "facility_id"], kind="stable")
    number = pd.Series(np.arange(len(facilities)), index=facilities.index)
    entrances = draft.entrances.assign(facility=draft.entrances["facility"].map(number))
    entrances = entrances.sort_values(["facility", "x", "y"], ignore_index=True)
    entrances = entrances.astype({"facility": np.int64, "x": float, "y": float})
    return FacilityLayer(layer.crs, facilities.reset_index(drop=True), entrances)
