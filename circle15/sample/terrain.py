"""The land: border, river, reservoir, railway, motorway and hills of the county, and a mesh of places over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import KDTree, Voronoi
from shapely import LineString, MultiLineString, Point, Polygon

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from circle15.sample.plan import Place, Plan

RURAL_STEP_M = 420.0
CORE_STEP_M = 220.0
RIVERSIDE_M = 125.0  # points in pairs at this distance make borders run along the middle of the river


@dataclass(frozen=True, eq=False)
class Terrain:
    """Lines and areas in metres of the plan's coordinate system.

    ``outline`` is the border as meant; the true border follows the pieces of land whose middle lies inside.
    """

    outline: Polygon
    river: LineString
    river_area: Polygon
    reservoir: Polygon
    island: Polygon
    railway: LineString
    motorway: LineString
    valleys: MultiLineString
    core: Polygon

    @property
    def water(self) -> BaseGeometry:
        """River and reservoir, without the island."""
        return shapely.union_all([self.river_area, self.reservoir.difference(self.island)])


@dataclass(frozen=True, eq=False)
class Mesh:
    """Places all over the land, who neighbours whom, and the piece of land nearest to each.

    Attributes
    ----------
    xy
        float64, (n, 2): metres.
    height_m
        float64, (n,).
    neighbours
        int64, (m, 2): pairs of places whose pieces share a border.
    pieces
        (n,): Voronoi polygons; None at the open rim. Pieces share their corners exactly.
    """

    xy: NDArray[np.float64]
    height_m: NDArray[np.float64]
    neighbours: NDArray[np.int64]
    pieces: NDArray[np.object_]

    def nearest(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """The place whose piece holds each point."""
        found: NDArray[np.int64] = KDTree(self.xy).query(xy)[1].astype(np.int64)
        return found

    def crosses(self, line: BaseGeometry) -> NDArray[np.bool_]:
        """Which neighbours have ``line`` between them."""
        segments = shapely.linestrings(self.xy[self.neighbours])
        shapely.prepare(line)
        across: NDArray[np.bool_] = shapely.intersects(segments, line)
        return across


def smooth(corners: NDArray[np.float64], rounds: int = 4) -> NDArray[np.float64]:
    """Cut the corners of a line (Chaikin), keeping its ends."""
    for _ in range(rounds):
        ahead, behind = corners[:-1], corners[1:]
        cut = np.stack([0.75 * ahead + 0.25 * behind, 0.25 * ahead + 0.75 * behind], axis=1).reshape(-1, 2)
        corners = np.concatenate([corners[:1], cut, corners[-1:]])
    return corners


def blob(
    centre: NDArray[np.float64], semi_axes: Place, angle: float, phases: NDArray[np.float64], wobble: float = 0.1
) -> Polygon:
    """An ellipse with a wavering rim; ``angle`` and the two ``phases`` in radians."""
    turn = np.linspace(0.0, 2 * np.pi, 48, endpoint=False)
    rim = 1 + wobble * np.sin(3 * turn + phases[0]) + 0.6 * wobble * np.sin(5 * turn + phases[1])
    along, across = semi_axes[0] * rim * np.cos(turn), semi_axes[1] * rim * np.sin(turn)
    east = along * np.cos(angle) - across * np.sin(angle)
    north = along * np.sin(angle) + across * np.cos(angle)
    return Polygon(centre + np.stack([east, north], axis=1))


def make_terrain(plan: Plan) -> Terrain:
    """The land of ``plan``."""
    rng = plan.random("terrain")
    river = LineString(smooth(plan.metres(plan.lines.river)))
    lake_centre = plan.metres((plan.reservoir.centre,))[0]
    lake_m, island_m = plan.reservoir.radius * 1000, plan.reservoir.island_radius * 1000
    core_axes = (plan.core.semi_axes[0] * 1000, plan.core.semi_axes[1] * 1000)
    return Terrain(
        outline=_outline(plan),
        river=river,
        river_area=river.buffer(plan.river.half_width_m),
        reservoir=blob(lake_centre, (lake_m, lake_m * 0.8), 0.6, rng.uniform(0, 6, 2), wobble=0.16),
        island=blob(lake_centre, (island_m, island_m * 0.75), 0.2, rng.uniform(0, 6, 2)),
        railway=LineString(smooth(plan.metres(plan.lines.railway))),
        motorway=LineString(smooth(plan.metres(plan.lines.motorway))),
        valleys=MultiLineString([river, *(LineString(smooth(plan.metres(line))) for line in plan.valleys.values())]),
        core=blob(
            plan.metres((plan.core.centre,))[0], core_axes, np.radians(plan.core.angle_deg), np.array([0.4, 2.0]), 0.1
        ),
    )


def _outline(plan: Plan) -> Polygon:
    turn = np.linspace(0.0, 2 * np.pi, 180, endpoint=False)
    radius = (
        plan.county.radius
        * 1000
        * (
            1
            - 0.08 * np.cos(4 * turn)
            + 0.05 * np.cos(3 * turn + 1.1)
            + 0.03 * np.cos(7 * turn)
            + 0.02 * np.sin(13 * turn)
        )
    )
    ring = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1)
    return Polygon(plan.metres((plan.county.centre,))[0] + ring)


def heights_m(terrain: Terrain, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Height above the plain: it grows away from valleys, and more so far from the core."""
    points = shapely.points(xy)
    from_valley = shapely.distance(terrain.valleys, points)
    from_core = shapely.distance(terrain.core, points)
    relief = 480.0 * (1 - np.exp(-((from_core / 5500.0) ** 2))) + 25.0
    ridges = 1 + 0.25 * np.sin(xy[:, 0] / 1300.0) * np.sin(xy[:, 1] / 1100.0 + 0.7)
    height: NDArray[np.float64] = relief * ridges * (1 - np.exp(-((from_valley / 1500.0) ** 2)))
    return height


def make_mesh(plan: Plan, terrain: Terrain) -> Mesh:
    """Scatter places over the land and share it among them."""
    xy = _places(plan, terrain)
    voronoi = Voronoi(xy)
    corners = voronoi.vertices
    pieces = np.empty(len(xy), dtype=object)
    for place, region in enumerate(voronoi.point_region):
        ring = voronoi.regions[region]
        pieces[place] = None if -1 in ring else Polygon(corners[ring])
    pairs = np.sort(voronoi.ridge_points.astype(np.int64), axis=1)
    return Mesh(xy, heights_m(terrain, xy), pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], pieces)


def _places(plan: Plan, terrain: Terrain) -> NDArray[np.float64]:
    rng = plan.random("mesh")
    bounds = terrain.outline.buffer(plan.county.surroundings * 1000 + 2500).bounds
    rural = _scatter(np.array(bounds), RURAL_STEP_M, 0.0, 0.33, rng)
    core = _scatter(np.array(terrain.core.bounds), CORE_STEP_M, np.radians(plan.core.angle_deg), 0.06, rng)
    shore = terrain.river.buffer(RIVERSIDE_M + 90)
    rural = rural[~shapely.intersects(shapely.union(shore, terrain.core.buffer(200)), shapely.points(rural))]
    lake = Point(plan.metres((plan.reservoir.centre,))[0])
    rural = rural[shapely.distance(lake, shapely.points(rural)) > 520]
    core = core[shapely.contains(terrain.core, shapely.points(core)) & ~shapely.intersects(shore, shapely.points(core))]
    return np.concatenate([[[lake.x, lake.y]], rural, core, _riverside(terrain.river)])


def _scatter(
    bounds: NDArray[np.float64], step_m: float, angle: float, jitter: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """A grid with jitter (a share of its step) that covers ``bounds``, turned by ``angle`` radians."""
    middle, reach = (bounds[:2] + bounds[2:]) / 2, (bounds[2:] - bounds[:2]).max() * 0.75
    axis = np.arange(-reach, reach, step_m)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    grid = grid + rng.uniform(-jitter, jitter, grid.shape) * step_m
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    grid = grid @ turn + middle
    inside = ((grid >= bounds[:2]) & (grid <= bounds[2:])).all(axis=1)
    kept: NDArray[np.float64] = grid[inside]
    return kept


def _riverside(river: LineString) -> NDArray[np.float64]:
    """Places in pairs on either side of the river, so that the border between them is its middle."""
    at = np.arange(0.0, river.length, 1.4 * RIVERSIDE_M)
    here = shapely.get_coordinates(river.interpolate(at))
    ahead = shapely.get_coordinates(river.interpolate(at + 1.0))
    along = (ahead - here) / np.maximum(np.linalg.norm(ahead - here, axis=1, keepdims=True), 1e-9)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) * RIVERSIDE_M
    inside = np.linalg.norm(ahead - here, axis=1) > 0.5
    pairs: NDArray[np.float64] = np.concatenate([(here + across)[inside], (here - across)[inside]])
    return pairs
