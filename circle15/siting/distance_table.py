"""A siting problem from a plain table of distances, as benchmarks and other programs state it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.siting.problem import NEW, SitingProblem

if TYPE_CHECKING:
    from circle15.siting.problem import Objective


def of_distances(
    metres: pd.DataFrame,
    sites: int,
    objective: Objective = "distance",
    *,
    persons: pd.Series | None = None,
    limit_m: float | None = None,
) -> SitingProblem:
    """State a problem by a table of distances; rules can be added with ``dataclasses.replace``.

    Parameters
    ----------
    metres
        A row per cell, a column per candidate, all of them new sites; in any unit. Where it is not finite there is no
        way.
    sites
        The most sites.
    objective
        As for ``SitingProblem``.
    persons
        By cell, the demand; 1 each where not given.
    limit_m
        What counts as in reach, for ``people``, ``index`` and ``everyone``; the longest of all ways where not given.

    Examples
    --------
    The p-median and the p-centre of four places along a road, of which the last holds most:

    >>> from circle15.siting import of_distances, solve
    >>> at = pd.Series([0.0, 1.0, 2.0, 9.0], index=["a", "b", "c", "d"])
    >>> table = pd.DataFrame(abs(at.to_numpy()[:, None] - at.to_numpy()), index=at.index, columns=at.index)
    >>> demand = pd.Series([1.0, 1.0, 1.0, 5.0], index=at.index)
    >>> plan = solve(of_distances(table, 2, persons=demand))
    >>> plan.new, plan.value, plan.proven
    (('b', 'd'), 2.0, True)
    >>> plan = solve(of_distances(table, 1, "longest"))
    >>> plan.new, plan.value, plan.proven
    (('c',), 7.0, True)
    """
    far = metres.to_numpy(np.float64)
    cell, candidate = np.nonzero(np.isfinite(far))
    ways = far[cell, candidate]
    ids, columns = metres.index.astype(str), metres.columns.astype(str)
    limit = float(ways.max(initial=1.0)) if limit_m is None else limit_m
    demand = np.ones(len(ids)) if persons is None else persons.reindex(metres.index).to_numpy(np.float64)
    return SitingProblem(
        cells=pd.DataFrame({"persons": demand, "unit": "", "limit_m": limit}, index=ids),
        candidates=pd.DataFrame({"name": columns, "town": "", "kind": NEW}, index=columns),
        pairs=pd.DataFrame({"cell": ids[cell], "candidate": columns[candidate], "metres": ways}),
        sites=sites,
        objective=objective,
    )
