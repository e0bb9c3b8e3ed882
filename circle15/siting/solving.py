"""A problem's sites: from ids to numbers, to rows under rules, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import ConfigurationError
from circle15.siting.choice import USUAL
from circle15.siting.fewest_sites import fewest_sites
from circle15.siting.flow import placed
from circle15.siting.gains.most_gained import most_gained
from circle15.siting.memory import require_memory
from circle15.siting.most_covered import most_covered
from circle15.siting.most_placed import most_placed
from circle15.siting.numbered import numbered
from circle15.siting.p_centre import p_centre
from circle15.siting.p_median import p_median
from circle15.siting.plan import SitingPlan
from circle15.siting.soundness import require_sound
from circle15.siting.worth import beyond_m, by_reach, nearest_m, reached_persons, within_limit, worth

if TYPE_CHECKING:
    from circle15.siting.choice import Choice, Effort
    from circle15.siting.numbered import Numbered
    from circle15.siting.problem import Objective, SitingProblem


def solve(problem: SitingProblem, effort: Effort = USUAL) -> SitingPlan:
    """The best sites for a problem, with the bound that proves how good they are.

    Parameters
    ----------
    problem
        What is asked.
    effort
        How hard to try.

    Returns
    -------
    SitingPlan
        Of equally good choices that of the fewest sites, then of the smaller ids, in whatever order the tables come.

    Raises
    ------
    DataError, ConfigurationError, Faults
        The tables cannot be computed with; no choice can keep to the rules; nobody reaches any candidate; it takes more
        than 3 GB.

    Examples
    --------
    >>> cells = pd.DataFrame({"persons": [30.0, 40.0], "unit": ["甲村", "乙村"], "limit_m": 1000.0}, index=["a", "b"])
    >>> sites = pd.DataFrame({"name": ["一", "二"], "town": "镇", "kind": "new"}, index=["s1", "s2"])
    >>> pairs = pd.DataFrame({"cell": ["a", "b"], "candidate": ["s1", "s2"], "metres": [200.0, 1400.0]})
    >>> from circle15.siting.problem import SitingProblem
    >>> plan = solve(SitingProblem(cells, sites, pairs, sites=1))
    >>> plan.new, plan.value, plan.proven, plan.unreachable_by_unit().to_dict()
    (('s1',), 30.0, True, {'乙村': 40.0})
    """
    require_sound(problem)
    whole = numbered(problem)
    require_memory(whole)
    _require_reach(whole, problem.objective)
    found = chosen(whole, problem, effort)
    if found is None or not np.isfinite(found.value):
        raise _no_choice(problem, found)
    return _plan(problem, whole, found)


def chosen(whole: Numbered, problem: SitingProblem, effort: Effort) -> Choice | None:
    """The choice by the problem's objective."""
    rules, pairs = whole.rules, (whole.metres, whole.cell, whole.candidate)
    if problem.objective == "people":
        return most_covered(within_limit(whole), rules, effort)
    if problem.objective == "places":
        return most_placed(within_limit(whole), whole.places, rules, effort)
    if problem.objective == "index":
        return most_gained(by_reach(whole), *pairs[1:], len(whole.persons), rules, effort)
    if problem.objective == "distance":
        return p_median(whole.counted, *pairs, rules, beyond_m(whole, problem.beyond_m), effort)
    if problem.objective == "everyone":
        return fewest_sites(within_limit(whole), rules, effort)
    some = whole.persons[whole.cell] > 0
    return p_centre(whole.metres[some], whole.cell[some], whole.candidate[some], len(whole.persons), rules, effort)


def _require_reach(whole: Numbered, objective: Objective) -> None:
    wide = objective in ("distance", "longest")
    limit_m = np.inf if wide else whole.limit_m[whole.cell] * (2.0 if objective == "index" else 1.0)
    if not ((whole.metres <= limit_m) & (whole.persons[whole.cell] > 0)).any():
        raise ConfigurationError("siting.none_in_reach")


def _no_choice(problem: SitingProblem, found: Choice | None) -> ConfigurationError:
    if found is None and problem.objective in ("everyone", "longest"):
        return ConfigurationError("siting.not_everyone", sites=problem.sites)
    return ConfigurationError("siting.no_choice")


def _plan(problem: SitingProblem, whole: Numbered, found: Choice) -> SitingPlan:
    stands = np.zeros(len(whole.existing), dtype=np.bool_)
    stands[found.sites] = True
    ids = whole.candidates.index
    every = np.flatnonzero(~whole.rules.forbidden)
    in_cost, freed = (whole.cost_parts, whole.freed_parts) if problem.objective == "everyone" else (1, 0.0)
    bound = found.value if found.proven else found.bound
    return SitingPlan(
        problem=problem,
        sites=_site_table(whole, problem.objective, found),
        new=tuple(ids[stands & ~whole.existing]),
        closed=tuple(ids[~stands & whole.existing]),
        value=(found.value - freed) / in_cost,
        bound=(bound - freed) / in_cost,
        before=worth(whole, problem.objective, np.flatnonzero(whole.existing), beyond_m(whole, problem.beyond_m)),
        nodes=found.nodes,
        persons=float(np.sum(whole.persons)),
        reachable=reached_persons(whole, every),
        reached=reached_persons(whole, found.sites),
        unreachable=unreachable_cells(whole),
    )


def _site_table(whole: Numbered, objective: Objective, found: Choice) -> pd.DataFrame:
    table = whole.candidates.iloc[found.sites][["name", "town", "kind"]].copy()
    if objective == "places":
        table["places"] = whole.places[found.sites]
        table["placed"] = placed(within_limit(whole), whole.places, found.sites).at_site[found.sites]
    return table


def unreachable_cells(whole: Numbered) -> pd.DataFrame:
    """Cells with people beyond the limit of every site that exists or may be chosen."""
    nearest = nearest_m(whole, np.flatnonzero(~whole.rules.forbidden))
    out = (nearest > whole.limit_m) & (whole.persons > 0)
    return pd.DataFrame(
        {
            "cell": whole.cells.index[out],
            "unit": whole.cells["unit"].to_numpy()[out],
            "persons": whole.persons[out],
            "nearest_m": nearest[out],
        }
    )
