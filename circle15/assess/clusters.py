"""Under-served cells that lie together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.cluster import DBSCAN

from circle15.assess.units import total

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle


@dataclass(frozen=True)
class Gathering:
    """What makes under-served cells one area.

    Attributes
    ----------
    within_m
        Cells whose centres are no further apart than this belong together.
    least_residents
        Residents within that distance of a cell that make a settlement; for a group that is a part of the
        population, its share of as many.
    """

    within_m: float
    least_residents: float


@dataclass(frozen=True, eq=False)
class Cluster:
    """Under-served cells of one service and town that lie together, ordered by cell_id.

    ``persons`` are those of the circle's group, per row of ``cells``; all above 0.
    """

    circle: Circle
    town_code: str
    cells: pd.DataFrame
    persons: NDArray[np.float64]

    @property
    def people(self) -> float:
        """People in it that are not covered."""
        return total(self.persons)

    @property
    def heaviest(self) -> int:
        """Row of the cell with most of these people; of several the one with the smaller id."""
        return int(np.argmax(self.persons))

    @property
    def centre(self) -> tuple[float, float]:
        """Where these people live on average, metres."""
        x, y = (total(self.cells[axis].to_numpy(dtype=np.float64) * self.persons) / self.people for axis in ("x", "y"))
        return x, y


@dataclass(frozen=True, eq=False)
class _Settled:
    """Cells as bare arrays, for the work of dividing them: ``xy`` is (cells, 2) metres."""

    xy: NDArray[np.float64]
    persons: NDArray[np.float64]


def clusters(
    outside: pd.DataFrame, circle: Circle, town_column: str, within_m: float, needed_persons: float
) -> Iterator[Cluster]:
    """The clusters of each town, none wider than the circle.

    Density clustering (DBSCAN; Ester et al. 1996) of cell centres weighted by people: a cell is a core where at
    least ``needed_persons`` live within ``within_m`` of it. In a plain that is settled all over this would
    chain a whole town into one; so a cluster wider than the circle, which no one site could serve, is halved.

    Parameters
    ----------
    outside
        The under-served cells, ordered by cell_id.
    circle
        The circle they are out of.
    town_column
        The column that says which unit owns a cell.
    within_m
        See ``Gathering``.
    needed_persons
        People of the group, above 0.
    """
    for town_code, cells in outside.groupby(town_column, sort=True):
        settled = _Settled(cells[["x", "y"]].to_numpy(dtype=np.float64), circle.persons(cells))
        diameter_m = 2.0 * float(circle.limits_m(cells)[0])
        labels = _labels(settled, within_m, needed_persons)
        for label in range(int(labels.max()) + 1):
            for rows in _divided(settled, np.flatnonzero(labels == label), diameter_m, needed_persons):
                yield Cluster(circle, str(town_code), cells.iloc[rows], settled.persons[rows])


def _labels(settled: _Settled, within_m: float, needed_persons: float) -> NDArray[np.int64]:
    """Number of each cell's cluster from 0 on, -1 for none."""
    # scikit-learn takes whole thresholds only, so the weights are told in shares of what is needed.
    search = DBSCAN(eps=within_m, min_samples=1)
    labels: NDArray[np.int64] = search.fit(settled.xy, sample_weight=settled.persons / needed_persons).labels_
    return labels


def _divided(
    settled: _Settled, rows: NDArray[np.int64], diameter_m: float, needed_persons: float
) -> Iterator[NDArray[np.int64]]:
    """Halve across the longer side, at the line that divides the people most evenly, until no wider than that.

    Halves of fewer than ``needed_persons`` are not made.
    """
    extent_m = np.ptp(settled.xy[rows], axis=0)
    if extent_m.max() <= diameter_m:
        yield rows
        return
    along = settled.xy[rows, int(np.argmax(extent_m))]
    nearer = along < _middle(along, settled.persons[rows])
    halves = rows[nearer], rows[~nearer]
    if min(total(settled.persons[half]) for half in halves) < needed_persons:
        yield rows
        return
    for half in halves:
        yield from _divided(settled, half, diameter_m, needed_persons)


def _middle(along: NDArray[np.float64], persons: NDArray[np.float64]) -> float:
    """The coordinate before which the people are most nearly half of all; of several the smallest."""
    places, at = np.unique(along, return_inverse=True)
    before = np.cumsum(np.bincount(at, weights=persons))[:-1]
    return float(places[1:][int(np.argmin(np.abs(before - 0.5 * total(persons))))])
