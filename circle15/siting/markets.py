"""Where sites sell cover, for the dual: with room for everyone, and with so many places only.

What a row pays is a price between 0 and its weight, for all of it. A site sells to all rows within reach, or where its
places are few to those that pay most per person, which fills a continuous knapsack exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from circle15.access.compiled import FILL_METRES, INT, METRES, READ_METRES, READ_ROWS, compiled, read_only
from circle15.siting.flow import placed
from circle15.siting.greedy import gains

if TYPE_CHECKING:
    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.rows import CoverRows


class Market(Protocol):
    """Who may sell, and what they sell at prices."""

    @property
    def weight(self) -> Floats:
        """(rows,): what each row is worth at most."""

    def sales(self, price: Floats) -> tuple[Floats, float]:
        """What each candidate sells, (candidates,), and what those that stand anyway sell."""

    def times(self, price: Floats, sites: Numbers) -> Floats:
        """How many times each row is sold by these candidates and by those that stand anyway, (rows,)."""

    def value(self, sites: Numbers, known: float) -> float:
        """What these candidates are worth together; perhaps less where that is no more than ``known``."""


@dataclass(frozen=True, eq=False)
class RoomForAll:
    """Sites that have room for all in reach; none stands already."""

    rows: CoverRows

    @property
    def weight(self) -> Floats:
        """(rows,)."""
        return self.rows.weight

    def sales(self, price: Floats) -> tuple[Floats, float]:
        """All rows in reach buy."""
        return gains(self.rows, price), 0.0

    def times(self, price: Floats, sites: Numbers) -> Floats:  # noqa: ARG002  they sell at any price
        """How many of the sites cover each row."""
        return times_covered(self.rows, sites)

    def value(self, sites: Numbers, known: float) -> float:  # noqa: ARG002  it is quickly told
        """The weight covered."""
        return self.rows.value(sites)


@dataclass(frozen=True, eq=False)
class SoManyPlaces:
    """Sites that hold so many.

    Attributes
    ----------
    rows
        Of all sites.
    capacity
        (sites,): places.
    free, standing
        Numbers of the sites that may be chosen, and of those that stand anyway, ascending.
    """

    rows: CoverRows
    capacity: Floats
    free: Numbers
    standing: Numbers

    @property
    def weight(self) -> Floats:
        """(rows,)."""
        return self.rows.weight

    def sales(self, price: Floats) -> tuple[Floats, float]:
        """Those buy who pay most per person, until the places are gone."""
        sold = np.zeros(self.rows.candidates)
        self._sell(price, self.capacity.copy(), sold)
        return sold[self.free], float(np.sum(sold[self.standing]))

    def times(self, price: Floats, sites: Numbers) -> Floats:
        """How often the places sold go to each row."""
        room = np.zeros(self.rows.candidates)
        stands = np.concatenate([self.standing, self.free[sites]])
        room[stands] = self.capacity[stands]
        return self._sell(price, room, np.zeros(self.rows.candidates))

    def value(self, sites: Numbers, known: float) -> float:
        """People who find a place."""
        stands = np.sort(np.concatenate([self.standing, self.free[sites]]))
        most = min(float(np.sum(self.capacity[stands])), self.rows.value(stands))
        return most if most <= known else placed(self.rows, self.capacity, stands).persons

    def _sell(self, price: Floats, room: Floats, sold: Floats) -> Floats:
        rows, times = self.rows, np.zeros(len(price))
        order = np.argsort(-price / rows.weight, kind="stable")
        _fill(
            read_only(order),
            read_only(price),
            read_only(rows.weight),
            read_only(rows.row_start),
            read_only(rows.candidate),
            room,
            sold,
            times,
        )
        return times


def times_covered(rows: CoverRows, sites: Numbers) -> Floats:
    """How many of the sites cover each row, (rows,)."""
    times = np.zeros(len(rows.weight))
    _fill_times(read_only(sites), read_only(rows.candidate_start), read_only(rows.row), times)
    return times


@compiled(INT, READ_ROWS, READ_ROWS, READ_ROWS, FILL_METRES)
def _fill_times(sites: Numbers, start: Numbers, row: Numbers, times: Floats) -> int:
    for site in sites:
        for at in range(start[site], start[site + 1]):
            times[row[at]] += 1.0
    return len(sites)


@compiled(METRES, READ_ROWS, READ_METRES, READ_METRES, READ_ROWS, READ_ROWS, FILL_METRES, FILL_METRES, FILL_METRES)
def _fill(
    order: Numbers,
    price: Floats,
    weight: Floats,
    row_start: Numbers,
    candidate: Numbers,
    room: Floats,
    sold: Floats,
    times: Floats,
) -> float:
    """Sell to rows in this order, as long as a site has room; gives all that is sold."""
    total = 0.0
    for row in order:
        for at in range(row_start[row], row_start[row + 1]):
            site = candidate[at]
            part = min(room[site], weight[row]) / weight[row]
            room[site] -= part * weight[row]
            sold[site] += part * price[row]
            times[row] += part
            total += part * price[row]
    return total
