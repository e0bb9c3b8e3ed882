"""Where the streets of a study are probably incomplete: people far from any street, villages with hardly any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.ndimage import label

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

# A village with less than this share of the median's street per populated area, and this many people, is suspicious.
SPARSE_SHARE = 0.2
LEAST_PERSONS = 100.0
LEAST_VILLAGES = 5
STEP_M = 20.0


@dataclass(frozen=True)
class Cluster:
    """Cells beside each other that are far from any street: how many, their people, their most populous cell."""

    cells: int
    persons: float
    row: int


def worst_cluster(xy: NDArray[np.float64], persons: NDArray[np.float64], cell_m: float) -> Cluster:
    """Of cells, the cluster with most people; cells that touch at a corner belong together.

    Parameters
    ----------
    xy
        float64, (n, 2): centres of cells, metres; at least one.
    persons
        float64, (n,).
    cell_m
        Side of a cell.

    Examples
    --------
    >>> xy = np.array([[50.0, 50.0], [150.0, 150.0], [950.0, 950.0]])
    >>> worst_cluster(xy, np.array([1.0, 2.0, 2.5]), 100.0)
    Cluster(cells=2, persons=3.0, row=1)
    """
    place = np.floor(xy / cell_m).astype(np.int64)
    place -= place.min(axis=0)
    grid = np.zeros(place.max(axis=0) + 1, dtype=np.bool_)
    grid[tuple(place.T)] = True
    cluster = label(grid, structure=np.ones((3, 3)))[0][tuple(place.T)]
    of_cluster = np.bincount(cluster, weights=persons)
    worst = int(np.argmax(of_cluster))
    rows = np.flatnonzero(cluster == worst)
    return Cluster(len(rows), float(of_cluster[worst]), int(rows[np.argmax(persons[rows])]))


def street_m_of_cells(network: StreetNetwork, xy: NDArray[np.float64], cell_m: float) -> NDArray[np.float64]:
    """Metres of street in each cell, (n,): each straight piece of a street divided evenly into steps of some metres.

    Parameters
    ----------
    network
        The streets.
    xy
        float64, (n, 2): centres of cells, metres.
    cell_m
        Side of a cell.
    """
    begin, step = network.line_xy[:-1], np.diff(network.line_xy, axis=0)
    inside = np.ones(len(step), dtype=np.bool_)
    inside[network.line_start[1:-1] - 1] = False
    begin, step = begin[inside], step[inside]
    metres = np.hypot(*step.T)
    parts = np.maximum(np.ceil(metres / STEP_M).astype(np.int64), 1)
    of = np.repeat(np.arange(len(parts)), parts)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(parts) - parts, parts)
    middle = begin[of] + step[of] * ((nth + 0.5) / parts[of])[:, None]
    there = pd.MultiIndex.from_arrays(list(np.floor(middle / cell_m).astype(np.int64).T))
    cells = pd.MultiIndex.from_arrays(list(np.floor(xy / cell_m).astype(np.int64).T))
    row = cells.get_indexer(there)
    known = row >= 0
    return np.bincount(row[known], weights=(metres / parts)[of[known]], minlength=len(xy)).astype(np.float64)


def sparse_villages(street_m: NDArray[np.float64], persons: NDArray[np.float64], village: pd.Series) -> pd.DataFrame:
    """Villages with people whose streets are suspiciously few.

    Compared is the street per populated cell with the median of all villages; fewer than ``LEAST_VILLAGES`` villages
    tell no median.

    Parameters
    ----------
    street_m, persons
        float64, (cells,).
    village
        Code of each cell's village, "" for none.

    Returns
    -------
    pandas.DataFrame
        ``code, persons, street_m, cells``, the most people first.
    """
    here = (persons > 0) & (village.to_numpy() != "")
    table = pd.DataFrame({"code": village.to_numpy()[here], "persons": persons[here], "street_m": street_m[here]})
    sums = table.assign(cells=1).groupby("code", sort=True).sum().reset_index()
    per_cell = sums["street_m"] / sums["cells"]
    if len(sums) < LEAST_VILLAGES:
        return sums.iloc[:0]
    few = (per_cell < SPARSE_SHARE * per_cell.median()) & (sums["persons"] >= LEAST_PERSONS)
    return sums[few].sort_values(["persons", "code"], ascending=[False, True], kind="stable").reset_index(drop=True)
