"""Who reaches which facility of a service within its circle, and who finds a place there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from circle15.access.assignment import assign_places
from circle15.assess.supply import standard_per_head
from circle15.assess.units import ordered_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from circle15.access.assignment import Assignment
    from circle15.assess.circles import Circle

    Lack = Literal["", "standard", "group", "capacity"]

# A service whose facilities in reach lack more capacities than this has no capacity state: too many of those who
# seem to go without might have a place at a facility of unknown capacity.
MOST_UNKNOWN = 0.2


@dataclass(frozen=True, eq=False)
class Sites:
    """One service: who reaches what, and whether anything can be said of places.

    Attributes
    ----------
    circle
        The circle that decides.
    cells
        All cells, ordered by cell_id.
    facilities
        Those of the service, ordered by facility_id, index 0..n-1.
    near
        ``origin`` (row of ``cells``), ``facility`` (row of ``facilities``), ``cost`` (minutes): no farther than the
        limit of the cell's own rule, ordered by origin and facility.
    pairs
        Those of ``near`` whose cell is within reach: all, but where a compound standard lacks one of its parts.
    per_head
        Places per head of the group; NaN where there is no standard.
    lack
        Why nothing can be said of places: no ``standard``, no people of the ``group`` that the standard counts, or too
        few known ``capacity``; "" where it can.
    """

    circle: Circle
    cells: pd.DataFrame
    facilities: pd.DataFrame
    near: pd.DataFrame
    pairs: pd.DataFrame
    per_head: float
    lack: Lack


@dataclass(frozen=True, eq=False)
class Places(Sites):
    """One service: who reaches what, and who finds a place.

    Attributes
    ----------
    found
        Who goes where; None where something lacks.
    """

    found: Assignment | None

    @cached_property
    def nearest(self) -> NDArray[np.int64]:
        """Rows of ``pairs``: each cell's nearest facility, of equally near ones the smaller."""
        order = np.lexsort((self.pairs["facility"], self.pairs["cost"], self.pairs["origin"]))
        origin = self.pairs["origin"].to_numpy()[order]
        first: NDArray[np.int64] = order[np.unique(origin, return_index=True)[1]]
        return first

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Which facilities have no known capacity."""
        return self.facilities["capacity"].isna().to_numpy()

    @property
    def served_share(self) -> NDArray[np.float64]:
        """The share of each cell's people who find a place; NaN where nobody lives or nothing can be said."""
        if self.found is None:
            return np.full(len(self.cells), np.nan)
        need, served = self.found.need.to_numpy(), self.found.served.to_numpy()
        share: NDArray[np.float64] = np.divide(served, need, out=np.full(len(need), np.nan), where=need > 0)
        return share


def places_of_services(
    cells: pd.DataFrame,
    pairs: pd.DataFrame,
    facilities: pd.DataFrame,
    circles: Sequence[Circle],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Places, ...]:
    """Who reaches what and who finds a place, per service.

    Parameters
    ----------
    cells
        ``cell_id``, ``urban_rural``, ``persons_<group>``, ``<service>_m``; in any order.
    pairs
        ``cell_id, facility_id, service, metres, minutes``, by each cell's own rule.
    facilities
        ``facility_id, service, name, inside, capacity`` (NaN where not known).
    circles
        The deciding circle of each service.
    progress
        Called with the id of each service as its turn comes.
    """
    found = []
    for sites in _sites(cells, pairs, facilities, circles):
        progress(sites.circle.service.id)
        found.append(Places(**vars(sites), found=None if sites.lack else _assigned(sites)))
    return tuple(found)


def sites_of_services(
    cells: pd.DataFrame, pairs: pd.DataFrame, facilities: pd.DataFrame, circles: Sequence[Circle]
) -> tuple[Sites, ...]:
    """Who reaches what, per service, as ``places_of_services`` without the places."""
    return tuple(_sites(cells, pairs, facilities, circles))


def _sites(
    cells: pd.DataFrame, pairs: pd.DataFrame, facilities: pd.DataFrame, circles: Sequence[Circle]
) -> Iterator[Sites]:
    cells = ordered_cells(cells)
    origin = pd.Index(cells["cell_id"]).get_indexer(pairs["cell_id"])
    of_service = pairs.assign(origin=origin).groupby("service").indices
    for circle in circles:
        rows = of_service.get(circle.service.id, np.empty(0, dtype=np.int64))
        yield _of_service(cells, pairs.iloc[rows], origin[rows], facilities, circle)


def _of_service(
    cells: pd.DataFrame, pairs: pd.DataFrame, origin: NDArray[np.int64], facilities: pd.DataFrame, circle: Circle
) -> Sites:
    own = facilities[facilities["service"] == circle.service.id].sort_values("facility_id", ignore_index=True)
    near = _near(cells, pairs, origin, own, circle)
    reached = circle.served(cells)[near["origin"]]
    in_reach = near if reached.all() else near[reached].reset_index(drop=True)
    per_head = standard_per_head(cells, circle)
    return Sites(circle, cells, own, near, in_reach, per_head, _lack(near, own, per_head, circle))


def _near(
    cells: pd.DataFrame, pairs: pd.DataFrame, origin: NDArray[np.int64], own: pd.DataFrame, circle: Circle
) -> pd.DataFrame:
    within = pairs["metres"].to_numpy() <= circle.limits_m(cells)[origin]
    facility = pd.Index(own["facility_id"]).get_indexer(pairs["facility_id"])
    near = pd.DataFrame({"origin": origin, "facility": facility, "cost": pairs["minutes"].to_numpy()})[within]
    return near.sort_values(["origin", "facility"], ignore_index=True)


def _lack(near: pd.DataFrame, own: pd.DataFrame, per_head: float, circle: Circle) -> Lack:
    """Judged by all that are near: who has all parts of a compound standard grows with every site of known capacity."""
    if circle.service.supply is None:
        return "standard"
    if np.isnan(per_head):
        return "group"
    reached = own.iloc[near["facility"].unique()]
    return "capacity" if reached["capacity"].isna().sum() > MOST_UNKNOWN * len(reached) else ""


def _assigned(sites: Sites) -> Assignment:
    """Facilities of unknown capacity count for reach alone: nobody is sent there."""
    capacity = sites.facilities["capacity"].dropna()
    need = pd.Series(sites.circle.persons(sites.cells) * sites.per_head)
    return assign_places(sites.pairs[sites.pairs["facility"].isin(capacity.index)], need, capacity)
