"""What a study's choice about gated compounds changes in its coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.model.ledger import Note
from circle15.pipeline.search.joining import joined_ways
from circle15.pipeline.search.nearest import nearest_by_rule, nearest_of_parts
from circle15.pipeline.search.parts import own_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from circle15.assess.circles import Circle
    from circle15.pipeline.reading.study_inputs import StudyInputs


def compounds_effect(inputs: StudyInputs, cells: gpd.GeoDataFrame, circles: Sequence[Circle]) -> list[Note]:
    """Say for each service how many more or fewer people are in reach than without the streets inside compounds."""
    network = inputs.as_mapped
    if network is None:
        return []
    classes = cells["urban_rural"].to_numpy(dtype=object)
    parts = {circle.service.id: own_parts(inputs.catalogue, circle.service, classes) for circle in circles}
    every = [part for own in parts.values() for part in own]
    ways = joined_ways(inputs, dict(inputs.networks) | {"walk": network}, [part.way for part in every])
    searched = nearest_of_parts(inputs.facilities, every, ways)
    changes: list[Label] = []
    for circle in circles:
        found = nearest_by_rule(parts[circle.service.id], searched, len(cells))
        before = cells.assign(**{circle.column: found.metres})
        persons = circle.persons(cells)
        more = float(persons[circle.served(cells)].sum() - persons[circle.served(before)].sum())
        if abs(more) >= 0.5:
            changes.append(Label(f"{circle.service.label.zh} {more:+,.0f}", f"{circle.service.label.en} {more:+,.0f}"))
    return [Note("compounds.effect", {"changes": Label.listing(changes)}) if changes else Note("compounds.effect_none")]
