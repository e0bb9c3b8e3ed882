"""The whole chain, from the extract to tables and areas, against the usual way with OSMnx and networkx."""

from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from racing import ours, recipe
from racing.extracts import highways_as_xml
from racing.task import Contender, Task, Unequal
from racing.town import town

from benchmarks.reading import importing

if TYPE_CHECKING:
    from racing.task import Arrays

LIMIT_M = 15 * 60 * 1.2
LIMITS_M = (LIMIT_M / 3, LIMIT_M * 2 / 3, LIMIT_M)
MAX_LEG_M = 300.0


def zonal_sums(asked: Arrays, covered: np.ndarray) -> np.ndarray:
    """Covered people by zone and service: cells joined to zones by place, as both sides do it."""
    import geopandas as gpd
    import shapely

    cells = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*asked["cell_xy"].T), crs=asked["epsg"])
    zones = gpd.GeoDataFrame(geometry=shapely.box(*asked["zones"].T), crs=asked["epsg"])
    joined = cells.sjoin(zones, predicate="within")
    persons = covered[joined.index] * asked["persons"][joined.index, None]
    sums = np.zeros((len(zones), covered.shape[1]))
    np.add.at(sums, joined["index_right"].to_numpy(), persons)
    return sums


def circle15(_: Any, asked: Arrays, drawing: Any, threads: int = 1) -> Arrays:  # noqa: ANN401
    """Read, join, search, draw, sum."""
    import pyproj

    from circle15.access.joins import join_to_edges
    from circle15.access.pairs import pairs_within
    from circle15.inputs.streets.read import read_streets

    crs = pyproj.CRS.from_epsg(asked["epsg"])
    streets, _notes = read_streets(Path(asked["extract"]), layer=None, crs=crs, bounds=None)
    places = [asked["cell_xy"], asked["site_xy"], *asked["service_xy"]]
    joins = join_to_edges(streets, np.concatenate(places), MAX_LEG_M)
    rows = np.split(np.arange(sum(map(len, places))), np.cumsum([len(xy) for xy in places])[:-1])
    cells, sites, *services = (joins.take(own) for own in rows)
    covered = ours.nearest_m(streets, cells, services, threads) <= LIMIT_M
    pairs = pairs_within(streets, cells, sites, np.arange(len(sites)), LIMIT_M, threads)
    drawn = drawing(streets, sites.take(np.arange(asked["areas"])), threads)
    return found(zonal_sums(asked, covered.T), len(pairs), sum(area.area for *_, area in drawn))


def strips(streets: Any, sites: Any, threads: int) -> Any:  # noqa: ANN401
    """Strips along the streets in reach, as wide as those of the recipe."""
    return ours.strips(streets, sites, LIMITS_M, recipe.EDGE_BUFFER_M, threads)


def fields(streets: Any, sites: Any, threads: int) -> Any:  # noqa: ANN401
    """Where somebody who walks to the nearest street is within reach."""
    return ours.fields(streets, sites, LIMITS_M, threads)


def usual_prepare(asked: Arrays) -> Path:
    """The extract's highways as XML."""
    importlib.import_module("osmnx")
    return highways_as_xml(Path(asked["extract"]), Path(asked["folder"]) / "highways.osm")


def usual(xml: Path, asked: Arrays) -> Arrays:
    """Read, snap to nodes, search, buffer and unite, sum."""
    graph = recipe.graph(xml, asked["epsg"])
    cells = recipe.snapped(graph, asked["cell_xy"])
    services = [recipe.snapped(graph, xy) for xy in asked["service_xy"]]
    covered = [recipe.nearest_m(graph, cells, sites) <= LIMIT_M for sites in services]
    sites = recipe.snapped(graph, asked["site_xy"])
    pairs = sum(recipe.in_reach(graph, cells, site, LIMIT_M) for site in sites)
    areas = (recipe.area(graph, site, limit_m) for site in sites[: asked["areas"]] for limit_m in LIMITS_M)
    return found(zonal_sums(asked, np.stack(covered, axis=1)), pairs, sum(area.area for area in areas))


def found(sums: np.ndarray, pairs: int, square_metres: float) -> Arrays:
    """What both sides tell."""
    return {"sums": sums, "pairs": np.array(pairs), "square_km": np.array(square_metres / 1e6)}


def tell(answer: Arrays) -> str:
    """People covered over all services, pairs, square kilometres."""
    persons, pairs = answer["sums"].sum(), int(answer["pairs"])
    return f"{persons:,.0f} persons covered, {pairs:,} pairs, {float(answer['square_km']):,.0f} km²"


def far_off(ours: Arrays, theirs: Arrays, tolerance: float) -> float:
    """The largest share by which people covered by a service, or all pairs, or all areas differ from ours."""
    off = [np.abs(theirs["sums"].sum(axis=0) / ours["sums"].sum(axis=0) - 1.0).max()]
    off += [abs(float(theirs[name] / ours[name]) - 1.0) for name in ("pairs", "square_km")]
    if not max(off) <= tolerance:
        raise Unequal(f"{tell(theirs)}; ours: {tell(ours)}")
    return float(max(off))


def contender(name: str, drawing: Any, threads: int = 1, **more: Any) -> Contender:  # noqa: ANN401
    """circle15 with areas drawn in one way."""
    chain = partial(circle15, drawing=drawing, threads=threads)
    return Contender(name, "circle15", importing("circle15.access.isochrones"), chain, **more)


TASK = Task(
    title="The whole chain: read, search, pair, draw, sum",
    about="""
Las Palmas with made-up people in {cells:,} cells of 100 m: read the extract; the nearest of six services with 60 sites
each; covered people by zone; all pairs of {sites:,} sites and cells within 15 minutes; areas of reach of {areas} sites
at 5, 10 and 15 minutes. The usual way: `graph_from_xml`, `nearest_nodes`, networkx' Dijkstra, and OSMnx's recipe of
buffered streets, united. "Buffered streets" draws like that, with `street_buffers`: streets in reach, 25 m to each
side, and is what the usual way is held against. "Exact fields" draws with `facility_isochrones` where somebody who
walks to the nearest street is within reach, which the usual way has nothing like. The usual way snaps to nodes for
free and has no filter of walking, so answers are not alike: shown is the largest share by which people, pairs or areas
differ, and half is allowed; between the two drawings areas alone differ.
""",
    work=town,
    contenders=(
        contender("circle15, buffered streets", strips),
        contender("circle15, buffered streets, 2 threads", strips, threads=2),
        contender("circle15, exact fields", fields, tolerance=0.5),
        contender("circle15, exact fields, 2 threads", fields, threads=2, tolerance=0.5),
        Contender(
            "OSMnx and networkx, the usual way",
            "osmnx",
            usual_prepare,
            usual,
            tolerance=0.5,
            goals=(("times_run", 100.0),),
            in_quick=False,
        ),
    ),
    difference=far_off,
    tell=tell,
)
