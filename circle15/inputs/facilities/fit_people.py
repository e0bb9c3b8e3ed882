"""Facilities stand where people live densely, or, with grounds of their own, where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.inputs.facilities.fit_trials import Trials
    from circle15.model.population import PopulationGrid

    Floats = NDArray[np.float64]

TILTS = (-0.5, -0.25, 0.25, 0.5, 1.0)


def people_at(trials: Trials, population: PopulationGrid) -> Floats:
    """Persons in the cell of each trial place, (trials, points); 0 where no cell is."""
    cells = population.cells
    column, row = (np.floor(cells[axis].to_numpy() / population.cell_m).astype(np.int64) for axis in ("x", "y"))
    known = _key(column, row)
    order = np.argsort(known, kind="stable")
    columns, rows = np.moveaxis(np.floor(trials.xy / population.cell_m).astype(np.int64), -1, 0)
    wanted = _key(columns, rows)
    at = order[np.minimum(np.searchsorted(known[order], wanted), len(order) - 1)]
    persons: Floats = np.where(known[at] == wanted, population.persons[EVERYONE].to_numpy(dtype=np.float64)[at], 0.0)
    return persons


def _key(column: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
    key: NDArray[np.int64] = column * (1 << 31) + row
    return key
