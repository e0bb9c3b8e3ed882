"""Under-served cells that lie together."""

from __future__ import annotations

from dataclasses import dataclass, fields
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
class Outside:
    """Under-served cells of one service as bare arrays, ordered by cell_id: areas are many and frames slow to slice.

    Attributes
    ----------
    row
        int64: their rows in the study's cells.
    cell_id, town_code, village_code, facility
        Text; ``village_code`` is "" where not known, ``facility`` is the nearest one by the network, "" where none.
    xy
        float64, (cells, 2): their centres, metres.
    persons
        float64: people of the circle's group; all above 0.
    metres, minutes
        float64: the way to the facility that decides, by each cell's rule.
    mode
        Text: how one travels by each cell's rule.
    limit_m
        float64: the farthest distance within the circle.
    on_network
        bool.
    """

    row: NDArray[np.int64]
    cell_id: NDArray[np.object_]
    town_code: NDArray[np.object_]
    village_code: NDArray[np.object_]
    facility: NDArray[np.object_]
    xy: NDArray[np.float64]
    persons: NDArray[np.float64]
    metres: NDArray[np.float64]
    minutes: NDArray[np.float64]
    mode: NDArray[np.object_]
    limit_m: NDArray[np.float64]
    on_network: NDArray[np.bool_]

    def take(self, which: NDArray[np.int64]) -> Outside:
        """Some of the cells."""
        return Outside(*(getattr(self, column.name)[which] for column in fields(self)))


def outside_of(cells: pd.DataFrame, which: NDArray[np.bool_], circle: Circle, town_column: str) -> Outside:
    """The cells ``which`` are under-served by ``circle``.

    Parameters
    ----------
    cells
        The study's cells, ordered by cell_id.
    town_column
        The column that says which unit owns a cell.
    """
    service = circle.service.id
    some = cells.loc[which]
    unknown = np.full(len(some), "", dtype=object)
    return Outside(
        row=np.flatnonzero(which),
        cell_id=some["cell_id"].to_numpy(dtype=object),
        town_code=some[town_column].to_numpy(dtype=object),
        village_code=some["village_code"].to_numpy(dtype=object) if "village_code" in some else unknown,
        facility=some[f"{service}_facility"].to_numpy(dtype=object),
        xy=some[["x", "y"]].to_numpy(dtype=np.float64),
        persons=circle.persons(some),
        metres=circle.metres(some),
        minutes=circle.minutes(some),
        mode=circle.modes(some),
        limit_m=circle.limits_m(some),
        on_network=circle.on_network(some),
    )


@dataclass(frozen=True, eq=False)
class Cluster:
    """Under-served cells of one service and town that lie together, ordered by cell_id."""

    circle: Circle
    town_code: str
    cells: Outside

    @property
    def people(self) -> float:
        """People in it that are not covered."""
        return total(self.cells.persons)

    @property
    def heaviest(self) -> int:
        """Row of the cell with most of these people; of several the one with the smaller id."""
        return int(np.argmax(self.cells.persons))

    @property
    def centre(self) -> tuple[float, float]:
        """Where these people live on average, metres."""
        x, y = (total(along * self.cells.persons) / self.people for along in self.cells.xy.T)
        return x, y


def clusters(outside: Outside, circle: Circle, within_m: float, needed_persons: float) -> Iterator[Cluster]:
    """The clusters of each town, none wider than the circle.

    Density clustering (DBSCAN; Ester et al. 1996) of cell centres weighted by people: a cell is a core where at
    least ``needed_persons`` live within ``within_m`` of it. In a plain that is settled all over this would
    chain a whole town into one; so a cluster wider than the circle, which no one site could serve, is halved.

    Parameters
    ----------
    outside
        The under-served cells.
    circle
        The circle they are out of.
    within_m
        See ``Gathering``.
    needed_persons
        People of the group, above 0.
    """
    for town_code in sorted(set(outside.town_code)):
        settled = outside.take(np.flatnonzero(outside.town_code == town_code))
        diameter_m = 2.0 * float(settled.limit_m[0])
        for cluster in _members(_labels(settled, within_m, needed_persons)):
            for rows in _divided(settled, cluster, diameter_m, needed_persons):
                yield Cluster(circle, str(town_code), settled.take(rows))


def _members(labels: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows of each cluster, ascending."""
    by_label = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[by_label], np.arange(int(labels.max()) + 1))
    return np.split(by_label, starts)[1:]  # the first part are those in no cluster


def _labels(settled: Outside, within_m: float, needed_persons: float) -> NDArray[np.int64]:
    """Number of each cell's cluster from 0 on, -1 for none."""
    # scikit-learn takes whole thresholds only, so the weights are told in shares of what is needed.
    search = DBSCAN(eps=within_m, min_samples=1)
    labels: NDArray[np.int64] = search.fit(settled.xy, sample_weight=settled.persons / needed_persons).labels_
    return labels


def _divided(
    settled: Outside, rows: NDArray[np.int64], diameter_m: float, needed_persons: float
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
