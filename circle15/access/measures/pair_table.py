"""Pairs, demand and supply made ready: checked, ids as numbers, rows in one order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.access.measures.decay import weights_at
from circle15.access.measures.faults import checked_costs, checked_numbers, checked_rows, refuse_repeated_pairs
from circle15.errors import collecting, raise_faults

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.measures.decay import Decay
    from circle15.errors import Circle15Error


@dataclass(frozen=True, eq=False)
class PairTable:
    """Pairs by number, in the order of the ids, with the demand and the supply between which they lie.

    Make it with ``pair_table``. To evaluate another draw, put other arrays of ``cost``, ``demand`` or ``supply`` in
    with ``dataclasses.replace``; what was checked is not checked again.

    Attributes
    ----------
    origins, facilities
        The caller's ids, in the caller's order.
    origin, facility
        intp, (pairs,): row of ``origins`` and of ``facilities``; pairs ascend by the id of the origin, then by the id
        of the facility, whatever the order of the caller's rows.
    cost
        float64, (pairs,): finite, 0 or more.
    demand
        float64, (origins,): persons.
    supply
        float64, (facilities,): capacity.
    """

    origins: pd.Index
    facilities: pd.Index
    origin: NDArray[np.intp]
    facility: NDArray[np.intp]
    cost: NDArray[np.float64]
    demand: NDArray[np.float64]
    supply: NDArray[np.float64]

    def weights(self, decay: Decay) -> NDArray[np.float64]:
        """The weight of each pair, (pairs,): checked."""
        return weights_at(self.cost, decay)

    def sum_by_origin(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums of (pairs,) values per origin: added one by one, by ascending id of the facility."""
        return np.bincount(self.origin, weights=values, minlength=len(self.origins)).astype(np.float64, copy=False)

    def sum_by_facility(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums of (pairs,) values per facility: added one by one, by ascending id of the origin."""
        return np.bincount(self.facility, weights=values, minlength=len(self.facilities)).astype(np.float64, copy=False)

    def by_origin(self, values: NDArray[np.float64], name: str) -> pd.Series:
        """Values of (origins,) on the caller's index."""
        return pd.Series(values, index=self.origins, name=name)

    def by_facility(self, values: NDArray[np.float64], name: str) -> pd.Series:
        """Values of (facilities,) on the caller's index."""
        return pd.Series(values, index=self.facilities, name=name)


def pair_table(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series) -> PairTable:
    """Check pairs, demand and supply, and number their ids.

    Parameters
    ----------
    pairs
        ``origin, facility, cost``, each pair once; other columns are ignored. A cost of ``inf`` is out of reach.
    demand
        Persons by origin; every origin to report, with or without pairs.
    supply
        Capacity by facility, all known.

    Raises
    ------
    DataError, Faults
        A column is missing or stands twice; a cost is no number or negative; an id is missing, repeated, or not of
        one kind with the others; a pair names an id that demand or supply lacks, or stands twice; a number of persons
        or a capacity is unknown, negative or beyond belief. What can be checked at one go is told at one go.

    Examples
    --------
    >>> table = pair_table(
    ...     pd.DataFrame({"origin": ["b", "a"], "facility": ["x", "x"], "cost": [4.0, 9.0]}),
    ...     demand=pd.Series({"b": 10, "a": 20, "c": 5}),
    ...     supply=pd.Series({"x": 6}),
    ... )
    >>> table.origins[table.origin].tolist(), table.cost.tolist()
    (['a', 'b'], [9.0, 4.0])
    """
    faults: list[Circle15Error] = []
    persons = capacity = cost = np.zeros(0)
    with collecting(faults):
        persons = checked_numbers(demand, "demand")
    with collecting(faults):
        capacity = checked_numbers(supply, "supply")
    with collecting(faults):
        cost = checked_costs(pairs)
    raise_faults(faults)
    near = np.isfinite(cost)
    if not near.all():
        pairs, cost = pairs[near], cost[near]
    with collecting(faults):
        origin = checked_rows(pairs["origin"], demand.index, "origin")
    with collecting(faults):
        facility = checked_rows(pairs["facility"], supply.index, "facility")
    raise_faults(faults)
    order = _order_of_ids(demand.index, supply.index, origin, facility)
    origin, facility, cost = origin[order], facility[order], cost[order]
    refuse_repeated_pairs(demand.index, supply.index, origin, facility)
    for array in (origin, facility, cost, persons, capacity):
        array.flags.writeable = False
    return PairTable(demand.index, supply.index, origin, facility, cost, persons, capacity)


def _order_of_ids(
    origins: pd.Index, facilities: pd.Index, origin: NDArray[np.intp], facility: NDArray[np.intp]
) -> NDArray[np.intp]:
    """The rows of pairs by ascending id of the origin, then of the facility."""
    place = _ranks(origins)[origin] * max(len(facilities), 1) + _ranks(facilities)[facility]
    return np.argsort(place, kind="stable")


def _ranks(ids: pd.Index) -> NDArray[np.int64]:
    """The place of each id among the ids in ascending order."""
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[np.argsort(np.asarray(ids), kind="stable")] = np.arange(len(ids))
    return ranks
