"""Rows to cover: what is gained as soon as any site of a set stands.

Every problem of this package is made of such rows. People within reach are one row per cell: its people, and the
candidates within its limit. A gain that falls with distance is a staircase: a cell's best gain is the sum of its steps,
and the step down to the k-th best candidate's gain is won as soon as any of the candidates that are at least as good
stands. That is the telescoping of Cornuejols, Nemhauser and Wolsey (1980); it is exact, and makes one problem of most
people, least walking and most index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.arrays import Flags, Floats, Numbers


# A row's set of candidates is known by two sums of random numbers modulo 2**64: two sets share both with a probability
# of 2**-128. The numbers are of a fixed seed, so the order of merged rows is the same on every run.
KEYS_SEED = 15


@dataclass(frozen=True, eq=False)
class CoverRows:
    """Weighted rows and the candidates that cover each.

    Attributes
    ----------
    weight
        float64, (rows,): more than 0.
    row_start, candidate
        int64: candidates of row i are ``candidate[row_start[i]:row_start[i + 1]]``, ascending.
    candidate_start, row
        The same by candidate: rows of candidate j are ``row[candidate_start[j]:candidate_start[j + 1]]``, ascending.
    """

    weight: Floats
    row_start: Numbers
    candidate: Numbers
    candidate_start: Numbers
    row: Numbers

    @property
    def candidates(self) -> int:
        """How many candidates there are, with those that cover nothing."""
        return len(self.candidate_start) - 1

    def covered(self, chosen: Numbers) -> NDArray[np.bool_]:
        """Whether each row is covered by any of ``chosen``, (rows,)."""
        covered = np.zeros(len(self.weight), dtype=np.bool_)
        for site in chosen.tolist():
            covered[self.row[self.candidate_start[site] : self.candidate_start[site + 1]]] = True
        return covered

    def value(self, chosen: Numbers) -> float:
        """The weight that ``chosen`` cover."""
        return float(np.sum(self.weight[self.covered(chosen)]))


def cover_rows(weight: Floats, row: Numbers, candidate: Numbers, candidates: int) -> CoverRows:
    """Rows from pairs; those of equal sets merged, those without weight or candidates left out.

    Parameters
    ----------
    weight
        (rows,): 0 or more.
    row, candidate
        (pairs,): a candidate covers a row; each pair once, in any order.
    candidates
        How many candidates there are.

    Examples
    --------
    Two cells that the same two candidates reach are one row:

    >>> rows = cover_rows(np.array([3.0, 4.0, 5.0]), np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 0, 1]), 2)
    >>> rows.weight.tolist(), rows.row_start.tolist(), rows.candidate.tolist()
    ([7.0, 5.0], [0, 2, 3], [0, 1, 1])
    """
    return merged_rows(weight, row, candidate, candidates)[0]


def merged_rows(weight: Floats, row: Numbers, candidate: Numbers, candidates: int) -> tuple[CoverRows, Numbers]:
    """The same, and of each row given, (rows,), the number of the one that it is part of, or -1."""
    first, merged = _equal_sets(row, candidate, candidates, len(weight))
    weights = np.bincount(merged[merged >= 0], weights=weight[merged >= 0], minlength=len(first)).astype(np.float64)
    number = np.full(len(weight), -1, dtype=np.int64)
    some = np.flatnonzero(weights > 0)
    number[first[some]] = np.arange(len(some))
    kept = number[row] >= 0
    by_row = np.lexsort((candidate[kept], number[row[kept]]))
    rows, sites = number[row[kept]][by_row], candidate[kept][by_row].astype(np.int64)
    by_site = np.argsort(sites, kind="stable")
    whole = CoverRows(
        weight=weights[some],
        row_start=np.searchsorted(rows, np.arange(len(some) + 1)),
        candidate=sites,
        candidate_start=np.searchsorted(sites[by_site], np.arange(candidates + 1)),
        row=rows[by_site],
    )
    return whole, np.where(merged >= 0, number[first[merged]], -1) if len(first) else merged


def _equal_sets(row: Numbers, candidate: Numbers, candidates: int, rows: int) -> tuple[Numbers, Numbers]:
    """The first row of each set of candidates, by number, and of every row the place of its set among them, or -1."""
    keys = np.random.Generator(np.random.PCG64(KEYS_SEED)).integers(0, 2**64, (2, candidates), dtype=np.uint64)
    sums = np.zeros((2, rows), dtype=np.uint64)
    for total, key in zip(sums, keys, strict=True):
        np.add.at(total, row, key[candidate])
    some = np.flatnonzero(np.bincount(row, minlength=rows))
    order = some[np.lexsort((some, sums[1, some], sums[0, some]))]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (sums[:, order[1:]] != sums[:, order[:-1]]).any(axis=0)
    heads = order[new]
    by_number = np.argsort(heads, kind="stable")
    place = np.empty(len(heads), dtype=np.int64)
    place[by_number] = np.arange(len(heads))
    merged = np.full(rows, -1, dtype=np.int64)
    merged[order] = place[np.cumsum(new) - 1]
    return heads[by_number], merged


def standing_gain(gain: Floats, cell: Numbers, candidate: Numbers, stands: Flags, cells: int) -> Floats:
    """What each cell has by the sites that stand whatever is chosen, (cells,): the base of its stairs.

    Parameters
    ----------
    gain, cell, candidate
        (pairs,), as for ``stairs``; 0 or more.
    stands
        bool, (candidates,).
    cells
        How many there are.

    Examples
    --------
    >>> pairs = np.array([0, 0, 1]), np.array([0, 1, 1])
    >>> standing_gain(np.array([5.0, 3.0, 2.0]), *pairs, np.array([False, True]), 3).tolist()
    [3.0, 2.0, 0.0]
    """
    base = np.zeros(cells)
    own = stands[candidate]
    np.maximum.at(base, cell[own], gain[own])
    return base


def stairs(gain: Floats, cell: Numbers, candidate: Numbers, base: Floats, candidates: int) -> CoverRows:
    """Rows whose covered weight is what the best standing candidate adds to each cell, above what it has already.

    Parameters
    ----------
    gain
        (pairs,): what a cell has once this candidate stands and no better one.
    cell, candidate
        (pairs,): each pair once, in any order.
    base
        (cells,): what each cell has without any candidate; candidates that offer no more are of no use to it.
    candidates
        How many candidates there are.

    Examples
    --------
    A cell that has 1 and would have 5 by candidate 0 and 3 by candidate 1: a step of 2 by either, of 2 more by 0.

    >>> rows = stairs(np.array([5.0, 3.0]), np.array([0, 0]), np.array([0, 1]), np.array([1.0]), 2)
    >>> [rows.value(np.array(chosen)) for chosen in ([0], [1], [0, 1])]
    [4.0, 2.0, 4.0]
    """
    useful = gain > base[cell]
    gain, cell, candidate = gain[useful], cell[useful], candidate[useful]
    order = np.lexsort((candidate, -gain, cell))
    gain, cell, candidate = gain[order], cell[order], candidate[order]
    last_of_step = np.ones(len(gain), dtype=np.bool_)
    last_of_step[:-1] = (cell[1:] != cell[:-1]) | (gain[1:] != gain[:-1])
    ends = np.flatnonzero(last_of_step)
    step = gain[ends] - base[cell[ends]]
    same = cell[ends][1:] == cell[ends][:-1]
    step[:-1][same] = (gain[ends][:-1] - gain[ends][1:])[same]
    first = np.searchsorted(cell, cell[ends])
    sizes = ends + 1 - first
    rows = np.repeat(np.arange(len(ends)), sizes)
    offset = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return cover_rows(step, rows, candidate[np.repeat(first, sizes) + offset], candidates)
