"""The same searches as if nothing lay beyond the border: first no facilities, then no streets either."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.inside import streets_inside
from circle15.assess.edge_effects import edge_effects
from circle15.model.facilities import FacilityLayer
from circle15.pipeline.search.joining import joinable_edges, joined_ways
from circle15.pipeline.search.nearest import nearest_by_rule, nearest_of_parts
from circle15.pipeline.search.needs import sites_of_needs
from circle15.pipeline.search.parts import own_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.catalogue.entries import Service
    from circle15.model.network import StreetNetwork
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.joining import Ways
    from circle15.pipeline.search.searching import Searched

    Metres = dict[str, NDArray[np.float64]]


def effects_of_border(
    inputs: StudyInputs, searched: Searched, cells: pd.DataFrame, circles: Sequence[Circle]
) -> pd.DataFrame:
    """Coverage with and without what lies beyond the border (see ``assess.edge_effects``).

    Parameters
    ----------
    inputs, searched
        The study and its search.
    cells
        As in ``Results``.
    circles
        The deciding circle of each service.
    """
    inside = replace(inputs, facilities=facilities_inside(inputs.facilities))
    entrances = inputs.facilities.facilities["inside"].to_numpy(bool)[inputs.facilities.entrances["facility"]]
    ways = {way: replace(joined, entrances=joined.entrances.take(entrances)) for way, joined in searched.ways.items()}
    area = inputs.zones.root.geometry.iloc[0]
    networks = {mode: streets_inside(inputs.networks[mode], area) for mode in searched.by_mode}
    whole = {mode: network for mode, network in networks.items() if network is not None and _can_be_joined(network)}
    clipped = joined_ways(inside, whole, [way for way in searched.ways if way[0] in whole])
    return edge_effects(
        cells,
        inputs.zones.frame,
        circles,
        _metres(inputs, inside, searched.classes, ways),
        _metres(inputs, inside, searched.classes, clipped),
    )


def _can_be_joined(network: StreetNetwork) -> bool:
    """Whether there is any street to get in or out on."""
    joinable = joinable_edges(network)
    return joinable is None or bool(joinable.any())


def facilities_inside(layer: FacilityLayer) -> FacilityLayer:
    """The facilities within the study's area, with their entrances."""
    inside = layer.facilities["inside"].to_numpy(dtype=bool)
    number = np.cumsum(inside) - 1
    entrances = layer.entrances[inside[layer.entrances["facility"]]]
    return FacilityLayer(
        layer.crs,
        layer.facilities[inside].reset_index(drop=True),
        entrances.assign(facility=number[entrances["facility"]]).reset_index(drop=True),
    )


def _metres(whole: StudyInputs, inside: StudyInputs, classes: NDArray[np.object_], ways: Ways) -> Metres:
    """Per service and cell: metres to the facility that decides; ``inf`` where there are no streets of the mode."""
    catalogue = inside.catalogue
    parts = {
        id_: [part for part in own_parts(catalogue, service, classes) if part.way in ways]
        for id_, service in catalogue.services.items()
        if not _lost_kinds(service, whole.facilities, inside.facilities)
    }
    found = nearest_of_parts(inside.facilities, [part for own in parts.values() for part in own], ways)
    return {id_: nearest_by_rule(parts.get(id_, []), found, len(classes)).metres for id_ in catalogue.services}


def _lost_kinds(service: Service, whole: FacilityLayer, inside: FacilityLayer) -> bool:
    """Whether every site of the kinds that a compound standard asks for lies outside: no other site makes up for it."""
    return sites_of_needs(service, whole) is not None and sites_of_needs(service, inside) is None
