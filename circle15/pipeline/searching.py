"""From checked inputs to who is how far from what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.access.pairs import pairs_within
from circle15.pipeline.gaps import network_gaps
from circle15.pipeline.reading import largest_limit_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.access.nearest import Nearest
    from circle15.model.population import PopulationGrid
    from circle15.pipeline.reading import StudyInputs


@dataclass(frozen=True, eq=False)
class Searched:
    """The joins of cells and entrances on the streets, and what the search found.

    ``nearest`` is by service id; its facility numbers are rows of ``FacilityLayer.facilities``.
    """

    cell_joins: EdgeJoins
    entrance_joins: EdgeJoins
    nearest: dict[str, Nearest]
    pairs: pd.DataFrame


def search(inputs: StudyInputs) -> Searched:
    """Join cells and facilities to the streets, and search from the facilities of every service."""
    network, layer = inputs.network, inputs.facilities
    max_leg_m = inputs.study.network.max_leg_m
    cells = join_to_edges(network, inputs.population.cells[["x", "y"]].to_numpy(), max_leg_m)
    entrances = join_to_edges(network, layer.entrances[["x", "y"]].to_numpy(), max_leg_m)
    entrance_facility = layer.entrances["facility"].to_numpy(dtype=np.int32)
    nearest = {}
    for service in inputs.catalogue.services:
        of_service = np.isin(entrance_facility, layer.rows_of(service))
        nearest[service] = nearest_facility(network, cells, entrances.take(of_service), entrance_facility[of_service])
    limit_m = largest_limit_m(inputs.catalogue)
    pairs = pairs_within(network, cells, entrances, entrance_facility, limit_m)
    return Searched(cells, entrances, nearest, _named_pairs(pairs, inputs))


def _named_pairs(pairs: pd.DataFrame, inputs: StudyInputs) -> pd.DataFrame:
    facilities = inputs.facilities.facilities
    return pd.DataFrame(
        {
            "cell_id": inputs.population.cells["cell_id"].to_numpy()[pairs["origin"]],
            "facility_id": facilities["facility_id"].to_numpy()[pairs["facility"]],
            "service": facilities["service"].to_numpy()[pairs["facility"]],
            "metres": pairs["metres"].to_numpy(),
        }
    )


def cells_frame(inputs: StudyInputs, searched: Searched) -> gpd.GeoDataFrame:
    """The cells with their people, their join and the nearest facility of each service (see ``Results``)."""
    grid = inputs.population
    joins = searched.cell_joins
    ids = np.append(inputs.facilities.facilities["facility_id"].to_numpy(dtype=object), "")
    columns: dict[str, object] = {str(name): grid.cells[name] for name in grid.cells}
    columns["urban_rural"] = _urban_rural(inputs)
    columns |= {f"persons_{group}": grid.persons[group] for group in grid.persons}
    columns |= {"leg_m": joins.leg_m, "on_network": joins.on_network, "island": joins.island}
    columns["network_gap"] = network_gaps(inputs, joins)
    for service, found in searched.nearest.items():
        columns[f"{service}_m"] = found.metres
        columns[f"{service}_facility"] = ids[found.facility]  # -1, for none, takes the last: ""
    return gpd.GeoDataFrame(columns, geometry=_squares(grid), crs=grid.crs)


def _squares(grid: PopulationGrid) -> NDArray[np.object_]:
    half = grid.cell_m / 2
    x, y = grid.cells["x"].to_numpy(), grid.cells["y"].to_numpy()
    squares: NDArray[np.object_] = shapely.box(x - half, y - half, x + half, y + half)
    return squares


def _urban_rural(inputs: StudyInputs) -> pd.Series:
    """The class of each cell's unit: the narrowest one that has a class."""
    classes = pd.Series("", index=inputs.population.cells.index)
    for level in inputs.zones.levels:
        units = inputs.zones.at_level(level)
        own = inputs.population.cells[f"{level}_code"].map(units.set_index("code")["urban_rural"]).fillna("")
        classes = classes.mask(own != "", own)
    return classes


def facilities_frame(inputs: StudyInputs, searched: Searched) -> gpd.GeoDataFrame:
    """The facilities with the best of their entrances' joins (see ``Results``)."""
    layer, joins = inputs.facilities, searched.entrance_joins
    entrances = layer.entrances.assign(leg_m=joins.leg_m, on_network=joins.on_network, island=joins.island)
    best = entrances.sort_values(["facility", "leg_m"], kind="stable").drop_duplicates("facility")
    joined = best[["leg_m", "on_network", "island"]].reset_index(drop=True)
    first = layer.entrances.drop_duplicates("facility")
    points = gpd.points_from_xy(first["x"], first["y"])
    return gpd.GeoDataFrame(pd.concat([layer.facilities, joined], axis=1), geometry=points, crs=layer.crs)
