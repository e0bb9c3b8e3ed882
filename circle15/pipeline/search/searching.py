"""From checked inputs to who is how far from what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.assess.circles import further_column, joined_column
from circle15.pipeline.notes.gaps import network_gaps
from circle15.pipeline.progress import in_parts, no_pieces
from circle15.pipeline.search.classes import class_of_cells
from circle15.pipeline.search.joining import joined_ways
from circle15.pipeline.search.nearest import nearest_by_rule, nearest_of_parts
from circle15.pipeline.search.pairs import rule_pairs
from circle15.pipeline.search.parts import further_parts, own_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from circle15.access.nearest import Nearest
    from circle15.catalogue.entries import Mode
    from circle15.model.population import PopulationGrid
    from circle15.pipeline.progress import Pieces
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.joining import Joined, Way, Ways
    from circle15.pipeline.search.parts import Classes

ON_FOOT: Way = ("walk", "to_site")


@dataclass(frozen=True, eq=False)
class Searched:
    """The joins of cells and entrances on the streets, and what the search found.

    Attributes
    ----------
    classes
        (cells,): "urban", "rural" or "", the class of each cell's town.
    ways
        By mode and direction of travel; walking to a site is always among them.
    nearest
        By service id: the facility that decides for each cell, by the mode of its own rule. Facility numbers are
        rows of ``FacilityLayer.facilities``.
    further
        By column: metres by a mode that is not everywhere that of the rule, for the further circles.
    pairs
        See ``Results``.
    """

    classes: Classes
    ways: Ways
    nearest: Mapping[str, Nearest]
    further: Mapping[str, NDArray[np.float64]]
    pairs: pd.DataFrame

    @property
    def on_foot(self) -> Joined:
        """The walking streets with all cells and entrances."""
        return self.ways[ON_FOOT]

    @property
    def by_mode(self) -> dict[Mode, Joined]:
        """One way of each mode, walking first: who is on which streets does not depend on the direction."""
        modes = dict.fromkeys(mode for mode, _ in sorted(self.ways, key=lambda way: (way[0] != "walk", way)))
        return {mode: next(self.ways[way] for way in sorted(self.ways) if way[0] == mode) for mode in modes}


def search(inputs: StudyInputs, pieces: Pieces = no_pieces) -> Searched:
    """Join cells and facilities to the streets, and search from the facilities of every service."""
    joining, nearest, pairing = in_parts(pieces, 3)
    catalogue, classes = inputs.catalogue, class_of_cells(inputs.zones, inputs.population).to_numpy()
    own = {id_: own_parts(catalogue, service, classes) for id_, service in catalogue.services.items()}
    parts = [part for of_service in own.values() for part in of_service]
    further = [part for each in catalogue.services.values() for part in further_parts(catalogue, each, classes)]
    ways = joined_ways(inputs, inputs.networks, [ON_FOOT, *(part.way for part in (*parts, *further))])
    joining(1, 1)
    found = nearest_of_parts(inputs.facilities, [*parts, *further], ways, nearest)
    return Searched(
        classes,
        ways,
        {id_: nearest_by_rule(of_service, found, len(classes)) for id_, of_service in own.items()},
        {further_column(part.service.id, part.mode): found[part.service.id, part.mode].metres for part in further},
        rule_pairs(inputs, parts, ways, pairing),
    )


def cells_frame(inputs: StudyInputs, searched: Searched) -> gpd.GeoDataFrame:
    """The cells with their people, their join and the facility that decides for each service (see ``Results``)."""
    grid = inputs.population
    columns: dict[str, object] = {str(name): grid.cells[name] for name in grid.cells}
    columns["urban_rural"] = searched.classes
    columns |= {f"persons_{group}": grid.persons[group] for group in grid.persons}
    joins = searched.on_foot.cells
    columns |= {"leg_m": joins.leg_m, "on_network": joins.on_network, "island": joins.island}
    columns["network_gap"] = network_gaps(inputs, joins)
    for mode, streets in searched.by_mode.items():
        columns[joined_column(mode)] = streets.cells.on_network
    columns |= _of_services(inputs, searched)
    return gpd.GeoDataFrame(columns, geometry=_squares(grid), crs=grid.crs)


def _of_services(inputs: StudyInputs, searched: Searched) -> dict[str, object]:
    """Metres, facility and mode of each service, and the metres of further circles."""
    ids = np.append(inputs.facilities.facilities["facility_id"].to_numpy(dtype=object), "")
    rural = searched.classes == "rural"
    columns: dict[str, object] = {}
    for id_, found in searched.nearest.items():
        service = inputs.catalogue.services[id_]
        columns[f"{id_}_m"] = found.metres
        columns[f"{id_}_facility"] = ids[found.facility]  # -1, for none, takes the last: ""
        columns[f"{id_}_mode"] = np.where(rural, service.rural.mode, service.urban.mode).astype(object)
    return columns | dict(searched.further)


def _squares(grid: PopulationGrid) -> NDArray[np.object_]:
    half = grid.cell_m / 2
    x, y = grid.cells["x"].to_numpy(), grid.cells["y"].to_numpy()
    squares: NDArray[np.object_] = shapely.box(x - half, y - half, x + half, y + half)
    return squares


def facilities_frame(inputs: StudyInputs, searched: Searched) -> gpd.GeoDataFrame:
    """The facilities with the best of their entrances' joins (see ``Results``)."""
    layer, joins = inputs.facilities, searched.on_foot.entrances
    entrances = layer.entrances.assign(leg_m=joins.leg_m, on_network=joins.on_network, island=joins.island)
    best = entrances.sort_values(["facility", "leg_m"], kind="stable").drop_duplicates("facility")
    joined = best[["leg_m", "on_network", "island"]].reset_index(drop=True)
    first = layer.entrances.drop_duplicates("facility")
    points = gpd.points_from_xy(first["x"], first["y"])
    return gpd.GeoDataFrame(pd.concat([layer.facilities, joined], axis=1), geometry=points, crs=layer.crs)
