"""How the streets of a settlement lie on the land: a turned and gently bent grid, four cells to a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import Polygon

    from circle15.sample.settlements import Settlement

Cell = tuple[int, int]
BLOCK = 4  # grid cells along a block's side; main streets run between blocks
BENDS_M = {"core": 60.0, "town": 30.0, "village": 14.0, "hamlet": 8.0}


@dataclass(frozen=True)
class Layout:
    """Where (column, row) of a grid is; bent so that no two streets are quite parallel."""

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


def layout_of(settlement: Settlement, middle: NDArray[np.float64]) -> Layout:
    """The layout of a settlement's streets around its ``middle``."""
    return Layout(middle, settlement.angle, settlement.spacing_m, BENDS_M[settlement.kind])


def reach_in_cells(settlement: Settlement, spacing_m: float) -> int:
    """How many cells from its middle a settlement reaches at most."""
    extent = np.ptp(np.array(settlement.outline.exterior.coords), axis=0).max()
    return int(np.ceil(extent / 2 / spacing_m)) + 2
