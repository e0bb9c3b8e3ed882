"""Facilities that no street leads to: most often a wrong coordinate, or a wrong datum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.joins import join_to_edges
from circle15.access.remarks import MAIN_ISLAND
from circle15.model.ledger import Note, Place
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.pipeline.reading.study_inputs import StudyInputs


def astray_facilities(inputs: StudyInputs) -> tuple[Note, ...]:
    """A note, with its place, on every facility off the streets or on streets that do not lead to the others."""
    layer, max_leg_m = inputs.facilities, inputs.study.network.max_leg_m
    joins = join_to_edges(inputs.network, layer.entrances[["x", "y"]].to_numpy(), max_leg_m)
    owner = layer.entrances["facility"].to_numpy()
    joined = _any_of(owner, joins.on_network, len(layer.facilities))
    on_main = _any_of(owner, joins.on_network & (joins.island == MAIN_ISLAND), len(layer.facilities))
    limit = f"{max_leg_m:g}"
    off = [
        Note("quality.facility_off_network", {"name": name, "max_leg_m": limit}, at)
        for name, at in _named_places(inputs, ~joined)
    ]
    adrift = [
        Note("quality.facility_on_island", {"name": name}, at) for name, at in _named_places(inputs, joined & ~on_main)
    ]
    return (*off, *adrift)


def _any_of(owner: NDArray[np.int64], holds: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """Per facility, whether something holds of any of its entrances."""
    found = np.zeros(count, dtype=bool)
    found[owner[holds]] = True
    return found


def _named_places(inputs: StudyInputs, wanted: NDArray[np.bool_]) -> list[tuple[str, Place]]:
    """Names and places of the facilities wanted; the place of one is that of its first entrance."""
    layer = inputs.facilities
    first = layer.entrances.drop_duplicates("facility").set_index("facility").loc[np.flatnonzero(wanted)]
    to_degrees = transformer(layer.crs, 4326)
    lon, lat = to_degrees.transform(first["x"].to_numpy(), first["y"].to_numpy())
    facilities = layer.facilities.loc[wanted]
    names, files, rows = (facilities[column].tolist() for column in ("name", "file", "row"))
    return [
        (name, Place(file, row=row, lon=x, lat=y))
        for name, file, row, x, y in zip(names, files, rows, lon.tolist(), lat.tolist(), strict=True)
    ]
