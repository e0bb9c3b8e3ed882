"""Who lives beyond the limit of every candidate and site, where, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from circle15.access.nearest import nearest_facility
from circle15.pipeline.search.classes import class_of_cells
from circle15.pipeline.search.joining import joinable_edges, joined_ways, leg_factor
from circle15.pipeline.search.kept_searches import kept_joins
from circle15.pipeline.search.nearest import entrances_of
from circle15.pipeline.search.parts import own_parts
from circle15.pipeline.siting.sited.columns import typed
from circle15.pipeline.siting.sited.seen import unit_names
from circle15.pipeline.siting.ways import takes_in
from circle15.siting.problem import NEW

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.pipeline.siting.sited.seen import SeenPlan

    Floats = NDArray[np.float64]

OFF_NETWORK, ISLAND, TOO_FAR = "off_network", "island", "too_far"


def unreachable_cells(seen: SeenPlan) -> gpd.GeoDataFrame:
    """Cells with people beyond the limit of every candidate and site, with the metres to the nearest and the reason."""
    nearest_m, limit_m = _nearest_of_all_m(seen), seen.circle.limits_m(seen.cells)
    rows = np.flatnonzero((nearest_m > limit_m) & (seen.persons > 0))
    own, level = seen.cells.iloc[rows], seen.sited.inputs.zones.levels[-1]
    names, units = unit_names(seen), own[f"{level}_code"].astype(str)
    joined = seen.circle.on_network(own)
    reason = np.where(~joined, OFF_NETWORK, np.where(np.isinf(nearest_m[rows]), ISLAND, TOO_FAR))
    table = {
        "cell_id": own["cell_id"].to_numpy(),
        "unit": units.to_numpy(),
        "unit_name": [names.get(unit, "") for unit in units],
        "persons": seen.persons[rows],
        "nearest_m": nearest_m[rows],
        "reason": reason,
    }
    frame = gpd.GeoDataFrame(table, geometry=own.geometry.to_numpy(), crs=seen.cells.crs)
    return typed(frame, ("cell_id", "unit", "unit_name", "reason"))


def _nearest_of_all_m(seen: SeenPlan) -> Floats:
    """Metres from each cell to the nearest that may stand or exists, of the first service's; ``inf``: none."""
    inputs, service = seen.sited.inputs, seen.sited.service
    candidates = seen.sited.plan.problem.candidates
    new = candidates[(candidates["kind"] == NEW) & (candidates["grows"] == "") & ~candidates["forbidden"]]
    new = new[takes_in(new, service.id)]
    parts = own_parts(inputs.catalogue, service, class_of_cells(inputs.zones, inputs.population).to_numpy())
    ways = joined_ways(inputs, inputs.networks, [part.way for part in parts])
    metres = np.full(len(seen.cells), np.inf)
    xy, max_leg_m = new[["x_m", "y_m"]].to_numpy(np.float64), inputs.study.network.max_leg_m
    for part in parts:
        streets, network = ways[part.way], ways[part.way].network
        factor = leg_factor(inputs.catalogue, part.mode)
        doors = kept_joins(inputs.kept, network, xy, max_leg_m, factor, joinable_edges(network))
        own, _ = entrances_of(inputs.facilities, service.id)
        cells = streets.cells.take(part.rows)
        for sites in (doors, streets.entrances.take(own)):
            if len(sites):
                found = nearest_facility(network, cells, sites, np.arange(len(sites), dtype=np.int32)).metres
                metres[part.rows] = np.minimum(metres[part.rows], found)
    return metres


def by_unit_and_reason(unreachable: pd.DataFrame) -> pd.DataFrame:
    """People and cells out of reach by ``unit, unit_name, reason``, most people first."""
    grouped = unreachable.groupby(["unit", "unit_name", "reason"], sort=True)
    table = grouped["persons"].agg(persons="sum", cells="size").reset_index()
    table = table.sort_values(["persons", "unit", "reason"], ascending=[False, True, True], ignore_index=True)
    return typed(table, ("unit", "unit_name", "reason")).astype({"cells": "int64"})
