"""Whether a population source covers a unit, or leaves part of it out.

Where it leaves part out, raking squeezes the unit's people into the covered part. That cannot be mended, but it
must be said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from circle15.inputs.population.gridding import cell_of
from circle15.inputs.population.raking import SOME, codes_at_level
from circle15.inputs.population.samples import sample_points
from circle15.inputs.population.unit_names import unit_names
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.inputs.population.gridding import UnitFinder

FAR_M = 500.0
# Homes far from anyone in the source betray a gap in it; open country far from anyone is common.
MUCH_RESIDENTIAL = 0.1
MUCH_AREA = 0.2


def uncovered_note(cells: pd.DataFrame, level: str, finder: UnitFinder) -> tuple[Note, ...]:
    """Names the units of which too much lies farther than 500 m from anyone in the source.

    More than a tenth of a unit's residential land, or, where land use is not known, a fifth of its area.

    Parameters
    ----------
    cells
        ``row, column, unit, persons, residential_m2``, and ``x``, ``y``: where the cell's people are on average.
    level
        The level whose units are looked at.
    finder
        Says which unit a point lies in.
    """
    shares = uncovered_shares(cells, level, finder)
    by_land_use = bool(cells["residential_m2"].notna().any())
    much = shares[shares > (MUCH_RESIDENTIAL if by_land_use else MUCH_AREA)].sort_values(ascending=False, kind="stable")
    if much.empty:
        return ()
    names = unit_names(finder.zones, level)
    units = "、".join(f"{names[str(code)]} {share:.0%}" for code, share in much.iloc[:SOME].items())
    if by_land_use:
        return (Note("population.uncovered_residential", {"count": len(much), "units": units}),)
    return (Note("population.uncovered_area", {"count": len(much), "units": units}),)


def uncovered_shares(cells: pd.DataFrame, level: str, finder: UnitFinder) -> pd.Series:
    """The share of each unit's land that lies far from anyone, by unit code."""
    if cells["residential_m2"].notna().any():
        land = cells[cells["residential_m2"] > 0]
        codes, size = codes_at_level(land, finder.zones, level), land["residential_m2"].to_numpy()
        x, y = ((land[axis].to_numpy() + 0.5) * finder.cell_m for axis in ("column", "row"))
    else:
        x, y, codes = sample_points(level, finder)
        size = np.ones(len(x))
    far = _far_from_people(cells, x, y, finder.cell_m)
    sizes = pd.DataFrame({"all": size, "far": np.where(far, size, 0.0)})[codes != ""]
    sums = sizes.groupby(codes[codes != ""], sort=True).sum()
    shares: pd.Series[float] = sums["far"] / sums["all"]
    return shares


def _far_from_people(
    cells: pd.DataFrame, x: NDArray[np.float64], y: NDArray[np.float64], cell_m: int
) -> NDArray[np.bool_]:
    """Whether each place is far from the people of every cell; its own cell's are never far."""
    peopled = cells[cells["persons"] > 0]
    distance, _ = cKDTree(peopled[["x", "y"]].to_numpy()).query(np.column_stack([x, y]))
    column, row = cell_of(x, y, cell_m)
    own = pd.MultiIndex.from_arrays([row, column]).isin(pd.MultiIndex.from_frame(peopled[["row", "column"]]))
    far: NDArray[np.bool_] = (distance > FAR_M) & ~own
    return far
