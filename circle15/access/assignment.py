"""Who finds a place where: as many people as there can be, and of all such ways the one with the least travel.

A facility within reach is of no use to whoever finds it full. The largest number of people that the places in reach can
hold is a maximum flow from cells over pairs within reach to facilities; among the maximum flows the one with the least
total travel is taken. Both are exact: places are counted in units of a power of two so small that a district's need
has 52 binary digits of them, travel in multiples of a power of two of its own unit.

How many people find a place altogether does not depend on who is asked first. *Which* cells go without does: where some
must, it is those whose ways would be long, which is no rule of fairness. So shares of single
cells are one of several solutions as good for the district as a whole, and always the same one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from circle15.access.transport import Flow, relieve_all, ways_of
from circle15.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.transport import Ways

NEED_BITS = 52
COST_BITS, PRICE_BITS = 34, 58


@dataclass(frozen=True, eq=False)
class Assignment:
    """Who goes where.

    Attributes
    ----------
    unit
        What places are counted in: a power of two; all figures here are multiples of it, so that their sums are exact.
    sent
        float64 by the index of the pairs: places taken by the people of a cell at a facility.
    need, served
        float64 by origin: places wanted, rounded to units, and found.
    assigned, nearest
        float64 by facility: places taken, and places that would be if everyone in reach went to the nearest.
    capacity
        float64 by facility: places there are, rounded down to units; of more than all people need, what they need.
    """

    unit: float
    sent: pd.Series
    need: pd.Series
    served: pd.Series
    assigned: pd.Series
    nearest: pd.Series
    capacity: pd.Series


def assign_places(pairs: pd.DataFrame, need: pd.Series, capacity: pd.Series) -> Assignment:
    """Send as many people as possible to facilities in reach that have places, with the least travel.

    Parameters
    ----------
    pairs
        ``origin``, ``facility``, ``cost``: who reaches what, each pair once, and what the way costs (minutes or metres;
        finite, not negative). In any order, of any index.
    need
        Places that the people of each origin want, by origin; fractions of places are allowed.
    capacity
        Places by facility, of every facility in ``pairs``.

    Returns
    -------
    Assignment
        Of equal solutions always the same one, whatever the order of rows; ties go to the smaller facility, then to
        the smaller origin.

    Raises
    ------
    DataError
        A need, a capacity or a cost is negative or not a number; a pair stands twice or names an unknown facility.

    Examples
    --------
    Cell a is near facility 1 and also reaches 2; cell b reaches 1 only. There are 10 places at each.

    >>> pairs = pd.DataFrame({"origin": ["a", "a", "b"], "facility": [1, 2, 1], "cost": [3.0, 9.0, 5.0]})
    >>> found = assign_places(pairs, pd.Series({"a": 10.0, "b": 4.0}), pd.Series({1: 10.0, 2: 10.0}))
    >>> found.sent.tolist(), found.served.to_dict(), found.nearest.to_dict()
    ([6.0, 4.0, 4.0], {'a': 10.0, 'b': 4.0}, {1: 14.0, 2: 0.0})
    """
    need, capacity = need.sort_index(), capacity.sort_index()
    _require_quantities(pairs, need, capacity)
    unit = unit_of(float(need.sum()))
    wanted = np.round(need.to_numpy(np.float64) / unit).astype(np.int64)
    places = np.floor(np.minimum(capacity.to_numpy(np.float64), float(wanted.sum()) * unit) / unit).astype(np.int64)
    rows, ways = _ways(pairs, need.index, capacity.index)
    going_without = int(ways.cost.max(initial=0)) * 2 * (len(capacity) + 1) + 1
    flow = _to_the_nearest(ways, wanted, places)
    nearest = flow.load.copy()
    relieve_all(ways, flow, going_without)
    sent = np.zeros(len(pairs), dtype=np.int64)
    sent[rows] = flow.sent
    served = _sum_by(ways.cell, flow.sent, len(wanted))
    return Assignment(
        unit=unit,
        sent=pd.Series(sent * unit, index=pairs.index),
        need=pd.Series(wanted * unit, index=need.index),
        served=pd.Series(served * unit, index=need.index),
        assigned=pd.Series(flow.load * unit, index=capacity.index),
        nearest=pd.Series(nearest * unit, index=capacity.index),
        capacity=pd.Series(places * unit, index=capacity.index),
    )


def unit_of(total: float) -> float:
    """The power of two that a total has ``NEED_BITS`` binary digits of, or one less.

    Examples
    --------
    >>> unit_of(1000.0) == 2.0**-42, unit_of(0.0)
    (True, 1.0)
    """
    return 1.0 if total <= 0 else float(2.0 ** (math.frexp(total)[1] - NEED_BITS))


def shortages(pairs: pd.DataFrame, found: Assignment) -> pd.DataFrame:
    """The facilities that are short of places together, and how many places their sets lack.

    People go without because every facility that they reach is full, of people who in turn reach full facilities only:
    such facilities form a set (Hall 1935), and no other arrangement within it finds a place more. The sets are the same
    for every maximum flow.

    Parameters
    ----------
    pairs
        As given to ``assign_places``.
    found
        What it gave.

    Returns
    -------
    pandas.DataFrame
        By the index of ``found.capacity``: ``set`` (the smallest facility of the set, None where a facility is in
        none), ``set_facilities`` (int64, 0 in none) and ``set_missing`` (float64, places).

    Examples
    --------
    >>> pairs = pd.DataFrame({"origin": ["a", "a", "b"], "facility": [1, 2, 3], "cost": [3.0, 9.0, 5.0]})
    >>> found = assign_places(pairs, pd.Series({"a": 25.0, "b": 4.0}), pd.Series({1: 10.0, 2: 10.0, 3: 10.0}))
    >>> shortages(pairs, found).to_dict("list")
    {'set': [1, 1, None], 'set_facilities': [2, 2, 0], 'set_missing': [5.0, 5.0, 0.0]}
    """
    cell, facility = _known(pairs["origin"], found.need.index), _known(pairs["facility"], found.capacity.index)
    without = (found.need - found.served).to_numpy()
    within = _short(cell, facility, found.sent.to_numpy() > 0, without > 0, len(found.capacity))
    part = _parts(cell, facility, within, len(without))
    frame = pd.DataFrame({"part": part, "facility": np.arange(len(part))})[within]
    first = frame.groupby("part")["facility"].transform("min")
    pair = within[facility] & (without > 0)[cell]
    of_cell = pd.DataFrame({"part": part[facility[pair]], "cell": cell[pair]}).drop_duplicates("cell")
    missing = of_cell.assign(places=without[of_cell["cell"]]).groupby("part")["places"].sum()
    shown = pd.DataFrame({"set": None, "set_facilities": 0, "set_missing": 0.0}, index=found.capacity.index)
    shown["set"] = shown["set"].astype(object)
    at = np.flatnonzero(within)
    shown.iloc[at, 0] = found.capacity.index.to_numpy()[first.to_numpy(dtype=np.int64)]
    shown.iloc[at, 1] = frame.groupby("part")["facility"].transform("size").to_numpy()
    shown.iloc[at, 2] = frame["part"].map(missing).to_numpy()
    return shown


def _require_quantities(pairs: pd.DataFrame, need: pd.Series, capacity: pd.Series) -> None:
    for what, values in (("need", need), ("capacity", capacity), ("cost", pairs["cost"])):
        numbers = values.to_numpy(np.float64)
        wrong = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= 0)))
        if len(wrong):
            raise DataError("capacity.not_a_quantity", what=what, at=values.index[wrong[0]], found=numbers[wrong[0]])


def _known(ids: pd.Series, index: pd.Index) -> NDArray[np.int64]:
    """The place of each id in an index."""
    at: NDArray[np.int64] = index.get_indexer(pd.Index(ids))
    unknown = np.flatnonzero(at < 0)
    if len(unknown):
        raise DataError("capacity.unknown_id", what=ids.name, found=ids.iloc[unknown[0]])
    return at


def _ways(pairs: pd.DataFrame, origins: pd.Index, facilities: pd.Index) -> tuple[NDArray[np.int64], Ways]:
    """The rows of ``pairs`` in the order of the ways, and the ways."""
    cell, facility = _known(pairs["origin"], origins), _known(pairs["facility"], facilities)
    key = cell * len(facilities) + facility
    rows = np.argsort(key, kind="stable")
    twice = np.flatnonzero(np.diff(key[rows]) == 0)
    if len(twice):
        first = pairs.iloc[rows[twice[0]]]
        raise DataError("capacity.pair_twice", cell=first["origin"], facility=first["facility"])
    cost = _whole(pairs["cost"].to_numpy(np.float64)[rows], len(facilities))
    ways = ways_of(cell[rows].astype(np.int32), facility[rows].astype(np.int32), cost, len(origins), len(facilities))
    return rows, ways


def _whole(cost: NDArray[np.float64], facilities: int) -> NDArray[np.int64]:
    """Costs in multiples of a power of two, such that the longest path over all facilities still can be counted."""
    longest = max(float(cost.max(initial=0.0)), 1.0)
    bits = min(COST_BITS, PRICE_BITS - math.frexp(2.0 * (facilities + 1) * longest)[1])
    return np.round(np.ldexp(cost, bits)).astype(np.int64)


def _to_the_nearest(ways: Ways, wanted: NDArray[np.int64], places: NDArray[np.int64]) -> Flow:
    """Everybody who reaches anything at the facility that costs least, of equal ones the smallest."""
    reaching = np.flatnonzero(np.diff(ways.start) > 0)
    least = np.zeros(len(wanted), dtype=np.int64)
    least[reaching] = np.minimum.reduceat(ways.cost, ways.start[reaching]) if len(reaching) else 0
    near = np.flatnonzero(ways.cost == least[ways.cell])
    first = near[np.unique(ways.cell[near], return_index=True)[1]]
    sent = np.zeros(len(ways.cell), dtype=np.int64)
    sent[first] = wanted[reaching]
    load = _sum_by(ways.facility, sent, len(places))
    return Flow(sent, np.zeros(len(wanted), dtype=np.int64), load, places, np.zeros(len(places) + 1, dtype=np.int64))


def _sum_by(group: NDArray[np.int32], values: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """Sums of units by group: exact, since no sum has more binary digits than a float holds."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.int64)


def _short(
    cell: NDArray[np.int64],
    facility: NDArray[np.int64],
    used: NDArray[np.bool_],
    without: NDArray[np.bool_],
    facilities: int,
) -> NDArray[np.bool_]:
    """The facilities that those without reach, and those that their users reach, and so on."""
    within, asked, count = np.zeros(facilities, dtype=np.bool_), without.copy(), -1
    while count != (count := int(within.sum())) or count < 0:
        within[facility[asked[cell]]] = True
        asked[cell[used & within[facility]]] = True
    return within


def _parts(
    cell: NDArray[np.int64], facility: NDArray[np.int64], within: NDArray[np.bool_], cells: int
) -> NDArray[np.int32]:
    """Which connected part each facility of the short ones is in, linked by cells that reach several."""
    linked = within[facility]
    here, there = facility[linked], cell[linked] + len(within)
    size = len(within) + cells
    links = coo_matrix((np.ones(len(here), dtype=np.int8), (here, there)), shape=(size, size))
    parts: NDArray[np.int32] = connected_components(links, directed=False)[1][: len(within)]
    return parts
