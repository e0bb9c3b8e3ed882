"""Service areas: who uses which facility, and how many of them could choose another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.empty import empty_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.assess.places import Places

    Share = NDArray[np.float64]

CATCHMENT_COLUMNS = (
    "service", "facility_id", "name", "inside", "group", "people_nearest", "people_with_choice", "people_in_reach",
    "people_assigned", "competitors",
)  # fmt: skip
PERSONS = "persons_"


def catchments_table(places: Sequence[Places]) -> pd.DataFrame:
    """Who uses which facility, by age group.

    Parameters
    ----------
    places
        Who reaches what and who finds a place, per service.

    Returns
    -------
    pandas.DataFrame
        ``CATCHMENT_COLUMNS``, per service, facility and group of people, the group that the service is counted by
        first. ``people_nearest``: those in reach who have no facility nearer; ``people_with_choice``: of these, those
        with another in reach; ``people_in_reach``: all within reach, most of whom may have others nearer;
        ``people_assigned``: sent here when places are given out, NaN where nothing can be said of places or of this
        facility's; ``competitors``: other facilities in reach of those who have this one nearest. Of a cell that is
        sent to several facilities, each takes the same mix of ages.
    """
    tables = [table for each in places if len(table := _of_service(each))]
    return pd.concat(tables, ignore_index=True) if tables else empty_table(CATCHMENT_COLUMNS)


def _of_service(places: Places) -> pd.DataFrame:
    facility, origin = (places.pairs[column].to_numpy() for column in ("facility", "origin"))
    near = np.zeros(len(facility), dtype=np.bool_)
    near[places.nearest] = True
    choice = near & (np.bincount(origin, minlength=len(places.cells))[origin] > 1)
    shares: dict[str, Share] = {
        "people_nearest": near.astype(np.float64),
        "people_with_choice": choice.astype(np.float64),
        "people_in_reach": np.ones(len(facility)),
        "people_assigned": _sent_share(places),
    }
    competitors = _competitors(places, near)
    tables = [_of_group(places, group, shares, competitors) for group in groups_of(places)]
    table = pd.concat(tables).sort_index(kind="stable")
    return table.reset_index(drop=True)


def groups_of(places: Places) -> tuple[str, ...]:
    """The groups of people that cells are known by, the one that the service is counted by first."""
    known = [str(column).removeprefix(PERSONS) for column in places.cells if str(column).startswith(PERSONS)]
    return (places.circle.group, *(group for group in known if group != places.circle.group))


def _sent_share(places: Places) -> Share:
    """What part of its cell's people each pair takes; NaN where nobody can be sent."""
    share = np.full(len(places.pairs), np.nan)
    if places.found is None:
        return share
    need = places.found.need.to_numpy()[places.pairs["origin"].to_numpy()]
    sent = places.found.sent
    share[sent.index] = np.divide(
        sent.to_numpy(), need[sent.index], out=np.zeros(len(sent)), where=need[sent.index] > 0
    )
    return share


def _of_group(places: Places, group: str, shares: dict[str, Share], competitors: NDArray[np.int64]) -> pd.DataFrame:
    facility, origin = (places.pairs[column].to_numpy() for column in ("facility", "origin"))
    persons = places.cells[f"{PERSONS}{group}"].to_numpy(dtype=np.float64)[origin]
    own = places.facilities
    sums = {
        name: np.bincount(facility, weights=persons * np.nan_to_num(share), minlength=len(own))
        for name, share in shares.items()
    }
    sums["people_assigned"] = np.where(_sent_to(places), sums["people_assigned"], np.nan)
    fixed = {
        "service": places.circle.service.id,
        "facility_id": own["facility_id"],
        "name": own["name"],
        "inside": own["inside"].astype(bool),
        "group": group,
    }
    return pd.DataFrame(fixed | sums | {"competitors": competitors})[list(CATCHMENT_COLUMNS)]


def _sent_to(places: Places) -> NDArray[np.bool_]:
    """The facilities to which people can be sent: places can be told of, and their capacity is known."""
    known: NDArray[np.bool_] = (
        ~places.unknown if places.found is not None else np.zeros(len(places.facilities), np.bool_)
    )
    return known


def _competitors(places: Places, near: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many other facilities are in reach of those who have each one nearest."""
    facility, origin = (places.pairs[column].to_numpy() for column in ("facility", "origin"))
    count = len(places.facilities)
    peopled = places.circle.persons(places.cells)[origin] > 0
    nearest_of = np.full(len(places.cells), -1, dtype=np.int64)
    nearest_of[origin[near & peopled]] = facility[near & peopled]
    mine = nearest_of[origin]
    other = (mine >= 0) & (mine != facility)
    pairs = np.unique(mine[other] * count + facility[other])
    competitors: NDArray[np.int64] = np.bincount(pairs // max(count, 1), minlength=count).astype(np.int64)
    return competitors
