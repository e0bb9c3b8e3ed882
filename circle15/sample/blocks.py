"""What the blocks of a town are: old town, walled compounds, new estates, parks, works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.sample.layout import BLOCK, reach_in_cells

if TYPE_CHECKING:
    import numpy as np

    from circle15.sample.layout import Cell, Layout
    from circle15.sample.settlements import Settlement
    from circle15.sample.terrain import Terrain

SQUARES = ((0, 0), (0, 2))  # county hall and the station, each with its square
OLD_TOWN = ((-1, -1), (0, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, -1))
FIRST_NEW_COLUMN = 3


@dataclass(frozen=True)
class BlockKind:
    """A kind of block.

    ``density`` is persons against the settlement's mean; ``gaps`` the share of inner pieces of street that are
    missing; ``highway`` what the inner streets are; a ``walled`` block is entered by one or two gates.
    """

    density: float
    gaps: float
    highway: str
    land_use: str
    walled: bool = False
    private: bool = False


KINDS: dict[str, BlockKind] = {
    "old": BlockKind(1.45, 0.12, "living_street", "城镇住宅用地"),
    "plain": BlockKind(1.0, 0.15, "residential", "城镇住宅用地"),
    "gated": BlockKind(1.35, 0.1, "service", "城镇住宅用地", walled=True),
    "estate": BlockKind(1.3, 0.1, "service", "城镇住宅用地", walled=True),
    "public": BlockKind(0.25, 0.3, "residential", "公共管理与公共服务用地"),
    "park": BlockKind(0.0, 0.35, "footway", "公园绿地"),
    "industry": BlockKind(0.04, 0.3, "service", "工业用地", walled=True, private=True),
}


def block_kinds(settlement: Settlement, layout: Layout, terrain: Terrain, rng: np.random.Generator) -> dict[Cell, str]:
    """Which of ``KINDS`` each block of the core or of a town centre is."""
    reach = reach_in_cells(settlement, layout.spacing_m) // BLOCK + 1
    blocks = [(column, row) for column in range(-reach, reach) for row in range(-reach, reach)]
    if settlement.kind == "core":
        return {block: _core_kind(layout, terrain, block, rng) for block in blocks}
    return {block: _draw(rng, plain=0.66, gated=0.16, public=0.08, park=0.04, industry=0.06) for block in blocks}


def _draw(rng: np.random.Generator, **odds: float) -> str:
    return str(rng.choice(list(odds), p=list(odds.values())))


def _core_kind(layout: Layout, terrain: Terrain, block: Cell, rng: np.random.Generator) -> str:
    """The old town in the middle, works beyond the railway, new estates in the east."""
    beyond_railway = _draw(rng, industry=0.3, gated=0.3, plain=0.35, public=0.05)
    in_the_east = _draw(rng, estate=0.66, public=0.14, park=0.1, industry=0.1)
    elsewhere = _draw(rng, plain=0.42, gated=0.4, public=0.08, park=0.1)
    if block in SQUARES:
        return "public"
    if block in OLD_TOWN:
        return "old"
    middle = layout.block_ring(block, 0.0).centroid
    if middle.y > terrain.railway.interpolate(terrain.railway.project(middle)).y:
        return beyond_railway
    return in_the_east if block[0] >= FIRST_NEW_COLUMN else elsewhere
