"""Facilities as a layer: of each, what its rows say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.model.facilities import (
    BETWEEN,
    ENTRANCE_COLUMNS,
    FACILITY_COLUMNS,
    FLAG,
    FLAGS_TOLD,
    FacilityLayer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.inputs.facilities.identity import Facility
    from circle15.inputs.facilities.places import PlacedRow
    from circle15.model.zones import Zones

NAN = float("nan")
# What the rows of a facility say beside that, parted by semicolons.
SAID_COLUMNS = ("serves", "delivers", FLAGS_TOLD)


def facility_layer(found: Sequence[Facility], flags: Sequence[str], zones: Zones) -> FacilityLayer:
    """Facilities in order of service and id, and their entrances.

    Parameters
    ----------
    found
        The facilities.
    flags
        The quality flags that any list has a column for.
    zones
        Whose coordinate system the layer is in.
    """
    ordered = sorted(found, key=lambda facility: (facility.entrances[0].listed.service, facility.id))
    columns = (*FACILITY_COLUMNS, *SAID_COLUMNS, *(f"{FLAG}{flag}" for flag in flags))
    facilities = pd.DataFrame([_values(facility, flags) for facility in ordered], columns=list(columns))
    spots = [
        (number, x, y)
        for number, facility in enumerate(ordered)
        for x, y in sorted({(row.x, row.y) for row in facility.entrances})
    ]
    entrances = pd.DataFrame(spots, columns=list(ENTRANCE_COLUMNS)).astype(
        {"facility": np.int64, "x": float, "y": float}
    )
    types = {"capacity": float, "inside": bool, "row": np.int64} | {f"{FLAG}{flag}": bool for flag in flags}
    return FacilityLayer(zones.crs, facilities.astype(types), entrances)


def capacity_of(facility: Facility) -> float:
    """The capacity that the rows of one facility give together, NaN where none does.

    That of the latest list that gives one; of several such rows the greatest, never their sum: one house written
    twice does not hold twice as many.
    """
    rows = [row for row in (*facility.entrances, *facility.repeats) if not np.isnan(row.listed.capacity)]
    latest = max((row.as_of for row in rows), default="")
    return max((row.listed.capacity for row in rows if row.as_of == latest), default=NAN)


def name_of(facility: Facility) -> str:
    """The shortest name of a facility, else its address, else its id."""
    names = (row.listed.name for row in facility.entrances if row.listed.name)
    return min(names, key=lambda name: (len(name), name), default="") or address_of(facility) or facility.id


def address_of(facility: Facility) -> str:
    """The address that the rows a facility stands on give, else that of a row that repeats it."""
    for rows in (facility.entrances, facility.repeats):
        addresses = [row.listed.address for row in rows if row.listed.address]
        if addresses:
            return min(addresses)
    return ""


def kind_of(facility: Facility) -> str:
    """What the rows of a facility call it, each word once: a house of two kinds may stand in two rows."""
    rows = (*facility.entrances, *facility.repeats)
    return "；".join(sorted({row.listed.kind for row in rows if row.listed.kind}))


def _latest(facility: Facility) -> list[PlacedRow]:
    """The rows of a facility that are of the day of the list it stands by."""
    day = facility.entrances[0].as_of
    return [row for row in (*facility.entrances, *facility.repeats) if row.as_of == day]


def _together(rows: Sequence[PlacedRow], said: str) -> str:
    """The units that any of the rows names, each once."""
    units = {unit for row in rows for unit in str(getattr(row.listed, said)).split(BETWEEN) if unit}
    return BETWEEN.join(sorted(units))


def _values(facility: Facility, flags: Sequence[str]) -> tuple[object, ...]:
    standing = facility.entrances[0]
    first = min((row.listed for row in facility.entrances), key=lambda said: (said.row, said.part))
    told = _latest(facility)
    return (
        facility.id,
        first.service,
        name_of(facility),
        address_of(facility),
        kind_of(facility),
        capacity_of(facility),
        any(row.inside for row in facility.entrances),
        first.file,
        first.sheet,
        first.row,
        standing.as_of,
        *(_together(told, said) for said in ("serves", "delivers")),
        BETWEEN.join(sorted({flag for row in told for flag in row.listed.asked})),
        *(any(flag in row.listed.flags for row in told) for flag in flags),
    )
