"""What part of each unit lies beyond the edges of a raster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.inputs.population.raster_file import apply_affine
from circle15.inputs.population.samples import sample_points
from circle15.inputs.population.unit_names import main_level, unit_names, unit_place
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from circle15.inputs.population.gridding import UnitFinder
    from circle15.inputs.population.raster_file import PixelGrid

LEAST_SHARE = 0.005  # of a unit's land: a border drawn twice differs by as much


def raster_edges(grid: PixelGrid, shape: tuple[int, int], finder: UnitFinder, file: str) -> tuple[Note, ...]:
    """Name each town (or county) that a raster covers in part only, and how much of its land is beyond.

    Parameters
    ----------
    grid
        Where the pixels lie.
    shape
        Columns and rows of the raster.
    finder
        Says which unit a point lies in.
    file
        The raster's name.
    """
    if grid.covers_all:
        return ()
    level = main_level(finder.zones)
    x, y, codes = sample_points(level, finder)
    column, row = apply_affine(~grid.to_map, *grid.to_metres.transform(x, y, direction="INVERSE"))
    with np.errstate(invalid="ignore"):
        beyond = ~((column >= 0) & (column <= shape[0]) & (row >= 0) & (row <= shape[1]))
    shares = pd.Series(beyond.astype(float)).groupby(codes, sort=True).mean()
    names = unit_names(finder.zones, level)
    return tuple(
        Note(
            "population.raster_uncovered",
            {"file": file, "unit": names[str(code)], "code": str(code), "share": float(share)},
            unit_place(finder.zones, level, str(code), file),
        )
        for code, share in shares.items()
        if share > LEAST_SHARE and code != ""
    )
