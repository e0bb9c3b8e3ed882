"""The fewest, or cheapest, sites that cover every row: LSCP (Toregas, Swain, ReVelle and Bergman 1971).

What does not hang together is solved apart: the parts of the network of rows and candidates, small ones first. Each
part may have as many sites as the others are sure to leave it: with that limit the relaxation alone tells most
problems that cannot be.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, vstack
from scipy.sparse.csgraph import connected_components

from circle15.siting.choice import ROUNDING, USUAL, Choice, Effort
from circle15.siting.highs import Program, solved
from circle15.siting.rows import cover_rows
from circle15.siting.rule_rows import rule_rows
from circle15.siting.rules import only_so_many, possible
from circle15.siting.settled import settled
from circle15.siting.ties import first_of_equals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circle15.siting.arrays import Numbers
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules
    from circle15.siting.settled import Open


# Choices that differ by less of their cost are equally good, and how long one of smaller numbers is looked for.
TIE, TIE_NODES = 1e-12, 200
# What the search is given where no time is left: there is no other that finds sites.
LEAST_S = 1.0
# The gap of a choice that need be no better than the rules ask for: any that they allow.
ANY = 1.0


def fewest_sites(rows: CoverRows, rules: Rules, effort: Effort = USUAL) -> Choice | None:
    """The cheapest sites that cover all rows; with costs of 1 the fewest.

    Parameters
    ----------
    rows
        What must be covered; weights do not matter.
    rules
        What a choice has to keep to.
    effort
        How hard to try.

    Returns
    -------
    Choice or None
        ``value`` is what the sites cost, ``bound`` what any must cost; a ``value`` of ``inf`` says that none was found
        within the effort. None where it is proven that no choice covers all rows. Of choices that are proven equally
        good the one of the smallest numbers, as far as ``effort.ties`` goes.

    Examples
    --------
    >>> from circle15.siting.rows import cover_rows
    >>> from circle15.siting.rules import only_so_many
    >>> rows = cover_rows(np.ones(3), np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), 2)
    >>> fewest_sites(rows, only_so_many(2, 2)).sites.tolist(), fewest_sites(rows, only_so_many(1, 2))
    ([0, 1], None)
    """
    found = _fewest(rows, rules, effort)
    if found is None or not (found.proven and effort.ties) or effort.out_of_time:
        return found
    # Where all cost alike, those that the rules allow are as good: no more sites than the fewest.
    most, gap = found.value * (1 + TIE), ANY if _alike(rules) else effort.gap
    quick = replace(effort, nodes=TIE_NODES, gap=gap)

    def as_good(sites: Numbers) -> bool:
        costs = float(np.sum(rules.cost[sites]))
        return bool(rules.kept(sites) and costs <= most and rows.covered(sites).all())

    def best_under(more: Rules) -> Numbers | None:
        other = _fewest(rows, more, quick) if possible(more) else None
        return None if other is None else other.sites

    return replace(found, sites=first_of_equals(found.sites, rules, ~rules.forbidden, as_good, best_under, effort.ties))


def _fewest(rows: CoverRows, rules: Rules, effort: Effort) -> Choice | None:
    left = settled(rows, rules)
    if not possible(rules) or _uncovered(left, rows):
        return None
    if not len(left.free):
        spent = float(np.sum(rules.cost[left.standing]))
        return Choice(left.standing, spent, spent, 0) if rules.kept(left.standing) else None
    parts = sorted(_parts(left.rows), key=len) if _alike(left.rules) else [np.arange(len(left.free))]
    some = _of_parts(left, parts, effort)
    if some is None:
        return None
    chosen = [part[choice.sites] for part, choice in zip(parts, some, strict=True)]
    sites = left.whole(np.concatenate([np.zeros(0, dtype=np.int64), *chosen]))
    known = rules.kept(sites) and all(np.isfinite(choice.value) for choice in some)
    value = float(np.sum(rules.cost[sites])) if known else np.inf
    bound = float(np.sum(rules.cost[left.standing])) + sum(choice.bound for choice in some)
    return Choice(sites, value, bound, sum(choice.nodes for choice in some))


def _alike(rules: Rules) -> bool:
    """Whether one site is as good as another but for what it covers."""
    return rules.counted_only and bool((rules.cost == rules.cost[:1]).all())


def _of_parts(left: Open, parts: list[Numbers], effort: Effort) -> list[Choice] | None:
    """The choice of each part, which has as many sites as the others leave it; None where those are too few.

    Only the last part's choice may be as far from the best as the effort allows: the others' sites are missing there.
    """
    found: list[Choice] = []
    room = left.rules.sites - len(parts)
    for part in parts:
        tried = effort if len(found) == len(parts) - 1 else replace(effort, gap=0.0)
        choice = _of_part(left.rows, left.rules, part, room + 1, tried)
        if choice is None:
            return None
        found.append(choice)
        room -= _least_sites(left.rules, choice) - 1
        if room < 0 and _alike(left.rules):
            return None
    return found


def _least_sites(rules: Rules, choice: Choice) -> int:
    """Where all sites cost alike: none covers these rows, of which there are some, with fewer."""
    return max(1, math.ceil(choice.bound / (float(rules.cost[:1].sum()) or 1.0) * (1 - ROUNDING)))


def _uncovered(left: Open, rows: CoverRows) -> bool:
    """Whether a row is covered neither by what stands nor by any candidate that is left."""
    free = np.zeros(rows.candidates, dtype=np.bool_)
    free[left.free] = True
    row = np.repeat(np.arange(len(rows.weight)), np.diff(rows.row_start))
    reachable = np.bincount(row[free[rows.candidate]], minlength=len(rows.weight)) > 0
    return not (reachable | rows.covered(left.standing)).all()


def _parts(rows: CoverRows) -> Iterator[Numbers]:
    """The candidates of each part that hangs together by rows; those that cover nothing are in none."""
    count = len(rows.weight)
    row = np.repeat(np.arange(count), np.diff(rows.row_start))
    joined = coo_matrix((np.ones(len(row)), (row, count + rows.candidate)), shape=(count + rows.candidates,) * 2)
    _, part = connected_components(joined, directed=False)
    of_candidate = part[count:]
    for number in np.unique(part[:count]):
        yield np.flatnonzero(of_candidate == number)


def _of_part(rows: CoverRows, rules: Rules, part: Numbers, most: int, effort: Effort) -> Choice | None:
    """The cheapest sites of one part, which may have so many where others have theirs."""
    own = _rows_of(rows, part)
    if not len(own.weight) and rules.counted_only:
        return Choice(np.zeros(0, dtype=np.int64), 0.0, 0.0, 0)
    row = np.repeat(np.arange(len(own.weight)), np.diff(own.row_start))
    by_sites = coo_matrix((np.ones(len(row)), (row, own.candidate)), shape=(len(own.weight), len(part)))
    whole = len(part) == rules.candidates
    limits, low, high = rule_rows(rules if whole else only_so_many(most, len(part)))
    program = Program(
        cost=rules.cost[part],
        low=np.zeros(len(part)),
        high=np.ones(len(part)),
        whole=np.ones(len(part), dtype=np.bool_),
        rows=csr_matrix(vstack([by_sites, limits])),
        row_low=np.concatenate([np.ones(len(own.weight)), low]),
        row_high=np.concatenate([np.full(len(own.weight), np.inf), high]),
    )
    answer = solved(program, None, effort.gap, effort.nodes, max(effort.left_s(), LEAST_S))
    if answer.impossible:
        return None
    if answer.x is None:
        return Choice(np.zeros(0, dtype=np.int64), np.inf, max(answer.bound, 0.0), answer.nodes)
    sites = np.flatnonzero(answer.x > 0.5)
    return Choice(sites, float(np.sum(rules.cost[part][sites])), answer.bound, answer.nodes)


def _rows_of(rows: CoverRows, part: Numbers) -> CoverRows:
    """The rows of one part; all candidates of such a row are in it."""
    number = np.full(rows.candidates, -1, dtype=np.int64)
    number[part] = np.arange(len(part))
    row = np.repeat(np.arange(len(rows.weight)), np.diff(rows.row_start))
    own = number[rows.candidate] >= 0
    return cover_rows(rows.weight, row[own], number[rows.candidate[own]], len(part))
