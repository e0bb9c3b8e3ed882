"""Built-up land: parcels with their use and how densely people live on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.sample.blocks import KINDS
from circle15.sample.settlements import PERSONS_PER_HA, barriers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from circle15.sample.grids import Grid
    from circle15.sample.settlements import Settlement
    from circle15.sample.terrain import Terrain

STREET_SIDE = 0.1  # of a grid cell, between a main street's middle and the parcel
THINNING_M = 3800.0  # towards the rim of the core people live less densely
VILLAGE_LAND = "农村宅基地"


@dataclass(frozen=True, eq=False)
class Parcel:
    """A piece of built-up land of one ``kind``: a kind of block, or ``village``; its area in metres."""

    kind: str
    area: BaseGeometry
    persons_per_ha: float

    @property
    def land_use(self) -> str:
        """What the land-use layer calls it."""
        return KINDS[self.kind].land_use if self.kind in KINDS else VILLAGE_LAND


def make_parcels(terrain: Terrain, settlements: tuple[Settlement, ...], grids: tuple[Grid, ...]) -> tuple[Parcel, ...]:
    """Blocks of the core and the town centres, and villages and hamlets as one parcel each."""
    blocked = barriers(terrain)
    parcels: list[Parcel] = []
    for settlement, grid in zip(settlements, grids, strict=True):
        ground = settlement.ground(blocked)
        if grid.blocks:
            parcels += _blocks(settlement, grid, ground)
        else:
            parcels.append(Parcel("village", ground, PERSONS_PER_HA[settlement.kind]))
    return tuple(parcels)


def _blocks(settlement: Settlement, grid: Grid, ground: BaseGeometry) -> Iterator[Parcel]:
    shapely.prepare(ground)
    for block, kind in grid.blocks.items():
        ring = grid.layout.block_ring(block, STREET_SIDE)
        if ground.intersects(ring):
            apart = np.hypot(ring.centroid.x - grid.layout.centre[0], ring.centroid.y - grid.layout.centre[1])
            density = PERSONS_PER_HA[settlement.kind] * KINDS[kind].density * np.exp(-((apart / THINNING_M) ** 2))
            area = ring.intersection(ground)
            if area.area > 0.1 * ring.area:
                yield Parcel(kind, area, float(density))
