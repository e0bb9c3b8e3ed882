"""What the reader of the three states should know: for which services nothing can be said, and what is not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.units import total
from circle15.catalogue.entries import Label
from circle15.model.ledger import Note
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.assess.places import Places


def capacity_notes(places: Sequence[Places]) -> tuple[Note, ...]:
    """All notes on places, those on what cannot be said first."""
    return (*_lacking(places), *_per_head(places), *_of_capacity(places), *_outside(places))


def _lacking(places: Sequence[Places]) -> list[Note]:
    """One note per reason; services whose lists count no places have no such state at all, which is no lack."""
    notes = []
    for lack, key in (("standard", "capacity.no_standard"), ("group", "capacity.no_group")):
        labels = [
            each.circle.service.label for each in places if each.lack == lack and each.circle.service.capacity_unit
        ]
        if labels:
            notes.append(Note(key, {"services": Label.listing(labels)}))
    return notes


def _per_head(places: Sequence[Places]) -> list[Note]:
    """Where the standard is not one place per head, say what "served" means: places in its proportion."""
    notes = []
    for each in places:
        service = each.circle.service
        if each.found is None or each.per_head == 1.0 or service.supply is None or service.capacity_unit is None:
            continue
        standard = Label(
            *(
                say(f"supply.per_{service.supply.of}", lang, per_1000=service.supply.per_1000, unit=unit)
                for lang, unit in (("zh", service.capacity_unit.zh), ("en", service.capacity_unit.en))
            )
        )
        facts = {
            "service": service.label,
            "standard": standard,
            "per_1000": f"{1000.0 * each.per_head:,.0f}",
            "due": f"{total(each.circle.persons(each.cells)) * each.per_head:,.0f}",
            "listed": f"{total(each.facilities.loc[each.facilities['inside'], 'capacity'].dropna().to_numpy()):,.0f}",
        }
        notes.append(Note("capacity.per_head", facts))
    return notes


def _of_capacity(places: Sequence[Places]) -> list[Note]:
    notes = []
    for each in places:
        unknown, reached = _unknown(each)
        if unknown and each.lack in ("", "capacity"):
            key = "capacity.unknown" if each.lack else "capacity.some_unknown"
            notes.append(Note(key, {"service": each.circle.service.label, "count": unknown, "total": reached}))
    return notes


def _unknown(places: Places) -> tuple[int, int]:
    """How many facilities in reach of anybody have no known capacity, and how many are in reach."""
    reached = places.pairs["facility"].unique()
    return int(places.unknown[reached].sum()), len(reached)


def _outside(places: Sequence[Places]) -> list[Note]:
    """Say how many places beyond the border are given to people from here: those who live there are not counted."""
    taken = {each.circle.service.label: _taken_outside(each) for each in places if each.found is not None}
    counts = [
        Label(f"{label.zh} {people:,.0f}", f"{label.en} {people:,.0f}")
        for label, people in taken.items()
        if people >= 1
    ]
    return [Note("capacity.outside", {"counts": Label.listing(counts)})] if counts else []


def _taken_outside(places: Places) -> float:
    assert places.found is not None
    assigned = places.found.assigned
    outside = ~places.facilities["inside"].to_numpy(dtype=np.bool_)[assigned.index]
    return total(assigned.to_numpy()[outside]) / places.per_head
