"""The facility that decides for each cell, by the mode of the rule that counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.nearest import Nearest
from circle15.pipeline.progress import in_parts, no_pieces
from circle15.pipeline.search.kept_searches import kept_nearest, kept_needs
from circle15.pipeline.search.needs import sites_of_needs
from circle15.pipeline.search.threads import threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode
    from circle15.model.facilities import FacilityLayer
    from circle15.pipeline.progress import Pieces
    from circle15.pipeline.search.joining import Joined, Ways
    from circle15.pipeline.search.parts import Part

    # By service and mode: the facility that decides for every cell, whatever its own rule.
    Found = dict[tuple[str, Mode], Nearest]


def nearest_of_parts(layer: FacilityLayer, parts: Iterable[Part], ways: Ways, pieces: Pieces = no_pieces) -> Found:
    """The facility that decides for every cell by each service and mode among ``parts``, streets by streets."""
    wanted = {(part.service.id, part.mode): part for part in parts}
    found: Found = {}
    for (way, streets), of_way in zip(ways.items(), in_parts(pieces, len(ways)), strict=True):
        found |= _on_streets(layer, [part for part in wanted.values() if part.way == way], streets, of_way)
        of_way(1, 1)
    return found


def _on_streets(layer: FacilityLayer, parts: Iterable[Part], streets: Joined, pieces: Pieces) -> Found:
    """Services of one way; of a compound standard the last of the sites that it asks for decides."""
    found: Found = {}
    alike = {}
    for part in parts:
        own, owner = entrances_of(layer, part.service.id)
        doors = streets.entrances.take(own)
        sites = sites_of_needs(part.service, layer)
        if sites is None:
            alike[part.service.id, part.mode] = (doors, owner)
        else:
            nearest = kept_needs(streets.kept, streets.network, streets.cells, (doors, owner), sites)
            found[part.service.id, part.mode] = nearest
    services = {service: doors for (service, _), doors in alike.items()}
    nearest_of = kept_nearest(streets.kept, streets.network, streets.cells, services, threads(), pieces)
    return found | {key: nearest_of[key[0]] for key in alike}


def nearest_by_rule(parts: Iterable[Part], found: Mapping[tuple[str, Mode], Nearest], cells: int) -> Nearest:
    """The facility that decides for every cell, each by the mode of its own rule.

    Parameters
    ----------
    parts
        Of one service: each cell is in one.
    found
        From ``nearest_of_parts`` of these.
    cells
        How many there are.
    """
    chosen = Nearest(np.full(cells, np.inf), np.full(cells, -1, dtype=np.int32))
    for part in parts:
        of_mode, rows = found[part.service.id, part.mode], part.rows
        chosen.metres[rows], chosen.facility[rows] = of_mode.metres[rows], of_mode.facility[rows]
    return chosen


def entrances_of(layer: FacilityLayer, service: str) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Which entrances are of a service, and the facilities that these belong to."""
    owner = layer.entrances["facility"].to_numpy(dtype=np.int32)
    own: NDArray[np.bool_] = np.isin(owner, layer.rows_of(service))
    return own, owner[own]
