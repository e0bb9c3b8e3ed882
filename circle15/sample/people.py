"""People: where they live by the population raster, and how many there are by the official figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from circle15.model.projection import transformer
from circle15.sample.plan import AGE_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.sample.parcels import Parcel
    from circle15.sample.plan import Plan
    from circle15.sample.terrain import Mesh, Terrain
    from circle15.sample.zones import Units

HOME_STEP_M = 25.0
HOME_HA = (HOME_STEP_M / 100) ** 2
UNEVEN = 0.8  # spread of the logarithm of persons per home
PIXELS_PER_DEGREE = 1200  # 3 arc-seconds, as published grids have
NODATA = -99999.0
WGS84 = 4326


@dataclass(frozen=True, eq=False)
class Homes:
    """Points where people live.

    Attributes
    ----------
    xy
        float64, (n, 2): metres.
    persons
        float64, (n,): as the raster has them, not the official figures.
    estate
        bool, (n,): in a new estate, which services have not followed yet.
    town
        int64, (n,): index of the town, ``NOWHERE`` beyond the border.
    """

    xy: NDArray[np.float64]
    persons: NDArray[np.float64]
    estate: NDArray[np.bool_]
    town: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Raster:
    """Persons per pixel, float32 (rows, columns), north up; ``NODATA`` outside; degrees of the upper left corner."""

    persons: NDArray[np.float32]
    west: float
    north: float


def make_homes(plan: Plan, mesh: Mesh, units: Units, parcels: tuple[Parcel, ...]) -> Homes:
    """Scatter homes over the parcels; each town has its official total but for the raster's bias."""
    rng = plan.random("people")
    points = [_points(parcel.area) for parcel in parcels]
    of_parcel = np.repeat(np.arange(len(parcels)), [len(each) for each in points])
    xy = np.concatenate(points)
    density = np.array([parcel.persons_per_ha for parcel in parcels])[of_parcel]
    persons = density * HOME_HA * rng.lognormal(0.0, UNEVEN, len(xy))
    town = units.town_of[mesh.nearest(xy)]
    for index, each in enumerate(plan.towns):
        own = town == index
        persons[own] *= each.persons * (1 + each.raster_bias) / persons[own].sum()
    estate = np.array([parcel.kind == "estate" for parcel in parcels])[of_parcel]
    lived_in = persons > 0
    return Homes(xy[lived_in], persons[lived_in], estate[lived_in], town[lived_in])


def _points(area: shapely.Geometry) -> NDArray[np.float64]:
    """A regular grid of points within ``area``."""
    low_x, low_y, high_x, high_y = np.floor(np.array(area.bounds) / HOME_STEP_M) * HOME_STEP_M
    east = np.arange(low_x, high_x + 2 * HOME_STEP_M, HOME_STEP_M)
    north = np.arange(low_y, high_y + 2 * HOME_STEP_M, HOME_STEP_M)
    grid = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
    shapely.prepare(area)
    inside: NDArray[np.float64] = grid[shapely.contains_xy(area, grid[:, 0], grid[:, 1])]
    return inside


def to_degrees(plan: Plan, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """WGS 84 longitude and latitude of points in metres; (n, 2)."""
    return np.stack(transformer(plan.epsg, WGS84).transform(xy[:, 0], xy[:, 1]), axis=1)


def make_raster(plan: Plan, terrain: Terrain, homes: Homes) -> Raster:
    """Count the homes' people by pixel, as far as the surroundings reach."""
    reach = terrain.outline.buffer(plan.county.surroundings * 1000)
    rim = to_degrees(plan, shapely.get_coordinates(reach))
    west, south = np.floor(rim.min(axis=0) * PIXELS_PER_DEGREE).astype(int)
    east, north = np.ceil(rim.max(axis=0) * PIXELS_PER_DEGREE).astype(int)
    rows, columns = int(north - south), int(east - west)
    near = shapely.contains_xy(reach, homes.xy[:, 0], homes.xy[:, 1])
    at = to_degrees(plan, homes.xy[near]) * PIXELS_PER_DEGREE
    column = np.floor(at[:, 0]).astype(int) - west
    row = north - 1 - np.floor(at[:, 1]).astype(int)
    counted = np.bincount(row * columns + column, weights=homes.persons[near], minlength=rows * columns)
    persons = counted.reshape(rows, columns).astype(np.float32)
    persons[~_covered(plan, reach, west, north, rows, columns) & (persons == 0)] = NODATA
    return Raster(persons, west / PIXELS_PER_DEGREE, north / PIXELS_PER_DEGREE)


def _covered(plan: Plan, reach: shapely.Polygon, west: int, north: int, rows: int, columns: int) -> NDArray[np.bool_]:
    """Which pixels have their middle within ``reach``."""
    lon = (west + np.arange(columns) + 0.5) / PIXELS_PER_DEGREE
    lat = (north - np.arange(rows) - 0.5) / PIXELS_PER_DEGREE
    x, y = transformer(WGS84, plan.epsg).transform(*np.meshgrid(lon, lat))
    shapely.prepare(reach)
    covered: NDArray[np.bool_] = shapely.contains_xy(reach, x, y)
    return covered


def official_figures(plan: Plan) -> pd.DataFrame:
    """Residents per town as the statistics office gives them, in all and by age."""
    rows = [
        (town.code, town.name, town.persons, *(round(town.persons * share) for share in town.ages))
        for town in plan.towns
    ]
    return pd.DataFrame(rows, columns=["行政区划代码", "名称", "常住人口", *AGE_COLUMNS])
