"""Changes of land told: to each row what became of it, to the planner what adds up or should be looked at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.inputs.zones.findings import UnitRemark, degrees, placed, row_keys
from circle15.inputs.zones.slivers import SAID_M2
from circle15.model.ledger import Note, Place
from circle15.model.zones import LEVELS, level_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pyproj

    from circle15.inputs.zones.findings import RowKey
    from circle15.inputs.zones.partition import Change

# A unit that loses more of its land than this to the level above is told by name.
CLIPPED_SHARE = 0.01
# Villages need not fill their town: farms, waters and campuses lie between.
FILLED_LEVELS = ("county", "town")
# Thin arms of land that nobody has are told from here on; less is the points of its corners.
SAID_ARMS_M2 = 1_000.0
SUMS = {"overlap": "repair.overlaps", "filled": "repair.gaps", "clipped": "repair.clips"}


@dataclass(frozen=True, eq=False)
class _Units:
    """The units as they were read: where their rows stand, what they are called, and how large they are."""

    keys: tuple[RowKey, ...]
    names: tuple[str, ...]
    areas_m2: tuple[float, ...]
    crs: pyproj.CRS

    def name(self, unit: int) -> str:
        return self.names[unit] if unit >= 0 else ""

    def place(self, unit: int, change: Change) -> Place:
        """Where a change is, and the row of a unit that it is about."""
        return placed(self.keys[unit], degrees(self.crs, change.x, change.y))


def tell_changes(units: gpd.GeoDataFrame, changes: Sequence[Change]) -> tuple[tuple[Note, ...], tuple[UnitRemark, ...]]:
    """What the ledger says of single rows, and what the planner should know.

    Parameters
    ----------
    units
        The units before the changes, ``file, sheet, row, code, name`` and shapes.
    changes
        From ``partition``.
    """
    known = _Units(tuple(row_keys(units)), tuple(_names(units)), tuple(units.area), units.crs)
    said = [change for change in changes if change.m2 > SAID_M2]
    notes = [*_sums(said), *(note for change in said for note in _notes(known, change))]
    return tuple(notes), tuple(finding for change in said for finding in _findings(known, change))


def _names(units: gpd.GeoDataFrame) -> list[str]:
    return [
        name if name == code else f"{name}（{code}）" for name, code in zip(units["name"], units["code"], strict=True)
    ]


def _sums(changes: Sequence[Change]) -> list[Note]:
    """Slivers by level and kind: how many, how much."""
    found: dict[tuple[int, str], list[Change]] = defaultdict(list)
    for change in changes:
        if change.kind in SUMS:
            found[LEVELS.index(change.level), SUMS[change.kind]].append(change)
        elif change.kind == "left" and change.level not in FILLED_LEVELS:
            found[LEVELS.index(change.level), "repair.open_land"].append(change)
    return [
        Note(
            key,
            {
                "level": level_label(LEVELS[rank]),
                "count": sum(change.pieces for change in some),
                "m2": sum(change.m2 for change in some),
            },
        )
        for (rank, key), some in sorted(found.items())
    ]


def _notes(known: _Units, change: Change) -> list[Note]:
    """What should be looked at, each with its place."""
    if change.kind == "left" and change.level in FILLED_LEVELS:
        facts = {"level": level_label(change.level), "above": known.name(change.other), "m2": change.m2}
        place = known.place(change.other, change)
        if change.narrow_m2 <= SAID_ARMS_M2:
            return [Note("repair.nobodys", facts, place)]
        return [Note("repair.nobodys", facts, place), Note("repair.nobodys_arms", _arms(facts, change), place)]
    if change.kind == "taken":
        return [Note("repair.taken", _taken(known, change), known.place(change.unit, change))]
    if change.kind == "clipped" and change.m2 > CLIPPED_SHARE * known.areas_m2[change.unit]:
        facts = {
            "unit": known.name(change.unit),
            "above": known.name(change.other),
            "m2": change.m2,
            "share": change.m2 / known.areas_m2[change.unit],
        }
        return [Note("repair.clipped_much", facts, known.place(change.unit, change))]
    return []


def _arms(facts: Mapping[str, object], change: Change) -> dict[str, object]:
    return {"above": facts["above"], "m2": change.m2, "narrow_m2": change.narrow_m2}


def _taken(known: _Units, change: Change) -> dict[str, object]:
    return {"unit": known.name(change.unit), "other": known.name(change.other), "m2": change.m2}


def _findings(known: _Units, change: Change) -> list[UnitRemark]:
    """What became of the rows that a change is about."""
    unit, other = change.unit, change.other
    facts: dict[str, object] = {"other": known.name(other), "m2": change.m2}
    if change.kind == "overlap":
        lost = {"other": known.name(unit), "m2": change.m2}
        return [
            UnitRemark(known.keys[unit], Note("repair.overlap_kept", facts, known.place(unit, change))),
            UnitRemark(known.keys[other], Note("repair.overlap_lost", lost, known.place(other, change))),
        ]
    if change.kind == "filled":
        return [UnitRemark(known.keys[unit], Note("repair.gap_filled", {"m2": change.m2}, known.place(unit, change)))]
    if change.kind == "clipped":
        return [UnitRemark(known.keys[unit], Note("repair.clipped", facts, known.place(unit, change)))]
    if change.kind == "taken":
        return [
            UnitRemark(known.keys[unit], Note("repair.taken", _taken(known, change), known.place(unit, change))),
            UnitRemark(known.keys[other], Note("repair.given", _taken(known, change), known.place(other, change))),
        ]
    return []
