"""The cheapest thing that would mend a shortfall, roughly, and the figures behind it.

Nothing is searched here: ways are taken to be as direct as they usually are in the study (``Ground.detour``: network
metres per metre of straight line, people-weighted median). So a fix says where to look first; what it would bring is
known for certain when the file of the site or path has been run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from circle15.assess.quantiles import weighted_quantile
from circle15.assess.units import total

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle

# Where the study itself cannot tell how direct its ways are; a lattice of streets has 1.27 on average (4 / pi).
USUAL_DETOUR, MOST_DETOUR = 1.3, 3.0
# Nearer than this the legs to the street make most of the way.
LEAST_STRAIGHT_M = 200.0
# Reasons that a gate, a bridge or a path can do away with.
BLOCKED = ("barrier", "island", "off_network")
# A path is preferred to a site where it serves so much of the people, or more than the site would.
ENOUGH = 0.5
# People are compared to a millionth, so that the dust of sums decides nothing.
DIGITS = 6
NO_DATA = float("nan")
NOWHERE = np.array([np.nan, np.nan])


@dataclass(frozen=True, eq=False)
class Ground:
    """The cells of a study as one service sees them, ordered by cell_id, and its facilities, ordered by id.

    Attributes
    ----------
    xy
        float64, (cells, 2): centres, metres.
    persons, metres, limit_m
        float64 per cell: people of the group, the way to the facility that decides, the limit of the cell's rule.
    served, on_network
        bool per cell.
    detour
        Metres of way per metre of straight line, as usual here.
    site_id, site_xy, site_inside
        The facilities.
    """

    xy: NDArray[np.float64]
    persons: NDArray[np.float64]
    metres: NDArray[np.float64]
    limit_m: NDArray[np.float64]
    served: NDArray[np.bool_]
    on_network: NDArray[np.bool_]
    towns: NDArray[np.object_]
    detour: float
    site_id: NDArray[np.object_]
    site_xy: NDArray[np.float64]
    site_inside: NDArray[np.bool_]

    @cached_property
    def joined(self) -> tuple[NDArray[np.int64], cKDTree]:
        """The rows of cells on a street, and a tree of their centres."""
        rows: NDArray[np.int64] = np.flatnonzero(self.on_network)
        return rows, cKDTree(self.xy[rows])

    @cached_property
    def straight_limit_m(self) -> NDArray[np.float64]:
        """How far a straight line goes within each cell's limit, ways being as direct as usual."""
        return self.limit_m / self.detour


def ground_of(cells: pd.DataFrame, circle: Circle, facilities: gpd.GeoDataFrame, towns: NDArray[np.object_]) -> Ground:
    """The ground of one service; ``cells`` ordered by cell_id, ``facilities`` by facility_id."""
    own = facilities[facilities["service"] == circle.service.id]
    xy = cells[["x", "y"]].to_numpy(dtype=np.float64)
    site_xy = np.column_stack([own.geometry.x, own.geometry.y]) if len(own) else np.empty((0, 2))
    metres, persons = circle.metres(cells), circle.persons(cells)
    nearest = cells[f"{circle.service.id}_facility"].to_numpy(dtype=object)
    site_id = own["facility_id"].to_numpy(dtype=object)
    return Ground(
        xy=xy,
        persons=persons,
        metres=metres,
        limit_m=circle.limits_m(cells),
        served=circle.served(cells),
        on_network=circle.on_network(cells),
        towns=towns,
        detour=_detour(xy, persons, metres, nearest, site_id, site_xy),
        site_id=site_id,
        site_xy=site_xy,
        site_inside=own["inside"].to_numpy(dtype=bool),
    )


def _detour(
    xy: NDArray[np.float64],
    persons: NDArray[np.float64],
    metres: NDArray[np.float64],
    nearest: NDArray[np.object_],
    site_id: NDArray[np.object_],
    site_xy: NDArray[np.float64],
) -> float:
    at = pd.Index(site_id).get_indexer(pd.Index(nearest))
    known = (at >= 0) & np.isfinite(metres) & (persons > 0)
    if not known.any():
        return USUAL_DETOUR
    straight_m = np.hypot(*(xy[known] - site_xy[at[known]]).T)
    far = straight_m >= LEAST_STRAIGHT_M
    if not far.any():
        return USUAL_DETOUR
    ratio = weighted_quantile(metres[known][far] / straight_m[far], persons[known][far], 0.5)
    return float(np.clip(ratio, 1.0, MOST_DETOUR))


def area_fix(ground: Ground, cells: NDArray[np.int64], reason: str) -> dict[str, object]:
    """A gate or path where something is in the way and it would do; else a new site, and where."""
    people = total(ground.persons[cells])
    site, site_people, site_more = best_site(ground, cells)
    path, path_people = best_path(ground, cells) if reason in BLOCKED else (-1, NO_DATA)
    found = {"detour": ground.detour, "site_people": site_people, "site_more": site_more, "path_people": path_people}
    if path >= 0 and path_people >= min(ENOUGH * people, site_people):
        straight_m = float(np.hypot(*(ground.xy[cells] - ground.site_xy[path]).T).min())
        return found | _fix("path", path_people, ground.site_xy[path], str(ground.site_id[path]), straight_m)
    return found | _fix("site", site_people, ground.xy[site], "", NO_DATA)


def _fix(fix: str, people: float, xy: NDArray[np.float64], facility: str, straight_m: float) -> dict[str, object]:
    return {
        "fix": fix,
        "fix_people": people,
        "fix_x": float(xy[0]),
        "fix_y": float(xy[1]),
        "fix_facility_id": facility,
        "fix_places": NO_DATA,
        "fix_straight_m": straight_m,
    }


def middle_of(xy: NDArray[np.float64], persons: NDArray[np.float64]) -> NDArray[np.float64]:
    """The centre of people, metres; sums correctly rounded, so that no order or thread moves it.

    Examples
    --------
    >>> middle_of(np.array([[0.0, 0.0], [4.0, 8.0]]), np.array([3.0, 1.0])).tolist()
    [1.0, 2.0]
    """
    return np.array([total(along * persons) for along in xy.T]) / total(persons)


def best_site(ground: Ground, cells: NDArray[np.int64]) -> tuple[int, float, float]:
    """The cell from which a new site would reach most of an area's people.

    Parameters
    ----------
    ground
        The service's ground.
    cells
        Rows of the area's cells.

    Returns
    -------
    tuple
        The row of the cell (on a street where there is any; of equally good ones the nearest to where the people live,
        then the smaller id), the area's people whom it reaches, and others out of reach whom it reaches too.
    """
    candidates = _candidates(ground, cells)
    own = _reached_people(ground, candidates, cells)
    middle = middle_of(ground.xy[cells], ground.persons[cells])
    away_m = np.hypot(*(ground.xy[candidates] - middle).T)
    best = int(candidates[np.lexsort((candidates, np.round(away_m, DIGITS), -np.round(own, DIGITS)))[0]])
    near = np.hypot(*(ground.xy - ground.xy[best]).T) <= ground.straight_limit_m
    own_near, others = near[cells], near & ~ground.served
    others[cells] = False
    return best, total(ground.persons[cells][own_near]), total(ground.persons[others])


def _candidates(ground: Ground, cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cells on a street in the area or near its middle; the area's own cells where none is."""
    joined, tree = ground.joined
    own = cells[ground.on_network[cells]]
    if not len(joined):
        return cells
    middle = ground.xy[cells].mean(axis=0)
    reach_m = float(ground.straight_limit_m[cells].max()) / 2.0
    near = joined[tree.query_ball_point(middle, reach_m, return_sorted=True)]
    found = np.union1d(own, near)
    return found if len(found) else cells


def _reached_people(ground: Ground, candidates: NDArray[np.int64], cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """The people of the cells whom a site at each candidate would reach."""
    xy, limit_m, persons = ground.xy[cells], ground.straight_limit_m[cells], ground.persons[cells]
    found = np.empty(len(candidates))
    for at, candidate in enumerate(candidates.tolist()):
        found[at] = persons[np.hypot(*(xy - ground.xy[candidate]).T) <= limit_m].sum()
    return found


def best_path(ground: Ground, cells: NDArray[np.int64]) -> tuple[int, float]:
    """The facility that a direct way would bring within reach of most of an area's people; -1 where none."""
    if not len(ground.site_id):
        return -1, 0.0
    xy, limit_m, persons = ground.xy[cells], ground.straight_limit_m[cells], ground.persons[cells]
    brought = np.array([total(persons[np.hypot(*(xy - site).T) <= limit_m]) for site in ground.site_xy])
    best = int(np.argmax(np.round(brought, DIGITS)))
    return (best, float(brought[best])) if brought[best] > 0 else (-1, 0.0)


def places_fix(
    near: pd.DataFrame, without: NDArray[np.float64], per_head: float, ground: Ground, *, known: bool
) -> dict[str, object]:
    """So many places at the facility that most people without a place reach.

    Parameters
    ----------
    near
        ``cell, facility_id``: which of the short facilities each of the cells reaches.
    without
        People without a place, per cell of the study.
    per_head
        Places per head that the standard asks for.
    ground
        The service's ground.
    known
        Whether any capacity is known; where none is, it has first to be reported.
    """
    waiting = near.assign(people=without[near["cell"].to_numpy(dtype=np.int64)]).groupby("facility_id")["people"].sum()
    at = pd.Index(ground.site_id).get_indexer(waiting.index)
    ours = (at >= 0) & np.where(at >= 0, ground.site_inside[at], False) if len(waiting) else np.zeros(0, dtype=bool)
    kind = "places" if known else "report"
    none = {"detour": ground.detour, "site_people": NO_DATA, "site_more": NO_DATA, "path_people": NO_DATA}
    if not ours.any():
        return none | _fix(kind, 0.0, NOWHERE, "", NO_DATA)
    best = int(np.argmax(np.where(ours, np.round(waiting.to_numpy(), DIGITS), -1.0)))
    people = float(waiting.iloc[best])
    fix = _fix(kind, people, ground.site_xy[at[best]], str(waiting.index[best]), 0.0)
    places = math.ceil(round(people * per_head, DIGITS)) if known else NO_DATA
    return none | fix | {"fix_places": float(places)}
