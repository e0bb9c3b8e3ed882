"""The facility that decides for each cell, by the mode of the rule that counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.nearest import Nearest, nearest_facility
from circle15.pipeline.needs import nearest_of_needs, sites_of_needs
from circle15.pipeline.parts import own_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Service
    from circle15.model.facilities import FacilityLayer
    from circle15.pipeline.joining import Ways
    from circle15.pipeline.parts import Classes, Part
    from circle15.pipeline.reading import StudyInputs


def nearest_by_rule(inputs: StudyInputs, service: Service, classes: Classes, ways: Ways) -> Nearest:
    """The facility that decides for every cell, each by the mode of its own rule.

    Parameters
    ----------
    classes
        (cells,): the class of each cell's town.
    ways
        The streets of every mode of the service's rules.
    """
    found = Nearest(np.full(len(classes), np.inf), np.full(len(classes), -1, dtype=np.int32))
    for part in own_parts(inputs.catalogue, service, classes):
        of_part = nearest_of_part(inputs, part, ways)
        found.metres[part.rows], found.facility[part.rows] = of_part.metres, of_part.facility
    return found


def nearest_of_part(inputs: StudyInputs, part: Part, ways: Ways) -> Nearest:
    """The facility that decides for each cell of a part; of a compound standard the last that it asks for."""
    streets, layer = ways[part.way], inputs.facilities
    cells, (own, owner) = streets.cells.take(part.rows), entrances_of(layer, part.service.id)
    entrances = streets.entrances.take(own)
    sites = sites_of_needs(part.service, layer)
    if sites is None:
        return nearest_facility(streets.network, cells, entrances, owner)
    return nearest_of_needs(streets.network, cells, entrances, owner, sites)


def entrances_of(layer: FacilityLayer, service: str) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Which entrances are of a service, and the facilities that these belong to."""
    owner = layer.entrances["facility"].to_numpy(dtype=np.int32)
    own: NDArray[np.bool_] = np.isin(owner, layer.rows_of(service))
    return own, owner[own]
