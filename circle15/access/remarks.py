"""What a planner should know about cells and facilities that the streets do not serve as others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins

MAIN_ISLAND = 0
NAMES_SHOWN = 10


def cell_remarks(joins: EdgeJoins, persons: NDArray[np.float64], max_leg_m: float) -> tuple[Note, ...]:
    """Say how many cells and people are off the network, and how many are on islands of streets.

    Parameters
    ----------
    joins
        (n,): the cells.
    persons
        float64, (n,): everyone in each cell.
    max_leg_m
        The longest leg the cells were joined with.
    """
    notes: list[Note] = []
    off = ~joins.on_network
    if off.any():
        facts = {"cells": int(off.sum()), "persons": round(float(persons[off].sum())), "max_leg_m": f"{max_leg_m:g}"}
        notes.append(Note("access.cells_off_network", facts))
    adrift = joins.on_network & (joins.island != MAIN_ISLAND)
    if adrift.any():
        islands = len(np.unique(joins.island[adrift]))
        facts = {"cells": int(adrift.sum()), "persons": round(float(persons[adrift].sum())), "islands": islands}
        notes.append(Note("access.cells_on_islands", facts))
    return tuple(notes)


def facility_remarks(
    entrances: EdgeJoins, entrance_facility: NDArray[np.integer], names: Sequence[str], max_leg_m: float
) -> tuple[Note, ...]:
    """Name the facilities that are off the network with all entrances, and those that are on islands of streets.

    Parameters
    ----------
    entrances
        (m,): all entrances of all facilities.
    entrance_facility
        (m,): the row of ``names`` each entrance belongs to.
    names
        The facilities' names.
    max_leg_m
        The longest leg the entrances were joined with.
    """
    joined = np.zeros(len(names), dtype=bool)
    joined[entrance_facility[entrances.on_network]] = True
    on_main = np.zeros(len(names), dtype=bool)
    on_main[entrance_facility[entrances.on_network & (entrances.island == MAIN_ISLAND)]] = True
    notes: list[Note] = []
    if not joined.all():
        off = _named(names, np.flatnonzero(~joined))
        notes.append(Note("access.facilities_off_network", off | {"max_leg_m": f"{max_leg_m:g}"}))
    if (joined & ~on_main).any():
        notes.append(Note("access.facilities_on_islands", _named(names, np.flatnonzero(joined & ~on_main))))
    return tuple(notes)


def _named(names: Sequence[str], rows: NDArray[np.int64]) -> dict[str, object]:
    shown = "、".join(names[row] for row in rows[:NAMES_SHOWN].tolist())
    return {"facilities": len(rows), "names": shown + ("……" if len(rows) > NAMES_SHOWN else "")}
