"""What a study lacks beyond its border: people near it then have less in reach than in truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.catalogue.phrases import label_of
from circle15.model.ledger import Note
from circle15.pipeline.notes.border import cut_sides, short_sides
from circle15.pipeline.reading.horizon import SURROUNDINGS_FACTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.catalogue.entries import Mode
    from circle15.pipeline.reading.study_inputs import StudyInputs


def surroundings_notes(inputs: StudyInputs) -> tuple[Note, ...]:
    """Say which lists stop at the border or are empty, and on which sides the streets of each mode stop."""
    return (*_of_lists(inputs), *(note for mode in inputs.horizon.streets_m for note in _of_streets(inputs, mode)))


def _of_lists(inputs: StudyInputs) -> list[Note]:
    notes = []
    facilities, services = inputs.facilities.facilities, inputs.catalogue.services
    listed = set(facilities["service"])
    listed_outside = set(facilities.loc[~facilities["inside"].astype(bool), "service"])
    if lacking := services.keys() - listed:
        labels = Label.listing(service.label for id_, service in services.items() if id_ in lacking)
        notes.append(Note("study.no_facilities", {"services": labels}))
    if lacking := listed - listed_outside:
        labels = Label.listing(
            _with_km(service.label, inputs.horizon.facilities_m[id_])
            for id_, service in services.items()
            if id_ in lacking
        )
        notes.append(Note("study.no_outside_facilities", {"services": labels}))
    return notes


def _with_km(label: Label, around_m: float) -> Label:
    """A service with how far beyond the border its sites count."""
    km = f"{around_m / 1000.0:.1f}"
    return Label(f"{label.zh} {km} 公里", f"{label.en} {km} km")


def _of_streets(inputs: StudyInputs, mode: Mode) -> list[Note]:
    around_m = inputs.horizon.streets_m[mode]
    if not around_m > 0:
        return []
    network, area = inputs.networks[mode], inputs.zones.root.geometry.iloc[0]
    if mode == "walk":
        cut = cut_sides(network, area, around_m)
        return [Note("study.no_outside_streets", {"sides": _sides(cut), "metres": around_m})] if cut else []
    short = short_sides(network, area, around_m / SURROUNDINGS_FACTOR)
    facts = {"sides": _sides(short), "km": around_m / 1000.0, "mode": label_of(f"rules.mode_{mode}")}
    return [Note("rules.no_outside_streets", facts)] if short else []


def _sides(sides: Sequence[str]) -> Label:
    named = [label_of(f"assess.side_{side}") for side in sides]
    return Label("、".join(label.zh for label in named), ", ".join(label.en for label in named))
