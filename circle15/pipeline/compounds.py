"""What a study's choice about gated compounds changes in its coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.catalogue.entries import Label
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from circle15.assess.circles import Circle
    from circle15.pipeline.reading import StudyInputs


def compounds_effect(inputs: StudyInputs, cells: gpd.GeoDataFrame, circles: Sequence[Circle]) -> list[Note]:
    """Say for each service how many more or fewer people are in reach than without the streets inside compounds."""
    network, max_leg_m = inputs.as_mapped, inputs.study.network.max_leg_m
    if network is None:
        return []
    layer = inputs.facilities
    origins = join_to_edges(network, inputs.population.cells[["x", "y"]].to_numpy(), max_leg_m)
    entrances = join_to_edges(network, layer.entrances[["x", "y"]].to_numpy(), max_leg_m)
    owner = layer.entrances["facility"].to_numpy(dtype=np.int32)
    changes: list[Label] = []
    for circle in circles:
        own = np.isin(owner, layer.rows_of(circle.service.id))
        found = nearest_facility(network, origins, entrances.take(own), owner[own])
        before = cells.assign(**{f"{circle.service.id}_m": found.metres})
        persons = circle.persons(cells)
        more = float(persons[circle.served(cells)].sum() - persons[circle.served(before)].sum())
        if abs(more) >= 0.5:
            changes.append(Label(f"{circle.service.label.zh} {more:+,.0f}", f"{circle.service.label.en} {more:+,.0f}"))
    return [Note("compounds.effect", {"changes": Label.listing(changes)}) if changes else Note("compounds.effect_none")]
