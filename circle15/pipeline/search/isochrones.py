"""The isochrones that the map shows, per service and per facility. No number comes from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.access.isochrones import facility_isochrones, reach_grid, service_isochrones
from circle15.assess.rules import counted_classes
from circle15.pipeline.progress import no_pieces
from circle15.pipeline.search.classes import rural_area
from circle15.pipeline.search.joining import joinable_edges, leg_factor
from circle15.pipeline.search.nearest import entrances_of
from circle15.pipeline.search.threads import threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.access.isochrones import ReachGrid
    from circle15.assess.circles import Circle
    from circle15.assess.rules import Rule
    from circle15.catalogue.entries import Mode, UrbanRural
    from circle15.pipeline.progress import Pieces
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.joining import Way
    from circle15.pipeline.search.searching import Searched

BANDS_MIN = (5.0, 10.0, 15.0)
# Who travels faster is drawn on a coarser grid: the areas are as much larger.
SPACING_M: dict[Mode, float] = {"walk": 12.5, "cycle": 50.0, "drive": 100.0}
# A very large county is drawn on a coarser grid, so that memory stays bounded.
MOST_POINTS = 6_000_000
BAND_COLUMNS = ["service", "facility_id", "minutes", "geometry"]


def display_isochrones(
    inputs: StudyInputs, searched: Searched, circles: Sequence[Circle], pieces: Pieces = no_pieces
) -> gpd.GeoDataFrame:
    """Areas within 5, 10 and 15 minutes by the rule of the town they lie in: ``service, facility_id, minutes``.

    ``facility_id`` is "" for the area of all the service's facilities together. Where the rules of urban and rural
    towns differ in speed or mode, each is drawn where it holds.
    """
    drawn = _Drawing(inputs, searched, _grids(inputs, searched, circles), rural_area(inputs.zones))
    bands = []
    for done, circle in enumerate(circles, start=1):
        bands.append(drawn.bands(circle))
        pieces(done, len(circles))
    frame = pd.concat(bands, ignore_index=True)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=inputs.network.crs)


def _grids(inputs: StudyInputs, searched: Searched, circles: Sequence[Circle]) -> dict[Way, ReachGrid]:
    """A grid for each way that is searched, around what all services reach by it."""
    kinds = counted_classes(searched.classes.tolist())
    limits_m: dict[Way, float] = {}
    for circle in circles:
        for kind in kinds:
            rule = circle.rule(kind)
            way = (rule.mode, circle.service.travel)
            limits_m[way] = max(limits_m.get(way, 0.0), _limit_m(rule, BANDS_MIN[-1]))
    max_leg_m = inputs.study.network.max_leg_m
    bounds = tuple(inputs.zones.root.total_bounds.tolist())
    return {
        way: reach_grid(
            searched.ways[way].network,
            searched.ways[way].entrances,
            limit_m,
            spacing_m=_spacing_m(inputs, way[0]),
            max_leg_m=max_leg_m,
            bounds=bounds,
            leg_factor=leg_factor(inputs.catalogue, way[0]),
            joinable=joinable_edges(searched.ways[way].network),
            threads=threads(),
        )
        for way, limit_m in limits_m.items()
    }


def _spacing_m(inputs: StudyInputs, mode: Mode) -> float:
    west, south, east, north = inputs.zones.root.total_bounds.tolist()
    finest_m = SPACING_M[mode]
    coarsest_m = math.sqrt((east - west) * (north - south) / MOST_POINTS)
    return max(finest_m, math.ceil(coarsest_m / finest_m) * finest_m)


def _limit_m(rule: Rule, minutes: float) -> float:
    return minutes * 60.0 * rule.speed_m_s


@dataclass(frozen=True, eq=False)
class _Drawing:
    """What the bands are drawn from; ``rural`` is the ground of rural towns."""

    inputs: StudyInputs
    searched: Searched
    grids: dict[Way, ReachGrid]
    rural: shapely.Geometry

    def bands(self, circle: Circle) -> gpd.GeoDataFrame:
        """All bands of one service."""
        rules: dict[tuple[Mode, float], list[UrbanRural]] = {}
        for kind in counted_classes(self.searched.classes.tolist()):
            rules.setdefault((circle.rule(kind).mode, circle.rule(kind).speed_m_s), []).append(kind)
        parts = [self._by_rule(circle, circle.rule(kinds[0])) for kinds in rules.values()]
        if len(parts) == 1:
            return parts[0]
        urban, rural = parts
        urban.geometry = shapely.difference(urban.geometry.to_numpy(), self.rural)
        rural.geometry = shapely.intersection(rural.geometry.to_numpy(), self.rural)
        return _together(pd.concat([urban, rural], ignore_index=True))

    def _by_rule(self, circle: Circle, rule: Rule) -> gpd.GeoDataFrame:
        """Bands as one rule would draw them everywhere."""
        way = (rule.mode, circle.service.travel)
        streets, grid = self.searched.ways[way], self.grids[way]
        own, owner = entrances_of(self.inputs.facilities, circle.service.id)
        limits_m = [_limit_m(rule, minutes) for minutes in BANDS_MIN]
        drawn = (streets.network, grid, streets.entrances.take(own))
        together = service_isochrones(*drawn, limits_m).assign(facility_id="")
        each = facility_isochrones(*drawn, owner, limits_m, threads())
        ids = self.inputs.facilities.facilities["facility_id"].to_numpy(dtype=object)
        each["facility_id"] = ids[each["facility"].to_numpy(dtype=np.int64)]
        both = pd.concat([together, each.drop(columns="facility")], ignore_index=True)
        minutes = both["limit_m"].map(dict(zip(limits_m, BANDS_MIN, strict=True)))
        return both.assign(service=circle.service.id, minutes=minutes)[BAND_COLUMNS]


def _together(parts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One band of each name from its parts in towns of either class; those with nothing left are none."""
    united = parts.groupby(BAND_COLUMNS[:3], sort=False)["geometry"].agg(shapely.union_all).reset_index()
    areas = [_polygons(shape) for shape in united["geometry"]]
    bands = gpd.GeoDataFrame(united.drop(columns="geometry"), geometry=areas, crs=parts.crs)
    return bands[~bands.geometry.is_empty].reset_index(drop=True)


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """The areas of a shape, without the lines and points along which areas were cut."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
