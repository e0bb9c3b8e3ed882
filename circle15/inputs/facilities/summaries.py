"""What should be looked at, list by list and facility by facility."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import shapely

from circle15.inputs.facilities.account import APART_M
from circle15.inputs.files.listing import few
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.catalogue.entries import Service
    from circle15.inputs.facilities.identity import Facility, Identities
    from circle15.inputs.facilities.listed import FacilityList
    from circle15.inputs.facilities.places import PlacedRow
    from circle15.model.ledger import LedgerRow

# What a planner should look at although the row is used.
DOUBTS = (
    *("rows.capacity_zero", "rows.capacity_beyond", "rows.capacity_differs", "rows.perhaps_several"),
    *("rows.status_unknown", "rows.status_contradicts", "rows.date_unread", "rows.closed_first"),
    *("rows.like_id", "rows.like_name", "rows.like_address", "rows.entrance_apart", "rows.entrance_named"),
)
UNREAD = ("facilities.capacity_unread", "rows.capacity_unit", "rows.capacity_negative")


def list_notes(
    lists: Mapping[int, FacilityList], services: Mapping[str, Service], account: Mapping[int, Sequence[LedgerRow]]
) -> tuple[Note, ...]:
    """What should be looked at, per list: rows left out, capacities not read, nothing found.

    Parameters
    ----------
    lists, account
        The lists and the ledger's rows of each, by number of the source.
    services
        The catalogue's services by id.
    """
    notes: list[Note] = []
    for number, listed in lists.items():
        rows = account.get(number, ())
        excluded = sum(line.fate == "excluded" for line in rows)
        unread = sum(any(reason.key in UNREAD for reason in line.reasons) for line in rows)
        kept = [line for line in rows if line.fate != "excluded"]
        doubted = sum(any(reason.key in DOUBTS for reason in line.reasons) for line in kept)
        facts: dict[str, object] = {"file": listed.file, "service": services[listed.service].label, "rows": len(rows)}
        if not rows:
            notes.append(Note("facilities.none_tagged", facts))
        if excluded:
            notes.append(Note("facilities.excluded_rows", {**facts, "count": excluded}))
        if unread:
            notes.append(Note("facilities.capacities_unread", {**facts, "count": unread}))
        if doubted:
            notes.append(Note("rows.doubted", {**facts, "count": doubted}))
        notes += listed.notes
    return tuple(notes)


def likeness_notes(identities: Identities, services: Mapping[str, Service]) -> tuple[Note, ...]:
    """Of each service, how many pairs of rows are alike and yet two facilities."""
    counts = Counter(likeness.other.listed.service for likeness in identities.listed)
    return tuple(
        Note("rows.alike", {"service": services[service].label, "count": count})
        for service, count in sorted(counts.items())
    )


def served_notes(rows: Sequence[PlacedRow]) -> tuple[Note, ...]:
    """Of each list, how many names of places served match no unit of the study."""
    lost = Counter(
        row.listed.file
        for row in rows
        for remark in row.listed.remarks
        if remark.key in ("served.unmatched", "served.several")
    )
    return tuple(
        Note("served.rows", {"file": file, "count": count}, Place(file)) for file, count in sorted(lost.items())
    )


def entrance_notes(facilities: Sequence[Facility]) -> tuple[Note, ...]:
    """Facilities whose entrances are far apart or go by different names: perhaps an id given twice."""
    several = [facility for facility in facilities if len(facility.entrances) > 1]
    apart = [facility.id for facility in several if _widest_gap_m(facility.entrances) > APART_M]
    named = [facility.id for facility in several if len({row.listed.name for row in facility.entrances}) > 1]
    notes = []
    if apart:
        notes.append(Note("facilities.entrances_apart", {"count": len(apart), "ids": few(apart), "metres": APART_M}))
    if named:
        notes.append(Note("facilities.entrances_named", {"count": len(named), "ids": few(named)}))
    return tuple(notes)


def _widest_gap_m(rows: Sequence[PlacedRow]) -> float:
    hull = shapely.convex_hull(shapely.multipoints([(row.x, row.y) for row in rows]))
    points = shapely.points(shapely.get_coordinates(hull))
    return float(shapely.distance(points[:, None], points[None, :]).max())
