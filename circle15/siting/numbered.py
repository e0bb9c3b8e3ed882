"""A problem by numbers: cells and candidates in the order of their ids, so that the order of rows leaves no trace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from circle15.siting.problem import CLOSING, KEPT, NEW
from circle15.siting.rules import Rules, require_possible
from circle15.siting.soundness import flags, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.problem import SitingProblem


# Costs and budgets are counted in whole parts, so that sums are exact: 1 yuan where they are in 10,000 yuan.
COST_PARTS = 10_000
# The town of what grows: no other is called so.
GROWN = "\x00grown"


@dataclass(frozen=True, eq=False)
class Numbered:
    """A problem on arrays.

    Attributes
    ----------
    cells, candidates
        The tables, in the order of their ids.
    persons, limit_m
        (cells,).
    counted
        (cells,): persons by what each counts.
    metres, cell, candidate
        (pairs,), ordered by cell and candidate, without those of candidates that must not be chosen.
    existing
        (candidates,): whether it is there already.
    places
        (candidates,): ``inf`` where places do not count.
    cost_parts
        How many parts a unit of cost has in the rules.
    rules
        What a choice has to keep to; existing sites are among its sites. Those that may close, but would earn nothing
        by it, must stand.
    """

    cells: pd.DataFrame
    candidates: pd.DataFrame
    persons: Floats
    counted: Floats
    limit_m: Floats
    metres: Floats
    cell: Numbers
    candidate: Numbers
    existing: Flags
    places: Floats
    cost_parts: int
    rules: Rules

    @property
    def freed_parts(self) -> float:
        """What all that may close would free; in the rules they cost it as long as they stand."""
        return float(np.sum(self.rules.cost[self.rules.closing]))

    def with_sites(self, sites: int, moves: int) -> Numbered:
        """The same with so many new sites, and so many moved."""
        rules, closing = self.rules, self.rules.closing
        most = sites + min(moves, len(closing) - rules.least_staying)
        return replace(self, rules=replace(rules, sites=sites + int(self.existing.sum()), most_new=most))

    @property
    def near(self) -> Flags:
        """Whether each pair is within the limit of its cell."""
        return self.metres <= self.limit_m[self.cell]


def numbered(problem: SitingProblem) -> Numbered:
    """The problem on arrays.

    Raises
    ------
    ConfigurationError
        No choice can keep to the rules (``require_possible``).
    """
    cells, candidates = problem.cells.sort_index(), problem.candidates.sort_index()
    cell = cells.index.get_indexer(pd.Index(problem.pairs["cell"])).astype(np.int64)
    candidate = candidates.index.get_indexer(pd.Index(problem.pairs["candidate"])).astype(np.int64)
    existing = candidates["kind"].isin((KEPT, CLOSING)).to_numpy()
    rules = _rules(problem, candidates, existing)
    order = np.lexsort((candidate, cell))
    # Whom only a forbidden candidate would reach can be reached by none.
    order = order[~rules.forbidden[candidate[order]]]
    persons = numbers(cells["persons"]).to_numpy()
    return Numbered(
        cells=cells,
        candidates=candidates,
        persons=persons,
        counted=persons * numbers(cells["weight"]).to_numpy() if "weight" in cells else persons,
        limit_m=numbers(cells["limit_m"]).to_numpy(),
        metres=problem.pairs["metres"].to_numpy(np.float64)[order],
        cell=cell[order],
        candidate=candidate[order],
        existing=existing,
        places=_column(candidates, "places" if problem.objective == "places" else "", np.inf),
        cost_parts=_cost_parts(problem),
        rules=rules,
    )


def _column(table: pd.DataFrame, name: str, otherwise: float) -> Floats:
    return numbers(table[name]).to_numpy() if name in table else np.full(len(table), otherwise)


def _flags(table: pd.DataFrame, name: str) -> Flags:
    return flags(table[name]) if name in table else np.zeros(len(table), dtype=np.bool_)


def _grows(candidates: pd.DataFrame) -> Flags:
    """(candidates,): whether each is an existing site that grows."""
    grows: Flags = _site_grown(candidates) != ""
    return grows


def _site_grown(candidates: pd.DataFrame) -> NDArray[np.object_]:
    """(candidates,): the id of the site that each is if it grows, "" for all others."""
    if "grows" not in candidates:
        return np.full(len(candidates), "", dtype=object)
    return candidates["grows"].fillna("").to_numpy(object)


def _needs(candidates: pd.DataFrame) -> Numbers:
    """Pairs of what grows and the site that has to stay for it, where that may close."""
    growing = np.flatnonzero(_grows(candidates))
    site = candidates.index.get_indexer(pd.Index(_site_grown(candidates)[growing]))
    may_close = (candidates["kind"] == CLOSING).to_numpy()[site]
    return np.column_stack([growing, site])[may_close].astype(np.int64)


def _rules(problem: SitingProblem, candidates: pd.DataFrame, existing: Flags) -> Rules:
    # What grows stands in a town of its own, without floor and cap.
    towns, town = np.unique(np.where(_grows(candidates), GROWN, candidates["town"].to_numpy(str)), return_inverse=True)
    floors, caps = ({str(town): count for town, count in each.items()} for each in (problem.floors, problem.caps))
    parts = _cost_parts(problem)
    rules = Rules(
        sites=int(problem.sites) + int(existing.sum()),
        cost=np.rint(_costs(candidates, existing) * parts),
        town=town.astype(np.int64),
        floor=np.array([floors.get(name, 0) for name in towns.tolist()], dtype=np.int64),
        cap=np.array([caps.get(name, len(candidates)) for name in towns.tolist()], dtype=np.int64),
        must=_flags(candidates, "must") | (candidates["kind"] == KEPT).to_numpy(),
        forbidden=_flags(candidates, "forbidden") & ~existing,
        budget=float(np.rint(problem.budget * parts)),
        apart=_apart(problem.apart_m, candidates),
        needs=_needs(candidates),
    )
    rules = _with_closings(rules, problem, existing)
    require_possible(rules, existing, candidates.index.to_numpy(object), towns.astype(object))
    return rules


def _costs(candidates: pd.DataFrame, existing: Flags) -> Floats:
    """What a new site costs, and what one that closes frees, (candidates,)."""
    if "cost" not in candidates:
        return np.where(existing, 0.0, 1.0)
    return np.where(candidates["kind"] == KEPT, 0.0, numbers(candidates["cost"]))


def _with_closings(rules: Rules, problem: SitingProblem, existing: Flags) -> Rules:
    """The rules with those that may close and would earn something by it; all others that are there must stand.

    A site that stays does no harm to any choice but by what it costs, by the cap of its town, by a new site that it is
    too near to, and by the room that a move makes. Where it can do none it stands in one of the best choices, and in
    the one of fewest closings.
    """
    most = rules.candidates if problem.close_at_most is None else int(problem.close_at_most)
    counted = rules.priced or problem.objective == "everyone"
    may = existing & ~rules.must
    full = np.bincount(rules.town, minlength=len(rules.cap)) > rules.cap
    near = np.isin(np.arange(rules.candidates), rules.apart)
    earns = may & (full[rules.town] | near | ((rules.cost > 0) & counted) | (problem.moves > 0)) & (most > 0)
    closing = np.flatnonzero(earns)
    most = min(most, len(closing))
    return replace(
        rules,
        must=rules.must | (may & ~earns),
        cost=np.where(existing & ~(earns & counted), 0.0, rules.cost),
        budget=rules.budget + float(np.sum(rules.cost[closing])),
        new=np.flatnonzero(~existing) if len(closing) else closing,
        most_new=int(problem.sites) + min(int(problem.moves), most) if len(closing) else 0,
        closing=closing,
        least_staying=len(closing) - most,
    )


def _cost_parts(problem: SitingProblem) -> int:
    return COST_PARTS if np.isfinite(problem.budget) or "cost" in problem.candidates else 1


def _apart(apart_m: float, candidates: pd.DataFrame) -> Numbers:
    """Pairs nearer than allowed, of which at least one is new."""
    if apart_m <= 0 or len(candidates) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    xy = candidates[["x_m", "y_m"]].to_numpy(np.float64)
    pairs = cKDTree(xy).query_pairs(apart_m, output_type="ndarray").astype(np.int64).reshape(-1, 2)
    one, other = pairs.T
    near = np.hypot(*(xy[one] - xy[other]).T) < apart_m
    new, grows = (candidates["kind"] == NEW).to_numpy(), _grows(candidates)
    kept = np.sort(pairs[near & (new[one] | new[other]) & ~grows[one] & ~grows[other]], axis=1)
    return kept[np.lexsort((kept[:, 1], kept[:, 0]))]
