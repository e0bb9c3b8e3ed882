"""Whether any candidate could be proposed at all: somebody is within its reach, and it can be paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import ConfigurationError
from circle15.pipeline.siting.asked import FARTHER
from circle15.siting.problem import CLOSING, NEW

if TYPE_CHECKING:
    from circle15.siting import SitingProblem


def require_usable(problem: SitingProblem) -> None:
    """Refuse a problem to which no candidate can be an answer, rather than tell that nothing is worth building.

    Parameters
    ----------
    problem
        With ``forbidden`` per candidate, and ``cost`` where that is known of all.

    Raises
    ------
    ConfigurationError
        Nobody is within reach of any candidate that may be chosen, or the cheapest costs more than there is.
    """
    table = problem.candidates
    may = table[(table["kind"] == NEW) & ~table["forbidden"]]
    if may.empty or problem.sites + problem.moves == 0:
        return
    if _reached(problem).isdisjoint(may.index):
        raise ConfigurationError("candidates.reach_nobody", count=len(may))
    cost = table["cost"] if "cost" in table else pd.Series(0.0, index=table.index)
    cheapest, freed = float(cost[may.index].min()), float(cost[table["kind"] == CLOSING].sum())
    if round(cheapest - freed, 4) > problem.budget:
        raise ConfigurationError("candidates.none_affordable", cost=f"{cheapest:g}", budget=f"{problem.budget:g}")


def _reached(problem: SitingProblem) -> set[str]:
    """The candidates that somebody reaches, as far as the objective looks."""
    pairs = problem.pairs
    cells = problem.cells.reindex(pairs["cell"])
    limit_m = cells["limit_m"].to_numpy(np.float64) * FARTHER.get(problem.objective, 1.0)
    some = (pairs["metres"].to_numpy(np.float64) <= limit_m) & (cells["persons"].to_numpy(np.float64) > 0)
    return set(pairs.loc[some, "candidate"])
