"""Sets of cells as runs: a circle on the ground is a few rows of neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Runs(NamedTuple):
    """Sets of numbers, owner by owner.

    Attributes
    ----------
    runs
        int64, (owners,): how many runs each owner has.
    gap
        int64, (runs,): how far each begins behind the end of the owner's run before, the first behind 0.
    length
        int64, (runs,): how many numbers it holds.
    """

    runs: NDArray[np.int64]
    gap: NDArray[np.int64]
    length: NDArray[np.int64]


def runs_of(owner: NDArray[np.integer], member: NDArray[np.integer], owners: int) -> Runs:
    """The members of each owner as runs of consecutive numbers.

    Parameters
    ----------
    owner, member
        Pairs, ordered by owner and member, none twice.
    owners
        How many owners there are.

    Examples
    --------
    >>> runs = runs_of(np.array([0, 0, 0, 2]), np.array([4, 5, 9, 1]), 3)
    >>> [each.tolist() for each in runs]
    [[2, 0, 1], [4, 3, 1], [2, 1, 1]]
    """
    owner, member = np.asarray(owner, dtype=np.int64), np.asarray(member, dtype=np.int64)
    first = np.ones(len(owner), dtype=np.bool_)
    first[1:] = (owner[1:] != owner[:-1]) | (member[1:] != member[:-1] + 1)
    begins = np.flatnonzero(first)
    lengths = np.diff(np.append(begins, len(owner)))
    run_owner, start = owner[begins], member[begins]
    end = start + lengths
    same = np.append(False, run_owner[1:] == run_owner[:-1])[: len(begins)]
    gaps = start - np.where(same, np.append(0, end[:-1])[: len(begins)], 0)
    runs: NDArray[np.int64] = np.bincount(run_owner, minlength=owners).astype(np.int64)
    return Runs(runs, gaps.astype(np.int64), lengths.astype(np.int64))


def joined_runs(parts: Sequence[Runs]) -> Runs:
    """The runs of several groups of owners, one after the other."""
    return Runs(*(np.concatenate([np.zeros(0, dtype=np.int64), *column]) for column in zip(*parts, strict=True)))
