"""Who is off the streets, or on streets that lead nowhere, of each mode."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.remarks import cell_remarks, facility_remarks
from circle15.catalogue.phrases import label_of
from circle15.model.population import EVERYONE
from circle15.pipeline.search.parts import own_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circle15.catalogue.entries import Mode
    from circle15.model.ledger import Note
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.searching import Searched

# The remark on those who are counted by bicycle or car, by that on walkers.
OF_MODE = {
    "access.cells_off_network": "rules.cells_off_network",
    "access.cells_on_islands": "rules.cells_on_islands",
    "access.facilities_off_network": "rules.facilities_off_network",
    "access.facilities_on_islands": "rules.facilities_on_islands",
}


def join_notes(inputs: StudyInputs, searched: Searched) -> tuple[Note, ...]:
    """The remarks on cells and facilities: on foot of all, by bicycle and car of those that are counted so."""
    return tuple(note for mode in searched.by_mode for note in _of_mode(inputs, searched, mode))


def _of_mode(inputs: StudyInputs, searched: Searched, mode: Mode) -> Iterator[Note]:
    streets, layer = searched.by_mode[mode], inputs.facilities
    max_leg_m = inputs.study.network.max_leg_m
    persons = inputs.population.persons[EVERYONE].to_numpy()
    owner = layer.entrances["facility"].to_numpy()
    names = layer.facilities["name"].tolist()
    if mode == "walk":
        yield from cell_remarks(streets.cells, persons, max_leg_m)
        yield from facility_remarks(streets.entrances, owner, names, max_leg_m)
        return
    rows, facilities = _counted_by(inputs, searched, mode)
    own = np.isin(owner, facilities)
    number = np.searchsorted(facilities, owner[own])
    remarks = (
        *cell_remarks(streets.cells.take(rows), persons[rows], max_leg_m),
        *facility_remarks(streets.entrances.take(own), number, [names[at] for at in facilities], max_leg_m),
    )
    for note in remarks:
        yield replace(note, key=OF_MODE[note.key], facts={**note.facts, "mode": label_of(f"rules.mode_{mode}")})


def _counted_by(
    inputs: StudyInputs, searched: Searched, mode: Mode
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Rows of the cells that any service counts by a mode, and of the facilities of these services."""
    parts = [
        part
        for service in inputs.catalogue.services.values()
        for part in own_parts(inputs.catalogue, service, searched.classes)
        if part.mode == mode
    ]
    none = np.empty(0, dtype=np.int64)
    cells = np.unique(np.concatenate([none, *(part.rows for part in parts)]))
    facilities = np.unique(np.concatenate([none, *(inputs.facilities.rows_of(part.service.id) for part in parts)]))
    return cells, facilities
