"""An area in pieces small enough for one question to a server."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from circle15.inputs.files.boxes import Box

# About 10 km: a dense city's tile is some ten megabytes, and a county has a dozen.
TILES_PER_DEGREE = 10


@dataclass(frozen=True, order=True)
class Tile:
    """A square of a fixed grid of the world, so that the same area asks the same questions again."""

    column: int
    row: int

    @property
    def name(self) -> str:
        """A name for files."""
        return f"tile_{self.column}_{self.row}"

    @property
    def box(self) -> Box:
        """West, south, east, north in degrees."""
        west, south, east, north = (
            number / TILES_PER_DEGREE for number in (self.column, self.row, self.column + 1, self.row + 1)
        )
        return west, south, east, north


def tiles_over(area: shapely.Geometry) -> tuple[Tile, ...]:
    """The tiles that an area in degrees touches, in order.

    Examples
    --------
    >>> [tile.name for tile in tiles_over(shapely.box(120.05, 30.01, 120.15, 30.02))]
    ['tile_1200_300', 'tile_1201_300']
    """
    west, south, east, north = (bound * TILES_PER_DEGREE for bound in area.bounds)
    shapely.prepare(area)
    return tuple(
        tile
        for column in range(math.floor(west), math.floor(east) + 1)
        for row in range(math.floor(south), math.floor(north) + 1)
        if area.intersects(shapely.box(*(tile := Tile(column, row)).box))
    )
