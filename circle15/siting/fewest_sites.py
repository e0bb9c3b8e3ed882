"""The fewest, or cheapest, sites that cover every row: LSCP (Toregas, Swain, ReVelle and Bergman 1971).

What does not hang together is solved apart: the parts of the network of rows and candidates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, vstack
from scipy.sparse.csgraph import connected_components

from circle15.siting.highs import Program, solved
from circle15.siting.most_covered import Choice, Effort
from circle15.siting.rows import cover_rows
from circle15.siting.rule_rows import rule_rows
from circle15.siting.settled import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules

    Numbers = NDArray[np.int64]


def fewest_sites(rows: CoverRows, rules: Rules, effort: Effort = Effort()) -> Choice | None:  # noqa: B008  it is frozen
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
        ``value`` is what the sites cost, ``bound`` what any must cost. None where no choice covers all rows.

    Examples
    --------
    >>> from circle15.siting.rows import cover_rows
    >>> from circle15.siting.rules import only_so_many
    >>> rows = cover_rows(np.ones(3), np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), 2)
    >>> fewest_sites(rows, only_so_many(2, 2)).sites.tolist(), fewest_sites(rows, only_so_many(1, 2))
    ([0, 1], None)
    """
    left = settled(rows, rules)
    if _uncovered(left.rows, rows, left.standing):
        return None
    parts = list(_parts(left.rows)) if rules.counted_only else [np.arange(len(left.free))]
    found = [_of_part(left.rows, left.rules, part, effort) for part in parts]
    if not all(choice is not None for choice in found):
        return None
    chosen = [part[choice.sites] for part, choice in zip(parts, found, strict=True) if choice is not None]
    sites = left.whole(np.concatenate([np.zeros(0, dtype=np.int64), *chosen]))
    if not rules.kept(sites):
        return None
    standing = float(np.sum(rules.cost[left.standing]))
    bound = standing + sum(choice.bound for choice in found if choice is not None)
    return Choice(sites, float(np.sum(rules.cost[sites])), bound, sum(c.nodes for c in found if c is not None))


def _uncovered(left: CoverRows, rows: CoverRows, standing: Numbers) -> bool:
    """Whether a row is covered neither by what stands nor by any candidate that is left."""
    open_weight = float(np.sum(rows.weight[~rows.covered(standing)]))
    return float(np.sum(left.weight)) < open_weight * (1 - 1e-12)


def _parts(rows: CoverRows) -> Iterator[Numbers]:
    """The candidates of each part that hangs together by rows; those that cover nothing are in none."""
    count = len(rows.weight)
    row = np.repeat(np.arange(count), np.diff(rows.row_start))
    joined = coo_matrix((np.ones(len(row)), (row, count + rows.candidate)), shape=(count + rows.candidates,) * 2)
    _, part = connected_components(joined, directed=False)
    of_candidate = part[count:]
    for number in np.unique(part[:count]):
        yield np.flatnonzero(of_candidate == number)


def _of_part(rows: CoverRows, rules: Rules, part: Numbers, effort: Effort) -> Choice | None:
    """The cheapest sites of one part."""
    own = _rows_of(rows, part)
    if not len(own.weight) and rules.counted_only:
        return Choice(np.zeros(0, dtype=np.int64), 0.0, 0.0, 0)
    row = np.repeat(np.arange(len(own.weight)), np.diff(own.row_start))
    by_sites = coo_matrix((np.ones(len(row)), (row, own.candidate)), shape=(len(own.weight), len(part)))
    limits, low, high = rule_rows(rules) if len(part) == rules.candidates else (csr_matrix((0, len(part))), [], [])
    program = Program(
        cost=rules.cost[part],
        low=np.zeros(len(part)),
        high=np.ones(len(part)),
        whole=np.ones(len(part), dtype=np.bool_),
        rows=csr_matrix(vstack([by_sites, limits])),
        row_low=np.concatenate([np.ones(len(own.weight)), low]),
        row_high=np.concatenate([np.full(len(own.weight), np.inf), high]),
    )
    answer = solved(program, None, effort.gap, effort.nodes, effort.seconds)
    if answer.x is None:
        return None
    sites = np.flatnonzero(answer.x > 0.5)
    return Choice(sites, float(np.sum(rules.cost[part][sites])), answer.bound, answer.nodes)


def _rows_of(rows: CoverRows, part: Numbers) -> CoverRows:
    """The rows of one part; all candidates of such a row are in it."""
    number = np.full(rows.candidates, -1, dtype=np.int64)
    number[part] = np.arange(len(part))
    row = np.repeat(np.arange(len(rows.weight)), np.diff(rows.row_start))
    own = number[rows.candidate] >= 0
    return cover_rows(rows.weight, row[own], number[rows.candidate[own]], len(part))
