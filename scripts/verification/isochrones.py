"""Areas of reach against dense random points on the streets of real cities, each point searched like a cell."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from reach_truth import MARGIN_M, check_bands, compared, points_around

from circle15.access.isochrones import facility_isochrones, reach_grid, service_isochrones
from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.inputs.files.datum import to_wgs84
from circle15.inputs.streets.read import read_streets
from circle15.model.projection import metric_crs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork

TITLE = "Areas of reach"
FULL = 223  # facilities in each place
REPOSITORY = Path(__file__).resolve().parent.parent.parent
FIELD_DATA = Path(os.environ.get("CIRCLE15_FIELD_DATA", REPOSITORY.parent / "shared" / "data"))
MINUTES, SPEED_M_S = (5.0, 10.0, 15.0), 1.2
LIMITS_M = [minutes * 60 * SPEED_M_S for minutes in MINUTES]
SPACINGS_M = (25.0, 12.5, 6.25)
MAX_LEG_M = 300.0
POINTS = 10_000


@dataclass
class Tally:
    """What was measured of one set of facilities at one spacing, facility by facility and limit by limit."""

    facilities: int = 0
    areas: int = 0
    bands: int = 0
    seconds: float = 0.0
    area_error: list[float] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)
    wrong_of_area: list[float] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)


def places(count: int) -> Iterator[tuple[str, StreetNetwork, NDArray[np.float64]]]:
    """Title, network and doors of each place."""
    rng = np.random.default_rng(15)
    hangzhou = _streets(FIELD_DATA / "hangzhou" / "roads.gpkg", 120.17, 30.25)
    yield "Hangzhou, reading rooms", hangzhou, _rooms(hangzhou)[:count]
    yield "Hangzhou, junctions", hangzhou, _junctions(hangzhou, rng, count)
    palmas = _streets(FIELD_DATA / "las_palmas" / "las_palmas.osm.pbf", -15.43, 28.1)
    yield "Las Palmas, junctions", palmas, _junctions(palmas, rng, count)


def _streets(path: Path, lon: float, lat: float) -> StreetNetwork:
    network, *_ = read_streets(path, layer=None, crs=metric_crs(lon, lat), bounds=None)
    return network


def _rooms(network: StreetNetwork) -> NDArray[np.float64]:
    lines = (FIELD_DATA / "hangzhou" / "reading_rooms_gcj02.csv").read_text(encoding="gb18030").splitlines()[1:]
    gcj = np.array([line.split(",")[-2:] for line in lines], dtype=float)
    lon, lat = to_wgs84(gcj[:, 0], gcj[:, 1], "gcj02")
    to_metric = pyproj.Transformer.from_crs("EPSG:4326", network.crs, always_xy=True)
    return np.stack(to_metric.transform(lon, lat), axis=1)


def _junctions(network: StreetNetwork, rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    nodes = np.flatnonzero(network.node_island == 0)
    return network.node_xy[rng.choice(nodes, count, replace=False)] + rng.uniform(-30, 30, (count, 2))


def drawn(
    network: StreetNetwork, doors: EdgeJoins, spacing_m: float
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, float]:
    """The areas of all facilities, those of all together, and the seconds of the former."""
    began = time.perf_counter()
    grid = reach_grid(network, doors, LIMITS_M[-1], spacing_m=spacing_m, max_leg_m=MAX_LEG_M)
    areas = facility_isochrones(network, grid, doors, np.arange(len(doors)), LIMITS_M)
    seconds = time.perf_counter() - began
    return areas, service_isochrones(network, grid, doors, LIMITS_M), seconds


def truths(network: StreetNetwork, doors: EdgeJoins) -> dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Random points around each facility, and their metres to it, searched like cells."""
    areas, _, _ = drawn(network, doors, SPACINGS_M[0])
    rng = np.random.default_rng(5)
    xy = {facility: points_around(own, rng, POINTS) for facility, own in areas.groupby("facility")}
    joins = join_to_edges(network, np.concatenate(list(xy.values())), MAX_LEG_M)
    found = {}
    for number, (facility, points) in enumerate(xy.items()):
        own, door = joins.take(np.arange(number * POINTS, (number + 1) * POINTS)), doors.take(np.array([facility]))
        found[facility] = points, nearest_facility(network, own, door, np.zeros(1, dtype=int)).metres
    return found


def measure(
    network: StreetNetwork,
    doors: EdgeJoins,
    truth: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]],
    spacing_m: float,
) -> Tally:
    """Compare the areas of all facilities with their points."""
    areas, together, seconds = drawn(network, doors, spacing_m)
    tally = Tally(areas=len(areas), bands=check_bands(areas) + check_bands(together), seconds=seconds)
    united = {limit_m: own.geometry.union_all() for limit_m, own in areas.groupby("limit_m")}
    for limit_m, area in zip(together["limit_m"], together.geometry, strict=True):
        tally.apart.append(shapely.symmetric_difference(area, united[limit_m]).area / area.area)
    for facility, own in areas.groupby("facility"):
        found = compared(own, *truth[facility])
        tally.facilities += 1
        for name in ("area_error", "wrong", "wrong_of_area"):
            getattr(tally, name).extend(getattr(found, name))
    return tally


def row(title: str, spacing_m: float, tally: Tally) -> str:
    """One row of the table."""
    error, wrong, of_area = (100 * np.array(values) for values in (tally.area_error, tally.wrong, tally.wrong_of_area))
    right, off = 100 - wrong, np.abs(error)
    print(f"{title}, {spacing_m:g} m: {right.mean():.3f} % of points on the right side", flush=True)
    cells = [title, f"{spacing_m:g}", tally.facilities, tally.areas, tally.bands]
    cells += [f"{right.mean():.3f}", f"{right.min():.2f}", f"{of_area.mean():.2f}", f"{np.quantile(of_area, 0.95):.2f}"]
    cells += [f"{error.mean():+.2f}", f"{off.mean():.2f}", f"{np.quantile(off, 0.95):.2f}"]
    cells += [f"{100 * max(tally.apart):.2f}", f"{tally.seconds:.1f}"]
    return "| " + " | ".join(map(str, cells)) + " |"


def section(count: int) -> str:
    """Measure ``count`` facilities in each place; the page's section as markdown."""
    rows = []
    for title, network, xy in places(count):
        doors = join_to_edges(network, xy, MAX_LEG_M)
        truth = truths(network, doors)
        for spacing_m in SPACINGS_M:
            tally = measure(network, doors, truth, spacing_m)
            rows.append(row(title, spacing_m, tally))
            if spacing_m <= 12.5:
                assert np.mean(tally.wrong) <= 0.005, "99.5 % of points are on the right side"
                assert np.mean(np.abs(tally.area_error)) <= 0.02, "areas are right to 2 %"
    head = ["facilities", "grid, m", "number", "areas", "bands nested", "right side, %", "worst area, %"]
    head += ["wrong of area, %", "95th", "area, %", "magnitude", "95th", "service, %", "s"]
    table = "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *rows])
    minutes = ", ".join(f"{minutes:g}" for minutes in MINUTES)
    return f"""
Each facility's areas within {minutes} minutes at {SPEED_M_S} m/s are held against {POINTS:,} random
points in the box of its largest area and {MARGIN_M:g} m around it. Each point is joined to its nearest street and
searched exactly, as a cell is, its own leg (at most {MAX_LEG_M:g} m) counted; the points share nothing with the grid
that the areas are drawn on. "Right side": the share of all points that the area holds if and only if they are truly
within the limit. "Wrong of area": points on the wrong side over points truly within, which no empty land around
makes smaller; its mean and 95th percentile over all areas. "Area": drawn over true area less 1, its mean, mean
magnitude and 95th percentile (the random points themselves blur it by a percent of a small area). "Service": what
differs between the area of all facilities together and the union of theirs, over that area, at the worst limit.
Facilities are the reading rooms of Hangzhou that a street is near to, and junctions drawn at random; nothing in the
method is fitted to a place. Every area is a valid multipolygon, and every band is covered by the next, exactly: checked for all.

{table}

Seconds are of the grid and all areas of the facilities, in one thread.
"""
