"""Streets within a settlement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from circle15.sample.blocks import KINDS
from circle15.sample.layout import BLOCK, reach_in_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

    from circle15.sample.layout import Cell, Layout
    from circle15.sample.plan import Core
    from circle15.sample.settlements import Settlement

Tags = tuple[tuple[str, str], ...]
Gates = dict[tuple[int, int], "NDArray[np.float64]"]
SMALLEST_PART = 40  # crossings; smaller scraps of a town's grid are left out
WALL_INSET, GATE_INSET = 0.14, 0.15  # of a cell, inside the main street
STRAY_M = {True: 7.0, False: 11.0}  # how far a crossing strays from the grid, in towns and in villages
LANES_MISSING = 0.24


@dataclass(frozen=True)
class Street:
    """A way to be: its line in metres, its tags, and whether it is at grade (it joins what it meets)."""

    xy: NDArray[np.float64]
    tags: Tags
    at_grade: bool = True


@dataclass(frozen=True, eq=False)
class Grid:
    """The streets of one settlement.

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
        float64, (g, 2): where a walled block is entered; a corner of a way.
    walls
        Rings around walled blocks.
    blocks
        Kind of each block by (column, row); none in a village.
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


@dataclass(frozen=True, eq=False)
class Lattice:
    """Crossings by cell, and pieces of street between neighbouring ones: from west to east, from south to north."""

    xy: NDArray[np.float64]
    cell: NDArray[np.int64]
    pieces: NDArray[np.int64]

    def with_pieces(self, kept: NDArray[np.bool_]) -> Lattice:
        """The same crossings with some of the pieces."""
        return Lattice(self.xy, self.cell, self.pieces[kept])

    def among(self, alive: NDArray[np.bool_]) -> Lattice:
        """The same crossings with the pieces between those ``alive``."""
        one, other = self.pieces.T
        return self.with_pieces(alive[one] & alive[other])

    def parts(self) -> NDArray[np.int64]:
        """Which connected part each crossing is on; (n,)."""
        one, other = self.pieces.T
        graph = coo_matrix((np.ones(len(one)), (one, other)), shape=(len(self.xy),) * 2)
        part: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
        return part

    def ends(self) -> NDArray[np.int64]:
        """Cells at both ends of each piece; (m, 2, 2)."""
        cells: NDArray[np.int64] = self.cell[self.pieces]
        return cells


def block_grid(
    core: Core,
    settlement: Settlement,
    layout: Layout,
    ground: BaseGeometry,
    kinds: dict[Cell, str],
    rng: np.random.Generator,
) -> Grid:
    """Streets of the core or of a town centre: main streets around blocks, and each block's own inside."""
    whole = _lattice(settlement, layout, ground, rng)
    lattice = whole.with_pieces(_with_gaps(whole, kinds, rng))
    part = lattice.parts()
    alive: NDArray[np.bool_] = np.bincount(part)[part] >= SMALLEST_PART
    lattice = lattice.among(alive)
    tags = [_street_tags(core, settlement, one, other, kinds) for one, other in lattice.ends()]
    gates = _gates(lattice, kinds)
    rings = [layout.block_ring(block, WALL_INSET) for block, kind in kinds.items() if KINDS[kind].walled]
    walls = tuple(ring for ring in rings if ground.contains(ring))
    streets = tuple(_runs(lattice, tags, gates))
    at = np.array(list(gates.values())).reshape(-1, 2)
    return Grid(layout, lattice.xy[alive], lattice.cell[alive], streets, at, walls, kinds)


def village_grid(
    settlement: Settlement, layout: Layout, ground: BaseGeometry, steep: bool, rng: np.random.Generator
) -> Grid:
    """Lanes of a village or hamlet; on steep land some of them are steps."""
    whole = _lattice(settlement, layout, ground, rng)
    lattice = whole.with_pieces(_on_main_street(whole) | (rng.random(len(whole.pieces)) > LANES_MISSING))
    part = lattice.parts()
    alive = np.equal(part, np.bincount(part).argmax())
    lattice = lattice.among(alive)
    lane = rng.choice(
        ("steps" if steep else "footway", "residential", "service"), len(lattice.pieces), p=[0.15, 0.6, 0.25]
    )
    highway = _with_all_ridden(lattice, np.where(_on_main_street(lattice), "residential", lane))
    tags: list[Tags] = [(("highway", str(each)),) for each in highway]
    streets = tuple(_runs(lattice, tags, {}))
    return Grid(layout, lattice.xy[alive], lattice.cell[alive], streets, np.empty((0, 2)), (), {})


def _with_all_ridden(lattice: Lattice, highway: NDArray[np.str_]) -> NDArray[np.str_]:
    """Lanes such that every crossing can be driven to: where a footway or steps are the only way there, a lane is."""
    ridden = np.isin(highway, ("residential", "service"))
    part = lattice.with_pieces(ridden).parts()
    one, other = lattice.pieces.T
    return np.where(~ridden & (part[one] != part[other]), "residential", highway)


def _lattice(settlement: Settlement, layout: Layout, ground: BaseGeometry, rng: np.random.Generator) -> Lattice:
    """All crossings on the ground, and all pieces of street that keep to it."""
    reach = reach_in_cells(settlement, layout.spacing_m)
    axis = np.arange(-reach, reach + 1)
    cell = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    straight = np.where((cell % BLOCK == 0).any(axis=1), 0.4, 1.0)[:, None]
    stray = rng.normal(0.0, STRAY_M[settlement.kind in ("core", "town")], cell.shape) * straight
    xy = layout.place(cell.astype(np.float64)) + stray
    shapely.prepare(ground)
    inside = shapely.contains_xy(ground, xy[:, 0], xy[:, 1])
    lattice = Lattice(xy[inside], cell[inside].astype(np.int64), _neighbours(cell[inside]))
    near = ground.buffer(25.0)
    shapely.prepare(near)
    return lattice.with_pieces(shapely.covers(near, shapely.linestrings(lattice.xy[lattice.pieces])))


def _neighbours(cell: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of crossings one cell apart, the western or southern first; (m, 2)."""
    at = {(column, row): index for index, (column, row) in enumerate(cell.tolist())}
    pairs = [
        (index, at[ahead])
        for (column, row), index in at.items()
        for ahead in ((column + 1, row), (column, row + 1))
        if ahead in at
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _on_main_street(lattice: Lattice) -> NDArray[np.bool_]:
    """Which pieces run along the middle column or row."""
    on: NDArray[np.bool_] = (lattice.ends() == 0).all(axis=1).any(axis=1)
    return on


def _block_between(one: NDArray[np.int64], other: NDArray[np.int64]) -> Cell | None:
    """The block that a piece of street lies in; None on a main street."""
    if (((one % BLOCK) == 0) & (one == other)).any():
        return None
    column, row = np.minimum(one, other) // BLOCK
    return int(column), int(row)


def _mouths(lattice: Lattice) -> NDArray[np.bool_]:
    """Which pieces touch a main street with an end (pieces of main streets do, too)."""
    touch: NDArray[np.bool_] = (lattice.ends() % BLOCK == 0).any(axis=(1, 2))
    return touch


def _with_gaps(lattice: Lattice, kinds: dict[Cell, str], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which pieces exist: all main streets, most inner ones, and one or two ways into a walled block."""
    blocks = [_block_between(one, other) for one, other in lattice.ends()]
    chance = rng.random(len(blocks))
    gaps = [0.0 if block is None else KINDS[kinds[block]].gaps for block in blocks]
    kept: NDArray[np.bool_] = chance >= np.array(gaps)
    pieces_of: dict[Cell, list[int]] = {}
    for piece in np.flatnonzero(_mouths(lattice)).tolist():
        block = blocks[piece]
        if block is not None:
            pieces_of.setdefault(block, []).append(piece)
    for block, mouths in pieces_of.items():
        if KINDS[kinds[block]].walled:
            kept[mouths] = False
            kept[rng.choice(mouths, min(len(mouths), int(rng.integers(1, 3))), replace=False)] = True
    return kept


def _gates(lattice: Lattice, kinds: dict[Cell, str]) -> Gates:
    """A point a little inside the wall on each way into a walled block, by the piece's crossings."""
    gates: Gates = {}
    for piece in np.flatnonzero(_mouths(lattice)):
        one, other = lattice.pieces[piece]
        block = _block_between(lattice.cell[one], lattice.cell[other])
        if block is not None and KINDS[kinds[block]].walled:
            outer, inner = (one, other) if (lattice.cell[one] % BLOCK == 0).any() else (other, one)
            gates[int(one), int(other)] = (1 - GATE_INSET) * lattice.xy[outer] + GATE_INSET * lattice.xy[inner]
    return gates


def _street_tags(
    core: Core, settlement: Settlement, one: NDArray[np.int64], other: NDArray[np.int64], kinds: dict[Cell, str]
) -> Tags:
    block = _block_between(one, other)
    if block is not None:
        kind = KINDS[kinds[block]]
        return (("highway", kind.highway), *((("access", "private"),) if kind.private else ()))
    northward = bool(one[0] == other[0])
    line = int(one[0] if northward else one[1])
    if settlement.kind == "core":
        return _core_street_tags(core, northward, line // BLOCK)
    return (("highway", "secondary" if line == 0 else "tertiary"),)


def _core_street_tags(core: Core, northward: bool, rank: int) -> Tags:
    """Tags of the core's main street number ``rank`` from the middle: every fourth is primary."""
    names = core.streets_north if northward else core.streets_east
    highway = "primary" if rank % 4 == 0 else "secondary" if rank % 2 == 0 else "tertiary"
    named = abs(rank) <= len(names) // 2
    return (("highway", highway), *((("name", names[rank + len(names) // 2]),) if named else ()))


def _runs(lattice: Lattice, tags: list[Tags], gates: Gates) -> Iterator[Street]:
    """Join pieces of street that follow each other along a line and have the same tags into one way."""
    first, second = lattice.ends().transpose(1, 0, 2)
    northward = (first[:, 0] == second[:, 0]).astype(np.int64)
    line = np.where(northward == 1, first[:, 0], first[:, 1])
    at = np.where(northward == 1, first[:, 1], first[:, 0])
    run: list[int] = []
    for piece in np.lexsort((at, line, northward)).tolist():
        if run:
            last = run[-1]
            follows = lattice.pieces[last, 1] == lattice.pieces[piece, 0] and northward[last] == northward[piece]
            if not (follows and tags[last] == tags[piece]):
                yield _way(lattice, run, tags[last], gates)
                run = []
        run.append(piece)
    if run:
        yield _way(lattice, run, tags[run[-1]], gates)


def _way(lattice: Lattice, run: list[int], tags: Tags, gates: Gates) -> Street:
    corners = [lattice.xy[lattice.pieces[run[0], 0]]]
    for one, other in lattice.pieces[run].tolist():
        if (one, other) in gates:
            corners.append(gates[one, other])
        corners.append(lattice.xy[other])
    return Street(np.array(corners), tags)
