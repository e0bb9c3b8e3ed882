"""How full each facility is, and which facilities are short of places together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.access.assignment import shortages
from circle15.assess.empty import empty_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.access.assignment import Assignment
    from circle15.assess.places import Places

LOAD_COLUMNS = (
    "service", "facility_id", "name", "inside", "capacity", "nearest_places", "missing_places", "assigned_places",
    "state", "set_id", "set_facilities", "set_missing",
)  # fmt: skip


def loads_table(places: Sequence[Places]) -> pd.DataFrame:
    """What every facility has to hold, per service whose lists count places and that has a standard.

    Parameters
    ----------
    places
        Who finds a place, per service.

    Returns
    -------
    pandas.DataFrame
        ``LOAD_COLUMNS``, per service and facility. All in places: ``capacity`` (NaN where not known);
        ``nearest_places``, wanted if everyone in reach went to the nearest; ``missing_places``, what it lacks of them;
        ``assigned_places``, taken when people are sent where places are left. ``state``: ``unknown`` capacity; ``none``
        (no places); ``short`` (full, and people in its reach go without); ``full``; ``spare`` (places left); "" where
        nothing can be said. Facilities that are short belong to a set that lacks ``set_missing`` places together, named
        by its smallest facility (``set_id``): none of its people reaches a facility outside it that has a place left.
    """
    tables = [_of_service(each) for each in places if not np.isnan(each.per_head)]
    if not any(len(table) for table in tables):
        return empty_table(LOAD_COLUMNS)
    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def nearest_places(places: Places) -> NDArray[np.float64]:
    """Places wanted at each facility if everyone in reach went to the nearest, of unknown capacity or not."""
    near = places.pairs.iloc[places.nearest]
    persons = places.circle.persons(places.cells)[near["origin"].to_numpy()]
    wanted: NDArray[np.float64] = np.bincount(
        near["facility"].to_numpy(), weights=persons * places.per_head, minlength=len(places.facilities)
    ).astype(np.float64)
    return wanted


def _of_service(places: Places) -> pd.DataFrame:
    own, found = places.facilities, places.found
    wanted = nearest_places(places)
    capacity = own["capacity"].to_numpy(dtype=np.float64)
    table = pd.DataFrame(
        {
            "service": places.circle.service.id,
            "facility_id": own["facility_id"],
            "name": own["name"],
            "inside": own["inside"].astype(bool),
            "capacity": capacity,
            "nearest_places": wanted,
            "missing_places": np.maximum(wanted - capacity, 0.0),
            "assigned_places": np.nan,
            "state": np.where(places.unknown, "unknown", ""),
            "set_id": "",
            "set_facilities": 0,
            "set_missing": np.nan,
        }
    )
    return table if found is None else _with_assigned(table, places, found)


def _with_assigned(table: pd.DataFrame, places: Places, found: Assignment) -> pd.DataFrame:
    pairs = places.pairs.loc[found.sent.index]
    short = shortages(pairs, found)
    at = found.capacity.index.to_numpy()
    within = short["set"].notna().to_numpy()
    full = (found.assigned >= found.capacity).to_numpy()
    none = table["capacity"].to_numpy()[at] == 0
    state = np.select([within & ~none, none, full], ["short", "none", "full"], "spare")
    ids = table["facility_id"].to_numpy(dtype=object)
    table.loc[at, "assigned_places"] = found.assigned.to_numpy()
    table.loc[at, "state"] = state
    members = at[within]
    table.loc[members, "set_id"] = ids[short["set"].to_numpy()[within].astype(np.int64)]
    table.loc[members, "set_facilities"] = short["set_facilities"].to_numpy()[within]
    table.loc[members, "set_missing"] = short["set_missing"].to_numpy()[within]
    return table
