"""Roads between settlements: they wind along valleys and cross river and railway in few places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree
from shapely import LineString, Point

from circle15.sample.grids import Street
from circle15.sample.settlements import Settlement, barriers
from circle15.sample.terrain import smooth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from circle15.sample.grids import Grid
    from circle15.sample.plan import Place, Plan
    from circle15.sample.terrain import Mesh, Terrain

SHARED_ROAD = 0.4  # an existing road costs this share of new ground, so roads join
CLIMB = 22.0  # a metre of climb costs as many metres of road
LINKED_VILLAGES_M = 2600.0
SHORE_M = 200.0  # how far from its middle the dry part of a place on a bank may begin
NO_ROAD = 9

# The rank of a road by who it leads to; the better rank wins where two share the ground.
RANKS = ("secondary", "tertiary", "unclassified", "track")
RANK_OF_KIND = {"core": 0, "town": 0, "village": 1, "hamlet": 2}


def country_roads(
    plan: Plan, terrain: Terrain, mesh: Mesh, settlements: tuple[Settlement, ...], grids: tuple[Grid, ...]
) -> tuple[Street, ...]:
    """Roads from every settlement to its parent, and between neighbouring villages."""
    rank = _routed(plan, terrain, mesh, settlements)
    roads = list(_chains(mesh, rank, settlements))
    blocked = barriers(terrain)
    # A road over the river within the core is one of the core's own bridges; elsewhere only the ground ends it.
    outlines = np.array([settlements[0].outline, *(each.ground(blocked) for each in settlements[1:])])
    barrier = shapely.union_all([terrain.river, terrain.railway, terrain.reservoir])
    built = Built(mesh.xy[[each.place for each in settlements]], outlines, shapely.STRtree(outlines), grids, barrier)
    clipped = [piece for road in roads for piece in _outside(road, built)]
    return (*_lanes(built), *(part for piece in clipped for part in _with_bridges(piece, terrain)))


def _routed(plan: Plan, terrain: Terrain, mesh: Mesh, settlements: tuple[Settlement, ...]) -> NDArray[np.int64]:
    """Rank of the road between each pair of neighbours, ``NO_ROAD`` where there is none."""
    cost = _cost(plan, terrain, mesh)
    rank = np.full(len(cost), NO_ROAD)
    index_of = {(int(a), int(b)): index for index, (a, b) in enumerate(mesh.neighbours)}
    for kinds in (("town",), ("village",), ("hamlet",)):
        trips = [
            (each.place, settlements[each.parent].place, _rank(mesh, each))
            for each in settlements[1:]
            if each.kind in kinds
        ]
        _add_roads(mesh, trips, cost, rank, index_of)
    _add_roads(mesh, _links(mesh, settlements), cost, rank, index_of)
    return rank


def _rank(mesh: Mesh, settlement: Settlement) -> int:
    high = settlement.kind == "hamlet" and mesh.height_m[settlement.place] > 70
    return 3 if high else RANK_OF_KIND[settlement.kind]


def _cost(plan: Plan, terrain: Terrain, mesh: Mesh) -> NDArray[np.float64]:
    """Metres, more uphill; ``inf`` over water and railway but for the places where a road crosses."""
    ends = mesh.xy[mesh.neighbours]
    metres = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    climb = np.abs(np.diff(mesh.height_m[mesh.neighbours], axis=1))[:, 0]
    cost: NDArray[np.float64] = metres + CLIMB * climb
    core = (plan.core.centre,)
    for line, places in ((terrain.river, plan.river.crossings), (terrain.railway, plan.railway.crossings)):
        blocked = mesh.crosses(line)
        blocked[_nearest_crossings(plan, ends.mean(axis=1), blocked, (*places, *core))] = False
        cost[blocked] = np.inf
    cost[mesh.crosses(terrain.reservoir)] = np.inf
    return cost


def _nearest_crossings(
    plan: Plan, middles: NDArray[np.float64], across: NDArray[np.bool_], places: tuple[Place, ...]
) -> list[int]:
    candidates = np.flatnonzero(across)
    return [
        int(candidates[np.linalg.norm(middles[candidates] - place, axis=1).argmin()]) for place in plan.metres(places)
    ]


def _add_roads(
    mesh: Mesh,
    trips: list[tuple[int, int, int]],
    cost: NDArray[np.float64],
    rank: NDArray[np.int64],
    index_of: dict[tuple[int, int], int],
) -> None:
    """Route ``trips`` (from, to, rank) and mark what they use; what is used becomes cheaper for later ones."""
    open_ = np.flatnonzero(np.isfinite(cost))
    ends = mesh.neighbours[open_]
    graph = coo_matrix((cost[open_], (ends[:, 0], ends[:, 1])), shape=(len(mesh.xy),) * 2).tocsr()
    goals = sorted({goal for _, goal, _ in trips})
    _, before = dijkstra(graph, directed=False, indices=goals, return_predecessors=True)
    used: set[int] = set()
    for start, goal, of_rank in trips:
        came_from = before[goals.index(goal)]
        here = start
        while came_from[here] >= 0:
            ahead = int(came_from[here])
            link = index_of[min(here, ahead), max(here, ahead)]
            rank[link] = min(rank[link], of_rank)
            used.add(link)
            here = ahead
    cost[sorted(used)] *= SHARED_ROAD


def _links(mesh: Mesh, settlements: tuple[Settlement, ...]) -> list[tuple[int, int, int]]:
    """Trips between villages that lie near each other, so that not every road leads to town only."""
    seats = [each.place for each in settlements if each.kind in ("village", "town")]
    near = sorted(KDTree(mesh.xy[seats]).query_pairs(LINKED_VILLAGES_M))
    return [(seats[a], seats[b], 2) for a, b in near]


def _chains(
    mesh: Mesh, rank: NDArray[np.int64], settlements: tuple[Settlement, ...]
) -> Iterator[tuple[LineString, int]]:
    """Roads from one junction or settlement to the next, smoothed, with their rank."""
    links = np.flatnonzero(rank < NO_ROAD)
    beside: dict[int, list[int]] = {}
    for link in links.tolist():
        for end in mesh.neighbours[link].tolist():
            beside.setdefault(end, []).append(link)
    stops = {each.place for each in settlements}
    stops |= {place for place, own in beside.items() if len(own) != 2 or rank[own[0]] != rank[own[1]]}
    done: set[int] = set()
    for place in sorted(stops & beside.keys()):
        for link in beside[place]:
            if link not in done:
                path = _walk(mesh, place, link, beside, stops, done)
                yield LineString(smooth(mesh.xy[path], rounds=2)), int(rank[link])


def _walk(
    mesh: Mesh, place: int, link: int, beside: dict[int, list[int]], stops: set[int], done: set[int]
) -> list[int]:
    path = [place]
    while True:
        done.add(link)
        first, second = mesh.neighbours[link].tolist()
        path.append(second if path[-1] == first else first)
        if path[-1] in stops:
            return path
        link = next(other for other in beside[path[-1]] if other != link)


@dataclass(frozen=True, eq=False)
class Built:
    """What a road meets: middles, outlines and grids of settlements, and lines that only bridges cross."""

    middles: NDArray[np.float64]
    outlines: NDArray[np.object_]
    tree: shapely.STRtree
    grids: tuple[Grid, ...]
    barrier: BaseGeometry


def _outside(road: tuple[LineString, int], built: Built) -> Iterator[tuple[NDArray[np.float64], int]]:
    """The parts of a road outside settlements; where it meets one it goes on to its nearest crossing."""
    line, rank = road
    met = np.sort(built.tree.query(line, predicate="intersects"))
    near = np.sort(built.tree.query(line, predicate="dwithin", distance=SHORE_M))
    for part in _lines(line.difference(shapely.union_all(built.outlines[met]))):
        before, after = _gate(part[0], near, built), _gate(part[-1], near, built)
        yield np.concatenate([before, part, after]), rank


def _gate(end: NDArray[np.float64], near: NDArray[np.int64], built: Built) -> NDArray[np.float64]:
    """The crossing by which a road that ends at a settlement's rim or middle goes on into it; (1 or 0, 2).

    The middle of a place on a bank may lie outside its outline, which keeps clear of the water.
    """
    for index in near:
        at_middle = np.hypot(*(built.middles[index] - end)) < 0.01
        if at_middle or built.outlines[index].distance(Point(end)) < 0.01:
            xy = built.grids[index].open_xy
            for crossing in np.argsort(np.linalg.norm(xy - end, axis=1), kind="stable")[:8]:
                if not built.barrier.intersects(LineString([end, xy[crossing]])):
                    gate: NDArray[np.float64] = xy[[crossing]]
                    return gate
    return np.empty((0, 2))


def _lanes(built: Built) -> Iterator[Street]:
    """A lane between any two settlements that have grown together, where no stretch of road is left."""
    for one, other in sorted(built.tree.query(built.outlines, predicate="intersects").T.tolist()):
        if one < other:
            here, there = built.grids[one].open_xy, built.grids[other].open_xy
            apart, nearest = KDTree(there).query(here)
            line = np.stack([here[apart.argmin()], there[nearest[apart.argmin()]]])
            if not built.barrier.intersects(LineString(line)):
                yield Street(line, (("highway", "residential"),))


def _with_bridges(road: tuple[NDArray[np.float64], int], terrain: Terrain) -> Iterator[Street]:
    """A road as ways at grade, on bridges over the river and in underpasses beneath the railway."""
    xy, rank = road
    highway: tuple[tuple[str, str], ...] = (("highway", RANKS[rank]),)
    if RANKS[rank] == "track":  # concrete lanes to hamlets, which cars use
        highway = (*highway, ("motor_vehicle", "yes"))
    line = LineString(xy)
    over = line.intersection(terrain.river_area.buffer(15))
    under = line.intersection(terrain.railway.buffer(15))
    for part in _lines(line.difference(terrain.river_area.buffer(15)).difference(terrain.railway.buffer(15))):
        yield Street(part, highway)
    for part in _lines(over):
        yield Street(part, (*highway, ("bridge", "yes"), ("layer", "1")), at_grade=False)
    for part in _lines(under):
        yield Street(part, (*highway, ("tunnel", "yes"), ("layer", "-1")), at_grade=False)


def _lines(shape: BaseGeometry) -> list[NDArray[np.float64]]:
    parts = shapely.get_parts(shapely.line_merge(shape) if shape.geom_type == "MultiLineString" else shape)
    return [shapely.get_coordinates(part) for part in parts if part.geom_type == "LineString" and not part.is_empty]
