"""What joins and parts the core: bridges, underpasses, riverside walks and squares."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Point

from circle15.sample.grids import Grid, Street

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from circle15.sample.plan import Plan
    from circle15.sample.terrain import Terrain

WALK_FROM_WATER_M = 22.0
FARTHEST_LINK_M = 170.0


def core_crossings(plan: Plan, terrain: Terrain, grid: Grid) -> tuple[Street, ...]:
    """All of them, for the core's ``grid``."""
    return (
        *_bridges(plan, terrain, grid),
        *_underpasses(plan, terrain, grid),
        *_riverside_walks(plan, terrain, grid),
        *_squares(plan, grid),
    )


def _gaps(grid: Grid, column: int, barrier: LineString) -> Iterator[NDArray[np.float64]]:
    """Lines along one column over ``barrier``, from the last crossing on one side to the first on the other."""
    mine = np.flatnonzero(grid.cell[:, 0] == column)
    mine = mine[np.argsort(grid.cell[mine, 1])]
    for below, above in pairwise(mine):
        line = grid.xy[[below, above]]
        if grid.cell[above, 1] - grid.cell[below, 1] > 1 and barrier.intersects(LineString(line)):
            yield line


def _bridges(plan: Plan, terrain: Terrain, grid: Grid) -> Iterator[Street]:
    for column in plan.core.bridge_columns:
        for line in _gaps(grid, column, terrain.river):
            yield Street(line, (("highway", "primary"), ("bridge", "yes"), ("layer", "1")), at_grade=False)
    for column in plan.core.bridges_under_construction_columns:
        for line in _gaps(grid, column, terrain.river):
            yield Street(line, (("highway", "construction"), ("construction", "secondary")), at_grade=False)


def _underpasses(plan: Plan, terrain: Terrain, grid: Grid) -> Iterator[Street]:
    for column in plan.core.underpass_columns:
        for line in _gaps(grid, column, terrain.railway):
            yield Street(line, (("highway", "secondary"), ("tunnel", "yes"), ("layer", "-1")), at_grade=False)


def _riverside_walks(plan: Plan, terrain: Terrain, grid: Grid) -> Iterator[Street]:
    """A footway along each bank, and a link to it from the last crossing of every other street."""
    for side in (1, -1):
        walk = terrain.river.offset_curve(side * (plan.river.half_width_m + WALK_FROM_WATER_M))
        walk = walk.intersection(terrain.core.buffer(-120))
        for part in shapely.get_parts(walk):
            yield Street(shapely.get_coordinates(part), (("highway", "footway"), ("name", "江滨步道")))
            yield from _links_to(part, terrain, grid)


def _links_to(walk: LineString, terrain: Terrain, grid: Grid) -> Iterator[Street]:
    columns = range(int(grid.cell[:, 0].min()), int(grid.cell[:, 0].max()) + 1, 2)
    for column in columns:
        mine = np.flatnonzero(grid.cell[:, 0] == column)
        apart = shapely.distance(walk, shapely.points(grid.xy[mine]))
        if len(mine) == 0 or apart.min() > FARTHEST_LINK_M:
            continue
        start = Point(grid.xy[mine[apart.argmin()]])
        foot = walk.interpolate(walk.project(start))
        link = LineString([start, foot])
        if not link.intersects(terrain.river) and not link.intersects(terrain.railway):
            highway = "steps" if column % 8 == 0 else "footway"
            yield Street(shapely.get_coordinates(link), (("highway", highway),))


def _squares(plan: Plan, grid: Grid) -> Iterator[Street]:
    """Squares to be walked across, each one cell of the grid; they share its four crossings."""
    at = {(int(column), int(row)): index for index, (column, row) in enumerate(grid.cell)}
    for number, (column, row) in enumerate(plan.core.plaza_cells):
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
        if all(corner in at for corner in corners):
            ring = grid.xy[[at[corner] for corner in corners]]
            name = ("人民广场", "站前广场")[number]
            yield Street(ring, (("highway", "pedestrian"), ("area", "yes"), ("name", name)))
