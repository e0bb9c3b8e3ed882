"""Points spread evenly over the study's area, each with its unit: what share of a unit has some property."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.population.gridding import OUTSIDE, lineage, units_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.inputs.population.gridding import UnitFinder

SAMPLES = 250_000


def sample_points(
    level: str, finder: UnitFinder
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.object_]]:
    """Points evenly over the area: x, y in metres, and the code of each one's unit of a level ("" where none)."""
    west, south, east, north = finder.zones.root.total_bounds
    step = max(float(finder.cell_m), float(np.sqrt((east - west) * (north - south) / SAMPLES)))
    xs, ys = np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
    x, y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    unit = units_at(finder, x, y)
    inside = unit != OUTSIDE
    codes = lineage(finder.zones)[f"{level}_code"].to_numpy(dtype=object)[unit[inside]]
    return x[inside], y[inside], codes
