"""Streets within a settlement: a bent grid of blocks, each block with its own kind of streets inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

    from circle15.sample.plan import Plan
    from circle15.sample.settlements import Settlement
    from circle15.sample.terrain import Terrain

Tags = tuple[tuple[str, str], ...]
Cell = tuple[int, int]
BLOCK = 4  # grid cells along a block's side; main streets run between blocks
SMALLEST_PART = 40  # nodes; smaller scraps of a grid are left out

# The kinds of block: persons against the settlement's mean, and the streets inside.
BLOCK_STREETS: dict[str, str] = {
    "old": "living_street",
    "plain": "residential",
    "gated": "service",
    "estate": "service",
    "public": "residential",
    "park": "footway",
    "industry": "service",
}
BLOCK_DENSITY: dict[str, float] = {
    "old": 1.45, "plain": 1.0, "gated": 1.35, "estate": 1.3, "public": 0.25, "park": 0.0, "industry": 0.04,
}  # fmt: skip
WALLED = ("gated", "estate", "industry")
DROPPED: dict[str, float] = {
    "old": 0.12, "plain": 0.15, "gated": 0.1, "estate": 0.1, "public": 0.3, "park": 0.35, "industry": 0.3,
}  # fmt: skip


@dataclass(frozen=True)
class Street:
    """A way to be: its line in metres, its tags, and whether it is at grade (it joins what it meets)."""

    xy: NDArray[np.float64]
    tags: Tags
    at_grade: bool = True


@dataclass(frozen=True)
class Layout:
    """How grid cells lie on the land: turned, and gently bent so that no two streets are quite parallel."""

    centre: NDArray[np.float64]
    angle: float
    spacing_m: float
    bend_m: float

    def place(self, cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres of (column, row) positions; (n, 2)."""
        flat = np.asarray(cells, dtype=np.float64) * self.spacing_m
        east = flat[:, 0] + self.bend_m * np.sin(flat[:, 1] / 760.0 + 0.4)
        north = flat[:, 1] + self.bend_m * np.sin(flat[:, 0] / 930.0 + 1.0)
        turn = np.array([[np.cos(self.angle), np.sin(self.angle)], [-np.sin(self.angle), np.cos(self.angle)]])
        placed: NDArray[np.float64] = self.centre + np.stack([east, north], axis=1) @ turn
        return placed

    def block_ring(self, block: Cell, inset: float) -> Polygon:
        """A block's outline, ``inset`` cells inside its main streets."""
        low, high = np.array(block) * BLOCK + inset, (np.array(block) + 1) * BLOCK - inset
        corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
        return shapely.Polygon(self.place(corners))


@dataclass(frozen=True, eq=False)
class Grid:
    """The grid of one settlement.

    Attributes
    ----------
    layout
        How its cells lie on the land.
    xy
        float64, (n, 2): crossings, metres.
    cell
        int64, (n, 2): column and row of each.
    streets
        The ways.
    gates
        float64, (g, 2): where a walled block is entered.
    walls
        Rings around walled blocks.
    blocks
        Kind of each block by (column, row).
    """

    layout: Layout
    xy: NDArray[np.float64]
    cell: NDArray[np.int64]
    streets: tuple[Street, ...]
    gates: NDArray[np.float64]
    walls: tuple[Polygon, ...]
    blocks: dict[Cell, str]

    @property
    def open_xy(self) -> NDArray[np.float64]:
        """Crossings that a road from outside may join: never behind a wall; (m, 2)."""
        if not self.blocks:
            return self.xy
        open_: NDArray[np.float64] = self.xy[(self.cell % BLOCK == 0).any(axis=1)]
        return open_


def layout_of(settlement: Settlement, middle: NDArray[np.float64]) -> Layout:
    """The layout of a settlement's streets."""
    bend = {"core": 60.0, "town": 30.0, "village": 14.0, "hamlet": 8.0}[settlement.kind]
    return Layout(middle, settlement.angle, settlement.spacing_m, bend)


def block_kinds(settlement: Settlement, layout: Layout, terrain: Terrain, rng: np.random.Generator) -> dict[Cell, str]:
    """What each block of the core or of a town centre is."""
    reach = int(np.ceil(max(np.ptp(np.array(settlement.outline.exterior.coords), axis=0)) / layout.spacing_m / BLOCK))
    choose = _core_kind if settlement.kind == "core" else _town_kind
    return {
        (column, row): choose(layout, terrain, (column, row), rng)
        for column in range(-reach, reach)
        for row in range(-reach, reach)
    }


def _draw(rng: np.random.Generator, **odds: float) -> str:
    return str(rng.choice(list(odds), p=list(odds.values())))


def _core_kind(layout: Layout, terrain: Terrain, block: Cell, rng: np.random.Generator) -> str:
    """The old town in the middle, works beyond the railway, new estates in the east."""
    drawn = {
        "north": _draw(rng, industry=0.3, gated=0.3, plain=0.35, public=0.05),
        "east": _draw(rng, estate=0.66, public=0.14, park=0.1, industry=0.1),
        "rest": _draw(rng, plain=0.42, gated=0.4, public=0.08, park=0.1),
    }
    middle = layout.block_ring(block, 0.0).centroid
    if block in ((0, 0), (0, 2)):  # county hall and the station, each with its square
        return "public"
    if block in ((-1, -1), (0, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, -1)):
        return "old"
    line = terrain.railway
    if middle.y > line.interpolate(line.project(middle)).y:
        return drawn["north"]
    return drawn["east"] if block[0] >= 3 else drawn["rest"]


def _town_kind(layout: Layout, terrain: Terrain, block: Cell, rng: np.random.Generator) -> str:  # noqa: ARG001
    return _draw(rng, plain=0.66, gated=0.16, public=0.08, park=0.04, industry=0.06)


def block_grid(
    plan: Plan,
    settlement: Settlement,
    layout: Layout,
    ground: BaseGeometry,
    kinds: dict[Cell, str],
    rng: np.random.Generator,
) -> Grid:
    """Streets of the core or of a town centre."""
    cells, xy = _crossings(settlement, layout, ground, rng, jitter_m=7.0)
    pairs = _adjacent(cells)
    pairs = pairs[_clear(xy, pairs, ground)]
    kept, gates = _opened(cells, xy, pairs, kinds, rng)
    alive = _large_parts(len(xy), pairs[kept])
    pairs = pairs[kept][alive[pairs[kept]].all(axis=1)]
    named = [_street_tags(plan, settlement, cells[a], cells[b], kinds) for a, b in pairs]
    walls = tuple(layout.block_ring(block, 0.14) for block, kind in kinds.items() if kind in WALLED)
    walls = tuple(ring for ring in walls if ground.contains(ring))
    streets = tuple(_runs(cells, xy, pairs, named))
    return Grid(layout, xy[alive], cells[alive], streets, gates, walls, kinds)


def village_grid(
    settlement: Settlement, layout: Layout, ground: BaseGeometry, steep: bool, rng: np.random.Generator
) -> Grid:
    """Lanes of a village or hamlet; on steep land some of them are steps."""
    cells, xy = _crossings(settlement, layout, ground, rng, jitter_m=11.0)
    pairs = _adjacent(cells)
    main = _on_line(cells, pairs, 0)
    kept = main | (rng.random(len(pairs)) > 0.24)
    pairs = pairs[kept & _clear(xy, pairs, ground)]
    alive = _largest_part(len(xy), pairs)
    pairs = pairs[alive[pairs].all(axis=1)]
    lane = ("steps" if steep else "footway", "residential", "service")
    main = _on_line(cells, pairs, 0)
    drawn = rng.choice(3, len(pairs), p=[0.15, 0.6, 0.25])
    tags: list[Tags] = [
        (("highway", "residential" if on_main else lane[pick]),) for on_main, pick in zip(main, drawn, strict=True)
    ]
    return Grid(layout, xy[alive], cells[alive], tuple(_runs(cells, xy, pairs, tags)), np.empty((0, 2)), (), {})


def _crossings(
    settlement: Settlement, layout: Layout, ground: BaseGeometry, rng: np.random.Generator, jitter_m: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    reach = int(np.ceil(np.ptp(np.array(settlement.outline.exterior.coords), axis=0).max() / 2 / layout.spacing_m)) + 2
    axis = np.arange(-reach, reach + 1)
    cells = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    shift = rng.normal(0.0, jitter_m, cells.shape) * np.where((cells % BLOCK == 0).any(axis=1), 0.4, 1.0)[:, None]
    xy = layout.place(cells.astype(np.float64)) + shift
    shapely.prepare(ground)
    inside = shapely.contains(ground, shapely.points(xy))
    return cells[inside].astype(np.int64), xy[inside]


def _adjacent(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of crossings next to each other on a street; (m, 2)."""
    at = {(int(column), int(row)): index for index, (column, row) in enumerate(cells)}
    pairs = [
        (index, at[ahead])
        for (column, row), index in at.items()
        for ahead in ((column + 1, row), (column, row + 1))
        if ahead in at
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _clear(xy: NDArray[np.float64], pairs: NDArray[np.int64], ground: BaseGeometry) -> NDArray[np.bool_]:
    clear: NDArray[np.bool_] = shapely.covers(ground.buffer(25.0), shapely.linestrings(xy[pairs]))
    return clear


def _on_line(cells: NDArray[np.int64], pairs: NDArray[np.int64], line: int) -> NDArray[np.bool_]:
    """Which pairs run along column or row ``line``."""
    on: NDArray[np.bool_] = ((cells[pairs[:, 0]] == line) & (cells[pairs[:, 1]] == line)).any(axis=1)
    return on


def _block_between(first: NDArray[np.int64], second: NDArray[np.int64]) -> Cell | None:
    """The block that a piece of street lies in; None on a main street."""
    if (((first % BLOCK) == 0) & (first == second)).any():
        return None
    column, row = np.minimum(first, second) // BLOCK
    return int(column), int(row)


def _opened(
    cells: NDArray[np.int64],
    xy: NDArray[np.float64],
    pairs: NDArray[np.int64],
    kinds: dict[Cell, str],
    rng: np.random.Generator,
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which pieces of street exist: all main streets, most inner ones, and only one or two gates into a wall."""
    blocks = [_block_between(cells[a], cells[b]) for a, b in pairs]
    mouth = (cells[pairs] % BLOCK == 0).any(axis=(1, 2))
    drop = rng.random(len(pairs))
    kept = np.array(
        [block is None or chance > DROPPED[kinds[block]] for block, chance in zip(blocks, drop, strict=True)]
    )
    gates = []
    for block, kind in kinds.items():
        mouths = np.array([i for i, each in enumerate(blocks) if each == block and mouth[i]], dtype=np.int64)
        if kind in WALLED and len(mouths):
            kept[mouths] = False
            open_ones = np.sort(rng.choice(mouths, min(len(mouths), int(rng.integers(1, 3))), replace=False))
            kept[open_ones] = True
            gates += [_gate(cells, xy, pairs[piece]) for piece in open_ones]
    return kept, np.array(gates).reshape(-1, 2)


def _gate(cells: NDArray[np.int64], xy: NDArray[np.float64], pair: NDArray[np.int64]) -> NDArray[np.float64]:
    """A point a little inside the wall, coming from the main street."""
    outer, inner = pair if (cells[pair[0]] % BLOCK == 0).any() else pair[::-1]
    gate: NDArray[np.float64] = 0.85 * xy[outer] + 0.15 * xy[inner]
    return gate


def _parts(nodes: int, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(nodes, nodes))
    part: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return part


def _large_parts(nodes: int, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    part = _parts(nodes, pairs)
    large: NDArray[np.bool_] = np.bincount(part)[part] >= SMALLEST_PART
    return large


def _largest_part(nodes: int, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    part = _parts(nodes, pairs)
    largest: NDArray[np.bool_] = part == np.bincount(part).argmax()
    return largest


def _street_tags(
    plan: Plan, settlement: Settlement, first: NDArray[np.int64], second: NDArray[np.int64], kinds: dict[Cell, str]
) -> Tags:
    block = _block_between(first, second)
    if block is not None:
        kind = kinds[block]
        own = (("access", "private"),) if kind == "industry" else ()
        return (("highway", BLOCK_STREETS[kind]), *own)
    northward = first[0] == second[0]
    line = int(first[0] if northward else first[1])
    if settlement.kind != "core":
        return (("highway", "secondary" if line == 0 else "tertiary"),)
    names = plan.core.streets_north if northward else plan.core.streets_east
    rank = line // BLOCK
    highway = "primary" if rank % 4 == 0 else "secondary" if rank % 2 == 0 else "tertiary"
    name = names[rank + len(names) // 2] if abs(rank) <= len(names) // 2 else ""
    return (("highway", highway), *((("name", name),) if name else ()))


def _runs(
    cells: NDArray[np.int64], xy: NDArray[np.float64], pairs: NDArray[np.int64], tags: list[Tags]
) -> Iterator[Street]:
    """Join pieces of street that follow each other along a line and have the same tags into one way."""
    across = (cells[pairs[:, 0], 0] == cells[pairs[:, 1], 0]).astype(np.int64)  # 1: runs north, along a column
    line = np.where(across == 1, cells[pairs[:, 0], 0], cells[pairs[:, 0], 1])
    at = np.where(across == 1, cells[pairs[:, 0], 1], cells[pairs[:, 0], 0])
    run: list[int] = []
    for piece in np.lexsort((at, line, across)).tolist():
        if run and (
            pairs[run[-1], 1] != pairs[piece, 0] or tags[run[-1]] != tags[piece] or across[run[-1]] != across[piece]
        ):
            yield _way(xy, pairs, run, tags)
            run = []
        run.append(piece)
    if run:
        yield _way(xy, pairs, run, tags)


def _way(xy: NDArray[np.float64], pairs: NDArray[np.int64], run: list[int], tags: list[Tags]) -> Street:
    return Street(xy[[pairs[run[0], 0], *pairs[run, 1]]], tags[run[0]])
