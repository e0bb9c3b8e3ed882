"""Why these sites: whom each newly reaches, with whom it shares, what is lost without it, and what comes next to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.siting.flow import placed
from circle15.siting.gains.best_gains import best_gains
from circle15.siting.greedy import gains
from circle15.siting.interchange import replacing
from circle15.siting.numbered import numbered
from circle15.siting.problem import CLOSING
from circle15.siting.worth import beyond_m, by_reach, by_walking, nearest_m, root_reach, within_limit, worth

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.numbered import Numbered
    from circle15.siting.plan import SitingPlan


# For places, so many of the candidates in reach of most people without one are tried in a site's place.
TRIED = 5


@dataclass(frozen=True, eq=False)
class Explanation:
    """What each new site of a plan does.

    Attributes
    ----------
    sites
        By id of the new site: ``persons_in_reach``; ``persons_new``: of these not in reach of any site that existed
        before; ``persons_only``: of all in reach those who are in reach of no other site that stands;
        ``value_without``: the plan's value without this site; ``runner_up``: the candidate that would do best in its
        place, empty where there is none or the objective has no such order (``longest``); ``runner_up_value``: the
        plan's value with that one instead. For ``everyone`` these values are the people within reach.
    newly
        ``candidate``, ``unit``, ``service`` where the cells say it, ``persons`` and each ``persons_<group>`` of the
        cells: people newly reached, per site and unit. Those whom several new sites reach stand at each.
    shares
        ``candidate``, ``other``, ``persons``: people in reach of both a new site and another that stands.
    units
        By unit: ``persons``, ``reached_before``, ``reached_after``, and ``balanced_before``, ``balanced_after``: the
        balanced access (mean root of reach, squared) with the existing sites and with the plan's; of several services
        the square of the weighted mean of theirs.
    spare
        Ids of the sites that may close and stay: those that could close alone without anybody losing every site within
        reach.
    """

    sites: pd.DataFrame
    newly: pd.DataFrame
    shares: pd.DataFrame
    units: pd.DataFrame
    spare: tuple[object, ...]


def explain(plan: SitingPlan) -> Explanation:
    """What each new site of a plan does.

    Examples
    --------
    >>> from circle15.siting import SitingProblem, solve
    >>> cells = pd.DataFrame({"persons": [30.0, 40.0], "unit": ["甲村", "乙村"], "limit_m": 1000.0}, index=["a", "b"])
    >>> sites = pd.DataFrame({"name": ["一", "二"], "town": "镇", "kind": "new"}, index=["s1", "s2"])
    >>> pairs = pd.DataFrame({"cell": ["a", "b"], "candidate": ["s1", "s2"], "metres": 200.0})
    >>> why = explain(solve(SitingProblem(cells, sites, pairs, sites=1)))
    >>> why.sites[["persons_new", "runner_up", "runner_up_value"]].to_dict("records")
    [{'persons_new': 40.0, 'runner_up': 's1', 'runner_up_value': 30.0}]
    """
    whole = numbered(plan.problem)
    stands = whole.candidates.index.isin(plan.sites.index)
    new = np.flatnonzero(stands & ~whole.existing)
    reach = {site: _cells_of(whole, site) for site in np.flatnonzero(stands).tolist()}
    return Explanation(
        sites=_sites(plan, whole, stands, new),
        newly=_newly(whole, new, reach),
        shares=_shares(whole, new, reach),
        units=_units(whole, np.flatnonzero(stands)),
        spare=_spare(whole, stands),
    )


def _spare(whole: Numbered, stands: Flags) -> tuple[object, ...]:
    closing = stands & (whole.candidates["kind"] == CLOSING).to_numpy()
    once = whole.near & (_times_reached(whole, stands) == 1)[whole.cell] & (whole.persons > 0)[whole.cell]
    needed = np.bincount(whole.candidate[once], minlength=len(stands)) > 0
    return tuple(whole.candidates.index[closing & ~needed])


def _cells_of(whole: Numbered, site: int) -> Flags:
    """The cells within their limit of a site, (cells,)."""
    found = np.zeros(len(whole.persons), dtype=np.bool_)
    found[whole.cell[whole.near & (whole.candidate == site)]] = True
    return found


def _times_reached(whole: Numbered, sites: Flags) -> Numbers:
    """By how many of the sites each cell is reached within its limit, (cells,)."""
    return np.bincount(whole.cell[whole.near & sites[whole.candidate]], minlength=len(whole.persons))


def _sites(plan: SitingPlan, whole: Numbered, stands: Flags, new: Numbers) -> pd.DataFrame:
    before, times = _times_reached(whole, whole.existing) > 0, _times_reached(whole, stands)
    without_m, ids = beyond_m(whole, plan.problem.beyond_m), whole.candidates.index
    further = _further(plan, whole, without_m)
    records = []
    for site in new.tolist():
        own, others = _cells_of(whole, site), np.flatnonzero(stands & (np.arange(len(stands)) != site))
        next_best, value = _runner_up(plan, whole, further, stands, site, without_m)
        records.append(
            {
                "persons_in_reach": float(np.sum(whole.persons[own])),
                "persons_new": float(np.sum(whole.persons[own & ~before])),
                "persons_only": float(np.sum(whole.persons[own & (times == 1)])),
                "value_without": worth(whole, plan.objective, others, without_m),
                "runner_up": "" if next_best is None else ids[next_best],
                "runner_up_value": value,
            }
        )
    names = ["persons_in_reach", "persons_new", "persons_only", "value_without", "runner_up", "runner_up_value"]
    return pd.DataFrame(records, index=ids[new], columns=names)


def _further(plan: SitingPlan, whole: Numbered, without_m: Floats) -> Callable[[Numbers], Floats]:
    """What each candidate would add to given sites, (candidates,)."""
    if plan.objective in ("index", "distance"):
        gain = by_reach(whole) if plan.objective == "index" else by_walking(whole, without_m)
        none = np.zeros(len(whole.persons))
        gained = best_gains(gain, whole.cell, whole.candidate, none, len(whole.existing))
        return lambda sites: gained.further(gained.best(sites))
    rows = within_limit(whole)
    if plan.objective == "places":  # whoever is in reach of a full site still wants a place
        return lambda sites: gains(rows, rows.weight - placed(rows, whole.places, sites).of_row)
    return lambda sites: gains(rows, np.where(rows.covered(sites), 0.0, rows.weight))


def _runner_up(
    plan: SitingPlan,
    whole: Numbered,
    further: Callable[[Numbers], Floats],
    stands: Flags,
    out: int,
    without_m: Floats,
) -> tuple[int | None, float]:
    """The best candidate in a site's place, of equal ones the smaller id, and the plan's value with it."""
    may = replacing(whole.rules, stands, out)
    if plan.objective == "longest" or not may.any():
        return None, np.nan
    others = np.flatnonzero(stands & (np.arange(len(stands)) != out))
    gain = np.where(may, np.minimum(further(others), whole.places), -1.0)
    tried = np.argsort(-gain, kind="stable")[: TRIED if plan.objective == "places" else 1]
    values = [worth(whole, plan.objective, np.append(others, site), without_m) for site in tried if may[site]]
    best = int(np.argmax(values))
    return int(tried[best]), values[best]


def _newly(whole: Numbered, new: Numbers, reach: dict[int, Flags]) -> pd.DataFrame:
    before = _times_reached(whole, whole.existing) > 0
    groups = ["persons", *(name for name in whole.cells.columns if name.startswith("persons_"))]
    by = ["unit", *(["service"] if "service" in whole.cells else [])]
    parts = []
    for site in new.tolist():
        people = whole.cells.loc[reach[site] & ~before, [*by, *groups]]
        people = people.groupby(by, sort=True)[groups].sum().reset_index()
        people.insert(0, "candidate", whole.candidates.index[site])
        parts.append(people[people["persons"] > 0])
    empty = pd.DataFrame(columns=["candidate", *by, *groups])
    return pd.concat(parts, ignore_index=True) if parts else empty


def _shares(whole: Numbered, new: Numbers, reach: dict[int, Flags]) -> pd.DataFrame:
    ids, found = whole.candidates.index, []
    for site in new.tolist():
        for other, cells in reach.items():
            persons = float(np.sum(whole.persons[reach[site] & cells]))
            if other != site and persons > 0:
                found.append((ids[site], ids[other], persons))
    return pd.DataFrame(found, columns=["candidate", "other", "persons"])


def _units(whole: Numbered, stands: Numbers) -> pd.DataFrame:
    service = whole.cells["service"].to_numpy() if "service" in whole.cells else ""
    table = pd.DataFrame({"unit": whole.cells["unit"].to_numpy(), "service": service, "persons": whole.persons})
    for when, sites in (("before", np.flatnonzero(whole.existing)), ("after", stands)):
        metres = nearest_m(whole, sites)
        table[f"reached_{when}"] = np.where(metres <= whole.limit_m, whole.persons, 0.0)
        table[f"balanced_{when}"] = whole.persons * root_reach(metres, whole.limit_m)
    weights = table.assign(counted=whole.counted).groupby("service")["counted"].sum()
    parts = table.groupby(["unit", "service"], sort=True).sum()
    weight = (parts["persons"] > 0) * weights.reindex(parts.index.get_level_values("service")).to_numpy()
    sums = table.drop(columns="service").groupby("unit", sort=True).sum()
    for when in ("before", "after"):
        mean = parts[f"balanced_{when}"] / parts["persons"].where(parts["persons"] > 0)
        shares = (mean * weight).groupby(level="unit").sum(), weight.groupby(level="unit").sum()
        sums[f"balanced_{when}"] = (shares[0] / shares[1].where(shares[1] > 0)) ** 2
    return sums[["persons", "reached_before", "reached_after", "balanced_before", "balanced_after"]]
