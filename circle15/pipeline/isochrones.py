"""The isochrones that the map shows, per service and per facility. No number comes from them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from circle15.access.isochrones import facility_isochrones, reach_grid, service_isochrones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.access.isochrones import ReachGrid
    from circle15.assess.circles import Circle
    from circle15.pipeline.reading import StudyInputs
    from circle15.pipeline.searching import Searched

BANDS_MIN = (5.0, 10.0, 15.0)
SPACING_M = 12.5
# A very large county is drawn on a coarser grid, so that memory stays bounded.
MOST_POINTS = 6_000_000


def display_isochrones(inputs: StudyInputs, searched: Searched, circles: Sequence[Circle]) -> gpd.GeoDataFrame:
    """Areas within 5, 10 and 15 minutes at the speed of each service's group: ``service, facility_id, minutes``.

    ``facility_id`` is "" for the area of all the service's facilities together.
    """
    grid = _grid(inputs, searched, circles)
    parts = [_of_service(inputs, searched, grid, circle) for circle in circles]
    frame = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=inputs.network.crs)


def _grid(inputs: StudyInputs, searched: Searched, circles: Sequence[Circle]) -> ReachGrid:
    """One grid for all services, in the box of the study's area."""
    west, south, east, north = inputs.zones.root.total_bounds.tolist()
    coarsest_m = math.sqrt((east - west) * (north - south) / MOST_POINTS)
    return reach_grid(
        inputs.network,
        searched.entrance_joins,
        max((limit_m for circle in circles for limit_m in _limits_m(circle)), default=0.0),
        spacing_m=max(SPACING_M, math.ceil(coarsest_m / SPACING_M) * SPACING_M),
        max_leg_m=inputs.study.network.max_leg_m,
        bounds=(west, south, east, north),
    )


def _limits_m(circle: Circle) -> list[float]:
    return [minutes * 60.0 * circle.speed_m_s for minutes in BANDS_MIN]


def _of_service(inputs: StudyInputs, searched: Searched, grid: ReachGrid, circle: Circle) -> gpd.GeoDataFrame:
    owner = inputs.facilities.entrances["facility"].to_numpy(dtype=np.int32)
    own = np.isin(owner, inputs.facilities.rows_of(circle.service.id))
    entrances, owner = searched.entrance_joins.take(own), owner[own]
    limits_m = _limits_m(circle)
    together = service_isochrones(inputs.network, grid, entrances, limits_m).assign(facility_id="")
    each = facility_isochrones(inputs.network, grid, entrances, owner, limits_m)
    ids = inputs.facilities.facilities["facility_id"].to_numpy(dtype=object)
    each["facility_id"] = ids[each["facility"].to_numpy(dtype=np.int64)]
    both = pd.concat([together, each.drop(columns="facility")], ignore_index=True)
    minutes = both["limit_m"].map(dict(zip(limits_m, BANDS_MIN, strict=True)))
    return both.assign(service=circle.service.id, minutes=minutes)[["service", "facility_id", "minutes", "geometry"]]
