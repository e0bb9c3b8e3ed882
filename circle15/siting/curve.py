"""How much each further site adds: the best value for every number of new sites, from one run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import ConfigurationError
from circle15.siting.choice import USUAL, untold
from circle15.siting.memory import require_memory
from circle15.siting.numbered import numbered
from circle15.siting.rules import possible
from circle15.siting.solving import chosen
from circle15.siting.soundness import require_sound
from circle15.siting.worth import reached_persons, root_reach_persons

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from circle15.siting.choice import Choice, Effort
    from circle15.siting.numbered import Numbered
    from circle15.siting.problem import SitingProblem

COLUMNS = ("new_sites", "value", "bound", "proven", "people", "index", "candidates")
# Heights that differ by less are equal.
HEIGHT_DUST = 1e-9
LESS_IS_BETTER = ("distance", "longest")


@dataclass(frozen=True, eq=False)
class Curve:
    """Value by number of new sites.

    Attributes
    ----------
    points
        A row per number of new sites, ascending: ``new_sites`` (without moved ones), ``value`` and ``bound`` in the
        objective's unit, ``proven``, ``people`` within reach, ``index``: people by the root of their reach,
        ``candidates``: ids of the new sites. Numbers with which the rules cannot be kept are left out.
    knee
        The number of new sites beyond which each adds clearly less (``knee_of``); None where all add alike.
    """

    points: pd.DataFrame
    knee: int | None


def curve(problem: SitingProblem, effort: Effort = USUAL, told: Callable[[int, int], None] = untold) -> Curve:
    """The best sites for every number of new sites up to ``problem.sites``.

    Each number is solved by itself, with its own bound; where fewer sites were found to do better, those are taken, so
    that the curve never falls.

    Parameters
    ----------
    problem
        Any but ``everyone``, which asks for no number.
    effort
        How hard to try, for each number; the time is for all of them.
    told
        Called with how many numbers are done, and of how many.

    Raises
    ------
    DataError, ConfigurationError, Faults
        As for ``solve``; the objective is ``everyone``.

    Examples
    --------
    >>> cells = pd.DataFrame({"persons": [30.0, 40.0], "unit": "村", "limit_m": 1000.0}, index=["a", "b"])
    >>> sites = pd.DataFrame({"name": ["一", "二"], "town": "镇", "kind": "new"}, index=["s1", "s2"])
    >>> pairs = pd.DataFrame({"cell": ["a", "b"], "candidate": ["s1", "s2"], "metres": 200.0})
    >>> from circle15.siting.problem import SitingProblem
    >>> found = curve(SitingProblem(cells, sites, pairs, sites=2))
    >>> found.points["value"].tolist(), found.points["candidates"].tolist()
    ([0.0, 40.0, 70.0], [(), ('s2',), ('s1', 's2')])
    """
    if problem.objective == "everyone":
        raise ConfigurationError("siting.no_curve")
    require_sound(problem)
    whole = numbered(problem)
    require_memory(whole)
    points: list[dict[str, object]] = []
    before: Choice | None = None
    for count in range(problem.sites + 1):
        fewer = whole.with_sites(count, problem.moves)
        part = effort.share(problem.sites + 1 - count)
        found = chosen(fewer, problem, part) if possible(fewer.rules) else None
        told(count + 1, problem.sites + 1)
        before = _no_worse(found, before, problem)
        if before is not None and np.isfinite(before.value):
            points.append(_point(whole, count, before))
    if not points:
        raise ConfigurationError("siting.no_choice")
    table = pd.DataFrame(points, columns=list(COLUMNS))
    return Curve(table, knee_of(table["value"].to_numpy(np.float64), table["new_sites"].to_numpy(np.int64)))


def _no_worse(found: Choice | None, before: Choice | None, problem: SitingProblem) -> Choice | None:
    """What was found, or what fewer sites gave where that is better, with the bound of what was found."""
    if before is None:
        return found
    less = problem.objective in LESS_IS_BETTER
    if found is None:
        return replace(before, bound=0.0 if less else np.inf)
    better = before.value < found.value if less else before.value > found.value
    return replace(before, bound=found.bound) if better else found


def _point(whole: Numbered, count: int, found: Choice) -> dict[str, object]:
    new = found.sites[~whole.existing[found.sites]]
    return {
        "new_sites": count,
        "value": found.value,
        "bound": found.bound,
        "proven": found.proven,
        "people": reached_persons(whole, found.sites),
        "index": root_reach_persons(whole, found.sites),
        "candidates": tuple(whole.candidates.index[new]),
    }


def knee_of(value: NDArray[np.float64], sites: NDArray[np.int64]) -> int | None:
    """Where a curve bends most: the number of sites at which it stands highest above the straight line to its end.

    Both axes are taken from 0 to 1 over the curve's own range (Satopaa et al. 2011); of equal heights the fewest sites.

    Parameters
    ----------
    value
        (n,): rising, or falling where less is better.
    sites
        (n,): ascending.

    Returns
    -------
    int or None
        None for fewer than three numbers, and where nothing is gained or every site gains alike.

    Examples
    --------
    >>> knee_of(np.array([0.0, 60.0, 90.0, 95.0, 100.0]), np.arange(5))
    2
    >>> knee_of(np.array([0.0, 1.0, 2.0]), np.arange(3)) is None
    True
    """
    finite = np.isfinite(value)
    value, sites = value[finite], sites[finite]
    if len(value) < 3 or value[-1] == value[0]:
        return None
    above = (value - value[0]) / (value[-1] - value[0]) - (sites - sites[0]) / (sites[-1] - sites[0])
    best = int(np.argmax(above >= above.max() - HEIGHT_DUST))
    return int(sites[best]) if above[best] > HEIGHT_DUST else None
