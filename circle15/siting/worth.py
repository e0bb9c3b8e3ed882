"""What given sites are worth: who reaches them, how far everyone walks, what the index gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.flow import placed
from circle15.siting.rows import cover_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.numbered import Numbered
    from circle15.siting.problem import Objective
    from circle15.siting.rows import CoverRows


def nearest_m(whole: Numbered, sites: Numbers) -> Floats:
    """Metres from each cell to the nearest of the sites, (cells,); ``inf`` where none is in the pairs."""
    stands = np.zeros(len(whole.existing), dtype=np.bool_)
    stands[sites] = True
    found = np.full(len(whole.persons), np.inf)
    kept = stands[whole.candidate]
    np.minimum.at(found, whole.cell[kept], whole.metres[kept])
    return found


def reached_persons(whole: Numbered, sites: Numbers) -> float:
    """People within the limit of a site."""
    return float(np.sum(whole.persons[_reached(whole, sites)]))


def _reached(whole: Numbered, sites: Numbers) -> NDArray[np.bool_]:
    return nearest_m(whole, sites) <= whole.limit_m


def root_reach(metres: Floats, limit_m: Floats) -> Floats:
    """The root of reach: 1 within the limit, reach falling to 0 at twice that.

    Examples
    --------
    >>> root_reach(np.array([900.0, 1750.0, 2000.0, np.inf]), np.full(4, 1000.0)).tolist()
    [1.0, 0.5, 0.0, 0.0]
    """
    reach: Floats = np.sqrt(np.clip(2.0 - metres / limit_m, 0.0, 1.0))
    return reach


def root_reach_persons(whole: Numbered, sites: Numbers) -> float:
    """People by the root of their reach of the nearest site."""
    return float(np.sum(whole.counted * root_reach(nearest_m(whole, sites), whole.limit_m)))


def beyond_m(whole: Numbered, given: float | None) -> Floats:
    """(cells,): at how many metres those count who reach no site; the longest of all pairs where not given."""
    return np.full(len(whole.persons), float(whole.metres.max(initial=0.0)) if given is None else given)


def worth(whole: Numbered, objective: Objective, sites: Numbers, without_m: Floats) -> float:
    """What sites are worth by an objective, in its unit."""
    if objective == "everyone":
        return reached_persons(whole, sites)
    if objective == "people":
        return float(np.sum(whole.counted[_reached(whole, sites)]))
    if objective == "places":
        return placed(within_limit(whole), whole.places, sites).persons
    if objective == "index":
        return root_reach_persons(whole, sites)
    metres = nearest_m(whole, sites)
    if objective == "distance":
        return float(np.sum(whole.counted * np.minimum(metres, without_m)))
    some = np.zeros(len(whole.persons), dtype=np.bool_)
    some[whole.cell] = True
    return float(metres[some & (whole.persons > 0)].max(initial=0.0))


def within_limit(whole: Numbered) -> CoverRows:
    """A row per set of candidates within the limit: its people."""
    near = whole.near
    return cover_rows(whole.counted, whole.cell[near], whole.candidate[near], len(whole.existing))


def by_reach(whole: Numbered, share: float = 1.0) -> Floats:
    """People by the root of their reach, (pairs,); with a ``share`` below 1 the rest by being within the limit."""
    roots = root_reach(whole.metres, whole.limit_m[whole.cell])
    gain: Floats = whole.counted[whole.cell] * (share * roots + (1.0 - share) * whole.near)
    return gain


def by_walking(whole: Numbered, without_m: Floats) -> Floats:
    """Person-metres that people are spared, (pairs,)."""
    spared: Floats = whole.counted[whole.cell] * (without_m[whole.cell] - whole.metres)
    return spared
