"""The most weight that sites under rules can cover, and the proof of it: MCLP and all that is made of its rows.

Church and ReVelle (1974). First what is settled goes out; greedy choice and interchange find a good choice; the dual
bounds every choice and rules candidates out or in; what is left goes to HiGHS, with the good choice to begin with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import bmat, coo_matrix, csr_matrix, identity

from circle15.siting.dual import dual_bound
from circle15.siting.greedy import greedy_sites
from circle15.siting.highs import Program, solved
from circle15.siting.interchange import improved_sites
from circle15.siting.rule_rows import rule_rows
from circle15.siting.settled import settled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.dual import DualBound
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules

    Numbers = NDArray[np.int64]

# Two sums of the same weights may differ by so much of themselves.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Effort:
    """How hard to try. Without ``seconds`` the answer is the same on every machine.

    Attributes
    ----------
    gap
        Good enough: bound less value, as a part of the bound.
    shakes, rounds, nodes
        Most restarts of the interchange, rounds of the dual, nodes of the search tree.
    seconds
        Most seconds of the search tree.
    """

    gap: float = 0.0
    shakes: int = 20
    rounds: int = 2000
    nodes: int = 20_000
    seconds: float = float("inf")


@dataclass(frozen=True, eq=False)
class Choice:
    """Sites and how good they are.

    Attributes
    ----------
    sites
        Numbers of the sites that stand, ascending.
    value
        What they reach.
    bound
        No choice reaches more (or, where less is better, less).
    nodes
        Nodes of the search tree.
    """

    sites: Numbers
    value: float
    bound: float
    nodes: int

    @property
    def gap(self) -> float:
        """Bound and value apart, as a part of the bound; 0 where the choice is proven best."""
        apart = abs(self.bound - self.value)
        return 0.0 if apart <= ROUNDING * abs(self.bound) else apart / abs(self.bound)


def most_covered(rows: CoverRows, rules: Rules, effort: Effort = Effort()) -> Choice | None:  # noqa: B008  it is frozen
    """The sites that cover most weight under rules.

    Parameters
    ----------
    rows
        What can be covered.
    rules
        What a choice has to keep to.
    effort
        How hard to try.

    Returns
    -------
    Choice or None
        None where it is proven that no choice keeps to the rules, or none was found within the effort.

    Examples
    --------
    Four people by the road, three and two at its ends; two sites that each reach one end and the middle:

    >>> from circle15.siting.rows import cover_rows
    >>> from circle15.siting.rules import only_so_many
    >>> rows = cover_rows(np.array([3.0, 4.0, 2.0]), np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), 2)
    >>> best = most_covered(rows, only_so_many(1, 2))
    >>> best.sites.tolist(), best.value, best.bound
    ([0], 7.0, 7.0)
    """
    left = settled(rows, rules)
    if not (len(left.free) and left.rules.sites > 0):
        return Choice(left.standing, left.covered, left.covered, 0) if rules.kept(left.standing) else None
    found = _best_of(left.rows, left.rules, effort)
    if found is None or not rules.kept(left.whole(found.sites)):
        return None
    return Choice(left.whole(found.sites), left.covered + found.value, left.covered + found.bound, found.nodes)


def _best_of(rows: CoverRows, rules: Rules, effort: Effort) -> Choice | None:
    start = greedy_sites(rows, rules)
    if start is None:
        return _searched(rows, rules, None, effort)
    start = improved_sites(rows, rules, start, effort.shakes)
    dual = dual_bound(rows, rules, rows.value(start), effort.gap, effort.rounds)
    if dual.best is not None:
        start = improved_sites(rows, rules, dual.best, effort.shakes)
    value = rows.value(start)
    bound = max(min(dual.bound, float(np.sum(rows.weight))), value)
    if bound - value <= max(effort.gap, ROUNDING) * bound:
        return Choice(start, value, bound, 0)
    return _among_open(rows, rules, start, dual, bound, effort)


def _among_open(rows: CoverRows, rules: Rules, start: Numbers, dual: DualBound, bound: float, effort: Effort) -> Choice:
    """Look for a better choice among the candidates that a better one may have.

    A candidate is out where no choice with it covers as much as the known one, and stands where none without it does;
    so the known choice stays among those left.
    """
    value = rows.value(start)
    out, within = dual.if_in < value, dual.if_out < value
    left = settled(rows, replace(rules, forbidden=rules.forbidden | out, must=rules.must | within))
    if not (len(left.free) and left.rules.sites > 0):
        return Choice(start, value, value, 0)
    begin = np.flatnonzero(np.isin(left.free, start))
    found = _searched(left.rows, left.rules, begin, effort)
    if found is None:
        return Choice(start, value, bound, 0)
    sites = max((start, left.whole(found.sites)), key=rows.value)
    value = rows.value(sites)
    return Choice(sites, value, max(min(bound, left.covered + found.bound), value), found.nodes)


def _searched(rows: CoverRows, rules: Rules, start: Numbers | None, effort: Effort) -> Choice | None:
    """By HiGHS: rows are covered in whole or part, sites stand or do not."""
    answer = solved(
        _program(rows, rules), None if start is None else _as_start(rows, start), effort.gap, effort.nodes, effort.seconds
    )
    if answer.x is None:
        return None
    sites = np.flatnonzero(answer.x[: rows.candidates] > 0.5)
    return Choice(sites, rows.value(sites), -answer.bound, answer.nodes)


def _program(rows: CoverRows, rules: Rules) -> Program:
    """Candidates first, then rows: ``covered_i - sum of its candidates <= 0``."""
    count, sites = len(rows.weight), rows.candidates
    row = np.repeat(np.arange(count), np.diff(rows.row_start))
    by_sites = coo_matrix((np.full(len(row), -1.0), (row, rows.candidate)), shape=(count, sites))
    limits, low, high = rule_rows(rules)
    return Program(
        cost=np.concatenate([np.zeros(sites), -rows.weight]),
        low=np.zeros(sites + count),
        high=np.ones(sites + count),
        whole=np.arange(sites + count) < sites,
        rows=csr_matrix(bmat([[by_sites, identity(count)], [limits, None]])),
        row_low=np.concatenate([np.full(count, -np.inf), low]),
        row_high=np.concatenate([np.zeros(count), high]),
    )


def _as_start(rows: CoverRows, chosen: Numbers) -> NDArray[np.float64]:
    stands = np.zeros(rows.candidates)
    stands[chosen] = 1.0
    return np.concatenate([stands, rows.covered(chosen).astype(np.float64)])
