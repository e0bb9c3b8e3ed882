"""County, towns and villages: every piece of land goes to one village, every village to one town."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from circle15.sample.terrain import RIVERSIDE_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.sample.plan import Plan, Town
    from circle15.sample.terrain import Mesh, Terrain

NOWHERE = -1
LIVABLE_M = 75.0  # people thin out by e for every so many metres of height


@dataclass(frozen=True)
class Village:
    """A community (社区) or village (村). ``seat`` is its middle, a place of the mesh; ``town`` an index."""

    code: str
    name: str
    town: int
    urban: bool
    seat: int

    @property
    def short_name(self) -> str:
        """The name without 社区 or 村."""
        return self.name.removesuffix("社区").removesuffix("村")


@dataclass(frozen=True, eq=False)
class Units:
    """Which village holds each place of the mesh (``NOWHERE`` beyond the border), and which town."""

    villages: tuple[Village, ...]
    village_of: NDArray[np.int64]
    town_of: NDArray[np.int64]


def livability(mesh: Mesh, terrain: Terrain) -> NDArray[np.float64]:
    """How fit each place is to live in: low land, dry, and most of all the core; (n,)."""
    points = shapely.points(mesh.xy)
    fit = np.exp(-mesh.height_m / LIVABLE_M)
    fit[shapely.intersects(terrain.reservoir, points)] = 1e-6
    fit[shapely.distance(terrain.river, points) < RIVERSIDE_M + 60] *= 0.3  # floods
    fit[shapely.contains(terrain.core, points)] *= 4.0
    return fit


def make_units(plan: Plan, terrain: Terrain, mesh: Mesh) -> Units:
    """Grow towns from their centres and villages from theirs, along the ground rather than as the crow flies."""
    inside = shapely.contains(terrain.outline, shapely.points(mesh.xy))
    links, cost = _ground(terrain, mesh, inside)
    centres = mesh.nearest(plan.metres(tuple(town.centre for town in plan.towns)))
    town_of = _grow(len(mesh.xy), links, cost, centres, inside)
    fit = livability(mesh, terrain)
    villages: list[Village] = []
    village_of = np.full(len(mesh.xy), NOWHERE)
    for index, town in enumerate(plan.towns):
        own = town_of == index
        count = len(town.communities) + len(town.villages)
        seeds = _spread(mesh.xy, fit * own, count, plan.random(f"villages {town.code}"))
        seeds = seeds[np.argsort(np.linalg.norm(mesh.xy[seeds] - mesh.xy[centres[index]], axis=1), kind="stable")]
        within = own[links].all(axis=1)
        share = _grow(len(mesh.xy), links[within], cost[within], seeds, own)
        village_of[own] = share[own] + len(villages)
        villages += _named(plan, town, index, mesh, share, _seats(mesh, fit, share, count))
    return Units(tuple(villages), village_of, town_of)


def _ground(terrain: Terrain, mesh: Mesh, inside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Links between neighbouring places and how much they part: ridges, river and railway do."""
    kept = inside[mesh.neighbours].all(axis=1)
    links = mesh.neighbours[kept]
    metres = np.linalg.norm(mesh.xy[links[:, 0]] - mesh.xy[links[:, 1]], axis=1)
    climb = np.abs(mesh.height_m[links[:, 0]] - mesh.height_m[links[:, 1]])
    parting = np.where(mesh.crosses(terrain.river)[kept], 1500.0, 0.0)
    parting += np.where(mesh.crosses(terrain.railway)[kept], 900.0, 0.0)
    return links, metres + 6.0 * climb + parting


def _grow(
    places: int, links: NDArray[np.int64], cost: NDArray[np.float64], seeds: NDArray[np.int64], own: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Which seed each place belongs to, as an index into ``seeds``; every share hangs together."""
    graph = coo_matrix((cost, (links[:, 0], links[:, 1])), shape=(places, places)).tocsr()
    _, _, source = dijkstra(graph, directed=False, indices=seeds, min_only=True, return_predecessors=True)
    share = np.full(places, NOWHERE)
    for index, seed in enumerate(seeds):
        share[(source == seed) & own] = index
    return share


def _spread(
    xy: NDArray[np.float64], weight: NDArray[np.float64], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """``count`` places that share out ``weight`` (weighted k-means, its middles set on places)."""
    own = np.flatnonzero(weight > 0)
    here, mass = xy[own], weight[own]
    middles = here[rng.choice(len(own), count, replace=False, p=mass / mass.sum())]
    for _ in range(15):
        nearest = np.linalg.norm(here[:, None] - middles[None], axis=2).argmin(axis=1)
        for index in range(count):
            mine = nearest == index
            if mine.any():
                middles[index] = np.average(here[mine], axis=0, weights=mass[mine])
    seeds: list[int] = []
    for middle in middles:
        order = own[np.argsort(np.linalg.norm(here - middle, axis=1), kind="stable")]
        seeds.append(int(next(place for place in order if place not in seeds)))
    return np.array(seeds)


def _seats(mesh: Mesh, fit: NDArray[np.float64], share: NDArray[np.int64], count: int) -> list[int]:
    """The place where each village has its houses: livable, and near the middle of its livable land."""
    seats = []
    for index in range(count):
        mine = np.flatnonzero(share == index)
        middle = np.average(mesh.xy[mine], axis=0, weights=fit[mine])
        apart = np.linalg.norm(mesh.xy[mine] - middle, axis=1)
        seats.append(int(mine[np.argmax(fit[mine] * np.exp(-((apart / 900.0) ** 2)))]))
    return seats


def _named(plan: Plan, town: Town, index: int, mesh: Mesh, share: NDArray[np.int64], seats: list[int]) -> list[Village]:
    names = [*town.communities, *town.villages]
    for name, place in plan.anchors.items():
        there = int(share[mesh.nearest(plan.metres((place,)))[0]])
        if name in names and there != NOWHERE:
            now = names.index(name)
            names[now], names[there] = names[there], names[now]
    villages = []
    for name, seat in zip(names, seats, strict=True):
        urban = name in town.communities
        number = 1 + town.communities.index(name) if urban else 201 + town.villages.index(name)
        full = f"{name}社区" if urban else f"{name}村"
        villages.append(Village(f"{town.code}{number:03d}", full, index, urban, seat))
    return villages


def zone_frames(plan: Plan, mesh: Mesh, units: Units) -> dict[str, gpd.GeoDataFrame]:
    """Layers county, town and village in CGCS2000 degrees; borders are shared to the last bit."""
    village = [_union(mesh, units.village_of == index) for index in range(len(units.villages))]
    town = [_union(mesh, units.town_of == index) for index in range(len(plan.towns))]
    county = [_union(mesh, units.town_of != NOWHERE)]
    rows = {
        "county": [(plan.county.code, plan.county.name, "", "")],
        "town": [(t.code, t.name, plan.county.code, t.urban_rural) for t in plan.towns],
        "village": [(v.code, v.name, plan.towns[v.town].code, "城镇" if v.urban else "乡村") for v in units.villages],
    }
    shapes = {"county": county, "town": town, "village": village}
    return {
        level: gpd.GeoDataFrame(
            rows[level], columns=["代码", "名称", "上级代码", "城乡分类"], geometry=shapes[level], crs=plan.epsg
        )
        .to_crs(4490)
        .sort_values("代码", ignore_index=True)
        for level in rows
    }


def _union(mesh: Mesh, mine: NDArray[np.bool_]) -> shapely.Geometry:
    return shapely.coverage_union_all(mesh.pieces[mine])
