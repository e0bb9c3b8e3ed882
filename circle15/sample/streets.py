"""All streets of the county as ways that share a node wherever they meet at grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.sample.blocks import block_kinds
from circle15.sample.crossings import core_crossings
from circle15.sample.grids import Street, block_grid, village_grid
from circle15.sample.layout import layout_of
from circle15.sample.roads import country_roads
from circle15.sample.settlements import barriers, island_index

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.sample.grids import Grid
    from circle15.sample.plan import Plan
    from circle15.sample.settlements import Settlement
    from circle15.sample.terrain import Mesh, Terrain

TOUCHING_M = 0.03
DIGITS = 2  # coordinates are kept to the centimetre, so that shared nodes are the same number
STEEP_M = 90.0


@dataclass(frozen=True, eq=False)
class Streets:
    """Streets, and the grid of each settlement that they were laid out by."""

    ways: tuple[Street, ...]
    grids: tuple[Grid, ...]


def make_streets(plan: Plan, terrain: Terrain, mesh: Mesh, settlements: tuple[Settlement, ...]) -> Streets:
    """Lay out every settlement, join them by roads, and give meeting streets a node in common."""
    grids = _grids(plan, terrain, mesh, settlements)
    laid = [street for grid in grids for street in grid.streets]
    laid += core_crossings(plan, terrain, grids[0])
    laid += country_roads(plan, terrain, mesh, settlements, grids)
    return Streets((*join_streets(laid), _motorway(terrain), *_ferry(settlements, grids)), grids)


def _grids(plan: Plan, terrain: Terrain, mesh: Mesh, settlements: tuple[Settlement, ...]) -> tuple[Grid, ...]:
    rng = plan.random("grids")
    blocked = barriers(terrain)
    grids = []
    for settlement in settlements:
        ground = settlement.ground(blocked)
        middle = mesh.xy[settlement.place] if settlement.kind != "core" else plan.metres((plan.core.centre,))[0]
        layout = layout_of(settlement, middle)
        if settlement.kind in ("core", "town"):
            kinds = block_kinds(settlement, layout, terrain, rng)
            grids.append(block_grid(plan.core, settlement, layout, ground, kinds, rng))
        else:
            steep = bool(mesh.height_m[settlement.place] > STEEP_M)
            grids.append(village_grid(settlement, layout, ground, steep, rng))
    return tuple(grids)


def _motorway(terrain: Terrain) -> Street:
    tags = (("highway", "motorway"), ("bridge", "viaduct"), ("layer", "2"), ("name", "示例高速"))
    return Street(np.round(shapely.get_coordinates(terrain.motorway), DIGITS), tags, at_grade=False)


def _ferry(settlements: tuple[Settlement, ...], grids: tuple[Grid, ...]) -> list[Street]:
    """The line from the island's streets to the nearest ones ashore."""
    island = island_index(settlements)
    ashore = np.concatenate([grid.xy for index, grid in enumerate(grids) if index not in (0, island)])
    here = grids[island].xy
    apart = np.linalg.norm(here[:, None] - ashore[None], axis=2)
    start, end = np.unravel_index(apart.argmin(), apart.shape)
    line = np.round(np.stack([here[start], ashore[end]]), DIGITS)
    return [Street(line, (("route", "ferry"), ("name", "湖心渡"), ("foot", "yes")), at_grade=False)]


def join_streets(streets: list[Street]) -> list[Street]:
    """The same streets with a vertex in common wherever two of them cross or touch at grade."""
    lines = [np.round(street.xy, DIGITS) for street in streets]
    owner = np.concatenate([np.full(len(line) - 1, index) for index, line in enumerate(lines)])
    ends = np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in lines])
    at_grade = np.array([street.at_grade for street in streets])[owner]
    inserts = _meetings(ends, at_grade)
    first = np.searchsorted(owner, np.arange(len(lines)))
    return [
        Street(_with_inserts(line, first[index], inserts), street.tags, street.at_grade)
        for index, (street, line) in enumerate(zip(streets, lines, strict=True))
    ]


def _meetings(ends: NDArray[np.float64], at_grade: NDArray[np.bool_]) -> dict[int, list[NDArray[np.float64]]]:
    """Points to put into each segment, where it meets another; ``ends`` is (segments, 2, 2)."""
    segments = shapely.linestrings(ends)
    found: dict[int, list[NDArray[np.float64]]] = {}
    one, other = shapely.STRtree(segments).query(segments, predicate="dwithin", distance=TOUCHING_M)
    kept = (one < other) & at_grade[one] & at_grade[other]
    one, other = one[kept], other[kept]
    shared = (ends[one][:, :, None] == ends[other][:, None]).all(axis=3).any(axis=(1, 2))
    for a, b in zip(one[~shared].tolist(), other[~shared].tolist(), strict=True):
        point = _meeting_point(ends[a], ends[b], segments[a], segments[b])
        for segment in (a, b):
            if not (ends[segment] == point).all(axis=1).any():
                found.setdefault(segment, []).append(point)
    return found


def _meeting_point(
    one: NDArray[np.float64], other: NDArray[np.float64], one_line: shapely.LineString, other_line: shapely.LineString
) -> NDArray[np.float64]:
    """An end of one segment that lies on the other, else where they cross."""
    for ends, line in ((one, other_line), (other, one_line)):
        touching = shapely.dwithin(line, shapely.points(ends), TOUCHING_M)
        if touching.any():
            end: NDArray[np.float64] = ends[touching.argmax()]
            return end
    crossing: NDArray[np.float64] = shapely.get_coordinates(one_line.intersection(other_line))[0]
    return np.round(crossing, DIGITS)


def _with_inserts(
    line: NDArray[np.float64], first: int, inserts: dict[int, list[NDArray[np.float64]]]
) -> NDArray[np.float64]:
    points = [line[:1]]
    for index in range(len(line) - 1):
        between = inserts.get(first + index, [])
        points += [point[None] for point in sorted(between, key=lambda point: float(np.hypot(*(point - line[index]))))]
        points.append(line[index + 1 : index + 2])
    whole = np.concatenate(points)
    moved = np.concatenate([[True], (np.diff(whole, axis=0) != 0).any(axis=1)])
    kept: NDArray[np.float64] = whole[moved]
    return kept
